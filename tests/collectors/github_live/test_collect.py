"""A whole collection: evidence as GitHub said it, and a build that equals the one of the evidence that is served."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collectors.evidence.reader import read_evidence
from collectors.github.graphql_evidence import SAID_BY
from collectors.github.operations import GRAPHQL, OPERATIONS
from collectors.github.to_records import to_records
from graph.edges.github import build_github_edges
from graph.kinds import State
from graph.model import Edge, Grant, IdentityGraph, Node
from tests.collectors.github_live.conftest import Hub
from tests.collectors.github_live.running import answers, collect, coverage, files, world
from tests.worlds.github import ORG, github

pytestmark = [pytest.mark.needs_github, pytest.mark.usefixtures("quick_writes")]


def served(files_: Any) -> Any:
    from tests.fakes.github.organization import organization_of

    return organization_of(files_)


def shown(node: Node) -> Node:
    """Return a node without its place, and without which operations were looked at: REST's own in files alone."""
    kept = {key: value for key, value in node.attributes.items() if key != "looked_at"}
    return replace(node, evidence="", attributes=kept)


def built(folder: Path) -> tuple[dict[str, Node], set[Edge], set[Grant]]:
    """Return nodes, edges and grants of a build, without the places that say where it was read."""
    identity_graph = IdentityGraph()
    build_github_edges(to_records(read_evidence([folder])), identity_graph)
    nodes = {node.id: shown(node) for node in identity_graph.nodes.values()}
    edges = {replace(edge, evidence="") for edge in identity_graph.edges}
    return nodes, edges, {replace(grant, evidence="") for grant in identity_graph.grants.values()}


def test_everything_is_asked_and_nothing_is_missing(hub: Hub, tmp_path: Path) -> None:
    hub(served(world()))
    result = collect(tmp_path, depth="full", audit_log_days=7)
    assert result.complete, result.gaps
    records = coverage(tmp_path)
    assert records.keys() == {*OPERATIONS, *GRAPHQL}
    skipped = {name for name, record in records.items() if record["outcome"] == "skipped"}
    assert skipped == {
        "apps.list-installations",
        "apps.list-repos-accessible-to-installation",
        "scim.list-provisioned-identities",
    }
    assert set(result.calls) == {"REST", "GraphQL"}
    assert set(result.calls["GraphQL"]) == {*GRAPHQL, "graphql.organization-external-identities"}


def test_the_build_equals_that_of_what_is_served(hub: Hub, tmp_path: Path) -> None:
    hub(served(world()))
    collect(tmp_path / "live", depth="full")
    wanted, found = built(world().build(tmp_path / "files")), built(tmp_path / "live")
    for left, right in zip(found, wanted, strict=True):
        assert left == right


@pytest.mark.parametrize("depth", ["essential", "usual"])
def test_less_depth_never_adds_or_changes_a_sure_step(hub: Hub, tmp_path: Path, depth: str) -> None:
    """What was not asked may make a step unverified, or leave out a thing; it never makes one up."""
    hub(served(world()))
    assert collect(tmp_path / "live", depth=depth).complete
    _, wanted, _ = built(world().build(tmp_path / "files"))
    _, found, _ = built(tmp_path / "live")
    assert {edge for edge in found - wanted if edge.state is not State.UNVERIFIED} == set()


def test_graphql_is_evidence_in_the_vendors_words(hub: Hub, tmp_path: Path) -> None:
    hub(served(world()))
    collect(tmp_path)
    about = {request["repo"]: body for request, body in answers(tmp_path, "graphql.repository-branch-protection")}
    assert about.keys() == {"app", "site", "notes", "old"}
    rule = next(each for each in about["app"]["branchProtectionRules"]["nodes"] if each["pattern"] == "main")
    assert rule["requiredApprovingReviewCount"] == 2
    assert rule["bypassPullRequestAllowances"]["nodes"] == [{"actor": {"__typename": "User", "login": "bob"}}]
    records = coverage(tmp_path)
    for name in ("repos.list-collaborators", "repos.list-branches", "teams.list"):
        assert (records[name]["outcome"], records[name].get("calls", 0)) == ("ok", 0)
        assert SAID_BY[name][0] in records[name]["extra"]["note"]


