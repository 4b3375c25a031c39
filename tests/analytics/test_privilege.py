"""Five questions about privilege: each yes beside a near twin that is no, and what is unknown."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from analytics.policy import Policy
from analytics.privilege import QUESTIONS, Judgement, privilege
from graph.kinds import State
from tests.analytics.rules.building import ACCOUNT, LAMBDA, NAMES, OTHER, VENDOR, Key, snapshot_of, with_keys
from tests.analytics.rules.scenarios_identity import Issued, with_issued, with_role_use, with_service_use
from tests.worlds.aws import World, world
from tests.worlds.names import ADMINISTRATOR, GITHUB, REGION
from tests.worlds.statements import allow, trust, web_trust

APP, CI = NAMES.role("app"), NAMES.user("ci")
LIVING = {"owner": "ann", "active": "true"}
GONE = "AIDAAAAAAAAAAAAAAAAAA"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
SECRETS = allow("secretsmanager:GetSecretValue")
Finish = Callable[[Path], Path]


def account(trusts: Any = LAMBDA, *statements: Any, owner: dict[str, str] | None = LIVING, **options: Any) -> World:
    made = world().account(ACCOUNT).role("app", *statements, trusts=trusts, **options)
    return made.declared("owners", {"identity": APP, **owner}) if owner else made


def used(days: int | None) -> Finish:
    return lambda folder: with_role_use(folder, {"app": days})


def ask(
    question: str, where: World, folder: Path, *finish: Finish, who: str = APP, policy: Policy | None = None
) -> Judgement:
    evidence = where.build(folder / "evidence")
    for change in finish:
        evidence = change(evidence)
    rows = privilege(snapshot_of(evidence, folder / "ws"), policy, questions=(question,))
    return next(row for row in rows if row.id == who)


def regions(folder: Path) -> Path:
    """Say that the account's regions were asked for, so that none was left out."""
    body = {"Regions": [{"RegionName": REGION}]}
    (folder / "aws" / ACCOUNT / "ec2.describe_regions.json").write_text(json.dumps(body), encoding="utf-8")
    return folder


# ---- orphaned ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owner", "days", "verdict", "signs"),
    [
        (LIVING, 3, "no", ()),
        (LIVING, 300, "no", ()),
        ({"owner": "tom", "active": "false"}, 3, "yes", ("no living owner",)),
        (None, 3, "yes", ("no living owner",)),
        (None, 300, "yes", ("no living owner", "unused")),
        ({"owner": "eve"}, 300, "yes", ("unused",)),
        ({"owner": "eve"}, 3, "unknown", ()),
    ],
)
def test_owners_and_use(
    tmp_path: Path, owner: dict[str, str] | None, days: int, verdict: str, signs: tuple[str, ...]
) -> None:
    where = account(owner=owner).function("f", "app")
    row = ask("orphaned", where, tmp_path, used(days))
    assert (row.verdict, row.signs) == (verdict, signs)
    assert "iam.get_account_authorization_details" in row.looked_at


@pytest.mark.parametrize(
    ("trusts", "verdict"),
    [
        (trust(GONE), "yes"),
        ([trust(GONE), trust(CI)], "no"),
        (trust(CI), "no"),
        (trust(NAMES.user("deleted")), "yes"),
        (web_trust(NAMES.oidc("gone.example")), "yes"),
        (
            web_trust(
                NAMES.oidc(), {"StringEquals": {f"{GITHUB}:sub": "repo:a/b:*", f"{GITHUB}:aud": "sts.amazonaws.com"}}
            ),
            "no",
        ),
    ],
    ids=["dead id", "one of two", "living", "dead arn", "no provider", "a mistake is no deletion"],
)
def test_a_trust_in_what_was_deleted(tmp_path: Path, trusts: Any, verdict: str) -> None:
    row = ask("orphaned", account(trusts).user("ci").oidc(), tmp_path, used(3))
    assert row.verdict == verdict, row.reason
    assert row.signs == (("deleted parent",) if verdict == "yes" else ())
    assert bool(row.grants) == (verdict == "yes")


