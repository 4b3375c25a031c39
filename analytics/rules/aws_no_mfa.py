"""Rule aws-no-mfa: somebody signs in with a password alone.

Input: a snapshot. Output: one verdict for each user with a console password, and for each root user.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-no-mfa",
    title="Password without MFA",
    question="Does a console password open this user without a second factor?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale="A password that was guessed, reused or phished is then enough to act as the user.",
    remediation=(
        "Assign an MFA device, a passkey or security key if possible. Better: let people sign in through IAM Identity "
        "Center, and delete passwords of users that are machines."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html", "2026-11"),
    ),
    frameworks=(
        "NHI4:2025",
        "NIST CSF 2.0 PR.AA-03",
        "NIST SP 800-53 IA-2(1)",
        "CIS Controls 8.1 6.5",
        "PCI DSS 4.0.1 8.4.2",
        "ISO/IEC 27001:2022 A.8.5",
    ),
    since="0.2.0",
    limits=(
        "A policy that denies everything without MFA is not looked at here; `explain` shows what is open without it.",
        "The root user of a member account may have no password at all where root access is managed centrally; the "
        "credential report does not say so, and confidence is then medium.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a user that has, or may have, a password."""
    for node in context.nodes(NodeKind.AWS_USER, NodeKind.AWS_ROOT):
        verdict = _judge(node, context)
        if verdict is not None:
            yield verdict


def _judge(node: Node, context: RuleContext) -> Verdict | None:
    root = node.kind is NodeKind.AWS_ROOT
    password, device = node.attributes.get("has_password"), node.attributes.get("mfa_active")
    if password is False:
        return None
    if device is True:
        return Verdict.passed(node.id)
    if device is None or (password is None and not root):
        return Verdict.not_judged(node.id, "The evidence does not say whether there is a password and an MFA device.")
    if root and password is None:
        return _failed(node, context, "The root user has no MFA device; nothing says whether it has a password.")
    used = str(node.attributes.get("password_last_used_at") or "")
    return _failed(
        node,
        context,
        f"{'The root user' if root else 'The user'} has a console password and no MFA device"
        + (f"; last signed in {used[:10]}." if used else "."),
    )


def _failed(node: Node, context: RuleContext, message: str) -> Verdict:
    root, known = node.kind is NodeKind.AWS_ROOT, node.attributes.get("has_password") is True
    return Verdict(
        Outcome.FAILED,
        node.id,
        message,
        key="password",
        severity=Severity.CRITICAL if root else context.severity_for(node.id, Severity.MEDIUM),
        confidence=Confidence.HIGH if known else Confidence.MEDIUM,
        grants=(f"aws:password:{node.id}",) if known else (),
        evidence=(node.evidence,) if node.evidence else (),
    )
