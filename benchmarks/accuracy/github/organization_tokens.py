"""Apps, tokens and machines of a small organization, and what nobody asked about.

Input: calls. Output: ``Tokens``. Not handled: people and repositories (``organization``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from benchmarks.accuracy.github.answers import BEFORE_IDS, Json, number, simple_user
from benchmarks.accuracy.github.organization_files import Written

__all__ = ["Tokens"]


@dataclass(slots=True)
class Tokens(Written):
    """An organization with apps, tokens and machines."""

    # ---- tokens
    def app(
        self,
        slug: str,
        permissions: Mapping[str, str],
        repos: Sequence[str] | None = None,
        *,
        suspended: bool = False,
    ) -> Self:
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
    ) -> Self:
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

    def classic_token(self, owner: str, *scopes: str, ends: str | None = None) -> Self:
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
    def group(self, name: str, visibility: str = "all", *, public: bool = False, only: Sequence[str] = ()) -> Self:
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

    def runner(self, name: str, *labels: str, group: str | None = None, repo: str | None = None) -> Self:
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
    def without(self, operation: str, about: str = "") -> Self:
        """Take an operation away, or the line that asks about one repository, branch, team, or environment."""
        self.absent.add((operation, about))
        return self

    def refused(self, operation: str, about: str, code: str, message: str) -> Self:
        """Have GitHub refuse the line that asks about one thing."""
        self.refusals[(operation, about)] = {"code": code, "message": message}
        return self
