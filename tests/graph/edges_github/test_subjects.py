"""The joint: sets of subjects that jobs can bear against sets that trusts accept, and whole ways into a role."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.evidence.reader import read_evidence
from collectors.github.records import GitHubOrganization, GitHubRepository
from collectors.interface import EvidenceRef
from graph.build import build_graph
from graph.evaluate.aws.globs import glob_matches
from graph.evaluate.github.subjects import Place, SubjectMaker, bears, forms, meets, subject_maker, ways
from graph.kinds import EdgeKind, State
from tests.graph.edges_github.technique_case import ACCOUNT, ISSUER, look, role, trusting
from tests.worlds.aws import World, world
from tests.worlds.entra import entra, node, token
from tests.worlds.github import GitHubWorldFiles, github, place
from tests.worlds.names import GITHUB
from tests.worlds.statements import allow
from tests.worlds.view import View

_FREE = "\0"
_ORGANIZATION = GitHubOrganization("acme", "Acme", 5)


def _maker(**more: object) -> SubjectMaker:
    values: dict[str, object] = {"created_at": "2025-01-01T00:00:00Z", "subject_default": True}
    ref = EvidenceRef("f")
    repository = GitHubRepository("acme/app", "Acme/app", 7, 5, "private", ref)
    repository = replace(repository, **{**values, **more})  # type: ignore[arg-type]
    return subject_maker(repository, _ORGANIZATION)


@pytest.mark.parametrize(
    ("more", "prefixes"),
    [
        ({"subject_immutable": False}, ("repo:Acme/app",)),
        ({"subject_immutable": True}, ("repo:Acme@5/app@7",)),
        ({"created_at": "2026-08-01T00:00:00Z"}, ("repo:Acme@5/app@7",)),
        ({}, ("repo:Acme/app", "repo:Acme@5/app@7")),
        ({"subject_immutable": False, "subject_prefix": "repo:Acme@5/app@7"}, ("repo:Acme@5/app@7",)),
    ],
)
def test_what_tells_the_form(more: dict[str, object], prefixes: tuple[str, ...]) -> None:
    assert _maker(**more).prefixes == prefixes


def test_github_s_own_forms() -> None:
    found = {form.place: form.text for form in forms(_maker(subject_immutable=False))}
    assert found == {
        Place.BRANCH: f"repo:Acme/app:ref:refs/heads/{_FREE}",
        Place.TAG: f"repo:Acme/app:ref:refs/tags/{_FREE}",
        Place.PULL_REQUEST: "repo:Acme/app:pull_request",
        Place.ENVIRONMENT: f"repo:Acme/app:environment:{_FREE}",
    }


@pytest.mark.parametrize(
    ("accepted", "answer"),
    [
        ("repo:Acme/app:ref:refs/heads/main", True),
        ("repo:Acme/app:*", True),
        ("repo:Acme/app:ref:refs/heads/m??n", True),
        ("repo:Acme/app:ref:refs/heads/dev", False),
        ("repo:Acme/app:environment:*", False),
    ],
)
def test_a_job_at_one_place(accepted: str, answer: bool) -> None:
    maker = _maker(subject_immutable=False)
    assert bears(maker, accepted, True, Place.BRANCH, "main") is answer


def test_an_id_that_was_not_told_is_no_claim() -> None:
    assert "repository_owner_id" in _maker().values
    assert "repository_id" not in _maker(id=0).values


def test_a_question_mark_is_a_sign_and_not_under_an_exact_test() -> None:
    form = f"repo:a/b:ref:refs/heads/{_FREE}"
    assert meets(form, "repo:a/b:ref:refs/heads/v?", True)
    assert not meets("repo:a/b", "repo:a/?", False)


def test_the_free_part_has_no_colon() -> None:
    assert not meets(f"repo:a/b:environment:{_FREE}", "repo:a/b:environment:x:y", False)


_SIGNS = st.text(alphabet="ab:/", max_size=6)
_PATTERN = st.text(alphabet="ab:/*?", max_size=8)


@given(before=_SIGNS, free=st.text(alphabet="ab/", min_size=1, max_size=5), after=_SIGNS, pattern=_PATTERN)
def test_whatever_a_pattern_takes_of_a_form_they_meet(before: str, free: str, after: str, pattern: str) -> None:
    if glob_matches(pattern, before + free + after):
        assert meets(before + _FREE + after, pattern, True)


@given(text=st.text(alphabet="ab:/", min_size=1, max_size=8), pattern=_PATTERN)
def test_without_a_free_part_meeting_is_matching(text: str, pattern: str) -> None:
    assert meets(text, pattern, True) is glob_matches(pattern, text)


def test_a_pattern_for_one_branch_of_all_repositories_names_the_branch() -> None:
    found = ways(_maker(subject_immutable=False), "repo:Acme/*:ref:refs/heads/main", True, {})
    assert {(way.place, way.name) for way in found} == {(Place.BRANCH, "main")}


# ---- whole ways


def _state(view: View, source: str, target: str) -> State:
    """Return the best way over several steps, each way as sure as its weakest step."""
    best = {place(source): State.VERIFIED}
    queue = [place(source)]
    while queue:
        here = queue.pop()
        for hop in view.hops(source=here):
            sure = min(best[here], hop.state)
            if sure > best.get(hop.target, State.VOID):
                best[hop.target] = sure
                queue.append(hop.target)
    return best.get(target, State.VOID)


MAIN, PROD = "repo:acme/app:ref:refs/heads/main", "repo:acme/app:environment:prod"


def _app() -> GitHubWorldFiles:
    return github().owner("olga").user("bob", "ann").repo("app").access("bob", "write").access("ann", "read")


@pytest.mark.parametrize(
    ("organization", "trusted", "who", "state"),
    [
        (_app().branch("main", protected=False), MAIN, "bob", State.VERIFIED),
        (_app().branch("main", approvals=1), MAIN, "bob", State.CONDITIONAL),
        (_app().branch("main", approvals=1, bypass=["bob"]), MAIN, "bob", State.VERIFIED),
        (_app().branch("main", pushers=["olga"]), MAIN, "bob", State.VOID),
        (_app().branch("main", pushers=["olga"]), MAIN, "olga", State.VERIFIED),
        (_app().branch("main", protected=False), MAIN, "ann", State.VOID),
        (_app().branch("main", protected=False), MAIN, "repo:app", State.VERIFIED),
        (_app().branch("main", asked=False), MAIN, "bob", State.UNVERIFIED),
        (_app().environment("prod", reviewers=["olga"]), PROD, "bob", State.CONDITIONAL),
        (_app().environment("prod"), PROD, "bob", State.VERIFIED),
        (_app().branch("main", approvals=1).environment("prod", branches=["main"]), PROD, "bob", State.CONDITIONAL),
        (_app().branch("main", pushers=["olga"]).environment("prod", branches=["main"]), PROD, "bob", State.VOID),
        (_app().branch("main", pushers=["olga"]).environment("prod", branches=["main"]), PROD, "olga", State.VERIFIED),
        (_app(), PROD, "bob", State.VERIFIED),
        (_app(), "repo:acme/web:*", "bob", State.VOID),
        (_app().deploy_key(7), "repo:acme/app:*", "key:7", State.VERIFIED),
        (_app().deploy_key(7, write=False), "repo:acme/app:*", "key:7", State.VOID),
    ],
)
def test_from_github_into_a_role(
    organization: GitHubWorldFiles, trusted: str, who: str, state: State, tmp_path: Path
) -> None:
    view = look(organization, trusting(trusted, exact="*" not in trusted), tmp_path)
    assert _state(view, who, role()) is state


@pytest.mark.parametrize(("subject", "state"), [(MAIN, State.VERIFIED), ("repo:acme/web:pull_request", State.VOID)])
def test_from_github_into_an_application(subject: str, state: State, tmp_path: Path) -> None:
    entra().app("deploy", federated=[token(subject)]).build(tmp_path)
    view = look(_app().branch("main", protected=False), world(), tmp_path)
    assert _state(view, "bob", node("sp:deploy")) is state


def test_leaving_out_github_leaves_the_repository_that_the_trust_names_unverified(tmp_path: Path) -> None:
    trusting(MAIN, exact=True).build(tmp_path)
    view = View(*build_graph(read_evidence([tmp_path])))
    (hop,) = view.hops(target=f"{ISSUER}/{MAIN}", kind=EdgeKind.CAN_IMPERSONATE)
    assert (hop.source, hop.state) == ("github:actions:acme/app", State.UNVERIFIED)
    assert "github" not in view.graph.nodes[f"{ISSUER}/{MAIN}"].attributes


@pytest.mark.parametrize(
    ("organization", "trusted", "word"),
    [
        (_app().branch("main", protected=False), "repo:acme/app:*", "matched"),
        (_app().environment("prod", reviewers=["ann"]), PROD, "conditional"),
        (_app().branch("main", approvals=1), MAIN, "conditional"),
        (_app().branch("main", pushers=["olga"]), MAIN, "conditional"),
        (_app().branch("main", asked=False), MAIN, "unverified"),
        (_app().branch("main", protected=False).environment("prod", branches=["main"]), PROD, "matched"),
        (_app().branch("main", asked=False).environment("prod", branches=["main"]), PROD, "unverified"),
        (_app().without("actions.get-custom-oidc-sub-claim-for-repo"), "repo:acme/app:*", "unverified"),
        (_app(), "repo:acme/gone:*", "impossible"),
        (_app(), "repo:other/app:*", "not collected"),
        (_app().without("repos.list-for-org"), "repo:acme/app:*", "not collected"),
    ],
)
def test_each_trusted_subject_says_what_became_of_it(
    organization: GitHubWorldFiles, trusted: str, word: str, tmp_path: Path
) -> None:
    view = look(organization, trusting(trusted, exact="*" not in trusted), tmp_path)
    assert view.graph.nodes[f"{ISSUER}/{trusted}"].attributes["github"] == word


@pytest.mark.parametrize(
    ("claims", "state"),
    [
        ({"repository": "acme/app"}, State.VERIFIED),
        ({"repository": "acme/web"}, State.VOID),
        ({"repository_id": "7"}, State.VERIFIED),
        ({"repository_id": "8"}, State.VOID),
        ({"repository_id": "7", "environment": "prod"}, State.CONDITIONAL),
        ({"repository_id": "8", "environment": "prod"}, State.VOID),
        ({"repository_id": "7", "actor": "bob"}, State.CONDITIONAL),
        ({"enterprise_id": "1"}, State.CONDITIONAL),
        # STS makes no keys of these, so no token passes a test for them.
        ({"repository_owner": "acme"}, State.VOID),
        ({"repository_owner_id": "5"}, State.VOID),
        ({"repository_visibility": "private"}, State.VOID),
    ],
)
def test_claims_that_are_the_same_in_all_jobs(claims: dict[str, str], state: State, tmp_path: Path) -> None:
    cloud = trusting("repo:acme/*", more={f"{GITHUB}:{name}": value for name, value in claims.items()})
    world_ = github().owner("olga").user("bob", "ann").repo("app", id=7).access("bob", "write")
    assert _state(look(world_, cloud, tmp_path), "bob", role()) is state


@pytest.mark.parametrize(
    ("operator", "value", "state"),
    [
        ("StringEqualsIfExists", "other", State.VERIFIED),
        ("StringNotEquals", "acme", State.VERIFIED),
        ("Null", "true", State.VERIFIED),
        ("Null", "false", State.VOID),
        ("ForAnyValue:StringEquals", "acme", State.VOID),
        ("ForAllValues:StringEquals", "acme", State.VERIFIED),
    ],
)
def test_a_claim_that_aws_makes_no_key_of_is_absent(operator: str, value: str, state: State, tmp_path: Path) -> None:
    cloud = _also("repo:acme/*", {operator: {f"{GITHUB}:repository_owner": value}})
    assert _state(look(_app(), cloud, tmp_path), "bob", role()) is state


def _also(subject: str, conditions: dict[str, dict[str, str]]) -> World:
    """Return a role that trusts subjects of GitHub under further conditions."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringLike": {f"{GITHUB}:sub": subject}, **conditions},
    }
    return world().account(ACCOUNT).oidc().role("deploy", allow("s3:*"), trusts=[statement])


