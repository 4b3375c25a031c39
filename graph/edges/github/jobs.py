"""Jobs of workflow files: who gets into one, and what is then theirs.

Input: ``GitHubWorld`` and the other organizations. Output: CAN_TAKE_OVER edges to jobs, CAN_ACCESS edges to their
secrets; subjects of their tokens by ``job_subjects``.
Handled: code of forks and text of outsiders in events with secrets, inputs of whoever starts a workflow, code of other
repositories that is called by branch or tag; reusable workflows that do so for who calls them, one level deep.
Not handled: what ``GITHUB_TOKEN`` of a job writes; actions that called actions call; GitHub's own actions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from collectors.github.records import GitHubRepository
from collectors.github.workflow_if import GATES
from collectors.github.workflow_types import GitHubJob, GitHubWorkflow
from graph.decision import ALWAYS, Atom, Residual, merge_residuals
from graph.edges.github.credentials import dispatchers
from graph.edges.github.job_subjects import add_subjects
from graph.edges.github.places import ensure_branch
from graph.edges.github.runners import anyone
from graph.edges.github.trusted import TrustedSubjects
from graph.edges.github.world import GitHubWorld, at_least
from graph.evaluate.github.ids import (
    ANYONE,
    actions_node,
    environment_node,
    file_grant,
    job_node,
    repository_node,
    secret_node,
    workflow_node,
)
from graph.evaluate.github.workflows import CALLED, Opening, fork_code, has_token, injections, pinned, started_by
from graph.kinds import EdgeKind, Impact, NodeKind, State
from graph.model import Edge, Grant, Node

__all__ = ["build_jobs"]

_FORK, _TEXT, _DISPATCH = "github-fork-code-with-secrets", "github-script-injection", "github-dispatch-injection"
_CALLED, _THIRD, _SECRET = "github-called-code", "github-third-party-action", "github-job-secret"
_TAKE = EdgeKind.CAN_TAKE_OVER
_REUSABLE = re.compile(r"(?:\./|([A-Za-z0-9._-]+/[A-Za-z0-9._-]+)/)(\.github/workflows/[^@/]+)(?:@(.+))?")
_GITHUB = ("actions", "github")
_TAG = "Whether a rule keeps this tag from being moved was not looked at."
_FORKS = "Whether the repository can be forked was not told."
_ABROAD = "Secrets are inherited within one enterprise; whether both organizations are of one was not told."
_ASSOCIATED = "The job asks who comments; whether GitHub counts everybody here among those was not told."


def build_jobs(world: GitHubWorld, worlds: Sequence[GitHubWorld]) -> None:
    """Add the edges."""
    elsewhere = {name: other for other in worlds for name in other.repositories}
    trusted = TrustedSubjects(world.identity_graph)
    for repository in world.live:
        for workflow in repository.workflows:
            for job in workflow.jobs:
                _entries(world, elsewhere, repository, workflow, job)
                _called(world, elsewhere, repository, workflow, job)
                _secrets(world, repository, workflow, job)
                if has_token(job) is not False:
                    add_subjects(world, repository, workflow, job, trusted, _grant(world, repository, workflow))


def _grant(world: GitHubWorld, repository: GitHubRepository, workflow: GitHubWorkflow) -> str:
    name = repository.full_name
    text = f"{workflow.path} of {repository.spelled}"
    grant = Grant(file_grant(name, workflow.path), "workflow_file", workflow_node(name, workflow.path), text,
                  str(workflow.ref))  # fmt: skip
    return world.identity_graph.add_grant(grant)


def _entries(
    world: GitHubWorld,
    elsewhere: Mapping[str, GitHubWorld],
    repository: GitHubRepository,
    workflow: GitHubWorkflow,
    job: GitHubJob,
) -> None:
    target = job_node(repository.full_name, workflow.path, job.id)
    for inner in (job, *_called_jobs(elsewhere, repository, job)):
        for technique, opening in ((_FORK, fork_code(workflow, inner)), (_TEXT, injections(workflow, inner))):
            if opening is not None:
                _open(world, repository, workflow, inner, target, technique, opening)
    for event, permission in started_by(workflow, job):
        for source, state, note in dispatchers(world, repository.full_name, permission):
            opening = Opening(event)
            _enter(world, repository, workflow, job, source, target, _DISPATCH, opening, state, note)


def _open(
    world: GitHubWorld,
    repository: GitHubRepository,
    workflow: GitHubWorkflow,
    job: GitHubJob,
    target: str,
    technique: str,
    opening: Opening,
) -> None:
    needs_fork = technique == _FORK or opening.event == "pull_request_target"
    for source, state, note in _outsiders(world, repository, forks=needs_fork):
        if not opening.members:
            _enter(world, repository, workflow, job, source, target, technique, opening, state, note)
        elif source != ANYONE:
            unsure = State.UNVERIFIED
            _enter(world, repository, workflow, job, source, target, technique, opening, unsure, _ASSOCIATED)


def _called_jobs(
    elsewhere: Mapping[str, GitHubWorld], repository: GitHubRepository, job: GitHubJob
) -> Iterator[GitHubJob]:
    """Yield jobs of a reusable workflow that run with secrets by the caller's event, where its file was collected."""
    found = _REUSABLE.fullmatch(job.uses)
    if found is None:
        return
    name, ref = (found.group(1) or repository.full_name).lower(), found.group(3)
    called = elsewhere[name].repositories[name] if name in elsewhere else None
    if called is None or (ref and ref.removeprefix("refs/heads/") != called.default_branch):
        return  # only files of default branches were collected
    for workflow in called.workflows:
        if workflow.path == found.group(2) and "workflow_call" in workflow.triggers:
            for inner in workflow.jobs:
                if inner.secrets or has_token(inner):
                    yield replace(inner, gate=max(inner.gate, job.gate, key=GATES.index))


