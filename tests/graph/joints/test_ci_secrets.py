"""Actions secrets lead to the credential that they hold: by ids beside them, by time and by name, strongest first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graph.joints.ci_secrets import join_ci_secrets
from graph.joints.credentials import Credentials
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph, Node
from tests.graph.edges_aws.technique_case import A, here
from tests.graph.joints.joined import Joined, figures, join
from tests.worlds.aws import World
from tests.worlds.entra import TENANT, EntraWorldFiles, app_id, entra, node, oid, secret
from tests.worlds.github import ORG, GitHubWorldFiles, github, place
from tests.worlds.pipelines import Pipelines, gitlab

JOINT = "Actions"
MADE = "2025-01-01T00:00:00Z"
"""When keys of the AWS world and client secrets of the tenant were made."""
SOON, LATER = "2025-01-01T00:20:00Z", "2025-03-01T00:00:00Z"
APP = app_id("hr-provisioning")
ONE, TWO = State.VERIFIED, State.UNVERIFIED
KEY_SECRET, CLIENT_SECRET = place("secret:app:AWS_SECRET_ACCESS_KEY"), place("secret:app:AZURE_CLIENT_SECRET")
CERTIFICATE = {
    "keyId": oid("key:x"),
    "usage": "Verify",
    "type": "AsymmetricX509Cert",
    "startDateTime": MADE,
    "endDateTime": "2028-01-01T00:00:00Z",
}


def account(*users: str) -> World:
    """Return an account with a key for each user."""
    world = here()
    for user in users or ("ci",):
        world.user(user, keys=1)
    return world


def key(user: str = "ci", world: World | None = None) -> str:
    """Return the id of a user's key."""
    return str(next(each["AccessKeyId"] for each in (world or account(user)).here._keys_of(user)))


def password(app: str = "hr-provisioning", name: str = "one") -> str:
    """Return the node of a client secret of an application's registration."""
    return f"entra:password:{oid(f'app:{app}')}:{secret(name)['keyId']}"


def tenant(*apps: str) -> EntraWorldFiles:
    """Return a tenant with applications that have a secret each."""
    people = entra()
    for number, app in enumerate(apps or ("hr-provisioning",)):
        people.app(app, secrets=[secret("one" if not number else app)])
    return people


def held(world: GitHubWorldFiles, node: str, folder: Path, *users: str, apps: tuple[str, ...] = ()) -> dict[str, State]:
    """Return what a secret holds where the account and the tenant were collected."""
    return join(folder, aws=account(*users), entra=tenant(*apps), github=world).held(node)


def step(**given: str) -> str:
    """Return a workflow whose only job gives something to an action."""
    lines = [f"          {name}: {json.dumps(value)}" for name, value in given.items()]
    head = "on: push\njobs:\n  x:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: acme/login@v1\n        with:\n"
    return head + "\n".join(lines)


def aws_secret(updated: str = LATER) -> GitHubWorldFiles:
    """Return a repository with the secret half of a key."""
    return github().repo("app").secret("AWS_SECRET_ACCESS_KEY", updated=updated)


def azure_secret(updated: str = LATER, name: str = "AZURE_CLIENT_SECRET") -> GitHubWorldFiles:
    """Return a repository with a client secret."""
    return github().repo("app").secret(name, updated=updated)


KEY_GIVEN = {"aws-access-key-id": key(), "aws-secret-access-key": "${{ secrets.AWS_SECRET_ACCESS_KEY }}"}


@pytest.mark.parametrize(
    "world",
    [
        aws_secret().variable("AWS_ACCESS_KEY_ID", key()),
        aws_secret().variable("AWS_ACCESS_KEY_ID", key(), organization=True),
        aws_secret().variable("AWS_ACCESS_KEY_ID", key(), organization=True, visibility="private"),
        aws_secret().variable("AWS_ACCESS_KEY_ID", key(), environment="prod"),
        aws_secret().environment("prod").variable("AWS_ACCESS_KEY_ID", key(), environment="prod"),
        aws_secret().workflow("ci.yml", step(**KEY_GIVEN)),
        aws_secret()
        .variable("CI_ID", key())
        .workflow("ci.yml", step(**KEY_GIVEN | {"aws-access-key-id": "${{ vars.ci_id }}"})),
    ],
    ids=[
        "beside",
        "organization",
        "private",
        "environment, not listed",
        "environment",
        "workflow",
        "variable of a workflow",
    ],
)
def test_the_id_of_a_key_says_which_it_is(world: GitHubWorldFiles, tmp_path: Path) -> None:
    found = join(tmp_path, aws=account(), entra=tenant(), github=world)
    assert found.held(KEY_SECRET) == {f"aws:key:{key()}": ONE}
    assert figures(found.count(JOINT)) == (1, 0, 0, 0, 0)
    (edge,) = found.holds(KEY_SECRET)
    assert (edge.technique, edge.grants) == ("github-secret-credential", (f"aws:key:{key()}",))


