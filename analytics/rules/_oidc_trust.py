"""What the OIDC trusts of roles let in, judged once for the rules that ask about it.

Input: a snapshot. Output: verdicts for lines that let in too many, and for lines by which nobody can enter.
Handled: breadth of ``sub`` by issuer, missing ``sub`` and audience, wildcards under StringEquals, ForAllValues,
providers that the account does not have; denies and RCPs, through the evaluator. Not handled: SAML trust.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from analytics.rules._context import RuleContext
from analytics.rules._resource_policies import ResourcePolicy
from analytics.rules._trust import is_positive, role_trusts
from analytics.subjects import DEFAULT_AUDIENCE
from analytics.token_subjects import Breadth, Issuer, breadth, issuer_of, stranger
from analytics.verdicts import Confidence, Outcome, Severity, Verdict
from graph.decision import Residual
from graph.edges.aws.federation import WEB_IDENTITY
from graph.edges.aws.trust import TrustForm, TrustLine, oidc_issuer
from graph.evaluate.aws.document import ConditionTest
from graph.evaluate.aws.principals import Principal, PrincipalKind
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["evaluate_oidc", "words_of_breadth"]

_WILD = ("*", "?")


@dataclass(frozen=True, slots=True)
class _Fault:
    key: str
    message: str
    severity: Severity
    state: State = State.VERIFIED
    raises: bool = True
    """Whether a role that is or can become administrator makes it worse."""


def evaluate_oidc(snapshot: Snapshot, context: RuleContext, *, dead: bool) -> Iterator[Verdict]:
    """Yield failed verdicts for each fault of a role's OIDC trust, or one that passes or is not judged.

    Parameters
    ----------
    dead
        Lines by which nobody can enter, instead of those that let in too many.
    """
    judged = context.shared("OIDC trust", lambda: _judge_roles(snapshot, context))
    for role, verdicts in judged.items():
        mine = [verdict for of, verdict in verdicts if of is None or of is dead]
        yield from mine if mine else [Verdict.passed(role)]


_Judged = tuple[bool | None, Verdict]
"""A verdict and whether it is of a dead line; ``None``: nothing could be judged, which both rules say."""


def _judge_roles(snapshot: Snapshot, context: RuleContext) -> dict[str, tuple[_Judged, ...]]:
    judged: dict[str, tuple[_Judged, ...]] = {}
    for role in role_trusts(snapshot, context):
        lines = [line for line in role.lines if line.form is TrustForm.OIDC and _is_login(line)]
        if not lines:
            continue
        found: dict[tuple[str, str], Verdict] = {}
        for line in lines:
            for verdict in _line(role, line, context):
                known = found.get((verdict.outcome, verdict.key or verdict.message))
                if known is not None:
                    verdict = replace(known, grants=tuple(dict.fromkeys((*known.grants, *verdict.grants))))
                found[verdict.outcome, verdict.key or verdict.message] = verdict
        judged[role.node.id] = tuple((_is_dead(verdict), verdict) for verdict in found.values())
    return judged


def _is_dead(verdict: Verdict) -> bool | None:
    if verdict.outcome is Outcome.NOT_JUDGED:
        return None
    return verdict.key.partition(":")[0] in ("dead", "no-provider")


def _is_login(line: TrustLine) -> bool:
    return line.statement.covers_action(WEB_IDENTITY)


def _line(role: ResourcePolicy, line: TrustLine, context: RuleContext) -> Iterator[Verdict]:
    if line.statement.problems:
        yield Verdict.not_judged(
            line.role, f"Its trust holds what is not understood: {'; '.join(line.statement.problems)}."
        )
        return
    for item in _faults(role, line, context):
        if isinstance(item, str):
            yield Verdict.not_judged(line.role, item)
            continue
        yield Verdict(
            Outcome.FAILED,
            line.role,
            item.message,
            key=f"{item.key}:{line.value}" if ":" not in item.key else item.key,
            severity=context.severity_for(line.role, item.severity) if item.raises else item.severity,
            confidence=Confidence.HIGH if item.state is State.VERIFIED else Confidence.MEDIUM,
            state=item.state,
            grants=(line.grant,),
            related=(line.value,),
        )


def _faults(role: ResourcePolicy, line: TrustLine, context: RuleContext) -> Iterator[_Fault | str]:
    """Yield faults; a text is the reason why something could not be judged."""
    name = oidc_issuer(line.value)
    issuer = issuer_of(name.lower())
    if _provider_is_missing(line, context):
        yield _Fault(
            "no-provider", f"The account has no OIDC provider {name}: nobody can enter.", Severity.LOW, raises=False
        )
        return
    dead = _dead(line, name)
    if dead is not None:
        yield dead
        return
    yield from _subjects(role, line, issuer, name)
    yield from _audience(line, issuer, name, context)
    misused = sorted({test.key for test in _tests(line, name) if test.quantifier == "ForAllValues"})
    if misused:
        yield _Fault(
            "for-all-values",
            f"ForAllValues on {', '.join(misused)}: the test also holds when the token lacks the claim.",
            Severity.LOW,
        )


def _tests(line: TrustLine, name: str, claim: str = "") -> list[ConditionTest]:
    """Return positive tests on claims of the issuer's tokens, or on one claim."""
    prefix = f"{name.lower()}:"
    return [
        test
        for test in line.statement.conditions
        if test.key.startswith(prefix) and is_positive(test) and claim in ("", test.key.removeprefix(prefix))
    ]


