"""The organization as GitHub's REST API tells it: one answer, or one line a call, for each operation.

Input: ``organization``. Output: answers by operation, workflow files by path.
Not handled: fields that nothing reads; writing to disk.
Forms of the answers: https://docs.github.com/rest (2026-11).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from collectors.github.workflow_inputs import public_id
from sample_data._make.entra.names import DOMAIN
from sample_data._make.github.organization import (
    APPS,
    LOGINS,
    MEMBERS,
    OUTSIDE,
    OWNERS,
    TEAMS,
    TOKENS,
    repositories,
)
from sample_data._make.github.parts import OWNER, App, Environment, Repository, Team, Token, number
from sample_data._make.identifiers import days_ago

__all__ = ["Answers", "answers", "workflow_files"]

Json = dict[str, Any]
Lines = list[tuple[Json, Any]]
"""(request, answer); an answer that is a tuple is (code, message) of an error."""
Answers = dict[str, Any]
"""By operation: an object, a list, or ``Lines``."""
_REPOSITORY_LISTS: Mapping[str, str] = {
    "actions.list-repo-secrets": "secrets",
    "actions.list-repo-variables": "variables",
    "actions.list-self-hosted-runners-for-repo": "runners",
}


def _user(login: str) -> Json:
    return {"login": login, "id": number("user", login), "type": "User"}


def _repository(repository: Repository) -> Json:
    return {
        "id": number("repository", repository.name),
        "name": repository.name,
        "full_name": f"{OWNER}/{repository.name}",
        "owner": {"login": OWNER, "id": number("organization", OWNER), "type": "Organization"},
        "private": repository.visibility != "public",
        "visibility": repository.visibility,
        "default_branch": "main",
        "archived": repository.archived,
        "allow_forking": repository.visibility == "public",
        "created_at": days_ago(repository.created),
    }


def _short(name: str) -> Json:
    return {"id": number("repository", name), "name": name, "full_name": f"{OWNER}/{name}"}


def _identity(login: str, name: str) -> Json:
    """Return what single sign-on says of a member: the tenant's name of it."""
    return {
        "guid": str(UUID(int=number("identity", login))),
        "samlIdentity": {"nameId": f"{name}@{DOMAIN}"},
        "scimIdentity": None,
        "user": {"login": login},
    }


def _secret(name: str, changed: float, **more: str) -> Json:
    return {"name": name, "created_at": days_ago(changed), "updated_at": days_ago(changed), **more}


def _redacted(name: str, value: str) -> Json:
    """Return the value of a variable as a collector leaves it: what kind it was, and a public id."""
    found = {"redacted": "environment_variable", "hint": public_id(name, value)}
    return {key: text for key, text in found.items() if text}


def _counted(name: str, rows: Iterable[Json]) -> Json:
    found = list(rows)
    return {"total_count": len(found), name: found}


def answers() -> Answers:
    """Return the answer of every operation that the collector asks."""
    found: Answers = {**_organization(), **_teams(), **_credentials()}
    for repository in repositories():
        for operation, request, answer in _of_repository(repository):
            found.setdefault(operation, []).append(({"owner": OWNER, "repo": repository.name, **request}, answer))
    return found


