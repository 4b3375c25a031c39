"""Rule github-open-default-branch: the default branch of a repository that leads far is open.

Input: a snapshot. Output: one verdict for each repository that runs workflows.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import named
from analytics.rules._github import github_estate, repository_of, sleeps
from analytics.rules._github_jobs import jobs
from analytics.rules._github_stakes import Stake, stakes
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.evaluate.github.ids import branch_node
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-open-default-branch",
    title="Default branch that leads far is open",
    question=(
        "May one writer alone, an administrator or somebody exempt change the default branch whose workflows become "
        "an identity elsewhere or hold secrets?"
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "What stands on the default branch runs with the identity that the branch's subject opens and with the "
        "secrets of its workflows. Without a required review one person, or one stolen token, decides alone; an "
        "exempt administrator is that person."
    ),
    remediation=(
        "Require a pull request with an approval on the default branch, for administrators too, and take people and "
        "apps off the list of those who need none."
    ),
    references=(
        Reference(
            "https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches",
            "2026-11",
        ),
    ),
    frameworks=(
        "NHI6:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 CM-3",
        "NIST SP 800-53 CM-5",
        "NIST SP 800-53 AC-5",
        "ISO/IEC 27001:2022 A.8.32",
    ),
    since="0.2.0",
    limits=(
        "Who is exempt from a ruleset is not in the answer that is read; only classic branch protection tells.",
        "Whoever administers the repository can change the rule; that takes a step that is logged, and is not "
        "reported here.",
        "Required status checks without a review count as no review.",
        "A repository whose trust takes any branch is the rule github-open-subject's as well.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a repository that runs workflows."""
    known = github_estate(context)
    yield from known.not_looked_at("Which repositories there are is not known", "repos.list-for-org")
    worst: dict[str, Stake] = {}
    with_secrets: set[str] = set()
    for job in jobs(context).values():
        worst[job.repository] = max(worst.get(job.repository, Stake.NONE), stakes(context).of(job.node.id))
        if job.secrets:
            with_secrets.add(job.repository)
    for runs in context.nodes(NodeKind.GITHUB_ACTIONS_IDENTITY):
        name = repository_of(runs.id)
        if name in known.repositories and not sleeps(context, runs.id):
            yield _repository(
                context, known.repositories[name], worst.get(name, Stake.NONE), secrets=name in with_secrets
            )


def _repository(context: RuleContext, node: Node, stake: Stake, *, secrets: bool) -> Verdict:
    default = str(node.attributes.get("default_branch", ""))
    branch = context.node(branch_node(repository_of(node.id), default))
    if branch is not None:
        stake = max(stake, stakes(context).of(branch.id))
    if stake is Stake.NONE and not secrets:
        return Verdict.passed(node.id)
    if stake is Stake.UNKNOWN and not secrets:
        return Verdict.not_judged(node.id, "What its default branch leads to rests on missing evidence.")
    if branch is None or not branch.collected or not branch.attributes.get("known"):
        return Verdict.not_judged(node.id, f"What protects its default branch {default} was not looked at in full.")
    fault, severe = _fault(branch)
    if not fault:
        return Verdict.passed(node.id)
    leads = "becomes identities elsewhere" if stake >= Stake.IDENTITY else "holds secrets"
    leads = "leads to full control elsewhere" if stake is Stake.ADMIN else leads
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"The default branch {default} of {node.name} {leads}, and {fault}.",
        severity=stake.severity if severe else stake.severity.raised(-1),
        evidence=(branch.evidence,),
        related=(branch.id,),
    )


def _fault(branch: Node) -> tuple[str, bool]:
    """Return what is open, and whether to every writer."""
    facts = branch.attributes
    if facts.get("locked") or facts.get("restricted"):
        listed = ""
    elif not facts.get("protected"):
        return "it is not protected", True
    elif not facts.get("approvals"):
        return "its rule asks for no review", True
    else:
        listed = named([str(name).rpartition(":")[2] for name in facts.get("bypassers") or ()])
    if facts.get("admins_exempt"):
        return "administrators need not keep its rule", False
    return (f"{listed} need no review", False) if listed else ("", False)