@pytest.mark.parametrize(
    ("change", "finish", "verdict"),
    [
        (lambda where: where, (used(300), regions), "yes"),
        (lambda where: where.function("f", "app"), (used(300), regions), "no"),
        (lambda where: where, (used(3), regions), "no"),
        (lambda where: where.without("lambda.list_functions"), (used(300), regions), "unknown"),
        (lambda where: where, (used(300),), "unknown"),
        (lambda where: where, (used(None), regions), "unknown"),
    ],
    ids=["gone", "runs", "in use", "not listed", "other regions", "use unknown"],
)
def test_a_role_whose_workload_is_gone(
    tmp_path: Path, change: Callable[[World], World], finish: Sequence[Finish], verdict: str
) -> None:
    row = ask("orphaned", change(account()), tmp_path, *finish)
    assert row.verdict == verdict, row.reason
    if verdict == "yes":
        assert row.signs == ("deleted parent",)
        assert "lambda.list_functions" in row.looked_at
    if finish == (used(300),):
        assert "ec2.describe_regions" in row.missing


def test_a_service_whose_workloads_are_not_read_is_unknown(tmp_path: Path) -> None:
    where = account(trust(service="monitoring.rds.amazonaws.com"))
    assert ask("orphaned", where, tmp_path / "1", used(300), regions).verdict == "unknown"
    assert ask("orphaned", where, tmp_path / "2", used(3), regions).verdict == "no"


@pytest.mark.parametrize(
    ("declared", "days", "verdict"),
    [(VENDOR, 300, "yes"), (VENDOR, 3, "no"), (OTHER, 300, "no"), ("", 300, "unknown")],
    ids=["nobody's", "in use", "a vendor's", "nothing is declared"],
)
def test_an_outside_account_that_nobody_declares(tmp_path: Path, declared: str, days: int, verdict: str) -> None:
    where = account(trust(OTHER))
    if declared:
        where.declared("accounts", {"account": declared, "relation": "vendor"})
    row = ask("orphaned", where, tmp_path, used(days))
    assert row.verdict == verdict, row.reason
    assert row.signs == (("departed vendor",) if verdict == "yes" else ())


@pytest.mark.parametrize("collected", [True, False])
@pytest.mark.parametrize(("relation", "verdict"), [("own", "yes"), ("unknown", "unknown")])
def test_own_accounts_count_as_declared_when_they_were_collected_too(
    tmp_path: Path, relation: str, verdict: str, collected: bool
) -> None:
    where = account(trust(OTHER))
    where.declared("accounts", {"account": ACCOUNT if collected else VENDOR, "relation": relation})
    row = ask("orphaned", where, tmp_path, used(300))
    assert row.verdict == verdict, row.reason


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        (lambda where: where.saml("other"), "yes"),
        (lambda where: where, "yes"),
        (lambda where: where.saml("idp"), "no"),
        (lambda where: where.without("iam.list_saml_providers"), "unknown"),
        (lambda where: where.saml("idp").without("iam.list_saml_providers"), "unknown"),
    ],
    ids=["another is left", "none is left", "there", "not looked at", "there, not looked at"],
)
def test_a_trust_in_a_deleted_saml_provider(tmp_path: Path, change: Callable[[World], World], verdict: str) -> None:
    saml = trust(federated=NAMES.saml("idp"), action="sts:AssumeRoleWithSAML")
    row = ask("orphaned", change(account(saml)), tmp_path / "1", used(3))
    assert row.verdict == verdict, row.reason
    assert row.signs == (("deleted parent",) if verdict == "yes" else ())
    assert ("iam.list_saml_providers" in row.missing) == (verdict == "unknown")
    assert bool(row.grants) == (verdict == "yes")
    both = ask("orphaned", change(account([saml, trust(CI)]).user("ci")), tmp_path / "2", used(3))
    assert both.verdict == "no", both.reason


# ---- dormant -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "verdict", "told"), [(90, "no", "2026-"), (91, "yes", "2026-"), (None, "unknown", "unknown")]
)
def test_a_role_at_the_limit(tmp_path: Path, days: int | None, verdict: str, told: str) -> None:
    row = ask("dormant", account(), tmp_path, used(days))
    assert row.verdict == verdict
    assert row.last_used.startswith(told)
    assert bool(row.since) == (verdict == "yes")
    assert "iam.get_service_last_accessed_details" in row.missing