@pytest.mark.parametrize(
    ("world", "count"),
    [
        (aws_secret(), (0, 0, 0, 0, 1)),
        (aws_secret().variable("DEPLOY_ACCESS_KEY_ID", key()), (0, 0, 0, 0, 1)),
        (aws_secret().variable("AWS_ACCESS_KEY_ID", "AKIAZZZZZZZZZZZZZZZZ"), (0, 0, 0, 0, 1)),
        (aws_secret().variable("AWS_ACCESS_KEY_ID", key(), organization=True, visibility="selected"), (0, 0, 0, 0, 1)),
        (aws_secret().repo("web").variable("AWS_ACCESS_KEY_ID", key()), (0, 0, 0, 0, 1)),
        (
            aws_secret().secret("AWS_ACCESS_KEY_ID").variable("AWS_ACCESS_KEY_ID", key(), organization=True),
            (0, 0, 0, 0, 1),
        ),
        (aws_secret("2024-12-30T00:00:00Z").variable("AWS_ACCESS_KEY_ID", key()), (0, 0, 0, 1, 0)),
        (
            aws_secret().workflow(
                "ci.yml", step(**{"key": key(), "aws-secret-access-key": "${{ secrets.AWS_SECRET_ACCESS_KEY }}"})
            ),
            (0, 0, 0, 0, 1),
        ),
        (
            aws_secret().workflow("ci.yml", step(**{"aws-access-key-id": key(), "token": "${{ secrets.OTHER }}"})),
            (0, 0, 0, 0, 1),
        ),
    ],
    ids=[
        "alone",
        "other prefix",
        "unknown key",
        "for other repositories",
        "of another repository",
        "the nearer id is a secret",
        "made later",
        "no name of an id",
        "not in that step",
    ],
)
def test_what_does_not_belong_together_is_no_pair(
    world: GitHubWorldFiles, count: tuple[int, ...], tmp_path: Path
) -> None:
    found = join(tmp_path, aws=account(), entra=tenant(), github=world)
    assert found.holds(KEY_SECRET) == []
    assert figures(found.count(JOINT)) == count


def test_a_variable_that_a_public_repository_does_not_get(tmp_path: Path) -> None:
    world = github().repo("app", visibility="public").secret("AWS_SECRET_ACCESS_KEY", updated=LATER)
    world.variable("AWS_ACCESS_KEY_ID", key(), organization=True, visibility="private")
    assert held(world, KEY_SECRET, tmp_path) == {}


def test_the_nearest_place_decides(tmp_path: Path) -> None:
    world = github().repo("app").environment("prod").secret("AWS_SECRET_ACCESS_KEY", environment="prod", updated=LATER)
    users = account("ci", "bob")
    world.variable("AWS_ACCESS_KEY_ID", key("ci", users), environment="prod")
    world.variable("AWS_ACCESS_KEY_ID", key("bob", users))
    inside = place("secret:app:prod:AWS_SECRET_ACCESS_KEY")
    assert join(tmp_path, aws=users, github=world).held(inside) == {f"aws:key:{key('ci', users)}": ONE}


def test_ids_of_two_environments_are_alternatives(tmp_path: Path) -> None:
    users = account("ci", "bob")
    world = aws_secret().environment("prod").environment("test")
    world.variable("AWS_ACCESS_KEY_ID", key("ci", users), environment="prod")
    world.variable("AWS_ACCESS_KEY_ID", key("bob", users), environment="test")
    found = join(tmp_path, aws=users, github=world)
    assert found.held(KEY_SECRET) == {f"aws:key:{key(user, users)}": TWO for user in ("ci", "bob")}
    assert figures(found.count(JOINT)) == (0, 0, 1, 0, 0)


