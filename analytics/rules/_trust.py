"""Trust policies of a snapshot, line by line, and the evaluator asked about callers that a line might let in.

Input: ``RuleContext``. Output: ``RoleTrust`` for each role. Handled: denies of the trust policy and the account's RCPs.
Not handled: what a caller's own account allows it; callers here are taken to be allowed everything at home.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from analytics.evaluate import state_of
from analytics.rules._context import RuleContext
from analytics.rules._documents import Documents
from graph.decision import Decision
from graph.edges.aws.admin import allow_everything
from graph.edges.aws.trust import TrustLine, policy_lines
from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers, authorize
from graph.evaluate.aws.document import ConditionTest
from graph.evaluate.aws.principals import Principal, Request, Resource
from graph.kinds import NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["RoleTrust", "TrustReader", "is_positive"]

_POSITIVE = frozenset({"StringEquals", "StringLike", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike"})
_AT_HOME = LabelledDocument("what the caller is allowed at home", allow_everything(), "identity")
Levels = tuple[tuple[LabelledDocument, ...], ...]


def is_positive(test: ConditionTest) -> bool:
    """Return whether the test names values that are let in, not values that are kept out."""
    return test.operator in _POSITIVE


@dataclass(frozen=True, slots=True)
class RoleTrust:
    """One role and its trust policy."""

    node: Node
    lines: tuple[TrustLine, ...]
    readable: bool
    """False: the trust policy is missing or does not parse."""
    context: RuleContext
    levels: Levels = field(default=())
    """RCPs of the role's account, root first."""

    def decision(
        self,
        line: TrustLine,
        principal: Principal,
        action: str,
        absent: frozenset[str] = frozenset(),
    ) -> Decision:
        """Return what the line, every deny of its policy and the RCPs say to a caller."""
        tags = {str(key): str(value) for key, value in (self.node.attributes.get("tags") or {}).items()}
        resource = Resource(self.node.id, self.node.scope, tags, self.context.organization_of(self.node.scope))
        layers = PolicyLayers(
            identity=(_AT_HOME,),
            boundary=None,
            scps=(),
            rcps=self.levels,
            resource=LabelledDocument(f"trust policy of {self.node.id}", line.alone, "trust"),
            session=None,
            resource_mandatory=True,
        )
        return authorize(Request(principal, action, resource, {}, absent), layers)

    def state(self, line: TrustLine, principal: Principal, action: str, absent: frozenset[str] = frozenset()) -> State:
        """Return how surely the caller gets in, under the baseline context; ``VOID``: it does not."""
        return state_of(self.decision(line, principal, action, absent), self.context.attacker)


class TrustReader:
    """Reads the trust policies of one snapshot."""

    def __init__(self, snapshot: Snapshot, context: RuleContext) -> None:
        self._snapshot = snapshot
        self._context = context
        self._documents = Documents(snapshot)
        self._levels: dict[str, Levels] = {}

    def roles(self) -> Iterator[RoleTrust]:
        """Yield every collected role that is not service-linked, by ARN."""
        for node in self._context.nodes(NodeKind.AWS_ROLE):
            if node.attributes.get("service_linked"):
                continue
            use = next((use for use in self._snapshot.document_uses(node.id) if use.layer == "trust"), None)
            document = self._documents.compiled(use.digest) if use is not None else None
            lines = tuple(policy_lines(node.id, document)) if document is not None else ()
            yield RoleTrust(node, lines, document is not None, self._context, self._rcps(node.scope))

    def _rcps(self, account: str) -> Levels:
        if account not in self._levels:
            uses = [use for use in self._snapshot.document_uses(f"aws:account:{account}") if use.layer == "rcp"]
            self._levels[account] = tuple(
                tuple(
                    LabelledDocument(use.label, self._documents.compiled(use.digest), "rcp")
                    for use in uses
                    if use.order == order
                )
                for order in sorted({use.order for use in uses})
            )
        return self._levels[account]
