"""Pipelines of Bitbucket to the subjects that trusts accept.

Input: a workspace, the trusted subjects. Output: bearers: runs of a repository, a deployment environment, a step as its
file stands.
Handled: subjects by UUID of repository and environment; audiences, which a step's file chooses or leaves to the usual
one of the workspace; a repository whose UUID is not known (unverified).
Not handled: UUIDs of steps, so a trust that names one is unverified; who may deploy where (the step into an environment
is unverified).

References
----------
https://support.atlassian.com/bitbucket-cloud/docs/integrate-pipelines-with-resource-servers-using-oidc/,
https://www.atlassian.com/blog/bitbucket/bitbucket-pipelines-oidc-now-supports-multiple-audiences (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.ci.records import CiJob, CiProject
from graph.edges.ci.world import CiWorld
from graph.joints.oidc.trusted import Trust, TrustedSubject, TrustedSubjects, by_audience

__all__ = ["MOST_UNKNOWN", "join_bitbucket"]

_FREE = "\0"
_PROBE = "{nhi-probe-7f3a9c}"
_UUID = "The repository's UUID was not looked at."
_STEP = "The trust names one step by its UUID, which is not known here."
_ENVIRONMENTS = "Which environments the repository has was not looked at."
MOST_UNKNOWN = 8
"""Repositories without a UUID that are each worth a step; more say nothing."""


def join_bitbucket(subjects: TrustedSubjects, world: CiWorld) -> None:
    """Add the steps: repositories × subjects of the workspace's own issuer."""
    live = list(world.live)
    without = [project for project in live if not project.id]
    for trusted in subjects.by_issuer.get(world.scope.issuer, ()):
        for project in live:
            if project.id:
                _repository(subjects, world, project, trusted)
        if trusted.node not in subjects.bearers and len(without) <= MOST_UNKNOWN:
            for project in without:
                runs = world.id_of("ci", project.path)
                subjects.bear(runs, runs, trusted, trusted.trusts, note=_UUID)


def _fits(form: str, trusted: TrustedSubject) -> str | None:
    """Return what is not sure about a form whose last part is a step; ``None`` where it is not accepted."""
    if not trusted.accepts(form):
        return None
    known = f"{form.removesuffix(_FREE)}{_PROBE}"
    return "" if trusted.accepts(known) else _STEP


def _repository(subjects: TrustedSubjects, world: CiWorld, project: CiProject, trusted: TrustedSubject) -> None:
    claims = {"repositoryuuid": project.id, "workspaceuuid": world.scope.id}
    claims = {name: value for name, value in claims.items() if value}
    served = [trust for trust in trusted.trusts if trust.possible(trusted.issuer, claims)]
    if not served:
        return
    runs = world.id_of("ci", project.path)
    for source, form, doubt in _places(world, project, runs):
        note = _fits(form, trusted)
        if note is not None:
            subjects.bear(source, runs, trusted, served, note=" ".join(each for each in (note, doubt) if each))
    for job in project.jobs:
        _step(subjects, world, project, job, trusted, served)


def _places(world: CiWorld, project: CiProject, runs: str) -> Iterator[tuple[str, str, str]]:
    """Yield where steps run, the form of their subjects, and what is not sure."""
    yield runs, f"{project.id}:{_FREE}", ""
    for environment in project.environments:
        place = world.id_of("environment", project.path, environment.name.lower())
        yield place, f"{project.id}:{environment.uuid}:{_FREE}", ""
    if not project.environments_known:
        yield runs, f"{project.id}:{_FREE}:{_FREE}", _ENVIRONMENTS


def _step(
    subjects: TrustedSubjects,
    world: CiWorld,
    project: CiProject,
    job: CiJob,
    trusted: TrustedSubject,
    possible: list[Trust],
) -> None:
    """Let a step have a subject for the audiences that its file asks for."""
    uuid = next((e.uuid for e in project.environments if e.name.lower() == job.environment.lower()), "")
    if job.environment and not uuid and project.environments_known and job.environment != "*":
        return
    middle = f":{uuid or _FREE}" if job.environment else ""
    note = _fits(f"{project.id}{middle}:{_FREE}", trusted)
    for token in job.tokens if note is not None else ():
        usual = (f"ari:cloud:bitbucket::workspace/{world.scope.id.strip('{}')}",) if world.scope.id else ("*",)
        source, runs = world.job_node(project, job.id), world.id_of("ci", project.path)
        for served, told in by_audience(possible, token.audiences or usual, trusted.issuer):
            doubts = (note, _ENVIRONMENTS if job.environment and not uuid else "", told)
            subjects.bear(source, runs, trusted, served, note=" ".join(each for each in doubts if each))