def test_an_organizations_secret_stands_beside_the_organizations_id(tmp_path: Path) -> None:
    world = github().repo("app").org_secret("AWS_SECRET_ACCESS_KEY", updated=LATER)
    secret_ = f"github:secret:{ORG}:AWS_SECRET_ACCESS_KEY"
    assert held(world.variable("AWS_ACCESS_KEY_ID", key()), secret_, tmp_path / "repository") == {}
    world.variable("AWS_ACCESS_KEY_ID", key(), organization=True)
    assert held(world, secret_, tmp_path / "organization") == {f"aws:key:{key()}": ONE}


def test_what_a_workflow_passes_comes_before_what_stands_beside(tmp_path: Path) -> None:
    users = account("ci", "bob")
    world = aws_secret().variable("AWS_ACCESS_KEY_ID", key("bob", users))
    given = {"aws-access-key-id": key("ci", users), "aws-secret-access-key": "${{ secrets['AWS_SECRET_ACCESS_KEY'] }}"}
    found = join(tmp_path, aws=users, github=world.workflow("ci.yml", step(**given)))
    assert found.held(KEY_SECRET) == {f"aws:key:{key('ci', users)}": ONE}


@pytest.mark.parametrize(
    "world",
    [
        azure_secret().variable("AZURE_CLIENT_ID", APP),
        azure_secret().variable("AZURE_CLIENT_ID", APP.upper()).variable("AZURE_TENANT_ID", TENANT),
        azure_secret().workflow(
            "ci.yml", step(**{"client-id": APP, "client-secret": "${{ secrets.AZURE_CLIENT_SECRET }}"})
        ),
        azure_secret().workflow(
            "ci.yml",
            step(creds='{"clientId":"' + APP + '","clientSecret":"${{ secrets.AZURE_CLIENT_SECRET }}","tenantId":"x"}'),
        ),
        azure_secret().workflow(
            "ci.yml",
            f"on: push\nenv: {{ARM_CLIENT_ID: {APP}}}\njobs:\n  x:\n    runs-on: ubuntu-latest\n    env:\n"
            "      ARM_CLIENT_SECRET: ${{ secrets.AZURE_CLIENT_SECRET }}\n    steps:\n      - run: terraform apply\n",
        ),
        azure_secret().workflow(
            "ci.yml",
            f"on: push\njobs:\n  x:\n    uses: acme/flows/.github/workflows/a.yml@v1\n    with: {{client-id: {APP}}}\n"
            "    secrets: {client-secret: '${{ secrets.AZURE_CLIENT_SECRET }}'}\n",
        ),
    ],
    ids=["beside", "with its tenant", "workflow", "JSON", "environment of a job", "called workflow"],
)
def test_the_id_of_an_application_says_whose_secret_it_is(world: GitHubWorldFiles, tmp_path: Path) -> None:
    found = join(tmp_path, aws=account(), entra=tenant(), github=world)
    assert found.held(CLIENT_SECRET) == {password(): ONE}
    assert figures(found.count(JOINT)) == (1, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("world", "people", "count"),
    [
        (azure_secret().variable("AZURE_CLIENT_ID", app_id("other")), tenant(), (0, 0, 0, 0, 1)),
        (
            azure_secret().variable("AZURE_CLIENT_ID", APP).variable("AZURE_TENANT_ID", oid("elsewhere")),
            tenant(),
            (0, 0, 0, 1, 0),
        ),
        (
            azure_secret("2026-02-01T00:00:00Z").variable("AZURE_CLIENT_ID", APP),
            entra().app("hr-provisioning", secrets=[secret("one", ends="2026-01-01T00:00:00Z")]),
            (0, 0, 0, 1, 0),
        ),
        (azure_secret("2024-12-01T00:00:00Z").variable("AZURE_CLIENT_ID", APP), tenant(), (0, 0, 0, 1, 0)),
        (
            azure_secret().variable("AZURE_CLIENT_ID", APP),
            entra().app("hr-provisioning", keys=[CERTIFICATE]),
            (0, 0, 0, 1, 0),
        ),
    ],
    ids=["unknown application", "other tenant", "ended before", "begins later", "a certificate"],
)
def test_what_rules_an_application_out(
    world: GitHubWorldFiles, people: EntraWorldFiles, count: tuple[int, ...], tmp_path: Path
) -> None:
    found = join(tmp_path, aws=account(), entra=people, github=world)
    assert found.holds(CLIENT_SECRET) == []
    assert figures(found.count(JOINT)) == count


