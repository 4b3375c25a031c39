"""Rule aws-secret-without-rotation: nothing changes a secret, or not in time.

Input: a snapshot. Output: one verdict for each secret.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from analytics.rules._context import LOWER_BOUND, NO_TIME, RuleContext, parse_moment
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-secret-without-rotation",
    title="Secret without rotation",
    question="Is the rotation of this secret off, or later than the policy allows?",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    rationale=(
        "A secret that is never changed serves everybody who ever read it: former staff, old machines, logs. The day "
        "it must be changed in a hurry is then the first time that anybody tries."
    ),
    remediation=(
        "Let Secrets Manager rotate the secret, by managed rotation or a function, or replace it by credentials that "
        "end by themselves (IAM authentication of databases, OIDC)."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets.html"),
        Reference("https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_SecretListEntry.html"),
    ),
    frameworks=(
        "NHI7:2025",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 IA-5",
        "PCI DSS 4.0.1 8.6.3",
        "ISO/IEC 27001:2022 A.5.17",
    ),
    since="0.2.0",
    limits=(
        "Where rotation is off, a change by hand counts only for severity: the vendor's date of the last change moves "
        "with tags and descriptions, too.",
        "Secrets that another service manages are not judged; that service rotates them.",
        "Parameters of Systems Manager have no rotation and are not looked at.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a secret."""
    for node in context.nodes(NodeKind.SECRET):
        service = node.attributes.get("owning_service")
        if service:
            yield Verdict.not_judged(node.id, f"The service {service} manages the secret and its rotation.")
        elif node.attributes.get("rotation_enabled"):
            yield _on(node, context)
        else:
            yield _off(node, context)


def _off(node: Node, context: RuleContext) -> Verdict:
    changed = _last(node, "last_changed_at", "created_at")
    limit = context.policy.secret_rotation_days
    days = (context.as_of - changed).days if context.as_of is not None and changed is not None else None
    late = days is not None and days > limit
    text = f"Rotation is off, and the secret has not been changed for {days} days; the policy allows {limit}."
    return _failed(node, text if late else "Rotation is off.", Severity.MEDIUM if late else Severity.LOW)


def _on(node: Node, context: RuleContext) -> Verdict:
    if context.as_of is None:
        return Verdict.not_judged(node.id, NO_TIME)
    since = _last(node, "last_rotated_at", "created_at")
    if since is None:
        return Verdict.not_judged(node.id, "The evidence does not say when the secret was last rotated.")
    limit = context.policy.secret_rotation_days
    if context.as_of - since <= timedelta(days=limit):
        return Verdict.not_judged(node.id, LOWER_BOUND) if context.as_of_is_lower_bound else Verdict.passed(node.id)
    days = (context.as_of - since).days
    never = not node.attributes.get("last_rotated_at")
    what = f"has never happened in the {days} days since its creation" if never else f"last happened {days} days ago"
    return _failed(node, f"Rotation is on and {what}; the policy allows {limit}.", Severity.MEDIUM)


def _last(node: Node, *names: str) -> datetime | None:
    """Return the first of several times that is known."""
    found = (parse_moment(node.attributes.get(name)) for name in names)
    return next((moment for moment in found if moment is not None), None)


def _failed(node: Node, text: str, severity: Severity) -> Verdict:
    evidence = (node.evidence,) if node.evidence else ()
    return Verdict(Outcome.FAILED, node.id, text, key="rotation", severity=severity, evidence=evidence)
