"""Rule github-shared-runner: a runner takes code of different trust.

Input: a snapshot. Output: one verdict for each self-hosted runner, or one a fault.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import counted, named
from analytics.rules._github import FILES, github_estate, repository_of
from analytics.rules._github_runners import Runner, runners
from analytics.rules._github_stakes import Stake
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import State
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-shared-runner",
    title="Own machine runs code of different trust",
    question="Does a self-hosted runner take code that is trusted less than other jobs on it?",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    rationale=(
        "A runner that is kept between jobs is a machine on which whoever ran one job waits for the next one: its "
        "secrets, its tokens, its files. Code of a public repository's pull request, or of a repository that many "
        "write to, then reads what a deployment brings."
    ),
    remediation=(
        "Give deployments a runner group of their own for selected repositories, make runners anew for each job "
        "(`--ephemeral`), and run public repositories on GitHub's machines."
    ),
    references=(
        Reference(
            "https://docs.github.com/actions/reference/security/secure-use#hardening-for-self-hosted-runners", "2026-11"
        ),
        Reference("https://docs.github.com/en/actions/reference/security/secure-use", "2026-11"),
    ),
    frameworks=(
        "NHI6:2025",
        "NHI8:2025",
        "NIST CSF 2.0 PR.IR-01",
        "NIST SP 800-53 SC-7",
        "NIST SP 800-53 AC-4",
        "ISO/IEC 27001:2022 A.8.31",
    ),
    since="0.2.0",
    limits=(
        "Which repositories a group for selected ones has is not in the evidence; such a runner is not judged "
        "unless something surer is found.",
        "Where nothing tells whether a runner is made anew for each job, it is not judged.",
        "Jobs are matched to runners by labels; the rights of the machine itself in a cloud are not known.",
        "Whether outsiders' first pull requests wait for an approval is a setting that is not looked at: the "
        "finding says that one is needed.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a runner, or one a fault."""
    lists = ("actions.list-self-hosted-runners-for-org", "actions.list-self-hosted-runners-for-repo")
    yield from github_estate(context).not_looked_at("Which machines run jobs is not known in full", *lists)
    for runner in runners(context):
        found = [verdict for verdict in (_forks(snapshot, runner), _shared(context, runner)) if verdict is not None]
        yield from found or [Verdict.passed(runner.node.id)]


def _forks(snapshot: Snapshot, runner: Runner) -> Verdict | None:
    if runner.forks is None:
        return None
    edge, state = snapshot.edge(runner.forks[0]), runner.forks[1]
    if state is State.UNVERIFIED:
        return Verdict.not_judged(runner.node.id, f"Code of forks may run on it; that is not sure: {edge.note}")
    text = next((grant.text for grant in snapshot.grants_of(runner.forks[0])), "a workflow of a public repository")
    return Verdict(
        Outcome.FAILED,
        runner.node.id,
        f"{runner.node.name} runs code of pull requests from forks ({text}), once somebody approves the run.",
        key="fork",
        severity=Severity.MEDIUM if runner.ephemeral else Severity.HIGH,
        state=state,
        grants=edge.grants,
        related=(edge.source,),
    )


def _shared(context: RuleContext, runner: Runner) -> Verdict | None:
    if runner.ephemeral or runner.stake < Stake.IDENTITY or not runner.others:
        return None
    if not github_estate(context).looked_at(runner.node.scope, FILES) or runner.state is State.UNVERIFIED:
        why = "Whether it is kept between jobs, or which repositories use it, is not known in full."
        return Verdict.not_judged(runner.node.id, why)
    where = sorted({repository_of(job) for job in runner.strong})
    many = counted(runner.others, "other repository").replace("repositorys", "repositories")
    return Verdict(
        Outcome.FAILED,
        runner.node.id,
        f"{runner.node.name} is kept between jobs; writers of {many} run code on it and meet jobs of {named(where)}, "
        + ("which lead to full control." if runner.stake is Stake.ADMIN else "which become identities elsewhere."),
        key="shared",
        severity=runner.stake.severity,
        related=runner.strong[:10],
    )
