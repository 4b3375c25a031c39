"""What an organization holds, as the worlds of GitHub describe it: answers of REST, and objects for GraphQL.

Input: ``GitHubWorldFiles``. Output: ``GitHubOrganization``.
Handled: everything that worlds say. Not handled: anything that changes while it is read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.worlds.github import ORG, GitHubWorldFiles

__all__ = ["GitHubOrganization", "organization_of"]

Json = dict[str, Any]


@dataclass(slots=True)
class GitHubOrganization:
    """An organization of GitHub."""

    login: str = ORG
    single: dict[str, Json] = field(default_factory=dict)
    """Answers that are one object, by operation."""
    lists: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    """Lists of the organization by operation, and role for members."""
    about: dict[tuple[str, tuple[str, ...]], Any] = field(default_factory=dict)
    """Answers about objects by operation and the values of the path."""
    repositories: dict[str, Json] = field(default_factory=dict)
    """Objects of GraphQL by node id."""
    teams: list[Json] = field(default_factory=list)
    identities: list[Json] | None = None
    """``None``: there is no single sign-on."""
    may_administer: bool = False
    """The caller is an owner."""


def organization_of(files: GitHubWorldFiles) -> GitHubOrganization:
    """Return the organization that a world describes."""
    found = GitHubOrganization()
    names = {"login": ORG, "id": 5, "default_repository_permission": files.base_role}
    found.single["orgs.get"] = {**names, "plan": {"name": "enterprise"}, **files.singles.get("orgs.get", {})}
    for name, body in files.singles.items():
        found.single.setdefault(name, body)
    for name, rows in files.lists.items():
        found.lists[name, ""] = list(rows)
    for role, rows in files.members.items():
        found.lists["orgs.list-members", role] = list(rows)
    index = _Index(files)
    for row in found.lists.get(("repos.list-for-org", ""), []):
        row["node_id"] = f"R_{row['id']}"
        found.repositories[row["node_id"]] = _repository(index, row)
    for name, calls in files.calls.items():
        for request, answer in calls:
            key = tuple(
                str(value).lower() for key, value in request.items() if key not in ("owner", "org", "affiliation")
            )
            if isinstance(answer, list):
                found.about.setdefault((name, key), []).extend(answer)
            else:
                found.about[name, key] = answer
    nodes = {each["nameWithOwner"]: each for each in found.repositories.values()}
    found.teams = [_team(index, row, nodes) for row in files.lists.get("teams.list", [])]
    return found


class _Index:
    """A world whose calls are found by repository or team: looking through all for each would be quadratic."""

    def __init__(self, files: GitHubWorldFiles) -> None:
        self.calls: dict[tuple[str, str], list[tuple[Json, Any]]] = {}
        for name, calls in files.calls.items():
            for request, answer in calls:
                key = str(request.get("repo") or request.get("team_slug") or "")
                self.calls.setdefault((name, key), []).append((request, answer))
        self.files: dict[str, dict[str, str]] = {}
        for path, text in files.files.items():
            _, repository, _, _, name = path.split("/")
            self.files.setdefault(repository, {})[name] = text

    def rows(self, operation: str, key: str, **wanted: str) -> list[Json]:
        """Return the objects of the calls about a repository or team."""
        return [
            row
            for request, answer in self.calls.get((operation, key), [])
            if all(request.get(name) == value for name, value in wanted.items())
            for row in answer
        ]


def _repository(index: _Index, row: Json) -> Json:
    name = row["full_name"].partition("/")[2]
    branches = index.rows("repos.list-branches", name)
    return {
        "__typename": "Repository",
        "id": row["node_id"],
        "databaseId": row["id"],
        "nameWithOwner": row["full_name"],
        "collaborators": [
            {
                "permission": _role(person).upper(),
                "permissionSources": [_source(row, person)],
                "node": {"__typename": "User", "id": f"U_{person['login']}", "login": person["login"], "databaseId": 1},
            }
            for person in index.rows("repos.list-collaborators", name, affiliation="direct")
        ],
        "refs": [_ref(index, name, each["name"]) for each in branches],
        "defaultBranchRef": next(
            (_ref(index, name, each["name"]) for each in branches if each["name"] == "main"), None
        ),
        "rulesets": row.get("rulesets", []),
        "branchProtectionRules": [
            _rule(request["branch"], answer)
            for request, answer in index.calls.get(("repos.get-branch-protection", name), [])
        ],
        "deployKeys": index.rows("repos.list-deploy-keys", name),
        "environments": [
            {"__typename": "Environment", "id": each["name"], "name": each["name"]}
            for each in index.rows("repos.get-all-environments", name)
        ],
        "files": index.files.get(name, {}),
    }


def _role(row: Json) -> str:
    for name in ("admin", "maintain", "push", "triage", "pull"):
        if row["permissions"].get(name):
            return {"push": "write", "pull": "read"}.get(name, name)
    return "read"


def _source(row: Json, person: Json) -> Json:
    role = _role(person)
    coarse = {"admin": "ADMIN", "maintain": "WRITE", "write": "WRITE"}.get(role, "READ")
    source = {"__typename": "Repository", "nameWithOwner": row["full_name"]}
    return {"permission": coarse, "roleName": role, "source": source}


def _ref(index: _Index, name: str, branch: str) -> Json:
    rules = []
    for rule in index.rows("repos.get-branch-rules", name, branch=branch):
        given = rule.get("parameters") or {}
        count = given.get("required_approving_review_count")
        parameters = None if count is None else {
            "__typename": "PullRequestParameters",
            "requiredApprovingReviewCount": count,
        }  # fmt: skip
        rules.append({"__typename": "RepositoryRule", "type": rule["type"].upper(), "parameters": parameters})
    return {"__typename": "Ref", "name": branch, "prefix": "refs/heads/", "rules": rules}


def _rule(branch: str, body: Json) -> Json:
    reviews, limits = body.get("required_pull_request_reviews"), body.get("restrictions")
    return {
        "__typename": "BranchProtectionRule",
        "pattern": branch,
        "requiresApprovingReviews": reviews is not None,
        "requiredApprovingReviewCount": (reviews or {}).get("required_approving_review_count"),
        "requiresStatusChecks": body.get("required_status_checks") is not None,
        "restrictsPushes": limits is not None,
        "lockBranch": (body.get("lock_branch") or {}).get("enabled") is True,
        "isAdminEnforced": True,
        "matchingRefs": [{"__typename": "Ref", "name": branch, "prefix": "refs/heads/", "rules": []}],
        "pushAllowances": _actors(limits or {}),
        "bypassPullRequestAllowances": _actors((reviews or {}).get("bypass_pull_request_allowances") or {}),
    }


def _actors(body: Json) -> list[Json]:
    found: list[Json] = [{"actor": {"__typename": "User", **each}} for each in body.get("users", ())]
    return found + [{"actor": {"__typename": "Team", **each}} for each in body.get("teams", ())]


def _team(index: _Index, row: Json, nodes: Json) -> Json:
    people = index.rows("teams.list-members-in-org", row["slug"])
    return {
        "__typename": "Team",
        "databaseId": row["id"],
        "slug": row["slug"],
        "name": row["name"],
        "parentTeam": row.get("parent"),
        "members": [{"__typename": "User", "login": each["login"], "databaseId": each["id"]} for each in people],
        "repositories": [
            {"permission": _role(each).upper(), "node": nodes[each["full_name"]]}
            for each in index.rows("teams.list-repos-in-org", row["slug"])
        ],
    }