def _organization() -> Answers:
    return {
        "orgs.get": {
            "login": OWNER,
            "id": number("organization", OWNER),
            "name": "Nordlicht Versand",
            "default_repository_permission": "read",
            "two_factor_requirement_enabled": True,
            "created_at": days_ago(3000),
        },
        "orgs.list-members": [
            ({"org": OWNER, "role": "admin"}, [_user(login) for login in OWNERS]),
            ({"org": OWNER, "role": "member"}, [_user(login) for login in MEMBERS]),
        ],
        "graphql.organization-external-identities": [_identity(login, name) for login, name in LOGINS.items()],
        "orgs.list-outside-collaborators": [_user(login) for login in OUTSIDE],
        "repos.list-for-org": [_repository(each) for each in repositories()],
        "actions.get-github-actions-permissions-organization": {
            "enabled_repositories": "all",
            "allowed_actions": "all",
        },
        "actions.get-github-actions-default-workflow-permissions-organization": {
            "default_workflow_permissions": "read",
            "can_approve_pull_request_reviews": False,
        },
        "actions.list-org-secrets": _counted("secrets", [_secret("NPM_READ_TOKEN", 150, visibility="private")]),
        "actions.list-selected-repos-for-org-secret": [],
        "actions.list-org-variables": _counted("variables", []),
        "actions.list-self-hosted-runners-for-org": _counted(
            "runners",
            [
                {
                    "id": 11,
                    "name": "build-01",
                    "os": "linux",
                    "status": "online",
                    "runner_group_id": 1,
                    "ephemeral": False,
                    "labels": [{"name": name} for name in ("self-hosted", "linux", "build")],
                }
            ],
        ),
        "actions.list-self-hosted-runner-groups-for-org": _counted(
            "runner_groups",
            [
                {
                    "id": 1,
                    "name": "Default",
                    "visibility": "all",
                    "default": True,
                    "allows_public_repositories": True,
                    "restricted_to_workflows": False,
                }
            ],
        ),
        "oidc.get-oidc-custom-sub-template-for-org": {"include_claim_keys": ["repo", "context"]},
    }


def _teams() -> Answers:
    def one(team: Team) -> Json:
        above = {"parent": {"slug": team.parent, "name": team.parent}} if team.parent else {"parent": None}
        return {"id": number("team", team.name), "slug": team.name, "name": team.name, "privacy": "closed", **above}

    def role(name: str, given: str) -> Json:
        order = ("pull", "triage", "push", "maintain", "admin")
        permissions = {each: order.index(each) <= order.index(given) for each in order}
        return {**_short(name), "role_name": {"push": "write", "pull": "read"}.get(given, given)} | {
            "permissions": permissions
        }

    return {
        "teams.list": [one(team) for team in TEAMS],
        "teams.list-members-in-org": [
            ({"org": OWNER, "team_slug": team.name}, [_user(login) for login in team.members]) for team in TEAMS
        ],
        "teams.list-repos-in-org": [
            ({"org": OWNER, "team_slug": team.name}, [role(*given) for given in team.repositories]) for team in TEAMS
        ],
    }


def _credentials() -> Answers:
    return {
        "orgs.list-app-installations": _counted("installations", [_app(app) for app in APPS]),
        "apps.list-repos-accessible-to-installation": [
            (
                {"installation_id": number("installation", app.slug)},
                _counted("repositories", [_short(name) for name in app.repositories]),
            )
            for app in APPS
            if app.repositories
        ],
        "orgs.list-pat-grants": [_token(token) for token in TOKENS],
        "orgs.list-pat-grant-repositories": [
            ({"org": OWNER, "pat_id": number("grant", token.name)}, [_short(name) for name in token.repositories])
            for token in TOKENS
        ],
        "orgs.list-saml-sso-authorizations": [],
    }


def _app(app: App) -> Json:
    return {
        "id": number("installation", app.slug),
        "app_id": number("app", app.slug),
        "app_slug": app.slug,
        "account": {"login": OWNER, "id": number("organization", OWNER), "type": "Organization"},
        "target_type": "Organization",
        "repository_selection": "selected" if app.repositories else "all",
        "permissions": app.permissions,
        "events": [],
        "created_at": days_ago(app.installed),
        "suspended_at": None if app.suspended is None else days_ago(app.suspended),
    }


def _token(token: Token) -> Json:
    return {
        "id": number("grant", token.name),
        "token_id": number("token", token.name),
        "token_name": token.name,
        "owner": _user(token.owner),
        "repository_selection": "subset",
        "permissions": {"repository": token.permissions},
        "access_granted_at": days_ago(token.granted),
        "token_expired": False,
        "token_expires_at": None if token.expires is None else days_ago(-token.expires),
        "token_last_used_at": None if token.used is None else days_ago(token.used),
    }


