"""A small organization of GitHub, filled in few calls: people, repositories, and what stands in these.

Input: what a case says. Output: ``Organization``; ``files()`` gives its evidence (``organization_files``).
Handled: ``without`` takes an operation away, or one object's line of it: nobody asked. Not handled: enterprises.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from benchmarks.accuracy.github.answers import BEFORE_IDS, Json, number, simple_user
from benchmarks.accuracy.github.organization_base import Lines
from benchmarks.accuracy.github.organization_tokens import Tokens

__all__ = ["Lines", "Organization"]


@dataclass(slots=True)
class Organization(Tokens):
    """An organization; every method that adds returns it."""

    # ---- people
    def member(self, *logins: str) -> Self:
        """Add members."""
        self.members |= dict.fromkeys(logins, "member")
        return self

    def owner(self, *logins: str) -> Self:
        """Add owners."""
        self.members |= dict.fromkeys(logins, "admin")
        return self

    def team(self, slug: str, *people: str, parent: str | None = None) -> Self:
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
    ) -> Self:
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
    ) -> Self:
        """Add or describe a branch."""
        self.repos[repo]["branches"][name] = (protected, list(rules))
        return self

    def workflow(self, text: str, *, file: str = "ci.yml", repo: str = "app") -> Self:
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
    ) -> Self:
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

    def secret(self, *names: str, repo: str = "app") -> Self:
        """Add secrets of a repository."""
        self.repos[repo]["secrets"] += names
        return self

    def shared_secret(self, name: str, visibility: str = "all", repos: Sequence[str] = ()) -> Self:
        """Add a secret of the organization: for ``all``, ``private`` or ``selected`` repositories."""
        self.secrets[name] = (visibility, repos)
        return self

    def key(self, title: str, *, read_only: bool = False, repo: str = "app", enabled: bool = True) -> Self:
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

    def actions_off(self, repo: str = "app") -> Self:
        """Switch Actions off in a repository."""
        self.repos[repo]["actions"] = {"enabled": False}
        return self

    def token_of(self, repo: str, default: str) -> Self:
        """Set what ``GITHUB_TOKEN`` may do in a repository's workflows that do not say."""
        self.repos[repo]["token"] = default
        return self

    def subject(self, repo: str = "app", **said: Any) -> Self:
        """Set the form of a repository's subjects, in the fields of GitHub's answer."""
        self.repos[repo]["subject"] |= said
        return self
