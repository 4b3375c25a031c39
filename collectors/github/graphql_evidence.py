"""Read answers of GraphQL as those of REST that say the same, so that records are made in one way.

Input: an ``EvidenceSet``. Output: calls of REST's operations whose places stand in the evidence of GraphQL.
Handled: teams, collaborators, branches with protection and rulesets, workflow files; repositories without deploy keys
or environments, which REST is not asked about.
Not handled: rules of rulesets for other branches than the default one. Where a ruleset may hold for a branch, whether
it is protected is not known, unless all active rulesets are for the default branch alone, or for all.

References
----------
https://docs.github.com/graphql/reference/objects (BranchProtectionRule, Ref, RepositoryRuleset, read 2026-11),
https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/
creating-rulesets-for-a-repository (``~DEFAULT_BRANCH``, ``~ALL``, read 2026-11)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from collectors.evidence.evidence import Call, CallError, EvidenceSet
from collectors.evidence.parse import LIST
from collectors.github.operations import FILES

__all__ = ["SAID_BY", "translated"]

_TEAMS, _PEOPLE = "graphql.organization-teams", "graphql.repository-collaborators"
_BRANCHES, _PROTECTION = "graphql.repository-branches", "graphql.repository-branch-protection"
_KEYS, _ENVIRONMENTS = "graphql.repository-deploy-keys", "graphql.repository-environments"
_WORKFLOWS = "graphql.repository-workflows"
_HEADS = "refs/heads/"

SAID_BY: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "teams.list": (_TEAMS,),
        "teams.list-members-in-org": (_TEAMS,),
        "teams.list-repos-in-org": (_TEAMS,),
        "repos.list-collaborators": (_PEOPLE,),
        "repos.list-branches": (_BRANCHES, _PROTECTION),
        "repos.get-branch-protection": (_BRANCHES, _PROTECTION),
        "repos.get-branch-rules": (_BRANCHES,),
        "repos.list-deploy-keys": (_KEYS,),
        "repos.get-all-environments": (_ENVIRONMENTS,),
        FILES: (_WORKFLOWS,),
    }
)
"""Operation of REST → those of GraphQL that say the same, or that there is nothing."""


def translated(evidence: EvidenceSet, scope: str, operation: str) -> Iterator[Call]:
    """Yield what GraphQL says of an operation of REST; refusals are passed on."""
    sources = SAID_BY.get(operation)
    if sources is None:
        return
    if operation in ("repos.get-branch-protection", "repos.list-branches"):
        yield from _branches(evidence, scope, operation)
        return
    for call in evidence.calls("github", scope, sources[0]):
        if call.response is None:
            yield call
        elif operation.startswith("teams."):
            yield from _teams(call, call.response, operation)
        else:
            yield from _ABOUT[operation](call, call.response)


def _rows(connection: Any, kind: str) -> list[Mapping[str, Any]]:
    rows = connection.get(kind) if isinstance(connection, Mapping) else None
    return [row for row in rows or () if isinstance(row, Mapping)]


def _whole(connection: Any) -> bool:
    page = connection.get("pageInfo") if isinstance(connection, Mapping) else None
    return isinstance(page, Mapping) and page.get("hasNextPage") is False


def _teams(call: Call, body: Mapping[str, Any], operation: str) -> Iterator[Call]:
    teams = _rows(body, "nodes")
    if operation == "teams.list":
        rows = [
            {"slug": team.get("slug"), "name": team.get("name"), "id": team.get("databaseId"),
             "parent": team.get("parentTeam")}
            for team in teams
        ]  # fmt: skip
        yield Call({}, {LIST: rows}, None, call.ref.child("nodes"))
        return
    inside, kind = ("members", "nodes") if "members" in operation else ("repositories", "edges")
    for number, team in enumerate(teams):
        connection = team.get(inside)
        if not _whole(connection):
            continue  # REST was asked about this one
        request = {"org": call.request.get("org", ""), "team_slug": team.get("slug", "")}
        found = [_member(row) if inside == "members" else _access(row) for row in _rows(connection, kind)]
        place = call.ref.child("nodes", number, inside, kind)
        yield Call(request, {LIST: [row for row in found if row]}, None, place)


def _member(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"login": row.get("login"), "id": row.get("databaseId")} if row.get("login") else {}


def _access(edge: Mapping[str, Any]) -> dict[str, Any]:
    node = edge.get("node")
    if not isinstance(node, Mapping) or not node.get("nameWithOwner"):
        return {}
    return {
        "full_name": node["nameWithOwner"],
        "id": node.get("databaseId"),
        "role_name": str(edge.get("permission") or "").lower(),
    }


def _collaborators(call: Call, body: Mapping[str, Any]) -> Iterator[Call]:
    rows = []
    for edge in _rows(body.get("collaborators"), "edges"):
        node = edge.get("node")
        if isinstance(node, Mapping) and node.get("login"):
            rows.append({**_member(node), "role_name": _role(edge)})
    request = {**call.request, "affiliation": "direct"}
    yield Call(request, {LIST: rows}, None, call.ref.child("collaborators", "edges"))


_ROLES = ("admin", "maintain", "write", "triage", "read")


def _role(edge: Mapping[str, Any]) -> str:
    """Return the role that somebody was given in the repository itself, else the one that he has by any way."""
    for source in _rows(edge, "permissionSources"):
        given = source.get("source")
        if isinstance(given, Mapping) and given.get("__typename") == "Repository":
            name = str(source.get("roleName") or "").lower()
            if name in _ROLES:
                return name
    return str(edge.get("permission") or "").lower()


def _rules(call: Call, body: Mapping[str, Any]) -> Iterator[Call]:
    branch = body.get("defaultBranchRef")
    if not isinstance(branch, Mapping):
        return
    rows = [_rule(rule) for rule in _rows(branch.get("rules"), "nodes")]
    request = {**call.request, "branch": branch.get("name", "")}
    yield Call(request, {LIST: rows}, None, call.ref.child("defaultBranchRef", "rules", "nodes"))


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    given = rule.get("parameters")
    count = given.get("requiredApprovingReviewCount") if isinstance(given, Mapping) else None
    parameters = {} if count is None else {"required_approving_review_count": count}
    return {"type": str(rule.get("type") or "").lower(), "parameters": parameters}


def _none_of(connection: str, inside: str = "") -> Any:
    def read(call: Call, body: Mapping[str, Any]) -> Iterator[Call]:
        found = body.get(connection)
        if isinstance(found, Mapping) and found.get("totalCount") == 0:
            empty: dict[str, Any] = {"total_count": 0, inside: []} if inside else {LIST: []}
            yield Call(call.request, empty, None, call.ref.child(connection))

    return read


def _workflows(call: Call, body: Mapping[str, Any]) -> Iterator[Call]:
    tree = body.get("object")
    entries = tree.get("entries") if isinstance(tree, Mapping) else None
    for number, entry in enumerate(entries or ()):
        name = str(entry.get("name") or "") if isinstance(entry, Mapping) else ""
        blob = entry.get("object") if name.endswith((".yml", ".yaml")) else None
        if not isinstance(blob, Mapping) or blob.get("isTruncated") or blob.get("text") is None:
            continue  # REST was asked for it
        request = {**call.request, "path": f".github/workflows/{name}"}
        yield Call(request, {"text": blob["text"]}, None, call.ref.child("object", "entries", number, "object"))


_ABOUT: Mapping[str, Any] = MappingProxyType(
    {
        "repos.list-collaborators": _collaborators,
        "repos.get-branch-rules": _rules,
        "repos.list-deploy-keys": _none_of("deployKeys"),
        "repos.get-all-environments": _none_of("environments", "environments"),
        FILES: _workflows,
    }
)


class _Protection:
    """What is known of the branch protection rules of one repository."""

    def __init__(self, call: Call | None) -> None:
        self.call = call
        body = call.response if call is not None else None
        self.rules = _rows((body or {}).get("branchProtectionRules"), "nodes")
        self.by_branch: dict[str, int] = {}
        self.known = body is not None
        for number, rule in enumerate(self.rules):
            matching = rule.get("matchingRefs")
            refs = _rows(matching, "nodes")
            # A rule that matches more branches than are shown may hold for any other.
            if not isinstance(matching, Mapping) or matching.get("totalCount") != len(refs):
                self.known = False
            for ref in refs:
                if ref.get("prefix") in (_HEADS, None):
                    self.by_branch.setdefault(str(ref.get("name") or ""), number)


def _branches(evidence: EvidenceSet, scope: str, operation: str) -> Iterator[Call]:
    rules = {
        (call.request.get("owner"), call.request.get("repo")): call
        for call in evidence.calls("github", scope, _PROTECTION)
    }
    for call in evidence.calls("github", scope, _BRANCHES):
        protection = _Protection(rules.get((call.request.get("owner"), call.request.get("repo"))))
        if call.response is None:
            yield call
        elif operation == "repos.list-branches":
            yield _listed(call, call.response, protection)
        else:
            yield from _protected(call, call.response, protection)


def _listed(call: Call, body: Mapping[str, Any], protection: _Protection) -> Call:
    rows = [
        {"name": ref.get("name"), "protected": _is_protected(body, str(ref.get("name") or ""), protection)}
        for ref in _rows(body.get("refs"), "nodes")
    ]
    return Call(call.request, {LIST: rows}, None, call.ref.child("refs", "nodes"))


def _is_protected(body: Mapping[str, Any], name: str, protection: _Protection) -> bool | None:
    """Return whether a rule or ruleset holds for a branch; ``None`` when nobody can tell."""
    if name in protection.by_branch:
        return True
    default = body.get("defaultBranchRef")
    if isinstance(default, Mapping) and default.get("name") == name and isinstance(default.get("rules"), Mapping):
        ruled: bool | None = bool(_rows(default["rules"], "nodes"))
    else:
        ruled = _by_rulesets(body.get("rulesets"))
    if ruled is False:
        return False if protection.known else None
    return ruled


def _by_rulesets(rulesets: Any) -> bool | None:
    """Return whether a ruleset holds for a branch that is not the default one."""
    rows = _rows(rulesets, "nodes")
    if not isinstance(rulesets, Mapping) or rulesets.get("totalCount") != len(rows):
        return None
    every = True
    for row in rows:
        if row.get("enforcement") != "ACTIVE" or row.get("target") != "BRANCH":
            continue
        condition = (row.get("conditions") or {}).get("refName") or {}
        if condition.get("include") == ["~ALL"] and not condition.get("exclude"):
            return True
        every = every and condition.get("include") == ["~DEFAULT_BRANCH"]
    return False if every else None


def _protected(call: Call, body: Mapping[str, Any], protection: _Protection) -> Iterator[Call]:
    for ref in _rows(body.get("refs"), "nodes"):
        name = str(ref.get("name") or "")
        request = {**call.request, "branch": name}
        number = protection.by_branch.get(name)
        if number is not None and protection.call is not None:
            place = protection.call.ref.child("branchProtectionRules", "nodes", number)
            answer = _rest_of(protection.rules[number])
            error = None if answer is not None else CallError("NotAllShown", "more actors than GraphQL shows at once")
            yield Call(request, answer, error, place)
        elif protection.known and _is_protected(body, name, protection):
            yield Call(request, None, CallError("404", "Branch not protected"), call.ref)


def _rest_of(rule: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a branch protection rule in the form of REST; ``None`` where not all of its actors are shown."""
    pushing, free = rule.get("pushAllowances"), rule.get("bypassPullRequestAllowances")
    for connection in (pushing, free):
        if isinstance(connection, Mapping) and connection.get("totalCount") != len(_rows(connection, "nodes")):
            return None
    found: dict[str, Any] = {
        "lock_branch": {"enabled": rule.get("lockBranch") is True},
        "enforce_admins": {"enabled": rule.get("isAdminEnforced") is True},
    }
    if rule.get("requiresApprovingReviews") is True:
        found["required_pull_request_reviews"] = {
            "required_approving_review_count": rule.get("requiredApprovingReviewCount") or 0,
            "bypass_pull_request_allowances": _actors(free),
        }
    if rule.get("requiresStatusChecks") is True:
        found["required_status_checks"] = {}
    if rule.get("restrictsPushes") is True:
        found["restrictions"] = _actors(pushing)
    return found


def _actors(connection: Any) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"users": [], "teams": [], "apps": []}
    for row in _rows(connection, "nodes"):
        actor = row.get("actor")
        if not isinstance(actor, Mapping):
            continue
        if actor.get("__typename") == "User":
            found["users"].append({"login": actor.get("login")})
        elif actor.get("__typename") == "Team":
            found["teams"].append({"slug": actor.get("slug")})
        elif actor.get("__typename") == "App":
            found["apps"].append({"slug": actor.get("slug")})
    return found
