"""How each REST call is made: its path, what it is asked with, and where its list stands.

Input: none (data only), parameters of a path. Output: ``CALLS``, ``path_of``, ``next_page``, ``items_of``.
Not handled: sending. Paths and parameters are those of GitHub's API description, and a test holds them against it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from collectors.github.operations import AUDIT_LOG

__all__ = ["CALLS", "RestCall", "items_of", "next_page", "path_of"]

_NEXT = re.compile(r'<([^>]+)>\s*;[^,]*\brel="?next"?')
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class RestCall:
    """One call."""

    path: str
    """With the parameters of the path in braces."""
    inside: str = ""
    """Field of the answer that holds the list; empty where the answer is the list, or no list."""
    listed: bool = True
    """Whether it answers page by page."""
    options: Mapping[str, str] = field(default_factory=dict)


def _org(path: str, inside: str = "", *, listed: bool = True, **options: str) -> RestCall:
    return RestCall(f"/orgs/{{org}}{path}", inside, listed, options)


def _repo(path: str, inside: str = "", *, listed: bool = True) -> RestCall:
    return RestCall(f"/repos/{{owner}}/{{repo}}{path}", inside, listed)


_ENVIRONMENT = "/environments/{environment_name}"

CALLS: Mapping[str, RestCall] = MappingProxyType(
    {
        "orgs.get": _org("", listed=False),
        "orgs.list-members": _org("/members"),
        "orgs.list-outside-collaborators": _org("/outside_collaborators"),
        "teams.list-members-in-org": _org("/teams/{team_slug}/members"),
        "teams.list-repos-in-org": _org("/teams/{team_slug}/repos"),
        "repos.list-for-org": _org("/repos"),
        "repos.get-content": _repo("/contents/{path}", listed=False),
        "repos.list-deploy-keys": _repo("/keys"),
        "orgs.list-app-installations": _org("/installations", "installations"),
        "orgs.list-pat-grants": _org("/personal-access-tokens"),
        "orgs.list-pat-grant-repositories": _org("/personal-access-tokens/{pat_id}/repositories"),
        "orgs.list-saml-sso-authorizations": _org("/credential-authorizations"),
        "orgs.list-webhooks": _org("/hooks"),
        "repos.list-webhooks": _repo("/hooks"),
        AUDIT_LOG: _org("/audit-log", include="all"),
        "actions.get-github-actions-permissions-organization": _org("/actions/permissions", listed=False),
        "actions.list-selected-repositories-enabled-github-actions-organization": _org(
            "/actions/permissions/repositories", "repositories"
        ),
        "actions.get-github-actions-permissions-repository": _repo("/actions/permissions", listed=False),
        "actions.get-github-actions-default-workflow-permissions-organization": _org(
            "/actions/permissions/workflow", listed=False
        ),
        "actions.get-github-actions-default-workflow-permissions-repository": _repo(
            "/actions/permissions/workflow", listed=False
        ),
        "actions.list-org-secrets": _org("/actions/secrets", "secrets"),
        "actions.list-selected-repos-for-org-secret": _org(
            "/actions/secrets/{secret_name}/repositories", "repositories"
        ),
        "actions.list-repo-secrets": _repo("/actions/secrets", "secrets"),
        "actions.list-environment-secrets": _repo(f"{_ENVIRONMENT}/secrets", "secrets"),
        "actions.list-org-variables": _org("/actions/variables", "variables"),
        "actions.list-repo-variables": _repo("/actions/variables", "variables"),
        "actions.list-environment-variables": _repo(f"{_ENVIRONMENT}/variables", "variables"),
        "repos.get-all-environments": _repo("/environments", "environments"),
        "repos.list-deployment-branch-policies": _repo(f"{_ENVIRONMENT}/deployment-branch-policies", "branch_policies"),
        "actions.get-self-hosted-runners-permissions-organization": _org(
            "/actions/permissions/self-hosted-runners", listed=False
        ),
        "actions.list-selected-repositories-self-hosted-runners-organization": _org(
            "/actions/permissions/self-hosted-runners/repositories", "repositories"
        ),
        "actions.list-self-hosted-runners-for-org": _org("/actions/runners", "runners"),
        "actions.list-self-hosted-runner-groups-for-org": _org("/actions/runner-groups", "runner_groups"),
        "actions.list-self-hosted-runners-for-repo": _repo("/actions/runners", "runners"),
        "oidc.get-oidc-custom-sub-template-for-org": _org("/actions/oidc/customization/sub", listed=False),
        "actions.get-custom-oidc-sub-claim-for-repo": _repo("/actions/oidc/customization/sub", listed=False),
    }
)
"""By operation; what GraphQL says is not among them."""


def path_of(name: str, request: Mapping[str, Any]) -> str:
    """Return path and query of a call; what of the request is not in the path goes into the query."""
    call = CALLS[name]
    places = _PLACE.findall(call.path)
    # A slash belongs to the path of a file, and to nothing else.
    path = _PLACE.sub(lambda match: quote(str(request[match[1]]), safe="/" if match[1] == "path" else ""), call.path)
    query = {key: str(value) for key, value in request.items() if key not in places} | dict(call.options)
    if call.listed:
        query["per_page"] = "100"
    return f"{path}?{urlencode(query)}" if query else path


def next_page(headers: Mapping[str, str]) -> str:
    """Return the address of the next page that a ``Link`` header names; empty on the last one.

    References
    ----------
    https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api (read 2026-11)
    """
    found = _NEXT.search(headers.get("link", ""))
    return found[1] if found else ""


def items_of(name: str, body: Any) -> list[Any] | None:
    """Return the list of an answer; ``None`` where it has none."""
    inside = CALLS[name].inside
    found = body.get(inside) if inside and isinstance(body, Mapping) else body
    return found if isinstance(found, list) else None
