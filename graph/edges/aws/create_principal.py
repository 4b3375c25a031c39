"""CAN_CHANGE_POLICY_OF through a new principal: an identity makes a role or user, gives it any permission, becomes it.

Input: principals that are no administrators. Output: edges to the account's ``ScopeAdmin``
(``nhi-iam-createrole``, ``nhi-iam-createuser``).
Handled: every permission on the same new name; the trust policy, which its writer makes name itself, so that assuming
needs no identity allow; inline policy, attached policy, a group that administers; access key or password; SCPs on the
new principal under its very name; ``iam:PermissionsBoundary``: without a boundary, or with one that a condition names,
as far as it leaves administration.
Not handled: gains short of administration; rewriting the policy that must be the boundary, or taking the boundary away
afterwards; tags that the new principal could be given; quotas.
Errs towards: silence where the change does not end in administration.

References
----------
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html (read 2026-11)
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from graph.decision import ALWAYS, Residual
from graph.edges.aws.admin import admin_after, admin_ways, administrators, allow_everything
from graph.edges.aws.capability import Capability, DocumentInForce, PrincipalView, capability
from graph.edges.aws.change_trust import named_assumption
from graph.edges.aws.fresh import Alternatives, fresh_names, join
from graph.edges.aws.own_policy import administrator_policies, version_document, ways_on
from graph.edges.aws.partition import in_partition, view_partition
from graph.edges.aws.world import AwsWorld, admin_id
from graph.evaluate.aws.globs import glob_matches
from graph.evaluate.aws.principals import Principal, PrincipalKind, Resource
from graph.kinds import EdgeKind, Impact
from graph.model import Edge

__all__ = ["build_create_principal"]

MAX_BOUNDARIES = 8
"""Boundaries tried for one caller."""
_BOUNDARY = "iam:permissionsboundary"
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_CREDENTIALS = ("iam:CreateAccessKey", "iam:CreateLoginProfile")
Stated = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of principal that is made."""

    technique: str
    kind: PrincipalKind
    form: str
    create: str
    write: str
    attach: str


_ROLE = _Kind(
    "nhi-iam-createrole",
    PrincipalKind.ROLE,
    "arn:aws:iam::{account}:role/{name}",
    "iam:CreateRole",
    "iam:PutRolePolicy",
    "iam:AttachRolePolicy",
)
_USER = _Kind(
    "nhi-iam-createuser",
    PrincipalKind.USER,
    "arn:aws:iam::{account}:user/{name}",
    "iam:CreateUser",
    "iam:PutUserPolicy",
    "iam:AttachUserPolicy",
)


@dataclass(frozen=True, slots=True)
class _Gain:
    """One way in which a caller ends in administration."""

    grants: tuple[str, ...]
    conditions: Residual
    guards: tuple[str, ...]


