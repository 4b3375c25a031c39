"""One group of GitLab or workspace of Bitbucket while its edges are built, and the ids of its nodes.

Input: ``CiScope`` and an ``IdentityGraph``. Output: ``CiWorld``.
Not handled: what is in a project; other modules add that.
Paths are compared without case, as both systems do, and kept as spelled, because subjects are compared with case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.ci.records import CiProject, CiScope
from collectors.interface import Presence
from graph.decision import ALWAYS, Atom, Residual
from graph.evaluate.aws.globs import escape, glob_matches
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, IdentityGraph, Node

__all__ = ["CiWorld"]

_UNKNOWN = "Whether branch {} is protected was not looked at."


class CiWorld:
    """What the builders of edges share."""

    def __init__(self, scope: CiScope, identity_graph: IdentityGraph) -> None:
        self.scope = scope
        self.system = scope.system
        self.identity_graph = identity_graph

    def id_of(self, what: str, path: str, name: str = "") -> str:
        """Return a node id: ``group``, ``project``, ``ci``, ``branch``, ``environment`` or ``variable`` of a path."""
        return f"{self.system}:{what}:{path.lower()}{f':{name}' if name else ''}"

    def job_node(self, project: CiProject, job: str) -> str:
        """Return the node id of a job."""
        return f"{self.id_of('job', project.path)}#{job}"

    def looked_at(self, operation: str) -> bool:
        """Return whether an operation was looked at as a whole."""
        return self.scope.presence.get(operation, Presence.ABSENT) in (Presence.PRESENT, Presence.EMPTY)

    @property
    def live(self) -> Iterator[CiProject]:
        """Return projects in which pipelines run."""
        return (each for each in self.scope.projects if not each.archived and each.pipelines is not False)

    def node(
        self, node: str, kind: NodeKind, name: str, facts: Mapping[str, Any], evidence: str, seen: bool = True
    ) -> None:
        """Add a node without the facts that say nothing."""
        kept = {key: value for key, value in facts.items() if value not in ("", None, [], (), {})}
        self.identity_graph.add_node(
            Node(node, kind, name, self.system, self.scope.name, kept, collected=seen, evidence=evidence)
        )

    def add(self, edge: Edge) -> None:
        """Add an edge."""
        self.identity_graph.add_edge(edge)

    def waits_for(self, word: str, what: str) -> Residual:
        """Return a condition of this system."""
        return ((Atom(f"{self.system}:{word}", "StringEquals", (what,), provider=self.system),),)

    def ensure_branch(self, project: CiProject, name: str) -> str:
        """Return the node of a branch that somebody trusts by name, with the step of who pushes onto it.

        GitLab protects a project's default branch unless told otherwise, so what was not looked at is not open:
        https://docs.gitlab.com/user/project/repository/branches/protected/ (read 2026-11).
        """
        node = self.id_of("branch", project.path, name)
        if node in self.identity_graph.nodes:
            return node
        conditions, state, note, protected = ALWAYS, State.UNVERIFIED, _UNKNOWN.format(name), None
        if project.protection_known:
            protected = any(_names(pattern, name) for pattern in project.protected_branches)
            conditions = self.waits_for("protected-branch", f"{project.path}:{name}") if protected else ALWAYS
            state, note = State.VERIFIED, ""
        self.node(node, NodeKind.CI_BRANCH, f"{project.path} branch {name}", {"protected": protected}, "", seen=False)
        self.add(Edge(self.id_of("project", project.path), node, EdgeKind.CONTAINS, False))
        self.add(
            Edge(
                self.id_of("ci", project.path),
                node,
                EdgeKind.CAN_TAKE_OVER,
                True,
                conditions=conditions,
                state=state,
                note=note,
            )
        )
        return node


def _names(pattern: str, name: str) -> bool:
    """Return whether a protected branch's name, in which ``*`` alone stands for any text, is that of a branch."""
    return glob_matches("*".join(escape(part) for part in pattern.split("*")), name)