def test_places_lead_into_the_evidence(hub: Hub, tmp_path: Path) -> None:
    hub(served(world()))
    collect(tmp_path)
    [found] = to_records(read_evidence([tmp_path])).organizations
    app = next(each for each in found.repositories if each.full_name == "acme/app")
    person = next(each for each in app.collaborators if each.login == "dave")
    text = (tmp_path / person.ref.file).read_text(encoding="utf-8").splitlines()
    body: Any = [json.loads(line) for line in text]
    for step in person.ref.pointer.split("/")[1:]:
        body = body[int(step)] if isinstance(body, list) else body[step]
    assert body["node"]["login"] == "dave"


def test_only_reading_is_ever_sent(hub: Hub, tmp_path: Path) -> None:
    server = hub(served(world()))
    collect(tmp_path, depth="full", audit_log_days=7)
    assert {each.method for each in server.log} == {"GET", "POST"}
    posted = {each.target for each in server.log if each.method == "POST"}
    assert posted == {"/graphql", "/app/installations/99/access_tokens"}
    queries = [each.body["query"] for each in server.log if each.target == "/graphql"]
    assert queries
    assert all(query.startswith("query ") and "mutation" not in query for query in queries)


def test_no_token_and_no_key_is_written_or_told(hub: Hub, tmp_path: Path) -> None:
    server = hub(served(world()))
    told: list[str] = []
    collect(tmp_path, progress=told.append)
    tokens = {each.headers["authorization"].removeprefix("Bearer ") for each in server.log}
    assert any(token.startswith("ghs_") for token in tokens)
    text = "\n".join(told) + "".join(body.decode() for body in files(tmp_path).values())
    assert not [token for token in tokens if token in text]
    assert "PRIVATE KEY" not in text


def test_requests_name_the_version_and_the_token_stays_in_its_header(hub: Hub, tmp_path: Path) -> None:
    server = hub(served(world()))
    collect(tmp_path)
    assert {each.headers["x-github-api-version"] for each in server.log} == {"2022-11-28"}
    assert not [each for each in server.log if "ghs_" in each.target or "ghs_" in json.dumps(each.body)]


def test_of_a_webhook_only_the_host_is_kept(hub: Hub, tmp_path: Path) -> None:
    """Paths, queries and users of their addresses often are secrets."""
    hub(served(world()))
    collect(tmp_path, depth="full")
    text = "".join(body.decode() for body in files(tmp_path).values())
    for secret in ("pa55", "s3cr3t", "key=abc", "********"):
        assert secret not in text
    [found] = to_records(read_evidence([tmp_path])).organizations
    assert [(each.host, each.repository, each.events, each.insecure) for each in found.webhooks] == [
        ("https://hooks.example.com", "", ("push",), True),
        ("https://hooks.example.com", "acme/app", ("release",), True),
    ]
    nodes, _, _ = built(tmp_path)
    told = "https://hooks.example.com: {} (certificate not checked)"
    assert nodes["github:org:acme"].attributes["webhooks"] == [told.format("push")]
    assert nodes["github:repo:acme/app"].attributes["webhooks"] == [told.format("release")]
    assert "webhooks" not in nodes["github:repo:acme/site"].attributes


def test_a_secret_in_a_workflow_file_is_taken_out_before_it_is_written(hub: Hub, tmp_path: Path) -> None:
    token = "ghp_" + "Ab1" * 12
    files_ = (
        github()
        .repo("app")
        .branch("main", protected=False)
        .workflow("ci.yml", f"on: push\nenv:\n  T: {token}\njobs: {{}}\n")
    )
    hub(served(files_))
    collect(tmp_path)
    text = "".join(body.decode() for body in files(tmp_path).values())
    assert token not in text
    assert "<redacted:github_token" in text
    assert json.loads((tmp_path / "manifest.json").read_bytes())["redactions"] == {"github_token": 1}


def test_of_variables_only_public_ids_are_written(hub: Hub, tmp_path: Path) -> None:
    client = "00000003-0000-4000-8000-000000000000"
    files_ = world()
    files_._merge("actions.list-repo-variables", [{"name": "AZURE_CLIENT_ID", "value": client}], owner=ORG, repo="app")
    hub(served(files_))
    collect(tmp_path, depth="full")
    [(_, body)] = [pair for pair in answers(tmp_path, "actions.list-repo-variables") if pair[0]["repo"] == "app"]
    assert body["variables"] == [{"name": "LEVEL"}, {"name": "AZURE_CLIENT_ID", "value": client}]
    assert answers(tmp_path, "actions.list-org-variables")[0][1]["variables"] == [{"name": "REGION"}]