def build_create_principal(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add the edges of callers who gain by it: administrators have all that it could give."""
    full = administrators(world)
    for view in views:
        if view.node in full or view.principal.service_linked or view.principal.kind is PrincipalKind.ROOT:
            continue
        for made in (_ROLE, _USER):
            if view.may_allow(made.create):
                for gain in dict.fromkeys(_gains(world, view, made)):
                    _emit(world, view, made.technique, gain)


def _emit(world: AwsWorld, view: PrincipalView, technique: str, gain: _Gain) -> None:
    world.identity_graph.add_edge(
        Edge(
            view.node,
            admin_id(view.account),
            EdgeKind.CAN_CHANGE_POLICY_OF,
            True,
            technique,
            gain.grants,
            gain.conditions,
            gain.guards,
            impact=Impact.H1.value,
        )
    )


def _gains(world: AwsWorld, view: PrincipalView, made: _Kind) -> Iterator[_Gain]:
    """Yield the ways; those of one boundary end the search when one of them is without conditions."""
    for boundary in (None, *_boundaries(world, view)):
        found = list(_with_boundary(world, view, made, boundary))
        yield from found
        if any(gain.conditions == ALWAYS for gain in found):
            return


def _with_boundary(
    world: AwsWorld, view: PrincipalView, made: _Kind, boundary: DocumentInForce | None
) -> Iterator[_Gain]:
    bound: Stated = {_BOUNDARY: (boundary.label.removeprefix("boundary "),) if boundary else ()}
    created = capability(view, made.create, {**bound, "iam:policyarn": ()})
    if not created.ways:
        return
    becoming = _becoming(view, made)
    for giving in _giving(world, view, made, bound):
        for become in becoming:
            yield from _named(view, made, [created, giving, become], boundary)
    if made is _USER and view.may_allow("iam:AddUserToGroup"):
        for become in becoming:
            yield from _by_group(world, view, [created, become], boundary)


def _becoming(view: PrincipalView, made: _Kind) -> list[Capability]:
    """Return the ways to hold the new principal: its trust names the caller, or a credential of it is made."""
    if made is _ROLE:
        return [named_assumption(view)]
    # Neither key is one of these actions; a statement that asks for them does not speak of the call.
    nothing: Stated = {_BOUNDARY: (), "iam:policyarn": ()}
    return [capability(view, action, nothing) for action in _CREDENTIALS if view.may_allow(action)]


def _giving(world: AwsWorld, view: PrincipalView, made: _Kind, bound: Stated) -> Iterator[Capability]:
    """Yield what gives it any permission: a policy of the caller's writing, or one that is there."""
    if view.may_allow(made.write):
        yield capability(view, made.write, {**bound, "iam:policyarn": ()})
    if view.may_allow(made.attach):
        for policy in administrator_policies(world, view.account):
            yield capability(view, made.attach, {**bound, "iam:policyarn": (policy,)})


def _named(
    view: PrincipalView, made: _Kind, rights: Sequence[Capability], boundary: DocumentInForce | None
) -> Iterator[_Gain]:
    """Yield the ways under the first name that ends in administration."""
    for arn, ways in fresh_names(view, rights, made.form):
        after = admin_after(_new(view, made, arn, boundary), allow_everything())
        if after is not None:
            yield from _joined(ways, [((), after)], rights)
            return


def _by_group(
    world: AwsWorld, view: PrincipalView, rights: Sequence[Capability], boundary: DocumentInForce | None
) -> Iterator[_Gain]:
    """Yield the ways through a group whose members administer the account."""
    (arn, ways) = next(fresh_names(view, rights, _USER.form), ("", []))
    for group in world.groups.values() if arn else ():
        if group.account != view.account:
            continue
        resource = Resource(arn=group.arn, account=group.account, tags={})
        joining = [(way.grants, way.conditions) for way in ways_on(view, "iam:AddUserToGroup", resource)]
        if not joining:
            continue
        member = replace(_new(view, _USER, arn, boundary), documents=world.group_documents[group.arn])
        gained = [(verdict.grants, verdict.conditions) for verdict in admin_ways(member)]
        yield from _joined(join([ways, joining]) if gained else [], gained, rights)


def _joined(ways: Alternatives, gained: Alternatives, rights: Sequence[Capability]) -> Iterator[_Gain]:
    guards = tuple(sorted({label for item in rights for label in item.guard_labels}))
    for grants, conditions in join([ways, gained]) if ways else ():
        yield _Gain(grants, conditions, guards)


def _new(view: PrincipalView, made: _Kind, arn: str, boundary: DocumentInForce | None) -> PrincipalView:
    """Return the new principal before it is given anything: the account's SCPs and the boundary are on it."""
    principal = Principal(
        made.kind,
        arn,
        view.account,
        name=arn.rsplit("/", 1)[-1],
        tags={},
        organization_id=view.principal.organization_id,
        organization_paths=view.principal.organization_paths,
    )
    node = f"{arn}?new" + (f"&{boundary.label}" if boundary else "")
    return PrincipalView(node, principal, (), boundary, view.scps, view.index)


# ---- boundaries


def _boundaries(world: AwsWorld, view: PrincipalView) -> Iterator[DocumentInForce]:
    """Yield boundaries that a condition on the caller names, where one does; that of AWS that limits nothing first."""
    patterns = set(_asked_boundaries(view))
    if not patterns:
        return
    everything = in_partition(_ADMINISTRATOR, view_partition(view))
    known = [arn for arn, policy in world.policies.items() if policy.aws_managed or policy.account == view.account]
    literal = [pattern for pattern in sorted(patterns) if "*" not in pattern and "?" not in pattern]
    fitting = (
        arn
        for arn in dict.fromkeys([everything, *literal, *sorted(known)])
        if any(glob_matches(pattern, arn) for pattern in patterns)
    )
    for arn in islice(fitting, MAX_BOUNDARIES):
        policy = world.policies.get(arn)
        document = version_document(world, policy, policy.default_version_id) if policy else None
        if policy is None and arn == everything:
            document = allow_everything()
        yield DocumentInForce("boundary", f"boundary {arn}", document)


def _asked_boundaries(view: PrincipalView) -> Iterator[str]:
    layers: Iterable[DocumentInForce | None] = (
        *view.documents,
        view.boundary,
        *(each for row in view.scps for each in row),
    )
    for item in layers:
        if item is None or item.document is None:
            continue
        for statement in item.document.statements:
            for test in statement.conditions:
                if test.key.lower() == _BOUNDARY:
                    yield from test.values
