"""Dormant: whether an identity or credential was not used for longer than the policy allows.

Input: a snapshot, ``RuleContext``. Output: a judgement for each user, role and root user, and each credential.
Handled: role last used, keys, passwords, service last accessed data where collected; limits of ``nhi.toml``:
``unused_privilege_days`` for identities, ``unused_key_days`` for credentials.
Not handled: use that AWS does not record (service-specific credentials, signing certificates): unknown.

References
----------
https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html (trailing 400 days; read 2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from analytics.privilege.answers import Answer, Judgement, Looked, answer_of, moment_text
from analytics.rules._context import RuleContext, parse_moment
from analytics.rules._service_credentials import LISTING
from analytics.rules._use import Use, idleness, is_recent, last_use, service_moments
from analytics.verdicts import Outcome
from graph.kinds import NodeKind
from graph.model import Credential, Node
from graph.snapshot import Snapshot

__all__ = ["QUESTION", "credential_use", "judge", "judged", "last_used", "use_of", "use_text"]

QUESTION = "dormant"
REMEMBERED = 400
"""Days for which AWS keeps the use of a role."""
_SERVICES = "iam.get_service_last_accessed_details"
_OPERATIONS = {
    NodeKind.AWS_ROLE: ("iam.get_account_authorization_details", _SERVICES),
    NodeKind.AWS_USER: ("iam.get_account_authorization_details", "iam.get_credential_report", LISTING, _SERVICES),
    NodeKind.AWS_ROOT: ("iam.get_credential_report",),
}
_LISTED = {NodeKind.OTHER_CREDENTIAL: ("credentials",)}
"""Where the use of a credential stands, if not where AWS tells it."""


def judge(snapshot: Snapshot, context: RuleContext) -> Iterator[Judgement]:
    """Yield one judgement an identity, then one a credential."""
    looked = Looked(snapshot)
    for node in context.nodes(*_OPERATIONS):
        yield looked.at(_identity(context, node), node.scope, _OPERATIONS[node.kind])
    for row in snapshot.table("credentials").rows():
        credential = Credential(**row)
        held = context.node(credential.node)
        if held is not None:
            use = credential_use(credential)
            found = judged(context, held, use, context.policy.unused_key_days, use_text(use))
            yield looked.at(
                found, held.scope, _LISTED.get(held.kind, ("iam.get_credential_report", "iam.list_access_keys"))
            )


def use_of(context: RuleContext, node: Node) -> Use:
    """Return the last use of an identity; of a root user that of its password and keys.

    Use of service-specific credentials and signing certificates is recorded nowhere but in service last accessed data,
    so it may be hidden wherever a user has one, or may have.
    """
    if node.kind is NodeKind.AWS_ROLE:
        return last_use(context, node)
    if node.kind is NodeKind.AWS_USER:
        use = last_use(context, node)
        return use if use.gap or service_moments(node) else replace(use, gap=_hidden(context, node))
    rows = [credential_use(row) for row in context.snapshot.credentials_of(node.id)]
    used = [row.last for row in rows if row.last is not None]
    if moment := parse_moment(node.attributes.get("password_last_used_at")):
        used.append(moment)
    seen = context.looked_at(node.scope, "iam.get_credential_report") and not any(row.gap for row in rows)
    last = max(used, default=None)
    gap = "" if seen else "The evidence does not say when the root user was last used (credential report)."
    return Use(last, last or parse_moment(node.attributes.get("created_at")), gap)


def _hidden(context: RuleContext, node: Node) -> str:
    rows = [row for row in context.snapshot.credentials_of(node.id) if row.active and not row.last_used_known]
    if rows:
        shown = ", ".join(sorted({row.kind.replace("_", " ") for row in rows}))
        return f"It has credentials whose use the evidence does not record ({shown})."
    if not context.looked_at(node.scope, LISTING):
        return f"Its service-specific credentials are not in the evidence (`{LISTING}`)."
    return ""


def credential_use(row: Credential) -> Use:
    """Return the last use of a credential."""
    last = parse_moment(row.last_used_at)
    gap = "" if row.last_used_known else "The evidence does not say when it was last used."
    return Use(last, last or parse_moment(row.created_at), gap)


def last_used(context: RuleContext, node: Node) -> str:
    """Return when an identity was last used: a time, ``never`` or ``unknown``.

    AWS forgets the use of a role after 400 days, so of an older one without a use nobody knows whether it ever was.
    """
    use = use_of(context, node)
    return "unknown" if _forgotten(context, node, use) else use_text(use)


def _forgotten(context: RuleContext, node: Node, use: Use) -> bool:
    if node.kind is not NodeKind.AWS_ROLE or use.last is not None:
        return False
    return use.since is None or context.as_of is None or not is_recent(use.since, context.as_of, REMEMBERED)


def use_text(use: Use) -> str:
    """Return a time, ``never`` or ``unknown``."""
    return moment_text(use.last) or ("unknown" if use.gap else "never")


def _identity(context: RuleContext, node: Node) -> Judgement:
    use, limit = use_of(context, node), context.policy.unused_privilege_days
    told = last_used(context, node)
    if limit > REMEMBERED and _forgotten(context, node, use):
        reason = f"AWS remembers the use of a role for {REMEMBERED} days, less than the limit of {limit}."
        return Judgement(node.id, node.kind.value, QUESTION, Answer.UNKNOWN, reason, last_used=told)
    return judged(context, node, use, limit, told)


def judged(context: RuleContext, node: Node, use: Use, limit: int, told: str) -> Judgement:
    """Return whether a use lies further back than so many days; ``told`` is it in words."""
    idle = idleness(context, use, limit)
    inactive = " It is inactive." if node.attributes.get("active") is False else ""
    if idle.outcome is Outcome.FAILED:
        what = f"was last used {idle.days} days ago" if use.last else f"was made {idle.days} days ago and shows no use"
        reason = f"It {what}; the limit is {limit}.{inactive}"
    else:
        recent = "It was used" if use.last else "It is younger than the limit: made"
        reason = idle.reason or f"{recent} within {limit} days.{inactive}"
    since = moment_text(use.since) if idle.outcome is Outcome.FAILED else ""
    return Judgement(node.id, node.kind.value, QUESTION, answer_of(idle.outcome), reason, since, told)