def test_a_repository_that_was_not_asked_is_not_one_without_secrets(hub: Hub, tmp_path: Path) -> None:
    hub(served(world()))
    collect(tmp_path / "essential", depth="essential")
    [gap] = to_records(read_evidence([tmp_path / "essential"])).gaps
    assert (gap.operation, gap.reason) == (
        "actions.list-repo-secrets",
        "not asked of 1 repositories, first: acme/notes",
    )
    collect(tmp_path / "usual")
    assert to_records(read_evidence([tmp_path / "usual"])).gaps == ()


@pytest.mark.parametrize(
    ("depth", "secrets", "subjects"),
    [
        ("essential", {"app", "site"}, {"app"}),
        ("usual", {"app", "site", "notes"}, {"app", "site"}),
        ("full", {"app", "site", "notes"}, {"app", "site", "notes"}),
    ],
)
def test_what_depth_asks_of_each_repository(
    hub: Hub, tmp_path: Path, depth: str, secrets: set[str], subjects: set[str]
) -> None:
    """Never of archived ones: nothing runs there. Without workflow files a secret still counts, but later."""
    hub(served(world()))
    collect(tmp_path, depth=depth)
    assert {request["repo"] for request, _ in answers(tmp_path, "actions.list-repo-secrets")} == secrets
    asked = answers(tmp_path, "actions.get-custom-oidc-sub-claim-for-repo")
    assert {request["repo"] for request, _ in asked} == subjects
    assert asked[0][0]["repo"] == "app"
    note = coverage(tmp_path)["actions.list-repo-secrets"]["extra"]["note"]
    assert note == f"asked of {len(secrets)} of 4 repositories"


def test_keys_and_environments_are_asked_for_where_there_are_some(hub: Hub, tmp_path: Path) -> None:
    hub(served(world()))
    collect(tmp_path)
    assert {request["repo"] for request, _ in answers(tmp_path, "repos.list-deploy-keys")} == {"app", "old"}
    assert {request["repo"] for request, _ in answers(tmp_path, "repos.get-all-environments")} == {"app"}
    policies = [
        request["environment_name"] for request, _ in answers(tmp_path, "repos.list-deployment-branch-policies")
    ]
    assert policies == ["prod"]


def test_settings_of_the_organization_save_calls(hub: Hub, tmp_path: Path) -> None:
    files_ = world()
    files_.single("actions.get-self-hosted-runners-permissions-organization", enabled_repositories="none")
    files_.single("actions.get-github-actions-permissions-organization", enabled_repositories="selected")
    files_._list("actions.list-selected-repositories-enabled-github-actions-organization", full_name=f"{ORG}/app", id=1)
    hub(served(files_))
    assert collect(tmp_path).complete
    assert answers(tmp_path, "actions.list-self-hosted-runners-for-repo") == []
    assert {request["repo"] for request, _ in answers(tmp_path, "actions.list-repo-secrets")} == {"app"}
    [found] = to_records(read_evidence([tmp_path])).organizations
    enabled = {each.full_name: each.actions_enabled for each in found.repositories}
    assert enabled == {"acme/app": True, "acme/site": False, "acme/notes": False, "acme/old": False}


def test_a_repository_may_turn_tokens_up_only_where_the_organization_lets_it(hub: Hub, tmp_path: Path) -> None:
    name = "actions.get-github-actions-default-workflow-permissions-repository"
    hub(served(world()))
    collect(tmp_path / "read")
    assert answers(tmp_path / "read", name) == []
    writing = world().single(
        "actions.get-github-actions-default-workflow-permissions-organization", default_workflow_permissions="write"
    )
    approving = world().single(
        "actions.get-github-actions-default-workflow-permissions-organization",
        default_workflow_permissions="read",
        can_approve_pull_request_reviews=True,
    )
    for title, files_ in (("write", writing), ("approve", approving)):
        hub(served(files_))
        collect(tmp_path / title)
        assert {request["repo"] for request, _ in answers(tmp_path / title, name)} == {"app", "site"}