def test_an_application_of_a_tenant_that_was_not_collected_is_not_none(tmp_path: Path) -> None:
    world = azure_secret().variable("AZURE_CLIENT_ID", APP)
    found = join(tmp_path, aws=account(), github=world)
    assert found.held(CLIENT_SECRET) == {f"entra:app:{APP}": TWO}
    assert figures(found.count(JOINT)) == (0, 1, 0, 0, 0)


def test_a_key_made_just_before_the_secret_is_a_guess(tmp_path: Path) -> None:
    assert held(aws_secret(SOON), KEY_SECRET, tmp_path / "one") == {f"aws:key:{key()}": TWO}
    users = account("ci", "bob")
    both = join(tmp_path / "two", aws=users, github=aws_secret(SOON))
    assert both.held(KEY_SECRET) == {f"aws:key:{key(user, users)}": TWO for user in ("ci", "bob")}
    assert figures(both.count(JOINT)) == (0, 0, 1, 0, 0)


def test_many_keys_of_one_hour_say_nothing_of_any(tmp_path: Path) -> None:
    users = account(*(f"user{number}" for number in range(70)))
    found = join(tmp_path, aws=users, github=aws_secret(SOON))
    assert found.holds(KEY_SECRET) == []
    assert figures(found.count(JOINT)) == (0, 0, 0, 0, 1)


@pytest.mark.parametrize(
    ("name", "updated"),
    [("AWS_SECRET_ACCESS_KEY", "2025-01-01T02:00:00Z"), ("AWS_SECRET_ACCESS_KEY", "2024-12-31T23:00:00Z"),
     ("NPM_TOKEN", SOON), ("SECRET_ACCESS_KEY", SOON), ("CLIENT_SECRET", SOON), ("AWS_ACCESS_KEY_ID", SOON)],
)  # fmt: skip
def test_time_alone_says_nothing(name: str, updated: str, tmp_path: Path) -> None:
    assert held(azure_secret(updated, name), place(f"secret:app:{name}"), tmp_path) == {}


def test_what_a_job_gives_it_as_says_of_which_kind_it_is(tmp_path: Path) -> None:
    given = {"aws-access-key-id": "${{ secrets.ID }}", "aws-secret-access-key": "${{ secrets.DEPLOY }}"}
    world = azure_secret(SOON, "DEPLOY").workflow("ci.yml", step(**given))
    assert held(world, place("secret:app:DEPLOY"), tmp_path) == {f"aws:key:{key()}": TWO}


def test_credentials_of_azure_as_a_whole(tmp_path: Path) -> None:
    name, whole = "AZURE_CREDENTIALS", place("secret:app:AZURE_CREDENTIALS")
    assert held(azure_secret(LATER, name), whole, tmp_path / "nothing") == {}
    assert held(azure_secret(SOON, name), whole, tmp_path / "time") == {password(): TWO}
    beside = azure_secret(LATER, name).variable("AZURE_CLIENT_ID", APP)
    assert held(beside, whole, tmp_path / "beside") == {password(): TWO}
    used = azure_secret(SOON, "DEPLOY").workflow("ci.yml", step(creds="${{ secrets.DEPLOY }}"))
    assert held(used, place("secret:app:DEPLOY"), tmp_path / "used") == {password(): TWO}


@pytest.mark.parametrize(
    ("name", "found"),
    [("HR_PROVISIONING_CLIENT_SECRET", True), ("AZURE_CREDENTIALS_HR_PROVISIONING", True),
     ("HR_PROVISIONING_TOKEN", False), ("PROVISIONING_CLIENT_SECRET", False)],
)  # fmt: skip
def test_the_name_of_an_application_is_a_guess(name: str, found: bool, tmp_path: Path) -> None:
    expected = {password(): TWO} if found else {}
    assert held(azure_secret(LATER, name), place(f"secret:app:{name}"), tmp_path) == expected


