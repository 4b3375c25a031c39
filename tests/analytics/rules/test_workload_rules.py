"""Shared execution roles, and secrets in variables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analytics.findings_document import report_data
from analytics.policy import Policy
from tests.analytics.rules.building import ACCOUNT, LAMBDA, NAMES, found, judge
from tests.analytics.rules.evidence_files import asked, with_files
from tests.analytics.rules.scenarios_resources import FUNCTION, account
from tests.worlds.aws import World
from tests.worlds.names import ADMINISTRATOR, REGION
from tests.worlds.statements import allow, trust

SHARED, VARIABLE = "aws-shared-execution-role", "aws-secret-in-environment"
APP = NAMES.role("app")
EC2, TASKS = trust(service="ec2.amazonaws.com"), trust(service="ecs-tasks.amazonaws.com")
KEY = "PRIVATE" + " KEY"
"""In two parts, so that no search for private keys finds this file."""


# ---- shared roles --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stacks", "want"), [(("a", "a"), 0), (("a", "b"), 1), (("a", ""), 1)])
def test_functions_of_one_stack_belong_together(tmp_path: Path, stacks: tuple[str, str], want: int) -> None:
    made = account()
    for number, stack in enumerate(stacks):
        made.function(f"f{number}", "app", tags={"aws:cloudformation:stack-id": stack} if stack else {})
    report = judge(made.build(tmp_path), SHARED)
    assert len(report.findings) == want
    assert report.passed[SHARED] == 1 - want


@pytest.mark.parametrize(("groups", "want"), [(("web", "web"), 0), (("web", "jobs"), 1)])
def test_instances_of_one_group_belong_together(tmp_path: Path, groups: tuple[str, str], want: int) -> None:
    made = account().role("node", trusts=EC2, profile=True)
    for number, group in enumerate(groups):
        made.instance(f"i-{number}", "node", tags={"aws:autoscaling:groupName": group})
    assert len(judge(made.build(tmp_path), SHARED).findings) == want


@pytest.mark.parametrize(("clusters", "want"), [(("prod", "prod"), 0), (("prod", "test"), 1)])
def test_nodes_of_one_cluster_belong_together(tmp_path: Path, clusters: tuple[str, str], want: int) -> None:
    made = account().role("node", trusts=EC2, profile=True)
    for number, cluster in enumerate(clusters):
        tags = {"aws:autoscaling:groupName": f"group-{number}", "eks:cluster-name": cluster}
        made.instance(f"i-{number}", "node", tags=tags)
    assert len(judge(made.build(tmp_path), SHARED).findings) == want


@pytest.mark.parametrize(("templates", "want"), [(("lt-1", "lt-1"), 0), (("lt-1", "lt-2"), 1)])
def test_instances_of_one_template_belong_together(tmp_path: Path, templates: tuple[str, str], want: int) -> None:
    made = account().role("node", trusts=EC2, profile=True)
    for number, template in enumerate(templates):
        made.instance(f"i-{number}", "node", tags={"aws:ec2launchtemplate:id": template})
    assert len(judge(made.build(tmp_path), SHARED).findings) == want


def test_a_terminated_instance_does_not_count(tmp_path: Path) -> None:
    made = account().role("node", trusts=EC2, profile=True)
    made.instance("i-1", "node").instance("i-2", "node", state="terminated")
    assert not judge(made.build(tmp_path), SHARED).findings


def test_versions_and_tasks_of_one_family_belong_together(tmp_path: Path) -> None:
    def definitions(*families: str) -> dict[str, Any]:
        prefix = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition"
        arns = [f"{prefix}/{family}:{number}" for number, family in enumerate(families, start=1)]
        bodies = [
            asked({"taskDefinition": arn}, {"taskDefinition": {"taskDefinitionArn": arn, "taskRoleArn": APP}})
            for arn in arns
        ]
        return {"ecs.list_task_definitions": {"taskDefinitionArns": arns}, "ecs.describe_task_definition": bodies}

    def tasks() -> World:
        return account().role("app", trusts=TASKS)

    assert not judge(with_files(tasks(), definitions("web", "web"))(tmp_path / "one"), SHARED).findings
    (finding,) = judge(with_files(tasks(), definitions("web", "jobs"))(tmp_path / "two"), SHARED).findings
    assert finding.subject == APP
    assert len(finding.related) == 2


def test_severity_follows_the_role_and_the_policy_sets_the_number(tmp_path: Path) -> None:
    made = account().role("root", trusts=LAMBDA, attached=[ADMINISTRATOR])
    made.role("data", allow("s3:GetObject"), trusts=LAMBDA)
    for role in ("app", "root", "data"):
        made.function(f"{role}-1", role).function(f"{role}-2", role)
    evidence = made.build(tmp_path)
    severities = {row.subject_name: row.severity.word for row in judge(evidence, SHARED).findings}
    assert severities == {"app": "low", "data": "medium", "root": "high"}
    assert not judge(evidence, SHARED, Policy(shared_role_workloads=3)).findings


# ---- variables -----------------------------------------------------------------------------------------------------


def variables(folder: Path, **values: str) -> Path:
    body = {"FunctionName": "hook", "FunctionArn": FUNCTION, "Role": APP, "Environment": {"Variables": values}}
    return with_files(account(), {"lambda.list_functions": {"Functions": [body]}})(folder)


@pytest.mark.parametrize(
    ("name", "value", "confidence"),
    [
        ("DB_PASSWORD", "Tr0ub4dor&3-9x", "medium"),
        ("DSN", "postgres://app:Tr0ub4dor3x9@db.internal:5432/app", "high"),
        ("SIGNING", f"-----BEGIN {KEY}-----\nMIIBVgIBADANBgkq\n-----END {KEY}-----", "high"),
    ],
)
def test_kind_of_secret_gives_confidence(tmp_path: Path, name: str, value: str, confidence: str) -> None:
    evidence = variables(tmp_path, **{name: value, "STAGE": "prod"})
    report = judge(evidence, VARIABLE)
    (finding,) = found(report, FUNCTION)
    assert finding.confidence == confidence
    assert name in finding.message
    assert value not in json.dumps(report_data(report, ()), default=str)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", "{{resolve:secretsmanager:db}}"),
        ("API_TOKEN", "/prod/shop/api-token"),
        ("SECRET_ARN", f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-AbCdEf"),
        ("STAGE", "production"),
    ],
)
def test_references_and_ordinary_values_pass(tmp_path: Path, name: str, value: str) -> None:
    report = judge(variables(tmp_path, **{name: value}), VARIABLE)
    assert not report.findings
    assert report.passed[VARIABLE] == 1


def test_the_id_of_an_access_key_alone_has_low_confidence(tmp_path: Path) -> None:
    key = "AKIA" + "TESTTESTTESTTEST"
    (finding,) = judge(variables(tmp_path, KEY=key), VARIABLE).findings
    assert (finding.confidence, finding.severity.word) == ("low", "medium")
    assert key in finding.message


def test_a_container_with_a_secret(tmp_path: Path) -> None:
    arn = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web:1"
    container = {"name": "web", "environment": [{"name": "DB_PASSWORD", "value": "Tr0ub4dor&3-9x"}]}
    body = {"taskDefinitionArn": arn, "containerDefinitions": [container]}
    files = {
        "ecs.list_task_definitions": {"taskDefinitionArns": [arn]},
        "ecs.describe_task_definition": [asked({"taskDefinition": arn}, {"taskDefinition": body})],
    }
    (finding,) = judge(with_files(account(), files)(tmp_path), VARIABLE).findings
    assert finding.subject == arn
    assert finding.message == "Variable DB_PASSWORD holds a literal secret."


def test_a_workload_without_variables_is_not_looked_at(tmp_path: Path) -> None:
    report = judge(account().function("hook", "app").build(tmp_path), VARIABLE)
    assert not report.passed[VARIABLE]
    assert not report.findings
