"""What can be changed of a user or role, and the identity as it is afterwards: a caller of its own in every builder.

Input: a principal with its layers and a ``Change``. Output: ``ChangedState`` with its node id
(``<arn>?without-boundary``, ``<arn>?tag:team=payments``, ``<arn>?mfa``; several joined by ``&``) and its
``PrincipalView``.
Handled: boundary removed or replaced, tag set or removed (keys in any case), MFA device enrolled, policy or group
membership taken away; a second change of the same thing overwrites the first.
Not handled: who may make a change (``changed_*``), and what else a call changes on the way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from graph.decision import HOLDS, Atom, Residual, merge_residuals
from graph.edges.aws.capability import DocumentInForce, PrincipalView
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.context import Context
from graph.evaluate.aws.principals import PrincipalKind, Resource
from graph.kinds import NodeKind
from graph.model import Node

__all__ = [
    "MFA_PRESENTED",
    "Change",
    "ChangeKind",
    "ChangedState",
    "Move",
    "base_state",
    "changed_node",
    "current_tag",
    "held_with",
    "holding",
    "identity_of",
    "self_resource",
]

MFA_PRESENTED = (("aws:multifactorauthage", ("0",)), ("aws:multifactorauthpresent", ("true",)))
"""What a session of sts:GetSessionToken with a device carries:
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html (read 2026-11)."""
Stated = tuple[tuple[str, tuple[str, ...]], ...]


class ChangeKind(StrEnum):
    """What of an identity is changed."""

    WITHOUT_BOUNDARY = "without-boundary"
    """No boundary, or one that allows everything."""
    BOUNDARY = "boundary"
    """Another boundary; ``name`` is the policy's ARN, ``value`` its version where that was changed."""
    TAG = "tag"
    UNTAG = "untag"
    MFA = "mfa"
    WITHOUT_POLICY = "without-policy"
    """A policy is taken away; ``name`` is its label."""
    WITHOUT_GROUP = "without-group"


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one identity."""

    kind: ChangeKind
    name: str = ""
    """Tag key, policy or group; ``""`` where the kind says all."""
    value: str = ""

    @property
    def place(self) -> str:
        """Return what the change overwrites: two changes of one place do not add up."""
        if self.kind in (ChangeKind.WITHOUT_BOUNDARY, ChangeKind.BOUNDARY):
            return "boundary"
        if self.kind in (ChangeKind.TAG, ChangeKind.UNTAG):
            return f"tag:{self.name.lower()}"
        return f"{self.kind.value}:{self.name}"

    @property
    def word(self) -> str:
        """Return the change as it stands in a node id."""
        named = f":{self.name}" if self.name else ""
        valued = f"={self.value}" if self.value or self.kind is ChangeKind.TAG else ""
        return f"{self.kind.value}{named}{valued}"

    @property
    def text(self) -> str:
        """Return the change in words, for names of nodes."""
        return {
            ChangeKind.WITHOUT_BOUNDARY: "without its permissions boundary",
            ChangeKind.BOUNDARY: f"with {self.name.rsplit('/', 1)[-1]} {self.value} as boundary".replace("  ", " "),
            ChangeKind.TAG: f"with tag {self.name}={self.value}",
            ChangeKind.UNTAG: f"without tag {self.name}",
            ChangeKind.MFA: "with an MFA device of the attacker's",
            ChangeKind.WITHOUT_POLICY: f"without {self.name}",
            ChangeKind.WITHOUT_GROUP: f"out of group {self.name}",
        }[self.kind]


@dataclass(frozen=True, slots=True)
class ChangedState:
    """An identity after some changes; without changes it is the identity as it is."""

    view: PrincipalView
    """``node`` is the state's id; ``principal`` keeps the identity's ARN."""
    collected: PrincipalView
    """The identity as the evidence shows it."""
    changes: tuple[Change, ...] = ()
    """By place, one at most for each; what was changed back is none."""

    @property
    def node(self) -> str:
        """Return the state's node id."""
        return self.view.node

    @property
    def identity(self) -> str:
        """Return the identity's ARN."""
        return self.view.principal.arn

    def after(self, change: Change, view: PrincipalView) -> ChangedState:
        """Return the state after a further change, which overwrites what stood in its place.

        Parameters
        ----------
        view
            The principal as the change leaves it; its node id is set here.
        """
        kept = {item.place: item for item in self.changes}
        kept[change.place] = change
        if self._changes_back(change):
            del kept[change.place]
        if not kept:
            return base_state(self.collected)
        changes = tuple(kept[place] for place in sorted(kept))
        node = f"{self.identity}?{'&'.join(item.word for item in changes)}"
        return ChangedState(replace(view, node=node), self.collected, changes)

    def _changes_back(self, change: Change) -> bool:
        """Return whether a change leaves its place as the evidence shows it."""
        collected = self.collected
        if change.kind in (ChangeKind.TAG, ChangeKind.UNTAG):
            was = current_tag(collected.principal.tags, change.name)
            return (was[1] if was else None) == (change.value if change.kind is ChangeKind.TAG else None)
        if change.kind is ChangeKind.BOUNDARY and collected.boundary is not None:
            return not change.value and collected.boundary.label == f"boundary {change.name}"
        return False

    def resource(self, world: AwsWorld) -> Resource:
        """Return what is known of the identity in this state as a target."""
        return self_resource(world, self.view)


