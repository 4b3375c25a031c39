"""Limits, refusals, cuts and ended tokens: gaps, never an empty organization, never an endless wait."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collectors.errors import CollectorError
from collectors.github.collect import check_credentials
from collectors.github.session import CredentialsUnusableError, GitHubCollectSettings
from tests.collectors.github_live.conftest import Hub, app_key
from tests.collectors.github_live.running import Waits, answers, collect, coverage, errors, gaps, world
from tests.worlds.github import ORG, github

pytestmark = [pytest.mark.needs_github, pytest.mark.usefixtures("quick_writes")]


def served(files: Any = None) -> Any:
    from tests.fakes.github.organization import organization_of

    return organization_of(files or world())


def test_a_secondary_limit_waits_as_long_as_it_says(hub: Hub, tmp_path: Path) -> None:
    server, waits = hub(served()), Waits()
    server.rule("/actions/secrets", times=1, status=403, headers={"Retry-After": "17"})
    server.rule("/members", times=1, status=429)
    result = collect(tmp_path, waits=waits)
    assert result.complete
    assert result.retries == 2
    assert 17.0 in waits.slept
    assert 60.0 in waits.slept  # at least a minute where nothing says how long


def test_a_limit_that_does_not_end_is_a_gap_and_the_rest_goes_on(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.rule("/outside_collaborators", times=-1, status=429, headers={"Retry-After": "5"})
    result = collect(tmp_path)
    assert gaps(result) == {"orgs.list-outside-collaborators"}
    assert len([each for each in server.log if "outside_coll" in each.target]) == 5
    assert not result.stopped


@pytest.mark.parametrize("kind", ["cut", "garbage"])
def test_a_cut_connection_is_tried_again(hub: Hub, tmp_path: Path, kind: str) -> None:
    server = hub(served())
    server.rule("/orgs/acme/repos", kind, times=2)
    server.rule("RepositoryBranches", kind, times=1)
    result = collect(tmp_path)
    assert result.complete
    assert result.retries == 3


def test_a_server_error_waits_with_jitter(hub: Hub, tmp_path: Path) -> None:
    server, waits = hub(served()), Waits()
    server.rule("/orgs/acme/repos", times=2, status=503)
    assert collect(tmp_path, waits=waits).complete
    assert waits.slept == [1.5, 3.0]  # 2 and 4 seconds, three quarters of each


def test_a_refusal_names_what_and_why(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.rule("/repos/acme/site/actions/secrets", status=403, message="Resource not accessible by integration")
    [gap] = collect(tmp_path).gaps
    assert (gap.operation, gap.permission, gap.subject) == (
        "actions.list-repo-secrets",
        "repository secrets: read",
        "acme",
    )
    assert gap.reason == "403: 1 of 3 objects, first: Resource not accessible by integration"
    assert errors(tmp_path, "actions.list-repo-secrets") == [({"owner": ORG, "repo": "site"}, "403")]


@pytest.mark.parametrize("status", [409, 410, 422, 451])
def test_other_refusals_are_gaps_too(hub: Hub, tmp_path: Path, status: int) -> None:
    server = hub(served())
    server.rule("/repos/acme/site/actions/oidc", status=status, message="no")
    [gap] = collect(tmp_path).gaps
    assert gap.reason == f"{status}: 1 of 2 objects, first: no"
    assert coverage(tmp_path)[gap.operation]["outcome"] == ("denied" if status == 451 else "failed")


def test_a_token_that_ended_is_renewed_once(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.rule("/orgs/acme/hooks", status=401, message="Bad credentials")
    result = collect(tmp_path)
    assert result.complete
    assert server.state.tokens == 2


def test_a_token_is_renewed_before_its_hour_ends(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.state.lifetime = 200  # less than what is kept in hand
    assert collect(tmp_path).complete
    assert server.state.tokens > 5
    assert not [each for each in server.log if each.status == 401]


def test_an_app_that_was_removed_meanwhile(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.rule("/orgs/acme/hooks", status=401, times=-1, message="Bad credentials")
    server.rule("access_tokens", skip=1, times=-1, status=404, message="Integration not found")
    result = collect(tmp_path)
    assert result.stopped == (
        "not asked: the credentials ended (no token of the app's installation: 404 Integration not found)"
    )
    assert {"orgs.list-webhooks", "graphql.repository-branches", "actions.list-repo-secrets"} <= gaps(result)


def test_the_budget_waits_for_the_next_hour_within_the_time_limit(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.state.limits["core"] = 30
    waits = Waits(told=lambda seconds: server.refill() if seconds > 1_000 else None)
    result = collect(tmp_path, waits=waits, time_limit_seconds=7_200)
    assert result.complete
    assert sum(seconds > 1_000 for seconds in waits.slept) == 1
    assert not [each for each in server.log if each.status == 403]  # it knew before it asked


def test_a_used_up_budget_is_a_gap_that_says_until_when(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.state.limits["core"] = 30
    result = collect(tmp_path, finish=True)
    assert "the rate budget of REST (30 an hour) is used up until" in result.stopped
    assert "UTC; the same command goes on from there" in result.stopped
    assert all("NotAsked" in gap.reason for gap in result.gaps)
    assert len([each for each in server.log if each.status == 200 and each.operation not in ("", "graphql")]) >= 30
    server.refill()
    server.state.limits["core"] = 5_000
    again = collect(tmp_path)
    assert again.complete
    assert again.kept > 10
    collect(tmp_path / "other")
    for name in ("actions.list-repo-secrets", "repos.list-deploy-keys", "orgs.list-members"):
        assert answers(tmp_path, name) == answers(tmp_path / "other", name)


def test_what_is_important_comes_first(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.state.limits["core"] = 29
    collect(tmp_path)
    asked = [each.operation for each in server.log if each.status == 200]
    assert asked.index("repos.list-for-org") < asked.index("RepositoryBranches") < asked.index("repos.list-deploy-keys")
    assert "actions.list-self-hosted-runners-for-repo" not in asked
    assert "actions.list-environment-secrets" in asked


def test_the_budget_of_graphql_is_one_of_its_own(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.state.limits["graphql"] = 3
    result = collect(tmp_path)
    assert "the rate budget of GraphQL (3 an hour) is used up" in result.stopped
    missed = {gap.operation for gap in result.gaps}
    assert "graphql.repository-workflows" in missed
    assert "actions.list-repo-secrets" not in missed
    assert "orgs.list-webhooks" not in missed


def test_the_cost_of_a_query_is_known_before_it_is_asked() -> None:
    from collectors.github.bulk import points_of
    from collectors.github.queries import QUERIES
    from tests.fakes.github.graphql import cost_of

    for name, query in QUERIES.items():
        variables = {"ids": ["x"] * query.at_once, "first": query.at_once, "org": ORG}
        real = cost_of(query.text, variables)
        assert real <= points_of(query, query.at_once) <= real + 1, name


def test_graphql_that_is_too_much_is_asked_by_halves(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.rule("RepositoryWorkflows", times=-1, above=1, status=502, message="Something went wrong")
    result = collect(tmp_path)
    assert result.complete
    sizes = [
        len(each.body["variables"]["ids"]) for each in server.log if "RepositoryWorkflows" in each.body.get("query", "")
    ]
    assert sizes == [4, 2, 1, 1, 2, 1, 1]
    assert len(answers(tmp_path, "graphql.repository-workflows")) == 4


def test_a_timeout_inside_an_answer_is_too_much_as_well(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    told = {"data": None, "errors": [{"message": "This may be the result of a timeout, or it could be a GitHub bug."}]}
    server.rule("RepositoryWorkflows", "errors", times=1, body=told)
    assert collect(tmp_path).complete


def test_an_error_about_one_repository_is_its_gap_alone(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    node = {"nameWithOwner": "acme/x", "deployKeys": {"totalCount": 0}}
    error = {"type": "FORBIDDEN", "path": ["nodes", 1, "deployKeys"], "message": "Resource not accessible"}
    body = {"data": {"nodes": [node, None, node, node]}, "errors": [error]}
    server.rule("RepositoryDeployKeys", "errors", times=1, body=body)
    [gap] = collect(tmp_path).gaps
    assert gap.reason == "FORBIDDEN: 1 of 4 objects, first: Resource not accessible"
    assert errors(tmp_path, "graphql.repository-deploy-keys") == [({"owner": ORG, "repo": "site"}, "FORBIDDEN")]


def test_graphql_says_itself_that_the_budget_is_used_up(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    body = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
    server.rule("RepositoryBranches", "errors", times=-1, body=body)
    result = collect(tmp_path)
    assert "the rate budget of GraphQL" in result.stopped


def test_a_next_page_elsewhere_is_not_followed(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.state.page, server.state.next_links = 1, "http://127.0.0.1:9"
    result = collect(tmp_path)
    assert "repos.list-for-org" in gaps(result)
    assert next(gap.reason for gap in result.gaps if gap.operation == "repos.list-for-org").startswith("ElsewhereError")


def test_a_redirection_is_not_followed(hub: Hub, tmp_path: Path) -> None:
    server = hub(served())
    server.rule(
        "/orgs/acme/hooks", status=301, headers={"Location": "http://127.0.0.1:9/"}, message="Moved Permanently"
    )
    [gap] = collect(tmp_path).gaps
    assert (gap.operation, gap.reason) == ("orgs.list-webhooks", "301: Moved Permanently")


def test_the_time_limit(hub: Hub, tmp_path: Path) -> None:
    server, waits = hub(served()), Waits()
    server.rule("/outside_collaborators", times=-1, status=429, headers={"Retry-After": "50"})
    result = collect(tmp_path, waits=waits, time_limit_seconds=120)
    assert result.stopped == "not asked: the time limit is reached"
    assert sum(waits.slept) <= 120


def test_an_even_pace(hub: Hub, tmp_path: Path) -> None:
    hub(served())
    waits = Waits()
    result = collect(tmp_path, waits=waits, calls_a_minute=60, workers=1)
    calls = sum(sum(each.values()) for each in result.calls.values())
    assert result.complete
    assert calls - 1 <= sum(waits.slept) <= calls + 1


def test_not_all_repositories_are_shown(hub: Hub, tmp_path: Path) -> None:
    organization = served()
    organization.single["orgs.get"].update(public_repos=1, total_private_repos=9)
    hub(organization)
    [gap] = collect(tmp_path / "counts").gaps
    assert gap.reason == "NotAllShown: 4 of 10 repositories are shown"
    server = hub(served())
    server.state.selected = True
    [gap] = collect(tmp_path / "selected").gaps
    assert "installed on selected repositories" in gap.reason
    assert len(answers(tmp_path / "selected", "actions.list-repo-secrets")) == 3


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({}, "no credentials of GitHub; set GITHUB_APP_ID"),
        ({"GITHUB_APP_ID": "1"}, "GITHUB_APP_PRIVATE_KEY or GITHUB_APP_PRIVATE_KEY_PATH is not set"),
        ({"GITHUB_APP_PRIVATE_KEY": "x"}, "GITHUB_APP_ID is not set"),
        ({"GITHUB_APP_ID": "1", "GITHUB_APP_PRIVATE_KEY": "x"}, "the app's private key is no RSA key in PEM form"),
        ({"GITHUB_APP_ID": "1", "GITHUB_APP_PRIVATE_KEY_PATH": "/no/such"}, "/no/such: No such file or directory"),
        ({"GH_TOKEN": "a b"}, "GH_TOKEN or GITHUB_TOKEN: this is no token"),
        ({"GH_TOKEN": "ghp_wrong"}, "GitHub does not show the token: 401 Bad credentials"),
    ],
)
def test_no_credentials_are_one_line(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], told: str
) -> None:
    hub(served())
    for name in ("GITHUB_APP_ID", "GITHUB_APP_PRIVATE_KEY"):
        monkeypatch.delenv(name)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(CredentialsUnusableError) as caught:
        check_credentials(GitHubCollectSettings())
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "ghp_wrong" not in str(caught.value)


def test_another_key_than_the_apps_is_refused(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    server = hub(served())
    server.state.key = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    with pytest.raises(CredentialsUnusableError, match="401 A JSON web token could not be decoded"):
        check_credentials(GitHubCollectSettings())


def test_which_organization(hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tests.fakes.github.server import PERSON

    hub(served())
    assert check_credentials(GitHubCollectSettings()).account == ORG
    assert check_credentials(GitHubCollectSettings(organization="ACME")).application == "nhigraph"
    with pytest.raises(CredentialsUnusableError, match="not installed in other"):
        check_credentials(GitHubCollectSettings(organization="other"))
    pem = tmp_path / "key.pem"
    pem.write_text(app_key()[0], encoding="ascii")
    monkeypatch.delenv("GITHUB_APP_PRIVATE_KEY")
    monkeypatch.setenv("GITHUB_APP_PRIVATE_KEY_PATH", str(pem))
    assert check_credentials(GitHubCollectSettings()).account == ORG
    monkeypatch.delenv("GITHUB_APP_ID")
    monkeypatch.delenv("GITHUB_APP_PRIVATE_KEY_PATH")
    monkeypatch.setenv("GITHUB_TOKEN", PERSON)
    assert check_credentials(GitHubCollectSettings()).account == ORG
    with pytest.raises(CredentialsUnusableError, match="organization other: 404"):
        check_credentials(GitHubCollectSettings(organization="other"))


def test_a_token_of_somebody_collects_what_apps_alone_may_not(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tests.fakes.github.server import PERSON

    organization = served()
    organization.may_administer = True
    server = hub(organization)
    monkeypatch.delenv("GITHUB_APP_ID")
    monkeypatch.delenv("GITHUB_APP_PRIVATE_KEY")
    monkeypatch.setenv("GH_TOKEN", PERSON)
    assert collect(tmp_path / "owner").complete
    record = coverage(tmp_path / "owner")["orgs.list-pat-grants"]
    assert (record["outcome"], record["message"]) == ("skipped", "GitHub answers this to apps alone")
    # Nobody tells a member whether there is single sign-on: null is no answer.
    organization.may_administer = False
    assert gaps(collect(tmp_path / "member")) == {"graphql.organization-external-identities"}
    server.rule("/hooks", status=401, times=-1, message="Bad credentials")
    assert "GitHub does not accept the token" in collect(tmp_path / "ended").stopped


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://github.example.com",
        "https://u:p@github.example.com/api/v3",
        "https://x/api/v3?a=b",
        "ftp://x",
        "https://x/y",
    ],
)
def test_a_token_is_sent_over_https_alone(no_github: None, endpoint: str) -> None:
    with pytest.raises(CollectorError, match="NHI_GITHUB_ENDPOINT"):
        GitHubCollectSettings(endpoint=endpoint)


def test_where_graphql_is(no_github: None) -> None:
    assert GitHubCollectSettings().graphql == "https://api.github.com/graphql"
    server = GitHubCollectSettings(endpoint="https://github.example.com/api/v3/")
    assert (server.root, server.graphql) == (
        "https://github.example.com/api/v3",
        "https://github.example.com/api/graphql",
    )
    assert GitHubCollectSettings(endpoint="https://api.acme.ghe.com").graphql == "https://api.acme.ghe.com/graphql"


def test_an_organization_without_repositories(hub: Hub, tmp_path: Path) -> None:
    hub(served(github().owner("olga")))
    result = collect(tmp_path, depth="full")
    assert result.complete
    assert answers(tmp_path, "graphql.repository-branches") == []
