"""Build, data, deployment and event services collected from moto and read back: roles, and no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.aws.automation.fetchers import REGIONAL
from collectors.aws.to_records import to_records
from collectors.aws.workload_types import WorkloadKind
from collectors.evidence.reader import read_evidence
from tests.collectors.aws.proxy import AwsProxy
from tests.collectors.aws.running import answer_what_moto_lacks, collect, coverage, files, only
from tests.collectors.aws.seed import ACCOUNT

pytestmark = pytest.mark.needs_moto

SERVICES = tuple(service for service, _ in REGIONAL)
RUNNER = f"arn:aws:iam::{ACCOUNT}:role/runner"


def test_collected_and_read_back(proxy: AwsProxy, tmp_path: Path) -> None:
    answer_what_moto_lacks(proxy)
    result = collect(tmp_path, without=only(*SERVICES), regions=("us-east-1",))
    assert result.gaps == ()
    everything = b"".join(files(tmp_path).values())
    assert b"hunter2" not in everything and b"Hunter2" not in everything
    records = to_records(read_evidence([tmp_path]))
    assert records.gaps == ()
    roles = {(each.kind, each.name): each.role_arn for each in records.workloads}
    for kind, name in (
        (WorkloadKind.BEDROCK_AGENT_RUNTIME, "helper"),
        (WorkloadKind.CLOUDFORMATION_STACK, "app"),
        (WorkloadKind.CODEBUILD_PROJECT, "build"),
        (WorkloadKind.GLUE_JOB, "nightly"),
        (WorkloadKind.SAGEMAKER_NOTEBOOK, "lab"),
        (WorkloadKind.STATE_MACHINE, "flow"),
    ):
        assert roles[kind, name] == RUNNER
    (pipeline,) = [each for each in records.workloads if each.kind is WorkloadKind.CODEPIPELINE]
    assert pipeline.service_role_arn == f"arn:aws:iam::{ACCOUNT}:role/pipeline"
    assert pipeline.settings["sources"] == "S3:logs/source.zip"
    kinds = {each.kind: each.role_arn for each in records.triggers}
    assert kinds["event-rule"] == kinds["schedule"] == RUNNER
    assert {each.name for each in records.resources if each.kind == "event-bus"} == {"default", "orders"}
    secrets = {name for each in records.workloads for name in each.environment_secrets}
    assert {"NPM_TOKEN", "DB_PASSWORD", "DbPassword", "--db_password"} <= secrets


def test_a_region_without_the_service_is_not_asked(proxy: AwsProxy, tmp_path: Path) -> None:
    result = collect(tmp_path, without=only("datapipeline"), regions=("eu-north-1",))
    assert result.complete
    assert proxy.actions().keys() == {"sts.GetCallerIdentity"}
    record = coverage(tmp_path)["datapipeline.list_pipelines", "eu-north-1"]
    assert (record["outcome"], record["message"]) == ("skipped", "AWS does not list datapipeline in eu-north-1")
