"""Services that are let in whoever they act for are a fact on the node, and no step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collectors.aws.resource_types import ResourceKind
from tests.graph.edges_aws.technique_case import ACCOUNT, A, here
from tests.worlds.lay import lay, resource
from tests.worlds.statements import allow, public, trust
from tests.worlds.view import look

APP, FACT = A.role("app"), "services_without_source"
OWN = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
ANY = {"ArnLike": {"aws:SourceArn": "*"}}
UNLESS = {"StringNotEquals": {"aws:SourceAccount": "999999999999"}}


@pytest.mark.parametrize(
    ("service", "when", "found"),
    [
        ("scheduler.amazonaws.com", None, ["scheduler.amazonaws.com"]),
        ("scheduler.amazonaws.com", OWN, None),
        ("scheduler.amazonaws.com", ANY, ["scheduler.amazonaws.com"]),
        ("scheduler.amazonaws.com", UNLESS, ["scheduler.amazonaws.com"]),
        ("logs.eu-west-1.amazonaws.com", None, ["logs.eu-west-1.amazonaws.com"]),
        ("ec2.amazonaws.com", None, None),
    ],
)
def test_roles(service: str, when: dict[str, Any] | None, found: list[str] | None, tmp_path: Path) -> None:
    view = look(here().role("app", trusts=trust(service=service, when=when)), tmp_path)
    assert view.graph.nodes[APP].attributes.get(FACT) == found
    assert view.hops(target=APP, kind=None) == view.hops(source=f"aws:admin:{ACCOUNT}", target=APP)


def test_resource_policies(tmp_path: Path) -> None:
    service = {"Service": "s3.amazonaws.com"}
    loose = resource(ResourceKind.SQS_QUEUE, ACCOUNT, "loose", public(allow("sqs:SendMessage"), service))
    bound = resource(ResourceKind.SQS_QUEUE, ACCOUNT, "bound", public(allow("sqs:SendMessage", when=OWN), service))
    nodes = look(here().user("ci").amend(lay("resources", loose, bound)), tmp_path).graph.nodes
    assert nodes[loose.arn].attributes[FACT] == ["s3.amazonaws.com"]
    assert FACT not in nodes[bound.arn].attributes
