"""Workloads on servers and containers of a whole account: everything asked, written without secrets, and read back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collectors.aws.compute.operations import REGIONAL
from collectors.aws.to_records import to_records
from collectors.aws.workload_types import WorkloadKind
from collectors.evidence.reader import read_evidence
from tests.collectors.aws.proxy import AwsProxy
from tests.collectors.aws.running import answer_what_moto_lacks, collect, coverage, files, only
from tests.collectors.aws.seed import ACCOUNT

pytestmark = pytest.mark.needs_moto

REGION = "us-east-1"
SERVICES = {operation.name.partition(".")[0] for operation in REGIONAL}


@pytest.fixture
def folder(proxy: AwsProxy, tmp_path: Path) -> Path:
    """Evidence of this family's services in one region."""
    answer_what_moto_lacks(proxy)
    result = collect(tmp_path, without=only(*SERVICES, "iam"), regions=(REGION,))
    assert [gap for gap in result.gaps if gap.operation.partition(".")[0] in SERVICES] == []
    return tmp_path


def test_every_operation_is_asked_and_written(folder: Path) -> None:
    recorded = coverage(folder)
    for operation in REGIONAL:
        record = recorded[operation.name, REGION]
        assert (record["outcome"], record["calls"] > 0) == ("ok", True), operation.name
        form = "jsonl" if operation.per_object else "json"
        assert (folder / "aws" / ACCOUNT / REGION / f"{operation.name}.{form}").is_file(), operation.name


def test_no_secret_is_written(folder: Path) -> None:
    text = b"".join(files(folder).values()).decode()
    assert "hunter2" not in text and "never-read" not in text and "aHVudGVyMi1odW50ZXIy" not in text
    line = json.loads(
        (folder / "aws" / ACCOUNT / REGION / "ecs.describe_task_definition.jsonl").read_text().splitlines()[0]
    )
    (container,) = line["response"]["taskDefinition"]["containerDefinitions"]
    assert container["environment"][0]["name"] == "DB_PASSWORD"
    assert container["environment"][0]["value"]["redacted"] == "environment_secret"
    assert "command" not in container


def test_it_reads_back(folder: Path) -> None:
    evidence = read_evidence([folder])
    assert evidence.gaps == ()
    records = to_records(evidence)
    assert records.gaps == ()
    runner = f"arn:aws:iam::{ACCOUNT}:role/runner"
    assert {(each.kind, each.name, each.role_arn, each.role_known) for each in records.workloads} >= {
        (WorkloadKind.APPRUNNER_SERVICE, "portal", runner, True),
        (WorkloadKind.AUTO_SCALING_GROUP, "web", f"arn:aws:iam::{ACCOUNT}:role/host", True),
        (WorkloadKind.BATCH_JOB_DEFINITION, "report:1", runner, True),
        (WorkloadKind.ECS_SERVICE, "checkout", runner, True),
        (WorkloadKind.ECS_TASK, "1", runner, True),
        (WorkloadKind.ECS_TASK_DEFINITION, "checkout:1", runner, True),
        (WorkloadKind.ECS_TASK_DEFINITION, "checkout:2", runner, True),
    }
    shared = next(each for each in records.functions if each.name == "shared")
    assert list(shared.environment_secrets) == ["DB_PASSWORD"]
    assert [layer.rpartition(":layer:")[2] for layer in shared.layers] == ["common:1"]
    assert {each.kind for each in records.triggers if each.target_arn == shared.arn} == {"event-source", "function-url"}
    (cluster,) = records.clusters
    assert cluster.access_entries_known and cluster.pod_identities == (("jobs", "worker", runner),)
    assert cluster.node_role_arns == (runner,)
    assert {each.name: each.has_user_data for each in records.launch_templates} == {"web": True, "old": False}
    assert {each.name for each in records.resources} >= {"common", "/app/password", "restart"}
