"""Turn GitLab evidence into records: pure, tolerant of whatever is missing.

Input: an ``EvidenceSet``. Output: one ``CiScope`` for each top-level group, and gaps.
Handled: projects of which there is a file alone; ids or paths in requests; an instance below a path of its host.
Not handled: members and who may push, which no file tells; instance variables; pipeline schedules and triggers.

References
----------
https://docs.gitlab.com/api/projects/, https://docs.gitlab.com/api/project_level_variables/,
https://docs.gitlab.com/api/protected_branches/ (read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from collectors.ci.reading import FieldError, Fields, Reading
from collectors.ci.records import CiProject, CiRecords, CiScope, CiVariable
from collectors.evidence.evidence import Call, EvidenceSet
from collectors.gitlab.operations import FILES, OPERATIONS, PROJECTS
from collectors.gitlab.pipeline_file import read_pipeline
from collectors.interface import Gap

__all__ = ["to_records"]

_PROTECTED, _VARIABLES, _GROUP_VARIABLES = "projects.protected_branches", "projects.variables", "groups.variables"


def to_records(evidence: EvidenceSet) -> CiRecords:
    """Return the records of every group; linear in the evidence."""
    gaps: dict[Gap, None] = {}
    found = []
    for scope in evidence.scopes("gitlab"):
        reading = Reading(evidence, "gitlab", scope, OPERATIONS)
        found.append(_group(reading))
        gaps.update(dict.fromkeys(reading.gaps))
    return CiRecords(tuple(found), tuple(gaps))


def _group(reading: Reading) -> CiScope:
    projects, issuers, groups = _listed(reading)
    for call in reading.calls(FILES):
        _file(reading, projects, call)
    by_id = {project.id: key for key, project in projects.items() if project.id}
    for key, call in _about(reading, _PROTECTED, projects, by_id):
        names = [item.text("name") for item in reading.items(_PROTECTED, call)]
        known = (*projects[key].protected_branches, *(name for name in names if name))
        projects[key] = replace(projects[key], protected_branches=known, protection_known=True)
    for key, call in _about(reading, _VARIABLES, projects, by_id):
        rows = (*projects[key].variables, *reading.variables(_VARIABLES, call))
        projects[key] = replace(projects[key], variables=rows, variables_known=True)
    shared: defaultdict[str, tuple[CiVariable, ...]] = defaultdict(tuple)
    for name, call in reading.about(_GROUP_VARIABLES, "id"):
        shared[groups.get(name, name if not name.isdigit() else reading.scope)] += tuple(
            reading.variables(_GROUP_VARIABLES, call)
        )
    if len(issuers) > 1:
        reading.gap(PROJECTS, f"the projects are of several instances ({', '.join(sorted(issuers))})")
    return CiScope(
        "gitlab",
        reading.scope,
        issuer=next(iter(issuers)) if len(issuers) == 1 else "",
        projects=tuple(projects[key] for key in sorted(projects)),
        variables=dict(shared),
        presence=reading.presence(),
    )


def _listed(reading: Reading) -> tuple[dict[str, CiProject], set[str], dict[str, str]]:
    """Return projects by path in lower case, the instances that they are of, and groups by id."""
    projects: dict[str, CiProject] = {}
    issuers: set[str] = set()
    groups: dict[str, str] = {}
    for call in reading.calls(PROJECTS):
        for item in reading.items(PROJECTS, call):
            try:
                path = item.required("path_with_namespace")
            except FieldError as error:
                reading.gap(PROJECTS, str(error))
                continue
            projects[path.lower()] = _project(item, path)
            address = item.text("web_url").partition("://")[2]
            if address.lower().endswith(f"/{path.lower()}"):
                issuers.add(address[: -len(path) - 1])
            above = item.inner("namespace")
            if number := above.number("id"):
                groups[str(number)] = above.text("full_path")
    return projects, issuers, groups


def _project(item: Fields, path: str) -> CiProject:
    off = item.text("builds_access_level") == "disabled" or item.flag("jobs_enabled") is False
    told = "builds_access_level" in item.body or "jobs_enabled" in item.body
    return CiProject(
        path,
        item.ref,
        id=str(item.number("id") or ""),
        listed=True,
        namespace_id=str(item.inner("namespace").number("id") or ""),
        visibility=item.text("visibility"),
        default_branch=item.text("default_branch"),
        archived=item.flag("archived") is True,
        pipelines=not off if told else None,
        subject_keys=item.texts("ci_id_token_sub_claim_components"),
    )


def _file(reading: Reading, projects: dict[str, CiProject], call: Call) -> None:
    below = str(call.request.get("repo") or "")
    path = below if below.lower().startswith(f"{reading.scope.lower()}/") else f"{reading.scope}/{below}"
    project = projects.get(path.lower())
    if project is None:
        if any(True for _ in reading.calls(PROJECTS)):
            reading.gap(FILES, "a pipeline file of a project that no list of projects has", path)
        project = CiProject(path, call.ref)
    read = read_pipeline(str((call.response or {}).get("text") or ""))
    if read.problem:
        reading.gap(FILES, f"{call.ref.file}: {read.problem}", path)
    projects[path.lower()] = replace(
        project, jobs=read.jobs, includes=read.includes, written=read.written, file=call.ref.file, problem=read.problem
    )


def _about(
    reading: Reading, operation: str, projects: dict[str, CiProject], by_id: dict[str, str]
) -> list[tuple[str, Call]]:
    found = []
    for name, call in reading.about(operation, "id", "project_id"):
        key = by_id.get(name) or name.lower()
        if key in projects:
            found.append((key, call))
        else:
            reading.gap(operation, f"{call.ref}: no list and no file has project {name}", name)
    return found
