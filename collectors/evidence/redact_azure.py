"""Say which fields of Azure's answers hold secrets because of the object that they are of.

Input: an object, one of its fields. Output: how to treat the field, or nothing.
Handled: application settings and connection strings, settings of extensions, secrets of container apps, keys of storage
accounts, secrets of key vaults, content of runbooks, parameters and literals in definitions of logic apps.
Not handled: a secret in a file that a setting merely points to. A reference to a key vault is no secret and stays.
Errs towards taking out: every literal setting goes, as every environment variable does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["AZURE_FIELDS", "AZURE_KINDS", "AZURE_LOOKED_AT", "Treatment", "azure_treatment", "is_vault_reference"]

AZURE_KINDS = {
    "customdata": "user_data",
    "securevalue": "secret_value",
    "connectionstring": "connection_string",
    "primaryconnectionstring": "connection_string",
    "secondaryconnectionstring": "connection_string",
    "primarykey": "account_key",
    "secondarykey": "account_key",
    "publishingpassword": "password",
    "pfx": "certificate_value",
    "workspacekey": "account_key",
    "storageaccountkey": "account_key",
}
"""Field names, lower case without ``_`` and ``-``, whose text is a secret in any answer."""

AZURE_FIELDS = frozenset(
    {
        "appSettings",
        "content",
        "definition",
        "parameters",
        "properties",
        "protectedSettings",
        "secret",
        "secrets",
        "settings",
        "value",
    }
)
"""Fields that may be secret because of the object that they are of."""

AZURE_LOOKED_AT = (
    "appsettings",
    "slotsetting",
    "protectedsettings",
    "typehandlerversion",
    "microsoft.web/sites/config",
    "microsoft.web/sites/slots/config",
    "microsoft.logic/workflows",
    "microsoft.app/containerapps",
    "microsoft.app/jobs",
    "runbooktype",
    "keyname",
    "serviceprincipalprofile",
    "contenttype",
)
"""In lower case: one of these stands, quoted, in every text that has such an object."""

_REFERENCE = re.compile(
    r"@Microsoft\.KeyVault\((?:SecretUri=https://[a-z0-9-]+\.vault\.[a-z.]+/secrets/[A-Za-z0-9-]+(?:/[0-9a-f]*)?/?"
    r"|(?:(?:VaultName|SecretName|SecretVersion)=[A-Za-z0-9-]*;?\s*){2,3})\)",
    re.IGNORECASE,
)
_SETTINGS = ("microsoft.web/sites/config", "microsoft.web/sites/slots/config")
_LITERAL = frozenset({"authentication", "body", "defaultValue", "headers", "queries", "value"})
"""Fields of a logic app's definition whose texts are literals, or expressions that begin with ``@``."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What to take out of a field."""

    kind: str
    variables: bool = False
    """Names and values: each value as a variable's."""
    everything: bool = True
    """Every text below; otherwise only texts below fields in ``below``."""
    below: frozenset[str] = frozenset()
    expressions: bool = False
    """True when a text that begins with ``@`` is computed from others and stays."""


_VARIABLES = Treatment("environment_variable", variables=True)
_EXTENSION = Treatment("extension_setting")
_WORKFLOW = Treatment("workflow_literal", everything=False, below=_LITERAL, expressions=True)
_STORED = Treatment("secret_value", everything=False, below=frozenset({"value"}))


def is_vault_reference(text: str) -> bool:
    """Return whether a setting is nothing but a reference to a secret of a key vault."""
    return text.startswith("@") and _REFERENCE.fullmatch(text.strip()) is not None


def azure_treatment(holder: Mapping[Any, Any], key: str, item: Any) -> Treatment | None:
    """Return how to treat a field; ``None`` when nothing says that it holds secrets.

    Parameters
    ----------
    holder
        The object that the field is of.
    key, item
        The field, one of ``AZURE_FIELDS``, and what it holds.
    """
    kind = holder.get("type")
    kind = kind.lower() if isinstance(kind, str) else ""
    if key == "properties":
        return _VARIABLES if isinstance(item, Mapping) and kind in _SETTINGS else None
    if key == "appSettings":
        return _VARIABLES if isinstance(item, list) else None
    if key == "protectedSettings" or (key == "settings" and _is_extension(holder)):
        return _EXTENSION if isinstance(item, str | Mapping | list) else None
    if key == "secrets":
        return _STORED if isinstance(item, list) else None
    if key in ("definition", "parameters"):
        return _workflow(holder, kind, key, item)
    if isinstance(item, str):
        return _text(holder, kind, key)
    return None


def _is_extension(holder: Mapping[Any, Any]) -> bool:
    return "typeHandlerVersion" in holder or ("publisher" in holder and "autoUpgradeMinorVersion" in holder)


def _workflow(holder: Mapping[Any, Any], kind: str, key: str, item: Any) -> Treatment | None:
    """Return the treatment of a logic app's definition and parameters, wherever ARM or ``az`` put them."""
    if not isinstance(item, Mapping):
        return None
    if key == "definition":
        return _WORKFLOW if "actions" in item or "triggers" in item else None
    beside = isinstance(holder.get("definition"), Mapping)
    return _WORKFLOW if kind == "microsoft.logic/workflows" or beside else None


def _text(holder: Mapping[Any, Any], kind: str, key: str) -> Treatment | None:
    if key == "value":
        if "keyName" in holder:
            return Treatment("account_key")
        if "slotSetting" in holder:
            return Treatment("environment_variable")
        identity = holder.get("id")
        of_vault = isinstance(identity, str) and ".vault." in identity and "/secrets/" in identity
        return Treatment("secret_value") if of_vault else None
    if key == "secret":
        return Treatment("client_secret") if "clientId" in holder or "tenant" in holder else None
    if key == "content":
        return Treatment("runbook_content") if "runbookType" in holder or kind.endswith("/runbooks") else None
    return None