def test_an_id_beside_it_comes_before_name_and_time(tmp_path: Path) -> None:
    world = azure_secret(SOON, "MAIL_CLIENT_SECRET").variable("MAIL_CLIENT_ID", APP)
    apps = ("hr-provisioning", "mail-relay")
    assert held(world, place("secret:app:MAIL_CLIENT_SECRET"), tmp_path, apps=apps) == {password(): ONE}


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        (f"github:{ORG}/app/DEPLOY", place("secret:app:DEPLOY")),
        (f"github:{ORG.title()}/App/deploy", place("secret:app:DEPLOY")),
        (f"github:{ORG}/app/Prod/DEPLOY", place("secret:app:prod:DEPLOY")),
        (f"github:{ORG}/DEPLOY", f"github:secret:{ORG}:DEPLOY"),
        (place("secret:app:DEPLOY"), place("secret:app:DEPLOY")),
    ],
)
def test_what_is_declared_is_a_step(stated: str, name: str, tmp_path: Path) -> None:
    world = github().org_secret("DEPLOY", updated=LATER).repo("app").environment("Prod")
    world.secret("DEPLOY", updated=LATER).secret("DEPLOY", environment="Prod", updated=LATER)
    row = {"secret": stated, "credential": key(), "identity": "", "type": "access key"}
    found = join(tmp_path, aws=account().declared("secrets", row), github=world)
    assert found.held(name) == {f"aws:key:{key()}": ONE}
    assert found.holds(name)[0].grants == (f"declared:secret:{name}:aws:key:{key()}",)
    assert found.count(JOINT).matched == 1
    assert figures(found.count("declared")) == (1, 0, 0, 0, 0)


def _halves(folder: Path, world: GitHubWorldFiles, name: str) -> dict[str, State]:
    row = {"secret": f"github:{ORG}/app/{name}", "credential": key(), "identity": "", "type": "access key id"}
    return join(folder, aws=account().declared("secrets", row), github=world).held(KEY_SECRET)


def test_what_is_declared_of_the_id_holds_for_its_other_half(tmp_path: Path) -> None:
    beside = aws_secret().secret("AWS_ACCESS_KEY_ID").secret("ID")
    assert _halves(tmp_path / "beside", beside, "AWS_ACCESS_KEY_ID") == {f"aws:key:{key()}": ONE}
    assert _halves(tmp_path / "another", beside, "ID") == {}
    passed = beside.workflow("ci.yml", step(**KEY_GIVEN | {"aws-access-key-id": "${{ secrets.ID }}"}))
    assert _halves(tmp_path / "passed", passed, "ID") == {f"aws:key:{key()}": ONE}
    assert _halves(tmp_path / "not passed", passed, "AWS_ACCESS_KEY_ID") == {}


@pytest.mark.parametrize("stated", ["DEPLOY", f"github:{ORG}/web/DEPLOY", f"github:{ORG}/app/test/DEPLOY"])
def test_what_names_no_secret_declares_nothing(stated: str, tmp_path: Path) -> None:
    world = azure_secret(LATER, "DEPLOY")
    row = {"secret": stated, "credential": key(), "identity": "", "type": "access key"}
    found = join(tmp_path, aws=account().declared("secrets", row), github=world)
    assert found.held(place("secret:app:DEPLOY")) == {}
    assert figures(found.count("declared")) == (0, 0, 0, 0, 1)


def test_a_name_that_a_secret_of_aws_has_still_means_that_one(tmp_path: Path) -> None:
    row = {"secret": "DEPLOY", "credential": key(), "identity": "", "type": "access key"}
    world = account().secret("DEPLOY").declared("secrets", row)
    found = join(tmp_path, aws=world, github=azure_secret(LATER, "DEPLOY"))
    assert found.held(A.secret("DEPLOY")) == {f"aws:key:{key()}": ONE}


def test_values_of_variables_stay_nowhere(tmp_path: Path) -> None:
    text = "Zx81-nothing-to-keep"
    world = aws_secret().variable("AWS_ACCESS_KEY_ID", key()).variable("REGION", text).variable("AZURE_CLIENT_ID", text)
    found = join(tmp_path, aws=account(), github=world.variable("SUBSCRIPTION_ID", APP))
    facts = found.facts(place("repo:app"))
    assert facts["variable_ids"] == {"AWS_ACCESS_KEY_ID": key()}
    assert set(facts["variables"]) == {"AWS_ACCESS_KEY_ID", "REGION", "AZURE_CLIENT_ID", "SUBSCRIPTION_ID"}
    assert text not in repr(found.view.graph.nodes)


