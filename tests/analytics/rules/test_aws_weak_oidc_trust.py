"""Which OIDC trusts are found: one world with many roles, each a case or the near-twin of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analytics.token_subjects import Breadth, breadth, issuer_of
from analytics.verdicts import Severity
from tests.analytics.rules.scenarios import ACCOUNT, NAMES, claims, found, judge
from tests.worlds.aws import world
from tests.worlds.names import ADMINISTRATOR, GITHUB
from tests.worlds.statements import deny, web_trust

RULE, DEAD = "aws-weak-oidc-trust", "aws-dead-oidc-trust"
EKS = "oidc.eks.eu-west-1.amazonaws.com/id/ABC"
BUILDKITE = "agent.buildkite.com"


@pytest.mark.parametrize(
    ("issuer", "pattern", "want"),
    [
        (GITHUB, "*", Breadth.EVERYBODY),
        (GITHUB, "repo:*", Breadth.EVERYBODY),
        (GITHUB, "rep*", Breadth.EVERYBODY),
        (GITHUB, "repo:*/shop:ref:refs/heads/main", Breadth.EVERYBODY),
        (GITHUB, "*acme/shop*", Breadth.EVERYBODY),
        (GITHUB, "repo:acme*", Breadth.LOOK_ALIKE_OWNER),
        (GITHUB, "repo:acm?/shop:*", Breadth.LOOK_ALIKE_OWNER),
        (GITHUB, "repo:acme*/shop:ref:refs/heads/main", Breadth.LOOK_ALIKE_OWNER),
        (GITHUB, "repo:acme/*", Breadth.WHOLE_OWNER),
        (GITHUB, "repo:acme/*:ref:refs/heads/main", Breadth.WHOLE_OWNER),
        (GITHUB, "repo:acme/web*", Breadth.LOOK_ALIKE_PART),
        (GITHUB, "repo:acme/web:*", Breadth.NARROW),
        (GITHUB, "repo:acme/web:ref:refs/heads/release-*", Breadth.NARROW),
        (GITHUB, "repo:acme@*/web@*:environment:prod", Breadth.NARROW),
        (GITHUB, "repo:acme@123/*", Breadth.WHOLE_OWNER),
        (GITHUB, "repository_owner:acme:*", Breadth.NOT_UNDERSTOOD),
        (GITHUB, "repo:${aws:PrincipalTag/x}/*", Breadth.NOT_UNDERSTOOD),
        ("gitlab.com", "project_path:acme/*", Breadth.WHOLE_OWNER),
        ("gitlab.com", "project_path:acme/web:ref_type:branch:ref:*", Breadth.NARROW),
        ("app.terraform.io", "organization:acme:workspace:*", Breadth.WHOLE_OWNER),
        ("app.terraform.io", "organization:acme:workspace:my-ws:run_phase:*", Breadth.NARROW),
        ("app.terraform.io", "organization:acme:project:*", Breadth.WHOLE_OWNER),
        ("app.terraform.io", "organization:acme:project:Default Project:workspace:w:run_phase:*", Breadth.NARROW),
        (BUILDKITE, "organization:acme:pipeline:deploy:*", Breadth.NARROW),
        (BUILDKITE, "organization:acme:*", Breadth.WHOLE_OWNER),
        (BUILDKITE, "organization:acme*", Breadth.LOOK_ALIKE_OWNER),
        (EKS, "system:serviceaccount:*", Breadth.EVERYBODY),
        (EKS, "system:serviceaccount:prod:*", Breadth.WHOLE_OWNER),
        (EKS, "system:serviceaccount:prod:web-*", Breadth.LOOK_ALIKE_PART),
        (EKS, "system:serviceaccount:prod:web", Breadth.NARROW),
        ("issuer.example.com", "team-a/*", Breadth.NOT_UNDERSTOOD),
        ("issuer.example.com", "*", Breadth.EVERYBODY),
    ],
)
def test_breadth_of_patterns(issuer: str, pattern: str, want: Breadth) -> None:
    assert breadth(issuer_of(issuer), pattern) is want


def _sub(value: Any, operator: str = "StringLike") -> dict[str, Any]:
    return claims(value, operator=operator)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    provider = NAMES.oidc()
    made = world().account(ACCOUNT).oidc().oidc(EKS, "a", "b").oidc(BUILDKITE)

    def role(name: str, when: dict[str, Any] | None, *more: Any, of: str = provider, admin: bool = False) -> None:
        made.role(name, trusts=[web_trust(of, when), *more], attached=[ADMINISTRATOR] if admin else [])

    role("no-sub", claims(None))
    role("whole-owner", _sub("repo:acme/*"))
    role("whole-owner-admin", _sub("repo:acme/*"), admin=True)
    role("look-alike", _sub("repo:acme*"))
    role("one-of-two", _sub(["repo:acme/web:*", "repo:acme/*"]))
    role("pinned", _sub("repo:acme/web:ref:refs/heads/main", "StringEquals"))
    role("literal-wildcard", _sub("repo:acme/*", "StringEquals"))
    role("half-literal", _sub(["repo:acme/*", "repo:acme/web:pull_request"], "StringEquals"))
    role("no-aud", claims("repo:acme/web:*", aud=None))
    role("any-aud", {"StringLike": {f"{GITHUB}:sub": "repo:acme/web:*", f"{GITHUB}:aud": "*"}})
    role("no-aud-two-accepted", {"StringEquals": {f"{EKS}:sub": "system:serviceaccount:p:w"}}, of=NAMES.oidc(EKS))
    role("for-all", claims("repo:acme/web:*", operator="ForAllValues:StringLike"))
    role("for-any", claims("repo:acme/web:*", operator="ForAnyValue:StringLike"))
    role("no-provider", _sub("repo:acme/*"), of=NAMES.oidc("gone.example.com"))
    role("by-repository-id", {"StringEquals": {f"{GITHUB}:repository_id": "42", f"{GITHUB}:aud": "sts.amazonaws.com"}})
    role("by-actor", {"StringEquals": {f"{GITHUB}:actor": "bot", f"{GITHUB}:aud": "sts.amazonaws.com"}})
    outsiders = {"StringNotLike": {f"{GITHUB}:sub": "repo:acme/web:*"}}
    refusal = {
        **web_trust(provider, outsiders),
        "Effect": "Deny",
    }
    role("deny-the-rest", claims(None), refusal)
    role("by-exclusion", {"StringNotLike": {f"{GITHUB}:sub": "repo:evil/*"}} | claims(None))
    role("two-tests", {"StringLike": {f"{GITHUB}:sub": "repo:acme/*"}} | {
        "StringEquals": {f"{GITHUB}:sub": "repo:acme/web:pull_request", f"{GITHUB}:aud": "sts.amazonaws.com"}
    })  # fmt: skip
    tags = {"aws:RequestTag/organization_slug": "acme", f"{BUILDKITE}:aud": "sts.amazonaws.com"}
    role("by-session-tag", {"StringEquals": tags}, of=NAMES.oidc(BUILDKITE))
    role("cluster-wide", {"StringEquals": {f"{EKS}:aud": "sts.amazonaws.com"}}, of=NAMES.oidc(EKS))
    made.role("lambda-only", trusts={"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                                     "Action": "sts:AssumeRole"})  # fmt: skip
    return judge(made.build(tmp_path_factory.mktemp("oidc")), RULE, also=[DEAD])


def _keys(report: Any, name: str) -> dict[str, str]:
    return {row.key.split(":", 1)[0]: row.severity.word for row in found(report, NAMES.role(name))}


@pytest.mark.parametrize(
    ("name", "want"),
    [
        ("no-sub", {"no-subject": "critical"}),
        ("whole-owner", {"subject": "medium"}),
        ("whole-owner-admin", {"subject": "high"}),
        ("look-alike", {"subject": "high"}),
        ("one-of-two", {"subject": "medium"}),
        ("pinned", {}),
        ("literal-wildcard", {"dead": "low"}),
        ("half-literal", {}),
        ("no-aud", {"no-audience": "low"}),
        ("any-aud", {"no-audience": "low"}),
        ("no-aud-two-accepted", {"no-audience": "medium"}),
        ("for-all", {"for-all-values": "low"}),
        ("for-any", {}),
        ("no-provider", {"no-provider": "low"}),
        ("by-repository-id", {}),
        ("by-actor", {}),
        ("deny-the-rest", {}),
        ("by-exclusion", {"no-subject": "critical"}),
        ("two-tests", {}),
        ("by-session-tag", {}),
        ("cluster-wide", {"no-subject": "high"}),
        ("lambda-only", {}),
    ],
)
def test_roles(report: Any, name: str, want: dict[str, str]) -> None:
    assert _keys(report, name) == want
    dead = {row.key.partition(":")[0] for row in found(report, NAMES.role(name)) if row.rule == DEAD}
    assert dead == set(want) & {"dead", "no-provider"}


def test_what_cannot_be_told_is_not_judged(report: Any) -> None:
    unjudged = {item.subject: item.reason for item in report.not_judged}
    assert set(unjudged) == {NAMES.role("by-actor"), NAMES.role("by-session-tag")}
    assert "actor" in unjudged[NAMES.role("by-actor")]


def test_a_finding_names_the_trust_statement(report: Any) -> None:
    (finding,) = found(report, NAMES.role("look-alike"))
    assert [grant.id for grant in finding.grants] == [f"aws:trust:{NAMES.role('look-alike')}#0"]
    assert finding.evidence[0].endswith("/AssumeRolePolicyDocument/Statement/0")
    assert "anybody may register one" in finding.message


def test_a_provider_list_that_was_not_looked_at_is_no_missing_provider(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).role("r", trusts=web_trust(NAMES.oidc(), claims("repo:acme/web:*")))
    made.without("iam.list_open_id_connect_providers", "iam.get_open_id_connect_provider")
    assert not judge(made.build(tmp_path), RULE, also=[DEAD]).findings


def test_a_resource_control_policy_that_keeps_strangers_out_silences_the_finding(tmp_path: Path) -> None:
    made = world().account(ACCOUNT).oidc().role("r", trusts=web_trust(NAMES.oidc(), claims(None)))
    made.organization("999999999999", {"r-a1": [ACCOUNT, "999999999999"]})
    outsiders = {"StringNotLike": {f"{GITHUB}:sub": "repo:acme/*"}}
    statement = deny("sts:AssumeRoleWithWebIdentity", when=outsiders)
    made.rcp("own-repositories", {**statement, "Principal": "*"}, on="r-a1")
    assert not found(judge(made.build(tmp_path), RULE), NAMES.role("r"))


def test_severity_scale() -> None:
    assert Severity.CRITICAL.raised() is Severity.CRITICAL
    assert Severity.LOW.raised(-2) is Severity.LOW