@dataclass(frozen=True, slots=True)
class Move:
    """A change that could be made of a state, and what whoever makes it needs."""

    change: Change
    view: PrincipalView
    """The principal afterwards."""
    technique: str
    needs: tuple[tuple[str, Stated], ...]
    """Actions with the condition keys that the call carries."""
    on: tuple[Resource, ...] = ()
    """Resource of each action; ``()``: the identity itself."""
    fresh: tuple[str, str] | None = None
    """A further action and the ARN form of a new resource of the caller's choosing."""
    via: str = ""
    without_mfa: bool = False
    """True: the identity has no MFA to present while it makes this change of itself."""
    note: str = ""


def base_state(view: PrincipalView) -> ChangedState:
    """Return an identity as it is."""
    return ChangedState(view, view)


def identity_of(node: str) -> str:
    """Return the identity of a state's node id; the id itself where it is no state.

    Examples
    --------
    >>> identity_of("arn:aws:iam::111111111111:user/alice?without-boundary")
    'arn:aws:iam::111111111111:user/alice'
    """
    return node.split("?", 1)[0]


def holding(node: str) -> Residual:
    """Return the condition that the attacker holds an identity (in a state) beside the one that acts."""
    return ((Atom(HOLDS, "ForAnyValue:StringEquals", (node,)),),)


def held_with(node: str, conditions: Residual) -> Residual:
    """Return the condition that an identity is held beside, with conditions of its own.

    Notes
    -----
    Its MFA is another matter than that of the one that acts, so it has a key of its own.
    """
    own = {key for key, _ in MFA_PRESENTED}
    renamed = tuple(
        tuple(replace(atom, key="nhi:mfa-of-held-identity") if atom.key in own else atom for atom in clause)
        for clause in conditions
    )
    return merge_residuals([renamed, holding(node)])


def current_tag(tags: Mapping[str, str] | None, key: str) -> tuple[str, str] | None:
    """Return key (as written) and value of a tag; keys of IAM's tags are the same in any case."""
    return next(((name, value) for name, value in (tags or {}).items() if name.lower() == key.lower()), None)


def self_resource(world: AwsWorld, view: PrincipalView) -> Resource:
    """Return a user or role, as its view has it, as the target of a call."""
    boundary = view.boundary.label.removeprefix("boundary ") if view.boundary is not None else ""
    return Resource(
        arn=view.principal.arn,
        account=view.account,
        tags=dict(view.principal.tags or {}),
        organization_id=world.organization_of(view.account),
        extra={"iam:permissionsboundary": (boundary,) if boundary else ()},
    )


def changed_node(state: ChangedState) -> Node:
    """Return the node of a changed identity: derived, so it is no identity more."""
    words = ", ".join(change.text for change in state.changes)
    kind = "user" if state.view.principal.kind is PrincipalKind.USER else "role"
    return Node(
        state.node,
        NodeKind.AWS_CHANGED_IDENTITY,
        f"{kind} {state.view.principal.friendly_name} {words}",
        "aws",
        state.view.account,
        {
            "derived": True,
            "identity": state.identity,
            "changes": [{"kind": item.kind.value, "name": item.name, "value": item.value} for item in state.changes],
        },
    )


def without_document(view: PrincipalView, item: DocumentInForce) -> PrincipalView:
    """Return the principal without one of its documents."""
    return replace(view, documents=tuple(other for other in view.documents if other != item))


def contexts_of(move: Move, resource: Resource) -> Iterator[tuple[str, Context]]:
    """Yield ARN and facts of the resource of each need."""
    for position in range(len(move.needs)):
        target = move.on[position] if move.on else resource
        yield target.arn, target_context(target)
