"""Who can read which parameter, queue, topic, table and repository."""

from __future__ import annotations

from pathlib import Path

import pytest

from collectors.aws.resource_types import AwsResource, ResourceKind
from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, ADMIN, CI, OTHER, A, B, here
from tests.worlds.lay import lay, resource
from tests.worlds.statements import Json, allow, deny, public
from tests.worlds.view import View, look

KIND, ANYONE, KEY, EVE = EdgeKind.CAN_ACCESS, "aws:anyone", A.key("k-1"), B.user("eve")
QUEUE, TOPIC = ResourceKind.SQS_QUEUE, ResourceKind.SNS_TOPIC
TABLE, REPOSITORY, PARAMETER = ResourceKind.DYNAMODB_TABLE, ResourceKind.ECR_REPOSITORY, ResourceKind.SSM_PARAMETER
PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
READ = {
    QUEUE: ("sqs:ReceiveMessage",),
    TOPIC: ("sns:Subscribe",),
    TABLE: ("dynamodb:Scan",),
    REPOSITORY: PULL,
    PARAMETER: ("ssm:GetParameter",),
}


def _thing(kind: ResourceKind, *policy: Json, kms: str = "") -> AwsResource:
    return resource(kind, ACCOUNT, "x", *policy, kms=kms, secret=kind is PARAMETER)


def _view(folder: Path, thing: AwsResource, *rights: Json) -> View:
    return look(here().key("k-1").user("ci", *rights).amend(lay("resources", thing)), folder)


@pytest.mark.parametrize("kind", READ)
def test_by_identity_policy(kind: ResourceKind, tmp_path: Path) -> None:
    thing = _thing(kind)
    assert _view(tmp_path / "on", thing, allow(*READ[kind], on=thing.arn)).state(CI, thing.arn, kind=KIND) is (
        State.VERIFIED
    )
    other = _view(tmp_path / "other", thing, allow(*READ[kind], on=thing.arn + "2"))
    assert other.state(CI, thing.arn, kind=KIND) is State.VOID
    refused = _view(tmp_path / "no", thing, allow("*"), deny(*READ[kind]))
    impacts = {hop.impact for hop in refused.hops(source=CI, target=thing.arn, kind=KIND)}
    assert impacts <= (
        {"H5"} if kind is TABLE else {"H10"} if kind is TOPIC else {"H4"} if kind is PARAMETER else set()
    )


@pytest.mark.parametrize("kind", [QUEUE, TOPIC, TABLE, REPOSITORY])
def test_policies_open_to_outsiders(kind: ResourceKind, tmp_path: Path) -> None:
    def opened(name: str, principal: Json | str) -> View:
        thing = _thing(kind, public(allow(*READ[kind]), principal))
        where = here().user("ci").amend(lay("resources", thing)).account(OTHER).user("eve", allow(*READ[kind]))
        return look(where.user("bob"), tmp_path / name)

    arn = _thing(kind).arn
    everybody = opened("all", "*")
    assert everybody.state(ANYONE, arn, kind=KIND) is State.VERIFIED
    assert everybody.state(EVE, arn, kind=KIND) is State.VERIFIED
    assert everybody.state(B.user("bob"), arn, kind=KIND) is State.VOID
    named = opened("named", {"AWS": EVE})
    assert named.state(EVE, arn, kind=KIND) is State.VERIFIED
    assert named.state(ANYONE, arn, kind=KIND) is State.VOID
    stranger = opened("stranger", {"AWS": "999999999999"})
    assert stranger.state("aws:account:999999999999", arn, kind=KIND) is State.VERIFIED


def test_half_of_a_pull_is_none(tmp_path: Path) -> None:
    manifests = _thing(REPOSITORY, public(allow(PULL[0])))
    view = _view(tmp_path, manifests, allow(PULL[0]))
    assert view.hops(source=CI, target=manifests.arn) == ()
    assert view.hops(source=ANYONE, target=manifests.arn) == ()


@pytest.mark.parametrize(
    ("kms", "rights", "state"),
    [
        ("", (), State.VERIFIED),
        ("alias/aws/ssm", (), State.VERIFIED),
        (KEY, (), State.VOID),
        ("k-1", (), State.VOID),
        (KEY, (allow("kms:Decrypt"),), State.VERIFIED),
        ("k-1", (allow("kms:Decrypt"),), State.VERIFIED),
        (A.key("unseen"), (), State.VERIFIED),
    ],
)
def test_the_key_of_a_parameter_consents(kms: str, rights: tuple[Json, ...], state: State, tmp_path: Path) -> None:
    thing = _thing(PARAMETER, kms=kms)
    view = _view(tmp_path, thing, allow("ssm:GetParameter"), *rights)
    assert view.state(CI, thing.arn, kind=KIND) is state
    notes = {hop.note for hop in view.hops(source=CI, target=thing.arn)}
    assert any("not looked at" in note for note in notes) is (kms == A.key("unseen"))


def test_plain_parameters_are_no_secret(tmp_path: Path) -> None:
    plain = resource(PARAMETER, ACCOUNT, "x")
    view = _view(tmp_path, plain, allow("ssm:*"))
    assert view.hops(source=CI, target=plain.arn) == ()
    assert view.graph.nodes[plain.arn].attributes["secret"] is False


def test_a_queue_under_a_key(tmp_path: Path) -> None:
    thing = _thing(QUEUE, kms=KEY)
    assert _view(tmp_path / "no", thing, allow("sqs:*")).state(CI, thing.arn, kind=KIND) is State.VOID
    both = _view(tmp_path / "yes", thing, allow("sqs:*", "kms:Decrypt"))
    assert both.state(CI, thing.arn, kind=KIND) is State.VERIFIED


def test_full_control_reaches_them(tmp_path: Path) -> None:
    thing = _thing(TABLE)
    assert _view(tmp_path, thing, allow("*")).state(ADMIN, thing.arn, kind=EdgeKind.CONTROLS) is State.VERIFIED
