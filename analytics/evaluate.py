"""One permission question on a snapshot: may this principal do this action on this resource, and why or why not.

Input: a snapshot with its documents. Output: ``Explanation`` (one principal) and who can (all principals).
Handled: every layer that the build kept: identity, group, boundary, SCP, RCP, trust, resource and key policies.
Handled as well: the session policy of a role's session, in full; the key of a secret, which reading it needs too.
Not handled: resources of services that were not collected have no resource policy here, which the answer's
coverage names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from analytics.errors import AnalyticsError, UnknownSubjectError
from analytics.secret_keys import both, key_of_secret
from analytics.subjects import Subject
from graph.attacker import MFA_KEYS, AttackerContext, residual_state
from graph.decision import Deciding, Decision, Outcome, Residual
from graph.errors import NodeNotFoundError
from graph.evaluate.aws.authorize import LabelledDocument, PolicyLayers, authorize
from graph.evaluate.aws.context import Principal, PrincipalKind, Request, Resource
from graph.evaluate.aws.document import PolicyDocument, compile_policy
from graph.evaluate.aws.encryption_context import encryption_context
from graph.kinds import NodeKind, State
from graph.model import DocumentUse, Node
from graph.snapshot import Snapshot

__all__ = ["Evaluator", "Explanation", "state_of"]

_ASSUME = "sts:assumerole"
_PRINCIPALS = (NodeKind.AWS_USER, NodeKind.AWS_ROLE, NodeKind.AWS_ROOT)


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer to one question, with the statements that decided it."""

    principal: str
    action: str
    resource: str
    outcome: Outcome
    state: State
    """What the outcome means for the holder: ``VOID`` when it cannot, else how surely it can."""
    deciding: tuple[Deciding, ...]
    grants: tuple[str, ...]
    """Removable units behind the deciding allows."""
    alternatives: tuple[Residual, ...]
    notes: tuple[str, ...] = ()
    layers: Mapping[str, int] = field(default_factory=dict)
    """How many documents of each layer took part."""


def state_of(decision: Decision, attacker: AttackerContext) -> State:
    """Return how surely the holder described by ``attacker`` can do what a decision is about."""
    if decision.outcome is Outcome.ALLOWED:
        return State.VERIFIED
    if decision.outcome in (Outcome.DENIED, Outcome.NOT_ALLOWED):
        return State.VOID
    context = attacker.evaluator_context()
    best = max((residual_state(residual, context) for residual in decision.alternatives), default=State.UNVERIFIED)
    return min(best, State.UNVERIFIED) if decision.outcome is Outcome.UNVERIFIED else best


