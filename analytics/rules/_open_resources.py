"""What outsiders can do to a resource, said in one verdict for each of them.

Input: ``Opening`` rows of one resource. Output: failed verdicts.
Not handled: which resources and actions are looked at; each rule brings its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from analytics.rules._context import RuleContext
from analytics.rules._outsiders import ANYONE, Opening, Probe, Unclear, openings
from analytics.rules._resource_policies import ResourcePolicy
from analytics.verdicts import Confidence, Outcome, Severity, Verdict
from graph.kinds import State

__all__ = ["judge_policy", "knows_own_accounts", "openings_by_caller", "verdict_of", "who"]


def judge_policy(policy: ResourcePolicy, probes: Sequence[Probe], context: RuleContext) -> Iterator[Verdict]:
    """Yield a failed verdict for each outsider that the policy lets in, else one that passes or is not judged."""
    if policy.gap:
        yield Verdict.not_judged(policy.node.id, policy.gap)
        return
    by_caller, reasons = openings_by_caller(policy, probes, context)
    for whom, found in by_caller.items():
        yield verdict_of(policy, whom, found, context)
    for each in reasons:
        yield Verdict.not_judged(policy.node.id, each.reason)
    if not by_caller and not reasons:
        yield Verdict.passed(policy.node.id)


def openings_by_caller(
    policy: ResourcePolicy, probes: Sequence[Probe], context: RuleContext
) -> tuple[dict[str, list[Opening]], tuple[Unclear, ...]]:
    """Return what each outsider can do, by outsider, and what could not be judged."""
    found: dict[str, list[Opening]] = {}
    reasons: dict[Unclear, None] = {}
    for item in openings(policy, probes, context):
        if isinstance(item, Unclear):
            reasons[item] = None
        else:
            found.setdefault(item.whom, []).append(item)
    return dict(sorted(found.items())), tuple(reasons)


def verdict_of(
    policy: ResourcePolicy, whom: str, found: Sequence[Opening], context: RuleContext, more: str = ""
) -> Verdict:
    """Return the finding about one outsider.

    Parameters
    ----------
    more
        A further sentence for its message.
    """
    sure = any(opening.state is State.VERIFIED for opening in found)
    counted = [opening for opening in found if not sure or opening.state is State.VERIFIED]
    weight = Severity(max(opening.probe.weight for opening in counted))
    state = State.VERIFIED if sure else State.CONDITIONAL
    message = f"{who(whom)} can {_listed(opening.probe.words for opening in counted)}"
    keys = sorted({key for opening in counted for key in opening.keys})
    message += "." if sure or not keys else f", as far as conditions on {', '.join(keys)} let it."
    declared = whom == ANYONE or knows_own_accounts(context)
    if whom != ANYONE:
        message += " Nobody has declared whose it is" + ("." if declared else "; there is no list of own accounts.")
    return Verdict(
        Outcome.FAILED,
        policy.node.id,
        " ".join(part for part in (message, more) if part),
        key=whom,
        severity=weight if sure else weight.raised(-1),
        confidence=(Confidence.HIGH if sure else Confidence.MEDIUM) if declared else Confidence.LOW,
        state=state,
        grants=tuple(dict.fromkeys(opening.grant for opening in counted)),
        related=(f"aws:{whom}",) if whom != ANYONE else (),
    )


def knows_own_accounts(context: RuleContext) -> bool:
    """Return whether the evidence tells which accounts are ours, beyond those that were collected."""

    def ask() -> bool:
        return bool(context.organizations) or any(
            node.attributes.get("relation") in ("own", "vendor") and not node.collected
            for node in context.accounts.values()
        )

    return context.shared("own accounts are known", ask)


def who(whom: str) -> str:
    """Return words for an outsider, to begin a sentence."""
    kind, _, name = whom.partition(":")
    return {"account": f"Account {name}", "organization": f"Every account of organization {name}"}.get(kind, "Anyone")


def _listed(words: Iterable[str]) -> str:
    parts = list(dict.fromkeys(words))
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
