"""Rule aws-secret-in-environment: a workload has a literal secret in a variable.

Input: a snapshot. Output: one verdict for each workload that has variables.
Handled: what redaction took out, by name and kind; ids of access keys. Values are in no answer.
Not handled: see ``META.limits``.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.verdicts import Confidence, Outcome, Reference, RuleMeta, Severity, Verdict
from collectors.evidence.environment_values import SECRET_BY_NAME
from graph.kinds import Category, NodeKind, category_of
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["META", "evaluate"]

META = RuleMeta(
    id="aws-secret-in-environment",
    title="Secret in a variable",
    question="Does a variable of this workload hold a literal secret?",
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    rationale=(
        "Whoever may read the workload's configuration reads the secret with it: read-only roles, consoles, logs of "
        "deployments. Nobody rotates it, and no log says who read it."
    ),
    remediation=(
        "Put the secret into Secrets Manager or a SecureString parameter, read it at run time with the workload's "
        "role, and then change it, since old values remain in configurations and logs. Replace access keys by the "
        "workload's own role."
    ),
    references=(
        Reference("https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html"),
        Reference("https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html"),
    ),
    frameworks=(
        "NHI2:2025",
        "NHI7:2025",
        "ASI03",
        "NIST CSF 2.0 PR.AA-01",
        "NIST SP 800-53 IA-5(7)",
        "PCI DSS 4.0.1 8.6.2",
        "ISO/IEC 27001:2022 A.5.17",
    ),
    since="0.2.0",
    limits=(
        "A secret without a known shape is found by the name of its variable only, and confidence is then medium.",
        "A secret under an everyday name and without a known shape is not seen.",
        "User data, code, images and files are not looked at.",
        "Where a variable holds the id of an access key and none a secret, the secret key may lie elsewhere; such "
        "findings have low confidence.",
    ),
)

_KINDS = tuple(kind for kind in NodeKind if category_of(kind) is Category.WORKLOAD)


def evaluate(snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
    """Yield one verdict for each workload that has variables; one without is not looked at."""
    for node in context.nodes(*_KINDS):
        if node.source == "aws" and node.attributes.get("environment_names"):
            yield _judge(node, context)


def _judge(node: Node, context: RuleContext) -> Verdict:
    secrets: dict[str, str] = node.attributes.get("environment_secrets") or {}
    keys: dict[str, str] = node.attributes.get("environment_key_ids") or {}
    if not secrets and not keys:
        return Verdict.passed(node.id)
    parts = []
    if secrets:
        parts.append(f"{_plural('Variable', secrets)} {', '.join(sorted(secrets))} {_holds(secrets)} a literal secret")
    if keys:
        shown = ", ".join(f"{name} ({value})" for name, value in sorted(keys.items()))
        parts.append(f"{_plural('Variable', keys)} {shown} {_holds(keys)} the id of an access key")
    shaped = any(kind not in ("", SECRET_BY_NAME) for kind in secrets.values())
    confidence = Confidence.HIGH if shaped else Confidence.MEDIUM if secrets else Confidence.LOW
    owners = [f"aws:key:{value}" for value in sorted(set(keys.values()))]
    return Verdict(
        Outcome.FAILED,
        node.id,
        ". ".join(parts) + ".",
        key="environment",
        severity=Severity.HIGH if secrets else Severity.MEDIUM,
        confidence=confidence,
        evidence=(node.evidence,) if node.evidence else (),
        related=tuple(owner for owner in owners if context.node(owner) is not None),
    )


def _plural(word: str, items: dict[str, str]) -> str:
    return word if len(items) == 1 else f"{word}s"


def _holds(items: dict[str, str]) -> str:
    return "holds" if len(items) == 1 else "hold"
