"""Secrets of Actions as the rules see them: who uses one, how many read it, what it holds as far as is known.

Input: ``RuleContext``. Output: ``Secret`` rows, made once; names of cloud keys; identities behind a secret.
Handled: secrets of organizations, repositories and environments; credentials that joints found in them.
Not handled: values, which nothing reads; workflow files of other branches than the default one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from analytics.rules._context import RuleContext
from analytics.rules._github import github_estate, repository_of, sleeps
from analytics.rules._github_jobs import Job, jobs
from graph.evaluate.github.workflows import CALLED
from graph.kinds import Category, EdgeKind, NodeKind, State, category_of
from graph.model import Node

__all__ = ["Secret", "cloud_of", "doubt_of_use", "held_by", "readers", "secrets"]

_NAMES = (
    ("AWS", r"AWS_SECRET_ACCESS_KEY|AWS_SECRET_KEY|AWS_ACCESS_KEY_SECRET"),
    ("Azure", r"AZURE_CLIENT_SECRET|AZURE_CREDENTIALS|ARM_CLIENT_SECRET|AZURE_SP_PASSWORD|AZURE_SERVICE_PRINCIPAL_KEY"),
    (
        "Google Cloud",
        r"GOOGLE_CREDENTIALS|GOOGLE_APPLICATION_CREDENTIALS(?:_JSON)?|GCP_SA_KEY|GCP_CREDENTIALS|GCP_SERVICE_ACCOUNT_KEY",
    ),
)
_PATTERNS = tuple((cloud, re.compile(rf"(?:^|_)(?:{names})(?:_|$)")) for cloud, names in _NAMES)


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret of Actions."""

    node: Node
    users: tuple[str, ...]
    """Node ids of jobs that are given it."""

    @property
    def of_organization(self) -> bool:
        """Return whether it is the organization's."""
        return not repository_of(self.node.id)

    @property
    def environment(self) -> str:
        """Return the environment that it is of, or ``""``."""
        return str(self.node.attributes.get("environment", ""))

    @property
    def holder(self) -> str:
        """Return whose it is, in words."""
        whose = repository_of(self.node.id) or self.node.scope
        return f"environment {self.environment} of {whose}" if self.environment else whose


def secrets(context: RuleContext) -> tuple[Secret, ...]:
    """Return every secret of Actions, by node id."""

    def make() -> tuple[Secret, ...]:
        users: defaultdict[str, list[str]] = defaultdict(list)
        for job in jobs(context).values():
            for secret in job.secrets:
                users[secret].append(job.node.id)
        return tuple(
            Secret(node, tuple(sorted(users.get(node.id, ())))) for node in context.nodes(NodeKind.GITHUB_SECRET)
        )

    return context.shared("github secrets", make)


def cloud_of(name: str) -> str:
    """Return the cloud whose static key a secret or variable of this name holds; ``""`` for none.

    An id alone (``AWS_ACCESS_KEY_ID``, ``AZURE_CLIENT_ID``) is no secret.
    """
    return next((cloud for cloud, pattern in _PATTERNS if pattern.search(name.upper())), "")


def held_by(context: RuleContext, secret: Secret) -> tuple[str, ...]:
    """Return the identities of other systems whose credential a secret holds, as joints found them; no guesses."""

    def make() -> Mapping[str, tuple[str, ...]]:
        snapshot, arrays = context.snapshot, context.snapshot.arrays
        onward: dict[int, list[int]] = {}
        code = snapshot.edge_kind_code(EdgeKind.AUTHENTICATES_AS)
        for edge in np.flatnonzero((arrays.edge_kind == code) & (context.levels >= State.CONDITIONAL)).tolist():
            onward.setdefault(int(arrays.edge_source[edge]), []).append(int(arrays.indices[edge]))
        found: dict[str, tuple[str, ...]] = {}
        for number in snapshot.nodes_of_kind(NodeKind.GITHUB_SECRET).tolist():
            seen, queue = set(), list(onward.get(number, ()))
            while queue:
                here = queue.pop()
                if here not in seen:
                    seen.add(here)
                    queue += onward.get(here, ())
            ends = [snapshot.node(each) for each in sorted(seen)]
            ids = tuple(each.id for each in ends if category_of(each.kind) is Category.IDENTITY)
            if ids:
                found[snapshot.node_id(number)] = ids
        return found

    return context.shared("github secrets held", make).get(secret.node.id, ())


def readers(context: RuleContext, secret: Secret) -> int | None:
    """Return how many repositories that run workflows have an organization's secret; ``None``: not known."""

    def make() -> Mapping[str, Mapping[str, int]]:
        counts: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
        for node in context.nodes(NodeKind.GITHUB_ACTIONS_IDENTITY):
            repository = github_estate(context).repositories.get(repository_of(node.id))
            if repository is not None and not sleeps(context, node.id):
                counts[node.scope][str(repository.attributes.get("visibility", ""))] += 1
        return counts

    visibility = str(secret.node.attributes.get("visibility", ""))
    if visibility == "selected":
        known = bool(secret.node.attributes.get("selected_known"))
        return len(secret.node.attributes.get("selected") or ()) if known else None
    if visibility not in ("all", "private"):
        return None
    counts = context.shared("github repositories by visibility", make).get(secret.node.scope, {})
    return sum(count for kind, count in counts.items() if visibility == "all" or kind != "public")


def doubt_of_use(context: RuleContext, secret: Secret) -> str:
    """Return why a secret that no job was seen to use may be in use; ``""`` where nothing speaks for it."""

    def unread() -> Mapping[str, str]:
        return {
            repository_of(node.id): node.name
            for node in context.nodes(NodeKind.GITHUB_WORKFLOW)
            if node.attributes.get("problem") and node.attributes.get("problem") != "has no jobs"
        }

    def of_repository() -> Mapping[str, tuple[Job, ...]]:
        rows: defaultdict[str, list[Job]] = defaultdict(list)
        for job in jobs(context).values():
            rows[job.repository].append(job)
        return {name: tuple(found) for name, found in rows.items()}

    files, repository = context.shared("github unread workflows", unread), repository_of(secret.node.id)
    if secret.of_organization:
        mine = next((name for full, name in files.items() if full.startswith(f"{secret.node.scope}/")), "")
    else:
        mine = files.get(repository, "")
    if mine:
        return f"{mine} could not be read."
    if secret.environment:
        for job in context.shared("github jobs by repository", of_repository).get(repository, ()):
            if job.environment == "*":
                return f"{job.node.name} names its environment by an expression."
            if CALLED.fullmatch(str(job.node.attributes.get("calls", ""))):
                return f"{job.node.name} calls a workflow elsewhere, whose jobs may be of this environment."
    return ""
