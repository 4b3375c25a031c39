"""Bedrock AgentCore code interpreters and agent runtimes with the role that their code holds.

Input: ``bedrock-agentcore-control`` answers. Output: workloads.
Not handled: sessions; versions of a runtime before the newest; tags, which need a call each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from collectors.aws.automation.joined import filled, variables_of
from collectors.aws.automation.operations import SYSTEM_PREFIX
from collectors.aws.records_fields import FieldError, Fields, Reading, arn_account, arn_region
from collectors.aws.workload_types import AwsWorkload, WorkloadKind
from collectors.evidence.evidence import Call

__all__ = ["read_agentcore"]

_PREFIX = "bedrock-agentcore-control."
_Build = Callable[[Fields, str, str, bool], AwsWorkload]


def read_agentcore(reading: Reading, account: str) -> Iterator[AwsWorkload]:
    """Yield code interpreters and agent runtimes of one account."""
    for build, details, listing, key in (
        (_interpreter, "get_code_interpreter", "list_code_interpreters", "codeInterpreterSummaries"),
        (_runtime, "get_agent_runtime", "list_agent_runtimes", "agentRuntimes"),
    ):
        seen = set()
        for region, _, answer in reading.answers(_PREFIX + details, account):
            try:
                workload = build(answer, account, region, True)
            except FieldError as error:
                reading.gap(_PREFIX + details, account, region, str(error))
                continue
            seen.add(workload.arn)
            yield workload
        short = partial(_listed, build, account)
        yield from (each for each in reading.each(_PREFIX + listing, account, key, short) if each.arn not in seen)


def _listed(build: _Build, account: str, item: Fields, region: str, _call: Call) -> AwsWorkload:
    return build(item, account, region, False)


def _interpreter(item: Fields, account: str, region: str, described: bool) -> AwsWorkload:
    arn = item.arn("codeInterpreterArn")
    system = item.text("codeInterpreterId").startswith(SYSTEM_PREFIX)
    return AwsWorkload(
        arn=arn,
        name=item.text("name") or item.text("codeInterpreterId"),
        kind=WorkloadKind.BEDROCK_CODE_INTERPRETER,
        account=account if system else arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        role_arn=item.text("executionRoleArn"),
        role_known=described or system,
        managed_elsewhere=system,
        settings=filled(status=item.text("status"), networkMode=item.inner("networkConfiguration").text("networkMode")),
    )


def _runtime(item: Fields, _account: str, region: str, described: bool) -> AwsWorkload:
    arn = item.arn("agentRuntimeArn")
    variables = variables_of(item.inner("environmentVariables").body)
    artifact = item.inner("agentRuntimeArtifact")
    callers = item.inner("authorizerConfiguration").inner("customJWTAuthorizer")
    return AwsWorkload(
        arn=arn,
        name=item.text("agentRuntimeName") or arn.rpartition("/")[2],
        kind=WorkloadKind.BEDROCK_AGENT_RUNTIME,
        account=arn_account(arn),
        region=arn_region(arn) or region,
        ref=item.ref,
        role_arn=item.text("roleArn"),
        role_known=described,
        environment_names=variables.names,
        environment_ids=variables.ids,
        environment_secrets=variables.secrets,
        environment_kinds=variables.kinds,
        environment_hints=variables.hints,
        settings=filled(
            status=item.text("status"),
            networkMode=item.inner("networkConfiguration").text("networkMode"),
            serverProtocol=item.inner("protocolConfiguration").text("serverProtocol"),
            containerUri=artifact.inner("containerConfiguration").text("containerUri"),
            workloadIdentityArn=item.inner("workloadIdentityDetails").text("workloadIdentityArn"),
            discoveryUrl=callers.text("discoveryUrl"),
            allowedAudience=callers.texts("allowedAudience"),
            allowedClients=callers.texts("allowedClients"),
        ),
    )
