"""The organization, its people and teams from GitHub answers.

Input: ``Reading``. Output: records by login or slug.
Handled: owners, where members were asked for by role; roles of teams in repositories by name or by permissions.
Not handled: organization roles beside owner; custom repository roles count as the permissions that the answer shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from collectors.github.records import GitHubOrganization, GitHubTeam, GitHubUser
from collectors.github.records_fields import FieldError, Fields, Reading, full_name, login_in

__all__ = ["read_organization", "read_teams", "read_users", "role_in"]

_MEMBERS = "orgs.list-members"
_ORDER = ("admin", "maintain", "push", "triage", "pull")
_NAMES = {"push": "write", "pull": "read"}
_KNOWN = ("admin", "maintain", "write", "triage", "read")


def role_in(item: Fields) -> str:
    """Return a role in a repository: ``admin``, ``maintain``, ``write``, ``triage``, ``read``; empty when not told.

    The permissions of the answer come first: a custom role has a name of its own and, among them, what it rests on.
    """
    given = item.body.get("permissions")
    if isinstance(given, Mapping):
        for name in _ORDER:
            if given.get(name) is True:
                return _NAMES.get(name, name)
    for name in (item.text("role_name"), item.text("permission")):
        if (plain := _NAMES.get(name.lower(), name.lower())) in _KNOWN:
            return plain
    return ""


def read_organization(reading: Reading) -> GitHubOrganization:
    """Return the organization of a scope."""
    login, name, identity, base, ref = reading.scope.lower(), reading.scope, 0, "", None
    for item in reading.items("orgs.get"):
        name = item.text("login") or name
        login, identity, ref = name.lower(), item.number("id") or 0, item.ref
        base = item.text("default_repository_permission").lower()
    keys: tuple[str, ...] = ()
    for call in reading.calls("oidc.get-oidc-custom-sub-template-for-org"):
        keys = reading.answer("oidc.get-oidc-custom-sub-template-for-org", call).texts("include_claim_keys")
    enabled = permissions = ""
    approves: bool | None = None
    operation = "actions.get-github-actions-permissions-organization"
    for call in reading.calls(operation):
        enabled = reading.answer(operation, call).text("enabled_repositories")
    operation = "actions.get-github-actions-default-workflow-permissions-organization"
    for call in reading.calls(operation):
        answer = reading.answer(operation, call)
        permissions = answer.text("default_workflow_permissions")
        approves = answer.flag("can_approve_pull_request_reviews")
    known = any(call.request.get("role") == "admin" for call in reading.calls(_MEMBERS))
    found = GitHubOrganization(
        login,
        name,
        identity,
        base_role=base,
        actions_enabled=enabled,
        subject_keys=keys,
        subject_known=reading.looked_at("oidc.get-oidc-custom-sub-template-for-org"),
        default_permissions=permissions,
        can_approve=approves,
        owners_known=known,
    )
    return found if ref is None else replace(found, ref=ref)


def read_users(reading: Reading) -> dict[str, GitHubUser]:
    """Return owners, members and outside collaborators."""
    found: dict[str, GitHubUser] = {}
    if reading.looked_at(_MEMBERS) and not any("role" in call.request for call in reading.calls(_MEMBERS)):
        reading.gap(_MEMBERS, "members were not asked for by role, so who owns the organization is not known")
    for call in reading.calls(_MEMBERS):
        role = {"admin": "admin", "member": "member"}.get(str(call.request.get("role") or ""), "")
        for item in reading.of_call(_MEMBERS, call):
            _keep(reading, found, item, _MEMBERS, role)
    for item in reading.items("orgs.list-outside-collaborators"):
        _keep(reading, found, item, "orgs.list-outside-collaborators", "outside")
    return found


def _keep(reading: Reading, found: dict[str, GitHubUser], item: Fields, operation: str, role: str) -> None:
    try:
        login = login_in(item)
    except FieldError as error:
        reading.gap(operation, str(error))
        return
    known = found.get(login)
    if known is None or not known.role:
        found[login] = GitHubUser(login, item.text("login"), item.number("id") or 0, item.ref, role)


def read_teams(reading: Reading) -> dict[str, GitHubTeam]:
    """Return teams with members and repositories."""
    inside, given = "teams.list-members-in-org", "teams.list-repos-in-org"
    members, repositories = reading.by_parameter(inside, "team_slug"), reading.by_parameter(given, "team_slug")
    found: dict[str, GitHubTeam] = {}
    for item in reading.items("teams.list"):
        try:
            slug = item.required("slug").lower()
        except FieldError as error:
            reading.gap("teams.list", str(error))
            continue
        people = [login_in(each) for call in members.get(slug, ()) for each in reading.of_call(inside, call)]
        roles = {
            full_name(each): role_in(each)
            for call in repositories.get(slug, ())
            for each in reading.of_call(given, call, "repositories")
        }
        found[slug] = GitHubTeam(
            slug,
            item.text("name"),
            item.number("id") or 0,
            item.ref,
            parent=item.inner("parent").text("slug").lower(),
            members=tuple(dict.fromkeys(people)),
            members_known=slug in members,
            repositories=roles,
            repositories_known=slug in repositories,
        )
    return found
