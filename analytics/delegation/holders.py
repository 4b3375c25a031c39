"""Who stands in a chain, with the permissions that its own policies give it.

Input: nodes of a snapshot. Output: ``Holder``: an identity, full control of an account, or a party from outside.
Handled: users, roles and root users with every document in force; a session policy; identities that were referred to
but not collected, of which nothing can be claimed; parties from outside, who have nothing of their own here.
Not handled: what a party from outside may do at home.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from analytics.delegation.sets import PermissionSet, nothing, permission_set, unseen
from analytics.evaluate import Evaluator
from analytics.session_policy import SessionPolicy
from analytics.subjects import question_time
from graph.attacker import baseline
from graph.decision import Decision
from graph.errors import NodeNotFoundError
from graph.evaluate.aws.authorize import LabelledDocument, authorize
from graph.evaluate.aws.context import Principal, PrincipalKind, Request, Resource
from graph.evaluate.aws.document import VARIABLES_SINCE, Effect, PolicyDocument, Statement
from graph.kinds import Category, NodeKind
from graph.model import DocumentUse, Node
from graph.snapshot import Snapshot

__all__ = ["Holder", "Holders"]

_PRINCIPALS = (NodeKind.AWS_USER, NodeKind.AWS_ROLE, NodeKind.AWS_ROOT)
_EXAMPLES = (
    NodeKind.SECRET,
    NodeKind.S3_BUCKET,
    NodeKind.KMS_KEY,
    NodeKind.LAMBDA_FUNCTION,
    NodeKind.EC2_INSTANCE,
    NodeKind.AWS_ROLE,
    NodeKind.AWS_USER,
)
_FULL_CONTROL = LabelledDocument(
    "full control",
    PolicyDocument(
        VARIABLES_SINCE,
        (Statement(0, "", Effect.ALLOW, ("*",), False, ("*",), False, None, ()),),
        "full control",
    ),
)
EXAMPLES = 12
"""Resources of each kind that are offered as examples of an account's."""
_LOOKED_AT = 2_000
_REMEMBERED = 50_000
"""Decisions kept; comparisons of a chain's members with its first ask three of four of them again."""


@dataclass(frozen=True, slots=True)
class Holder:
    """One member of a chain."""

    id: str
    permissions: PermissionSet
    principal: Principal | None
    """``None`` for a party from outside, and for an identity that was not collected."""
    documents: tuple[DocumentUse, ...] = ()
    session: LabelledDocument | None = None
    given: tuple[LabelledDocument, ...] = ()
    """Identity policies that stand for none of the snapshot's."""
    unseen: bool = False
    """It was referred to, and nothing is known of what it may do."""

    @property
    def account(self) -> str:
        """Return the account whose resources its permissions are about."""
        return self.permissions.owner


class Holders:
    """Reads members of chains from one snapshot; each node once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.evaluator = Evaluator(snapshot)
        self._attacker = baseline(question_time(snapshot))
        self._known: dict[str, Holder] = {}
        self._resources: dict[str, tuple[str, ...]] = {}
        self._decided: dict[tuple[str, str, bool, str, str, str | None], Decision | None] = {}

    def of(self, node: Node) -> Holder:
        """Return the holder of a node."""
        if node.id not in self._known:
            self._known[node.id] = self._read(node)
        return self._known[node.id]

    def in_session(self, holder: Holder, session: SessionPolicy) -> Holder:
        """Return a role as a session under a session policy."""
        assert holder.principal is not None
        document = LabelledDocument(session.label, session.document, "session")
        layers = replace(self.evaluator.own_layers(holder.principal, holder.documents), session=(document,))
        permissions = permission_set(holder.principal, layers, self._attacker.clock())
        return replace(holder, permissions=permissions, session=document)

    def _read(self, node: Node) -> Holder:
        if node.kind is NodeKind.SCOPE_ADMIN:
            account = str(node.attributes.get("scope", node.scope)).rpartition(":")[2]
            # Whoever has full control can give it to any principal of the account; an SCP may yet stop the root user.
            role = Principal(PrincipalKind.ROLE, f"arn:aws:iam::{account}:role/nhi-full-control", account, tags={})
            layers = replace(self.evaluator.own_layers(role, ()), identity=(_FULL_CONTROL,))
            return Holder(node.id, permission_set(role, layers, self._attacker.clock()), role, given=(_FULL_CONTROL,))
        if node.kind in _PRINCIPALS and node.collected:
            principal, documents = self.evaluator.principal(node)
            layers = self.evaluator.own_layers(principal, documents)
            return Holder(node.id, permission_set(principal, layers, self._attacker.clock()), principal, documents)
        if node.category is Category.IDENTITY or (node.category is Category.IDENTITY_STATE):
            return Holder(node.id, unseen(node.scope, node.id), None, unseen=True)
        return Holder(node.id, nothing(""), None)

    def decide(self, holder: Holder, action: str, resource: Resource) -> Decision | None:
        """Ask the evaluator whether a holder may do one thing; ``None`` for a party from outside."""
        digest, session = holder.permissions.digest, holder.session is not None
        key = (holder.id, digest, session, action, resource.arn, resource.account)
        if key not in self._decided:
            if len(self._decided) >= _REMEMBERED:
                self._decided.clear()
            self._decided[key] = self._decide(holder, action, resource)
        return self._decided[key]

    def _decide(self, holder: Holder, action: str, resource: Resource) -> Decision | None:
        if holder.principal is None:
            return None
        layers = self.evaluator.layers(holder.principal, holder.documents, action, resource)
        layers = replace(
            layers,
            identity=(*layers.identity, *holder.given),
            session=(holder.session,) if holder.session is not None else None,
        )
        return authorize(Request(holder.principal, action, resource, self._attacker.clock()), layers)

    def resource(self, arn: str, owner: str) -> Resource:
        """Return what is known of a resource of an account; one that nobody saw belongs to it all the same."""
        try:
            self.snapshot.node_index(arn.split("/", 1)[0] if arn.startswith("arn:aws:s3:::") else arn)
        except NodeNotFoundError:
            return Resource(arn, owner)
        return self.evaluator.resource(arn)

    def examples(self, account: str) -> tuple[str, ...]:
        """Return resources of an account that a reader may know; a few of each kind."""
        if account not in self._resources:
            self._resources[account] = tuple(
                example for kind in _EXAMPLES for example in islice(self._of_account(kind, account), EXAMPLES)
            )
        return self._resources[account]

    def _of_account(self, kind: NodeKind, account: str) -> Iterator[str]:
        for number in self.snapshot.nodes_of_kind(kind)[:_LOOKED_AT]:
            found = self.snapshot.node_id(int(number))
            if kind is NodeKind.S3_BUCKET:
                if self.snapshot.node(int(number)).scope == account:
                    yield found
                    yield f"{found}/any"
            elif f":{account}:" in found:
                yield found
