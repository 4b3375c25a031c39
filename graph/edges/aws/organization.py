"""From the management account into member accounts: root sessions, guards lifted, service-managed stack sets.

Input: the organization, its policies, principals of the management account.
Output: CAN_CREATE_CREDENTIAL to members' root users (``nhi-sts-assumeroot``), CAN_GRANT to the organization
(``nhi-organizations-detachpolicy``, ``-updatepolicy``), CAN_GRANT to full control of members
(``nhi-cloudformation-createstackset``).
Handled: the task policy of a root session (the one that restores password recovery is the only one that ends in the
root user; the others clean up); the last SCP of a target cannot be detached; what members' SCPs leave of a stack's
administration; trusted access of StackSets, which the management account's service-linked role shows.
Not handled: delegated administrators (the evidence does not name them); roles that trust the management account, which
CAN_ASSUME shows by their trust; AttachPolicy that widens an allow list; stack sets that exist already.

References
----------
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-enable-trusted-access.html (read 2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collectors.aws.records import AwsAccount, AwsOrganization, AwsOrganizationPolicy
from graph.decision import ALWAYS, Atom, Residual
from graph.edges.aws.admin import admin_ways
from graph.edges.aws.assume_role_pairs import admin_view
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.fresh import fresh_ways
from graph.edges.aws.partition import account_partition, in_partition, view_partition
from graph.edges.aws.through_hub import Gain, Holder, add_through_hub
from graph.edges.aws.world import AwsWorld, account_node, admin_id, target_context
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind, Impact, NodeKind, State
from graph.model import Node

__all__ = ["build_organization"]

ROOT_PASSWORD_TASK = "arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword"
ROOT_MAILBOX: Residual = ((Atom("nhi:mailbox-of-root-user", "Bool", ("true",)),),)
"""Password recovery sends its link to the root user's address."""
STACK_SET = "arn:aws:cloudformation:{region}:{account}:stackset/{name}"
STACK_SETS_ROLE = "/aws-service-role/stacksets.cloudformation.amazonaws.com/"
"""Path of the role that AWS alone makes, when trusted access of StackSets is switched on."""
_NO_LAST = "SERVICE_CONTROL_POLICY"
"""Type of policy of which a target must keep one; RCPFullAWSAccess cannot be detached, so an RCP is never the last."""


