"""Records while they are being changed: found by key, put back, frozen again.

Input: ``BuildInput``. Output: ``Draft`` and from it a new ``BuildInput``; what nobody touched is the same object.
Handled: several records under one key, which are all changed. Finding by key makes one pass over a kind of records.
Not handled: what a change means, which the other files of this folder know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from collectors.aws.policy_types import Document
from collectors.evidence.declared import DeclaredSecret
from graph.edges.aws.identity_center import identity_center_node
from graph.edges.aws.structure_credentials import key_node
from graph.records import BuildInput

__all__ = ["KEYS", "POLICY_HOLDERS", "RESOURCES", "Draft"]

Edit = Callable[[Any], Any]
"""Takes a record and returns it changed, or ``None`` to take it out."""
POLICY_HOLDERS = ("users", "roles", "groups")
RESOURCES = ("functions", "buckets", "kms_keys", "secrets", "resources")
KEYS: Mapping[str, Callable[[Any], str]] = {
    "users": lambda row: row.arn,
    "roles": lambda row: row.arn,
    "groups": lambda row: row.arn,
    "managed_policies": lambda row: row.arn,
    "organization_policies": lambda row: row.id,
    "access_keys": lambda row: key_node(row.id, row.user_arn, row.slot),
    "service_credentials": lambda row: f"aws:service-credential:{row.id}",
    "functions": lambda row: row.arn,
    "buckets": lambda row: row.arn,
    "kms_keys": lambda row: row.arn,
    "secrets": lambda row: row.arn,
    "resources": lambda row: row.arn,
    "identity_center_users": lambda row: identity_center_node(row.id),
    "account_assignments": lambda row: (
        f"aws:assignment:{row.permission_set_arn}:{row.target_account}:{row.principal_id}"
    ),
    "roles_anywhere_profiles": lambda row: row.arn,
    "clusters": lambda row: row.arn,
    "identity_pools": lambda row: f"aws:identity-pool-roles:{row.account}:{row.id}",
    "kms_grants": lambda row: f"aws:kms-grant:{row.key_arn}:{row.id}",
}
"""By field of ``AwsRecords`` what its records are found by: an ARN, a node id or the id of their grant."""


class Draft:
    """Records of one build, open for changes."""

    def __init__(self, kept: BuildInput) -> None:
        self._kept = kept
        self._rows: dict[str, list[Any]] = {}
        self._places: dict[str, dict[str, list[int]]] = {}
        self._by_user: dict[str, dict[str, list[int]]] = {}
        self.secrets: list[DeclaredSecret] = list(kept.declared.secrets)
        """Declared rows of what secrets hold."""
        self.entra = kept.entra
        """Records of Entra tenants, replaced as a whole by a change."""
        self.azure = kept.azure
        """Records of Azure, likewise."""
        self.other = kept.other
        """Imported tables, likewise."""
        self.opengraph = kept.opengraph
        """Imported graphs, likewise."""
        self.github = kept.github
        """Records of GitHub, likewise."""

    def find(self, kind: str, key: str) -> Any:
        """Return the first record of a kind under a key as it is now, or ``None``."""
        rows = self._all(kind)
        return next((rows[place] for place in self._index(kind).get(key, ()) if rows[place] is not None), None)

    def holder_kind(self, arn: str, kinds: tuple[str, ...]) -> str:
        """Return which of some kinds holds a record of this ARN, or ``""``."""
        return next((kind for kind in kinds if self.find(kind, arn) is not None), "")

    def keys(self, kind: str) -> list[str]:
        """Return the keys of a kind, for suggestions."""
        return list(self._index(kind))

    def edit(self, kind: str, key: str, change: Edit) -> None:
        """Change every record of a kind under a key."""
        rows = self._all(kind)
        for place in self._index(kind).get(key, ()):
            if rows[place] is not None:
                rows[place] = change(rows[place])

    def edit_credentials(self, user_arn: str, change: Edit) -> None:
        """Change every access key, service-specific credential and signing certificate of a user."""
        for kind in ("access_keys", "service_credentials", "signing_certificates"):
            rows = self._all(kind)
            if kind not in self._by_user:
                self._by_user[kind] = _places(rows, lambda row: row.user_arn)
            for place in self._by_user[kind].get(user_arn, ()):
                if rows[place] is not None:
                    rows[place] = change(rows[place])

    def has_key(self, user_arn: str) -> bool:
        """Tell whether a user has any access key left."""
        return any(row is not None and row.user_arn == user_arn for row in self._all("access_keys"))

    def edit_document(self, kind: str, key: str, change: Callable[[Document], Document]) -> None:
        """Change a role's trust policy, a resource's own policy, or the default version of a managed policy."""
        if kind == "roles":
            self.edit(kind, key, lambda row: replace(row, trust=change(row.trust)))
        elif kind == "managed_policies":
            self.edit(kind, key, lambda row: replace(row, versions=_default_changed(row.versions, change)))
        else:
            self.edit(kind, key, lambda row: replace(row, policy=change(row.policy)))

    def finish(self) -> BuildInput:
        """Return the records as they are now."""
        changed: dict[str, Any] = {
            kind: tuple(row for row in rows if row is not None) for kind, rows in self._rows.items()
        }
        declared = replace(self._kept.declared, secrets=tuple(self.secrets))
        aws = replace(self._kept.aws, **changed)
        return replace(
            self._kept,
            aws=aws,
            declared=declared,
            entra=self.entra,
            azure=self.azure,
            other=self.other,
            opengraph=self.opengraph,
            github=self.github,
        )

    def _all(self, kind: str) -> list[Any]:
        if kind not in self._rows:
            self._rows[kind] = list(getattr(self._kept.aws, kind))
        return self._rows[kind]

    def _index(self, kind: str) -> dict[str, list[int]]:
        if kind not in self._places:
            self._places[kind] = _places(self._all(kind), KEYS[kind])
        return self._places[kind]


def _places(rows: list[Any], key_of: Callable[[Any], str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        if row is not None:
            found.setdefault(key_of(row), []).append(place)
    return found


def _default_changed(versions: Any, change: Callable[[Document], Document]) -> Any:
    return tuple(
        replace(version, document=change(version.document)) if version.is_default else version for version in versions
    )
