"""Rule no-living-owner: nobody who is still here answers for an identity.

Input: a snapshot. Output: one verdict for each user and role of the customer's own, and each imported identity.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._identities import identities, made_by_aws, may_be_person, policies_seen
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="no-living-owner",
    title="No living owner",
    question="Does nobody who is still here answer for this identity?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "Without an owner nobody reviews what the identity may do, nobody knows what breaks when its key is revoked, "
        "and nobody notices that it is no longer needed."
    ),
    remediation=(
        "Name a person or team in an owner tag or in `declared/owners.csv`. If nobody claims the identity, deactivate "
        "it and delete it when nothing breaks."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html"),
        Reference("https://owasp.org/www-project-non-human-identities-top-10/2025/"),
    ),
    frameworks=(
        "NHI1:2025",
        "ASI10",
        "NIST CSF 2.0 GV.RR-02",
        "NIST CSF 2.0 ID.AM-08",
        "NIST SP 800-53 AC-2",
        "CIS Controls 8.1 5.5",
        "ISO/IEC 27001:2022 A.5.9",
    ),
    since="0.1.0",
    limits=(
        "An owner kept in a system that was not declared is not seen.",
        "A named owner of whom nothing says whether they are still here is not judged.",
        "A user with a password and no key may be a person; without an owner it is not judged.",
        "Service-linked roles and roles that AWS makes are not judged.",
        "Identities of Entra ID are judged by rules of their own.",
        "Identities of an imported graph are not judged: it has no place for owners.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an identity; an owner who left counts as none."""
    for node in identities(context):
        yield _judge(node, context)
    for node in context.nodes(NodeKind.OTHER_IDENTITY):
        yield _of_table(node, context)


def _judge(node: Node, context: RuleContext) -> Verdict:
    named = _named(node, context)
    if named is not None:
        return named
    if made_by_aws(node):
        return Verdict.not_judged(node.id, "AWS made the role; it carries no owner.")
    if not policies_seen(node):
        return Verdict.not_judged(node.id, "Its tags are not in the evidence.")
    if may_be_person(context, node):
        return Verdict.not_judged(node.id, "It has a password and no key, so it may be a person's own user.")
    return _failed(node, context, "No tag and no declaration names an owner.")


def _named(node: Node, context: RuleContext) -> Verdict | None:
    """Return the verdict on the owner that is named; ``None``: none is."""
    owner, active = str(node.attributes.get("owner", "")), node.attributes.get("owner_active")
    if owner and active is not None:
        if active:
            return Verdict.passed(node.id)
        return _failed(node, context, f"Its owner {owner} has left ({node.attributes.get('owner_source', '')}).")
    if owner:
        return Verdict.not_judged(node.id, f"Its owner is {owner}; nothing says whether {owner} is still here.")
    return None


def _of_table(node: Node, context: RuleContext) -> Verdict:
    """Return the verdict on an identity of an imported table; an imported graph has no place for owners."""
    named = _named(node, context)
    if named is not None:
        return named
    if node.source != "other":
        return Verdict.not_judged(node.id, "The graph that it was imported with says nothing of owners.")
    return _failed(node, context, "Neither its row nor a declaration names an owner.")


def _failed(node: Node, context: RuleContext, message: str) -> Verdict:
    return Verdict(Outcome.FAILED, node.id, message, severity=context.severity_for(node.id, Severity.MEDIUM))
