"""The calls for build, data, deployment and event services.

Input: none (data only). Output: tuples that ``collectors.aws.operations`` joins. Not handled: making the calls.
Permission names: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
and error codes: each service's API reference (read 2026-11).
"""

from __future__ import annotations

from collectors.interface import Operation

__all__ = ["FROM_DUMPS", "GLOBAL", "REGIONAL", "SYSTEM_PREFIX"]

SYSTEM_PREFIX = "aws."
"""Ids of AgentCore code interpreters that AWS provides itself begin so (``aws.codeinterpreter.v1``); they have no role.

https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/code-interpreter-resource-management.html (read 2026-11)
"""


def _listing(name: str, permission: str, lost_without: str) -> Operation:
    return Operation(name, permission, lost_without, level="regional")


def _of_each(name: str, permission: str, lost_without: str, *not_found_codes: str) -> Operation:
    return Operation(name, permission, lost_without, level="resource", per_object=True, not_found_codes=not_found_codes)


_BUILD = (
    _listing("codebuild.list_projects", "codebuild:ListProjects", "CodeBuild projects."),
    _of_each(
        "codebuild.batch_get_projects",
        "codebuild:BatchGetProjects",
        "The service role, source and environment variable names of CodeBuild projects.",
    ),
    _listing(
        "codebuild.list_source_credentials",
        "codebuild:ListSourceCredentials",
        "Which source providers CodeBuild holds stored credentials for, and which secrets and connections they are.",
    ),
    _listing("codepipeline.list_pipelines", "codepipeline:ListPipelines", "CodePipeline pipelines."),
    _of_each(
        "codepipeline.get_pipeline",
        "codepipeline:GetPipeline",
        "The roles that a pipeline and its actions use, where its source is, and what it starts.",
        "PipelineNotFoundException",
    ),
    _listing("cloudformation.describe_stacks", "cloudformation:DescribeStacks", "Stacks and their service roles."),
    _listing("cloudformation.list_stack_sets", "cloudformation:ListStackSets", "Stack sets."),
    _of_each(
        "cloudformation.describe_stack_set",
        "cloudformation:DescribeStackSet",
        "Which role administers a stack set and which role it takes in its target accounts.",
        "StackSetNotFoundException",
    ),
    _of_each(
        "cloudformation.list_stack_instances",
        "cloudformation:ListStackInstances",
        "In which accounts a stack set has instances, so whose execution roles a changed one acts as.",
        "StackSetNotFoundException",
    ),
)

_DATA = (
    _listing("glue.get_jobs", "glue:GetJobs", "Glue jobs: roles, script locations and names of their arguments."),
    _listing("glue.get_dev_endpoints", "glue:GetDevEndpoints", "Glue development endpoints and their roles."),
    _listing("glue.get_triggers", "glue:GetTriggers", "What starts Glue jobs by itself."),
    _listing("sagemaker.list_notebook_instances", "sagemaker:ListNotebookInstances", "SageMaker notebook instances."),
    _of_each(
        "sagemaker.describe_notebook_instance",
        "sagemaker:DescribeNotebookInstance",
        "The role of a notebook instance, and whether its users are root on it.",
    ),
    _listing("sagemaker.list_domains", "sagemaker:ListDomains", "SageMaker Studio domains."),
    _of_each(
        "sagemaker.describe_domain",
        "sagemaker:DescribeDomain",
        "The role of the Studio users that have none of their own.",
        "ResourceNotFound",
    ),
    _listing("sagemaker.list_user_profiles", "sagemaker:ListUserProfiles", "SageMaker Studio user profiles."),
    _of_each(
        "sagemaker.describe_user_profile",
        "sagemaker:DescribeUserProfile",
        "The role of a Studio user.",
        "ResourceNotFound",
    ),
    _listing("datapipeline.list_pipelines", "datapipeline:ListPipelines", "Data Pipeline pipelines."),
    _of_each(
        "datapipeline.describe_pipelines",
        "datapipeline:DescribePipelines",
        "The state and tags of Data Pipeline pipelines.",
        "PipelineNotFoundException",
        "PipelineDeletedException",
    ),
    _of_each(
        "datapipeline.get_pipeline_definition",
        "datapipeline:GetPipelineDefinition",
        "The roles of a Data Pipeline pipeline and of the servers that it starts.",
        "PipelineNotFoundException",
        "PipelineDeletedException",
    ),
)

_EVENTS = (
    _listing("stepfunctions.list_state_machines", "states:ListStateMachines", "Step Functions state machines."),
    _of_each(
        "stepfunctions.describe_state_machine",
        "states:DescribeStateMachine",
        "The role of a state machine, and which services its definition calls.",
        "StateMachineDoesNotExist",
    ),
    _listing("events.list_event_buses", "events:ListEventBuses", "Event buses and who may put events on them."),
    _of_each("events.list_rules", "events:ListRules", "EventBridge rules.", "ResourceNotFoundException"),
    _of_each(
        "events.list_targets_by_rule",
        "events:ListTargetsByRule",
        "What an EventBridge rule starts, and the role that it uses for it.",
        "ResourceNotFoundException",
    ),
    _listing("scheduler.list_schedules", "scheduler:ListSchedules", "EventBridge Scheduler schedules."),
    _of_each(
        "scheduler.get_schedule",
        "scheduler:GetSchedule",
        "The role that a schedule uses to start its target.",
        "ResourceNotFoundException",
    ),
)

_AGENTS = (
    _listing(
        "bedrock-agentcore-control.list_code_interpreters",
        "bedrock-agentcore:ListCodeInterpreters",
        "Bedrock AgentCore code interpreters.",
    ),
    _of_each(
        "bedrock-agentcore-control.get_code_interpreter",
        "bedrock-agentcore:GetCodeInterpreter",
        "The role whose credentials the code in a code interpreter holds.",
        "ResourceNotFoundException",
    ),
    _listing(
        "bedrock-agentcore-control.list_agent_runtimes",
        "bedrock-agentcore:ListAgentRuntimes",
        "Bedrock AgentCore agent runtimes.",
    ),
    _of_each(
        "bedrock-agentcore-control.get_agent_runtime",
        "bedrock-agentcore:GetAgentRuntime",
        "The role that an agent runs with, and how its callers sign in.",
        "ResourceNotFoundException",
    ),
)

REGIONAL: tuple[Operation, ...] = (*_BUILD, *_DATA, *_EVENTS, *_AGENTS)
"""Operations whose evidence stands in a folder for each region, per-object ones included."""
GLOBAL: tuple[Operation, ...] = ()
"""Operations that are asked once an account."""
FROM_DUMPS: tuple[Operation, ...] = ()
"""What is read when a dump holds it, and never asked."""
