"""Self-hosted runners: who runs code on one, and whose jobs whoever is on it then meets.

Input: ``GitHubWorld``. Output: CAN_TAKE_OVER edges of runs and outsiders to runners, and of runners to jobs.
Handled: runners of a repository and of the organization; groups for all or for private repositories; labels; runners
that take one job alone; pull requests of outsiders to public repositories, whose workflows run once somebody approves.
Not handled: which repositories a group for selected ones has, and groups for some workflows alone (unverified); the
machine's own rights in a cloud; whose runs need no approval.

References
----------
https://docs.github.com/actions/reference/security/secure-use#hardening-for-self-hosted-runners,
https://docs.github.com/actions/how-tos/manage-workflow-runs/approve-runs-from-forks (read 2026-11).
"""

from __future__ import annotations

from collectors.github.records import GitHubRepository, GitHubRunner
from graph.decision import Atom
from graph.edges.github.world import GitHubWorld
from graph.evaluate.github.ids import (
    ANYONE,
    actions_node,
    hub_node,
    job_node,
    organization_node,
    repository_node,
    runner_node,
)
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Grant, Node

__all__ = ["anyone", "build_runners"]

_USE, _SHARED, _FORK = "github-use-runner", "github-shared-runner", "github-fork-runner"
_TAKE = EdgeKind.CAN_TAKE_OVER
_SELECTED = "The runner's group is for selected repositories or some workflows, or its group was not looked at."
_KEPT = "Whether the runner is made anew for each job was not told."
_Labels = tuple[str, ...]


def anyone(world: GitHubWorld) -> str:
    """Return the node of whoever has an account."""
    world.identity_graph.add_node(Node(ANYONE, NodeKind.GITHUB_ANYONE, "anyone at GitHub", "github", ""))
    return ANYONE


def build_runners(world: GitHubWorld) -> None:
    """Add the edges.

    Notes
    -----
    Runners × sets of labels, plus jobs: one class of jobs a set of labels and kind of repository.
    """
    classes = _job_classes(world)
    for runner in world.records.runners:
        _of_organization(world, runner, classes)
    for repository in world.live:
        for runner in repository.runners:
            node = _runner(world, runner, repository.full_name)
            world.add(Edge(actions_node(repository.full_name), node, _TAKE, True, _USE))
            _meets_jobs(world, runner, node, repository)
            _forks(world, repository.full_name, repository.visibility == "public", node)


def _runner(world: GitHubWorld, runner: GitHubRunner, holder: str) -> str:
    node = runner_node(holder, runner.id)
    facts = {"labels": list(runner.labels), "ephemeral": runner.ephemeral, "group_visibility": runner.visibility}
    world.identity_graph.add_node(
        Node(node, NodeKind.GITHUB_RUNNER, runner.name, "github", world.login, facts, evidence=str(runner.ref))
    )
    above = repository_node(holder) if "/" in holder else organization_node(holder)
    world.add(Edge(above, node, EdgeKind.CONTAINS, False))
    return node


def _takes(runner: GitHubRunner, repository_public: bool) -> State:
    """Return whether a runner of the organization takes jobs of public, or of other, repositories."""
    if repository_public and (runner.public_repositories is False or runner.visibility == "private"):
        return State.VOID
    known = runner.visibility in ("all", "private") and (not repository_public or runner.public_repositories is True)
    known = known and not runner.some_workflows
    return State.VERIFIED if known else State.UNVERIFIED


def _of_organization(world: GitHubWorld, runner: GitHubRunner, classes: dict[tuple[_Labels, bool], str]) -> None:
    node = _runner(world, runner, world.login)
    for public in (False, True):
        repositories = [each for each in world.live if (each.visibility == "public") is public]
        state = _takes(runner, public)
        if state is State.VOID or not repositories:
            continue
        note = "" if state is State.VERIFIED else _SELECTED
        hub = hub_node(world.login, f"runs-{'public' if public else 'private'}")
        shown = f"workflows of {'public' if public else 'private'} repositories of {world.login}"
        world.identity_graph.add_node(Node(hub, NodeKind.HUB, shown, "github", world.login))
        for repository in repositories:
            world.add(Edge(actions_node(repository.full_name), hub, _TAKE, True, _USE))
        world.add(Edge(hub, node, _TAKE, True, state=state, note=note))
        _forks(world, world.login, public, node, state, note)
        if runner.ephemeral is not True:
            for (labels, of_public), jobs in classes.items():
                if of_public is public and set(labels) <= set(runner.labels):
                    world.add(_meeting(runner, node, jobs, state, note))


def _meeting(runner: GitHubRunner, node: str, target: str, state: State, note: str) -> Edge:
    kept = "" if runner.ephemeral is False else _KEPT
    worst = min(state, State.UNVERIFIED) if kept else state
    return Edge(node, target, _TAKE, True, _SHARED, state=worst, note=" ".join(filter(None, (note, kept))))


def _job_classes(world: GitHubWorld) -> dict[tuple[_Labels, bool], str]:
    found: dict[tuple[_Labels, bool], str] = {}
    for repository in world.live:
        for workflow in repository.workflows:
            for job in workflow.jobs:
                if job.self_hosted:
                    labels, public = tuple(sorted(job.labels)), repository.visibility == "public"
                    words = f"{'public' if public else 'private'}:{','.join(labels)}"
                    hub = found.setdefault((labels, public), hub_node(world.login, f"jobs-{words}"))
                    shown = f"jobs on {', '.join(labels)} in {world.login}"
                    world.identity_graph.add_node(Node(hub, NodeKind.HUB, shown, "github", world.login))
                    world.add(Edge(hub, job_node(repository.full_name, workflow.path, job.id), _TAKE, True))
    return found


def _meets_jobs(world: GitHubWorld, runner: GitHubRunner, node: str, repository: GitHubRepository) -> None:
    if runner.ephemeral is True:
        return
    for workflow in repository.workflows:
        for job in workflow.jobs:
            if job.self_hosted and set(job.labels) <= set(runner.labels):
                target = job_node(repository.full_name, workflow.path, job.id)
                world.add(_meeting(runner, node, target, State.VERIFIED, ""))


def _forks(
    world: GitHubWorld, place: str, public: bool, node: str, state: State = State.VERIFIED, note: str = ""
) -> None:
    """Add whoever opens a pull request from a fork: its workflows are those of the merge, so it names the runner."""
    if public:
        approval = ((Atom("github:fork-approval", "StringEquals", (place,), provider="github"),),)
        grant, text = f"github:public:{node.removeprefix('github:')}", f"a runner of {place} is open to forks"
        world.identity_graph.add_grant(Grant(grant, "runner", node, text, world.identity_graph.nodes[node].evidence))
        world.add(Edge(anyone(world), node, _TAKE, True, _FORK, (grant,), approval, state=state, note=note))
