"""Rule entra-long-lived-secret: a client secret or certificate is valid, or in use, for longer than the policy allows.

Input: a snapshot. Output: one verdict for each secret and certificate in force.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from analytics.rules._context import NO_TIME, RuleContext
from analytics.rules._entra import Estate, estate
from analytics.rules._entra_credentials import EntraCredential, credentials, unseen_credentials
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="entra-long-lived-secret",
    title="Long-lived secret of an application",
    question="Is this secret or certificate of an application valid, or in use, for longer than the policy allows?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "A client secret works from anywhere until it ends, without a second factor. The longer it lives, the more "
        "copies of it lie in files, pipelines and mailboxes, and the fewer people know where."
    ),
    remediation=(
        "Best: let the workload federate or use a managed identity, and delete the secret. Else make a new one with a "
        "short life, move every consumer, delete the old one, and set an app management policy that caps lifetimes."
    ),
    references=(
        Reference("https://learn.microsoft.com/entra/identity-platform/security-best-practices-for-app-registration"),
        Reference("https://learn.microsoft.com/graph/api/resources/applicationauthenticationmethodpolicy"),
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
        "Secrets and certificates that are over, or have not begun, are not looked at.",
        "Certificates that sign tokens for single sign-on, and the passwords of their keys, prove no application and "
        "are left out.",
        "Whether anybody still holds a copy is not known.",
    ),
)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict a secret or certificate in force."""
    known = estate(context)
    yield from unseen_credentials(known)
    for item in credentials(context):
        if item.active:
            yield _judge(item, context, known)


def _judge(item: EntraCredential, context: RuleContext, known: Estate) -> Verdict:
    policy = context.policy
    limit = policy.entra_secret_days if item.is_secret else policy.entra_certificate_days
    fault = _fault(item, context.as_of, limit)
    if fault is None:
        if item.starts_at is None or item.ends_at is None:
            return Verdict.not_judged(item.identity.id, f"{item.node.name}: the evidence does not say when it began.")
        return Verdict.passed(item.identity.id)
    if not fault:
        return Verdict.not_judged(item.identity.id, f"{item.node.name}: {NO_TIME}")
    usable = item.identity.attributes.get("active") is not False
    return Verdict(
        Outcome.FAILED,
        item.identity.id,
        f"The {item.node.name} of {item.identity.name} {fault}; the policy allows {limit} days.",
        key=item.id,
        severity=known.severity(item.identity, Severity.MEDIUM) if usable else Severity.LOW,
        grants=(item.id,),
        evidence=(item.node.evidence,),
        related=(item.id,),
    )


def _fault(item: EntraCredential, as_of: datetime | None, limit: int) -> str | None:
    """Return what is too long; ``None`` for nothing, ``""`` where no time is known to judge by."""
    if item.ends_at is None:
        return "never ends"
    if item.starts_at is not None:
        length = item.ends_at - item.starts_at
        return f"is valid for {length.days} days" if length > timedelta(days=limit) else None
    if as_of is None:
        return ""
    rest = item.ends_at - as_of
    return f"is valid for {rest.days} more days" if rest > timedelta(days=limit) else None
