"""Who reads variables of pipelines, and the nodes around them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collectors.evidence.reader import read_evidence
from graph.build import build_graph
from graph.kinds import Category, EdgeKind, NodeKind, State
from tests.worlds.pipelines import Pipelines, bitbucket, gitlab
from tests.worlds.view import View

CI = "gitlab:ci:acme/api"
KEY = "gitlab:variable:acme/api:API_TOKEN"


def _view(folder: Path, world: Pipelines) -> View:
    identity_graph, gaps = build_graph(read_evidence([world.build(folder)]))
    return View(identity_graph, gaps)


@pytest.mark.parametrize(
    ("more", "node", "state"),
    [
        ({}, KEY, State.VERIFIED),
        ({"protected": True}, KEY, State.CONDITIONAL),
        ({"environment_scope": "prod"}, "gitlab:variable:acme/api:prod:API_TOKEN", State.UNVERIFIED),
    ],
)
def test_whoever_pushes_reads_a_project_s_variables(
    tmp_path: Path, more: dict[str, Any], node: str, state: State
) -> None:
    view = _view(tmp_path, gitlab().project("api").project("web").variable("api", "API_TOKEN", **more))
    assert view.state(CI, node, kind=EdgeKind.CAN_ACCESS) is state
    assert view.state("gitlab:ci:acme/web", node) is State.VOID
    assert view.graph.nodes[node].name == "API_TOKEN"
    assert view.graph.nodes[node].category is Category.SECRET


def test_variables_of_a_group_reach_its_projects_and_no_others(tmp_path: Path) -> None:
    world = gitlab().project("team/api").project("web")
    world = world.line("groups.variables", {"id": "acme/team"}, [{"key": "T", "environment_scope": "*"}])
    view = _view(tmp_path, world)
    assert view.state("gitlab:ci:acme/team/api", "gitlab:variable:acme/team:T") is State.VERIFIED
    assert view.state("gitlab:ci:acme/web", "gitlab:variable:acme/team:T") is State.VOID


JOB = "job:\n  environment: prod\n  script: ['deploy $API_TOKEN']\n"


@pytest.mark.parametrize(
    ("scope", "file", "state"),
    [
        ("*", JOB, State.VERIFIED),
        ("prod", JOB, State.VERIFIED),
        ("pr*", JOB, State.VERIFIED),
        ("test", JOB, State.VOID),
        ("*", JOB.replace("API_TOKEN", "OTHER"), State.VOID),
        ("prod", JOB.replace("environment: prod", "environment: $WHERE"), State.UNVERIFIED),
        ("prod", JOB.replace("  environment: prod\n", ""), State.VOID),
    ],
)
def test_the_job_that_uses_one(tmp_path: Path, scope: str, file: str, state: State) -> None:
    world = gitlab().project("api", file=file).variable("api", "API_TOKEN", environment_scope=scope)
    place = "" if scope == "*" else f"{scope}:"
    view = _view(tmp_path, world)
    assert view.state("gitlab:job:acme/api#job", f"gitlab:variable:acme/api:{place}API_TOKEN") is state


def test_variables_that_nobody_looked_at_and_a_file_names(tmp_path: Path) -> None:
    file = "job:\n  script: ['aws s3 ls $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $REGION $CI_JOB_TOKEN']\n"
    view = _view(tmp_path, gitlab().project("api", file=file, listed=False))
    found = [n for n in view.graph.nodes.values() if n.kind is NodeKind.CI_VARIABLE]
    assert {each.name for each in found} == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    assert not any(each.collected for each in found)
    assert view.state(CI, "gitlab:variable:acme/api:AWS_ACCESS_KEY_ID") is State.UNVERIFIED
    looked = gitlab().project("api", file=file).variable("api", "OTHER")
    kinds = [n.name for n in _view(tmp_path / "looked", looked).graph.nodes.values() if n.kind is NodeKind.CI_VARIABLE]
    assert kinds == ["OTHER"]


def test_one_identity_a_project_and_none_where_no_pipelines_run(tmp_path: Path) -> None:
    world = gitlab().project("api").project("old", archived=True).project("off", builds_access_level="disabled")
    view = _view(tmp_path, world)
    assert {n.id for n in view.graph.nodes.values() if n.kind is NodeKind.CI_IDENTITY} == {CI}
    assert view.state("gitlab:project:acme/api", CI, kind=EdgeKind.RUNS_AS) is State.VERIFIED


def test_what_comes_from_elsewhere_unpinned_is_told(tmp_path: Path) -> None:
    file = "include: [{remote: 'https://x.example/a.yml'}, {template: Docker.gitlab-ci.yml}]\njob: {script: [x]}\n"
    view = _view(tmp_path, gitlab().project("api", file=file))
    assert view.graph.nodes[CI].attributes["unpinned"] == ["remote https://x.example/a.yml"]


def test_deployment_variables_of_bitbucket(tmp_path: Path) -> None:
    world = bitbucket().project("api").environment("api", "production")
    world = world.line(
        "repositories.pipelines_config.variables", {"repo_slug": "api"}, {"values": [{"key": "K", "secured": True}]}
    )
    view = _view(tmp_path, world)
    assert view.state("bitbucket:ci:acme/api", "bitbucket:variable:acme/api:K") is State.VERIFIED
    place = "bitbucket:environment:acme/api:production"
    assert view.state("bitbucket:ci:acme/api", place, kind=EdgeKind.CAN_TAKE_OVER) is State.UNVERIFIED
