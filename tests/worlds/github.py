"""Worlds of GitHub in code: a fluent builder that writes evidence as GitHub's REST API answers it.

Input: ``github().owner("olga").user("bob").repo("app").access("bob", "write").workflow("ci.yml", TEXT)``.
Output: ``build(folder)`` writes ``github/acme/<operation>.json[l]`` and workflow files.
Not handled: pages, refused calls; use ``without`` to leave an operation out.

Every operation is written, empty where there is nothing: a world is complete unless ``without`` says otherwise. What is
named after a repository goes into the repository that was named last.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collectors.github.operations import FILES, OPERATIONS

__all__ = ["ORG", "GitHubWorldFiles", "github", "place"]

Json = dict[str, Any]
ORG = "acme"
CREATED = "2025-01-01T00:00:00Z"
_SINGLE = (
    "orgs.get",
    "oidc.get-oidc-custom-sub-template-for-org",
    "actions.get-github-actions-permissions-organization",
    "actions.get-github-actions-default-workflow-permissions-organization",
)
_INSIDE = {
    "orgs.list-app-installations": "installations",
    "actions.list-org-secrets": "secrets",
    "actions.list-org-variables": "variables",
    "actions.list-self-hosted-runners-for-org": "runners",
    "actions.list-self-hosted-runner-groups-for-org": "runner_groups",
    "actions.list-repo-secrets": "secrets",
    "actions.list-environment-secrets": "secrets",
    "actions.list-repo-variables": "variables",
    "actions.list-environment-variables": "variables",
    "scim.list-provisioned-identities": "Resources",
    "actions.list-self-hosted-runners-for-repo": "runners",
    "repos.get-all-environments": "environments",
    "repos.list-deployment-branch-policies": "branch_policies",
    "apps.list-repos-accessible-to-installation": "repositories",
    "actions.list-selected-repos-for-org-secret": "repositories",
}
_ROLES = ("pull", "triage", "push", "maintain", "admin")
_VENDOR = {"read": "pull", "write": "push"}


def _permissions(role: str) -> dict[str, bool]:
    most = _ROLES.index(_VENDOR.get(role, role))
    return {name: number <= most for number, name in enumerate(_ROLES)}


def place(name: str) -> str:
    """Return the node id of a short name: ``bob``, ``team:ops``, ``actions:app``, ``env:app:prod``.

    Others: ``job:app:ci.yml#x``, ``repo:``, ``admin:`` (``admin:acme`` is the organization), ``branch:app:main``,
    ``secret:app:NAME``, ``app:7``, ``key:7``, ``token:7``, ``runner:app:1``, ``anyone``, ``members``; node ids stay.
    """
    if name.startswith(("hub:", "github:", "oidc:", "arn:", "aws:", "entra:")):
        return name
    kind, _, rest = name.partition(":")
    if not rest:
        return {"anyone": "github:anyone", "members": f"github:members:{ORG}"}.get(name, f"github:user:{name}")
    if kind == "team":
        return f"github:team:{ORG}/{rest}"
    if kind == "admin" and rest == ORG:
        return f"github:admin:{ORG}"
    if kind in ("actions", "repo", "admin", "branch", "env", "runner"):
        return f"github:{kind}:{rest if rest.startswith(ORG) else f'{ORG}/{rest}'}"
    if kind == "secret":
        return f"github:secret:{rest if rest.startswith(ORG) else f'{ORG}/{rest}'}"
    if kind == "job":
        repository, _, where = rest.partition(":")
        return f"github:workflow:{ORG}/{repository}:.github/workflows/{where}"
    if kind == "token":
        return f"github:token:fine-grained:{rest}"
    return f"github:{kind}:{rest}"


def github() -> GitHubWorldFiles:
    """Return an organization with nothing in it."""
    return GitHubWorldFiles()


@dataclass(slots=True)
class GitHubWorldFiles:
    """An organization; every method adds to it and returns it."""

    base_role: str = "none"
    lists: dict[str, list[Json]] = field(default_factory=dict)
    """Objects by operation."""
    calls: dict[str, list[tuple[Json, Any]]] = field(default_factory=dict)
    """Request and answer by operation."""
    files: dict[str, str] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    singles: dict[str, Json] = field(default_factory=dict)
    members: dict[str, list[Json]] = field(default_factory=lambda: {"admin": [], "member": []})
    at: str = ""
    number: int = 100

    def _id(self) -> int:
        self.number += 1
        return self.number

    def _list(self, operation: str, **body: Any) -> GitHubWorldFiles:
        self.lists.setdefault(operation, []).append(body)
        return self

    def _call(self, operation: str, answer: Any, **request: Any) -> GitHubWorldFiles:
        self.calls.setdefault(operation, []).append((request, answer))
        return self

    def _merge(self, operation: str, items: list[Json], **request: Any) -> GitHubWorldFiles:
        for asked, answer in self.calls.setdefault(operation, []):
            if asked == request:
                answer.extend(items)
                return self
        return self._call(operation, items, **request)

    def _here(self) -> Json:
        return {"owner": ORG, "repo": self.at}

    def without(self, *operations: str) -> GitHubWorldFiles:
        """Leave operations out: they were not looked at."""
        self.absent |= set(operations)
        return self

    def base(self, role: str) -> GitHubWorldFiles:
        """Say what every member has in every repository."""
        self.base_role = role
        return self

    def owner(self, login: str) -> GitHubWorldFiles:
        """Add an owner of the organization."""
        self.members["admin"].append({"login": login, "id": self._id()})
        return self

    def user(self, *logins: str) -> GitHubWorldFiles:
        """Add members."""
        self.members["member"] += [{"login": login, "id": self._id()} for login in logins]
        return self

    def team(self, slug: str, *members: str, parent: str = "", **roles: str) -> GitHubWorldFiles:
        """Add a team with its role in repositories, by name."""
        above = {"slug": parent} if parent else None
        self._list("teams.list", slug=slug, name=slug, id=self._id(), parent=above)
        people = [{"login": login, "id": 1} for login in members]
        self._call("teams.list-members-in-org", people, org=ORG, team_slug=slug)
        rows = [
            {"full_name": f"{ORG}/{name}", "id": 1, "permissions": _permissions(role)} for name, role in roles.items()
        ]
        return self._call("teams.list-repos-in-org", rows, org=ORG, team_slug=slug)

    def repo(self, name: str, *, visibility: str = "private", **more: Any) -> GitHubWorldFiles:
        """Add a repository; what is named next goes into it."""
        self.at = name
        body: Json = {
            "id": self._id(),
            "full_name": f"{ORG}/{name}",
            "owner": {"login": ORG, "id": 5},
            "private": visibility != "public",
            "visibility": visibility,
            "default_branch": "main",
            "archived": False,
            "allow_forking": False,
            "created_at": CREATED,
        }
        self.lists.setdefault("repos.list-for-org", []).append({**body, **more})
        for operation in ("repos.list-collaborators", "repos.list-deploy-keys", "repos.get-all-environments"):
            self._call(operation, [], **self._here())
        self._call("repos.list-branches", [], **self._here())
        subject = {"use_default": True, "use_immutable_subject": False, "sub_claim_prefix": f"repo:{ORG}/{name}"}
        return self._call("actions.get-custom-oidc-sub-claim-for-repo", subject, **self._here())

    def subject(self, **body: Any) -> GitHubWorldFiles:
        """Replace what the subject of the repository's tokens is made of."""
        rows = self.calls["actions.get-custom-oidc-sub-claim-for-repo"]
        rows[-1] = (rows[-1][0], body)
        return self

    def actions_off(self) -> GitHubWorldFiles:
        """Switch Actions off in the repository."""
        return self._call("actions.get-github-actions-permissions-repository", {"enabled": False}, **self._here())

    def single(self, operation: str, **body: Any) -> GitHubWorldFiles:
        """Set an answer about the whole organization."""
        self.singles[operation] = body
        return self

    def access(self, login: str, role: str, *, affiliation: str = "direct") -> GitHubWorldFiles:
        """Make somebody a collaborator."""
        row = {"login": login, "id": 1, "permissions": _permissions(role), "role_name": role}
        return self._call("repos.list-collaborators", [row], **self._here(), affiliation=affiliation)

    def branch(
        self,
        name: str,
        *,
        protected: bool = True,
        approvals: int | None = None,
        checks: bool = False,
        pushers: Sequence[str] | None = None,
        bypass: Sequence[str] = (),
        admins: bool = True,
        locked: bool = False,
        asked: bool = True,
    ) -> GitHubWorldFiles:
        """Add a branch; ``admins``: they keep the rule; ``asked`` is false where its protection was not looked at."""
        self._merge("repos.list-branches", [{"name": name, "protected": protected}], **self._here())
        if not protected or not asked:
            return self
        body: Json = {"enforce_admins": {"enabled": admins}, "lock_branch": {"enabled": locked}}
        if approvals is not None:
            body["required_pull_request_reviews"] = {
                "required_approving_review_count": approvals,
                "bypass_pull_request_allowances": _actors(bypass),
            }
        if checks:
            body["required_status_checks"] = {"strict": True, "contexts": ["ci"]}
        if pushers is not None:
            body["restrictions"] = _actors(pushers)
        return self._call("repos.get-branch-protection", body, **self._here(), branch=name)

    def rules(self, branch: str, *rules: Json) -> GitHubWorldFiles:
        """Say which rules of rulesets hold for a branch."""
        return self._call("repos.get-branch-rules", list(rules), **self._here(), branch=branch)

    def environment(
        self,
        name: str,
        *,
        reviewers: Sequence[str] = (),
        self_review: bool = True,
        branches: Sequence[str] | None = None,
        protected: bool = False,
        tags: Sequence[str] = (),
        rules: Sequence[str] = (),
        policies_asked: bool = True,
    ) -> GitHubWorldFiles:
        """Add an environment to the repository."""
        found: list[Json] = [{"type": kind, "id": self._id()} for kind in rules]
        if reviewers:
            rows = []
            for each in reviewers:
                kind, _, who = each.rpartition(":")
                key = "slug" if kind == "team" else "login"
                rows.append({"type": "Team" if kind == "team" else "User", "reviewer": {key: who, "id": 1}})
            found.append({"type": "required_reviewers", "prevent_self_review": not self_review, "reviewers": rows})
        custom = branches is not None or bool(tags)
        policy = {"protected_branches": protected, "custom_branch_policies": custom} if protected or custom else None
        body = {"name": name, "id": self._id(), "protection_rules": found, "deployment_branch_policy": policy}
        self._merge("repos.get-all-environments", [body], **self._here())
        if custom and policies_asked:
            rows = [{"name": each, "type": "branch"} for each in branches or ()]
            rows += [{"name": each, "type": "tag"} for each in tags]
            self._call("repos.list-deployment-branch-policies", rows, **self._here(), environment_name=name)
        return self

    def secret(self, name: str, *, environment: str = "", updated: str = CREATED) -> GitHubWorldFiles:
        """Add a secret to the repository, or to an environment of it."""
        row = {"name": name, "created_at": min(CREATED, updated), "updated_at": updated}
        if environment:
            operation, more = "actions.list-environment-secrets", {"environment_name": environment}
            return self._call(operation, [row], **self._here(), **more)
        return self._merge("actions.list-repo-secrets", [row], **self._here())

    def org_secret(
        self, name: str, *, visibility: str = "all", repos: Sequence[str] = (), asked: bool = True,
        updated: str = CREATED,
    ) -> GitHubWorldFiles:  # fmt: skip
        """Add a secret to the organization."""
        self._list(
            "actions.list-org-secrets",
            name=name,
            visibility=visibility,
            created_at=min(CREATED, updated),
            updated_at=updated,
        )
        if visibility == "selected" and asked:
            rows = [{"full_name": f"{ORG}/{each}", "id": 1} for each in repos]
            self._call("actions.list-selected-repos-for-org-secret", rows, org=ORG, secret_name=name)
        return self

    def variable(
        self, name: str, value: str = "x", *, environment: str = "", organization: bool = False, visibility: str = "all"
    ) -> GitHubWorldFiles:
        """Add a variable to the repository, to an environment of it, or to the organization."""
        row = {"name": name, "value": value, "created_at": CREATED, "updated_at": CREATED}
        if organization:
            return self._list("actions.list-org-variables", **row, visibility=visibility)
        if environment:
            operation = "actions.list-environment-variables"
            return self._merge(operation, [row], **self._here(), environment_name=environment)
        return self._merge("actions.list-repo-variables", [row], **self._here())

    def linked(self, login: str, *, saml: str = "", scim: str = "", guid: str = "") -> GitHubWorldFiles:
        """Say whom single sign-on says that a login is; without a login nobody linked one."""
        return self._list(
            "graphql.organization-external-identities",
            guid=guid or f"guid-{login}",
            samlIdentity={"nameId": saml} if saml else None,
            scimIdentity={"username": scim} if scim else None,
            user={"login": login} if login else None,
        )

    def outside(self, *logins: str) -> GitHubWorldFiles:
        """Add outside collaborators."""
        for login in logins:
            self._list("orgs.list-outside-collaborators", login=login, id=self._id())
        return self

    def defaults(self, permissions: str, *, approve: bool = False, here: bool = False) -> GitHubWorldFiles:
        """Say what ``GITHUB_TOKEN`` may do by default, in the organization or in the repository."""
        body = {"default_workflow_permissions": permissions, "can_approve_pull_request_reviews": approve}
        operation = "actions.get-github-actions-default-workflow-permissions"
        if here:
            return self._call(f"{operation}-repository", body, **self._here())
        return self.single(f"{operation}-organization", **body)

    def authorized(
        self, number: int, owner: str, *, kind: str = "personal access token", expires: str | None = None,
        used: str | None = None,
    ) -> GitHubWorldFiles:  # fmt: skip
        """Add a classic token or an SSH key that was authorized for single sign-on."""
        return self._list(
            "orgs.list-saml-sso-authorizations",
            login=owner,
            credential_id=number,
            credential_type=kind,
            authorized_credential_note=f"classic {number}",
            credential_authorized_at=CREATED,
            credential_accessed_at=used,
            authorized_credential_expires_at=expires,
            scopes=["repo"],
        )

    def deploy_key(
        self, number: int, *, write: bool = True, enabled: bool = True, created: str = CREATED, used: str | None = None,
        by: str = "",
    ) -> GitHubWorldFiles:  # fmt: skip
        """Add a deploy key to the repository."""
        row = {
            "id": number,
            "title": f"key {number}",
            "read_only": not write,
            "enabled": enabled,
            "added_by": by or None,
            "created_at": created,
            "last_used": used,
        }
        return self._merge("repos.list-deploy-keys", [row], **self._here())

    def app(
        self, number: int, *, repos: Sequence[str] | None = None, asked: bool = True, suspended: bool = False,
        **permissions: str,
    ) -> GitHubWorldFiles:  # fmt: skip
        """Install an app; without ``repos`` in all repositories."""
        self._list(
            "orgs.list-app-installations",
            id=number,
            app_slug=f"app-{number}",
            app_id=number,
            account={"login": ORG},
            permissions=permissions,
            repository_selection="all" if repos is None else "selected",
            suspended_at=CREATED if suspended else None,
        )
        if repos is not None and asked:
            rows = [{"full_name": f"{ORG}/{each}", "id": 1} for each in repos]
            self._call("apps.list-repos-accessible-to-installation", rows, installation_id=number)
        return self

    def token(
        self, number: int, owner: str, *, repos: Sequence[str] | None = None, expired: bool = False,
        expires: str | None = None, used: str | None = None, **permissions: str,
    ) -> GitHubWorldFiles:  # fmt: skip
        """Add a fine-grained token."""
        self._list(
            "orgs.list-pat-grants",
            id=number,
            token_id=number,
            token_name=f"token {number}",
            owner={"login": owner},
            permissions={"repository": permissions},
            repository_selection="all" if repos is None else "subset",
            token_expired=expired,
            token_expires_at=expires,
            token_last_used_at=used,
            access_granted_at=CREATED,
        )
        if repos is not None:
            rows = [{"full_name": f"{ORG}/{each}", "id": 1} for each in repos]
            self._call("orgs.list-pat-grant-repositories", rows, org=ORG, pat_id=number)
        return self

    def runner(self, number: int, *, ephemeral: bool | None = False, labels: Sequence[str] = ()) -> GitHubWorldFiles:
        """Add a runner to the repository."""
        row: Json = {"id": number, "name": f"runner-{number}", "labels": _labels(labels)}
        if ephemeral is not None:
            row["ephemeral"] = ephemeral
        return self._merge("actions.list-self-hosted-runners-for-repo", [row], **self._here())

    def org_runner(
        self, number: int, *, visibility: str = "all", public: bool = False, ephemeral: bool | None = False,
        labels: Sequence[str] = (), workflows: Sequence[str] = (),
    ) -> GitHubWorldFiles:  # fmt: skip
        """Add a runner to the organization, in a group of its own, for some ``workflows`` alone."""
        row: Json = {"id": number, "name": f"runner-{number}", "labels": _labels(labels), "runner_group_id": number}
        if ephemeral is not None:
            row["ephemeral"] = ephemeral
        self.lists.setdefault("actions.list-self-hosted-runners-for-org", []).append(row)
        return self._list(
            "actions.list-self-hosted-runner-groups-for-org",
            id=number,
            name=f"group {number}",
            visibility=visibility,
            allows_public_repositories=public,
            restricted_to_workflows=bool(workflows),
            selected_workflows=list(workflows),
        )

    def workflow(self, name: str, text: str) -> GitHubWorldFiles:
        """Add a workflow file to the repository."""
        self.files[f"files/{self.at}/.github/workflows/{name}"] = text
        return self

    def build(self, folder: Path) -> Path:
        """Write the evidence and return its folder."""
        root = folder / "github" / ORG
        root.mkdir(parents=True, exist_ok=True)
        self._call("orgs.list-members", self.members["admin"], org=ORG, role="admin")
        self._call("orgs.list-members", self.members["member"], org=ORG, role="member")
        self.singles.setdefault("orgs.get", {"login": ORG, "id": 5, "default_repository_permission": self.base_role})
        for name, operation in OPERATIONS.items():
            if name in self.absent or name == FILES:
                continue
            if operation.per_object:
                lines = [
                    json.dumps({"request": request, "response": _wrapped(name, answer)})
                    for request, answer in self.calls.get(name, [])
                ]
                (root / f"{name}.jsonl").write_text("\n".join(lines) + ("\n" if lines else ""), encoding="utf-8")
            elif name in _SINGLE:
                if name in self.singles:
                    (root / f"{name}.json").write_text(json.dumps(self.singles[name]), encoding="utf-8")
            elif name != "apps.list-installations":
                body = _wrapped(name, self.lists.get(name, []))
                (root / f"{name}.json").write_text(json.dumps(body), encoding="utf-8")
        if FILES not in self.absent:
            for path, text in self.files.items():
                (root / path).parent.mkdir(parents=True, exist_ok=True)
                (root / path).write_text(text, encoding="utf-8")
        return folder


def _wrapped(operation: str, answer: Any) -> Any:
    inside = _INSIDE.get(operation)
    return {"total_count": len(answer), inside: answer} if inside and isinstance(answer, list) else answer


def _actors(names: Sequence[str]) -> Json:
    found: Json = {"users": [], "teams": [], "apps": []}
    for each in names:
        kind, _, who = each.rpartition(":")
        found["teams" if kind == "team" else "users"].append({"slug" if kind == "team" else "login": who})
    return found


def _labels(labels: Sequence[str]) -> list[Json]:
    return [{"name": each} for each in ("self-hosted", *labels)]