def test_without_enterprise_cloud_three_things_are_left_out(hub: Hub, tmp_path: Path) -> None:
    organization = served(world())
    organization.single["orgs.get"]["plan"] = {"name": "team"}
    hub(organization)
    assert collect(tmp_path, audit_log_days=7).complete
    names = ("orgs.list-saml-sso-authorizations", "graphql.organization-external-identities", "orgs.get-audit-log")
    for name in names:
        record = coverage(tmp_path)[name]
        assert (record["outcome"], record["message"]) == (
            "skipped",
            "Enterprise Cloud alone has this; the plan is team",
        )


def test_external_identities(hub: Hub, tmp_path: Path) -> None:
    organization = served(world())
    organization.identities = [
        {
            "id": str(number),
            "guid": f"g{number}",
            "samlIdentity": {"nameId": f"p{number}@example.com"},
            "scimIdentity": None if number else {"username": "p0"},
            "user": {"__typename": "User", "login": f"u{number}"} if number else None,
        }
        for number in range(120)
    ]
    organization.lists["orgs.list-saml-sso-authorizations", ""] = [{"login": "bob", "credential_id": 5}]
    hub(organization)
    assert collect(tmp_path).complete
    found = json.loads((tmp_path / "github" / ORG / "graphql.organization-external-identities.json").read_bytes())
    assert len(found) == 120
    assert found[0] == {
        "guid": "g0",
        "samlIdentity": {"nameId": "p0@example.com"},
        "scimIdentity": {"username": "p0"},
        "user": None,
    }
    assert found[1]["user"] == {"login": "u1"}
    assert answers(tmp_path, "orgs.list-saml-sso-authorizations")[0][1] == [{"login": "bob", "credential_id": 5}]


def test_without_single_sign_on_nothing_was_authorized_for_it(hub: Hub, tmp_path: Path) -> None:
    server = hub(served(world()))
    assert collect(tmp_path).complete
    assert not [each for each in server.log if "credential-authorizations" in each.target]
    path = tmp_path / "github" / ORG / "graphql.organization-external-identities.json"
    assert json.loads(path.read_bytes()) == []


def test_a_branch_under_a_ruleset_of_which_nobody_can_tell(hub: Hub, tmp_path: Path) -> None:
    """Rules of the default branch are shown; for others only what is for all of them, or for none, is known."""
    condition = {"refName": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    ruleset = {"id": "1", "name": "r", "enforcement": "ACTIVE", "target": "BRANCH", "conditions": condition}
    files_ = github().repo("app").branch("main", protected=False).branch("topic", protected=False)
    files_.rules("main", {"type": "pull_request", "parameters": {"required_approving_review_count": 1}})
    organization = served(files_)
    repository = next(iter(organization.repositories.values()))
    found = {}
    for name, include in (("default", ["~DEFAULT_BRANCH"]), ("some", ["refs/heads/t*"]), ("all", ["~ALL"])):
        changed = {**ruleset, "conditions": {"refName": {"include": include, "exclude": []}}}
        repository["rulesets"] = [changed]
        hub(organization)
        collect(tmp_path / name)
        [records] = to_records(read_evidence([tmp_path / name])).organizations
        found[name] = {each.name: (each.protected, each.known) for each in records.repositories[0].branches}
    assert found["default"] == {"main": (True, True), "topic": (False, True)}
    assert found["some"] == {"main": (True, True), "topic": (None, False)}
    assert found["all"]["topic"][0] is True


def test_records_are_equal_but_for_their_places(hub: Hub, tmp_path: Path) -> None:
    hub(served(world()))
    collect(tmp_path / "live", depth="full")
    [live] = to_records(read_evidence([tmp_path / "live"])).organizations
    [kept] = to_records(read_evidence([world().build(tmp_path / "files")])).organizations
    for name in ("users", "teams", "secrets", "runners", "installations", "tokens", "webhooks"):
        left = [replace(each, ref=kept.organization.ref) for each in getattr(live, name)]
        right = [replace(each, ref=kept.organization.ref) for each in getattr(kept, name)]
        assert left == right, name
