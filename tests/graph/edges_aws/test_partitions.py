"""GovCloud and China: the same permissions written with the partition's own ARNs give the same edges."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.aws.to_records import to_records
from collectors.evidence.reader import read_evidence
from graph.build import build_graph
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, A, here
from tests.worlds.aws import World
from tests.worlds.names import ADMINISTRATOR
from tests.worlds.statements import Json, allow, trust
from tests.worlds.view import View

GOV, CHINA = "aws-us-gov", "aws-cn"
APP = A.role("app")
LAMBDA = ("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction")
LAUNCH = ("iam:PassRole", "ec2:RunInstances")
EC2 = "ec2.amazonaws.com"


def _in(partition: str, where: World, folder: Path) -> View:
    """Return the world with every ARN of the standard partition in another one."""
    for file in where.build(folder).rglob("*.json*"):
        file.write_text(file.read_text().replace("arn:aws:", f"arn:{partition}:"))
    evidence = read_evidence([folder])
    return View(*build_graph(evidence, to_records(evidence)))


def _of(partition: str, arn: str) -> str:
    return arn.replace("arn:aws:", f"arn:{partition}:")


def _app(*statements: Json, service: str = "lambda.amazonaws.com", when: Json | None = None) -> World:
    trusted = trust(service=service, when=when)
    return here().role("app", trusts=trusted, profile=True).user("ci", *statements)


@pytest.mark.parametrize("partition", [GOV, CHINA])
def test_a_role_is_passed_by_arns_of_the_partition(partition: str, tmp_path: Path) -> None:
    view = _in(partition, _app(allow(*LAMBDA, on="arn:aws:*")), tmp_path)
    assert view.state(_of(partition, CI), _of(partition, APP), "lambda-001") is State.VERIFIED


@pytest.mark.parametrize("partition", [GOV, CHINA])
def test_arns_of_the_standard_partition_allow_nothing_in_another(partition: str, tmp_path: Path) -> None:
    on = f"arn:{partition}:iam::{ACCOUNT}:role/*"
    # The prefix "arn:aws" of the pattern is spelled so that the builder leaves it alone.
    where = _app(allow("iam:PassRole", on=on), allow(*LAMBDA[1:], on="arn:a?s:lambda:*"))
    assert _in(partition, where, tmp_path).state(_of(partition, CI), _of(partition, APP), "lambda-001") is State.VOID


@pytest.mark.parametrize("partition", [GOV, CHINA])
def test_everything_on_the_partition_is_administration(partition: str, tmp_path: Path) -> None:
    view = _in(partition, here().user("ci", allow("*", on="arn:aws:*")), tmp_path)
    assert view.state(_of(partition, CI), ADMIN, kind=EdgeKind.ADMIN_OF) is State.VERIFIED


def test_everything_on_another_partition_is_none(tmp_path: Path) -> None:
    view = _in(GOV, here().user("ci", allow("*", on="arn:aws-cn:*")), tmp_path)
    assert view.state(_of(GOV, CI), ADMIN) is State.VOID


def test_trust_of_a_workload_arn_of_the_partition(tmp_path: Path) -> None:
    when = {"ArnLike": {"aws:SourceArn": f"arn:aws:lambda:us-gov-west-1:{ACCOUNT}:function:*"}}
    view = _in(GOV, _app(allow(*LAMBDA), when=when), tmp_path)
    assert view.state(_of(GOV, CI), _of(GOV, APP), "lambda-001") is State.VERIFIED


@pytest.mark.parametrize("service", [EC2, EC2 + ".cn"])
@pytest.mark.parametrize("statement", [allow(*LAUNCH), allow(*LAUNCH, on="arn:aws:*")])
def test_china_knows_ec2_by_both_names(service: str, statement: Json, tmp_path: Path) -> None:
    view = _in(CHINA, _app(statement, service=service), tmp_path)
    assert view.state(_of(CHINA, CI), _of(CHINA, APP), "ec2-001") is State.VERIFIED


def test_the_name_of_china_counts_nowhere_else(tmp_path: Path) -> None:
    view = _in(GOV, _app(allow(*LAUNCH), service=EC2 + ".cn"), tmp_path)
    assert view.state(_of(GOV, CI), _of(GOV, APP), "ec2-001") is State.VOID


@pytest.mark.parametrize(("passed", "state"), [(EC2 + ".cn", State.VERIFIED), ("lambda.amazonaws.com", State.VOID)])
def test_the_passed_service_is_told_as_the_trust_spells_it(passed: str, state: State, tmp_path: Path) -> None:
    statements = (
        allow("ec2:RunInstances"),
        allow("iam:PassRole", when={"StringEquals": {"iam:PassedToService": passed}}),
    )
    view = _in(CHINA, _app(*statements, service=EC2 + ".cn"), tmp_path)
    assert view.state(_of(CHINA, CI), _of(CHINA, APP), "ec2-001") is state


@pytest.mark.parametrize(("policy", "state"), [(ADMINISTRATOR, State.VERIFIED), ("arn:aws-cn:x", State.VOID)])
def test_the_policy_of_aws_that_may_be_attached_is_the_partitions(policy: str, state: State, tmp_path: Path) -> None:
    where = here().user("ci", allow("iam:AttachUserPolicy", when={"ArnEquals": {"iam:PolicyARN": policy}}))
    assert _in(GOV, where, tmp_path).state(_of(GOV, CI), ADMIN, "iam-008") is state


@pytest.mark.parametrize(("document", "found"), [("arn:aws:ssm:*", {"ssm-002"}), ("arn:a?s:ssm:*", set())])
def test_a_command_document_of_the_partition(document: str, found: set[str], tmp_path: Path) -> None:
    # The instance's ARN comes from its region, which this builder leaves in the standard partition.
    statement = allow("ssm:SendCommand", on=["arn:*:ec2:*", document])
    view = _in(GOV, _app(statement, service=EC2).instance("i-1", "app", managed=True), tmp_path)
    assert {hop.technique for hop in view.hops(source=_of(GOV, CI), kind=EdgeKind.CAN_TAKE_OVER)} == found
