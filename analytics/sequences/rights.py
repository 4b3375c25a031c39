"""What an identity may do in a given state: the evaluator asked with the tags, boundary and policies of that moment.

Input: a snapshot, a state, a step. Output: the best state that the step has then; ``None`` when it cannot be told.
Handled: tags, a boundary that is gone, policies and groups that are gone, MFA, on the caller's and the target's side;
techniques whose permissions all speak of the target itself.
Not handled: a boundary replaced by another policy (its document is not known by name here); steps whose permissions
speak of other resources (passed roles, new functions). Both give ``None``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from analytics.evaluate import Evaluator, state_of
from analytics.holder import onward_context
from analytics.sequences.state import Changes, Effect, EstateState
from analytics.subjects import Subject
from graph.attacker import MFA_KEYS, AttackerContext
from graph.catalog.loader import techniques_aws
from graph.evaluate.aws.principals import Principal, PrincipalKind, Resource
from graph.kinds import EdgeKind, State
from graph.model import DocumentUse, Edge
from graph.snapshot import Snapshot

__all__ = ["Rights"]

_ON_TARGET = (EdgeKind.CAN_ASSUME, EdgeKind.CAN_CREATE_CREDENTIAL, EdgeKind.CAN_CHANGE_STATE)
_MFA = {"aws:multifactorauthpresent": ("true",), "aws:multifactorauthage": ("0",)}
_DEVICE = "iam:CreateVirtualMFADevice"


class Rights:
    """Asks the evaluator about identities as they are at a moment of a sequence."""

    def __init__(self, snapshot: Snapshot, subject: Subject, held: Collection[str]) -> None:
        self._snapshot = snapshot
        self._evaluator = Evaluator(snapshot)
        self._subject = subject
        self._held = held

    def of_step(self, edge: Edge, estate: EstateState, call: Effect) -> State | None:
        """Return how surely the step's permissions hold now; ``None``: not known here.

        Parameters
        ----------
        call
            What the step changes, for conditions on the tags that the call carries.
        """
        if edge.kind not in _ON_TARGET:
            return None
        source, target = _identity(edge.source), _identity(edge.target)
        technique = techniques_aws().get(edge.technique)
        actions = technique.permissions if technique is not None else ()
        if not actions:
            return None
        if edge.kind is EdgeKind.CAN_CHANGE_STATE and (edge.via not in ("", target) or edge.target == target):
            return None
        caller = self._caller(source, estate.of(source))
        if caller is None:
            return None
        principal, documents = caller
        attacker = self._attacker_as(source, principal, estate)
        worst = State.VERIFIED
        for action in actions:
            resource = self._resource(action, target, estate)
            asked = _presenting(attacker, call)
            decision = self._evaluator.decision(principal, documents, asked, action, resource)
            worst = min(worst, state_of(decision, asked))
        return worst

    def _attacker_as(self, identity: str, principal: Principal, estate: EstateState) -> AttackerContext:
        """Return what the attacker presents as an identity: MFA only as a user, and once a device is enrolled."""
        own = self._subject.attacker
        attacker = own if identity in self._held else onward_context(own)
        if any(item["kind"] == "mfa" for item in estate.of(identity).values()):
            attacker = attacker.knowing(_MFA, name=attacker.name)
        if principal.kind is PrincipalKind.ROLE:
            stated = {key: values for key, values in attacker.stated.items() if key not in MFA_KEYS}
            attacker = replace(attacker, stated=stated, absent=frozenset())
        return attacker

    def _caller(self, identity: str, changes: Changes) -> tuple[Principal, Sequence[DocumentUse]] | None:
        node = self._snapshot.node(self._snapshot.node_index(identity))
        principal, documents = self._evaluator.principal(node)
        if principal.kind not in (PrincipalKind.USER, PrincipalKind.ROLE):
            return None
        kept = list(documents)
        for change in changes.values():
            found = _without(self._snapshot, identity, kept, change)
            if found is None:
                return None
            kept = found
        return replace(principal, tags=_tags(principal.tags or {}, changes)), kept

    def _resource(self, action: str, target: str, estate: EstateState) -> Resource:
        if action == _DEVICE:
            account = target.split(":", 5)[4]
            return Resource(arn=f"arn:aws:iam::{account}:mfa/nhi-probe-7f3a9c", account=account)
        resource = self._evaluator.resource(target)
        changes = estate.of(target)
        extra = dict(resource.extra)
        if "boundary" in changes:
            other = changes["boundary"]["name"]
            extra["iam:permissionsboundary"] = (other,) if other else ()
        return replace(resource, tags=_tags(resource.tags or {}, changes), extra=extra)


def _identity(node: str) -> str:
    return node.partition("?")[0]


def _tags(tags: Mapping[str, str], changes: Changes) -> dict[str, str]:
    """Return tags after the changes; a key in another case is the same key."""
    kept = dict(tags)
    for change in changes.values():
        if change["kind"] in ("tag", "untag"):
            kept = {key: value for key, value in kept.items() if key.lower() != change["name"].lower()}
        if change["kind"] == "tag":
            kept[change["name"]] = change["value"]
    return kept


def _presenting(attacker: AttackerContext, call: Effect) -> AttackerContext:
    """Return what a call carries that sets or removes tags."""
    tags = [change for change in call.values() if change is not None and change["kind"] in ("tag", "untag")]
    if not tags:
        return attacker
    stated = {f"aws:requesttag/{tag['name'].lower()}": (tag["value"],) for tag in tags if tag["kind"] == "tag"}
    return attacker.knowing({**stated, "aws:tagkeys": tuple(tag["name"] for tag in tags)}, name=attacker.name)


def _without(
    snapshot: Snapshot, identity: str, documents: Sequence[DocumentUse], change: Mapping[str, str]
) -> list[DocumentUse] | None:
    """Return the documents that one change leaves; ``None`` when it brings one whose text is not known."""
    kind, name = change["kind"], change["name"]
    if kind == "boundary":
        return None
    if kind == "without-boundary":
        return [use for use in documents if use.layer != "boundary"]
    if kind == "without-policy":
        group, _, policy = name.rpartition("/")
        return [use for use in documents if not _is_policy(use, identity, group, policy)]
    if kind == "without-group":
        gone = {
            use.label
            for use in snapshot.document_uses(identity)
            if use.layer == "member_of" and use.label.rsplit("/", 1)[-1] == name
        }
        return [use for use in documents if use.holder not in gone]
    return list(documents)


def _is_policy(use: DocumentUse, identity: str, group: str, name: str) -> bool:
    """Return whether a document is the policy of that name, of the identity itself or of one of its groups."""
    own = use.holder == identity if not group else ":group/" in use.holder and use.holder.endswith(f"/{group}")
    if not own or use.layer == "boundary":
        return False
    if use.label.startswith("policy "):
        return use.label.rsplit("/", 1)[-1] == name
    return use.grant_prefix.endswith(f":inline:{name}")