@pytest.mark.parametrize(
    ("subject", "ref", "state"),
    [
        (MAIN, "refs/heads/main", State.VERIFIED),
        (MAIN, "refs/heads/dev", State.VOID),
        ("repo:acme/app:*", "refs/heads/main", State.CONDITIONAL),
        (PROD, "refs/heads/dev", State.CONDITIONAL),
    ],
)
def test_the_branch_as_a_claim(subject: str, ref: str, state: State, tmp_path: Path) -> None:
    cloud = trusting(subject, exact="*" not in subject, more={f"{GITHUB}:ref": ref})
    view = look(_app().branch("main", protected=False).environment("prod"), cloud, tmp_path)
    assert _state(view, "bob", role()) is state


@pytest.mark.parametrize(
    ("subject", "environment", "state"),
    [(PROD, "prod", State.VERIFIED), (PROD, "test", State.VOID), (MAIN, "prod", State.VOID)],
)
def test_the_environment_as_a_claim(subject: str, environment: str, state: State, tmp_path: Path) -> None:
    cloud = trusting(subject, exact=True, more={f"{GITHUB}:environment": environment})
    view = look(_app().branch("main", protected=False).environment("prod"), cloud, tmp_path)
    assert _state(view, "bob", role()) is state


def test_without_the_form_of_subjects_an_environment_is_not_ruled_out(tmp_path: Path) -> None:
    cloud = trusting(MAIN, exact=True, more={f"{GITHUB}:environment": "prod"})
    unread = _app().branch("main", protected=False).without("actions.get-custom-oidc-sub-claim-for-repo")
    assert _state(look(unread, cloud, tmp_path), "bob", role()) is State.UNVERIFIED


