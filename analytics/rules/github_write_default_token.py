"""Rule github-write-default-token: GITHUB_TOKEN writes or approves by default.

Input: a snapshot. Output: one verdict for each organization, and one for each looser repository.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._github import github_estate
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-write-default-token",
    title="Every job may write by default",
    question="Does GITHUB_TOKEN write, or approve pull requests, in jobs that ask for nothing?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "A workflow that says nothing of permissions then pushes code and makes releases with its token, and so "
        "does every action in it. A token that may approve pull requests makes a required review one that a "
        "workflow gives."
    ),
    remediation=(
        "Set the organization's default to read, turn off that Actions approves pull requests, and let each "
        "workflow name what it writes in `permissions`."
    ),
    references=(
        Reference(
            "https://docs.github.com/organizations/managing-organization-settings/disabling-or-limiting-github-actions-for-your-organization"
        ),
        Reference("https://docs.github.com/en/actions/reference/security/secure-use", "2026-11"),
    ),
    frameworks=(
        "NHI5:2025",
        "NHI6:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "NIST SP 800-53 AC-5",
        "ISO/IEC 27001:2022 A.8.9",
    ),
    since="0.2.0",
    limits=(
        "A repository is named only where its own setting is looser than the organization's.",
        "Workflows that name their permissions are not affected by the default.",
        "Settings of an enterprise above the organization are not looked at.",
    ),
)

_OPERATION = "actions.get-github-actions-default-workflow-permissions-organization"


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an organization and setting, and one a repository that is looser."""
    known = github_estate(context)
    yield from known.not_looked_at("What GITHUB_TOKEN may do by default is not known", _OPERATION)
    for login, node in sorted(known.organizations.items()):
        if known.looked_at(login, _OPERATION):
            found = list(_faults(node, {}))
            yield from found or [Verdict.passed(node.id)]
    for name, node in sorted(known.repositories.items()):
        above = known.organizations.get(name.partition("/")[0])
        found = list(_faults(node, above.attributes if above is not None else {}))
        if (
            not found
            and node.attributes.get("default_permissions") == "read"
            and not node.attributes.get("can_approve")
        ):
            found.append(Verdict.passed(node.id))
        yield from found


def _faults(node: Node, above: dict[str, object] | object) -> Iterator[Verdict]:
    told = above if isinstance(above, dict) else {}
    if node.attributes.get("default_permissions") == "write" and told.get("default_permissions") != "write":
        yield Verdict(
            Outcome.FAILED,
            node.id,
            f"GITHUB_TOKEN writes in every job of {node.name} that does not say otherwise.",
            key="write",
        )
    if node.attributes.get("can_approve") is True and told.get("can_approve") is not True:
        yield Verdict(
            Outcome.FAILED,
            node.id,
            f"Workflows of {node.name} may approve pull requests.",
            key="approve",
        )
