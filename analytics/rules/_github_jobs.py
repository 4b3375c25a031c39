"""Jobs of workflow files as the rules see them: where they stand and what whoever runs code in one holds.

Input: ``RuleContext``. Output: ``Job`` rows, made once; what a job holds in words; who enters by a technique.
Handled: secrets that a job is given, what its ``GITHUB_TOKEN`` may write, whether it asks for tokens of its own,
a self-hosted machine below it, what the job leads to.
Not handled: secrets of a called workflow; what a token of read permissions reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analytics.rules._context import RuleContext
from analytics.rules._entra import counted, named
from analytics.rules._github import GitHubEstate, github_estate, repository_of
from analytics.rules._github_stakes import Stake, stakes
from graph.kinds import NodeKind
from graph.model import Node

__all__ = ["Job", "Opened", "jobs", "openings", "power"]

_WORDS = frozenset({"issues", "pull-requests", "discussions", "checks", "statuses", "repository-projects"})


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a workflow file."""

    node: Node
    repository: str
    """Full name in lower case."""
    workflow: str
    """Node id."""
    secrets: tuple[str, ...]
    """Node ids of secrets that it is given."""
    written: tuple[str, ...] | None
    """What its ``GITHUB_TOKEN`` writes, ``*`` for all; ``None``: not known."""
    asks: bool | None
    """Whether it may ask for a token of its own, which other systems trust; ``None``: not told by GitHub's pages."""

    @property
    def environment(self) -> str:
        """Return its environment; ``*`` where an expression names it."""
        return str(self.node.attributes.get("environment", ""))

    @property
    def uses(self) -> tuple[str, ...]:
        """Return what it calls."""
        return tuple(self.node.attributes.get("uses") or ())

    @property
    def gets_all(self) -> bool:
        """Return whether it is given every secret in scope."""
        return "*" in (self.node.attributes.get("secrets") or ())

    @property
    def little(self) -> bool:
        """Return whether all that it holds is a token that writes words, marks and labels, no code."""
        only_words = bool(self.written) and set(self.written or ()) <= _WORDS
        return only_words and not (self.secrets or self.asks or self.node.attributes.get("self_hosted"))


@dataclass(frozen=True, slots=True)
class Opened:
    """A way by which outsiders enter a job."""

    job: Job
    edge: int


def jobs(context: RuleContext) -> Mapping[str, Job]:
    """Return every job by node id."""

    def make() -> Mapping[str, Job]:
        known, snapshot = github_estate(context), context.snapshot
        arrays = snapshot.arrays
        given: defaultdict[str, list[str]] = defaultdict(list)
        for edge in known.edges("github-job-secret"):
            given[snapshot.node_id(int(arrays.edge_source[edge]))].append(snapshot.node_id(int(arrays.indices[edge])))
        return {
            node.id: _job(known, node, tuple(dict.fromkeys(given.get(node.id, ()))))
            for node in context.nodes(NodeKind.GITHUB_JOB)
        }

    return context.shared("github jobs", make)


def _job(known: GitHubEstate, node: Node, secrets: tuple[str, ...]) -> Job:
    repository, given = repository_of(node.id), node.attributes.get("permissions")
    if given is None:
        default = known.default_permissions(repository)
        asks: bool | None = False
        written: tuple[str, ...] | None = None
        if default:
            written = ("*",) if default == "write" else ()
    else:
        written = tuple(sorted(name for name, level in given.items() if level == "write" and name != "id-token"))
        asks = True if given.get("id-token") == "write" else None if given.get("*") == "write" else False
    return Job(node, repository, node.id.rpartition("#")[0], secrets, written, asks)


def openings(context: RuleContext, technique: str) -> Iterator[Opened]:
    """Yield the surest way into each job by a technique, by edge number."""
    snapshot, arrays, known = context.snapshot, context.snapshot.arrays, jobs(context)
    best: dict[int, int] = {}
    for edge in github_estate(context).edges(technique):
        job = int(arrays.indices[edge])
        if job not in best or context.levels[edge] > context.levels[best[job]]:
            best[job] = edge
    for job, edge in sorted(best.items()):
        found = known.get(snapshot.node_id(job))
        if found is not None:
            yield Opened(found, edge)


def power(context: RuleContext, job: Job) -> list[str]:
    """Return what whoever runs code in a job holds, in words; empty where that is little."""
    found = []
    if job.secrets:
        names = sorted({secret.rpartition(":")[2] for secret in job.secrets})
        found.append(f"{counted(len(names), 'secret')} ({named(names)})")
    if job.written:
        what = "" if job.written == ("*",) else f" {named(job.written)}"
        found.append(f"a GITHUB_TOKEN that writes{what}")
    if job.asks:
        found.append("tokens of its own for other systems")
    if job.node.attributes.get("self_hosted"):
        found.append("a self-hosted machine")
    if stakes(context).of(job.node.id) is Stake.ADMIN:
        found.append(f"a way that {stakes(context).words(job.node.id)}")
    return found
