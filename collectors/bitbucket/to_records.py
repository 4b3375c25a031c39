"""Turn Bitbucket evidence into records: pure, tolerant of whatever is missing.

Input: an ``EvidenceSet``. Output: one ``CiScope`` for each workspace, and gaps.
Handled: repositories of which there is a file alone; repositories by slug, full name or UUID in requests.
Not handled: members, groups and branch restrictions, which no file tells; Bitbucket Data Center (no pipelines).

References
----------
https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/ and
https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/ (read 2026-11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from collectors.bitbucket.operations import FILES, OPERATIONS, REPOSITORIES, WORKSPACE
from collectors.bitbucket.pipeline_file import read_pipeline
from collectors.ci.reading import FieldError, Reading
from collectors.ci.records import CiEnvironment, CiProject, CiRecords, CiScope, CiVariable
from collectors.evidence.evidence import Call, EvidenceSet
from collectors.interface import Gap

__all__ = ["to_records"]

_ENVIRONMENTS, _VARIABLES = "repositories.environments", "repositories.pipelines_config.variables"
_OF_ENVIRONMENT = "repositories.deployments_config.environments.variables"
_OF_WORKSPACE = "workspaces.pipelines-config.variables"


def to_records(evidence: EvidenceSet) -> CiRecords:
    """Return the records of every workspace; linear in the evidence."""
    gaps: dict[Gap, None] = {}
    found = []
    for scope in evidence.scopes("bitbucket"):
        reading = Reading(evidence, "bitbucket", scope, OPERATIONS)
        found.append(_workspace(reading))
        gaps.update(dict.fromkeys(reading.gaps))
    return CiRecords(tuple(found), tuple(gaps))


def _workspace(reading: Reading) -> CiScope:
    found = _listed(reading)
    for call in reading.calls(FILES):
        _file(reading, found, call)
    for key, call in _about(reading, _ENVIRONMENTS, found):
        rows = tuple(
            CiEnvironment(item.text("name"), _braced(item.text("uuid")), item.ref)
            for item in reading.items(_ENVIRONMENTS, call)
            if item.text("name")
        )
        known = (*found[key].environments, *rows)
        found[key] = replace(found[key], environments=known, environments_known=True)
    for key, call in _about(reading, _VARIABLES, found):
        variables = (*found[key].variables, *reading.variables(_VARIABLES, call))
        found[key] = replace(found[key], variables=variables, variables_known=True)
    for key, call in _about(reading, _OF_ENVIRONMENT, found):
        uuid = _braced(str(call.request.get("environment_uuid") or ""))
        name = next((each.name for each in found[key].environments if each.uuid == uuid), uuid)
        variables = (*found[key].variables, *reading.variables(_OF_ENVIRONMENT, call, name))
        found[key] = replace(found[key], variables=variables)
    shared: tuple[CiVariable, ...] = ()
    for call in reading.calls(_OF_WORKSPACE):
        shared += tuple(reading.variables(_OF_WORKSPACE, call))
    uuid = next((item.text("uuid") for call in reading.calls(WORKSPACE) for item in reading.items(WORKSPACE, call)), "")
    return CiScope(
        "bitbucket",
        reading.scope,
        _braced(uuid),
        f"api.bitbucket.org/2.0/workspaces/{reading.scope}/pipelines-config/identity/oidc",
        tuple(found[key] for key in sorted(found)),
        {reading.scope: shared} if shared else {},
        reading.presence(),
    )


def _braced(uuid: str) -> str:
    return f"{{{uuid.strip('{}').lower()}}}" if uuid else ""


def _listed(reading: Reading) -> dict[str, CiProject]:
    """Return repositories by full name in lower case."""
    found: dict[str, CiProject] = {}
    for call in reading.calls(REPOSITORIES):
        for item in reading.items(REPOSITORIES, call):
            try:
                name = item.required("full_name")
            except FieldError as error:
                reading.gap(REPOSITORIES, str(error))
                continue
            private = item.flag("is_private")
            found[name.lower()] = CiProject(
                name,
                item.ref,
                id=_braced(item.text("uuid")),
                listed=True,
                visibility="" if private is None else "private" if private else "public",
                default_branch=item.inner("mainbranch").text("name"),
            )
    return found


def _file(reading: Reading, found: dict[str, CiProject], call: Call) -> None:
    path = f"{reading.scope}/{call.request.get('repo')}"
    repository = found.get(path.lower())
    if repository is None:
        if any(True for _ in reading.calls(REPOSITORIES)):
            reading.gap(FILES, "a pipeline file of a repository that no list of repositories has", path)
        repository = CiProject(path, call.ref)
    read = read_pipeline(str((call.response or {}).get("text") or ""))
    if read.problem:
        reading.gap(FILES, f"{call.ref.file}: {read.problem}", path)
    found[path.lower()] = replace(
        repository,
        jobs=read.jobs,
        includes=read.includes,
        written=read.written,
        file=call.ref.file,
        problem=read.problem,
    )


def _about(reading: Reading, operation: str, found: dict[str, CiProject]) -> Iterator[tuple[str, Call]]:
    by_uuid = {repository.id: key for key, repository in found.items() if repository.id}
    for name, call in reading.about(operation, "repo_slug", "repository", "repo"):
        key = by_uuid.get(_braced(name)) or (name if "/" in name else f"{reading.scope}/{name}").lower()
        if key in found:
            yield key, call
        else:
            reading.gap(operation, f"{call.ref}: no list and no file has repository {name}", name)