def build_organization(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add every edge that the management account's callers have into the organization."""
    organization = world.records.organization
    if organization is None:
        return
    home = organization.management_account
    callers = [view for view in views if view.account == home]
    if not callers:
        return
    # Full control of the account is a caller of its own, for paths that end in it.
    callers.append(admin_view(world, home))
    members = [account for account in world.accounts.values() if _is_member(account, organization)]
    _assume_root(world, organization, callers, members)
    _lift_guards(world, organization, callers)
    _stack_sets(world, organization, callers, members)


def _is_member(account: AwsAccount, organization: AwsOrganization) -> bool:
    return (
        account.organization_id == organization.id
        and account.id != organization.management_account
        and account.status in ("", "ACTIVE")
    )


# ---- root sessions


def _assume_root(
    world: AwsWorld, organization: AwsOrganization, callers: Sequence[PrincipalView], members: Sequence[AwsAccount]
) -> None:
    targets = []
    for account in members:
        arn = f"arn:{_partition(callers)}:iam::{account.id}:root"
        known = world.users.get(arn)
        if known is not None and known.has_password:
            # The holder of its mailbox recovers the password without anybody's help.
            continue
        world.identity_graph.add_node(
            Node(arn, NodeKind.AWS_ROOT, "root", "aws", account.id, {"account_id": account.id}, collected=False)
        )
        resource = Resource(arn=arn, account=account.id, organization_id=organization.id)
        targets.append(
            Target(
                arn,
                arn,
                target_context(resource),
                conditions=ROOT_MAILBOX,
                state=State.UNVERIFIED,
                note="The evidence does not say whether root access is managed centrally, which AssumeRoot needs.",
            )
        )
    candidates = {organization.management_account: Candidates(targets)}
    class_edges(
        world.identity_graph,
        callers,
        [Need("sts:AssumeRoot", {"sts:taskpolicyarn": (in_partition(ROOT_PASSWORD_TASK, _partition(callers)),)})],
        candidates.get,
        kind=EdgeKind.CAN_CREATE_CREDENTIAL,
        technique="nhi-sts-assumeroot",
        describe="root users of member accounts",
    )


def _partition(callers: Sequence[PrincipalView]) -> str:
    return view_partition(callers[0])


# ---- guards


def _lift_guards(world: AwsWorld, organization: AwsOrganization, callers: Sequence[PrincipalView]) -> None:
    guards = [policy for policy in world.records.organization_policies if _is_guard(policy)]
    node = f"aws:organization:{organization.id}"
    partition = account_partition(world, organization.management_account)
    update, detach = [], []
    for policy in guards:
        arn = in_partition(_policy_arn(organization, policy), partition)
        note = f"Lifts {policy.name} ({policy.id}) from the accounts that it is attached above."
        context = target_context(Resource(arn=arn, account=organization.management_account))
        # The management account itself is under no policy.
        attached = [target for target in policy.targets if target != organization.management_account]
        if attached:
            update.append(Target(arn, node, context, note=note))
        for target in attached:
            if _is_last(world, policy, target):
                continue
            arns = (arn, in_partition(_target_arn(organization, target), partition))
            detach.append(Target(arn, node, context, arns, note=f"Lifts {policy.name} ({policy.id}) from {target}."))
    for technique, action, needs, targets in (
        ("nhi-organizations-updatepolicy", "organizations:UpdatePolicy", 1, update),
        ("nhi-organizations-detachpolicy", "organizations:DetachPolicy", 2, detach),
    ):
        candidates = {organization.management_account: Candidates(targets)}
        class_edges(
            world.identity_graph,
            callers,
            [Need(action)] * needs,
            candidates.get,
            kind=EdgeKind.CAN_GRANT,
            technique=technique,
            describe="policies of the organization",
            impact_of=lambda _: Impact.H1.value,
        )


def _is_guard(policy: AwsOrganizationPolicy) -> bool:
    """Return whether a policy takes anything away: not so AWS's own that allow everything."""
    body = policy.document.body
    if body is None:
        return False
    statements = body.get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    allows_all = any(
        item.get("Effect") == "Allow" and item.get("Action") in ("*", ["*"]) and not item.get("Condition")
        for item in listed
    )
    return not allows_all or any(item.get("Effect") == "Deny" for item in listed)


def _is_last(world: AwsWorld, policy: AwsOrganizationPolicy, target: str) -> bool:
    return policy.kind == _NO_LAST and not any(
        other.id != policy.id and other.kind == policy.kind and target in other.targets
        for other in world.records.organization_policies
    )


def _policy_arn(organization: AwsOrganization, policy: AwsOrganizationPolicy) -> str:
    return (
        f"arn:aws:organizations::{organization.management_account}:policy/{organization.id}"
        f"/{policy.kind.lower()}/{policy.id}"
    )


def _target_arn(organization: AwsOrganization, target: str) -> str:
    kind = "root" if target.startswith("r-") else "ou" if target.startswith("ou-") else "account"
    return f"arn:aws:organizations::{organization.management_account}:{kind}/{organization.id}/{target}"


# ---- stack sets


def _stack_sets(
    world: AwsWorld, organization: AwsOrganization, callers: Sequence[PrincipalView], members: Sequence[AwsAccount]
) -> None:
    home = organization.management_account
    if not any(role.account == home and role.path == STACK_SETS_ROLE for role in world.roles.values()):
        return
    holders = [
        Holder(view.node, grants, conditions, _guards(view))
        for view in callers
        for grants, conditions in fresh_ways(
            view, ["cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"], STACK_SET
        )
    ]
    add_through_hub(
        world.identity_graph,
        holders,
        list(_administered(world, members)),
        kind=EdgeKind.CAN_GRANT,
        technique="nhi-cloudformation-createstackset",
        account=home,
        words=f"member accounts of {organization.id}",
    )


def _guards(view: PrincipalView) -> tuple[str, ...]:
    return (view.boundary.label,) if view.boundary else ()


def _administered(world: AwsWorld, members: Sequence[AwsAccount]) -> Iterator[Gain]:
    """Yield full control of members, as far as their SCPs leave it to the role by which a stack is deployed."""
    for account in members:
        ways = admin_ways(admin_view(world, account.id))
        if not ways:
            continue
        node = admin_id(account.id)
        world.identity_graph.add_node(
            Node(
                node,
                NodeKind.SCOPE_ADMIN,
                f"full control of account {account.name or account.id}",
                "aws",
                account.id,
                {"scope": account_node(account.id)},
                collected=account.collected,
                impact=Impact.H1.value,
            )
        )
        conditions = min((way.conditions for way in ways), key=len, default=ALWAYS)
        yield Gain(node, conditions, impact=Impact.H1.value)
