"""CAN_CHANGE_TRUST: an identity rewrites a role's trust policy and assumes the role (iam-012).

Input: principals, roles of the same account. Output: edges to roles through classes of roles.
Handled: service-linked and Identity Center roles (only AWS edits them), explicit denies, SCP and boundary on
sts:AssumeRole: a new trust names the caller itself, so no identity allow is needed.
Not handled: restoring the trust afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from collectors.aws.records import AwsRole
from graph.decision import Residual
from graph.edges.aws.capability import Capability, PrincipalView, ResourceSlice, Way, capability, on_target
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.layers import role_resource
from graph.edges.aws.partition import in_partition, view_partition
from graph.edges.aws.world import AwsWorld, target_context
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind

__all__ = ["build_change_trust", "can_be_edited", "can_be_named", "named_assumption"]

RESERVED = "/aws-reserved/"
"""Path of the roles that IAM Identity Center makes for permission sets."""


def can_be_edited(role: AwsRole) -> bool:
    """Return whether IAM lets anybody but AWS change a role's trust, inline policies and attachments.

    References
    ----------
    https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html (``UnmodifiableEntity``, read
    2026-11); IAM answers so for service-linked roles and for those of Identity Center's permission sets.
    """
    return not role.service_linked and not role.path.startswith(RESERVED)


def named_assumption(view: PrincipalView) -> Capability:
    """Return what the principal may do with ``sts:AssumeRole`` on roles of its account whose trust names it."""
    rights = capability(view, "sts:AssumeRole")
    return Capability((Way(ResourceSlice(("*",)), ()),), rights.ceilings, rights.denies, rights.guard_labels)


def can_be_named(view: PrincipalView) -> Sequence[tuple[tuple[str, ...], Residual]]:
    """Return conditions under which the principal may assume a role whose trust names it; empty: never.

    A permissions boundary must allow sts:AssumeRole even where a same-account trust names the caller, user or role
    (IAM, "Update a role trust policy"), so every ceiling stays.
    """
    named = named_assumption(view)
    everything = named.ways[0].slice
    arn = in_partition(f"arn:aws:iam::{view.account}:role/nhi-probe-7f3a9c", view_partition(view))
    return [
        ((), residual)
        for residual in on_target(everything, named, arn, target_context(Resource(arn=arn, account=view.account)))
    ]


def build_change_trust(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every CAN_CHANGE_TRUST edge of the callers given."""
    by_account: dict[str, list[Target]] = defaultdict(list)
    for role in world.roles.values():
        if can_be_edited(role):
            by_account[role.account].append(
                Target(role.arn, role.arn, target_context(role_resource(world, role.arn)), not_for=role.arn)
            )
    candidates = {account: Candidates(targets) for account, targets in by_account.items()}
    class_edges(
        world.identity_graph,
        views,
        [Need("iam:UpdateAssumeRolePolicy")],
        candidates.get,
        kind=EdgeKind.CAN_CHANGE_TRUST,
        technique="iam-012",
        extra=can_be_named,
        describe="roles",
    )
