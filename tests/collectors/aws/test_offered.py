"""Services are asked where they exist: by botocore's list, else by the endpoint's name; elsewhere they are left out."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

import pytest

from collectors.aws.automation.operations import REGIONAL
from collectors.aws.fetching import AwsFetch
from collectors.aws.offered import left_out, where_offered
from collectors.interface import CallOutcome
from tests.collectors.aws.scripted import REGION, ScriptedClients, run

pytestmark = pytest.mark.needs_moto


def session() -> Any:
    import boto3

    return boto3.Session(aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x")


def client(service: str, region: str) -> Any:
    return session().client(service, region_name=region)


def never() -> Any:
    raise AssertionError("no client is needed")


@pytest.mark.parametrize(
    ("service", "region", "reason"),
    [
        ("datapipeline", "eu-west-1", ""),
        ("datapipeline", "eu-north-1", "AWS does not list datapipeline in eu-north-1"),
        ("codebuild", "eu-north-1", ""),
        ("codebuild", "us-gov-west-1", ""),
        ("datapipeline", "eu-nowhere-9", ""),  # botocore knows no such region, so its lists say nothing about it
        ("datapipeline", "nowhere", ""),
    ],
)
def test_the_list_of_regions_decides(service: str, region: str, reason: str) -> None:
    assert left_out(session(), never, service, region) == reason


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            socket.gaierror(socket.EAI_NONAME, "unknown"),
            "no such endpoint: bedrock-agentcore-control.eu-north-1.amazonaws.com",
        ),
        (socket.gaierror(socket.EAI_AGAIN, "no answer"), ""),
        (None, ""),
    ],
)
def test_without_a_list_the_endpoints_name_decides(
    monkeypatch: pytest.MonkeyPatch, error: OSError | None, reason: str
) -> None:
    def resolve(*_: object) -> list[object]:
        if error is not None:
            raise error
        return []

    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    service, region = "bedrock-agentcore-control", "eu-north-1"
    assert left_out(session(), lambda: client(service, region), service, region) == reason


def test_behind_a_web_proxy_no_name_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object) -> list[object]:
        raise AssertionError("looked up")

    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    service, region = "bedrock-agentcore-control", "eu-north-1"
    own = client(service, region)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert left_out(session(), lambda: own, service, region) == ""


def test_a_region_without_the_service_is_left_out_and_said_to_be(tmp_path: Path) -> None:
    class Elsewhere(ScriptedClients):
        def left_out(self, service: str, region: str) -> str:
            return f"AWS does not list {service} in {region}"

    def fetch_nothing(_fetch: AwsFetch, _region: str) -> None:
        raise AssertionError("asked")

    fetch = run(Elsewhere(), tmp_path, where_offered("datapipeline", REGIONAL, fetch_nothing))
    assert fetch.gaps == ()
    records = {record.operation: record for record in fetch.writer.coverage}
    assert set(records) == {each.name for each in REGIONAL if each.name.startswith("datapipeline.")}
    assert {record.outcome for record in records.values()} == {CallOutcome.SKIPPED}
    assert records["datapipeline.list_pipelines"].message == f"AWS does not list datapipeline in {REGION}"
    assert list((tmp_path / "aws").rglob("*")) == [] if (tmp_path / "aws").exists() else True
