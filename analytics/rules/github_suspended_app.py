"""Rule github-suspended-app: a suspended app keeps its rights.

Input: a snapshot. Output: one verdict for each installed app.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import named
from analytics.rules._github import github_estate
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-suspended-app",
    title="Suspended app still installed",
    question="Is an app suspended and still installed with rights to write?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "Suspension is undone with one click, by an owner or by the app's own maker where he suspended it, and "
        "everything that was granted is there again. What nobody wants back is better uninstalled."
    ),
    remediation="Uninstall the app.",
    references=(
        Reference(
            "https://docs.github.com/organizations/managing-programmatic-access-to-your-organization/reviewing-github-apps-installed-in-your-organization"
        ),
    ),
    frameworks=(
        "NHI1:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-2(3)",
        "CIS Controls 8.1 5.3",
        "ISO/IEC 27001:2022 A.5.18",
    ),
    since="0.2.0",
    limits=(
        "Who suspended the app is not looked at.",
        "An app that only reads passes.",
    ),
)

_LISTS = ("orgs.list-app-installations",)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an installed app."""
    yield from github_estate(context).not_looked_at("Which apps are installed is not known", *_LISTS)
    for node in context.nodes(NodeKind.GITHUB_APP):
        given = node.attributes.get("permissions") or {}
        written = sorted(name for name, level in given.items() if level in ("write", "admin"))
        if not node.attributes.get("suspended") or not written:
            yield Verdict.passed(node.id)
            continue
        yield Verdict(
            Outcome.FAILED,
            node.id,
            f"The app {node.name} is suspended and keeps the right to write {named(written)}.",
        )