class Evaluator:
    """Asks the AWS evaluator about nodes of one snapshot; documents are compiled once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._compiled: dict[str, PolicyDocument] = {}
        self._views: dict[str, tuple[Principal, tuple[DocumentUse, ...]]] = {}

    def explain(self, subject: Subject, action: str, resource: str) -> Explanation:
        """Return the decision for one principal.

        Parameters
        ----------
        subject
            An AWS user, role or root user, or a credential of one.
        action
            ``service:Action``.
        resource
            ARN, or ``*`` for an action without a resource.

        Raises
        ------
        UnknownSubjectError
            The subject is no principal of AWS.
        AnalyticsError
            The action is not written ``service:Action``.
        """
        _check_action(action)
        node = self._principal_node(subject)
        session = (
            LabelledDocument(subject.session.label, subject.session.document, "session") if subject.session else None
        )
        return self._decide(node, subject.attacker, action, self.resource(resource), session)

    def who_can(self, action: str, resource: str, attacker: AttackerContext) -> Iterator[Explanation]:
        """Yield every principal of the snapshot that can do the action on the resource, at any state, by id.

        Notes
        -----
        Principals none of whose documents speaks of the action, on a resource whose policy speaks of nobody in
        particular, are left out without being evaluated.
        """
        _check_action(action)
        target = self.resource(resource)
        policy = self._resource_policy(target.arn, action)
        names = self._named_by(policy, action)
        for number in self._snapshot.nodes_of_kind(*_PRINCIPALS):
            node_id = self._snapshot.node_id(int(number))
            if not (names is None or node_id in names or self._may_speak(node_id, action)):
                continue
            found = self._decide(self._snapshot.node(int(number)), attacker, action, target)
            if found.state is not State.VOID:
                yield found

    def resource(self, arn: str) -> Resource:
        """Return what the snapshot knows of a resource; a bucket's object knows its bucket's account."""
        try:
            node = self._snapshot.node(self._snapshot.node_index(_holder_of_policy(arn)))
        except NodeNotFoundError:
            return Resource(arn=arn)
        tags = {str(key): str(value) for key, value in (node.attributes.get("tags") or {}).items()}
        boundary = str(node.attributes.get("boundary", ""))
        extra = (
            {"iam:permissionsboundary": (boundary,) if boundary else ()}
            if node.kind in (NodeKind.AWS_USER, NodeKind.AWS_ROLE)
            else {}
        )
        own_tags = tags if node.id == arn else None
        return Resource(
            arn=arn,
            account=node.scope or None,
            tags=own_tags,
            organization_id=self._organization(node.scope),
            extra=extra,
        )

    def principal(self, node: Node) -> tuple[Principal, tuple[DocumentUse, ...]]:
        """Return an AWS user, role or root user as a caller, with the documents in force on it."""
        return self._view(node)

    def own_layers(self, principal: Principal, documents: Sequence[DocumentUse]) -> PolicyLayers:
        """Return the layers that bear on whatever a caller does in its own account, but for policies of resources."""
        return self._layers(principal, documents, Resource(arn="*", account=principal.account), None)

    def layers(
        self, principal: Principal, documents: Sequence[DocumentUse], action: str, resource: Resource
    ) -> PolicyLayers:
        """Return the layers that bear on one request, the resource's own policy among them."""
        return self._layers(principal, documents, resource, self._policy_use(resource.arn, action))

    def decision(
        self,
        principal: Principal,
        documents: Sequence[DocumentUse],
        attacker: AttackerContext,
        action: str,
        resource: Resource,
    ) -> Decision:
        """Decide one action of a caller that may differ from what was collected (tags, documents).

        Parameters
        ----------
        documents
            Those in force on the caller instead of its own.
        """
        layers = self.layers(principal, documents, action, resource)
        stated = {**attacker.clock(), **attacker.stated}
        return authorize(Request(principal, action, resource, stated, attacker.absent), layers)

    # ---- inside ---------------------------------------------------------------------------------------------------

    def _principal_node(self, subject: Subject) -> Node:
        node = subject.node
        if node is not None and node.attributes.get("identity") and node.kind not in _PRINCIPALS:
            node = self._snapshot.node(self._snapshot.node_index(str(node.attributes["identity"])))
        if node is None or node.kind not in _PRINCIPALS or not node.collected:
            raise UnknownSubjectError(f"`{subject.id}` is no AWS user, role or root user whose policies were collected")
        return node

    def _decide(
        self,
        node: Node,
        attacker: AttackerContext,
        action: str,
        resource: Resource,
        session: LabelledDocument | None = None,
    ) -> Explanation:
        """Return the decision on the action and, for a secret under a customer's key, on the key together."""
        found = self._ask(node, attacker, action, resource, session)
        key = key_of_secret(self._snapshot, action, resource.arn)
        if key is None:
            return found
        if not key.seen:
            return replace(found, notes=(*found.notes, f"The key {key.arn} was not looked at; it could refuse."))
        told = {"kms:ViaService": (key.via,), **encryption_context("secretsmanager", resource.arn)}
        presented = attacker.knowing(told, name=attacker.name)
        decrypt = self._ask(node, presented, "kms:Decrypt", self.resource(key.arn), session)
        return both(found, decrypt, f"The secret is encrypted under {key.arn}: kms:Decrypt on it is needed as well.")

    def _ask(
        self,
        node: Node,
        attacker: AttackerContext,
        action: str,
        resource: Resource,
        session: LabelledDocument | None = None,
    ) -> Explanation:
        principal, uses = self._view(node)
        policy_use = self._policy_use(resource.arn, action)
        layers = replace(
            self._layers(principal, uses, resource, policy_use), session=(session,) if session is not None else None
        )
        is_role = principal.kind is PrincipalKind.ROLE
        # A role's session carries no MFA, whoever began it and whatever is stated: the evaluator knows that by itself.
        told = {**attacker.clock(), **attacker.stated}
        stated = {key: values for key, values in told.items() if not (is_role and key in MFA_KEYS)}
        absent = frozenset() if is_role else attacker.absent
        decision = authorize(Request(principal, action, resource, stated, absent), layers)
        labels = {use.label: use for use in uses}
        if policy_use is not None:
            labels[policy_use.label] = policy_use
        grants = tuple(
            sorted(
                {
                    _grant(labels[item.document], item)
                    for item in decision.deciding
                    if item.effect == "Allow" and item.document in labels
                }
                - {""}
            )
        )
        counted: dict[str, int] = {}
        for use in (*uses, *([policy_use] if policy_use else [])):
            counted[use.layer] = counted.get(use.layer, 0) + 1
        return Explanation(
            node.id,
            action,
            resource.arn,
            decision.outcome,
            state_of(decision, replace(attacker, stated=stated, absent=absent)),
            decision.deciding,
            grants,
            decision.alternatives,
            decision.notes,
            counted,
        )

    def _view(self, node: Node) -> tuple[Principal, tuple[DocumentUse, ...]]:
        if node.id not in self._views:
            attributes = node.attributes
            kind = {
                NodeKind.AWS_USER: PrincipalKind.USER,
                NodeKind.AWS_ROLE: PrincipalKind.ROLE,
                NodeKind.AWS_ROOT: PrincipalKind.ROOT,
            }[node.kind]
            principal = Principal(
                kind,
                node.id,
                node.scope,
                str(attributes.get("unique_id", "")),
                node.name,
                tags=dict(attributes.get("tags") or {}),
                organization_id=self._organization(node.scope),
                organization_paths=self._paths(node.scope),
                service_linked=bool(attributes.get("service_linked")),
            )
            uses: list[DocumentUse] = []
            for use in self._snapshot.document_uses(node.id):
                if use.layer == "member_of":
                    uses.extend(self._snapshot.document_uses(use.label))
                elif use.layer in ("identity", "group", "boundary"):
                    uses.append(use)
            self._views[node.id] = (principal, tuple(uses))
        return self._views[node.id]

    def _layers(
        self, principal: Principal, uses: Sequence[DocumentUse], resource: Resource, policy: DocumentUse | None
    ) -> PolicyLayers:
        boundary = next((use for use in uses if use.layer == "boundary"), None)
        owner = resource.owner or ""
        return PolicyLayers(
            identity=tuple(self._labelled(use) for use in uses if use.layer in ("identity", "group")),
            boundary=self._labelled(boundary) if boundary else None,
            scps=() if principal.service_linked else self._levels(principal.account, "scp"),
            rcps=self._levels(owner, "rcp"),
            resource=self._labelled(policy) if policy else None,
            resource_mandatory=policy is not None and (policy.layer == "trust" or ":kms:" in resource.arn),
        )

    def _labelled(self, use: DocumentUse) -> LabelledDocument:
        if not use.digest:
            return LabelledDocument(use.label, None, use.layer)
        if use.digest not in self._compiled:
            self._compiled[use.digest] = compile_policy(self._snapshot.document(use.digest))
        return LabelledDocument(use.label, self._compiled[use.digest], use.layer)

    def _levels(self, account: str, layer: str) -> tuple[tuple[LabelledDocument, ...], ...]:
        uses = [use for use in self._snapshot.document_uses(f"aws:account:{account}") if use.layer == layer]
        orders = sorted({use.order for use in uses})
        return tuple(tuple(self._labelled(use) for use in uses if use.order == order) for order in orders)

    def _policy_use(self, arn: str, action: str) -> DocumentUse | None:
        wanted = "trust" if action.lower().startswith(_ASSUME) else "resource"
        return next((use for use in self._snapshot.document_uses(_holder_of_policy(arn)) if use.layer == wanted), None)

    def _resource_policy(self, arn: str, action: str) -> PolicyDocument | None:
        use = self._policy_use(arn, action)
        return self._labelled(use).document if use else None

    def _named_by(self, policy: PolicyDocument | None, action: str) -> set[str] | None:
        """Return principals that the resource policy names for the action; ``None`` when it may name any."""
        if policy is None:
            return set()
        names: set[str] = set()
        for statement in policy.statements:
            if statement.effect.value != "Allow" or not statement.covers_action(action):
                continue
            principals = statement.principals
            if principals is None or principals.not_principal or principals.anyone or "*" in principals.aws:
                return None
            names |= set(principals.aws)
        return names

    def _may_speak(self, node_id: str, action: str) -> bool:
        node = self._snapshot.node(self._snapshot.node_index(node_id))
        if node.kind is NodeKind.AWS_ROOT:
            return True
        _, uses = self._view(node)
        documents = (self._labelled(use).document for use in uses if use.layer in ("identity", "group"))
        return any(
            document is None or any(statement.covers_action(action) for statement in document.statements)
            for document in documents
        )

    @cached_property
    def _accounts(self) -> Mapping[str, Node]:
        numbers = self._snapshot.nodes_of_kind(NodeKind.AWS_ACCOUNT)
        return {node.scope: node for node in (self._snapshot.node(int(number)) for number in np.asarray(numbers))}

    def _organization(self, account: str) -> str | None:
        node = self._accounts.get(account)
        return (
            str(node.attributes.get("organization"))
            if node is not None and node.attributes.get("organization")
            else None
        )

    def _paths(self, account: str) -> tuple[str, ...] | None:
        node = self._accounts.get(account)
        organization, parents = self._organization(account), node.attributes.get("parents") if node else None
        return ("/".join((organization, *parents)) + "/",) if organization and parents else None


def _check_action(action: str) -> None:
    service, _, name = action.partition(":")
    if not service or not name or "*" in action:
        raise AnalyticsError(f"`{action}` is no action; write `service:Action`, e.g. `s3:GetObject`")


def _holder_of_policy(arn: str) -> str:
    """Return the ARN whose policy speaks of a resource: the bucket of an object, else the ARN itself."""
    return arn.split("/", 1)[0] if arn.startswith("arn:aws:s3:::") else arn


def _grant(use: DocumentUse, item: Deciding) -> str:
    if item.statement < 0:
        return ""
    return f"{use.grant_prefix}#{item.statement}" if use.per_statement else use.grant_prefix
