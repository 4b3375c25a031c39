"""Who can read which secret, bucket and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, CI, OTHER, A, B, here
from tests.worlds.aws import World
from tests.worlds.names import REGION
from tests.worlds.statements import Json, allow, deny, public
from tests.worlds.view import look

READ, GET, DECRYPT = allow("secretsmanager:GetSecretValue"), allow("s3:GetObject"), allow("kms:Decrypt")
SECRET, DATA, KEY = A.secret("db"), A.bucket("data"), A.key("k-1")
OBJECTS = f"{DATA}/*"
ANYONE = "aws:anyone"
KIND = EdgeKind.CAN_ACCESS
VIA_SECRETS = {
    "StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com", "kms:CallerAccount": ACCOUNT}
}


def _state(where: World, folder: Path, target: str, source: str = CI) -> State:
    return look(where, folder).state(source, target, kind=KIND)


def _to(principal: str, *actions: str, on: str = "*", refuse: bool = False) -> Json:
    return public(deny(*actions, on=on) if refuse else allow(*actions, on=on), {"AWS": principal})


def _to_all(action: str, when: dict[str, str]) -> Json:
    return public(allow(action, when={"StringEquals": {"kms:CallerAccount": ACCOUNT, **when}}), {"AWS": "*"})


def _decrypt(name: str, value: str) -> Json:
    return allow("kms:Decrypt", when={"StringEquals": {f"kms:EncryptionContext:{name}": value}})


SECRETS: dict[str, tuple[World, State]] = {
    "default key": (here().secret("db").user("ci", READ), State.VERIFIED),
    "no allow": (here().secret("db").user("ci", DECRYPT), State.VOID),
    "another secret": (
        here().secret("db").user("ci", allow("secretsmanager:GetSecretValue", on=A.secret("x"))), State.VOID,
    ),
    "by prefix with the vendor's six characters": (
        here().secret("db")
        .user("ci", allow("secretsmanager:GetSecretValue", on=SECRET.replace("-AbCdEf", "-??????"))), State.VERIFIED,
    ),
    "own key, caller may decrypt": (here().key("k-1").secret("db", kms=KEY).user("ci", READ, DECRYPT), State.VERIFIED),
    "own key, caller may not decrypt": (here().key("k-1").secret("db", kms=KEY).user("ci", READ), State.VOID),
    "own key, caller may decrypt through the service": (
        here().key("k-1").secret("db", kms=KEY)
        .user("ci", READ, allow("kms:Decrypt", when={"StringEquals": VIA_SECRETS["StringEquals"]})), State.VERIFIED,
    ),
    "own key, caller may decrypt what is in this secret": (
        here().key("k-1").secret("db", kms=KEY).user("ci", READ, _decrypt("SecretARN", SECRET)), State.VERIFIED,
    ),
    "own key, caller may decrypt what is in another secret": (
        here().key("k-1").secret("db", kms=KEY).user("ci", READ, _decrypt("SecretARN", A.secret("x"))), State.VOID,
    ),
    "own key, caller may decrypt a context that Secrets Manager does not give": (
        here().key("k-1").secret("db", kms=KEY).user("ci", READ, _decrypt("Application", "web")), State.VOID,
    ),
    "own key, caller may decrypt one version": (
        here().key("k-1").secret("db", kms=KEY).user("ci", READ, _decrypt("SecretVersionId", "v-1")),
        State.CONDITIONAL,
    ),
    "own key whose policy is for another secret": (
        here().key("k-1", _to_all("kms:Decrypt", {"kms:EncryptionContext:SecretARN": A.secret("x")}))
        .secret("db", kms=KEY).user("ci", READ), State.VOID,
    ),
    "own key whose policy is for this secret": (
        here().key("k-1", _to_all("kms:Decrypt", {"kms:EncryptionContext:SecretARN": SECRET}))
        .secret("db", kms=KEY).user("ci", READ), State.VERIFIED,
    ),
    "own key, caller may decrypt through another service": (
        here().key("k-1").secret("db", kms=KEY)
        .user("ci", READ, allow("kms:Decrypt", when={"StringEquals": {"kms:ViaService": "s3.x.amazonaws.com"}})),
        State.VOID,
    ),
    "own key through the service, caller may not read": (
        here().key("k-1", public(allow("kms:Decrypt", when=VIA_SECRETS), {"AWS": "*"}))
        .secret("db", kms=KEY).user("ci", allow("s3:*")), State.VOID,
    ),
    "own key through the service, decrypting is denied": (
        here().key("k-1", public(allow("kms:Decrypt", when=VIA_SECRETS), {"AWS": "*"}))
        .secret("db", kms=KEY).user("ci", READ, deny("kms:*")), State.VOID,
    ),
    "own key whose policy leaves the account out": (
        here().key("k-1", _to(A.role("app"), "kms:*")).secret("db", kms=KEY).user("ci", READ, DECRYPT), State.VOID,
    ),
    "own key whose policy names the caller": (
        here().key("k-1", _to(CI, "kms:Decrypt")).secret("db", kms=KEY).user("ci", READ), State.VERIFIED,
    ),
    "own key through the service for everybody here": (
        here().key("k-1", public(allow("kms:Decrypt", when=VIA_SECRETS), {"AWS": "*"}))
        .secret("db", kms=KEY).user("ci", READ), State.VERIFIED,
    ),
    "resource policy denies": (
        here().secret("db", _to(CI, "secretsmanager:*", refuse=True)).user("ci", READ), State.VOID,
    ),
    "resource policy denies somebody else": (
        here().secret("db", _to(A.user("bob"), "secretsmanager:*", refuse=True)).user("bob", READ).user("ci", READ),
        State.VERIFIED,
    ),
    "resource policy names the caller": (
        here().secret("db", _to(CI, "secretsmanager:GetSecretValue")).user("ci"), State.VERIFIED,
    ),
    "a boundary leaves it out": (
        here().policy("edge", allow("s3:*")).secret("db").user("ci", READ, boundary="edge"), State.VOID,
    ),
    "a tag decides": (
        here().secret("db", tags={"team": "web"})
        .user("ci", allow("secretsmanager:*", when={"StringEquals": {"aws:ResourceTag/team": "web"}})), State.VERIFIED,
    ),
    "another tag": (
        here().secret("db", tags={"team": "pay"})
        .user("ci", allow("secretsmanager:*", when={"StringEquals": {"aws:ResourceTag/team": "web"}})), State.VOID,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
def test_secrets(name: str, tmp_path: Path) -> None:
    where, state = SECRETS[name]
    view = look(where, tmp_path)
    assert view.state(CI, SECRET, kind=KIND) is state
    assert {hop.impact for hop in view.hops(target=SECRET, kind=KIND)} <= {"H4"}
    assert all(hop.grants for hop in view.hops(source=CI, target=SECRET, kind=KIND))


def test_a_secret_under_the_default_key_stays_in_its_account(tmp_path: Path) -> None:
    where = here().secret("db", _to(B.user("eve"), "secretsmanager:GetSecretValue")).user("ci")
    assert _state(where.account(OTHER).user("eve", READ), tmp_path, SECRET, B.user("eve")) is State.VOID


def test_a_secret_for_another_account_needs_both_sides_and_the_key(tmp_path: Path) -> None:
    policy = _to(B.user("eve"), "secretsmanager:GetSecretValue")
    where = here().key("k-1", _to(B.root, "kms:Decrypt")).secret("db", policy, kms=KEY).account(OTHER)
    view = look(where.user("eve", READ, DECRYPT).user("bob", READ, DECRYPT), tmp_path / "both")
    assert view.state(B.user("eve"), SECRET, kind=KIND) is State.VERIFIED
    assert view.state(B.user("bob"), SECRET, kind=KIND) is State.VOID
    where.user("eve", READ)
    assert _state(where, tmp_path / "no-decrypt", SECRET, B.user("eve")) is State.VOID


def test_a_key_for_callers_of_its_own_account_keeps_others_out(tmp_path: Path) -> None:
    policy = _to(B.user("eve"), "secretsmanager:GetSecretValue")
    where = (
        here().key("k-1", public(allow("kms:Decrypt", when=VIA_SECRETS), {"AWS": "*"})).secret("db", policy, kms=KEY)
    )
    assert _state(where.account(OTHER).user("eve", READ, DECRYPT), tmp_path, SECRET, B.user("eve")) is State.VOID


def _when(operator: str, key: str, value: str) -> Json:
    return public(allow("s3:GetObject", on=OBJECTS, when={operator: {key: value}}))


FROM_ONE_NETWORK = public(allow("s3:GetObject", on=OBJECTS, when={"StringEquals": {"aws:SourceVpc": "vpc-1"}}))
BUCKETS: dict[str, tuple[World, str, State]] = {
    "own account": (here().bucket("data").user("ci", GET), CI, State.VERIFIED),
    "own account, no allow": (here().bucket("data").user("ci", allow("s3:PutObject")), CI, State.VOID),
    "the bucket without its objects": (here().bucket("data").user("ci", allow("s3:*", on=DATA)), CI, State.VOID),
    "policy names the caller": (
        here().bucket("data", _to(CI, "s3:GetObject", on=OBJECTS)).user("ci"), CI, State.VERIFIED,
    ),
    "policy names the account": (here().bucket("data", _to(A.root, "s3:*", on=OBJECTS)).user("ci"), CI, State.VOID),
    "policy denies the caller": (
        here().bucket("data", _to(CI, "s3:*", on=OBJECTS, refuse=True)).user("ci", GET), CI, State.VOID,
    ),
    "policy denies everybody but one": (
        here().bucket("data", {
            "Effect": "Deny", "NotPrincipal": {"AWS": [A.user("bob"), A.root]}, "Action": "s3:*", "Resource": OBJECTS,
        })
        .user("ci", GET), CI, State.VOID,
    ),
    "policy denies everybody but the caller": (
        here().bucket("data", {
            "Effect": "Deny", "NotPrincipal": {"AWS": [CI, A.root]}, "Action": "s3:*", "Resource": OBJECTS,
        })
        .user("ci", GET), CI, State.VERIFIED,
    ),
    "public": (here().bucket("data", public(allow("s3:GetObject", on=OBJECTS))).user("ci"), ANYONE, State.VERIFIED),
    "public but blocked": (
        here().bucket("data", public(allow("s3:GetObject", on=OBJECTS)), blocked=True).user("ci"), ANYONE, State.VOID,
    ),
    "public from one network": (
        here().bucket("data", FROM_ONE_NETWORK).user("ci"), ANYONE, State.CONDITIONAL,
    ),
    "public from one network, blocked for the public": (
        here().bucket("data", FROM_ONE_NETWORK, blocked=True).user("ci"), ANYONE, State.CONDITIONAL,
    ),
    "public for one account by condition": (
        here().bucket("data", _when("StringEquals", "aws:PrincipalAccount", ACCOUNT)).user("ci"), ANYONE, State.VOID,
    ),
    "public for one account by condition, its principal": (
        here().bucket("data", _when("StringEquals", "aws:PrincipalAccount", ACCOUNT)).user("ci"), CI, State.VERIFIED,
    ),
    "public for an account by condition that was not collected": (
        here().bucket("data", _when("StringEquals", "aws:PrincipalAccount", OTHER)).user("ci"), B.node, State.VERIFIED,
    ),
    "public for one organization": (
        here().bucket("data", _when("StringEquals", "aws:PrincipalOrgID", "o-a1")).user("ci"), ANYONE, State.VOID,
    ),
    "public for one organization, its principal": (
        here().bucket("data", _when("StringEquals", "aws:PrincipalOrgID", "o-a1")).user("ci")
        .organization(ACCOUNT, {"r-a1": [ACCOUNT]}), CI, State.VERIFIED,
    ),
    "public for any organization": (
        here().bucket("data", _when("StringLike", "aws:PrincipalOrgID", "o-*")).user("ci"), ANYONE, State.VERIFIED,
    ),
    "public for all but one organization": (
        here().bucket("data", _when("StringNotEquals", "aws:PrincipalOrgID", "o-a1")).user("ci"), ANYONE,
        State.VERIFIED,
    ),
    "public for one role by condition": (
        here().bucket("data", _when("ArnLike", "aws:PrincipalArn", A.role("app"))).user("ci"), ANYONE, State.VOID,
    ),
    "public for anyone without a signature": (
        here().bucket("data", _when("StringEquals", "aws:PrincipalType", "Anonymous")).user("ci"), ANYONE,
        State.VERIFIED,
    ),
    "public but denied outside one organization": (
        here().bucket(
            "data", public(allow("s3:GetObject", on=OBJECTS)),
            public(deny("s3:*", when={"StringNotEquals": {"aws:PrincipalOrgID": "o-a1"}})),
        ).user("ci"), ANYONE, State.VOID,
    ),
    "listing is public": (
        here().bucket("data", public(allow("s3:ListBucket", on=DATA))).user("ci"), ANYONE, State.VOID,
    ),
    "another account by name, both sides": (
        here().bucket("data", _to(B.user("eve"), "s3:GetObject", on=OBJECTS)).account(OTHER).user("eve", GET),
        B.user("eve"), State.VERIFIED,
    ),
    "another account by name, one side": (
        here().bucket("data", _to(B.user("eve"), "s3:GetObject", on=OBJECTS)).account(OTHER).user("eve"),
        B.user("eve"), State.VOID,
    ),
    "another account as a whole": (
        here().bucket("data", _to(OTHER, "s3:GetObject", on=OBJECTS)).account(OTHER).user("eve", GET),
        B.user("eve"), State.VERIFIED,
    ),
    "another account that was not collected": (
        here().bucket("data", _to(OTHER, "s3:GetObject", on=OBJECTS)).user("ci"), B.node, State.VERIFIED,
    ),
    "another account at a public bucket": (
        here().bucket("data", public(allow("s3:GetObject", on=OBJECTS))).account(OTHER).user("eve", GET),
        B.user("eve"), State.VERIFIED,
    ),
    "another account at a public bucket that is blocked": (
        here().bucket("data", public(allow("s3:GetObject", on=OBJECTS)), blocked=True).account(OTHER).user("eve", GET),
        B.user("eve"), State.VOID,
    ),
    "another account by name at a public bucket that is blocked": (
        here().bucket(
            "data", public(allow("s3:GetObject", on=OBJECTS)), _to(OTHER, "s3:GetObject", on=OBJECTS), blocked=True
        )
        .account(OTHER).user("eve", GET), B.user("eve"), State.VOID,
    ),
    "another account at a blocked bucket that is not public": (
        here().bucket("data", _to(OTHER, "s3:GetObject", on=OBJECTS), blocked=True).account(OTHER).user("eve", GET),
        B.user("eve"), State.VERIFIED,
    ),
    "another account, no policy": (here().bucket("data").account(OTHER).user("eve", GET), B.user("eve"), State.VOID),
    "an RCP keeps other accounts out": (
        here().bucket("data", _to(OTHER, "s3:GetObject", on=OBJECTS)).account(OTHER).user("eve", GET)
        .organization("555555555555", {"r-a1": ["555555555555"], "ou-1": [ACCOUNT]})
        .rcp("perimeter", public(deny("s3:*", when={"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}})), on="ou-1"),
        B.user("eve"), State.VOID,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BUCKETS)
def test_buckets(name: str, tmp_path: Path) -> None:
    where, source, state = BUCKETS[name]
    view = look(where, tmp_path)
    assert view.state(source, DATA, kind=KIND) is state
    assert {hop.impact for hop in view.hops(target=DATA, kind=KIND)} <= {"H5"}


KEYS: dict[str, tuple[World, State]] = {
    "policy delegates to the account": (here().key("k-1").user("ci", DECRYPT), State.VERIFIED),
    "policy delegates and nobody allows": (here().key("k-1").user("ci", READ), State.VOID),
    "policy leaves the account out": (here().key("k-1", _to(A.role("x"), "kms:*")).user("ci", DECRYPT), State.VOID),
    "policy names the caller": (here().key("k-1", _to(CI, "kms:Decrypt")).user("ci"), State.VERIFIED),
    "policy allows administration alone": (
        here().key("k-1", _to(A.root, "kms:Describe*", "kms:Put*")).user("ci", DECRYPT), State.VOID,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_keys(name: str, tmp_path: Path) -> None:
    where, state = KEYS[name]
    assert _state(where, tmp_path, KEY) is state


def test_keys_of_aws_are_not_listed_as_reach(tmp_path: Path) -> None:
    assert _state(here().key("k-1", manager="AWS").user("ci", DECRYPT), tmp_path, KEY) is State.VOID


def test_many_administrators_and_many_buckets_stay_additive(tmp_path: Path) -> None:
    where = here()
    for number in range(30):
        where.user(f"u{number}", allow("s3:*")).bucket(f"b{number}")
    view = look(where, tmp_path)
    assert len(view.pairs(KIND)) >= 900
    assert len([edge for edge in view.graph.edges if edge.kind is KIND]) <= 150
