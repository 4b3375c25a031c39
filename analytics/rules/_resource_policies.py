"""Policies of resources, line by line, and the evaluator asked about callers that a line might let in.

Input: ``RuleContext``. Output: ``ResourcePolicy`` for each resource of some kinds.
Handled: denies of the resource's policy and the account's RCPs.
Not handled: what a caller's own account allows it (callers here may do everything at home); SCPs of other accounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from analytics.evaluate import state_of
from analytics.rules._context import RuleContext
from analytics.rules._documents import Documents
from graph.decision import Decision
from graph.edges.aws.admin import allow_everything
from graph.edges.aws.trust import TrustLine, policy_lines
from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers, authorize
from graph.evaluate.aws.document import PolicyDocument
from graph.evaluate.aws.principals import Principal, Request, Resource
from graph.kinds import NodeKind, State
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["PolicyReader", "ResourcePolicy", "Seen"]

_AT_HOME = LabelledDocument("what the caller is allowed at home", allow_everything(), "identity")
Levels = tuple[tuple[LabelledDocument, ...], ...]


class Seen(StrEnum):
    """What the evidence shows of a resource's own policy."""

    READ = "read"
    NONE = "none"
    """Looked at, and the resource has none."""
    NOT_LOOKED_AT = "not looked at"
    BROKEN = "broken"
    """It does not parse."""


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """One resource and its policy."""

    node: Node
    seen: Seen
    document: PolicyDocument | None
    lines: tuple[TrustLine, ...]
    context: RuleContext
    levels: Levels = field(default=())
    """RCPs of the resource's account, root first."""
    layer: str = "resource"
    """``trust`` for a role's trust policy."""

    @property
    def gap(self) -> str:
        """Return why the policy cannot be judged; ``""`` when it can."""
        what = "trust policy" if self.layer == "trust" else "policy"
        if self.seen is Seen.NOT_LOOKED_AT:
            return f"Its {what} is not in the evidence."
        return f"Its {what} does not parse." if self.seen is Seen.BROKEN else ""

    def grant(self, line: TrustLine) -> str:
        """Return the id of the line's statement as a removable unit."""
        prefix = "trust" if self.layer == "trust" else "resource_policy"
        return f"aws:{prefix}:{self.node.id}#{line.statement.index}"

    def decision(
        self,
        line: TrustLine,
        principal: Principal,
        action: str,
        target: str = "",
        stated: Mapping[str, tuple[str, ...]] | None = None,
        absent: frozenset[str] = frozenset(),
    ) -> Decision:
        """Return what the line, every deny of its policy and the RCPs say to a caller.

        Parameters
        ----------
        target
            ARN within the resource; default: the resource itself.
        stated, absent
            Condition keys that the request carries or lacks.
        """
        tags = {str(key): str(value) for key, value in (self.node.attributes.get("tags") or {}).items()}
        scope = self.node.scope
        resource = Resource(target or self.node.id, scope, tags, self.context.organization_of(scope))
        layers = PolicyLayers(
            identity=(_AT_HOME,),
            boundary=None,
            scps=(),
            rcps=self.levels,
            resource=LabelledDocument(f"{self.layer} policy of {self.node.id}", line.alone, self.layer),
            session=None,
            resource_mandatory=True,
        )
        return authorize(Request(principal, action, resource, stated or {}, absent), layers)

    def state(
        self,
        line: TrustLine,
        principal: Principal,
        action: str,
        target: str = "",
        stated: Mapping[str, tuple[str, ...]] | None = None,
        absent: frozenset[str] = frozenset(),
    ) -> State:
        """Return how surely the caller gets in, under the baseline context; ``VOID``: it does not."""
        return state_of(self.decision(line, principal, action, target, stated, absent), self.context.attacker)


class PolicyReader:
    """Reads the resource policies of one snapshot."""

    def __init__(self, snapshot: Snapshot, context: RuleContext) -> None:
        self._snapshot = snapshot
        self._context = context
        self._levels: dict[str, Levels] = {}

    @cached_property
    def _documents(self) -> Documents:
        return self._context.shared("resource policy documents", lambda: Documents(self._snapshot))

    def policies(self, *kinds: NodeKind, layer: str = "resource") -> Iterator[ResourcePolicy]:
        """Yield every collected resource of some kinds, by ARN; ``layer`` ``trust`` for roles."""
        for node in self._context.nodes(*kinds):
            yield self.policy(node, layer)

    def policy(self, node: Node, layer: str = "resource") -> ResourcePolicy:
        """Return the policy of one resource."""
        use = next((use for use in self._snapshot.document_uses(node.id) if use.layer == layer), None)
        document = self._documents.compiled(use.digest) if use is not None else None
        if use is not None:
            seen = Seen.READ if document is not None else Seen.BROKEN
        else:
            seen = Seen.NONE if node.attributes.get("policy_looked_at") is True else Seen.NOT_LOOKED_AT
        lines = tuple(policy_lines(node.id, document)) if document is not None else ()
        return ResourcePolicy(node, seen, document, lines, self._context, self._rcps(node.scope), layer)

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
