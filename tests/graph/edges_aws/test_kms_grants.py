"""Who may decrypt because a KMS grant says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collectors.aws.resource_types import AwsKmsGrant
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, OTHER, A, here
from tests.worlds.lay import REF, lay
from tests.worlds.names import REGION
from tests.worlds.statements import Json, allow, deny, public
from tests.worlds.view import View, look

KEY, KIND = A.key("k-1"), EdgeKind.CAN_ACCESS
OWN = public(allow("kms:*"), {"AWS": A.root})


def _view(folder: Path, *rights: Json, policy: tuple[Json, ...] = (), grantee: str = CI, **more: Any) -> View:
    operations = more.pop("operations", ("Decrypt",))
    row = AwsKmsGrant("0a1b2c3d", KEY, ACCOUNT, REGION, grantee, operations, REF, **more)
    return look(here().key("k-1", *policy).user("ci", *rights).amend(lay("kms_grants", row)), folder)


def test_a_grantee_needs_nothing_else(tmp_path: Path) -> None:
    (hop,) = _view(tmp_path).hops(source=CI, target=KEY, kind=KIND)
    assert (hop.state, hop.impact) == (State.VERIFIED, "H4")
    assert hop.grants == (f"aws:kms-grant:{KEY}:0a1b2c3d",)


@pytest.mark.parametrize(
    ("rights", "more", "state"),
    [
        ((), {"operations": ("Encrypt", "GenerateDataKey")}, State.VOID),
        ((deny("kms:Decrypt"),), {}, State.VOID),
        ((), {"policy": (OWN, public(deny("kms:Decrypt"), {"AWS": CI}))}, State.VOID),
        ((), {"encryption_context": {"app": "pay"}}, State.CONDITIONAL),
        ((), {"grantee": A.user("bob")}, State.VOID),
        ((), {"grantee": "dynamodb.amazonaws.com"}, State.VOID),
    ],
)
def test_what_stands_in_the_way(rights: tuple[Json, ...], more: dict[str, Any], state: State, tmp_path: Path) -> None:
    assert _view(tmp_path, *rights, **more).state(CI, KEY, kind=KIND) is state


def test_an_outside_grantee(tmp_path: Path) -> None:
    outside = f"arn:aws:iam::{OTHER}:role/vendor"
    assert _view(tmp_path, grantee=outside).state(outside, KEY, kind=KIND) is State.UNVERIFIED