def test_of_an_old_role_nobody_knows_whether_it_was_ever_used(tmp_path: Path) -> None:
    row = ask("dormant", account(), tmp_path / "1")
    assert (row.verdict, row.last_used) == ("yes", "unknown"), "AWS remembers 400 days; the role is older"
    long = Policy(unused_privilege_days=450)
    assert ask("dormant", account(), tmp_path / "2", policy=long).verdict == "unknown"


def test_a_credential_whose_use_is_not_recorded_hides_use(tmp_path: Path) -> None:
    where = world().account(ACCOUNT).user("ci")

    def keys(folder: Path) -> Path:
        return with_keys(folder, [Key("ci", 400, 200)])

    none = ask("dormant", where, tmp_path / "1", keys, with_issued, who=CI)
    assert none.verdict == "yes"
    some = ask("dormant", where, tmp_path / "2", keys, lambda folder: with_issued(folder, Issued("ci", 300)), who=CI)
    assert some.verdict == "unknown"
    assert "does not record" in some.reason


@pytest.mark.parametrize(("days", "verdict"), [(89, "no"), (200, "yes"), (None, "yes")])
def test_a_key_is_judged_by_its_own_use(tmp_path: Path, days: int | None, verdict: str) -> None:
    where = world().account(ACCOUNT).user("ci", keys=1)
    evidence = with_keys(where.build(tmp_path / "e"), [Key("ci", 400, days)])
    rows = privilege(snapshot_of(evidence, tmp_path / "ws"), questions=("dormant",))
    (row,) = [row for row in rows if row.kind == "AwsAccessKey"]
    assert row.verdict == verdict
    assert (row.last_used == "never") == (days is None)


# ---- standing ------------------------------------------------------------------------------------------------------

TIME = {"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}
EXTERNAL = {"StringEquals": {"sts:ExternalId": "x1"}}


@pytest.mark.parametrize(
    ("trusts", "verdict", "state"),
    [
        (LAMBDA, "yes", State.VERIFIED),
        (trust(CI), "yes", State.VERIFIED),
        (trust(CI, when=MFA), "no", State.VERIFIED),
        (trust(CI, when=TIME), "no", State.VERIFIED),
        ([trust(CI, when=MFA), trust(service="lambda.amazonaws.com")], "yes", State.VERIFIED),
        (trust(OTHER, when=EXTERNAL), "yes", State.CONDITIONAL),
        (trust(GONE), "no", State.VERIFIED),
        (trust(service="ec2.amazonaws.com"), "unknown", State.VERIFIED),
        (trust(CI, when={"StringLike": {"sts:RoleSessionName": "approved-*"}}), "unknown", State.VERIFIED),
    ],
    ids=["workload", "user", "mfa", "time", "two ways", "external id", "nobody", "no workload seen", "session"],
)
def test_ways_into_an_administrator(tmp_path: Path, trusts: Any, verdict: str, state: State) -> None:
    where = (
        account(trusts, attached=[ADMINISTRATOR])
        .function("f", "app")
        .user("ci", allow("sts:AssumeRole", on=APP), mfa=True)
    )
    row = ask("standing", where, tmp_path)
    assert row.verdict == verdict, row.reason
    assert row.state is state
    assert bool(row.grants) == (verdict == "yes")


def test_people_through_saml_are_unknown(tmp_path: Path) -> None:
    saml = trust(federated=NAMES.saml("idp"), action="sts:AssumeRoleWithSAML")
    where = account(saml, attached=[ADMINISTRATOR]).saml("idp")
    row = ask("standing", where, tmp_path)
    assert row.verdict == "unknown"
    assert "for a time only is not in the evidence" in row.reason


@pytest.mark.parametrize(
    ("statements", "verdict"),
    [
        ((allow("*"),), "yes"),
        ((SECRETS,), "yes"),
        ((allow("*", when=MFA),), "no"),
        ((allow("*", when=TIME),), "no"),
        ((allow("s3:GetObject"),), "no"),
        ((allow("iam:PassRole"), allow("lambda:CreateFunction")), "no"),
    ],
    ids=["administrator", "secrets", "under mfa", "for a time", "none", "what it may obtain is not held"],
)
def test_privilege_of_a_user(tmp_path: Path, statements: Sequence[Any], verdict: str) -> None:
    where = world().account(ACCOUNT).user("ci", *statements, keys=1, mfa=True)
    keys: Finish = lambda folder: with_keys(folder, [Key("ci", 30, 3)])  # noqa: E731
    row = ask("standing", where, tmp_path, keys, who=CI)
    assert row.verdict == verdict, row.reason


@pytest.mark.parametrize(("active", "verdict"), [(True, "yes"), (False, "no")])
def test_a_user_without_an_active_credential_holds_nothing_now(tmp_path: Path, active: bool, verdict: str) -> None:
    where = world().account(ACCOUNT).user("ci", allow("*"))
    evidence = with_keys(where.build(tmp_path / "e"), [Key("ci", 30, 3, active)])
    rows = {
        row.kind: row
        for row in privilege(snapshot_of(evidence, tmp_path / "ws"), questions=("standing",))
        if "ci" in row.reason or row.id == CI or row.kind == "AwsAccessKey"
    }
    assert rows["AwsUser"].verdict == verdict
    assert rows["AwsAccessKey"].verdict == verdict


# ---- unused --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "days", "services", "verdict"),
    [
        (SECRETS, 300, None, "yes"),
        (SECRETS, 3, None, "unknown"),
        (SECRETS, 3, {"secretsmanager": 5}, "no"),
        (SECRETS, 3, {"secretsmanager": None, "s3": 3}, "yes"),
        (allow("s3:GetObject"), 3, None, "no"),
    ],
    ids=["not used at all", "no use data", "used", "in use without it", "no privilege"],
)
def test_privilege_against_last_use(
    tmp_path: Path, statement: Any, days: int, services: dict[str, int | None] | None, verdict: str
) -> None:
    more: list[Finish] = [] if services is None else [lambda folder: with_service_use(folder, APP, services)]
    row = ask("unused", account(LAMBDA, statement).function("f", "app"), tmp_path, used(days), *more)
    assert row.verdict == verdict, row.reason
    assert ("iam.get_service_last_accessed_details" in row.missing) == (services is None)


