"""The account-wide block on public access: a public policy lets nobody else in, other policies stay as they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.aws.records import AwsRecords
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, OTHER, A, B, here
from tests.worlds.aws import World
from tests.worlds.statements import Json, allow, public
from tests.worlds.view import look

DATA = A.bucket("data")
ANYONE = "aws:anyone"
READ: Json = allow("s3:GetObject", on=f"{DATA}/*")
TO_OTHER = public(READ, {"AWS": OTHER})


def blocks(account: str, **settings: bool) -> Callable[[AwsRecords], AwsRecords]:
    """Give an account a block, of the settings that are named."""

    def change(known: AwsRecords) -> AwsRecords:
        rows = tuple(replace(row, public_access_block=settings) if row.id == account else row for row in known.accounts)
        return replace(known, accounts=rows)

    return change


def _where(*policy: Json, blocked: bool = False) -> World:
    return here().bucket("data", *policy, blocked=blocked).user("ci").account(OTHER).user("eve", READ)


RESTRICTED = blocks(ACCOUNT, RestrictPublicBuckets=True)
CASES: dict[str, tuple[World, str, State]] = {
    "public, no block": (_where(public(READ)), ANYONE, State.VERIFIED),
    "public, the account restricts": (_where(public(READ)).amend(RESTRICTED), ANYONE, State.VOID),
    "public, the account restricts, another account": (
        _where(public(READ), TO_OTHER).amend(RESTRICTED), B.user("eve"), State.VOID,
    ),
    "public, the account restricts, a caller at home": (
        _where(public(READ)).amend(RESTRICTED), CI, State.VERIFIED,
    ),
    "not public, the account restricts": (_where(TO_OTHER).amend(RESTRICTED), B.user("eve"), State.VERIFIED),
    "public, the account blocks new policies alone": (
        _where(public(READ)).amend(blocks(ACCOUNT, BlockPublicPolicy=True, RestrictPublicBuckets=False)),
        ANYONE, State.VERIFIED,
    ),
    "public, the other account restricts": (
        _where(public(READ)).amend(blocks(OTHER, RestrictPublicBuckets=True)), ANYONE, State.VERIFIED,
    ),
    "public, the bucket restricts and the account does not": (
        _where(public(READ), blocked=True).amend(blocks(ACCOUNT, RestrictPublicBuckets=False)), ANYONE, State.VOID,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_account_block(name: str, tmp_path: Path) -> None:
    where, source, state = CASES[name]
    assert look(where, tmp_path).state(source, DATA, kind=EdgeKind.CAN_ACCESS) is state
