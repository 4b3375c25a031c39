"""An organization of GitHub with variables, times of secrets, and what single sign-on calls its people.

Input: calls of ``Hub``. Output: an ``Organization`` with that evidence. Not handled: enterprises.
Forms: https://docs.github.com/rest (version 2022-11-28); GraphQL ``ExternalIdentity``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.accuracy.github.answers import Json, listed
from benchmarks.accuracy.github.organization import Lines, Organization

__all__ = ["GITHUB", "Hub", "hub"]

GITHUB: Final = "token.actions.githubusercontent.com"
_SECRETS: Final = ("actions.list-org-secrets", "actions.list-repo-secrets", "actions.list-environment-secrets")


@dataclass
class Hub(Organization):
    """An organization; every method that adds returns it."""

    written: str = "2026-01-10T09:00:00Z"
    """When every secret was updated."""
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """Variables by place: ``""`` the organization, ``REPOSITORY``, ``REPOSITORY/ENVIRONMENT``."""
    visibility: str = "all"
    """Which repositories have the organization's variables."""
    sign_on: dict[str, str] = field(default_factory=dict)
    """SAML name id by login."""

    def variable(self, place: str, name: str, value: str) -> Hub:
        """Add a variable of the organization, a repository or an environment."""
        self.values.setdefault(place, {})[name] = value
        return self

    def files(self) -> Iterator[tuple[str, Any]]:
        """Yield path and content of each file."""
        for name, content in Organization.files(self):
            if name in _SECRETS:
                self._dated(content)
            elif name == "actions.list-org-variables":
                content = self._listed("")
            elif name == "actions.list-repo-variables":
                content = Lines({"request": self._of(one), "response": self._listed(one)} for one in self.repos)
            yield name, content
        yield (
            "actions.list-environment-variables",
            Lines(
                {"request": self._of(repo, environment_name=name), "response": self._listed(f"{repo}/{name}")}
                for repo, one in self.repos.items()
                for name in one["environments"]
            ),
        )
        if self.sign_on:
            yield (
                "graphql.organization-external-identities",
                [
                    {"guid": login, "samlIdentity": {"nameId": known}, "scimIdentity": None, "user": {"login": login}}
                    for login, known in self.sign_on.items()
                ],
            )

    def _dated(self, content: Any) -> None:
        answers = [one["response"] for one in content] if isinstance(content, Lines) else [content]
        for answer in answers:
            for secret in answer["secrets"]:
                secret["updated_at"] = self.written

    def _listed(self, place: str) -> Json:
        more = {} if place else {"visibility": self.visibility}
        times = {"created_at": self.written, "updated_at": self.written}
        named = self.values.get(place, {})
        return listed("variables", [{"name": one, "value": value} | times | more for one, value in named.items()])


def hub(*, public: bool = False, written: str = "") -> Hub:
    """Return an organization whose repository ``app`` ``anna`` writes and ``rea`` reads; ``ben`` writes ``site``."""
    made = Hub()
    made.written = written or made.written
    made.member("anna", "ben").owner("olga")
    made.repo("app", people={"anna": "write", "rea": "read"}, public=public).repo("site", people={"ben": "write"})
    return made
