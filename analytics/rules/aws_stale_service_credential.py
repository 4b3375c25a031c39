"""Rule aws-stale-service-credential: a service-specific credential or signing certificate that never ends or is old.

Input: a snapshot. Output: one verdict for each active one, and one for each account whose credentials were not looked
at.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from analytics.rules._context import LOWER_BOUND, NO_TIME, RuleContext
from analytics.rules._keys import days_between
from analytics.rules._service_credentials import LISTING, REPORT, ServiceCredential, service_credentials
from analytics.rules._use import service_moments
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-stale-service-credential",
    title="Stale service-specific credential",
    question="Is this service-specific credential or signing certificate without an end, old, or never used?",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    rationale=(
        "API keys for Bedrock, Git credentials, database passwords and signing certificates open one service for "
        "whoever copies them, without MFA. They are easily forgotten, since reviews of access keys do not show them."
    ),
    remediation=(
        "Best: replace it by temporary credentials of a role. Else make a new one with an expiry where the service "
        "offers it, move what uses it, and delete this one. Delete what nobody uses."
    ),
    references=(
        Reference(
            "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html", "2026-11"
        ),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_service-specific-creds.html"),
        Reference("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html", "2026-11"),
    ),
    frameworks=(
        "NHI7:2025",
        "NHI4:2025",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 IA-5",
        "PCI DSS 4.0.1 8.6.3",
        "ISO/IEC 27001:2022 A.5.17",
    ),
    since="0.2.0",
    limits=(
        "AWS does not record when such a credential was last used; it counts as never used where service last "
        "accessed data shows no use of its service by the user since the credential was made, for longer than the "
        "policy allows.",
        "Only API keys for Bedrock and CloudWatch Logs can have an expiry; other credentials are judged by age.",
        "The credential report says when a signing certificate was uploaded or last changed, not when it ends.",
        "Temporary Bedrock API keys, which a session signs for itself, are in no listing.",
    ),
)
_CAN_EXPIRE = frozenset({"bedrock.amazonaws.com", "logs.amazonaws.com"})
_NAMESPACES = {
    "bedrock.amazonaws.com": "bedrock",
    "cassandra.amazonaws.com": "cassandra",
    "codecommit.amazonaws.com": "codecommit",
    "logs.amazonaws.com": "logs",
}


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict an active credential; an inactive or expired one opens nothing and is left out."""
    for account in sorted({node.scope for node in context.nodes(NodeKind.AWS_USER)}):
        for operation, what in ((LISTING, "service-specific credentials"), (REPORT, "signing certificates")):
            if not context.looked_at(account, operation):
                some = "not all answered" if context.refused(account, operation) else "not in the evidence"
                yield Verdict.not_judged(
                    f"aws:account:{account}", f"The account's {what} are {some} (`{operation}`): others may exist."
                )
    for credential in service_credentials(context):
        if credential.active and not _ended(credential, context.as_of):
            yield _judge(credential, context)


def _ended(credential: ServiceCredential, as_of: datetime | None) -> bool:
    return credential.expires_at is not None and as_of is not None and credential.expires_at <= as_of


def _judge(credential: ServiceCredential, context: RuleContext) -> Verdict:
    label = _label(credential)
    endless = credential.service in _CAN_EXPIRE and credential.expires_at is None
    if context.as_of is None or credential.created_at is None:
        if endless:
            return _failed(credential, [f"{label} never expires"], Confidence.HIGH)
        missing = NO_TIME if context.as_of is None else "the evidence does not say when it was made."
        return Verdict.not_judged(credential.identity, f"{label}: {missing}")
    limit = context.policy.service_credential_days
    age = context.as_of - credential.created_at
    unused = _unused(credential, context, context.as_of)
    reasons = ["never expires"] if endless else []
    if age > timedelta(days=limit):
        reasons.append(f"is {days_between(credential.created_at, context.as_of)} days old; the policy allows {limit}")
    if unused:
        reasons.append("shows no use of its service since it was made")
    if reasons:
        sure = Confidence.HIGH if len(reasons) > int(unused) else Confidence.MEDIUM
        return _failed(credential, [f"{label} {reasons[0]}", *(f"it {reason}" for reason in reasons[1:])], sure)
    if context.as_of_is_lower_bound:
        return Verdict.not_judged(credential.identity, f"{label}: {LOWER_BOUND}")
    return Verdict.passed(credential.identity)


def _label(credential: ServiceCredential) -> str:
    if not credential.service:
        return f"Signing certificate {credential.label}"
    return f"Credential {credential.label} for {credential.service}"


def _unused(credential: ServiceCredential, context: RuleContext, as_of: datetime) -> bool:
    node = context.node(credential.identity)
    moments = service_moments(node) if node is not None else {}
    namespace = _NAMESPACES.get(credential.service, "")
    if namespace not in moments or credential.created_at is None:
        return False
    last = moments[namespace]
    long_ago = as_of - credential.created_at > timedelta(days=context.policy.unused_key_days)
    return long_ago and (last is None or last < credential.created_at)


def _failed(credential: ServiceCredential, reasons: list[str], confidence: Confidence) -> Verdict:
    return Verdict(
        Outcome.FAILED,
        credential.identity,
        "; ".join(reasons) + ".",
        key=credential.node,
        # Not raised for administrators: the credential opens its one service, whoever the user is.
        severity=Severity.MEDIUM,
        confidence=confidence,
        grants=(credential.node,) if credential.service else (),
        evidence=(credential.evidence,) if credential.evidence else (),
        related=(credential.node,),
    )