def test_trusts_of_one_subject_are_told_apart_by_their_claims(tmp_path: Path) -> None:
    subject, claim = "repo:acme/*", f"{GITHUB}:repository"
    cloud = trusting(subject)
    trusting(subject, more={claim: "acme/app"}, name="app", into=cloud)
    trusting(subject, more={claim: "acme/web"}, name="web", into=cloud)
    trusting(subject, more={f"{GITHUB}:actor": "bob"}, name="bob", into=cloud)
    view = look(_app().repo("web").access("ann", "write"), cloud, tmp_path)
    found = {
        (who, name): _state(view, who, role(name)) for who in ("bob", "ann") for name in ("deploy", "app", "web", "bob")
    }
    sure, void, open_ = State.VERIFIED, State.VOID, State.CONDITIONAL
    assert [found["bob", name] for name in ("deploy", "app", "web", "bob")] == [sure, sure, void, open_]
    assert [found["ann", name] for name in ("deploy", "app", "web", "bob")] == [sure, void, sure, open_]
    assert view.graph.nodes[f"{ISSUER}/{subject}"].attributes["github"] == "matched"


def test_repositories_and_trusts_that_name_each_other_make_no_product(tmp_path: Path) -> None:
    names = [f"r{number}" for number in range(12)]
    organization, cloud = github(), trusting("repo:acme/*")
    for name in names:
        organization.repo(name)
        trusting("repo:acme/*", more={f"{GITHUB}:repository": f"acme/{name}"}, name=name, into=cloud)
        trusting("repo:acme/*", name=f"any-{name}", into=cloud)
    view = look(organization, cloud, tmp_path)
    steps = [edge for edge in view.graph.edges if edge.technique == "github-oidc-subject"]
    assert len(steps) == 2 * len(names), "each to what all may enter, and to what names it"
    assert len([edge for edge in view.graph.edges if edge.source.startswith("hub:oidc")]) == 2 * len(names) + 1


