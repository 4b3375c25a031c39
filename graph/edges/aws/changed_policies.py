"""Changes that take a denying policy away: deleted, detached, or the group left that carries it.

Input: an identity with a policy that denies. Output: ``Move`` rows.
Handled: inline and managed policies of users, roles and of groups that the user is in; leaving the group, which takes
all of its policies away; the allows of the same policy go with it. ``iam:PolicyARN`` and ``iam:PermissionsBoundary`` as
conditions of the call.
Not handled: boundaries (``changed_boundary``); rewriting a managed policy that is attached to oneself (iam-001); denies
of SCPs, RCPs and resource policies.

References
----------
https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html (and its sisters, read 2026-11)
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graph.edges.aws.capability import DocumentInForce, PrincipalView
from graph.edges.aws.changes import Change, ChangedState, ChangeKind, Move, without_document
from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.principals import PrincipalKind, Resource

__all__ = ["policy_moves"]


def policy_moves(world: AwsWorld, state: ChangedState) -> Iterator[Move]:
    """Yield every way to take one denying policy away from the identity."""
    view = state.view
    left: set[str] = set()
    for item in view.documents:
        if item.document is None or not view.index.denies_anything(item.document):
            continue
        group = _group_of(view, item)
        if not group:
            yield _own(view, item)
            continue
        found = world.group_named(view.account, group)
        if found is None:
            continue
        resource = Resource(arn=found.arn, account=found.account, tags={})
        yield _of_group(view, item, group, resource)
        if group not in left:
            left.add(group)
            yield _leaving(view, group, resource)


def _group_of(view: PrincipalView, item: DocumentInForce) -> str:
    """Return the group through which a document reaches a user, or ``""``."""
    prefix = f"aws:membership:{view.principal.arn}:"
    return next((grant.removeprefix(prefix) for grant in item.extra_grants if grant.startswith(prefix)), "")


def _policy_arn(item: DocumentInForce) -> str:
    """Return the ARN of a managed policy, ``""`` for an inline one."""
    return item.label.removeprefix("policy ") if item.label.startswith("policy ") else ""


def _inline_name(item: DocumentInForce) -> str:
    return item.grant_prefix.rpartition(":inline:")[2]


def _own(view: PrincipalView, item: DocumentInForce) -> Move:
    kind = "User" if view.principal.kind is PrincipalKind.USER else "Role"
    arn = _policy_arn(item)
    verb = "Detach" if arn else "Delete"
    name = arn.rsplit("/", 1)[-1] if arn else _inline_name(item)
    return Move(
        Change(ChangeKind.WITHOUT_POLICY, name),
        without_document(view, item),
        f"nhi-iam-{verb.lower()}{kind.lower()}policy",
        ((f"iam:{verb}{kind}Policy", (("iam:policyarn", (arn,)),) if arn else ()),),
        via=arn,
    )


def _of_group(view: PrincipalView, item: DocumentInForce, group: str, resource: Resource) -> Move:
    arn = _policy_arn(item)
    verb = "Detach" if arn else "Delete"
    name = arn.rsplit("/", 1)[-1] if arn else _inline_name(item)
    return Move(
        Change(ChangeKind.WITHOUT_POLICY, f"{group}/{name}"),
        without_document(view, item),
        f"nhi-iam-{verb.lower()}grouppolicy",
        ((f"iam:{verb}GroupPolicy", (("iam:policyarn", (arn,)),) if arn else ()),),
        (resource,),
        via=resource.arn,
    )


def _leaving(view: PrincipalView, group: str, resource: Resource) -> Move:
    membership = f"aws:membership:{view.principal.arn}:{group}"
    kept = tuple(item for item in view.documents if membership not in item.extra_grants)
    return Move(
        Change(ChangeKind.WITHOUT_GROUP, group),
        replace(view, documents=kept, left_groups=view.left_groups | {group}),
        "nhi-iam-removeuserfromgroup",
        (("iam:RemoveUserFromGroup", ()),),
        (resource,),
        via=resource.arn,
    )
