"""What the trust policies of roles open to outside accounts, judged once for the rules that ask about it.

Input: a snapshot. Output: verdicts by kind of fault.
Handled: conditions and denies of the trust policy and the account's RCPs, through the evaluator.
Not handled: OIDC trust (``aws_weak_oidc_trust``), trust in services and SAML providers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import StrEnum

from analytics.rules._context import RuleContext
from analytics.rules._resource_policies import ResourcePolicy
from analytics.rules._trust import is_positive, role_trusts
from analytics.verdicts import Confidence, Outcome, Severity, Verdict
from graph.edges.aws.trust import TrustForm, TrustLine
from graph.edges.aws.world import account_id_of
from graph.evaluate.aws.principals import Principal, PrincipalKind
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["TrustFault", "evaluate_trust"]

ASSUME = "sts:AssumeRole"
_EXTERNAL_ID = "sts:externalid"
_STRANGER = "000000000000"
_WILD = re.compile(r"[*?]")
_UNIQUE_PARTS = (":user/", ":role/")


class TrustFault(StrEnum):
    """What is wrong with a line of a trust policy; each is a rule of its own."""

    OPEN = "open"
    """Anyone, or an account or organization that nobody declared."""
    VENDOR = "vendor"
    """A declared vendor that is asked for no ExternalId."""
    STALE = "stale"
    """A principal that does not exist any more."""


def evaluate_trust(snapshot: Snapshot, context: RuleContext, fault: TrustFault) -> Iterator[Verdict]:
    """Yield failed verdicts for one kind of fault of each role's trust, or one that passes or is not judged.

    Notes
    -----
    The trust policies are judged once a context for all kinds together.
    """
    judged = context.shared("outside trust", lambda: _judge_roles(snapshot, context))
    for role, verdicts in judged.items():
        mine = [verdict for of, verdict in verdicts if of is fault or of is None]
        yield from mine if mine else [Verdict.passed(role)]


_Judged = tuple[TrustFault | None, Verdict]
"""A verdict and what it is about; ``None``: nothing could be judged, which is said under every kind."""


def _judge_roles(snapshot: Snapshot, context: RuleContext) -> dict[str, tuple[_Judged, ...]]:
    judged: dict[str, tuple[_Judged, ...]] = {}
    for role in role_trusts(snapshot, context):
        if role.document is None:
            why = "Its trust policy is not in the evidence or does not parse."
            judged[role.node.id] = ((None, Verdict.not_judged(role.node.id, why)),)
            continue
        found: dict[tuple[str, str], Verdict] = {}
        for line in role.lines:
            for verdict in _line(role, line, context):
                known = found.get((verdict.outcome, verdict.key or verdict.message))
                joined = verdict if known is None else _joined(known, verdict)
                found[verdict.outcome, verdict.key or verdict.message] = joined
        judged[role.node.id] = tuple((_kind(verdict), verdict) for verdict in found.values())
    return judged


def _kind(verdict: Verdict) -> TrustFault:
    of = verdict.key.partition(":")[0]
    return {"dead": TrustFault.STALE, "vendor": TrustFault.VENDOR}.get(of, TrustFault.OPEN)


def _joined(one: Verdict, other: Verdict) -> Verdict:
    """Return one verdict for two statements with the same fault."""
    worse = one if (one.severity or 0) >= (other.severity or 0) else other
    return replace(worse, grants=tuple(dict.fromkeys((*one.grants, *other.grants))))


def _line(role: ResourcePolicy, line: TrustLine, context: RuleContext) -> Iterator[Verdict]:
    if line.form is TrustForm.DEAD:
        # The graph has such a node only where no collected principal bears the unique id.
        if context.node(f"aws:deleted:{line.value}") is not None:
            yield _dead(line, f"the deleted principal {line.value}")
        return
    if not line.statement.covers_action(ASSUME):
        return
    if line.form is TrustForm.NOT_UNDERSTOOD:
        yield Verdict.not_judged(role.node.id, f"Its trust names {line.value}, which is not evaluated.")
    elif line.form is TrustForm.ANYONE:
        yield from _anyone(role, line, context)
    elif line.form is TrustForm.PRINCIPAL and _is_missing(line, context):
        yield _dead(line, f"{line.value}, which does not exist")
    elif line.form in (TrustForm.ACCOUNT, TrustForm.PRINCIPAL):
        yield from _account(role, line, line.account, context)


# ---- nobody --------------------------------------------------------------------------------------------------------


def _is_missing(line: TrustLine, context: RuleContext) -> bool:
    """Return whether the principal's account was collected and does not have it."""
    if ":iam:" not in line.value or not any(part in line.value for part in _UNIQUE_PARTS):
        return False  # a session ARN does not tell the role's path, so its role cannot be looked up
    node = context.node(line.value)
    return node is not None and not node.collected and bool(node.attributes.get("missing"))


def _dead(line: TrustLine, whom: str) -> Verdict:
    return Verdict(
        Outcome.FAILED,
        line.role,
        f"The trust policy names {whom}: nobody can enter by this line.",
        key=f"dead:{line.value}",
        severity=Severity.LOW,
        grants=(line.grant,),
    )


# ---- anyone --------------------------------------------------------------------------------------------------------