@pytest.mark.parametrize(
    ("job", "claims", "state"),
    [
        ("", {"ref": "refs/heads/main"}, State.VERIFIED),
        ("", {"ref": "refs/heads/dev"}, State.VOID),
        ("", {"job_workflow_ref": "acme/app/.github/workflows/ci.yml@refs/heads/main"}, State.VERIFIED),
        ("", {"job_workflow_ref": "acme/app/.github/workflows/other.yml@refs/heads/main"}, State.VOID),
        ("    environment: prod\n", {"environment": "prod"}, State.VERIFIED),
        ("    environment: ${{ inputs.x }}\n", {"environment": "prod"}, State.CONDITIONAL),
        ("", {"environment": "prod"}, State.VOID),
    ],
)
def test_claims_of_a_job_as_it_stands(job: str, claims: dict[str, str], state: State, tmp_path: Path) -> None:
    text = f"on: push\npermissions: {{id-token: write}}\njobs:\n  build:\n    runs-on: x\n{job}    steps: []\n"
    cloud = trusting("repo:acme/app:*", more={f"{GITHUB}:{name}": value for name, value in claims.items()})
    view = look(_app().workflow("ci.yml", text), cloud, tmp_path)
    assert _state(view, "job:app:ci.yml#build", role()) is state


@pytest.mark.parametrize(
    ("expression", "state"),
    [
        ("claims['sub'] matches 'repo:acme/app:*'", State.VERIFIED),
        ("claims['sub'] matches 'repo:acme/app:*' and claims['repository'] eq 'acme/web'", State.VOID),
        (
            "claims['sub'] eq 'repo:acme/app:ref:refs/heads/main' and claims['job_workflow_ref'] matches "
            "'acme/app/.github/workflows/*@refs/heads/main'",
            State.CONDITIONAL,
        ),
    ],
)
def test_claims_of_an_expression_of_entra(expression: str, state: State, tmp_path: Path) -> None:
    facts = {"subject": None, "claimsMatchingExpression": {"value": expression, "languageVersion": 1}}
    entra().app("deploy", federated=[{**token("x"), **facts}]).build(tmp_path)
    view = look(_app().branch("main", protected=False), world(), tmp_path)
    assert _state(view, "bob", node("sp:deploy")) is state