def test_a_path_leads_from_a_push_to_the_tenant(tmp_path: Path) -> None:
    world = github().user("bob").repo("app").access("bob", "write").secret("AZURE_CLIENT_SECRET", updated=LATER)
    found: Joined = join(tmp_path, entra=tenant(), github=world.variable("AZURE_CLIENT_ID", APP))
    hops = {(edge.source, edge.target) for edge in found.view.graph.edges if edge.traversable}
    assert {(place("bob"), place("actions:app")), (place("actions:app"), CLIENT_SECRET), (CLIENT_SECRET, password()),
            (password(), node("sp:hr-provisioning"))} <= hops  # fmt: skip


def test_any_ci_system_that_says_where_its_secrets_are(tmp_path: Path) -> None:
    graph = join(tmp_path, aws=account()).view.graph
    known: IdentityGraph = graph
    project, variable = "gitlab:project:acme/app", "gitlab:variable:acme/app:AWS_SECRET_ACCESS_KEY"
    facts = {"variable_ids": {"AWS_ACCESS_KEY_ID": key()}}
    known.add_node(Node(project, NodeKind.OTHER_SCOPE, "acme/app", "gitlab", "acme", facts))
    known.add_node(Node(variable, NodeKind.OTHER_SECRET, "AWS_SECRET_ACCESS_KEY", "gitlab", "acme"))
    known.add_edge(Edge("gitlab:group:acme", project, EdgeKind.CONTAINS, False))
    known.add_node(Node("gitlab:group:acme", NodeKind.OTHER_SCOPE, "acme", "gitlab", "acme"))
    known.add_edge(Edge(project, variable, EdgeKind.CONTAINS, False))
    count = join_ci_secrets(known, Credentials(known), {})
    assert (count.matched, count.total) == (1, 1)
    (edge,) = [each for each in known.edges if each.source == variable]
    assert edge.target == f"aws:key:{key()}"


def test_an_organizations_secret_that_many_jobs_use_with_one_id(tmp_path: Path) -> None:
    world = github().org_secret("AWS_SECRET_ACCESS_KEY", updated=LATER)
    for name in ("app", "web", "api"):
        world.repo(name).workflow("ci.yml", step(**KEY_GIVEN))
    found = join(tmp_path, aws=account(), github=world)
    assert found.held(f"github:secret:{ORG}:AWS_SECRET_ACCESS_KEY") == {f"aws:key:{key()}": ONE}
    assert figures(found.count(JOINT)) == (1, 0, 0, 0, 0)


# Variables of GitLab, whose values its API tells ----------------------------------------------------------------------


def _gitlab(*variables: tuple[str, str, str]) -> Pipelines:
    world = gitlab().project("app")
    for name, value, scope in variables:
        world = world.variable("app", name, value, environment_scope=scope)
    return world


@pytest.mark.parametrize(
    ("scopes", "held"),
    [(("*", "*"), True), (("prod", "prod"), True), (("test", "prod"), False), (("test", "*"), False)],
)
def test_a_key_beside_its_id_in_the_variables_of_gitlab(scopes: tuple[str, str], held: bool, tmp_path: Path) -> None:
    ids, secrets = ("AWS_ACCESS_KEY_ID", key(), scopes[0]), ("AWS_SECRET_ACCESS_KEY", "x" * 40, scopes[1])
    _gitlab(ids, secrets).build(tmp_path)
    found = join(tmp_path, aws=account())
    environment = "" if scopes[1] == "*" else f"{scopes[1]}:"
    keeper = f"gitlab:variable:acme/app:{environment}AWS_SECRET_ACCESS_KEY"
    assert (found.held(keeper) == {f"aws:key:{key()}": ONE}) is held
    assert held or found.held(keeper) == {}


def test_an_application_beside_its_secret_in_the_variables_of_gitlab(tmp_path: Path) -> None:
    _gitlab(("ARM_CLIENT_ID", APP, "*"), ("ARM_CLIENT_SECRET", "y" * 40, "*")).build(tmp_path)
    found = join(tmp_path, entra=tenant())
    assert found.held("gitlab:variable:acme/app:ARM_CLIENT_SECRET") == {password(): ONE}
