"""Rule github-trust-in-missing-place: a trust names a place that any writer can make.

Input: a snapshot. Output: one verdict for each subject of GitHub that an identity accepts.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._github import github_estate, repository_of
from analytics.rules._github_trust import Trust, bearers, privileged, trusts
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-trust-in-missing-place",
    title="Trust in a branch or environment that is not there",
    question=(
        "Does an identity accept a branch or environment that the repository does not have, so that whoever writes "
        "makes it?"
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "An environment that nobody made has no reviewers, and a branch that nobody made has no rule. A job that "
        "names such an environment creates it, and a push creates the branch: the trust looks narrow and takes "
        "every writer."
    ),
    remediation=(
        "Create the environment with reviewers and a list of branches, or the branch with its rule; or take the "
        "subject out of the trust."
    ),
    references=(
        Reference(
            "https://docs.github.com/actions/reference/workflows-and-actions/deployments-and-environments", "2026-11"
        ),
        Reference("https://docs.github.com/en/actions/reference/security/oidc", "2026-11"),
    ),
    frameworks=(
        "NHI4:2025",
        "NHI6:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "ISO/IEC 27001:2022 A.8.9",
    ),
    since="0.2.0",
    limits=(
        "Rules that already hold for a name that does not exist yet (rulesets and patterns of branch "
        "protection) are not looked at.",
        "A tag that does not exist is not asked about: whoever writes makes tags in any case.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an accepted subject, or one a repository that lacks the place."""
    for trust in trusts(context):
        if trust.word in ("", "not collected"):
            why = "The owner's repositories are not, or not in full, in the evidence"
            yield Verdict.not_judged(trust.identity.id, f"{why} (`{trust.text}`).")
            continue
        missing = list(_missing(snapshot, context, trust))
        for repository, sure in missing:
            yield (
                _failed(context, trust, repository)
                if sure
                else Verdict.not_judged(
                    trust.identity.id,
                    f"Whether {repository} has the branch or environment of `{trust.text}` is not known.",
                )
            )
        if not missing:
            yield Verdict.passed(trust.identity.id)


def _missing(snapshot: Snapshot, context: RuleContext, trust: Trust) -> Iterator[tuple[str, bool]]:
    """Yield repositories that lack the place, and whether that is sure."""
    arrays, known = snapshot.arrays, github_estate(context)
    for step in bearers(context, "github-create-environment").get(trust.subject.id, ()):
        if step.serves(trust):
            runs = snapshot.node_id(int(arrays.edge_source[step.edge]))
            yield repository_of(runs), context.levels[step.edge] > State.UNVERIFIED
    for step in bearers(context, "github-oidc-subject").get(trust.subject.id, ()):
        if not step.serves(trust):
            continue
        source = int(arrays.edge_source[step.edge])
        repository = repository_of(snapshot.node_id(source))
        if snapshot.node_id(source).startswith("github:branch:") and not snapshot.node(source).collected:
            yield repository, bool(known.repositories[repository].attributes.get("branches_known"))


def _failed(context: RuleContext, trust: Trust, repository: str) -> Verdict:
    usual = Severity.MEDIUM
    return Verdict(
        Outcome.FAILED,
        trust.identity.id,
        f"{trust.identity.name} accepts `{trust.text}`; {repository} has no such branch or environment, and whoever "
        "writes to it makes one.",
        key=f"{trust.subject.id}:{repository}",
        severity=usual.raised() if privileged(context, trust.identity) else usual,
        state=trust.state,
        grants=trust.grants,
        related=(trust.subject.id, f"github:actions:{repository}"),
    )
