"""A trust that names a service in one region names the service; a deny of one region does not refuse it."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import CI, A, here
from tests.worlds.statements import allow, trust
from tests.worlds.view import look

RIGHTS = allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction")
SERVICES = {
    "lambda.us-east-1.amazonaws.com": State.VERIFIED,
    "lambda.ap-southeast-2.amazonaws.com": State.VERIFIED,
    "lambda.amazonaws.com": State.VERIFIED,
    "edge.lambda.amazonaws.com": State.VOID,
    "lambda.evil.amazonaws.com": State.VOID,
    "states.us-east-1.amazonaws.com": State.VOID,
}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_by_its_region(service: str, tmp_path: Path) -> None:
    view = look(here().user("ci", RIGHTS).role("app", trusts=trust(service=service)), tmp_path)
    assert view.state(CI, A.role("app"), "lambda-001", EdgeKind.CAN_PASS_ROLE) is SERVICES[service]


def test_a_deny_of_one_region_leaves_the_others(tmp_path: Path) -> None:
    denied = trust(service="lambda.us-east-1.amazonaws.com", effect="Deny")
    where = here().user("ci", RIGHTS).role("app", trusts=[trust(service="lambda.amazonaws.com"), denied])
    assert look(where, tmp_path).state(CI, A.role("app"), "lambda-001", EdgeKind.CAN_PASS_ROLE) is State.VERIFIED