def _of_repository(repository: Repository) -> Iterator[tuple[str, Json, Any]]:
    """Yield (operation, what the request names besides the repository, answer)."""
    people = [
        {**_user(login), "role_name": {"push": "write"}.get(role, role), "permissions": {"pull": True, role: True}}
        for login, role in repository.outside
    ]
    yield "repos.list-collaborators", {"affiliation": "direct"}, people
    guarded = repository.protection is not None
    yield "repos.list-branches", {}, [{"name": "main", "protected": guarded}]
    yield from _rules(repository)
    yield "repos.list-deploy-keys", {}, [_key(repository, index) for index in range(len(repository.keys))]
    lists: Mapping[str, list[Json]] = {
        "secrets": [_secret(*each) for each in repository.secrets],
        "variables": [
            {"name": name, "value": _redacted(name, value), "created_at": days_ago(300), "updated_at": days_ago(300)}
            for name, value in repository.variables
        ],
        "runners": [],
    }
    for operation, name in _REPOSITORY_LISTS.items():
        yield operation, {}, _counted(name, lists[name])
    environments = repository.environments
    yield "repos.get-all-environments", {}, _counted("environments", [_environment(each) for each in environments])
    for each in environments:
        named = {"environment_name": each.name}
        yield "actions.list-environment-secrets", named, _counted("secrets", [_secret(*row) for row in each.secrets])
        yield "actions.list-environment-variables", named, _counted("variables", [])
        if each.branches:
            policies = [{"id": number("policy", name), "name": name, "type": "branch"} for name in each.branches]
            yield "repos.list-deployment-branch-policies", named, _counted("branch_policies", policies)
    yield "actions.get-github-actions-permissions-repository", {}, {"enabled": True, "allowed_actions": "all"}
    defaults = {"default_workflow_permissions": "read", "can_approve_pull_request_reviews": False}
    yield "actions.get-github-actions-default-workflow-permissions-repository", {}, defaults
    # Made before 15 July 2026, so the tokens bear names without ids.
    subject = {
        "use_default": True,
        "use_immutable_subject": False,
        "sub_claim_prefix": f"repo:{OWNER}/{repository.name}",
    }
    yield "actions.get-custom-oidc-sub-claim-for-repo", {}, subject


def _rules(repository: Repository) -> Iterator[tuple[str, Json, Any]]:
    rule, named = repository.protection, {"branch": "main"}
    yield "repos.get-branch-rules", named, []
    if rule is None:
        yield "repos.get-branch-protection", named, ("404", "Branch not protected")
        return
    yield (
        "repos.get-branch-protection",
        named,
        {
            "required_pull_request_reviews": {
                "required_approving_review_count": rule.approvals,
                "dismiss_stale_reviews": True,
                "require_code_owner_reviews": False,
            },
            "enforce_admins": {"enabled": rule.admins},
            "allow_force_pushes": {"enabled": False},
            "lock_branch": {"enabled": rule.locked},
        },
    )


def _key(repository: Repository, index: int) -> Json:
    key = repository.keys[index]
    return {
        "id": number("key", f"{repository.name}/{key.title}"),
        "title": key.title,
        "verified": True,
        "read_only": key.read_only,
        "added_by": key.added_by,
        "created_at": days_ago(key.created),
        "last_used": None if key.used is None else days_ago(key.used),
        "enabled": True,
    }


def _environment(environment: Environment) -> Json:
    rules: list[Json] = []
    if environment.reviewers:
        people = [{"type": "User", "reviewer": _user(login)} for login in environment.reviewers]
        rules.append(
            {
                "id": number("rule", environment.name),
                "type": "required_reviewers",
                "prevent_self_review": True,
                "reviewers": people,
            }
        )
    policy = {"protected_branches": False, "custom_branch_policies": True} if environment.branches else None
    if environment.branches:
        rules.append({"id": number("branches", environment.name), "type": "branch_policy"})
    return {
        "id": number("environment", environment.name),
        "name": environment.name,
        "protection_rules": rules,
        "deployment_branch_policy": policy,
    }


def workflow_files() -> dict[str, str]:
    """Return the text of each workflow file by ``<repository>/.github/workflows/<name>``."""
    return {
        f"{repository.name}/.github/workflows/{name}": text
        for repository in repositories()
        for name, text in repository.workflows.items()
    }
