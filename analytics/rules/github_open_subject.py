"""Rule github-open-subject: runs of any branch become a privileged identity.

Input: a snapshot. Output: one verdict for each subject of GitHub that a privileged identity accepts.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import counted, named
from analytics.rules._github import repository_of
from analytics.rules._github_trust import Bearing, Trust, bearers, privileged, trusts
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-open-subject",
    title="Any branch becomes a privileged identity",
    question="Do runs that any writer of a repository starts become an identity with, or with a way to, full control?",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    rationale=(
        "Whoever may push a branch chooses what the workflow on it does. Where the trust takes tokens of every "
        "branch, tag or pull request, no review stands between a writer, or a stolen token of one, and the cloud "
        "account."
    ),
    remediation=(
        "Accept one environment whose branches and reviewers are set, or the protected default branch alone: "
        "`repo:OWNER/NAME:environment:NAME`. Give builds of branches an identity that reads what they need."
    ),
    references=(
        Reference("https://docs.github.com/en/actions/reference/security/oidc", "2026-11"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"),
        Reference("https://learn.microsoft.com/entra/workload-id/workload-identity-federation"),
    ),
    frameworks=(
        "NHI4:2025",
        "NHI5:2025",
        "NHI6:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "NIST SP 800-53 IA-9",
        "ISO/IEC 27001:2022 A.8.2",
    ),
    since="0.2.0",
    limits=(
        "Only privileged identities are asked about: administrators, those with a way to full control, and "
        "those that hold directory permissions by which one becomes others.",
        "Patterns that let in strangers are found by aws-weak-oidc-trust and entra-weak-federation, whatever "
        "the identity holds.",
        "Pull requests from forks get no token of this kind unless the repository allows it; the finding is "
        "about those who write.",
        "Environments and branches that do not exist yet are the rule github-trust-in-missing-place's; a "
        "default branch without protection is github-open-default-branch's.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an accepted subject of a privileged identity."""
    for trust in trusts(context):
        wanted = privileged(context, trust.identity)
        if wanted is False:
            yield Verdict.passed(trust.identity.id)
        elif wanted is None:
            why = "Whether it is or becomes administrator rests on missing evidence."
            yield Verdict.not_judged(trust.identity.id, why)
        else:
            yield _judge(snapshot, context, trust)


def _judge(snapshot: Snapshot, context: RuleContext, trust: Trust) -> Verdict:
    arrays = snapshot.arrays
    into = bearers(context, "github-oidc-subject").get(trust.subject.id, ())
    # A branch or an environment is a place of its own; the runs of a repository are whatever a writer pushes.
    ways = [(each, snapshot.node_id(int(arrays.edge_source[each.edge]))) for each in into if each.serves(trust)]
    open_ones = [(_state(each, trust), runs) for each, runs in ways if runs.startswith("github:actions:")]
    sure = {runs: state for state, runs in sorted(open_ones) if state > State.UNVERIFIED}
    if sure:
        return _failed(trust, list(sure), max(sure.values()))
    if sure or open_ones or trust.word in ("unverified", "not collected", ""):
        return Verdict.not_judged(
            trust.identity.id, f"Which runs can bear `{trust.text}` was not, or not in full, looked at."
        )
    return Verdict.passed(trust.identity.id)


def _state(step: Bearing, trust: Trust) -> State:
    """Return the state of a way into a trust's identity; claims that a place fixes may have decided its conditions."""
    return min(step.state, trust.state) if step.identities is None else step.state


def _failed(trust: Trust, runs: list[str], state: State) -> Verdict:
    conditional = state is State.CONDITIONAL
    names = [repository_of(each) for each in runs]
    return Verdict(
        Outcome.FAILED,
        trust.identity.id,
        f"Whoever pushes a branch to {named(names)} ({counted(len(names), 'place')} in all) becomes "
        f"{trust.identity.name}, since it accepts `{trust.text}`"
        + (", if the trust's other tests hold." if conditional else "."),
        key=trust.subject.id,
        severity=Severity.MEDIUM if conditional else Severity.HIGH,
        confidence=Confidence.MEDIUM if conditional else Confidence.HIGH,
        state=state,
        grants=trust.grants,
        related=(trust.subject.id, *runs[:10]),
    )
