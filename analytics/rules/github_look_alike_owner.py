"""Rule github-look-alike-owner: a trust names an owner that is almost ours.

Input: a snapshot. Output: one verdict for each subject of GitHub that an identity accepts.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._github import github_estate
from analytics.rules._github_trust import Trust, parts_of, trusts
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "alike", "evaluate"]

META = RuleMeta(
    id="github-look-alike-owner",
    title="Trust in an owner that looks like ours",
    question="Does an identity accept tokens of an owner that is not ours and is spelled almost like ours?",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    rationale=(
        "A mistyped owner is an account that a stranger has, or may register: the workflows of that account enter. "
        "Nobody sees the slip, since the pipeline that was meant uses another line of the trust or a stored key."
    ),
    remediation=(
        "Correct the owner, and use the form with ids, which a look-alike can never bear. If the other organization "
        "is yours, collect it as well."
    ),
    references=(
        Reference("https://docs.github.com/en/actions/reference/security/oidc", "2026-11"),
        Reference(
            "https://learn.microsoft.com/entra/workload-id/workload-identities-github-immutable-subjects", "2026-11"
        ),
    ),
    frameworks=(
        "NHI3:2025",
        "NHI6:2025",
        "ASI04",
        "NIST CSF 2.0 PR.AA-04",
        "NIST SP 800-53 IA-9",
        "ISO/IEC 27001:2022 A.8.5",
    ),
    since="0.2.0",
    limits=(
        "Likeness is one changed, missing, added or swapped sign (two in names of eight signs or more), or "
        "signs that look alike (0 and o, 1 and l, hyphens).",
        "An owner that is not like ours is a partner, a further organization of ours, or a stranger: it is not judged.",
        "Whether the other account exists is not looked up.",
        "Patterns whose owner is open (`repo:acme*`) are the rules aws-weak-oidc-trust's and entra-weak-federation's.",
    ),
)

_LONG = 8
_SAME = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "3": "e", "-": None, "_": None})


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an accepted subject whose owner is written out."""
    ours = sorted(github_estate(context).organizations)
    for trust in trusts(context):
        parts = parts_of(trust)
        if parts is None:
            continue
        owner = parts.owner.lower()
        if not ours:
            yield Verdict.not_judged(trust.identity.id, f"No organization is in the evidence to compare {owner} with.")
        elif owner in ours:
            yield Verdict.passed(trust.identity.id)
        elif like := [each for each in ours if alike(owner, each)]:
            yield _failed(context, trust, parts.owner, like[0])
        else:
            yield Verdict.not_judged(trust.identity.id, f"Whose the owner {owner} is that it accepts is not known.")


def _failed(context: RuleContext, trust: Trust, owner: str, like: str) -> Verdict:
    return Verdict(
        Outcome.FAILED,
        trust.identity.id,
        f"{trust.identity.name} accepts `{trust.text}`: {owner} is not {like}, and whoever has that account enters.",
        key=trust.subject.id,
        severity=context.severity_for(trust.identity.id, Severity.HIGH),
        grants=trust.grants,
        related=(trust.subject.id,),
    )


def alike(one: str, other: str) -> bool:
    """Return whether two names, in lower case and not the same, are easily taken for each other."""
    if one.translate(_SAME) == other.translate(_SAME):
        return True
    most = 2 if min(len(one), len(other)) >= _LONG else 1
    return min(len(one), len(other)) > most + 1 and _distance(one, other, most) <= most


def _distance(one: str, other: str, most: int) -> int:
    """Return how many changed, missing, added or swapped signs two names differ by; more than ``most`` is one more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, sign in enumerate(one, 1):
        earlier, before, row = before, row, [place]
        for at, mark in enumerate(other, 1):
            best = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (sign != mark))
            if place > 1 and at > 1 and sign == other[at - 2] and one[place - 2] == mark:
                best = min(best, earlier[at - 2] + 1)
            row.append(best)
    return row[-1]
