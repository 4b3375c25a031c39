"""A small organization of GitHub, filled in few calls and written down as GitHub's REST API answers.

Input: what a case says. Output: ``files()``: a path below ``github/<organization>/`` and its content (a mapping or a
list: one answer; ``Lines``: one call a line; text: a workflow file).
Handled: a list that a case says nothing about is present and empty: it was asked, there is none. ``without`` takes an
operation away, or one object's line of it: nobody asked. Not handled: enterprises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.accuracy.github.answers import (
    BEFORE_IDS,
    Json,
    listed,
    number,
    permissions_of,
    simple_user,
)

__all__ = ["Lines", "Organization"]

_OWNER, _REPO = "owner", "repo"
_PERMITTED: Final = "actions.get-github-actions-permissions"
_DEFAULT: Final = "actions.get-github-actions-default-workflow-permissions"


class Lines(list[Json]):
    """Calls of one operation, one a line."""


@dataclass(slots=True)
class Organization:
    """An organization; every method that adds returns it."""

    name: str = "octo"
    base: str = "none"
    """What every member may do in every repository: ``none``, ``read``, ``write``, ``admin``."""
    token: str = "read"
    """What ``GITHUB_TOKEN`` may do where nothing says."""
    enabled: str = "all"
    """Where Actions runs: ``all``, ``none``, ``selected``."""
    template: Sequence[str] | None = None
    """Claims of the organization's own form of subjects."""
    immutable: bool = False
    """The organization asked for subjects with ids."""
    members: dict[str, str] = field(default_factory=dict)
    teams: dict[str, Json] = field(default_factory=dict)
    repos: dict[str, Json] = field(default_factory=dict)
    workflows: dict[tuple[str, str], str] = field(default_factory=dict)
    secrets: dict[str, tuple[str, Sequence[str]]] = field(default_factory=dict)
    installations: list[tuple[Json, Sequence[str] | None]] = field(default_factory=list)
    grants: list[tuple[Json, Sequence[str] | None]] = field(default_factory=list)
    classic: list[Json] | None = None
    runners: list[Json] = field(default_factory=list)
    groups: dict[str, Json] = field(default_factory=dict)
    absent: set[tuple[str, str]] = field(default_factory=set)
    refusals: dict[tuple[str, str], Json] = field(default_factory=dict)

    # ---- people
    def member(self, *logins: str) -> Organization:
        """Add members."""
        self.members |= dict.fromkeys(logins, "member")
        return self

    def owner(self, *logins: str) -> Organization:
        """Add owners."""
        self.members |= dict.fromkeys(logins, "admin")
        return self

    def team(self, slug: str, *people: str, parent: str | None = None) -> Organization:
        """Add a team; a parent is added before its children."""
        self.teams[slug] = {"people": list(people), "parent": parent, "repos": {}}
        return self

    # ---- repositories
    def repo(
        self,
        name: str = "app",
        *,
        people: Mapping[str, str] | None = None,
        teams: Mapping[str, str] | None = None,
        public: bool = False,
        internal: bool = False,
        created: str = BEFORE_IDS,
        **changes: Any,
    ) -> Organization:
        """Add a repository with roles of people (members or not) and teams; ``changes`` are fields of its answer."""
        visibility = "public" if public else "internal" if internal else "private"
        body: Json = {
            "id": number("repo", f"{self.name}/{name}"),
            "name": name,
            "full_name": f"{self.name}/{name}",
            "owner": simple_user(self.name, kind="Organization"),
            "private": not public,
            "visibility": visibility,
            "fork": False,
            "archived": False,
            "disabled": False,
            "default_branch": "main",
            "allow_forking": True,
            "created_at": created,
            "updated_at": created,
            "pushed_at": created,
        }
        self.repos[name] = {
            "body": body | changes,
            "people": dict(people or {}),
            "branches": {"main": (None, [])},
            "environments": {},
            "secrets": [],
            "keys": [],
            "runners": [],
            "actions": {"enabled": True, "allowed_actions": "all"},
            "token": None,
            "subject": {"use_default": True, "use_immutable_subject": created >= "2026-07-15"},
        }
        for team, role in (teams or {}).items():
            self.teams[team]["repos"][name] = role
        return self

    def branch(
        self, name: str, protected: Json | None = None, rules: Sequence[Json] = (), *, repo: str = "app"
    ) -> Organization:
        """Add or describe a branch."""
        self.repos[repo]["branches"][name] = (protected, list(rules))
        return self

    def workflow(self, text: str, *, file: str = "ci.yml", repo: str = "app") -> Organization:
        """Add a workflow file on the default branch."""
        self.workflows[(repo, file)] = text
        return self

    def environment(
        self,
        name: str,
        *secrets: str,
        reviewers: Sequence[str] = (),
        team_reviewers: Sequence[str] = (),
        no_self_review: bool = False,
        admins_bypass: bool = True,
        protected_only: bool = False,
        branches: Sequence[str] = (),
        tags: Sequence[str] = (),
        wait: int = 0,
        repo: str = "app",
    ) -> Organization:
        """Add an environment; ``branches`` and ``tags`` are patterns of a custom policy."""
        rules: list[Json] = []
        if reviewers or team_reviewers:
            listed_ones = [{"type": "User", "reviewer": simple_user(one)} for one in reviewers]
            listed_ones += [
                {"type": "Team", "reviewer": {"id": number("team", one), "slug": one, "name": one}}
                for one in team_reviewers
            ]
            rules.append(
                {"id": 1, "type": "required_reviewers", "prevent_self_review": no_self_review, "reviewers": listed_ones}
            )
        if wait:
            rules.append({"id": 2, "type": "wait_timer", "wait_timer": wait})
        custom = bool(branches or tags)
        if custom or protected_only:
            rules.append({"id": 3, "type": "branch_policy"})
        self.repos[repo]["environments"][name] = {
            "body": {
                "id": number("environment", f"{repo}/{name}"),
                "name": name,
                "can_admins_bypass": admins_bypass,
                "protection_rules": rules,
                "deployment_branch_policy": {"protected_branches": protected_only, "custom_branch_policies": custom}
                if custom or protected_only
                else None,
            },
            "secrets": list(secrets),
            "policies": [{"id": 1, "name": one, "type": "branch"} for one in branches]
            + [{"id": 2, "name": one, "type": "tag"} for one in tags],
        }
        return self

    def secret(self, *names: str, repo: str = "app") -> Organization:
        """Add secrets of a repository."""
        self.repos[repo]["secrets"] += names
        return self

    def shared_secret(self, name: str, visibility: str = "all", repos: Sequence[str] = ()) -> Organization:
        """Add a secret of the organization: for ``all``, ``private`` or ``selected`` repositories."""
        self.secrets[name] = (visibility, repos)
        return self

    def key(self, title: str, *, read_only: bool = False, repo: str = "app", enabled: bool = True) -> Organization:
        """Add a deploy key."""
        self.repos[repo]["keys"].append(
            {
                "id": number("key", f"{repo}/{title}"),
                "key": f"ssh-ed25519 AAAAC3{title}",
                "title": title,
                "verified": True,
                "read_only": read_only,
                "enabled": enabled,
                "created_at": BEFORE_IDS,
            }
        )
        return self

    def actions_off(self, repo: str = "app") -> Organization:
        """Switch Actions off in a repository."""
        self.repos[repo]["actions"] = {"enabled": False}
        return self

    def token_of(self, repo: str, default: str) -> Organization:
        """Set what ``GITHUB_TOKEN`` may do in a repository's workflows that do not say."""
        self.repos[repo]["token"] = default
        return self

    def subject(self, repo: str = "app", **said: Any) -> Organization:
        """Set the form of a repository's subjects, in the fields of GitHub's answer."""
        self.repos[repo]["subject"] |= said
        return self

    # ---- tokens
    def app(
        self,
        slug: str,
        permissions: Mapping[str, str],
        repos: Sequence[str] | None = None,
        *,
        suspended: bool = False,
    ) -> Organization:
        """Install an app on all repositories, or on these."""
        body = {
            "id": number("installation", slug),
            "account": simple_user(self.name, kind="Organization"),
            "app_id": number("app", slug),
            "app_slug": slug,
            "target_type": "Organization",
            "repository_selection": "all" if repos is None else "selected",
            "permissions": {"metadata": "read", **permissions},
            "events": [],
            "created_at": BEFORE_IDS,
            "suspended_at": "2026-06-01T00:00:00Z" if suspended else None,
            "suspended_by": None,
        }
        self.installations.append((body, repos))
        return self

    def grant(
        self,
        name: str,
        owner: str,
        permissions: Mapping[str, str],
        repos: Sequence[str] | None = None,
        *,
        organization: Mapping[str, str] | None = None,
        expired: bool = False,
        expires: str | None = None,
    ) -> Organization:
        """Approve a fine-grained token for all repositories, or for these."""
        body = {
            "id": number("grant", name),
            "owner": simple_user(owner),
            "repository_selection": "all" if repos is None else "subset",
            "permissions": {
                "organization": dict(organization or {}),
                "repository": {"metadata": "read", **permissions},
            },
            "access_granted_at": "2026-02-01T00:00:00Z",
            "token_id": number("token", name),
            "token_name": name,
            "token_expired": expired,
            "token_expires_at": "2026-05-01T00:00:00Z" if expired else expires,
            "token_last_used_at": None,
        }
        self.grants.append((body, repos))
        return self

    def classic_token(self, owner: str, *scopes: str, ends: str | None = None) -> Organization:
        """Authorize a classic token for the organization's single sign-on."""
        self.classic = self.classic or []
        self.classic.append(
            {
                "login": owner,
                "credential_id": number("classic", owner),
                "credential_type": "personal access token",
                "token_last_eight": "71c3fc11",
                "credential_authorized_at": "2026-02-01T00:00:00Z",
                "credential_accessed_at": None,
                "authorized_credential_expires_at": ends,
                "scopes": list(scopes),
            }
        )
        return self

    # ---- machines
    def group(
        self, name: str, visibility: str = "all", *, public: bool = False, only: Sequence[str] = ()
    ) -> Organization:
        """Add a group of runners; ``only`` are the workflows that it is restricted to."""
        self.groups[name] = {
            "id": number("group", name) % 1000 + 2,
            "name": name,
            "visibility": visibility,
            "default": False,
            "inherited": False,
            "allows_public_repositories": public,
            "restricted_to_workflows": bool(only),
            "selected_workflows": list(only),
        }
        return self

    def runner(self, name: str, *labels: str, group: str | None = None, repo: str | None = None) -> Organization:
        """Add a self-hosted runner of a group, or of one repository."""
        body: Json = {
            "id": number("runner", name),
            "name": name,
            "os": "linux",
            "status": "online",
            "busy": False,
            "ephemeral": False,
            "labels": [{"id": 1, "name": one, "type": "read-only"} for one in ("self-hosted", "Linux", "X64")]
            + [{"id": 5, "name": one, "type": "custom"} for one in labels],
        }
        if repo:
            self.repos[repo]["runners"].append(body)
        else:
            self.runners.append(body | {"runner_group_id": self.groups[group]["id"] if group else 1})
        return self

    # ---- what nobody asked
    def without(self, operation: str, about: str = "") -> Organization:
        """Take an operation away, or the line that asks about one repository, branch, team, or environment."""
        self.absent.add((operation, about))
        return self

    def refused(self, operation: str, about: str, code: str, message: str) -> Organization:
        """Have GitHub refuse the line that asks about one thing."""
        self.refusals[(operation, about)] = {"code": code, "message": message}
        return self

    # ---- what it gives
    def files(self) -> Iterator[tuple[str, Any]]:
        """Yield path and content of each file."""
        for name, content in (*self._people(), *self._repositories(), *self._settings(), *self._tokens()):
            if (name, "") in self.absent:
                continue
            if isinstance(content, Lines):
                content = Lines(
                    self._answered(name, one) for one in content if not self._left_out(name, one["request"])
                )
            yield name, content
        for (repo, file), text in self.workflows.items():
            yield f"files/{repo}/.github/workflows/{file}", text

    def _left_out(self, name: str, request: Json) -> bool:
        return any((name, str(value)) in self.absent for value in request.values())

    def _answered(self, name: str, line: Json) -> Json:
        said = next(
            (self.refusals[name, str(one)] for one in line["request"].values() if (name, str(one)) in self.refusals),
            None,
        )
        return {"request": line["request"], "error": said} if said else line

    def prefix(self, repo: str) -> str:
        """Return what the default form of a repository's subjects begins with."""
        one = self.repos[repo]
        if not one["subject"]["use_immutable_subject"]:
            return f"repo:{self.name}/{repo}"
        return f"repo:{self.name}@{number('user', self.name)}/{repo}@{one['body']['id']}"

    def _subject_of(self, repo: str) -> Json:
        said: Json = self.repos[repo]["subject"]
        return ({"sub_claim_prefix": self.prefix(repo)} if said["use_default"] else {}) | said

    def _token_of(self, repo: str) -> Json:
        return {
            "default_workflow_permissions": self.repos[repo]["token"] or self.token,
            "can_approve_pull_request_reviews": False,
        }

    def _of(self, repo: str, **more: Any) -> Json:
        return {_OWNER: self.name, _REPO: repo, **more}

    def _everybody_in(self, slug: str) -> list[str]:
        """Return members of a team and of the teams below it, as GitHub lists them."""
        below = [one for one, team in self.teams.items() if team["parent"] == slug]
        return [*self.teams[slug]["people"], *(one for child in below for one in self._everybody_in(child))]

    def _people(self) -> Iterator[tuple[str, Any]]:
        yield (
            "orgs.get",
            {
                "login": self.name,
                "id": number("user", self.name),
                "type": "Organization",
                "default_repository_permission": self.base,
                "members_can_create_repositories": False,
                "two_factor_requirement_enabled": True,
            },
        )
        yield (
            "orgs.list-members",
            Lines(
                {
                    "request": {"org": self.name, "role": role},
                    "response": [simple_user(one) for one, own in self.members.items() if own == role],
                }
                for role in ("admin", "member")
            ),
        )
        everybody = dict.fromkeys(one for repo in self.repos.values() for one in repo["people"])
        yield "orgs.list-outside-collaborators", [simple_user(one) for one in everybody if one not in self.members]
        yield (
            "teams.list",
            [
                {
                    "id": number("team", slug),
                    "slug": slug,
                    "name": slug,
                    "privacy": "closed",
                    "permission": "pull",
                    "parent": {"id": number("team", team["parent"]), "slug": team["parent"], "name": team["parent"]}
                    if team["parent"]
                    else None,
                }
                for slug, team in self.teams.items()
            ],
        )
        yield (
            "teams.list-members-in-org",
            Lines(
                {
                    "request": {"org": self.name, "team_slug": slug},
                    "response": [simple_user(one) for one in dict.fromkeys(self._everybody_in(slug))],
                }
                for slug in self.teams
            ),
        )
        yield (
            "teams.list-repos-in-org",
            Lines(
                {
                    "request": {"org": self.name, "team_slug": slug},
                    "response": [
                        self.repos[repo]["body"] | {"permissions": permissions_of(role), "role_name": role}
                        for repo, role in team["repos"].items()
                    ],
                }
                for slug, team in self.teams.items()
            ),
        )

    def _repositories(self) -> Iterator[tuple[str, Any]]:
        yield "repos.list-for-org", [one["body"] for one in self.repos.values()]
        for name, pick in _EACH.items():
            yield (
                name,
                Lines(
                    {"request": self._of(repo, **_MORE.get(name, {})), "response": pick(one)}
                    for repo, one in self.repos.items()
                ),
            )
        for name, told in (
            (f"{_DEFAULT}-repository", self._token_of),
            ("actions.get-custom-oidc-sub-claim-for-repo", self._subject_of),
        ):
            yield name, Lines({"request": self._of(repo), "response": told(repo)} for repo in self.repos)
        protections, rules = Lines(), Lines()
        for repo, one in self.repos.items():
            for branch, (guarded, ruled) in one["branches"].items():
                asked = {"request": self._of(repo, branch=branch)}
                missing = {"error": {"code": "404", "message": "Branch not protected"}}
                protections.append(asked | ({"response": guarded} if guarded else missing))
                rules.append(asked | {"response": ruled})
        yield "repos.get-branch-protection", protections
        yield "repos.get-branch-rules", rules
        kept, patterns = Lines(), Lines()
        for repo, one in self.repos.items():
            for name, described in one["environments"].items():
                asked = {"request": self._of(repo, environment_name=name)}
                kept.append(asked | {"response": _secrets(described["secrets"])})
                patterns.append(asked | {"response": listed("branch_policies", described["policies"])})
        yield "actions.list-environment-secrets", kept
        yield "repos.list-deployment-branch-policies", patterns

    def _settings(self) -> Iterator[tuple[str, Any]]:
        yield f"{_PERMITTED}-organization", {"enabled_repositories": self.enabled, "allowed_actions": "all"}
        yield (
            f"{_DEFAULT}-organization",
            {"default_workflow_permissions": self.token, "can_approve_pull_request_reviews": False},
        )
        yield (
            "actions.list-org-secrets",
            listed("secrets", [_secret(one) | {"visibility": seen} for one, (seen, _) in self.secrets.items()]),
        )
        yield (
            "actions.list-selected-repos-for-org-secret",
            Lines(
                {
                    "request": {"org": self.name, "secret_name": one},
                    "response": listed("repositories", [self.repos[repo]["body"] for repo in repos]),
                }
                for one, (seen, repos) in self.secrets.items()
                if seen == "selected"
            ),
        )
        yield "actions.list-org-variables", listed("variables", [])
        yield "actions.list-self-hosted-runners-for-org", listed("runners", self.runners)
        default = {"id": 1, "name": "Default", "visibility": "all", "default": True, "inherited": False}
        default |= {"allows_public_repositories": False, "restricted_to_workflows": False, "selected_workflows": []}
        yield (
            "actions.list-self-hosted-runner-groups-for-org",
            listed("runner_groups", [default, *self.groups.values()]),
        )
        yield (
            "oidc.get-oidc-custom-sub-template-for-org",
            {
                "include_claim_keys": list(self.template or ("repo", "context")),
                "use_immutable_subject": self.immutable,
            },
        )

    def _tokens(self) -> Iterator[tuple[str, Any]]:
        yield "orgs.list-app-installations", listed("installations", [body for body, _ in self.installations])
        yield (
            "apps.list-repos-accessible-to-installation",
            Lines(
                {
                    "request": {"installation_id": body["id"]},
                    "response": listed("repositories", [self.repos[one]["body"] for one in repos]),
                }
                for body, repos in self.installations
                if repos is not None
            ),
        )
        yield "orgs.list-pat-grants", [body for body, _ in self.grants]
        yield (
            "orgs.list-pat-grant-repositories",
            Lines(
                {
                    "request": {"org": self.name, "pat_id": body["id"]},
                    "response": [self.repos[one]["body"] for one in repos],
                }
                for body, repos in self.grants
                if repos is not None
            ),
        )
        if self.classic is not None:
            yield "orgs.list-saml-sso-authorizations", self.classic


