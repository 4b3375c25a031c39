"""Apps and tokens that write contents and no workflow files: what existing workflows run of what they push.

Input: ``GitHubWorld``. Output: edges from them to the class of builds of a repository, and from it to jobs.
Handled: jobs on ``push`` with secrets or a token of their own that check out what was pushed and run files of it;
branches that the workflow is for, with what a push to them waits for; environments that wait for approval.
Not handled: builds on other events than ``push`` and ``pull_request`` (a schedule runs what was merged before); called
workflows; what an action does with files of the repository (unverified).

References
----------
https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#push,
https://docs.github.com/rest/authentication/permissions-required-for-github-apps (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from collectors.github.records import GitHubRepository
from collectors.github.workflow_types import GitHubJob, GitHubWorkflow
from graph.decision import ALWAYS, Atom, Residual, merge_residuals
from graph.edges.github.credentials import content_writers
from graph.edges.github.places import from_any, pushing
from graph.edges.github.world import GitHubWorld
from graph.evaluate.github.ids import environment_node, file_grant, hub_node, job_node, workflow_node
from graph.evaluate.github.workflows import has_token
from graph.kinds import EdgeKind, NodeKind, State
from graph.model import Edge, Grant, Node

__all__ = ["build_builds", "builds_hub"]

_TECHNIQUE, _TAKE = "github-contents-build", EdgeKind.CAN_TAKE_OVER
_NO_BUILD = "Steps follow the checkout; whether one of them runs what was checked out cannot be told."
_GUARDED = "The job has a condition that is not evaluated here."
_PULL = "The job runs for pull requests alone; opening one needs `pull_requests: write`, or somebody who does."
_LIMITED = "The workflow is for some branches or for tags alone; which of them can be pushed was not evaluated."
_PLACE = "The job's environment is for some branches alone, or an expression names it."
_Step = tuple[Residual, State, str]


def builds_hub(world: GitHubWorld, name: str = "") -> str:
    """Return the class of builds of one repository, or of all, that run what is pushed."""
    return hub_node(world.login, f"builds:{name}" if name else "builds")


def build_builds(world: GitHubWorld) -> None:
    """Add the edges.

    Notes
    -----
    Jobs plus apps plus what each app or token is for: one class of builds a repository, and one of all.
    """
    writers = list(content_writers(world))
    if not writers:
        return
    every, found = builds_hub(world), set[str]()
    for repository in world.live:
        if _jobs(world, repository):
            found.add(repository.full_name)
    if not found:
        return
    _class(world, every, f"builds of every repository of {world.login}")
    for name in sorted(found):
        world.add(Edge(every, builds_hub(world, name), _TAKE, True))
    for node, name, state, note, until in writers:
        if not name or name in found:
            target = builds_hub(world, name)
            world.add(Edge(node, target, _TAKE, True, "", (node,), until, state=state, note=note))


def _class(world: GitHubWorld, hub: str, shown: str) -> None:
    world.identity_graph.add_node(Node(hub, NodeKind.HUB, shown, "github", world.login))


def _jobs(world: GitHubWorld, repository: GitHubRepository) -> bool:
    """Add the jobs of a repository that run what is pushed; return whether there is one."""
    hub, name = builds_hub(world, repository.full_name), repository.full_name
    any_ = False
    for workflow in repository.workflows:
        for job in workflow.jobs:
            for conditions, state, note in _ways(repository, workflow, job):
                any_ = True
                _class(world, hub, f"builds of what is pushed to {repository.spelled}")
                text = f"{workflow.path} of {repository.spelled}"
                grant = world.identity_graph.add_grant(
                    Grant(file_grant(name, workflow.path), "workflow_file", workflow_node(name, workflow.path), text,
                          str(workflow.ref))
                )  # fmt: skip
                target = job_node(name, workflow.path, job.id)
                world.add(Edge(hub, target, _TAKE, True, _TECHNIQUE, (grant,), conditions, state=state, note=note))
    return any_


def _ways(repository: GitHubRepository, workflow: GitHubWorkflow, job: GitHubJob) -> Iterator[_Step]:
    """Yield under what a push runs in a job; nothing where it does not, or where the job has nothing to take."""
    runs = _runs_code(job)
    if runs is None or not (job.secrets or has_token(job) is not False):
        return
    waits, doubts = _environment(repository, job)
    doubts += [] if runs else [_NO_BUILD]
    doubts += [_GUARDED] if job.gate else []
    for conditions, state, note in _triggers(repository, workflow):
        words = " ".join(each for each in (note, *doubts) if each)
        yield merge_residuals([conditions, waits]), State.UNVERIFIED if words else state, words


def _runs_code(job: GitHubJob) -> bool | None:
    """Return whether a job runs files of what was pushed: not where it checks out nothing, ``False``: perhaps."""
    first = next((number for number, step in enumerate(job.steps) if step.own_code), None)
    rest = job.steps[first + 1 :] if first is not None else ()
    return None if not rest else any(step.builds for step in rest)


def _triggers(repository: GitHubRepository, workflow: GitHubWorkflow) -> Iterator[_Step]:
    if "push" not in workflow.triggers:
        if "pull_request" in workflow.triggers:
            yield ALWAYS, State.UNVERIFIED, _PULL
        return
    if workflow.push_limited or any(each.startswith("!") for each in workflow.push_branches):
        yield ALWAYS, State.UNVERIFIED, _LIMITED
        return
    if not workflow.push_branches or "**" in workflow.push_branches:
        yield ALWAYS, State.VERIFIED, ""  # a branch of one's own is enough
        return
    for name in workflow.push_branches:
        if any(sign in name for sign in "*?+["):
            ruled = any(branch.protected and fnmatchcase(branch.name, name) for branch in repository.branches)
            free = repository.branches_known and not ruled
            yield ALWAYS, State.VERIFIED if free else State.UNVERIFIED, "" if free else _LIMITED
        else:
            branch = next((each for each in repository.branches if each.name == name), None)
            yield from pushing(repository, branch, name)


def _environment(repository: GitHubRepository, job: GitHubJob) -> tuple[Residual, list[str]]:
    """Return what a job waits for because of its environment, and what is not sure about it."""
    if not job.environment:
        return ALWAYS, []
    for environment in repository.environments:
        if environment.name.lower() != job.environment.lower():
            continue
        place = environment_node(repository.full_name, environment.name)
        names = [("deployment-approval", environment.review_required), ("deployment-rule", environment.other_rules)]
        waits = merge_residuals(
            ((Atom(f"github:{name}", "StringEquals", (place,), provider="github"),),) for name, there in names if there
        )
        return waits, [] if from_any(repository, environment) else [_PLACE]
    return ALWAYS, [_PLACE] if job.environment == "*" or not repository.environments_known else []
