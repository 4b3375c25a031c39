"""Trust policies of a snapshot's roles, as resource policies of their own layer.

Input: ``RuleContext``. Output: a ``ResourcePolicy`` for each role; see ``_resource_policies`` for what is handled.
Not handled: what a caller's own account allows it; callers here are taken to be allowed everything at home.
"""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules._context import RuleContext
from analytics.rules._resource_policies import PolicyReader, ResourcePolicy
from graph.evaluate.aws.document import ConditionTest
from graph.kinds import NodeKind
from graph.snapshot import Snapshot

__all__ = ["is_positive", "role_trusts"]

_POSITIVE = frozenset({"StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike"})


def is_positive(test: ConditionTest) -> bool:
    """Return whether the test names values that are let in, not values that are kept out."""
    return test.operator in _POSITIVE


def role_trusts(snapshot: Snapshot, context: RuleContext) -> Iterator[ResourcePolicy]:
    """Yield the trust policy of every collected role that is not service-linked, by ARN."""
    for role in PolicyReader(snapshot, context).policies(NodeKind.AWS_ROLE, layer="trust"):
        if not role.node.attributes.get("service_linked"):
            yield role
