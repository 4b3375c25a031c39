"""The people of several questions: users with and without a device, roles, a name that two bear."""

from __future__ import annotations

from tests.worlds.aws import World, unique_id, world
from tests.worlds.names import Names
from tests.worlds.statements import allow, trust

A, B, OUTSIDE = "111111111111", "222222222222", "999999999999"
NAMES = Names(A)
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def people() -> World:
    """A user with a key and no device, one with a device, roles, a role with a path, a name that two bear."""
    return (
        world()
        .account(A)
        .user("plain", allow("sts:AssumeRole"), keys=1)
        .user("careful", allow("sts:AssumeRole"), keys=1, mfa=True, password=True)
        .user("twice", allow("s3:ListAllMyBuckets"))
        .role("twice", trusts=trust(A))
        .role("runner", allow("sts:AssumeRole"), trusts=trust(A), path="/ci/")
        .role("guarded", trusts=trust(A, when=MFA))
        .role("open", trusts=trust(A))
    )


def key_of(user: str) -> str:
    return "AKIA" + unique_id("AIDA", NAMES.user(user))[4:19] + "A"
