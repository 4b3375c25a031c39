"""One case of a GitHub technique: an organization, who asks, and what must come of it.

Input: none (types and shorthands). Output: ``Case``, ``fires``, ``silent``, ``look``, ``trusting``.
Not handled: several steps; a case is about one edge.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from collectors.evidence.reader import read_evidence
from graph.build import build_graph
from graph.kinds import State
from tests.worlds.aws import World, world
from tests.worlds.github import GitHubWorldFiles, place
from tests.worlds.names import GITHUB
from tests.worlds.statements import allow
from tests.worlds.view import View

__all__ = ["ACCOUNT", "ISSUER", "Case", "fires", "look", "role", "silent", "trusting"]

ACCOUNT = "111111111111"
ISSUER = f"oidc://{GITHUB}"


def role(name: str = "deploy") -> str:
    """Return the ARN of a role."""
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def trusting(
    *subjects: str, exact: bool = False, more: dict[str, str] | None = None, operator: str = "", name: str = "deploy",
    into: World | None = None,
) -> World:  # fmt: skip
    """Return an account whose role ``deploy`` trusts subjects of GitHub; without subjects any subject."""
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{GITHUB}"
    plain: dict[str, object] = {f"{GITHUB}:aud": "sts.amazonaws.com", **(more or {})}
    wanted: dict[str, object] = {f"{GITHUB}:sub": list(subjects)}
    condition: dict[str, dict[str, object]]
    if not subjects:
        condition = {"StringEquals": plain}
    elif exact or operator == "StringEquals":
        condition = {"StringEquals": {**plain, **wanted}}
    else:
        condition = {"StringEquals": plain, operator or "StringLike": wanted}
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    account = into or world().account(ACCOUNT).oidc()
    return account.role(name, allow("s3:*"), trusts=[statement])


@dataclass(frozen=True, slots=True)
class Case:
    """A technique in an organization."""

    technique: str
    name: str
    world: GitHubWorldFiles
    source: str
    target: str
    state: State = State.VERIFIED
    """``VOID``: the near-twin, no edge of this technique from source to target."""
    keys: frozenset[str] = frozenset()
    """Condition keys that are open, exactly these."""
    cloud: World = field(default_factory=World)
    """What trusts it."""

    def __str__(self) -> str:
        return f"{self.technique}: {self.name}".replace(" ", "-")


def fires(
    technique: str,
    name: str,
    organization: GitHubWorldFiles,
    source: str,
    target: str,
    *,
    state: State = State.VERIFIED,
    keys: set[str] | frozenset[str] = frozenset(),
    cloud: World | None = None,
) -> Case:
    """Return a case in which the technique works; open conditions make it conditional."""
    found = State.CONDITIONAL if keys and state is State.VERIFIED else state
    ends = (place(source), place(target))
    return Case(technique, name, organization, *ends, found, frozenset(keys), cloud or world())


def silent(
    technique: str,
    name: str,
    organization: GitHubWorldFiles,
    source: str,
    target: str,
    *,
    cloud: World | None = None,
) -> Case:
    """Return a near-twin in which it does not."""
    return Case(technique, name, organization, place(source), place(target), State.VOID, cloud=cloud or world())


def look(organization: GitHubWorldFiles, cloud: World, folder: Path) -> View:
    """Write the evidence, read it as the product does, and view the graph."""
    if cloud.accounts:
        cloud.build(folder)
    identity_graph, gaps = build_graph(read_evidence([organization.build(folder)]))
    return View(identity_graph, gaps)