def _secret(name: str) -> Json:
    return {"name": name, "created_at": BEFORE_IDS, "updated_at": BEFORE_IDS}


def _secrets(names: Sequence[str]) -> Json:
    return listed("secrets", [_secret(one) for one in names])


def _people_of(one: Json) -> Any:
    return [
        simple_user(login) | {"permissions": permissions_of(role), "role_name": role}
        for login, role in one["people"].items()
    ]


def _branches_of(one: Json) -> Any:
    return [
        {"name": name, "protected": bool(guarded or rules), "commit": {"sha": "0" * 40}}
        for name, (guarded, rules) in one["branches"].items()
    ]


_EACH: Final[Mapping[str, Callable[[Json], Any]]] = {
    "repos.list-collaborators": _people_of,
    "repos.list-branches": _branches_of,
    "repos.list-deploy-keys": lambda one: one["keys"],
    f"{_PERMITTED}-repository": lambda one: one["actions"],
    "actions.list-repo-secrets": lambda one: _secrets(one["secrets"]),
    "actions.list-repo-variables": lambda one: listed("variables", []),
    "repos.get-all-environments": lambda one: listed(
        "environments", [each["body"] for each in one["environments"].values()]
    ),
    "actions.list-self-hosted-runners-for-repo": lambda one: listed("runners", one["runners"]),
}
_MORE: Final[Mapping[str, Json]] = {"repos.list-collaborators": {"affiliation": "direct"}}
