"""Subjects of a job's tokens: whoever gets into the job has what trusts them.

Input: a job of a workflow file on the default branch, the trusted subjects. Output: CAN_IMPERSONATE edges.
Handled: the branch or environment that the file fixes; its own name in ``job_workflow_ref`` where it calls no other
workflow; jobs that may ask for a token, and those of which that is not told.
Not handled: runs on other branches, which whoever pushes there decides; the file that a reusable workflow is.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.github.records import GitHubRepository
from collectors.github.workflow_types import GitHubJob, GitHubWorkflow
from graph.decision import Residual
from graph.edges.github.trusted import TrustedSubject, TrustedSubjects
from graph.edges.github.world import GitHubWorld
from graph.evaluate.github.ids import job_node
from graph.evaluate.github.maker import SubjectMaker, claims_at, folded
from graph.evaluate.github.subjects import Place, bears, subject_maker
from graph.evaluate.github.workflows import has_token
from graph.kinds import EdgeKind, State
from graph.model import Edge

__all__ = ["add_subjects"]

_SUBJECT, _KIND = "github-job-subject", EdgeKind.CAN_IMPERSONATE
_TARGET = "GitHub's page does not say which subject a token has in a run of pull_request_target."
_ALL_PERMISSIONS = "GitHub's page does not say whether write-all lets a job ask for a token."
_FORM = "How the subject of this repository's tokens is made was not looked at, or depends on what is not known here."


def add_subjects(
    world: GitHubWorld,
    repository: GitHubRepository,
    workflow: GitHubWorkflow,
    job: GitHubJob,
    trusted: TrustedSubjects,
    grant: str,
) -> None:
    """Add the edges of one job."""
    maker = subject_maker(repository, world.organization)
    source = job_node(repository.full_name, workflow.path, job.id)
    places = list(_places_of(repository, workflow, job))
    for each in trusted.near(maker):
        answers = [_bears(maker, each, place, name, "" if job.uses else workflow.path) for place, name in places]
        if not answers or all(answer is False for answer in answers):
            continue
        notes = []
        if any(answer is None for answer in answers):
            notes.append(_FORM)
        if "pull_request_target" in workflow.triggers and False in answers:
            notes.append(_TARGET)
        if has_token(job) is None:
            notes.append(_ALL_PERMISSIONS)
        state, note = State.UNVERIFIED if notes else State.VERIFIED, " ".join(notes)

        def step(target: str, left: Residual, state: State = state, note: str = note) -> Edge:
            return Edge(source, target, _KIND, True, _SUBJECT, (grant,), left, state=state, note=note)

        each.enter(world.identity_graph, _claims(maker, repository, workflow, job, places), step)


def _bears(maker: SubjectMaker, trusted: TrustedSubject, place: Place, name: str, workflow: str) -> bool | None:
    if trusted.ignore_case:
        return bears(folded(maker), trusted.accepted.lower(), trusted.pattern, place, name.lower(), workflow.lower())
    return bears(maker, trusted.accepted, trusted.pattern, place, name, workflow)


def _claims(
    maker: SubjectMaker,
    repository: GitHubRepository,
    workflow: GitHubWorkflow,
    job: GitHubJob,
    places: list[tuple[Place, str]],
) -> dict[str, str]:
    """Return the claims that are the same wherever the job runs."""
    file = ""
    if not job.uses and all(place is Place.BRANCH for place, _ in places):
        file = f"{repository.spelled}/{workflow.path}@refs/heads/{repository.default_branch}"
    found = [claims_at(maker, place, name, file) for place, name in places]
    same = {claim: value for claim, value in found[0].items() if all(each.get(claim) == value for each in found)}
    if job.environment == "*":
        same.pop("environment", None)  # an expression names it
    return same


def _places_of(repository: GitHubRepository, workflow: GitHubWorkflow, job: GitHubJob) -> Iterator[tuple[Place, str]]:
    """Yield where a job of a file on the default branch runs; two places where it is not told which."""
    if job.environment and job.environment != "*":
        yield Place.ENVIRONMENT, job.environment
        return
    only_pulls = set(workflow.triggers) == {"pull_request"}
    if not only_pulls:
        yield Place.BRANCH, repository.default_branch
    if only_pulls or "pull_request_target" in workflow.triggers:
        yield Place.PULL_REQUEST, ""
