"""GitHub to whatever trusts its tokens: which repositories' jobs bear a subject that a trust accepts, and from where.

Input: ``GitHubWorld`` and the subjects that trusts of AWS and Entra made nodes of. Output: CAN_IMPERSONATE edges from
runs, branches and environments to ``oidc://token.actions.githubusercontent.com/<subject>``, and on each such node what
became of the comparison: ``matched``, ``conditional``, ``unverified``, ``impossible`` or ``not collected``.
Handled: what ``graph.evaluate.github.subjects`` handles; an environment that a job makes by naming it; a trust that
asks for another repository or owner by a claim of its own (no edge where no trust of the subject is left).
Not handled: other claims beside the subject; they stay conditions of the trust. An issuer of one enterprise: whether
the organization is in it was not told. Case: GitHub spells names one way, and so must the trust.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from collectors.github.records import GitHubRepository
from graph.decision import Clause, Residual
from graph.edges.github.places import ensure_branch
from graph.edges.github.world import GitHubWorld
from graph.evaluate.aws.globs import glob_matches
from graph.evaluate.github.ids import actions_grant, actions_node, environment_node
from graph.evaluate.github.subjects import (
    ISSUER,
    Place,
    SubjectMaker,
    Way,
    forms,
    issued_by_github,
    subject_maker,
    ways,
)
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Grant, IdentityGraph, Node

__all__ = ["TrustedSubjects", "build_subjects", "mark_subjects"]

_ORDER = ("unverified", "conditional", "matched")
_SUBJECT, _NEW = "github-oidc-subject", "github-create-environment"
_ENTERPRISE = "Tokens of this issuer are those of one enterprise; whether the organization is in it was not told."
_FORM = "How the subject of this repository's tokens is made was not looked at, or depends on what is not known here."
_ENVIRONMENTS = "Whether the repository has an environment {} was not looked at."


def _trusted(identity_graph: IdentityGraph) -> list[Node]:
    return [
        node
        for node in identity_graph.nodes.values()
        if node.kind is NodeKind.OIDC_SUBJECT and issued_by_github(str(node.attributes.get("issuer")))
    ]


class TrustedSubjects:
    """Trusted subjects by their first two parts, those whose beginning is not fixed, and what else their trusts ask."""

    def __init__(self, identity_graph: IdentityGraph) -> None:
        self._all = _trusted(identity_graph)
        self._fixed: defaultdict[str, list[Node]] = defaultdict(list)
        self._wide: list[Node] = []
        self._trusts: defaultdict[str, list[Residual]] = defaultdict(list)
        for edge in identity_graph.edges:
            if edge.kind is EdgeKind.FEDERATES_INTO:
                self._trusts[edge.source].append(edge.conditions)
        for node in self._all:
            key = self._key(str(node.attributes["subject"]), bool(node.attributes.get("pattern")))
            (self._fixed[key] if key else self._wide).append(node)

    def takes(self, node: Node, maker: SubjectMaker) -> bool:
        """Return whether some trust of a subject can take a repository, by claims that are the same in all its jobs."""
        trusts = self._trusts.get(node.id, ())
        return not trusts or any(all(_possible(clause, maker) for clause in residual) for residual in trusts)

    @staticmethod
    def _key(subject: str, pattern: bool) -> str:
        parts = subject.split(":", 2)
        head = ":".join(parts[:2])
        return "" if pattern and (len(parts) < 3 or "*" in head or "?" in head) else head

    def near(self, maker: SubjectMaker) -> Iterator[Node]:
        """Yield what a repository's subjects can meet, and few others."""
        heads = dict.fromkeys(":".join(form.text.split(":", 2)[:2]) for form in forms(maker))
        if any("\0" in head for head in heads):
            yield from self._all
            return
        for head in heads:
            yield from self._fixed.get(head, ())
        yield from self._wide


def _possible(clause: Clause, maker: SubjectMaker) -> bool:
    """Return whether a repository can meet a condition, as far as its fixed claims tell."""
    for atom in clause:
        value = maker.values.get(atom.key.rpartition(":")[2])
        if value is None or atom.negated or not issued_by_github(atom.key.rpartition(":")[0]):
            return True
        if atom.operator == "StringEqualsIgnoreCase":
            if value.lower() in {each.lower() for each in atom.values}:
                return True
        elif atom.operator == "StringLike":
            if any(glob_matches(each, value) for each in atom.values):
                return True
        elif atom.operator != "StringEquals" or value in atom.values:
            return True
    return False


