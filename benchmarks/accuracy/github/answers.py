"""Single answers of GitHub's REST API, as its reference shows them.

Input: names. Output: JSON bodies. Not handled: which organization they belong to (``organization``).
Forms: https://docs.github.com/rest (version 2022-11-28), read 2026-11.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

__all__ = [
    "BEFORE_IDS",
    "SINCE_IDS",
    "Json",
    "listed",
    "number",
    "permissions_of",
    "protection",
    "review_rule",
    "simple_user",
    "team_role",
]

Json: TypeAlias = dict[str, Any]
BEFORE_IDS: Final = "2024-03-01T08:00:00Z"
"""A repository of that day keeps subjects without ids, unless somebody asks for them."""
SINCE_IDS: Final = "2026-09-01T08:00:00Z"
"""A repository of that day has subjects with ids."""
_LEVELS: Final = ("pull", "triage", "push", "maintain", "admin")
_ROLES: Final = {"read": "pull", "triage": "triage", "write": "push", "maintain": "maintain", "admin": "admin"}


def number(kind: str, name: str) -> int:
    """Return the numeric id of a thing: the same for the same name."""
    return 10_000 + zlib.crc32(f"{kind}:{name.lower()}".encode()) % 900_000_000


def simple_user(login: str, *, kind: str = "User") -> Json:
    """Return a person or an organization in short."""
    return {"login": login, "id": number("user", login), "type": kind, "site_admin": False}


def permissions_of(role: str) -> Json:
    """Return the five flags of a repository role (``read`` … ``admin``)."""
    reached = _LEVELS.index(_ROLES[role])
    return {level: place <= reached for place, level in enumerate(_LEVELS)}


def team_role(role: str) -> str:
    """Return how a team's list names a role: ``write`` is ``push``."""
    return _ROLES[role]


def protection(
    *,
    reviews: int | None = None,
    bypass: Sequence[str] = (),
    admins: bool = False,
    push: Sequence[str] | None = None,
    push_teams: Sequence[str] = (),
    locked: bool = False,
    checks: Sequence[str] = (),
) -> Json:
    """Return a branch's protection; ``reviews`` none asks for no pull request, ``push`` none lets every writer push."""
    body: Json = {
        "url": "https://api.github.com/protection",
        "enforce_admins": {"enabled": admins},
        "required_linear_history": {"enabled": False},
        "allow_force_pushes": {"enabled": False},
        "allow_deletions": {"enabled": False},
        "block_creations": {"enabled": False},
        "required_conversation_resolution": {"enabled": False},
        "lock_branch": {"enabled": locked},
        "allow_fork_syncing": {"enabled": False},
        "required_signatures": {"enabled": False},
    }
    if reviews is not None:
        body["required_pull_request_reviews"] = {
            "dismiss_stale_reviews": True,
            "require_code_owner_reviews": False,
            "require_last_push_approval": False,
            "required_approving_review_count": reviews,
            "bypass_pull_request_allowances": {
                "users": [simple_user(one) for one in bypass],
                "teams": [],
                "apps": [],
            },
        }
    if push is not None:
        body["restrictions"] = {
            "users": [simple_user(one) for one in push],
            "teams": [{"id": number("team", one), "slug": one, "name": one} for one in push_teams],
            "apps": [],
        }
    if checks:
        body["required_status_checks"] = {
            "strict": False,
            "contexts": list(checks),
            "checks": [{"context": one, "app_id": None} for one in checks],
        }
    return body


def review_rule(approvals: int = 1) -> Json:
    """Return a ruleset's rule that asks for a pull request."""
    return {
        "type": "pull_request",
        "ruleset_source_type": "Repository",
        "ruleset_source": "octo/app",
        "ruleset_id": 42,
        "parameters": {
            "required_approving_review_count": approvals,
            "dismiss_stale_reviews_on_push": True,
            "require_code_owner_review": False,
            "require_last_push_approval": False,
            "required_review_thread_resolution": False,
        },
    }


def listed(key: str, items: Sequence[Mapping[str, Any]]) -> Json:
    """Return a counted list."""
    return {"total_count": len(items), key: list(items)}