# ---- nobody --------------------------------------------------------------------------------------------------------


def _provider_is_missing(line: TrustLine, context: RuleContext) -> bool:
    if ":oidc-provider/" not in line.value:
        return False
    own = line.role.split(":", 5)[4]
    node = context.node(line.value)
    return context.looked_at(own, "iam.list_open_id_connect_providers") and not (node is not None and node.collected)


def _dead(line: TrustLine, name: str) -> _Fault | None:
    for test in _tests(line, name, "sub"):
        if test.operator != "StringLike" and test.values and all(_wild(value) for value in test.values):
            shown = ", ".join(test.values)
            return _Fault(
                f"dead:{name}:{shown}",
                f"{test.operator} compares `{shown}` character by character, and no subject holds a wildcard: "
                "nobody can enter.",
                Severity.LOW,
                raises=False,
            )
    return None


def _wild(value: str) -> bool:
    return "${" not in value and any(mark in value for mark in _WILD)


# ---- too many ------------------------------------------------------------------------------------------------------


def _subjects(role: ResourcePolicy, line: TrustLine, issuer: Issuer, name: str) -> Iterator[_Fault | str]:
    tests = _tests(line, name, "sub")
    if not tests:
        yield from _no_subject(role, line, issuer, name)
        return
    ranked = [[(value, _breadth(issuer, test, value)) for value in test.values] for test in tests]
    # Every test must hold, so the narrowest one decides.
    for value, found in min(ranked, key=lambda values: max((width for _, width in values), default=Breadth.NARROW)):
        if found is Breadth.NARROW:
            continue
        if found is Breadth.NOT_UNDERSTOOD:
            yield f"What `{value}` lets in cannot be told for tokens of {name}."
            continue
        yield from _too_broad(role, line, issuer, name, value, found, alone=len(tests) == 1)


def _breadth(issuer: Issuer, test: ConditionTest, value: str) -> Breadth:
    return breadth(issuer, value) if test.operator == "StringLike" else Breadth.NARROW


def _too_broad(
    role: ResourcePolicy, line: TrustLine, issuer: Issuer, name: str, value: str, found: Breadth, *, alone: bool
) -> Iterator[_Fault | str]:
    state = _lets_in(role, line, issuer, name, stranger(issuer, value))
    if isinstance(state, str):
        yield state
    elif state is State.VOID and not alone:
        yield f"Several tests on the subject together let in what `{value}` does not tell."
    elif state is State.UNVERIFIED:
        yield "Denies or control policies of this trust are not understood."
    elif state is not State.VOID:
        message, severity = words_of_breadth(issuer, value, found)
        yield _Fault(f"subject:{name}:{value}", message, severity, state)


