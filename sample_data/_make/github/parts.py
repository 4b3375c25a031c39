"""What an organization is made of, as plain data.

Input: none (types only). Output: frozen dataclasses that ``organization`` fills and ``answers`` writes out.
Not handled: consistency between the parts; the tests check it on the evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from zlib import crc32

__all__ = ["App", "DeployKey", "Environment", "OWNER", "Protection", "Repository", "Team", "Token", "number"]

OWNER = "nordlicht"
"""Login of the organization."""


def number(kind: str, name: str) -> int:
    """Return the id of a made-up thing, the same on every run."""
    return crc32(f"{kind}/{name}".encode()) % 900_000_000 + 100_000_000


@dataclass(frozen=True, slots=True)
class Protection:
    """A rule of a branch."""

    approvals: int = 1
    admins: bool = True
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Environment:
    """A deployment environment; ``reviewers`` are logins, ``branches`` the only ones it is for."""

    name: str
    reviewers: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    secrets: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class DeployKey:
    """A deploy key; ``used`` in days ago, ``None`` for never."""

    title: str
    created: float
    used: float | None
    added_by: str
    read_only: bool = True


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository; ``secrets`` are (name, days since the last change)."""

    name: str
    created: float
    visibility: str = "private"
    archived: bool = False
    protection: Protection | None = None
    """Of the branch ``main``; every repository has that branch alone."""
    environments: tuple[Environment, ...] = ()
    secrets: tuple[tuple[str, float], ...] = ()
    variables: tuple[tuple[str, str], ...] = ()
    keys: tuple[DeployKey, ...] = ()
    outside: tuple[tuple[str, str], ...] = ()
    """Outside collaborators with their role."""
    workflows: dict[str, str] = field(default_factory=dict)
    """Text by name of the file."""


@dataclass(frozen=True, slots=True)
class Team:
    """A team; ``repositories`` are (name, role)."""

    name: str
    members: tuple[str, ...]
    repositories: tuple[tuple[str, str], ...]
    parent: str = ""


@dataclass(frozen=True, slots=True)
class App:
    """An installed app; without ``repositories`` it is installed on all."""

    slug: str
    installed: float
    permissions: dict[str, str]
    repositories: tuple[str, ...] = ()
    suspended: float | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A fine-grained token; without ``expires`` (days from now) it never does."""

    name: str
    owner: str
    granted: float
    used: float | None
    expires: float | None
    repositories: tuple[str, ...]
    permissions: dict[str, str]