def build_subjects(world: GitHubWorld) -> None:
    """Add the edges.

    Notes
    -----
    Repositories × (subjects that name them + subjects that begin with a wildcard).
    """
    trusted = TrustedSubjects(world.identity_graph)
    for repository in world.live:
        maker = subject_maker(repository, world.organization)
        names = {
            Place.BRANCH: [repository.default_branch, *(branch.name for branch in repository.branches)],
            Place.ENVIRONMENT: [environment.name for environment in repository.environments],
        }
        for node in trusted.near(maker):
            if not trusted.takes(node, maker):
                continue
            accepted, pattern = str(node.attributes["subject"]), bool(node.attributes.get("pattern"))
            enterprise = node.attributes.get("issuer") != ISSUER
            for way in ways(maker, accepted, pattern, names):
                _add(world, repository, way, node, enterprise=enterprise)


def _add(world: GitHubWorld, repository: GitHubRepository, way: Way, node: Node, *, enterprise: bool) -> None:
    notes = [_ENTERPRISE] if enterprise else []
    notes += [] if way.sure else [_FORM]
    source, technique, note = _source(world, repository, way)
    note = " ".join(each for each in (*notes, note) if each)
    state = State.UNVERIFIED if note else State.VERIFIED
    text = f"Actions is enabled in {repository.spelled}"
    runs = actions_node(repository.full_name)
    grant = Grant(actions_grant(repository.full_name), "actions", runs, text, str(repository.ref))
    world.identity_graph.add_grant(grant)
    kind = EdgeKind.CAN_IMPERSONATE
    world.add(Edge(source, node.id, kind, True, technique, (grant.id,), state=state, note=note))


def _source(world: GitHubWorld, repository: GitHubRepository, way: Way) -> tuple[str, str, str]:
    """Return from where a job bears a subject, by which technique, and what is not sure about it."""
    runs = actions_node(repository.full_name)
    if way.place is Place.BRANCH and way.name:
        return ensure_branch(world, repository, way.name), _SUBJECT, ""
    if way.place is not Place.ENVIRONMENT or not way.name:
        return runs, _SUBJECT, ""
    if any(each.name.lower() == way.name.lower() for each in repository.environments):
        return environment_node(repository.full_name, way.name), _SUBJECT, ""
    note = "" if repository.environments_known else _ENVIRONMENTS.format(way.name)
    return runs, _NEW, note


def mark_subjects(identity_graph: IdentityGraph, organizations: Iterable[GitHubWorld]) -> None:
    """Write on every trusted subject whether some repository's jobs can bear it."""
    worlds = list(organizations)
    best: dict[str, str] = {}
    reached = _Reached(identity_graph)
    for edge in identity_graph.edges:
        if edge.technique in (_SUBJECT, _NEW):
            word = min(reached.word(edge.source), _word(edge), key=_ORDER.index)
            best[edge.target] = max(best.get(edge.target, word), word, key=_ORDER.index)
    for node in _trusted(identity_graph):
        word = best.get(node.id) or _unmatched(str(node.attributes["subject"]), worlds)
        identity_graph.nodes[node.id] = replace(node, attributes={**node.attributes, "github": word})


def _word(edge: Edge) -> str:
    if edge.state is State.UNVERIFIED:
        return "unverified"
    return "conditional" if edge.conditions else "matched"


class _Reached:
    """How whoever writes to a repository gets to its places: at once, under conditions or as some alone, perhaps."""

    def __init__(self, identity_graph: IdentityGraph) -> None:
        self._ways: defaultdict[str, list[Edge]] = defaultdict(list)
        for edge in identity_graph.edges:
            if edge.technique in ("github-push-branch", "github-use-environment"):
                self._ways[edge.target].append(edge)

    def word(self, node: str) -> str:
        """Return the word for a place; an environment can be reached from a branch, a branch from runs alone."""
        if node.startswith("github:actions:"):
            return "matched"
        words = [min(self.word(edge.source), _word(edge), key=_ORDER.index) for edge in self._ways.get(node, ())]
        return max(words, default="conditional", key=_ORDER.index)


def _unmatched(subject: str, worlds: list[GitHubWorld]) -> str:
    """Return why nothing bears a subject: its organization was looked at, or was not."""
    parts = subject.split(":")
    owner = parts[1].partition("/")[0].partition("@")[0].lower() if parts[0] == "repo" and len(parts) > 1 else ""
    for world in worlds:
        if owner == world.login and world.looked_at("repos.list-for-org"):
            return "impossible"
    return "not collected"