def _anyone(role: ResourcePolicy, line: TrustLine, context: RuleContext) -> Iterator[Verdict]:
    best = max(role.state(line, caller, ASSUME) for caller in _callers(line, _STRANGER))
    if best is State.UNVERIFIED:
        yield Verdict.not_judged(
            line.role, "Its trust names everybody under conditions or denies that are not understood."
        )
    elif best is not State.VOID:
        sure = best is State.VERIFIED
        keys = sorted({test.key for test in line.statement.conditions})
        yield Verdict(
            Outcome.FAILED,
            line.role,
            "Any AWS account can assume the role"
            + ("." if sure else f"; all that stands in the way: {', '.join(keys)}."),
            key="anyone",
            severity=Severity.CRITICAL if sure else context.severity_for(line.role, Severity.HIGH),
            confidence=Confidence.HIGH if sure else Confidence.MEDIUM,
            state=best,
            grants=(line.grant,),
        )
    else:
        yield from _named_by_conditions(role, line, context)


def _named_by_conditions(role: ResourcePolicy, line: TrustLine, context: RuleContext) -> Iterator[Verdict]:
    """Judge ``Principal: *`` that conditions narrow to organizations or accounts."""
    accounts = set(_values(line, "aws:principalaccount"))
    accounts |= {account_id_of(value) for value in _values(line, "aws:principalarn")}
    for account in sorted(account for account in accounts if account.isdigit()):
        yield from _account(role, line, account, context)
    for organization in sorted(set(_values(line, "aws:principalorgid"))):
        if organization in context.organizations:
            continue
        if not context.organizations:
            yield Verdict.not_judged(
                line.role, f"Its trust lets in organization {organization}; nothing says which organization is ours."
            )
            continue
        yield Verdict(
            Outcome.FAILED,
            line.role,
            f"Every account of organization {organization}, which is not ours, can assume the role.",
            key=f"organization:{organization}",
            severity=context.severity_for(line.role, Severity.HIGH),
            grants=(line.grant,),
        )


def _values(line: TrustLine, key: str) -> list[str]:
    return [
        value for test in line.statement.conditions if test.key == key and is_positive(test) for value in test.values
    ]


def _callers(line: TrustLine, account: str) -> Sequence[Principal]:
    """Return callers of an account that the line might let in: any user, and one for each ARN that conditions want."""
    plain = f"arn:aws:iam::{account}:user/nhi-probe-7f3a9c"
    wanted = [line.value if line.form is TrustForm.PRINCIPAL else plain]
    for value in _values(line, "aws:principalarn"):
        parts = value.split(":", 5)
        if len(parts) == 6 and (parts[4] == account or _WILD.search(parts[4])):
            wanted.append(":".join([*parts[:4], account, _WILD.sub("nhi-probe", parts[5])]).replace("*", ""))
    # A caller in no organization: conditions on the organization keep it out.
    return [_caller(arn, account) for arn in dict.fromkeys(wanted)]


def _caller(arn: str, account: str) -> Principal:
    if ":assumed-role/" in arn:
        name = arn.split(":assumed-role/", 1)[1].split("/", 1)[0]
        role = f"arn:aws:iam::{account}:role/{name}"
        return Principal(PrincipalKind.ROLE_SESSION, role, account, organization_id="", session_arn=arn)
    kind = PrincipalKind.ROLE if ":role/" in arn else PrincipalKind.USER
    return Principal(kind, arn, account, organization_id="")


# ---- one account ---------------------------------------------------------------------------------------------------


def _account(role: ResourcePolicy, line: TrustLine, account: str, context: RuleContext) -> Iterator[Verdict]:
    relation = context.relation_of(account)
    if account == role.node.scope or relation == "own":
        return
    outside = [replace(caller, organization_id=None) for caller in _callers(line, account)]
    best = max(role.state(line, caller, ASSUME) for caller in outside)
    if best is State.VOID:
        return  # a deny or a control policy keeps the account out
    asked = _asks_external_id(role, line, outside)
    if relation == "vendor":
        if not asked:
            yield _without_external_id(line, account, context)
    else:
        yield _unknown_account(line, account, asked, context)


def _asks_external_id(role: ResourcePolicy, line: TrustLine, callers: Sequence[Principal]) -> bool:
    if any(not value.strip("*") for value in _values(line, _EXTERNAL_ID)):
        return False  # any value at all is accepted
    without = frozenset({_EXTERNAL_ID})
    return all(role.state(line, caller, ASSUME, absent=without) is State.VOID for caller in callers)


def _without_external_id(line: TrustLine, account: str, context: RuleContext) -> Verdict:
    return Verdict(
        Outcome.FAILED,
        line.role,
        f"Vendor account {account} can assume the role and no ExternalId is asked for.",
        key=f"vendor:{account}",
        severity=context.severity_for(line.role, Severity.HIGH if _holds_much(line.role, context) else Severity.MEDIUM),
        grants=(line.grant,),
        related=(f"aws:account:{account}",),
    )


def _holds_much(role: str, context: RuleContext) -> bool:
    node = context.node(role)
    return node is not None and node.impact in ("H1", "H2", "H3", "H4")


def _unknown_account(line: TrustLine, account: str, asked: bool, context: RuleContext) -> Verdict:
    known = bool(context.organizations) or any(
        node.attributes.get("relation") in ("own", "vendor") and not node.collected
        for node in context.accounts.values()
    )
    return Verdict(
        Outcome.FAILED,
        line.role,
        f"Account {account} can assume the role{' with an ExternalId' if asked else ''}, "
        "and nobody has declared whose it is" + ("." if known else "; the evidence holds no list of own accounts."),
        key=f"account:{account}",
        severity=context.severity_for(line.role, Severity.MEDIUM if asked else Severity.HIGH),
        confidence=Confidence.HIGH if known else Confidence.LOW,
        grants=(line.grant,),
        related=(f"aws:account:{account}",),
    )
