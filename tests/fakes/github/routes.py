"""What GitHub's REST serves to a collector: paths, and the permission of an app that each asks for.

Input: none (data only). Output: ``ROUTES``, ``route_of``. Not handled: writing.
Permissions are from https://docs.github.com/rest/authentication/permissions-required-for-github-apps (read 2026-11), by
the names that an installation's token has them under, never from what the collector declares.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

__all__ = ["ROUTES", "Route", "route_of"]


@dataclass(frozen=True, slots=True)
class Route:
    """One path."""

    operation: str
    path: re.Pattern[str]
    permission: str
    inside: str = ""
    """Field of the answer that holds the list."""
    listed: bool = True


def _org(operation: str, path: str, permission: str, inside: str = "", listed: bool = True) -> Route:
    return Route(operation, re.compile(f"/orgs/(?P<org>[^/]+){path}"), permission, inside, listed)


def _repo(operation: str, path: str, permission: str, inside: str = "", listed: bool = True) -> Route:
    return Route(operation, re.compile(f"/repos/(?P<org>[^/]+)/(?P<repo>[^/]+){path}"), permission, inside, listed)


_ADMIN, _RUNNERS = "organization_administration", "organization_self_hosted_runners"
_ENV = "/environments/(?P<environment_name>[^/]+)"

ROUTES: tuple[Route, ...] = (
    _org("orgs.get", "", "", listed=False),
    _org("orgs.list-members", "/members", "members"),
    _org("orgs.list-outside-collaborators", "/outside_collaborators", "members"),
    _org("teams.list-members-in-org", "/teams/(?P<team_slug>[^/]+)/members", "members"),
    _org("teams.list-repos-in-org", "/teams/(?P<team_slug>[^/]+)/repos", "members"),
    _org("repos.list-for-org", "/repos", "metadata"),
    _org("orgs.list-app-installations", "/installations", _ADMIN, "installations"),
    _org("orgs.list-pat-grants", "/personal-access-tokens", "organization_personal_access_tokens"),
    _org(
        "orgs.list-pat-grant-repositories",
        "/personal-access-tokens/(?P<pat_id>[^/]+)/repositories",
        "organization_personal_access_tokens",
    ),
    _org("orgs.list-saml-sso-authorizations", "/credential-authorizations", _ADMIN),
    _org("orgs.list-webhooks", "/hooks", "organization_hooks"),
    _org("orgs.get-audit-log", "/audit-log", _ADMIN),
    _org("actions.get-github-actions-permissions-organization", "/actions/permissions", _ADMIN, listed=False),
    _org(
        "actions.list-selected-repositories-enabled-github-actions-organization",
        "/actions/permissions/repositories",
        _ADMIN,
        "repositories",
    ),
    _org(
        "actions.get-github-actions-default-workflow-permissions-organization",
        "/actions/permissions/workflow",
        _ADMIN,
        listed=False,
    ),
    _org(
        "actions.get-self-hosted-runners-permissions-organization",
        "/actions/permissions/self-hosted-runners",
        _ADMIN,
        listed=False,
    ),
    _org(
        "actions.list-selected-repositories-self-hosted-runners-organization",
        "/actions/permissions/self-hosted-runners/repositories",
        _ADMIN,
        "repositories",
    ),
    _org("actions.list-org-secrets", "/actions/secrets", "organization_secrets", "secrets"),
    _org(
        "actions.list-selected-repos-for-org-secret",
        "/actions/secrets/(?P<secret_name>[^/]+)/repositories",
        "organization_secrets",
        "repositories",
    ),
    _org("actions.list-org-variables", "/actions/variables", "organization_actions_variables", "variables"),
    _org("actions.list-self-hosted-runners-for-org", "/actions/runners", _RUNNERS, "runners"),
    _org("actions.list-self-hosted-runner-groups-for-org", "/actions/runner-groups", _RUNNERS, "runner_groups"),
    _org("oidc.get-oidc-custom-sub-template-for-org", "/actions/oidc/customization/sub", _ADMIN, listed=False),
    _repo("repos.get-content", "/contents/(?P<path>.+)", "contents", listed=False),
    _repo("repos.list-deploy-keys", "/keys", "administration"),
    _repo("repos.list-webhooks", "/hooks", "repository_hooks"),
    _repo("actions.list-repo-secrets", "/actions/secrets", "secrets", "secrets"),
    _repo("actions.list-environment-secrets", f"{_ENV}/secrets", "environments", "secrets"),
    _repo("actions.list-repo-variables", "/actions/variables", "actions_variables", "variables"),
    _repo("actions.list-environment-variables", f"{_ENV}/variables", "environments", "variables"),
    _repo("repos.get-all-environments", "/environments", "actions", "environments"),
    _repo("repos.list-deployment-branch-policies", f"{_ENV}/deployment-branch-policies", "actions", "branch_policies"),
    _repo("actions.list-self-hosted-runners-for-repo", "/actions/runners", "administration", "runners"),
    _repo("actions.get-github-actions-permissions-repository", "/actions/permissions", "administration", listed=False),
    _repo(
        "actions.get-github-actions-default-workflow-permissions-repository",
        "/actions/permissions/workflow",
        "administration",
        listed=False,
    ),
    _repo("actions.get-custom-oidc-sub-claim-for-repo", "/actions/oidc/customization/sub", "actions", listed=False),
)


def route_of(path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the route of a path and the values in it; ``None`` where GitHub has no such thing."""
    for route in ROUTES:
        match = route.path.fullmatch(path)
        if match:
            return route, {name: unquote(value) for name, value in match.groupdict().items()}
    return None
