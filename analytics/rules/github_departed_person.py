"""Rule github-departed-person: the person behind an account has left.

Input: a snapshot. Output: one verdict for each account of whose person something is known.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._entra import counted
from analytics.rules._github import github_estate
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.evaluate.github.ids import organization_node
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="github-departed-person",
    title="Somebody who has left is still in",
    question="Has the person behind this account of the organization left?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "An account at GitHub is the person's own and outlives the job. As long as it is a member, an owner or a "
        "collaborator, its tokens and keys enter, and no directory's offboarding reaches it."
    ),
    remediation=(
        "Remove the account from the organization, end its tokens, and make that a step of offboarding, or bind "
        "membership to single sign-on with provisioning."
    ),
    references=(
        Reference(
            "https://docs.github.com/organizations/managing-user-access-to-your-organizations-repositories/managing-repository-roles/repository-roles-for-an-organization",
            "2026-11",
        ),
        Reference("https://owasp.org/www-project-non-human-identities-top-10/2025/"),
    ),
    frameworks=(
        "NHI1:2025",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 AC-2",
        "NIST SP 800-53 PS-4",
        "CIS Controls 8.1 6.2",
        "ISO/IEC 27001:2022 A.5.18",
    ),
    since="0.2.0",
    limits=(
        "Who has left is what `declared/people` says of the login (`github:LOGIN`), or what another system says "
        "of the person that a joint found behind it.",
        "Members of whom nothing is said are counted in one verdict for the organization.",
        "What is left of an account that was removed (deploy keys that it added) is github-write-deploy-key's.",
    ),
)

_WORDS = {"admin": "an owner", "member": "a member", "outside": "an outside collaborator", "": "a member"}


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an account, and one an organization that has accounts of whom nothing is known."""
    yield from github_estate(context).not_looked_at("Who is a member is not known", "orgs.list-members")
    unknown: dict[str, int] = {}
    for node in context.nodes(NodeKind.GITHUB_USER):
        active = node.attributes.get("person_active")
        if active is None:
            unknown[node.scope] = unknown.get(node.scope, 0) + 1
        else:
            yield Verdict.passed(node.id) if active else _failed(snapshot, node)
    for login, count in sorted(unknown.items()):
        people = counted(count, "account")
        why = f"Nothing says whether the person behind {people} of the organization is still here."
        yield Verdict.not_judged(organization_node(login), why)


def _failed(snapshot: Snapshot, node: Node) -> Verdict:
    role = str(node.attributes.get("role", ""))
    grants = [f"github:membership:{node.scope}:{node.id.rpartition(':')[2]}"]
    return Verdict(
        Outcome.FAILED,
        node.id,
        f"{node.name} is {_WORDS.get(role, 'a member')} of {node.scope}, and the person has left.",
        severity=Severity.HIGH if role == "admin" else Severity.MEDIUM,
        grants=tuple(grant for grant in grants if snapshot.grant(grant) is not None),
    )
