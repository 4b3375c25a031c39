"""GitHub to whatever trusts its tokens: which repositories' jobs bear a subject that a trust accepts, and from where.

Input: ``GitHubWorld`` and the subjects that trusts of AWS and Entra made nodes of. Output: CAN_IMPERSONATE edges from
runs, branches and environments to ``oidc://token.actions.githubusercontent.com/<subject>``, and on each such node what
became of the comparison: ``matched``, ``conditional``, ``unverified``, ``impossible`` or ``not collected``.
Handled: what ``graph.evaluate.github.subjects`` handles; an environment that a job makes by naming it; other claims
beside the subject, as far as the place fixes them (``graph.edges.github.trusted``); patterns that repositories of
anyone fit.
Not handled: claims that a place does not fix, which stay conditions (a workflow, who starts a run). An issuer of one
enterprise: whether the organization is in it was not told. Patterns for owners whose name begins alike: whether such a
name is still to be had (told by a rule).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from collectors.github.records import GitHubRepository
from graph.decision import Residual
from graph.edges.github.places import ensure_branch
from graph.edges.github.trusted import CLASS_OF, TrustedSubject, TrustedSubjects, github_subjects
from graph.edges.github.world import GitHubWorld
from graph.evaluate.github.ids import actions_grant, actions_node, environment_node
from graph.evaluate.github.subjects import ISSUER, Place, Way, claims_at, named_repository, subject_maker, ways
from graph.kinds import EdgeKind, State
from graph.model import Edge, Grant, IdentityGraph

__all__ = ["build_subjects", "mark_subjects"]

_ORDER = ("unverified", "conditional", "matched")
_SUBJECT, _NEW = "github-oidc-subject", "github-create-environment"
_ENTERPRISE = "Tokens of this issuer are those of one enterprise; whether the organization is in it was not told."
_FORM = "How the subject of this repository's tokens is made was not looked at, or depends on what is not known here."
_ENVIRONMENTS = "Whether the repository has an environment {} was not looked at."


def build_subjects(world: GitHubWorld) -> None:
    """Add the edges.

    Notes
    -----
    Repositories × (subjects that name them + subjects that begin with a wildcard).
    """
    trusted = TrustedSubjects(world.identity_graph)
    for repository in world.startable:
        maker = subject_maker(repository, world.organization)
        names = {
            Place.BRANCH: [repository.default_branch, *(branch.name for branch in repository.branches)],
            Place.ENVIRONMENT: [environment.name for environment in repository.environments],
        }
        for node in trusted.near(maker):
            for way in ways(maker, node.accepted, node.pattern, names, ignore_case=node.ignore_case):
                _add(world, repository, way, node, claims_at(maker, way.place, way.name))


def _add(
    world: GitHubWorld, repository: GitHubRepository, way: Way, trusted: TrustedSubject, claims: Mapping[str, str]
) -> None:
    notes = [_ENTERPRISE] if trusted.issuer != ISSUER else []
    notes += [] if way.sure else [_FORM]
    source, technique, note = _source(world, repository, way)
    note = " ".join(each for each in (*notes, note) if each)
    state = State.UNVERIFIED if note else State.VERIFIED
    grants, kind = _grants(world, repository), EdgeKind.CAN_IMPERSONATE

    def step(target: str, left: Residual) -> Edge:
        return Edge(source, target, kind, True, technique, grants, left, state=state, note=note)

    trusted.enter(world.identity_graph, claims, step)


def _grants(world: GitHubWorld, repository: GitHubRepository) -> tuple[str, ...]:
    """Return the grant that Actions is in a repository; none where somebody would have to switch it on."""
    if not world.runs(repository):
        return ()
    runs, text = actions_node(repository.full_name), f"Actions is enabled in {repository.spelled}"
    grant = Grant(actions_grant(repository.full_name), "actions", runs, text, str(repository.ref))
    return (world.identity_graph.add_grant(grant),)


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
    """Write on every trusted subject whether some repository's jobs can bear it, with Actions as it is."""
    worlds = list(organizations)
    best: dict[str, str] = {}
    dormant = {each.full_name for world in worlds for each in world.dormant}
    reached = _Reached(identity_graph)
    for edge in identity_graph.edges:
        if edge.technique in (_SUBJECT, _NEW) and edge.source.split(":")[2] not in dormant:
            # Claims are the trusts' affair; the word is about the subject.
            own = "unverified" if edge.state is State.UNVERIFIED else "matched"
            word = min(reached.word(edge.source), own, key=_ORDER.index)
            subject = str(identity_graph.nodes[edge.target].attributes.get(CLASS_OF, edge.target))
            best[subject] = max(best.get(subject, word), word, key=_ORDER.index)
    for node in github_subjects(identity_graph):
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
    owner = named_repository(subject).partition("/")[0].lower()
    for world in worlds:
        if owner == world.login and world.looked_at("repos.list-for-org"):
            return "impossible"
    return "not collected"
