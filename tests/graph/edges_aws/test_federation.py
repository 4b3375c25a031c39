"""Tokens of OIDC issuers and SAML assertions that become a session of a role."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.kinds import EdgeKind, State
from tests.graph.edges_aws.technique_case import ACCOUNT, A, B, here
from tests.worlds.names import GITHUB
from tests.worlds.statements import trust, web_trust
from tests.worlds.view import View, look

APP, ISSUER = A.role("app"), f"oidc://{GITHUB}"
AUDIENCE = {f"{GITHUB}:aud": "sts.amazonaws.com"}
KIND = EdgeKind.FEDERATES_INTO


def _equals(subject: Any) -> dict[str, Any]:
    return {"StringEquals": {**AUDIENCE, f"{GITHUB}:sub": subject}}


def _like(subject: Any, operator: str = "StringLike") -> dict[str, Any]:
    return {"StringEquals": AUDIENCE, operator: {f"{GITHUB}:sub": subject}}


def _view(folder: Path, when: dict[str, Any] | None) -> View:
    return look(here().oidc().user("ci").role("app", trusts=web_trust(A.oidc(), when)), folder)


def _sources(view: View, state: State = State.VERIFIED) -> set[str]:
    return {hop.source for hop in view.hops(kind=KIND, target=APP) if hop.state is state}


@pytest.mark.parametrize(
    "subject",
    ["repo:acme/app:ref:refs/heads/main", "repo:acme/app:environment:production", "repo:acme/app:pull_request"],
)
def test_one_subject(subject: str, tmp_path: Path) -> None:
    view = _view(tmp_path, _equals(subject))
    assert _sources(view) == {f"{ISSUER}/{subject}"}
    assert not view.graph.nodes[f"{ISSUER}/{subject}"].attributes["pattern"]
    (hop,) = view.hops(source=f"{ISSUER}/{subject}", kind=KIND)
    assert hop.grants == (f"aws:trust:{APP}#0",)


def test_several_subjects(tmp_path: Path) -> None:
    subjects = ["repo:acme/app:ref:refs/heads/main", "repo:acme/web:environment:live"]
    assert _sources(_view(tmp_path, _equals(subjects))) == {f"{ISSUER}/{each}" for each in subjects}


@pytest.mark.parametrize("pattern", ["repo:acme/app:*", "repo:acme/*", "repo:acme*", "*"])
def test_patterns(pattern: str, tmp_path: Path) -> None:
    view = _view(tmp_path, _like(pattern))
    assert _sources(view) == {f"{ISSUER}/{pattern}"}
    assert view.graph.nodes[f"{ISSUER}/{pattern}"].attributes["pattern"]


@pytest.mark.parametrize("operator", ["ForAnyValue:StringLike", "StringLikeIfExists", "ForAllValues:StringLike"])
def test_patterns_under_other_operators(operator: str, tmp_path: Path) -> None:
    view = _view(tmp_path, _like("repo:acme/app:*", operator))
    assert f"{ISSUER}/repo:acme/app:*" in _sources(view)
    assert f"{ISSUER}/*" not in _sources(view)


def test_any_subject_of_the_issuer_is_conditional_on_the_subject(tmp_path: Path) -> None:
    (hop,) = _view(tmp_path, _equals("repo:acme/app:ref:refs/heads/main")).hops(source=ISSUER, kind=KIND)
    assert hop.state is State.CONDITIONAL
    assert f"{GITHUB}:sub" in hop.keys


def test_a_missing_subject_lets_every_token_of_the_issuer_in(tmp_path: Path) -> None:
    view = _view(tmp_path, {"StringEquals": AUDIENCE})
    assert f"{ISSUER}/*" in _sources(view)


def test_a_missing_audience_is_left_to_the_providers_list(tmp_path: Path) -> None:
    view = _view(tmp_path, {"StringEquals": {f"{GITHUB}:sub": "repo:acme/app:ref:refs/heads/main"}})
    assert _sources(view) == {f"{ISSUER}/repo:acme/app:ref:refs/heads/main"}


def test_an_audience_that_the_provider_does_not_accept(tmp_path: Path) -> None:
    when = {"StringEquals": {f"{GITHUB}:aud": "somewhere-else", f"{GITHUB}:sub": "repo:acme/app:ref:refs/heads/main"}}
    assert _view(tmp_path, when).hops(kind=KIND, target=APP) == ()


def test_a_wildcard_under_string_equals_is_dead(tmp_path: Path) -> None:
    assert _view(tmp_path, _equals("repo:acme/app:*")).hops(kind=KIND, target=APP) == ()


def test_a_dead_value_beside_a_living_one(tmp_path: Path) -> None:
    living = "repo:acme/app:ref:refs/heads/main"
    assert _sources(_view(tmp_path, _equals(["repo:acme/*", living]))) == {f"{ISSUER}/{living}"}


def test_a_provider_that_the_account_does_not_have(tmp_path: Path) -> None:
    where = here().user("ci").role("app", trusts=web_trust(A.oidc(), _like("repo:acme/*")))
    assert look(where, tmp_path / "absent").hops(kind=KIND) == ()
    elsewhere = here().user("ci").oidc().role("app", trusts=web_trust(B.oidc(), _like("repo:acme/*")))
    assert look(elsewhere, tmp_path / "foreign").hops(kind=KIND) == ()
    where.without("iam.list_open_id_connect_providers", "iam.get_open_id_connect_provider")
    assert look(where, tmp_path / "unknown").hops(kind=KIND) != (), "not looked at is not absent"


def test_a_further_claim_stays_open(tmp_path: Path) -> None:
    when = _equals("repo:acme/app:environment:live")
    when["StringEquals"][f"{GITHUB}:actor"] = "octo"
    (hop,) = _view(tmp_path, when).hops(source=f"{ISSUER}/repo:acme/app:environment:live", kind=KIND)
    assert hop.state is State.CONDITIONAL
    assert hop.keys == {f"{GITHUB}:actor"}


def test_web_identity_is_not_assume_role(tmp_path: Path) -> None:
    where = here().oidc().user("ci").role("app", trusts=trust(federated=A.oidc(), action="sts:AssumeRole"))
    assert look(where, tmp_path).hops(kind=KIND) == ()


def test_saml(tmp_path: Path) -> None:
    when = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
    statement = trust(federated=A.saml("corp"), action="sts:AssumeRoleWithSAML", when=when)
    view = look(here().saml("corp").user("ci").role("app", trusts=statement), tmp_path / "there")
    assert view.state(A.saml("corp"), APP, kind=KIND) is State.VERIFIED
    gone = look(here().user("ci").role("app", trusts=statement), tmp_path / "gone")
    assert gone.hops(kind=KIND) == ()


def test_federation_gives_users_nothing(tmp_path: Path) -> None:
    view = _view(tmp_path, None)
    assert not [hop for hop in view.hops(target=APP) if hop.source.startswith(f"arn:aws:iam::{ACCOUNT}:user/")]
