"""Rule github-loose-subject: a template of subjects leaves out what trusts rely on.

Input: a snapshot. Output: one verdict for each organization or repository with a template of its own.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._github import github_estate
from analytics.rules._github_trust import bearers
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.evaluate.github.ids import actions_node
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-loose-subject",
    title="Subject of tokens names no repository",
    question="Does the subject of tokens not name the repository, or not where in it the job runs?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "Trusts look at the subject. Where it does not name the repository, a job of any repository with the same "
        "template bears it; where it leaves out branch and environment, a pull request bears what a release does."
    ),
    remediation=(
        "Keep `repo` and `context` in the template, and add what else the trust needs (`job_workflow_ref`, "
        "`environment`)."
    ),
    references=(Reference("https://docs.github.com/en/actions/reference/security/oidc", "2026-11"),),
    frameworks=(
        "NHI4:2025",
        "NHI6:2025",
        "NIST CSF 2.0 PR.AA-04",
        "NIST SP 800-53 IA-9",
        "ISO/IEC 27001:2022 A.8.5",
    ),
    since="0.2.0",
    limits=(
        "Custom properties and other keys whose values are not known here count as naming nothing.",
        "A trust may ask for the left-out claim beside the subject; whether each does is not looked at.",
        "Templates of an enterprise are not looked at.",
    ),
)

_REPOSITORY = frozenset({"repo", "repository", "repository_id", "workflow_ref"})
_PLACE = frozenset({"context", "environment", "ref", "workflow_ref", "job_workflow_ref", "sha"})
_LISTS = ("oidc.get-oidc-custom-sub-template-for-org", "actions.get-custom-oidc-sub-claim-for-repo")


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a template."""
    known = github_estate(context)
    yield from known.not_looked_at("How subjects are made is not known in full", *_LISTS)
    trusted = _trusted(snapshot, context)
    followers: dict[str, list[str]] = {}
    for name, node in sorted(known.repositories.items()):
        if node.attributes.get("subject_default") is False and not node.attributes.get("subject_keys"):
            followers.setdefault(name.partition("/")[0], []).append(name)
        elif node.attributes.get("subject_default") is not None:
            keys = () if node.attributes.get("subject_default") else tuple(node.attributes.get("subject_keys") or ())
            yield _judge(node, keys, trusted=name in trusted)
    for login, node in sorted(known.organizations.items()):
        if known.looked_at(login, _LISTS[0]):
            keys = tuple(node.attributes.get("subject_keys") or ())
            yield _judge(node, keys, trusted=any(name in trusted for name in followers.get(login, ())))


def _trusted(snapshot: Snapshot, context: RuleContext) -> frozenset[str]:
    """Return repositories of which some trust accepts a subject that runs of any branch bear."""
    into = bearers(context, "github-oidc-subject").values()
    sources = {snapshot.node_id(int(snapshot.arrays.edge_source[each.edge])) for steps in into for each in steps}
    start = actions_node("")
    return frozenset(each.removeprefix(start) for each in sources if each.startswith(start))


def _judge(node: Node, keys: tuple[str, ...], *, trusted: bool) -> Verdict:
    """Return the verdict on a template; without keys GitHub's own form counts, which names both."""
    given = set(keys)
    if not given or (given & _REPOSITORY and given & _PLACE):
        return Verdict.passed(node.id)
    nameless = not given & (_REPOSITORY | {"job_workflow_ref"})
    what = "the repository" if nameless else "branch, environment or workflow"
    if not nameless and given & _PLACE:
        return Verdict.passed(node.id)
    usual = Severity.MEDIUM if nameless else Severity.LOW
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"Subjects of {node.name} are made of {', '.join(keys)}: they do not name {what}"
        + (", and a trust accepts one of them." if trusted else "."),
        severity=usual.raised() if trusted else usual,
    )
