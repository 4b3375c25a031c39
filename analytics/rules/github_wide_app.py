"""Rule github-wide-app: an app writes everywhere and nobody answers for it.

Input: a snapshot. Output: one verdict for each installed app that is not suspended.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import named
from analytics.rules._github import github_estate
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-wide-app",
    title="App writes everywhere and nobody answers for it",
    question=(
        "Does an app that writes to every repository, or administers the organization, have nobody who answers for it?"
    ),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "Whoever has the app's private key acts in every repository, the next ones too. With nobody who answers for "
        "it, nobody asks whether it is still used, who runs it, and what its vendor had stolen."
    ),
    remediation=(
        "Name somebody who answers for the app (`declared/owners.csv`), install it on the repositories that it "
        "works in, take back permissions that it does not use, or uninstall it."
    ),
    references=(
        Reference(
            "https://docs.github.com/organizations/managing-programmatic-access-to-your-organization/reviewing-github-apps-installed-in-your-organization"
        ),
        Reference("https://docs.github.com/rest/authentication/permissions-required-for-github-apps", "2026-11"),
    ),
    frameworks=(
        "NHI3:2025",
        "NHI5:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 AC-6",
        "CIS Controls 8.1 5.5",
        "ISO/IEC 27001:2022 A.5.18",
    ),
    since="0.2.0",
    limits=(
        "GitHub does not say who in the organization answers for an app: owners are what is declared.",
        "Whether the app is used, and what its vendor keeps, is not in GitHub's answers.",
        "An app that is installed on selected repositories passes unless it administers the organization.",
    ),
)

_CODE = ("contents", "workflows", "administration", "actions", "secrets", "environments", "packages", "deployments")
_ORGANIZATION = ("members", "organization_administration", "organization_secrets", "organization_self_hosted_runners")
_LISTS = ("orgs.list-app-installations",)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an installed app."""
    yield from github_estate(context).not_looked_at("Which apps are installed is not known", *_LISTS)
    for node in context.nodes(NodeKind.GITHUB_APP):
        if not node.attributes.get("suspended"):
            yield _judge(node)


def _judge(node: Node) -> Verdict:
    given = node.attributes.get("permissions") or {}
    written = [name for name, level in given.items() if level in ("write", "admin")]
    wide = [name for name in written if name in _ORGANIZATION]
    if node.attributes.get("all_repositories"):
        wide += [name for name in written if name in _CODE]
    owner, active = str(node.attributes.get("owner", "")), node.attributes.get("owner_active")
    if not wide or (owner and active):
        return Verdict.passed(node.id)
    if owner and active is None:
        return Verdict.not_judged(node.id, f"{owner} answers for it; nothing says whether {owner} is still here.")
    code = {"contents", "workflows"} <= set(wide) or "administration" in wide or set(wide) & set(_ORGANIZATION)
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"The app {node.name} writes {named(sorted(wide))} "
        + ("in every repository" if node.attributes.get("all_repositories") else "of the organization")
        + (f", and {owner}, who answered for it, has left." if owner else ", and nobody is named who answers for it."),
        severity=Severity.HIGH if code else Severity.MEDIUM,
        grants=(node.id,),
    )
