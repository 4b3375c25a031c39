"""The GitHub part of a snapshot as the rules ask about it, read once for all of them.

Input: ``RuleContext``. Output: ``GitHubEstate``: organizations, what was looked at, repositories, edges by technique.
Handled: nodes that belong to a repository, by their id.
Not handled: what a place leads to (``_github_stakes``), what a job holds (``_github_jobs``), trust (``_github_trust``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from analytics.rules._context import RuleContext
from analytics.verdicts import Verdict
from graph.evaluate.github.ids import organization_node, repository_node
from graph.kinds import NodeKind
from graph.model import Node

__all__ = ["FILES", "GitHubEstate", "github_estate", "repository_of", "sleeps"]

FILES = "repos.get-content"
"""Operation that workflow files come from."""
_OF_REPOSITORY = ("actions", "branch", "env", "workflow", "secret", "repo", "admin", "runner")


def repository_of(node_id: str) -> str:
    """Return the full name of the repository that a node belongs to; ``""`` for one of none."""
    parts = node_id.split(":", 3)
    named = len(parts) > 2 and parts[0] == "github" and parts[1] in _OF_REPOSITORY and "/" in parts[2]
    return parts[2] if named else ""


def sleeps(context: RuleContext, node_id: str) -> bool:
    """Return whether a node is of a repository in which Actions is off: its places are there, and nothing runs."""
    holder = github_estate(context).repositories.get(repository_of(node_id))
    return holder is not None and holder.attributes.get("actions_enabled") is False


def github_estate(context: RuleContext) -> GitHubEstate:
    """Return the shared estate of a context."""
    return context.shared("github estate", lambda: GitHubEstate(context))


class GitHubEstate:
    """Everything of every organization that was collected."""

    def __init__(self, context: RuleContext) -> None:
        self._context = context
        self.organizations: Mapping[str, Node] = {
            node.scope: node for node in context.nodes(NodeKind.GITHUB_ORGANIZATION)
        }
        """By login in lower case."""
        self._looked_at = {
            login: frozenset(node.attributes.get("looked_at") or ()) for login, node in self.organizations.items()
        }
        self.repositories: Mapping[str, Node] = {
            node.id.removeprefix(repository_node("")): node for node in context.nodes(NodeKind.GITHUB_REPOSITORY)
        }
        """By full name in lower case."""

    def looked_at(self, login: str, *operations: str) -> bool:
        """Return whether operations were answered in full for an organization, be it with nothing."""
        return self._looked_at.get(login, frozenset()) >= set(operations)

    def not_looked_at(self, what: str, *operations: str) -> Iterator[Verdict]:
        """Yield a not-judged verdict for each organization whose evidence lacks operations, or part of them."""
        for login in sorted(self.organizations):
            missing = [name for name in operations if not self.looked_at(login, name)]
            if missing:
                names = " and ".join(f"`{name}`" for name in missing)
                stands = "are" if len(missing) > 1 else "is"
                yield Verdict.not_judged(
                    organization_node(login), f"{what} ({names} {stands} not, or not in full, in the evidence)."
                )

    def default_permissions(self, repository: str) -> str:
        """Return what ``GITHUB_TOKEN`` may do by default in a repository: ``read``, ``write``, ``""`` for not known.

        A repository cannot be given more than its organization gives.
        """
        node = self.repositories.get(repository)
        own = str(node.attributes.get("default_permissions", "")) if node is not None else ""
        above = self.organizations.get(repository.partition("/")[0])
        given = str(above.attributes.get("default_permissions", "")) if above is not None else ""
        return own or ("read" if given == "read" else "")

    def edges(self, technique: str) -> Iterator[int]:
        """Yield the numbers of the edges of a technique, ascending; void ones left out."""
        snapshot = self._context.snapshot
        codes = snapshot.manifest.codes["edge_technique"]
        if technique in codes:
            found = np.flatnonzero(snapshot.arrays.edge_technique == codes.index(technique))
            yield from (number for number in found.tolist() if self._context.levels[number] > 0)
