"""Rule github-dead-trust: a trust names what the organization does not have.

Input: a snapshot. Output: one verdict for each subject of GitHub that an identity accepts.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._github import github_estate
from analytics.rules._github_trust import Trust, parts_of, privileged, trusts
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-dead-trust",
    title="Trust in a repository that is not there",
    question="Does an identity accept tokens that no repository of the organization can have?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "The workflow that was meant enters by another way, or not at all. And a name that nobody holds can be "
        "taken: a repository created, renamed or transferred to that name bears the same subject, as long as "
        "subjects are made of names."
    ),
    remediation=(
        "Remove the subject from the trust, or correct it. Use subjects with ids (`repo:OWNER@ID/NAME@ID:…`), which "
        "no later repository can bear."
    ),
    references=(
        Reference("https://docs.github.com/en/actions/reference/security/oidc", "2026-11"),
        Reference(
            "https://learn.microsoft.com/entra/workload-id/workload-identities-github-immutable-subjects", "2026-11"
        ),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"),
    ),
    frameworks=(
        "NHI1:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-2",
        "ISO/IEC 27001:2022 A.5.18",
    ),
    since="0.2.0",
    limits=(
        "Who may create or rename repositories is not known here.",
        "Repositories created after July 2026 have ids in their subjects unless their owner chooses otherwise, "
        "so a taken name alone may not be enough.",
        "Owners that were not collected are not judged; github-look-alike-owner asks about those.",
        "A subject that some other claim of the same trust rules out everywhere counts as one that nobody can have.",
    ),
)

_UNKNOWN = {
    "": "No organization of GitHub is in the evidence",
    "not collected": "The owner's repositories are not, or not in full, in the evidence",
    "unverified": "How the subjects of its repository are made was not looked at",
}


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an accepted subject."""
    for trust in trusts(context):
        if trust.word == "impossible":
            yield _failed(context, trust)
        elif trust.word in _UNKNOWN:
            yield Verdict.not_judged(trust.identity.id, f"{_UNKNOWN[trust.word]} (`{trust.text}`).")
        else:
            yield Verdict.passed(trust.identity.id)


def _failed(context: RuleContext, trust: Trust) -> Verdict:
    why, free = _cause(context, trust)
    usual = Severity.MEDIUM if free else Severity.LOW
    return Verdict(
        Outcome.FAILED,
        trust.identity.id,
        f"{trust.identity.name} accepts `{trust.text}`, and {why}.",
        key=trust.subject.id,
        severity=usual.raised() if free and privileged(context, trust.identity) else usual,
        grants=trust.grants,
        related=(trust.subject.id,),
    )


def _cause(context: RuleContext, trust: Trust) -> tuple[str, bool]:
    """Return why nobody bears a subject, and whether a new repository of that name could."""
    parts = parts_of(trust)
    if parts is None or "*" in parts.name or "?" in parts.name:
        return "no repository of the organization can bear it", False
    found = github_estate(context).repositories.get(parts.full_name)
    if found is None:
        words = f"the organization has no repository {parts.name}"
        if parts.repository_id:
            return f"{words}; another one of that name would have another id", False
        return f"{words}: whoever creates, renames or transfers one to that name may enter", True
    number = str(found.attributes.get("unique_id", "")).removeprefix("github:")
    if parts.repository_id and parts.repository_id != number:
        return f"the repository {found.name} has another id: the one that was meant is gone", False
    if found.attributes.get("archived") or found.attributes.get("actions_enabled") is False:
        return f"no workflow runs in {found.name}, which is archived or has Actions turned off", False
    if f"{parts.owner}/{parts.name}" != found.name:
        return f"tokens spell the repository {found.name}, and case counts", False
    return f"no job of {found.name} has such a subject: tokens there are made otherwise", False
