"""External ids and networks along a path."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.nhigraph.running import Command
from tests.worlds.aws import World, world
from tests.worlds.names import Names
from tests.worlds.statements import allow, trust

Build = Callable[[World], Command]
A, B, OUTSIDE = "111111111111", "222222222222", "999999999999"
NAMES = Names(A)
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def test_external_ids(built: Build) -> None:
    lock = {"StringEquals": {"sts:ExternalId": "x1"}}
    command = built(world().account(A).role("vendor", trusts=trust(OUTSIDE, when=lock)))
    vendor = NAMES.role("vendor")
    assert command.state(OUTSIDE, vendor) == "conditional"
    assert command.state(OUTSIDE, vendor, "--context", "sts:ExternalId=x1") == "verified"
    assert command.state(OUTSIDE, vendor, "--context", "sts:ExternalId=x2") == "no"
    (step,) = command("path", OUTSIDE, vendor, "--format", "json").json["paths"][0]["steps"]
    assert step["conditions"][0]["any_of"][0]["key"] == "sts:externalid"


def chain(first: Mapping[str, object], second: Mapping[str, object]) -> World:
    return (
        world()
        .account(A)
        .user("start", allow("sts:AssumeRole"))
        .role("middle", allow("sts:AssumeRole"), trusts=trust(NAMES.user("start"), when=first))
        .role("end", trusts=trust(NAMES.role("middle"), when=second))
    )


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, {"StringEquals": {"aws:SourceVpc": "vpc-2"}}, "no"),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, {"StringEquals": {"aws:SourceVpc": "vpc-1"}}, "conditional"),
        (
            {"StringEquals": {"aws:SourceVpc": ["vpc-1", "vpc-2"]}},
            {"StringEquals": {"aws:SourceVpc": "vpc-2"}},
            "conditional",
        ),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}, "no"),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, {"IpAddress": {"aws:SourceIp": "192.0.2.7"}}, "conditional"),
        ({"StringEquals": {"sts:ExternalId": "a"}}, {"StringEquals": {"sts:ExternalId": "b"}}, "conditional"),
    ],
)
def test_networks_that_exclude_each_other_void_the_path(
    built: Build, first: dict[str, object], second: dict[str, object], state: str
) -> None:
    command = built(chain(first, second))
    assert command.state("start", NAMES.role("end")) == state
    paths = command("path", "start", NAMES.role("end"), "--format", "json").json["paths"]
    assert [row["state"] for row in paths] == ([] if state == "no" else [state])


def test_another_way_around_is_the_witness(built: Build) -> None:
    here, there = ({"StringEquals": {"aws:SourceVpc": name}} for name in ("vpc-1", "vpc-2"))
    command = built(
        chain(here, there)
        .role("around", allow("sts:AssumeRole"), trusts=trust(NAMES.user("start"), when=there))
        .role("admin", attached=["arn:aws:iam::aws:policy/AdministratorAccess"],
              trusts=[trust(NAMES.role("middle"), when=there), trust(NAMES.role("around"), when=there)])
    )  # fmt: skip
    data = command.radius("start")
    (admin,) = data["admin_of"]
    assert admin["state"] == "conditional"
    assert [step["target"] for step in admin["steps"]] == [NAMES.role("around"), NAMES.role("admin")]


def test_networks_that_are_stated(built: Build) -> None:
    command = built(chain({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, {}))
    end = NAMES.role("end")
    assert command.state("start", end, "--context", "aws:SourceIp=192.0.2.9") == "verified"
    assert command.state("start", end, "--context", "aws:SourceIp=203.0.113.9") == "no"


def test_a_taken_over_workload_has_a_network_of_its_own(built: Build) -> None:
    here, there = ({"StringEquals": {"aws:SourceVpc": name}} for name in ("vpc-1", "vpc-2"))
    command = built(
        world()
        .account(A)
        .user("start", allow("lambda:UpdateFunctionCode", "lambda:InvokeFunction", when=here))
        .role("worker", allow("sts:AssumeRole"), trusts=trust(service="lambda.amazonaws.com"))
        .function("job", "worker")
        .role("end", trusts=trust(NAMES.role("worker"), when=there))
    )
    assert command.state("start", NAMES.role("end")) == "conditional"
