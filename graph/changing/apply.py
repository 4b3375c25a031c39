"""Apply changes to records, one after another.

Input: ``BuildInput``, the snapshot that it was read from, changes. Output: the changed ``BuildInput``.
Handled: every kind of grant that the AWS edges name, and the guards that are attachments (boundary, SCP, RCP).
Not handled: whether AWS would let anybody make the change; a change that cannot be made here is a ``ChangeError``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from collectors.aws.policy_types import AttachedPolicy, Document, InlinePolicy
from collectors.interface import EvidenceRef, Presence
from graph.changes import AddGrant, AddKind, Change, DisableIdentity, RemoveGrant, ReplaceGrant
from graph.changing.documents import appended, checked
from graph.changing.draft import POLICY_HOLDERS, RESOURCES, Draft
from graph.changing.entra import disable_entra
from graph.changing.imported import disable_other
from graph.changing.remove import remove_grant
from graph.changing.statements import place_of
from graph.errors import ChangeError
from graph.records import BuildInput
from graph.snapshot import Snapshot

__all__ = ["DISABLED_POLICY", "apply_changes"]

REF = EvidenceRef("hypothetical")
"""Where evidence of a grant stands that no evidence shows."""
DISABLED_POLICY = "nhi-what-if-disabled"
"""Inline policy that denies everything to a disabled identity."""
_ADDED = "nhi-what-if"
_DENY_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
_UNKNOWN = (Presence.ABSENT, Presence.FAILED, Presence.PARTIAL)


def apply_changes(kept: BuildInput, snapshot: Snapshot, changes: Sequence[Change]) -> BuildInput:
    """Return records with changes applied in order.

    Parameters
    ----------
    kept
        What ``read_records`` gave for the snapshot.
    snapshot
        Its grants say what an id is about.
    changes
        A grant that an earlier change added has no id in the snapshot, so a later one cannot name it.

    Raises
    ------
    ChangeError
        A change names what is not there, or asks for what cannot be changed; the text begins ``change N``, from 1.

    Notes
    -----
    One pass over each kind of records that is touched, whatever the number of changes.
    """
    draft = Draft(kept)
    for number, change in enumerate(changes, start=1):
        try:
            _apply(draft, snapshot, change)
        except ChangeError as error:
            raise ChangeError(f"change {number}: {error}") from error
    return draft.finish()


def _apply(draft: Draft, snapshot: Snapshot, change: Change) -> None:
    match change:
        case RemoveGrant():
            remove_grant(draft, snapshot, change.grant_id)
        case ReplaceGrant():
            _replace(draft, snapshot, change)
        case AddGrant():
            _ADD[change.kind](draft, change)
        case DisableIdentity():
            _disable(draft, change.node_id)


def _replace(draft: Draft, snapshot: Snapshot, change: ReplaceGrant) -> None:
    grant = snapshot.grant(change.grant_id)
    place = place_of(draft, grant) if grant is not None else None
    if place is None or place.index is None:
        remove_grant(draft, snapshot, change.grant_id)  # names what is unknown
        raise ChangeError(f"`{change.grant_id}` is no statement: only a statement can be replaced by another")
    place.put(draft, checked(change.statement, principal=place.names_principals))


# ---- adding


def _add_statement(draft: Draft, change: AddGrant) -> None:
    kind = _policy_holder(draft, change.holder)
    statement = checked(change.statement or {}, principal=False)
    taken = {policy.name for policy in draft.find(kind, change.holder).inline}
    name = next(each for number in range(len(taken) + 1) if (each := f"{_ADDED}-{number + 1}") not in taken)
    _add_inline(draft, kind, change.holder, name, appended(Document(None, REF), statement))


def _add_inline(draft: Draft, kind: str, holder: str, name: str, document: Document) -> None:
    policy = InlinePolicy(name, document)
    draft.edit(kind, holder, lambda row: replace(row, inline=(*row.inline, policy)))


def _add_attachment(draft: Draft, change: AddGrant) -> None:
    kind = _policy_holder(draft, change.holder)
    policy = draft.find("managed_policies", change.name)
    if policy is None or not any(version.is_default for version in policy.versions):
        raise ChangeError(f"the snapshot does not hold the document of policy `{change.name}`")
    if any(item.arn == change.name for item in draft.find(kind, change.holder).attached):
        raise ChangeError(f"`{change.name}` is attached to `{change.holder}` already")
    attachment = AttachedPolicy(change.name, policy.name, REF)
    draft.edit(kind, change.holder, lambda row: replace(row, attached=(*row.attached, attachment)))


def _add_trust(draft: Draft, change: AddGrant) -> None:
    role = draft.find("roles", change.holder)
    if role is None:
        raise ChangeError(f"the records hold no role `{change.holder}`")
    if role.service_linked:
        raise ChangeError(f"`{change.holder}` is service-linked: nobody can change its trust policy")
    if role.trust.body is None:
        raise ChangeError(f"the trust policy of `{change.holder}` could not be read: {role.trust.problem}")
    statement = checked(change.statement or {}, principal=True)
    draft.edit_document("roles", change.holder, lambda document: appended(document, statement))


def _add_to_resource(draft: Draft, change: AddGrant) -> None:
    kind = draft.holder_kind(change.holder, RESOURCES)
    if not kind:
        raise ChangeError(f"the records hold no resource `{change.holder}` that can have a policy of its own")
    row = draft.find(kind, change.holder)
    if row.policy is None and row.policy_presence in _UNKNOWN:
        raise ChangeError(f"the policy of `{change.holder}` was not looked at: what it would say together is not known")
    if row.policy is not None and row.policy.body is None:
        raise ChangeError(f"the policy of `{change.holder}` could not be read: {row.policy.problem}")
    document = appended(row.policy or Document(None, REF), checked(change.statement or {}, principal=True))
    draft.edit(kind, change.holder, lambda each: replace(each, policy=document, policy_presence=Presence.PRESENT))


def _add_membership(draft: Draft, change: AddGrant) -> None:
    user = draft.find("users", change.holder)
    if user is None:
        raise ChangeError(f"the records hold no user `{change.holder}`")
    if user.is_root:
        raise ChangeError(f"`{change.holder}` is the root user, which can be in no group")
    groups = {
        group.name for arn in draft.keys("groups") if (group := draft.find("groups", arn)).account == user.account
    }
    if change.name not in groups:
        raise ChangeError(f"account {user.account} has no group `{change.name}`{_one_of(sorted(groups))}")
    if change.name in user.groups:
        raise ChangeError(f"`{change.holder}` is a member of group `{change.name}` already")
    draft.edit("users", change.holder, lambda row: replace(row, groups=(*row.groups, change.name)))


def _policy_holder(draft: Draft, arn: str) -> str:
    kind = draft.holder_kind(arn, POLICY_HOLDERS)
    if not kind:
        raise ChangeError(f"the records hold no user, role or group `{arn}`")
    row = draft.find(kind, arn)
    if getattr(row, "service_linked", False):
        raise ChangeError(f"`{arn}` is service-linked: nobody can change its policies")
    if getattr(row, "is_root", False):
        raise ChangeError(f"`{arn}` is the root user, which can have no policies")
    return kind


def _one_of(names: Sequence[str]) -> str:
    return f" (it has {', '.join(names[:5])}{' …' if len(names) > 5 else ''})" if names else ""


_ADD = {
    AddKind.STATEMENT: _add_statement,
    AddKind.ATTACHMENT: _add_attachment,
    AddKind.TRUST: _add_trust,
    AddKind.RESOURCE_POLICY: _add_to_resource,
    AddKind.MEMBERSHIP: _add_membership,
}


# ---- disabling


def _disable(draft: Draft, node: str) -> None:
    """Contain an identity as AWS advises: credentials inactive, no password, an explicit deny of everything.

    An identity of Entra is disabled: it takes no token any more. One of an imported table is stated as inactive.

    References
    ----------
    https://docs.aws.amazon.com/security-ir/latest/userguide/containment-strategies.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html (read 2026-11)
    """
    if node.startswith("entra:"):
        disabled = disable_entra(draft.entra, node)
        if disabled is None:
            raise ChangeError(f"`{node}` is no user or service principal of the records, or is disabled already")
        draft.entra = disabled
        return
    if node.startswith("other:"):
        tables = disable_other(draft.other, node)
        if tables is None:
            raise ChangeError(f"`{node}` is no identity of the imported tables, or is disabled already")
        draft.other = tables
        return
    kind = draft.holder_kind(node, ("users", "roles"))
    if not kind:
        raise ChangeError(f"`{node}` is no user or role of the records: only those can be disabled")
    _policy_holder(draft, node)
    row = draft.find(kind, node)
    if any(policy.name == DISABLED_POLICY for policy in row.inline):
        raise ChangeError(f"`{node}` is disabled already")
    _add_inline(draft, kind, node, DISABLED_POLICY, Document(_DENY_ALL, REF))
    if kind == "users":
        draft.edit_credentials(node, _inactive)
        draft.edit("users", node, lambda user: replace(user, has_password=False))


def _inactive(credential: Any) -> Any:
    return replace(credential, active=False)
