"""Chains in small worlds: each kind of hop, its verdict, and a near twin that stays silent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analytics.delegation.approved import read_approved
from analytics.delegation.chains import Chain, find_chains
from analytics.delegation.verdicts import Bound, Verdict
from analytics.errors import AnalyticsError
from analytics.session_policy import read_session_policy
from analytics.subjects import resolve_subject
from graph.build import build_snapshot
from graph.decision import Outcome
from graph.kinds import EdgeKind, State
from graph.snapshot import Snapshot, open_snapshot
from tests.worlds.aws import World, world
from tests.worlds.names import ADMINISTRATOR, Names
from tests.worlds.statements import allow, deny, public, trust, web_trust

A, B, C = Names("111111111111"), Names("222222222222"), Names("999999999999")
CI, FIRST, SECOND, LAST = A.user("ci"), A.role("first"), A.role("second"), A.role("last")
READ = allow("s3:GetObject", on="arn:aws:s3:::data/*")


def _look(where: World, folder: Path) -> Snapshot:
    build_snapshot([where.build(folder / "evidence")], folder / "workspace", product_version="0")
    return open_snapshot(None, folder / "workspace")


def _here() -> World:
    return world().account("111111111111")


def _from(snapshot: Snapshot, who: str, to: str = "", **more: object) -> list[Chain]:
    target = resolve_subject(snapshot, to) if to else None
    subject = resolve_subject(snapshot, who)
    return list(find_chains(snapshot, source=subject, target=target, min_hops=1, **more).chains)  # type: ignore[arg-type]


def _only(snapshot: Snapshot, who: str, to: str) -> Chain:
    (chain,) = _from(snapshot, who, to)
    return chain


def _verdicts(chain: Chain) -> list[str]:
    return [row.verdict.verdict.value for row in chain.hops]


def test_a_role_that_may_more_than_its_caller_is_a_gain_with_a_witness(tmp_path: Path) -> None:
    where = _here().bucket("data").user("ci", allow("s3:GetObject", on="arn:aws:s3:::data/public/*"))
    chain = _only(_look(where.role("last", READ, trusts=trust(CI)), tmp_path), CI, LAST)
    (row,) = chain.hops
    assert row.verdict.verdict is Verdict.RESET_GAIN
    (witness,) = row.verdict.gain.by_class["H5"]
    assert witness.action == "s3:GetObject"
    assert witness.resource.startswith("arn:aws:s3:::data/")
    assert not witness.resource.startswith("arn:aws:s3:::data/public/")
    assert row.verdict.gain.actions == ("s3:getobject",)
    assert (chain.end_to_end.bound, chain.worst, chain.widens) == (Bound.EXCEEDS, "H5", True)


def test_a_role_that_may_less_is_contained_and_told_to_nobody_who_does_not_ask(tmp_path: Path) -> None:
    where = _here().user("ci", allow("s3:Get*", on="arn:aws:s3:::d*")).role("first", READ, trusts=trust(CI))
    where.role("last", allow("s3:GetObject", on="arn:aws:s3:::data/a/*"), trusts=trust(FIRST))
    snapshot = _look(where, tmp_path)
    chain = _only(snapshot, CI, LAST)
    assert _verdicts(chain) == ["reset-contained", "reset-contained"]
    assert (chain.end_to_end.bound, chain.adds_up.bound) == (Bound.WITHIN, Bound.WITHIN)
    assert not find_chains(snapshot).chains


def test_a_deny_on_the_caller_is_a_gain_of_the_role(tmp_path: Path) -> None:
    where = _here().user("ci", READ, deny("s3:*", on="arn:aws:s3:::data/secret/*")).role("last", READ, trusts=trust(CI))
    chain = _only(_look(where, tmp_path), CI, LAST)
    assert _verdicts(chain) == ["reset-gain"]
    assert chain.hops[0].verdict.gain.by_class["H5"][0].resource.startswith("arn:aws:s3:::data/secret/")


def test_a_boundary_of_the_role_takes_the_gain_away(tmp_path: Path) -> None:
    where = _here().policy("limit", allow("s3:GetObject")).user("ci", allow("s3:GetObject"))
    where.role("last", allow("s3:*"), trusts=trust(CI), boundary="limit")
    assert _verdicts(_only(_look(where, tmp_path), CI, LAST)) == ["reset-contained"]


def test_permissions_at_home_count_for_nothing_abroad(tmp_path: Path) -> None:
    where = _here().user("ci", attached=[ADMINISTRATOR]).account("222222222222")
    where.role("abroad", allow("sns:Publish"), trusts=trust(CI))
    chain = _only(_look(where, tmp_path), CI, B.role("abroad"))
    assert _verdicts(chain) == ["reset-gain"]
    assert chain.worst == "H10"


def test_an_administrator_at_home_gains_nothing(tmp_path: Path) -> None:
    where = _here().user("ci", attached=[ADMINISTRATOR]).role("last", allow("sns:Publish"), trusts=trust(CI))
    assert _verdicts(_only(_look(where, tmp_path), CI, LAST)) == ["reset-contained"]


@pytest.mark.parametrize(
    ("mine", "its", "verdict"),
    [
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, {"StringEquals": {"aws:SourceVpc": "vpc-1"}}, "reset-contained"),
        (None, {"StringEquals": {"aws:SourceVpc": "vpc-1"}}, "reset-contained"),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, None, "unprovable"),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, {"StringEquals": {"aws:SourceVpc": "vpc-2"}}, "unprovable"),
    ],
)
def test_conditions(
    mine: dict[str, object] | None, its: dict[str, object] | None, verdict: str, tmp_path: Path
) -> None:
    where = _here().user("ci", allow("s3:GetObject", when=mine))
    where.role("last", allow("s3:GetObject", when=its), trusts=trust(CI))
    chain = _only(_look(where, tmp_path), CI, LAST)
    assert _verdicts(chain) == [verdict]
    assert bool(chain.hops[0].verdict.reason) == (verdict == "unprovable")


def test_a_conditional_allow_that_the_caller_lacks_altogether_is_a_gain(tmp_path: Path) -> None:
    when = {"StringEquals": {"aws:SourceVpc": "vpc-1"}}
    where = _here().user("ci", allow("s3:GetObject")).role("last", allow("sns:Publish", when=when), trusts=trust(CI))
    chain = _only(_look(where, tmp_path), CI, LAST)
    assert _verdicts(chain) == ["reset-gain"]
    assert chain.hops[0].verdict.gain.by_class["H10"][0].conditional


def test_a_variable_that_the_caller_fills_in(tmp_path: Path) -> None:
    home = "arn:aws:s3:::home/${aws:username}/*"
    where = _here().user("ci", allow("s3:GetObject", on=home))
    where.role("first", allow("s3:GetObject", on="arn:aws:s3:::home/ci/*"), trusts=trust(CI))
    where.role("last", allow("s3:GetObject", on="arn:aws:s3:::home/bob/*"), trusts=trust(CI))
    where.role("second", allow("s3:GetObject", on=home), trusts=trust(CI))
    snapshot = _look(where, tmp_path)
    assert _verdicts(_only(snapshot, CI, FIRST)) == ["reset-contained"]
    assert _verdicts(_only(snapshot, CI, LAST)) == ["reset-gain"]
    assert _verdicts(_only(snapshot, CI, SECOND)) == ["reset-contained"], "a role has no user name: it may nothing"


def test_a_document_that_is_missing_makes_it_unprovable(tmp_path: Path) -> None:
    where = _here().policy("gone", allow("s3:GetObject")).user("ci", attached=["gone"])
    where.role("last", READ, trusts=trust(CI)).drop_document(A.policy("gone"))
    chain = _only(_look(where, tmp_path), CI, LAST)
    assert _verdicts(chain) == ["unprovable"]
    assert chain.unprovable == 1
    assert chain.end_to_end.bound is Bound.UNPROVABLE


def test_a_bucket_that_names_the_role_is_a_gain_and_one_that_names_both_is_none(tmp_path: Path) -> None:
    statement = allow("s3:GetObject", on="arn:aws:s3:::shared/*")
    where = (
        _here().user("ci", allow("s3:ListAllMyBuckets")).role("last", allow("s3:ListAllMyBuckets"), trusts=trust(CI))
    )
    where.bucket("shared", public(statement, {"AWS": LAST}))
    chain = _only(_look(where, tmp_path / "one"), CI, LAST)
    assert _verdicts(chain) == ["reset-gain"]
    assert chain.hops[0].verdict.gain.by_class["H5"][0].resource.startswith("arn:aws:s3:::shared/")
    where.bucket("shared", public(statement, {"AWS": [CI, LAST]}))
    assert _verdicts(_only(_look(where, tmp_path / "both"), CI, LAST)) == ["reset-contained"]


def test_a_bucket_abroad_that_lets_the_caller_in_is_no_gain(tmp_path: Path) -> None:
    statement = allow("s3:GetObject", on="arn:aws:s3:::theirs/*")
    where = _here().user("ci", allow("s3:GetObject", "sts:AssumeRole")).account("222222222222")
    where.role("abroad", statement, trusts=trust(CI)).bucket("theirs", public(statement, {"AWS": CI}))
    assert _verdicts(_only(_look(where, tmp_path / "one"), CI, B.role("abroad"))) == ["reset-contained"]
    where.bucket("theirs")
    assert _verdicts(_only(_look(where, tmp_path / "two"), CI, B.role("abroad"))) == ["reset-gain"]


def test_a_bucket_that_lets_a_stranger_in_leaves_open_what_the_stranger_gains_there(tmp_path: Path) -> None:
    statement = allow("s3:GetObject", on="arn:aws:s3:::data/*")
    where = (
        _here()
        .role("last", statement, trusts=trust(C.user("x")))
        .bucket("data", public(statement, {"AWS": C.user("x")}))
    )
    (chain,) = find_chains(_look(where, tmp_path), min_hops=1).chains
    assert chain.source == C.user("x")
    assert _verdicts(chain) == ["unprovable"]


def test_a_resource_control_policy_that_asks_who_calls_is_not_compared(tmp_path: Path) -> None:
    def estate(key: str, value: str) -> World:
        where = world().account(A.account).user("ci", allow("s3:*"))
        where.role("last", READ, trusts=trust(CI)).organization("333333333333", {"r-a1": [A.account, "333333333333"]})
        refused = deny("s3:*", when={"StringNotEqualsIfExists": {key: value}})
        return where.rcp("guard", public(refused), on=A.account)

    neutral = _look(estate("aws:SourceVpc", "vpc-1"), tmp_path / "neutral")
    assert _verdicts(_only(neutral, CI, LAST)) == ["reset-contained"]
    asking = _look(estate("aws:PrincipalArn", LAST), tmp_path / "asking")
    assert _verdicts(_only(asking, CI, LAST)) == ["unprovable"]


def test_a_passed_role_a_taken_workload_and_a_secret(tmp_path: Path) -> None:
    where = _here().role("last", allow("sns:Publish"), trusts=trust(service="lambda.amazonaws.com"))
    where.user("ci", allow("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"))
    where.function("old", "last").user("dev", allow("lambda:UpdateFunctionCode", "lambda:InvokeFunction"))
    where.secret("held").user("reader", allow("secretsmanager:GetSecretValue")).user(
        "kept", allow("sns:Publish"), keys=1
    )
    where.declared("secrets", {"secret": A.secret("held"), "identity": A.user("kept")})
    snapshot = _look(where, tmp_path)
    passed, taken = _only(snapshot, CI, LAST), _only(snapshot, A.user("dev"), LAST)
    read = _only(snapshot, A.user("reader"), A.user("kept"))
    kinds = [chain.hops[0].hop.kind for chain in (passed, taken, read)]
    assert kinds == [EdgeKind.CAN_PASS_ROLE.value, EdgeKind.CAN_TAKE_OVER.value, EdgeKind.CAN_ACCESS.value]
    assert taken.hops[0].hop.via == (A.function("old"),)
    assert A.secret("held") in read.hops[0].hop.via
    for chain in (passed, taken, read):
        assert _verdicts(chain) == ["reset-gain"]
        assert chain.worst == "H10"
        assert chain.hops[0].hop.grants


def test_a_new_credential_of_a_user(tmp_path: Path) -> None:
    where = _here().user("ci", allow("iam:CreateAccessKey")).user("victim", allow("sns:Publish"))
    chain = _only(_look(where, tmp_path), CI, A.user("victim"))
    assert chain.hops[0].hop.kind == EdgeKind.CAN_CREATE_CREDENTIAL.value
    assert chain.worst == "H10"


def test_a_party_from_outside_has_nothing_of_its_own(tmp_path: Path) -> None:
    host = "token.actions.githubusercontent.com"
    when = {"StringEquals": {f"{host}:sub": "repo:acme/app:ref:refs/heads/main", f"{host}:aud": "sts.amazonaws.com"}}
    where = _here().oidc().role("first", allow("sns:Publish"), trusts=web_trust(A.oidc(), when=when))
    where.role("last", READ, trusts=trust(FIRST)).role("vendor", trusts=trust(C.root))
    snapshot = _look(where, tmp_path)
    (chain,) = [row for row in find_chains(snapshot).chains if row.state is State.VERIFIED]
    assert chain.source.startswith("oidc://")
    assert chain.target == LAST
    assert _verdicts(chain) == ["reset-gain", "reset-gain"]
    assert chain.adds_up.only_together
    concrete = f"oidc://{host}/repo:acme/app:ref:refs/heads/main"
    (asked,) = _from(snapshot, concrete, LAST)
    assert asked.source == concrete


def test_small_steps_add_up_against_a_stated_envelope(tmp_path: Path) -> None:
    secrets, mail = allow("secretsmanager:GetSecretValue"), allow("ses:SendEmail")
    where = _here().secret("held").user("ci", allow("s3:GetObject"))
    where.role("first", secrets, trusts=trust(CI)).role("last", mail, trusts=trust(FIRST))
    snapshot = _look(where, tmp_path)
    both, one = tmp_path / "both.json", tmp_path / "one.json"
    both.write_text(json.dumps([secrets, mail, allow("s3:*")]), encoding="utf-8")
    one.write_text(json.dumps([mail, allow("s3:*")]), encoding="utf-8")
    (chain,) = _from(snapshot, CI, LAST, approved=read_approved(both))
    assert (chain.end_to_end.bound, chain.adds_up.bound) == (Bound.WITHIN, Bound.WITHIN)
    (chain,) = _from(snapshot, CI, LAST, approved=read_approved(one))
    assert (chain.end_to_end.bound, chain.adds_up.bound) == (Bound.WITHIN, Bound.EXCEEDS)
    assert [classes for _, classes in chain.adds_up.members] == [("H4",), ()]
    (chain,) = _from(snapshot, CI, LAST)
    assert chain.adds_up.only_together


def test_an_envelope_with_conditions_cannot_be_proven(tmp_path: Path) -> None:
    file = tmp_path / "approved.json"
    file.write_text(json.dumps([allow("sns:Publish", when={"StringEquals": {"aws:SourceVpc": "v"}})]), encoding="utf-8")
    snapshot = _look(_here().user("ci").role("last", allow("sns:Publish"), trusts=trust(CI)), tmp_path)
    (chain,) = _from(snapshot, CI, LAST, approved=read_approved(file))
    assert chain.end_to_end.bound is Bound.UNPROVABLE
    assert chain.end_to_end.reason


@pytest.mark.parametrize("text", ["{", "3", '[{"Effect": "Maybe"}]', '[{"Effect": "Allow"}]'])
def test_an_envelope_that_is_none(text: str, tmp_path: Path) -> None:
    file = tmp_path / "approved.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AnalyticsError, match=r"approved\.json"):
        read_approved(file)


@pytest.mark.parametrize(
    ("statement", "verdict"),
    [(allow("s3:GetObject"), "narrowed"), (allow("*"), "equal"), (allow("s3:Get*", "sns:*"), "narrowed")],
)
def test_a_session_policy_passes_a_part_on(statement: dict[str, object], verdict: str, tmp_path: Path) -> None:
    where = _here().role("first", allow("s3:*", "sts:AssumeRole")).role("last", READ, trusts=trust(A.root))
    file = tmp_path / "session.json"
    file.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), encoding="utf-8")
    snapshot = _look(where, tmp_path)
    subject = resolve_subject(snapshot, FIRST, session=read_session_policy(file))
    chains = find_chains(snapshot, source=subject, min_hops=1).chains
    if verdict == "equal":
        (chain,) = chains
        assert _verdicts(chain) == ["equal", "reset-contained"]
        assert chain.hops[0].hop.kind == "SESSION_POLICY"
    else:
        assert not chains, "the session may not assume the role any more"


def test_a_session_that_is_limited_gains_by_the_next_role(tmp_path: Path) -> None:
    where = _here().role("first", allow("s3:*", "sts:AssumeRole")).role("last", READ, trusts=trust(A.root))
    file = tmp_path / "session.json"
    file.write_text(json.dumps({"Statement": [allow("sts:AssumeRole")]}), encoding="utf-8")
    snapshot = _look(where, tmp_path)
    (chain,) = find_chains(
        snapshot, source=resolve_subject(snapshot, FIRST, session=read_session_policy(file)), min_hops=1
    ).chains
    assert _verdicts(chain) == ["narrowed", "reset-gain"]


def test_full_control_at_the_end_ranks_first_and_an_scp_limits_it(tmp_path: Path) -> None:
    where = _here().user("ci").role("first", trusts=trust(CI)).role("second", allow("sns:Publish"), trusts=trust(FIRST))
    where.role("last", allow("iam:PutRolePolicy", on=LAST), trusts=trust(FIRST))
    answer = find_chains(_look(where, tmp_path))
    assert [chain.target for chain in answer.chains] == [LAST, SECOND]
    assert answer.chains[0].full_control == ("aws:admin:111111111111",)
    (to_admin,) = [chain for chain in _from(_look(where, tmp_path / "b"), CI, "aws:admin:111111111111")]
    assert _verdicts(to_admin)[-1] == "reset-gain"
    assert to_admin.hops[-1].hop.kind == EdgeKind.CAN_CHANGE_OWN_POLICY.value


def test_hops_states_and_bounds_are_told(tmp_path: Path) -> None:
    where = _here().user("ci").role("first", trusts=trust(CI, when={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}))
    for number in range(4):
        where.role(f"end-{number}", allow("sns:Publish"), trusts=trust(FIRST))
    snapshot = _look(where, tmp_path)
    every = find_chains(snapshot)
    assert {chain.state for chain in every.chains} == {State.CONDITIONAL}
    assert every.cut_by == ("per_source",)
    assert len(every.chains) == 3
    assert find_chains(snapshot, limit=1).cut_by == ("per_source", "limit")
    hurried = find_chains(snapshot, time_limit=0)
    assert (hurried.judged, len(hurried.chains), hurried.cut_by) == (1, 1, ("time",))
    assert not find_chains(snapshot, least=State.VERIFIED).chains
    assert not find_chains(snapshot, min_hops=3).chains
    assert len(find_chains(snapshot, source=resolve_subject(snapshot, CI)).chains) == 4
    assert not find_chains(snapshot, source=resolve_subject(snapshot, CI)).cut_by


def test_every_witness_is_allowed_to_the_target_and_refused_to_the_source(tmp_path: Path) -> None:
    from analytics.delegation.holders import Holders

    where = _here().bucket("data").secret("held").user("ci", allow("s3:*", on="arn:aws:s3:::data/a*"))
    where.role("first", allow("s3:*"), deny("s3:Put*"), trusts=trust(CI))
    where.role("last", allow("secretsmanager:*", "iam:*"), trusts=trust(FIRST))
    snapshot = _look(where, tmp_path)
    holders = Holders(snapshot)
    count = 0
    for chain in _from(snapshot, CI):
        for row in chain.hops:
            source, target = (
                holders.of(snapshot.node(snapshot.node_index(name))) for name in (row.hop.source, row.hop.target)
            )
            for witnesses in row.verdict.gain.by_class.values():
                for witness in witnesses:
                    resource = holders.resource(witness.resource, target.account)
                    gets, has = (holders.decide(side, witness.action, resource) for side in (target, source))
                    assert gets is not None and gets.outcome is Outcome.ALLOWED
                    assert has is not None and has.outcome in (Outcome.DENIED, Outcome.NOT_ALLOWED)
                    count += 1
    assert count > 5
