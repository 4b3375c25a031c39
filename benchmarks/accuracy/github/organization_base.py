"""What every part of a small organization rests on: what it holds, by name.

Input: none. Output: ``OrganizationBase``, and ``Lines`` of calls. Not handled: adding (``organization``), writing
(``organization_files``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.accuracy.github.answers import Json, number

__all__ = ["Lines", "OrganizationBase"]


class Lines(list[Json]):
    """Calls of one operation, one a line."""


@dataclass(slots=True)
class OrganizationBase:
    """What an organization holds."""

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

    def prefix(self, repo: str) -> str:
        """Return what the default form of a repository's subjects begins with."""
        one = self.repos[repo]
        if not one["subject"]["use_immutable_subject"]:
            return f"repo:{self.name}/{repo}"
        return f"repo:{self.name}@{number('user', self.name)}/{repo}@{one['body']['id']}"
