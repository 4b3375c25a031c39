"""CAN_PASS_ROLE by Data Pipeline (datapipeline-001): commands on an instance that a pipeline launches.

Input: principals, roles that trust EC2 and roles that trust Data Pipeline. Output: edges to the role of the instances,
and conditional ones to the pipeline's own role.
Handled: two roles are passed: the pipeline's, with which the service launches instances and passes them their role, and
the instances', which the commands run as and which needs an instance profile.
Not handled: that the service takes no new customers.
https://docs.aws.amazon.com/datapipeline/latest/DeveloperGuide/dp-iam-roles.html (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graph.decision import ALWAYS, Residual, merge_residuals
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Need, Target, class_edges
from graph.edges.aws.fresh import Alternatives, fresh_ways, join
from graph.edges.aws.layers import role_resource
from graph.edges.aws.pass_role_existing import Existing
from graph.edges.aws.pass_role_trust import ServiceTrust, ServiceTrusts
from graph.edges.aws.workloads import by_account, holds_one, open_atom
from graph.edges.aws.world import AwsWorld, target_context
from graph.kinds import EdgeKind

__all__ = ["build_data_pipeline"]

_PIPELINE = "arn:aws:datapipeline:{region}:{account}:pipeline/{name}"
_SERVICE = "datapipeline.amazonaws.com"
_LAUNCHES = (("ec2:RunInstances", "iam:PassRole"), ("ec2:RequestSpotInstances", "iam:PassRole"))
_PASS = {"iam:passedtoservice": (_SERVICE,)}


def build_data_pipeline(
    world: AwsWorld, views: Sequence[PrincipalView], trusts: ServiceTrusts, profiles: set[str]
) -> None:
    """Add the edges of datapipeline-001."""
    pipelines = [trust for trust in trusts.of(_SERVICE, _PIPELINE) if holds_one(world.views[trust.role], _LAUNCHES)]
    launching = Existing(["iam:PassRole"], by_account(_targets(world, pipelines)), _PASS)
    instances = [trust for trust in trusts.of("ec2.amazonaws.com") if trust.role in profiles]
    only_calls = open_atom("call-is-one-that-data-pipeline-makes")

    def with_pipeline_role(view: PrincipalView) -> Alternatives:
        own = _own(view)
        return join([own, launching.ways(view)]) if own else []

    for targets, extra in (
        (_targets(world, instances), with_pipeline_role),
        (_targets(world, pipelines, only_calls), _own),
    ):
        class_edges(
            world.identity_graph,
            views,
            [Need("iam:PassRole", _PASS)],
            by_account(targets).get,
            kind=EdgeKind.CAN_PASS_ROLE,
            technique="datapipeline-001",
            extra=extra,
            describe="roles",
        )


def _own(view: PrincipalView) -> Alternatives:
    # CreatePipeline knows no resource type.
    parts = (
        (("datapipeline:CreatePipeline",), "*"),
        (("datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"), _PIPELINE),
    )
    return join([fresh_ways(view, actions, form) for actions, form in parts])


def _targets(
    world: AwsWorld, trusts: Iterable[ServiceTrust], conditions: Residual = ALWAYS
) -> Iterable[tuple[str, Target]]:
    for trust in trusts:
        role = trust.role
        yield (
            world.roles[role].account,
            Target(
                role,
                role,
                target_context(role_resource(world, role)),
                grants=(trust.grant,),
                conditions=merge_residuals([trust.conditions, conditions]),
                not_for=role,
            ),
        )