def test_a_trust_without_subject_lets_everybody_in(tmp_path: Path) -> None:
    view = look(_app(), trusting(), tmp_path)
    assert [_state(view, who, role()) for who in ("anyone", "bob", "ann")] == [State.VERIFIED] * 2 + [State.VOID]


def test_actions_off_is_no_barrier_to_who_administers_the_repository(tmp_path: Path) -> None:
    setting = "actions.get-github-actions-permissions-organization"
    organization = _app().access("eve", "admin").secret("KEY").actions_off().single(setting, enabled_repositories="all")
    view = look(organization, trusting("repo:acme/app:*"), tmp_path)
    for who, state in (("eve", State.VERIFIED), ("olga", State.VERIFIED), ("bob", State.VOID), ("ann", State.VOID)):
        assert _state(view, who, place("secret:app:KEY")) is state
        assert _state(view, who, role()) is state
    assert view.graph.nodes[f"{ISSUER}/repo:acme/app:*"].attributes["github"] == "impossible"


def test_further_claims_of_a_trust_stay_conditions(tmp_path: Path) -> None:
    claim = {f"{GITHUB}:job_workflow_ref": "acme/flows/.github/workflows/deploy.yml@refs/heads/main"}
    view = look(_app(), trusting("repo:acme/app:*", more=claim), tmp_path)
    assert _state(view, "bob", role()) is State.CONDITIONAL
    (hop,) = view.hops(source=f"{ISSUER}/repo:acme/app:*", target=role())
    assert hop.keys == {f"{GITHUB}:job_workflow_ref"}


@pytest.mark.parametrize(
    ("accepted", "pattern", "there"),
    [
        ("repo:Acme/app:ref:refs/heads/*", False, False),
        ("repo:Acme/app:ref:refs/heads/*", True, True),
        ("repo:Acme/app:ref:refs/heads/a..b", False, False),
        ("repo:Acme/app:ref:refs/tags/v1.lock", False, False),
        ("repo:Acme/app:ref:refs/heads/release/1.0", False, True),
        ("repo:Acme/app:environment:*", False, True),
    ],
)
def test_no_branch_or_tag_has_a_name_that_git_refuses(accepted: str, pattern: bool, there: bool) -> None:
    found = ways(_maker(subject_immutable=False), accepted, pattern, {})
    assert bool(found) is there


def test_members_of_a_team_that_was_not_looked_at_may_be_in_it(tmp_path: Path) -> None:
    organization = github().user("bob").repo("app").team("ops", app="write")
    for folder, world_, state in (
        ("unknown", organization.without("teams.list-members-in-org"), State.UNVERIFIED),
        ("known", github().user("bob").repo("app").team("ops", app="write"), State.VOID),
    ):
        view = look(world_, world(), tmp_path / folder)
        edges = [
            edge
            for edge in view.graph.edges
            if edge.kind is EdgeKind.INHERITS and edge.source == place("members") and edge.target == place("team:ops")
        ]
        assert max((edge.state for edge in edges), default=State.VOID) is state
