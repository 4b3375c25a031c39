"""Rule aws-open-secret-policy: the policy of a secret lets in anyone, or an account that nobody declared.

Input: a snapshot. Output: one verdict or more for each secret.
Handled: conditions, denies and RCPs, by the evaluator; the secret's KMS key, which must consent to reading.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analytics.rules._context import RuleContext
from analytics.rules._open_resources import openings_by_caller, verdict_of
from analytics.rules._outsiders import Opening, Probe
from analytics.rules._resource_policies import PolicyReader, ResourcePolicy, Seen
from analytics.secret_keys import key_of_secret
from analytics.verdicts import Confidence, Reference, RuleMeta, Severity, Verdict
from graph.evaluate.aws.encryption_context import encryption_context
from graph.kinds import NodeKind, State
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-open-secret-policy",
    title="Secret open to outsiders",
    question="Does the secret's policy let in anyone, or an account that nobody declared?",
    severity=Severity.CRITICAL,
    confidence=Confidence.HIGH,
    rationale=(
        "A secret is read in one call, and the reader is then whoever the secret authenticates. Its own policy lets "
        "outsiders read it without any role of yours being involved."
    ),
    remediation=(
        "Name the roles that read the secret, or remove the policy. Refuse such policies with BlockPublicPolicy when "
        "they are written. Change the secret's value if outsiders could read it."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html"),
        Reference("https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html"),
        Reference("https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html", "2026-11"),
    ),
    frameworks=(
        "NHI2:2025",
        "NHI3:2025",
        "NIST CSF 2.0 PR.AA-05",
        "NIST SP 800-53 IA-5(6)",
        "CIS Controls 8.1 3.3",
        "PCI DSS 4.0.1 8.6.2",
        "ISO/IEC 27001:2022 A.5.17",
    ),
    since="0.2.0",
    limits=(
        "Declared vendors are known and not reported.",
        "Parameters of Systems Manager that are shared through Resource Access Manager are not looked at.",
        "Whether the KMS key lets the same caller decrypt is judged where the key's policy is in the evidence; grants "
        "are not looked at for it.",
    ),
)

_READ, _KEY = "secretsmanager:GetSecretValue", "kms:Decrypt"
PROBES = (
    Probe(_READ, "read the secret", Severity.CRITICAL),
    Probe("secretsmanager:PutSecretValue", "replace the secret", Severity.HIGH),
    Probe("secretsmanager:UpdateSecret", "change the secret", Severity.HIGH),
    Probe("secretsmanager:DeleteSecret", "delete the secret", Severity.HIGH),
    Probe("secretsmanager:PutResourcePolicy", "rewrite the secret's policy", Severity.CRITICAL),
    Probe("secretsmanager:DescribeSecret", "see the secret's name and rotation", Severity.LOW),
)
_CLOSED = "Its KMS key does not let them decrypt, which alone keeps the value closed."
_UNKNOWN = "Whether its KMS key lets them decrypt is not in the evidence."


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield failed verdicts for each outsider, else one that passes or is not judged."""
    reader = PolicyReader(snapshot, context)
    for policy in reader.policies(NodeKind.SECRET):
        if policy.gap:
            yield Verdict.not_judged(policy.node.id, policy.gap)
            continue
        by_caller, reasons = openings_by_caller(policy, PROBES, context)
        for whom, found in by_caller.items():
            yield _finding(snapshot, reader, policy, whom, found, context)
        for each in reasons:
            yield Verdict.not_judged(policy.node.id, each.reason)
        if not by_caller and not reasons:
            yield Verdict.passed(policy.node.id)


def _finding(
    snapshot: Snapshot,
    reader: PolicyReader,
    policy: ResourcePolicy,
    whom: str,
    found: Sequence[Opening],
    context: RuleContext,
) -> Verdict:
    reading = [opening for opening in found if opening.probe.action == _READ]
    if not reading:
        return verdict_of(policy, whom, found, context)
    opened = max(_key_opens(snapshot, reader, policy, opening) for opening in reading)
    if opened is State.VOID:
        others = [opening for opening in found if opening.probe.action != _READ]
        closed = Probe(_READ, "read the secret as far as its policy goes", Severity.MEDIUM)
        softened = [replace(each, probe=closed) for each in reading]
        return verdict_of(policy, whom, [*softened, *others], context, _CLOSED)
    if opened is State.UNVERIFIED:
        verdict = verdict_of(policy, whom, found, context, _UNKNOWN)
        return _with_confidence(verdict, Confidence.MEDIUM)
    return verdict_of(policy, whom, found, context)


def _with_confidence(verdict: Verdict, most: Confidence) -> Verdict:
    return replace(verdict, confidence=most) if verdict.confidence is Confidence.HIGH else verdict


def _key_opens(snapshot: Snapshot, reader: PolicyReader, policy: ResourcePolicy, opening: Opening) -> State:
    """Return how surely the secret's key lets an outsider decrypt."""
    key = key_of_secret(snapshot, _READ, policy.node.id)
    if key is None:
        # AWS's own key for secrets serves its account alone.
        return State.VOID
    node = policy.context.node(key.arn)
    consent = reader.policy(node) if key.seen and node is not None else None
    if consent is None or consent.seen is not Seen.READ:
        return State.UNVERIFIED
    stated = {"kms:viaservice": (key.via,), **encryption_context("secretsmanager", policy.node.id)}
    lines = [line for line in consent.lines if line.statement.covers_action(_KEY)]
    states = (consent.state(line, opening.caller, _KEY, stated=stated) for line in lines)
    return max(states, default=State.VOID)
