"""Subjects of Bitbucket's tokens: UUIDs of repository, environment and step, against what a role takes.

Written from https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.kinds import State
from tests.graph.joints.joined import figures, join
from tests.graph.joints.trusts import ROLE, trusting
from tests.worlds.pipelines import BITBUCKET, WORKSPACE, Pipelines, bitbucket, uuid

JOINT = "OIDC subject: Bitbucket"
CI = "bitbucket:ci:acme/api"
REPOSITORY, PRODUCTION = uuid("api"), uuid("env:production")
AUDIENCE = f"ari:cloud:bitbucket::workspace/{WORKSPACE.strip('{}')}"
STEP = "{11111111-2222-4333-8444-555555555555}"


def _api(**more: Any) -> Pipelines:
    return bitbucket().project("api", **more)


@pytest.mark.parametrize(
    ("world", "subject", "like", "state", "figure"),
    [
        (_api(), f"{REPOSITORY}:*", True, State.VERIFIED, (1, 0, 0, 0, 0)),
        (_api(), f"{REPOSITORY}*", True, State.VERIFIED, (1, 0, 0, 0, 0)),
        # A wildcard under StringEquals is plain text.
        (_api(), f"{REPOSITORY}:*", False, State.VOID, (0, 0, 0, 0, 0)),
        (_api(), f"{uuid('web')}:*", True, State.VOID, (0, 0, 0, 1, 0)),
        (_api(), f"{REPOSITORY.upper()}:*", True, State.VOID, (0, 0, 0, 1, 0)),
        # Deployments: who may make one was not looked at; an environment that is not there cannot be named.
        (_api().environment("api", "production"), f"{REPOSITORY}:{PRODUCTION}:*", True, State.UNVERIFIED,
         (1, 0, 0, 0, 0)),
        (_api().environment("api", "test"), f"{REPOSITORY}:{PRODUCTION}:{{*", True, State.VOID, (0, 0, 0, 1, 0)),
        (_api(), f"{REPOSITORY}:{PRODUCTION}:{{*", True, State.UNVERIFIED, (0, 1, 0, 0, 0)),
        # One step by its UUID.
        (_api(), f"{REPOSITORY}:{STEP}", False, State.UNVERIFIED, (0, 1, 0, 0, 0)),
        # UUIDs that nobody looked at.
        (bitbucket().project("api", file="pipelines: {}\n", listed=False), f"{REPOSITORY}:*", True, State.UNVERIFIED,
         (0, 1, 0, 0, 0)),
    ],
)  # fmt: skip
def test_what_pipelines_can_have(
    tmp_path: Path, world: Pipelines, subject: str, like: bool, state: State, figure: tuple[int, ...]
) -> None:
    found = join(tmp_path, aws=trusting(BITBUCKET, subject, like=like, aud=AUDIENCE), pipelines=world)
    assert found.reached(CI, ROLE) is state
    assert figures(found.count(JOINT)) == figure


def test_another_workspace_s_issuer_is_not_ours(tmp_path: Path) -> None:
    rivals = BITBUCKET.replace("acme", "rivals")
    found = join(tmp_path, aws=trusting(rivals, f"{REPOSITORY}:*", like=True, aud=AUDIENCE), pipelines=_api())
    assert found.reached(CI, ROLE) is State.VOID
    assert figures(found.count(JOINT)) == (0, 0, 0, 0, 1)


@pytest.mark.parametrize(("claim", "state"), [(REPOSITORY, State.CONDITIONAL), (uuid("web"), State.VOID)])
def test_a_claim_that_pins_the_repository(tmp_path: Path, claim: str, state: State) -> None:
    more = {"StringEquals": {"repositoryUuid": claim}}
    found = join(tmp_path, aws=trusting(BITBUCKET, "*", like=True, aud=AUDIENCE, more=more), pipelines=_api())
    assert found.reached(CI, ROLE) is state


FILE = """
pipelines:
  branches:
    main:
      - step:
          name: deploy
          oidc: OIDC
          script: [aws sts get-caller-identity]
"""


@pytest.mark.parametrize(
    ("oidc", "audience", "state"),
    [
        ("true", AUDIENCE, State.VERIFIED),
        ("false", AUDIENCE, State.VOID),
        ("true", "sts.amazonaws.com", State.VOID),
        ("{audiences: [sts.amazonaws.com]}", "sts.amazonaws.com", State.VERIFIED),
        ("{audiences: [sts.amazonaws.com]}", AUDIENCE, State.VOID),
    ],
)
def test_a_step_as_its_file_stands(tmp_path: Path, oidc: str, audience: str, state: State) -> None:
    world = _api(file=FILE.replace("OIDC", oidc))
    found = join(tmp_path, aws=trusting(BITBUCKET, f"{REPOSITORY}:*", like=True, aud=audience), pipelines=world)
    assert found.reached("bitbucket:job:acme/api#branches/main/1 deploy", ROLE) is state


def test_many_repositories_without_uuids_say_nothing(tmp_path: Path) -> None:
    world = bitbucket()
    for index in range(9):
        world = world.project(f"r{index}", file="pipelines: {}\n", listed=False)
    found = join(tmp_path, aws=trusting(BITBUCKET, f"{REPOSITORY}:*", like=True, aud=AUDIENCE), pipelines=world)
    assert found.reached("bitbucket:ci:acme/r0", ROLE) is State.VOID
    assert figures(found.count(JOINT)) == (0, 0, 0, 0, 1)
