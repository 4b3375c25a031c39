"""Settings of workloads by name: what a setting refers to, or what redaction left of its value.

Input: cleaned answers. Output: ``Settings``.
Handled: references to key vaults in both spellings, secrets of a container app by name.
Not handled: values; evidence that still holds one was redacted on reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from collectors.azure.records_fields import Fields
from collectors.evidence.redact import is_redacted

__all__ = ["Settings", "vault_reference"]

_PLAIN = "environment_variable"
_BY_URI = re.compile(
    r"(?:@Microsoft\.KeyVault\(SecretUri=)?https://([a-z0-9-]+)\.vault\.[a-z.]+/secrets/([^/)?]+)", re.IGNORECASE
)
_NAMED = re.compile(r"@Microsoft\.KeyVault\((.+)\)", re.IGNORECASE)


def vault_reference(text: str) -> str:
    """Return ``reference:<vault>/<secret>`` of a reference to a key vault; empty for anything else.

    References
    ----------
    https://learn.microsoft.com/azure/app-service/app-service-key-vault-references (read 2026-11).

    Examples
    --------
    >>> vault_reference("@Microsoft.KeyVault(SecretUri=https://Corp.vault.azure.net/secrets/Db/1)")
    'reference:corp/db'
    >>> vault_reference("@Microsoft.KeyVault(VaultName=corp;SecretName=db)"), vault_reference("x")
    ('reference:corp/db', '')
    """
    if found := _BY_URI.match(text.strip()):
        return f"reference:{found.group(1)}/{found.group(2)}".lower()
    if named := _NAMED.fullmatch(text.strip()):
        pairs = dict(part.strip().split("=", 1) for part in named.group(1).split(";") if "=" in part)
        lowered = {key.lower(): value for key, value in pairs.items()}
        if lowered.get("vaultname") and lowered.get("secretname"):
            return f"reference:{lowered['vaultname']}/{lowered['secretname']}".lower()
    return ""


@dataclass(slots=True)
class Settings:
    """Settings of one workload while they are gathered; the first answer about a name counts."""

    values: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)
    known: bool = False

    def put(self, name: str, value: Any) -> None:
        """Note a setting by its cleaned value."""
        if not name or name in self.values:
            return
        if is_redacted(value):
            self.values[name] = str(value.get("fingerprint", ""))
            if value["redacted"] != _PLAIN:
                self.secrets[name] = str(value["redacted"])
                if value.get("hint"):
                    self.hints[name] = str(value["hint"])
            elif value.get("hint"):
                self.ids[name] = str(value["hint"])
        else:
            self.values[name] = vault_reference(value) if isinstance(value, str) else ""

    def pairs(self, items: Iterable[Fields], secret: dict[str, str]) -> None:
        """Note settings that stand as a list of names and values.

        Parameters
        ----------
        secret
            What the workload's own secrets are taken from, by their name.
        """
        for item in items:
            name, stored = item.text("name"), item.text("secretRef")
            if stored:
                self.values.setdefault(name, secret.get(stored.lower()) or f"secret:{stored}")
            else:
                hidden = item.body.get("secureValue")
                self.put(name, item.body.get("value") if hidden is None else hidden)

    def of_answers(self, items: Iterable[Fields]) -> None:
        """Note what ``config/appsettings`` answers: an object of names, or the list that ``az`` prints."""
        for item in items:
            self.known = True
            if isinstance(item.body.get("properties"), dict):
                for name, value in item.body["properties"].items():
                    self.put(name, value)
            elif "slotSetting" in item.body:
                self.put(item.text("name"), item.body.get("value"))

    def of_references(self, items: Iterable[Fields]) -> None:
        """Note what ``config/configreferences/appsettings`` answers."""
        for item in items:
            fields = item.inner("properties")
            rows = fields.body.get("keyToReferenceStatuses")
            if isinstance(rows, dict):
                statuses = fields.inner("keyToReferenceStatuses")
                for name in rows:
                    self._reference(name, statuses.inner(name))
            else:
                self._reference(item.text("name").rpartition("/")[2], fields)

    def _reference(self, name: str, row: Fields) -> None:
        vault, secret = row.text("vaultName"), row.text("secretName")
        told = f"reference:{vault}/{secret}".lower() if vault and secret else vault_reference(row.text("reference"))
        if name and told:
            self.values.setdefault(name, told)
