"""What several structure builders share: attributes that every kind of node has, and containment.

Input: tags and times of a record. Output: JSON-ready attributes; CONTAINS edges.
Not handled: attributes of one kind alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collectors.aws.records import AwsFunction
from collectors.aws.workload_types import AwsWorkload
from collectors.interface import Presence
from graph.edges.aws.world import AwsWorld, account_node
from graph.kinds import EdgeKind, NodeKind
from graph.model import Edge, Node

__all__ = ["APP_ID", "KEY_ID", "SEEN", "common_attributes", "contain", "environment_facts", "iso_time"]

SEEN = (Presence.PRESENT, Presence.EMPTY)
"""Asked and answered, be it with nothing."""
KEY_ID = re.compile(r"(AKIA|ASIA)[A-Z0-9]{16}")
APP_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""App id or tenant id of Entra."""
_KEPT_ELSEWHERE = re.compile(r"arn:[^:]+:(secretsmanager|ssm):[^:]*:[0-9]*:(secret:|parameter/).+")
OWNER_TAGS = (
    "owner",
    "owner-email",
    "owneremail",
    "owner_email",
    "contact",
    "team-owner",
    "serviceowner",
    "technical-owner",
)
ENVIRONMENT_TAGS = ("environment", "env", "stage")


def iso_time(value: datetime | None) -> str:
    """Return ISO 8601 text in UTC; ``""`` for no time."""
    return value.isoformat().replace("+00:00", "Z") if value else ""


def _tag(tags: Mapping[str, str], names: tuple[str, ...]) -> str:
    lowered = {key.lower(): value for key, value in tags.items()}
    return next((lowered[name] for name in names if lowered.get(name)), "")


def common_attributes(tags: Mapping[str, str], created_at: datetime | None = None) -> dict[str, Any]:
    """Return tags, creation time, and what tags say of owner and environment."""
    found: dict[str, Any] = {"tags": dict(sorted(tags.items()))}
    if created_at:
        found["created_at"] = iso_time(created_at)
    if owner := _tag(tags, OWNER_TAGS):
        found["owner_tag"] = owner
    if environment := _tag(tags, ENVIRONMENT_TAGS):
        found["environment"] = environment.lower()
    return found


def environment_facts(holder: AwsFunction | AwsWorkload) -> dict[str, Any]:
    """Return names of variables, and what redaction left of them.

    Which hold a literal secret, of what kind and with which fingerprint (equal ones are one secret; none without a
    fingerprint key), which hold the id of an access key or of an application or tenant, and which are taken from a
    secret or parameter.
    """
    return {
        "environment_names": list(holder.environment_names),
        "environment_secrets": {
            name: holder.environment_kinds.get(name, "") for name in sorted(holder.environment_secrets)
        },
        "environment_key_ids": {
            name: value for name, value in sorted(holder.environment_ids.items()) if KEY_ID.fullmatch(value)
        },
        "environment_app_ids": {
            name: value.lower() for name, value in sorted(holder.environment_ids.items()) if APP_ID.fullmatch(value)
        },
        "environment_fingerprints": {
            name: value for name, value in sorted(holder.environment_secrets.items()) if value
        },
        "environment_hints": dict(sorted(holder.environment_hints.items())),
        "environment_references": {
            name: value for name, value in sorted(holder.environment_ids.items()) if _KEPT_ELSEWHERE.fullmatch(value)
        },
    }


def contain(world: AwsWorld, account: str, node: str) -> None:
    """Put a node into its account, which may be one that evidence only refers to."""
    graph = world.identity_graph
    if account_node(account) not in graph.nodes:
        graph.add_node(
            Node(
                account_node(account),
                NodeKind.AWS_ACCOUNT,
                account,
                "aws",
                account,
                {"account_id": account, "relation": "unknown"},
                collected=False,
            )
        )
    graph.add_edge(Edge(account_node(account), node, EdgeKind.CONTAINS, False))
