"""Turn GitHub evidence into records: pure, without any SDK, tolerant of whatever is missing.

Input: an ``EvidenceSet``. Output: ``GitHubRecords``, one part an organization.
Not handled: evaluation; people and repositories that grants merely refer to (the graph adds them).
"""

from __future__ import annotations

from dataclasses import replace

from collectors.evidence.evidence import EvidenceSet
from collectors.github.operations import FILES, OPERATIONS
from collectors.github.records import GitHubOrganizationRecords, GitHubRecords, GitHubRepository
from collectors.github.records_credentials import (
    add_to_repositories,
    read_installations,
    read_runners,
    read_secrets,
    read_tokens,
    read_variables,
)
from collectors.github.records_events import add_uses, read_webhooks
from collectors.github.records_fields import FieldError, Reading
from collectors.github.records_identities import read_identities
from collectors.github.records_people import read_organization, read_teams, read_users
from collectors.github.records_repositories import (
    read_access,
    read_branches,
    read_environments,
    read_repositories,
    read_subject,
)
from collectors.github.workflow_file import read_workflow
from collectors.interface import Gap

__all__ = ["to_records"]

_SECRETS = "actions.list-repo-secrets"


def to_records(evidence: EvidenceSet) -> GitHubRecords:
    """Join everything that GitHub evidence says.

    Parameters
    ----------
    evidence
        As ``read_evidence`` gives it; may hold any subset of the operations, of any number of organizations.

    Returns
    -------
    GitHubRecords
        Tuples sorted by name or id. ``gaps`` holds what could not be read here, each with file and JSON pointer.

    Notes
    -----
    Linear in the evidence.
    """
    gaps: dict[Gap, None] = {}
    found = []
    for scope in evidence.scopes("github"):
        reading = Reading(evidence, scope)
        try:
            found.append(_organization(reading))
        except FieldError as error:
            reading.gap("orgs.get", str(error))
        gaps.update(dict.fromkeys(reading.gaps))
    ordered = sorted(gaps, key=lambda gap: (gap.scope, gap.operation, gap.reason, gap.subject))
    return GitHubRecords(tuple(found), tuple(ordered)) if found or ordered else GitHubRecords()


def _organization(reading: Reading) -> GitHubOrganizationRecords:
    organization = read_organization(reading)
    repositories = read_repositories(reading)
    for add in (read_access, read_branches, read_environments, read_subject, add_to_repositories):
        add(reading, repositories)
    _note_unasked(reading, repositories)
    _add_workflows(reading, repositories)
    users, teams = read_users(reading), read_teams(reading)
    secrets, runners = read_secrets(reading), read_runners(reading)
    installations, tokens = read_installations(reading, organization.login), read_tokens(reading)
    add_uses(reading, tokens)
    return GitHubOrganizationRecords(
        organization=organization,
        users=tuple(users[key] for key in sorted(users)),
        teams=tuple(teams[key] for key in sorted(teams)),
        repositories=tuple(repositories[key] for key in sorted(repositories)),
        secrets=tuple(secrets[key] for key in sorted(secrets)),
        runners=tuple(runners[key] for key in sorted(runners)),
        installations=tuple(installations[key] for key in sorted(installations)),
        tokens=tuple(tokens[key] for key in sorted(tokens)),
        variables=read_variables(reading),
        identities=read_identities(reading),
        webhooks=read_webhooks(reading),
        presence={operation: reading.presence(operation) for operation in OPERATIONS},
    )


def _note_unasked(reading: Reading, found: dict[str, GitHubRepository]) -> None:
    """Note repositories in which workflows run and whose secrets a collection did not ask for: it is not "none"."""
    if not reading.evidence.records("github", reading.scope, _SECRETS) or not reading.looked_at(_SECRETS):
        return
    asked = reading.by_repository(_SECRETS)
    left = sorted(
        name
        for name, repository in found.items()
        if name not in asked and not repository.archived and repository.actions_enabled is not False
    )
    if left:
        reading.gap(_SECRETS, f"not asked of {len(left)} repositories, first: {left[0]}")


def _add_workflows(reading: Reading, found: dict[str, GitHubRepository]) -> None:
    for name, calls in reading.by_repository(FILES).items():
        if name not in found:
            reading.gap(FILES, "workflow files of a repository that no list of repositories has", name)
            continue
        read = [
            read_workflow(str(call.response.get("text") or ""), str(call.request.get("path") or ""), call.ref)
            for call in calls
            if call.response is not None
        ]
        for workflow in read:
            if workflow.problem:
                reading.gap(FILES, f"{workflow.ref.file}: {workflow.problem}", name)
        found[name] = replace(found[name], workflows=tuple(sorted(read, key=lambda each: each.path)))
