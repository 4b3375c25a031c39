"""Worlds of several systems in one folder, and what the joints make of them.

Input: worlds of AWS, Entra, Azure and GitHub. Output: ``Joined``: the view of the graph, and the figures of each joint.
Not handled: one system alone; the folders beside this one test that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from collectors.aws.to_records import to_records
from collectors.evidence.fingerprint import FingerprintKey
from collectors.evidence.reader import read_evidence
from graph.build import build_graph
from graph.joints.counts import JointCount
from graph.kinds import EdgeKind, State
from graph.model import Edge
from tests.worlds.aws import World
from tests.worlds.azure import AzureWorldFiles
from tests.worlds.entra import EntraWorldFiles
from tests.worlds.github import GitHubWorldFiles
from tests.worlds.pipelines import Pipelines
from tests.worlds.view import View

__all__ = ["KEY", "Joined", "figures", "join"]

KEY = FingerprintKey(bytes(range(32)))


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of a world."""

    view: View

    def count(self, joint: str) -> JointCount:
        """Return the figures of a joint by the beginning of its name."""
        (found,) = [each for each in self.view.graph.joints if each.joint.startswith(joint)]
        return found

    def holds(self, source: str) -> list[Edge]:
        """Return the edges that say what a secret or a workload holds, by target."""
        edges = [e for e in self.view.graph.edges if e.source == source and e.kind is EdgeKind.AUTHENTICATES_AS]
        return sorted(edges, key=lambda each: each.target)

    def held(self, source: str) -> dict[str, State]:
        """Return what a secret or a workload holds, by target, as far as it is a step."""
        return {edge.target: edge.state for edge in self.holds(source) if edge.traversable}

    def reached(self, source: str, target: str) -> State:
        """Return the best way over several steps, each way as sure as its weakest step."""
        best, queue = {source: State.VERIFIED}, [source]
        while queue:
            here = queue.pop()
            for hop in self.view.hops(source=here):
                sure = min(best[here], hop.state)
                if sure > best.get(hop.target, State.VOID):
                    best[hop.target] = sure
                    queue.append(hop.target)
        return best.get(target, State.VOID)

    def facts(self, node: str) -> dict[str, Any]:
        """Return the attributes of a node."""
        return dict(self.view.graph.nodes[node].attributes)


def figures(count: JointCount) -> tuple[int, int, int, int, int]:
    """Return matched, unverified, ambiguous, impossible, unmatched."""
    return count.matched, count.unverified, count.ambiguous, count.impossible, count.unmatched


def join(
    folder: Path,
    *,
    aws: World | None = None,
    entra: EntraWorldFiles | None = None,
    azure: AzureWorldFiles | None = None,
    github: GitHubWorldFiles | None = None,
    pipelines: Pipelines | None = None,
    as_of: datetime | None = None,
) -> Joined:
    """Write evidence of the worlds, read it as the product does, and build the graph."""
    for world in (aws, entra, azure, github, pipelines):
        if world is not None:
            world.build(folder)
    evidence = read_evidence([folder], key=KEY)
    records = to_records(evidence)
    for change in aws.amendments if aws is not None else ():
        records = change(records)
    identity_graph, gaps = build_graph(evidence, records, as_of)
    return Joined(View(identity_graph, gaps))
