"""Services that are let in without a word on whose resource they act for: a fact on roles and resources, for rules.

Input: trust policies and resource policies. Output: the node attribute ``services_without_source``, service principals
that an allow statement names without a condition on account, ARN or organization of the source.
Handled: the documented condition keys, those of KMS and Lambda that say the same; a wildcard alone pins nothing; for
roles only services whose documentation asks for such a condition, because most services take a role of their own
account alone (``iam:PassRole`` sees to that); for resource policies every service.
Not handled: whether the service checks by itself; it is no edge and no step of a path.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (each read 2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graph.edges.aws.world import AwsWorld
from graph.evaluate.aws.document import ConditionTest, Effect, PolicyDocument, Statement

__all__ = ["mark_confused_deputies", "services_without_source"]

SERVICES = frozenset(
    {
        "bedrock.amazonaws.com", "codebuild.amazonaws.com", "comprehend.amazonaws.com", "dms.amazonaws.com",
        "ecs-tasks.amazonaws.com", "firehose.amazonaws.com", "iot.amazonaws.com", "kinesisanalytics.amazonaws.com",
        "lexv2.amazonaws.com", "logs.amazonaws.com", "pipes.amazonaws.com", "rekognition.amazonaws.com",
        "rolesanywhere.amazonaws.com", "sagemaker.amazonaws.com", "scheduler.amazonaws.com", "ssm.amazonaws.com",
        "states.amazonaws.com", "transcribe.amazonaws.com", "transfer.amazonaws.com", "vpc-flow-logs.amazonaws.com",
    }
)  # fmt: skip
"""Services with a page of their own on cross-service confused deputies that shows a role's trust (read 2026-11)."""
_PINS = frozenset(
    {
        "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner",
        "kms:calleraccount", "kms:viaservice", "lambda:eventsourcetoken",
    }
)  # fmt: skip
_CONTEXT = "kms:encryptioncontext"


def mark_confused_deputies(world: AwsWorld) -> None:
    """Write the attribute on roles and resources that let such a service in."""
    nodes = world.identity_graph.nodes
    for arn, policy in (*world.trust.items(), *world.resource_policies.items()):
        if policy is None or arn not in nodes or (arn in world.roles and world.roles[arn].service_linked):
            continue
        found = services_without_source(policy)
        if arn in world.trust:
            found = tuple(name for name in found if _general(name) in SERVICES)
        if found:
            node = nodes[arn]
            nodes[arn] = replace(node, attributes={**node.attributes, "services_without_source": list(found)})


def services_without_source(policy: PolicyDocument) -> tuple[str, ...]:
    """Return service principals that a policy lets in for whatever source, sorted."""
    return tuple(sorted({name for statement in policy.statements for name in _unpinned(statement)}))


def _unpinned(statement: Statement) -> Iterator[str]:
    named = statement.principals
    if statement.effect is not Effect.ALLOW or named is None or named.not_principal:
        return
    if not any(_pins(test) for test in statement.conditions):
        yield from named.service


def _pins(test: ConditionTest) -> bool:
    """Return whether a test fixes the source, at least in part."""
    if test.key not in _PINS and not test.key.startswith(_CONTEXT):
        return False
    positive = not test.if_exists and "Not" not in test.operator and test.operator != "Null"
    return positive and test.quantifier != "ForAllValues" and all(value.strip("*?:") for value in test.values)


def _general(service: str) -> str:
    """Return a regional service principal (``logs.eu-west-1.amazonaws.com``) without its region."""
    parts = service.split(".")
    return ".".join((parts[0], *parts[2:])) if len(parts) == 4 else service
