"""Credentials of users that are neither access key nor password, as rules see them.

Input: ``RuleContext``. Output: ``ServiceCredential`` rows.
Not handled: their last use, which no answer of AWS tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from analytics.rules._context import RuleContext, parse_moment
from graph.kinds import NodeKind

__all__ = ["LISTING", "REPORT", "ServiceCredential", "service_credentials"]

LISTING, REPORT = "iam.list_service_specific_credentials", "iam.get_credential_report"


@dataclass(frozen=True, slots=True)
class ServiceCredential:
    """One service-specific credential or signing certificate."""

    node: str
    label: str
    identity: str
    service: str
    """Service principal, e.g. ``bedrock.amazonaws.com``; ``""`` for a signing certificate."""
    active: bool
    created_at: datetime | None
    expires_at: datetime | None
    evidence: str


def service_credentials(context: RuleContext) -> Iterator[ServiceCredential]:
    """Yield every such credential, by node id."""
    for node in context.nodes(NodeKind.AWS_SERVICE_CREDENTIAL, NodeKind.AWS_SIGNING_CERTIFICATE):
        facts = node.attributes
        yield ServiceCredential(
            node.id,
            node.name,
            str(facts.get("identity", "")),
            str(facts.get("service", "")),
            bool(facts.get("active")),
            parse_moment(facts.get("created_at")),
            parse_moment(facts.get("expires_at")),
            node.evidence,
        )