# ---- crossing, and what is said of everything ----------------------------------------------------------------------


@pytest.mark.parametrize(("other", "verdict"), [("prod", "yes"), ("development", "no"), ("", "unknown")])
def test_crossing_tells_its_steps(tmp_path: Path, other: str, verdict: str) -> None:
    where = world().account(ACCOUNT).role("app", trusts=trust(CI), tags={"env": other} if other else {})
    where.user("ci", allow("sts:AssumeRole", on=APP), tags={"env": "development"} if other else {})
    row = ask("crossing", where, tmp_path, who=CI)
    assert row.verdict == verdict, row.reason
    assert [step.target for step in row.steps] == ([APP] if verdict == "yes" else [])
    assert row.signs == (("development to production",) if verdict == "yes" else ())
    assert bool(row.grants) == (verdict == "yes")


def test_every_identity_and_credential_has_a_row_a_question(tmp_path: Path) -> None:
    where = account(attached=[ADMINISTRATOR]).user("ci", keys=2, password=True)
    where.role("AWSServiceRoleForX", trusts=LAMBDA, path="/aws-service-role/x.amazonaws.com/")
    where.role(
        "AWSReservedSSO_Admin_0123456789abcdef", path="/aws-reserved/sso.amazonaws.com/", attached=[ADMINISTRATOR]
    )
    snapshot = snapshot_of(where.build(tmp_path / "e"), tmp_path / "ws")
    rows = list(privilege(snapshot))
    by_question = {name: [row.id for row in rows if row.question == name] for name in QUESTIONS}
    assert len({tuple(ids) for ids in by_question.values()}) == 1
    assert all(len(ids) == len(set(ids)) for ids in by_question.values())
    kinds = {row.kind for row in rows}
    assert {"AwsUser", "AwsRole", "AwsAccessKey", "AwsPassword"} <= kinds
    assert all(row.reason for row in rows)
    reserved = {row.question: row.verdict for row in rows if "AWSReservedSSO" in row.id}
    assert reserved["unused"] == reserved["crossing"] == "unknown"


def test_answers_come_of_the_questions_that_were_asked(tmp_path: Path) -> None:
    snapshot = snapshot_of(account().build(tmp_path / "e"), tmp_path / "ws")
    assert {row.question for row in privilege(snapshot, questions=("standing", "dormant"))} == {"standing", "dormant"}
