"""Subjects of GitHub: its edges stand where they are, and the joint counts what became of each subject."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.joints.counts import JointCount
from tests.graph.edges_github.technique_case import look, trusting
from tests.graph.joints.joined import figures
from tests.worlds.github import GitHubWorldFiles, github
from tests.worlds.names import GITHUB
from tests.worlds.view import View

ANY = "repo:acme/app:*"


def _app() -> GitHubWorldFiles:
    return github().owner("olga").repo("app")


def _count(view: View) -> JointCount:
    (found,) = [each for each in view.graph.joints if each.joint == "OIDC subject: GitHub"]
    return found


@pytest.mark.parametrize(
    ("world", "subject", "figure"),
    [
        (_app(), ANY, (1, 0, 0, 0, 0)),
        (_app().branch("main", approvals=1), "repo:acme/app:ref:refs/heads/main", (1, 0, 0, 0, 0)),
        (_app().branch("main", asked=False), "repo:acme/app:ref:refs/heads/main", (0, 1, 0, 0, 0)),
        (_app().repo("web"), "repo:acme/*", (0, 0, 1, 0, 0)),
        (_app(), "repo:acme/web:*", (0, 0, 0, 1, 0)),
        (_app(), "repo:rivals/app:*", (0, 0, 0, 0, 1)),
    ],
)
def test_what_became_of_a_subject(
    tmp_path: Path, world: GitHubWorldFiles, subject: str, figure: tuple[int, ...]
) -> None:
    view = look(world, trusting(subject), tmp_path)
    assert figures(_count(view)) == figure
    words = ("matched", "unverified", "ambiguous", "impossible", "unmatched")
    node = view.graph.nodes[f"oidc://{GITHUB}/{subject}"]
    assert node.attributes["token_source"] == words[figure.index(1)]
