"""A small organization written down as GitHub's REST API answers.

Input: ``OrganizationBase``. Output: ``files()``: a path below ``github/<organization>/`` and its content (a mapping or
a list: one answer; ``Lines``: one call a line; text: a workflow file).
Handled: a list that a case says nothing about is present and empty: it was asked, there is none.
Not handled: enterprises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from benchmarks.accuracy.github.answers import BEFORE_IDS, Json, listed, number, permissions_of, simple_user
from benchmarks.accuracy.github.organization_base import Lines, OrganizationBase

__all__ = ["Written"]

_OWNER, _REPO = "owner", "repo"
_PERMITTED: Final = "actions.get-github-actions-permissions"
_DEFAULT: Final = "actions.get-github-actions-default-workflow-permissions"


@dataclass(slots=True)
class Written(OrganizationBase):
    """An organization that gives its evidence."""

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
