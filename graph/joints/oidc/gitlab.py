"""Pipelines of GitLab to the subjects that trusts accept.

Input: a group, the trusted subjects. Output: bearers: runs of a project, a branch of it, a job as its file stands.
Handled: GitLab's form of subjects and the components that a project chose; branches by name with their protection; the
audience of a job, which its file fixes, while whoever pushes chooses one; claims that are the same in all runs of a
project.
Not handled: which claims AWS compares at all beside subject and audience (its pages do not name this issuer), so they
stay conditions; protected tags (unverified). A fork's merge request has the fork's own subjects.

References
----------
https://docs.gitlab.com/ci/secrets/id_token_authentication, https://docs.gitlab.com/api/projects/ (read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from collectors.ci.records import CiJob, CiProject
from graph.edges.ci.world import CiWorld
from graph.joints.oidc.trusted import Trust, TrustedSubject, TrustedSubjects, by_audience

__all__ = ["GITLAB", "join_gitlab"]

GITLAB = "gitlab.com"
_FREE = "\0"
"""Stands for any text without a colon, which neither names of branches nor UUIDs have."""
_PROBE = "nhi-probe-7f3a9c"
_USUAL = ("project_path", "ref_type", "ref")
_REF = re.compile(r":ref:([^:]+)")
_FORM = "Which components the project's subjects are made of was not looked at."
_INSTANCE = "Which instance of GitLab the project is of was not looked at."
_VALUE = "The subject has a part that is not known here."
_TAGS = "Which tags are protected was not looked at."
_SOME_RUNS = "Rules of the job that were not understood decide whether it runs there."


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to bear an accepted subject."""

    branch: str = ""
    """Branch by name, or pattern of names; empty where any will do."""
    note: str = ""


def join_gitlab(subjects: TrustedSubjects, world: CiWorld) -> None:
    """Add the steps: projects × (subjects that name them + subjects that begin with a wildcard)."""
    for project in world.live:
        _project(subjects, world, project)


def _claims(project: CiProject) -> dict[str, str]:
    claims = {
        "project_path": project.path,
        "project_id": project.id,
        "namespace_path": project.path.rpartition("/")[0],
        "namespace_id": project.namespace_id,
        "project_visibility": project.visibility,
    }
    return {name: value for name, value in claims.items() if value}


def _forms(project: CiProject) -> Iterator[tuple[str, str, str]]:
    """Yield kind of ref, shape of subject and what is not sure about it."""
    keys, claims = project.subject_keys or _USUAL, _claims(project)
    for kind in ("branch", "tag"):
        notes = [] if project.subject_keys else [_FORM]
        parts = []
        for key in keys:
            value = {"ref_type": kind, "ref": _FREE}.get(key) or claims.get(key)
            notes += [] if value else [_VALUE]
            parts.append(f"{key}:{value or _FREE}")
        yield kind, ":".join(parts), " ".join(notes)


def _project(subjects: TrustedSubjects, world: CiWorld, project: CiProject) -> None:
    head = f"project_path:{project.path}"
    issuers = [world.scope.issuer] if world.scope.issuer else _instances(subjects)
    doubt = "" if world.scope.issuer else _INSTANCE
    claims = _claims(project)
    for issuer in issuers:
        for trusted in subjects.near(issuer, [head]):
            possible = list(_possible(project, trusted, claims))
            for way in _ways(project, trusted) if possible else ():
                note = " ".join(each for each in (doubt, way.note) if each)
                source = world.ensure_branch(project, way.branch) if way.branch else world.id_of("ci", project.path)
                subjects.bear(source, world.id_of("ci", project.path), trusted, possible, note=note)
            for job in project.jobs if possible else ():
                _job(subjects, world, project, job, trusted, possible, doubt)


def _possible(project: CiProject, trusted: TrustedSubject, claims: dict[str, str]) -> Iterator[Trust]:
    """Yield the trusts that a project's tokens can pass, without tests that hold for all of its subjects."""
    forms = [form for _, form, _ in _forms(project) if trusted.accepts(form)]
    for trust in trusted.trusts:
        if not trust.possible(trusted.issuer, claims):
            continue
        answers = {trust.decided(trusted.issuer, form) for form in forms} or {trust}
        if len(answers) > 1:
            yield trust  # branches and tags differ, so the tests stay
        elif (only := answers.pop()) is not None:
            yield only


def _instances(subjects: TrustedSubjects) -> list[str]:
    """Return trusted issuers that are instances of GitLab, by the form of the subjects that are trusted."""
    return [
        issuer
        for issuer, listed in subjects.by_issuer.items()
        if issuer == GITLAB or any(each.subject.startswith("project_path:") for each in listed)
    ]


def _ways(project: CiProject, trusted: TrustedSubject) -> Iterator[_Way]:
    """Yield how whoever pushes to a project has a run with an accepted subject."""
    for kind, form, note in _forms(project):
        if not trusted.accepts(form):
            continue
        if _FREE not in form or trusted.accepts(form.replace(_FREE, _PROBE)):
            yield _Way(note=note)
            continue
        named = next(iter(_REF.findall(trusted.subject)), "")
        example = named.replace("*", _PROBE).replace("?", "x") if trusted.pattern else named
        fits = named and trusted.accepts(form.replace(_FREE, example))
        if kind == "branch" and fits:
            yield _Way(named, note)
        else:
            yield _Way(note=" ".join(each for each in (note, _TAGS if kind == "tag" else _VALUE) if each))


def _job(
    subjects: TrustedSubjects,
    world: CiWorld,
    project: CiProject,
    job: CiJob,
    trusted: TrustedSubject,
    possible: list[Trust],
    doubt: str,
) -> None:
    """Let a job have a subject for the audiences that its file asks for."""
    reached = _runs_there(project, job, trusted) if job.tokens else None
    if reached is None:
        return
    source, runs = world.job_node(project, job.id), world.id_of("ci", project.path)
    for token in job.tokens:
        for served, told in by_audience(possible, token.audiences, trusted.issuer):
            note = " ".join(each for each in (doubt, reached, told) if each)
            subjects.bear(source, runs, trusted, served, note=note)


def _runs_there(project: CiProject, job: CiJob, trusted: TrustedSubject) -> str | None:
    """Return what is not sure about a job that bears an accepted subject; ``None`` where it cannot."""
    found: str | None = None
    for kind, form, note in _forms(project):
        for name, sure in _refs(project, job, kind):
            text = form.replace(_FREE, name) if name else form
            if trusted.accepts(text):
                doubt = " ".join(each for each in (note, "" if sure else _SOME_RUNS) if each)
                found = doubt if found is None or len(doubt) < len(found) else found
    return found


def _refs(project: CiProject, job: CiJob, kind: str) -> Iterator[tuple[str, bool]]:
    """Yield names of branches or tags that a job runs for, an empty one for all, and whether that is sure."""
    for start in job.starts or ("any",):
        what, _, name = start.partition(":")
        sure = not job.guarded
        if what == "default" and kind == "branch":
            yield project.default_branch, sure and bool(project.default_branch)
        elif what == "other":
            yield "", False
        elif what in (kind, "ref", "any") or (what == "merge_request" and kind == "branch"):
            yield name, sure