def _enter(
    world: GitHubWorld,
    repository: GitHubRepository,
    workflow: GitHubWorkflow,
    job: GitHubJob,
    source: str,
    target: str,
    technique: str,
    opening: Opening,
    state: State,
    note: str,
) -> None:
    conditions = merge_residuals([_approval(repository, job), _label(repository) if opening.label else ALWAYS])
    sure = state if opening.sure else State.UNVERIFIED
    words = " ".join(each for each in (note, opening.note) if each)
    grant = _grant(world, repository, workflow)
    world.add(Edge(source, target, _TAKE, True, technique, (grant,), conditions, state=sure, note=words))


def _label(repository: GitHubRepository) -> Residual:
    return ((Atom("github:label", "StringEquals", (repository.full_name,), provider="github"),),)


def _approval(repository: GitHubRepository, job: GitHubJob) -> Residual:
    """Return what a job waits for because of its environment."""
    for environment in repository.environments:
        if environment.name.lower() == job.environment.lower() and environment.review_required:
            place = environment_node(repository.full_name, environment.name)
            return ((Atom("github:deployment-approval", "StringEquals", (place,), provider="github"),),)
    return ALWAYS


def _outsiders(world: GitHubWorld, repository: GitHubRepository, *, forks: bool) -> Iterator[tuple[str, State, str]]:
    """Yield who opens issues or, from a fork, pull requests: anybody at a public repository, else who reads it."""
    if repository.visibility == "public":
        yield anyone(world), State.VERIFIED, ""
        return
    if forks and repository.allow_forking is False:
        return
    unknown = forks and repository.allow_forking is None
    state, note = (State.UNVERIFIED, _FORKS) if unknown else (State.VERIFIED, "")
    if at_least(world.organization.base_role, "read") or repository.visibility == "internal":
        yield world.members, state, note
    for holding in world.holdings.get(repository.full_name, ()):
        if at_least(holding.role, "read"):
            yield holding.node, state, note


def _called(
    world: GitHubWorld,
    elsewhere: dict[str, GitHubWorld],
    repository: GitHubRepository,
    workflow: GitHubWorkflow,
    job: GitHubJob,
) -> None:
    target, grant = job_node(repository.full_name, workflow.path, job.id), _grant(world, repository, workflow)
    for uses in dict.fromkeys(each for each in (job.uses, *(step.uses for step in job.steps)) if each):
        found = CALLED.fullmatch(uses)
        if found is None or pinned(found.group(2)):
            continue  # of this repository, an image, or one commit for good
        name, ref = found.group(1).lower(), found.group(2)
        other = elsewhere.get(name)
        if other is not None:
            if name != repository.full_name:
                _from_inside(world, other, other.repositories[name], ref, target, grant)
        elif name.partition("/")[0] not in _GITHUB:
            source = repository_node(name)
            world.identity_graph.add_node(
                Node(source, NodeKind.GITHUB_REPOSITORY, name, "github", name.partition("/")[0], collected=False)
            )
            world.add(Edge(source, target, _TAKE, True, _THIRD, (grant,)))


def _from_inside(
    world: GitHubWorld, other: GitHubWorld, called: GitHubRepository, ref: str, target: str, grant: str
) -> None:
    if not other.runs(called):
        return  # nobody changes an archived repository
    branch = ref.removeprefix("refs/heads/")
    if branch == called.default_branch or other.branch(called, branch) is not None or ref != branch:
        source = ensure_branch(other, called, branch)
        world.add(Edge(source, target, _TAKE, True, _CALLED, (grant,)))
    else:
        runs = actions_node(called.full_name)
        world.add(Edge(runs, target, _TAKE, True, _CALLED, (grant,), state=State.UNVERIFIED, note=_TAG))


def _secrets(world: GitHubWorld, repository: GitHubRepository, workflow: GitHubWorkflow, job: GitHubJob) -> None:
    """Add the secrets that a job is given: of its environment first, then the repository's, then the organization's."""
    if not job.secrets:
        return
    name, source = repository.full_name, job_node(repository.full_name, workflow.path, job.id)
    grant, scope = _grant(world, repository, workflow), dict[str, str]()
    for secret in world.records.secrets:
        if _has(secret.visibility, secret.selected, repository):
            scope[secret.name] = secret_node(world.login, secret.name)
    for secret in sorted(repository.secrets, key=lambda each: bool(each.environment)):
        if not secret.environment or secret.environment.lower() == job.environment.lower():
            scope[secret.name] = secret_node(name, secret.name, secret.environment)
    wanted = scope if "*" in job.secrets else [each for each in job.secrets if each in scope]
    given = EdgeKind.CAN_ACCESS
    abroad = "*" in job.secrets and _of_another(world, job.uses)
    state, note = (State.UNVERIFIED, _ABROAD) if abroad else (State.VERIFIED, "")
    for each in wanted:
        world.add(
            Edge(source, scope[each], given, True, _SECRET, (grant,), impact=Impact.H4.value, state=state, note=note)
        )


def _of_another(world: GitHubWorld, uses: str) -> bool:
    """Return whether a workflow that is called is another organization's."""
    found = CALLED.fullmatch(uses)
    return found is not None and found.group(1).partition("/")[0].lower() != world.login


def _has(visibility: str, selected: Sequence[str], repository: GitHubRepository) -> bool:
    if visibility == "selected":
        return repository.full_name in selected
    return visibility == "all" or (visibility == "private" and repository.visibility != "public")