def words_of_breadth(issuer: Issuer, value: str, found: Breadth) -> tuple[str, Severity]:
    """Return what a pattern of subjects lets in, in words, and how bad that is."""
    if found is Breadth.EVERYBODY:
        return f"`{value}` lets in every subject of {issuer.name}.", (
            Severity.CRITICAL if issuer.public else Severity.HIGH
        )
    if found is Breadth.LOOK_ALIKE_OWNER:
        return (
            f"`{value}` also lets in look-alikes: every {issuer.owner} whose name begins so, and anybody may "
            "register one."
            if issuer.public
            else f"`{value}` lets in every {issuer.owner} whose name begins so."
        ), Severity.HIGH if issuer.public else Severity.MEDIUM
    if found is Breadth.WHOLE_OWNER:
        return f"`{value}` lets in every {issuer.part} of the {issuer.owner}.", Severity.MEDIUM
    return f"`{value}` lets in every {issuer.part} of the {issuer.owner} whose name begins so.", Severity.LOW


def _no_subject(role: ResourcePolicy, line: TrustLine, issuer: Issuer, name: str) -> Iterator[_Fault | str]:
    if not issuer.needs_subject or any(_tests(line, name, claim) for claim in issuer.narrowing):
        return
    state = _lets_in(role, line, issuer, name, stranger(issuer))
    if isinstance(state, str):
        yield state
    elif state is State.UNVERIFIED:
        yield "Denies or control policies of this trust are not understood."
    elif state is not State.VOID:
        severity = Severity.CRITICAL if issuer.public else Severity.HIGH
        yield _Fault("no-subject", f"No test on `sub`: every subject of {name} is let in.", severity, state)


def _lets_in(role: ResourcePolicy, line: TrustLine, issuer: Issuer, name: str, subject: str) -> State | str:
    """Return how surely a subject is let in that ought not to be, or why that cannot be told."""
    claims: dict[str, str | tuple[str, ...]] = {"sub": subject}
    for claim in issuer.audience:
        values = [value for test in _tests(line, name, claim) for value in test.values]
        claims[claim] = values[0] if values else DEFAULT_AUDIENCE
    caller = Principal(PrincipalKind.WEB_IDENTITY, "", "", provider=name, claims=claims)
    decision = role.decision(line, caller, WEB_IDENTITY)
    others = sorted({key for residual in decision.alternatives for key in _claims_of(residual, name)})
    if others:
        return f"Further claims narrow the trust, and what they let in cannot be told: {', '.join(others)}."
    return role.state(line, caller, WEB_IDENTITY)


def _claims_of(residual: Residual, name: str) -> set[str]:
    """Return open tests on what the token carries: claims, and session tags, which the issuer puts in."""
    prefixes = (f"{name.lower()}:", "aws:requesttag/")
    return {atom.key for clause in residual for atom in clause if atom.key.startswith(prefixes)}


def _audience(line: TrustLine, issuer: Issuer, name: str, context: RuleContext) -> Iterator[_Fault]:
    tests = [test for claim in issuer.audience for test in _tests(line, name, claim)]
    if tests and not all(any(not value.strip("*") for value in test.values) for test in tests):
        return
    node = context.node(line.value)
    accepted = list(node.attributes.get("client_ids") or ()) if node is not None else []
    text = f"The audience ({' or '.join(issuer.audience)}) is not tested"
    if len(accepted) == 1:
        yield _Fault(
            "no-audience", f"{text}; only the provider's own list, {accepted[0]}, holds other tokens off.", Severity.LOW
        )
    else:
        yield _Fault("no-audience", f"{text}: a token made for another service is accepted.", Severity.MEDIUM)
