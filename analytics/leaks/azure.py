"""Keys, signatures and addresses of Azure: which resource each opens, by the name that stands beside it.

Input: a sighting with the text around it. Output: a match.
Handled: connection strings, SAS with its times and permissions, a SAS that a principal of the tenant signed, secrets of
key vaults by address, ARM ids, personal access tokens of Azure DevOps.
Not handled: whether a key is the current one: Azure shows nothing of a key, so a rotated one looks the same.

References
----------
https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
https://learn.microsoft.com/rest/api/storageservices/create-account-sas
https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas (skoid, sktid; all read 2026-11)
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qs, unquote

from analytics.leaks.lookup import Lookup
from analytics.leaks.match import LeakMatch
from collectors.evidence.times import parse_time
from graph.evaluate.entra.ids import node_of
from graph.kinds import NodeKind

__all__ = ["account_key", "arm_id", "shared_signature", "vault_secret"]

_HOST = re.compile(r"(?:https?|sb|amqps)://([a-z0-9-]{3,63})((?:\.[a-z0-9-]+)+)", re.IGNORECASE)
_ACCOUNT = re.compile(r"AccountName=([a-z0-9]{3,24})", re.IGNORECASE)
_POLICY = re.compile(r"SharedAccessKeyName=([^;\s\"']{1,256})", re.IGNORECASE)
_STORAGE = re.compile(r"\.(?:blob|file|queue|table|dfs|web)\.(?:storage\.azure\.net|core\.[a-z.]+)$", re.IGNORECASE)
_BEFORE, _AFTER = 600, 400
_WHOLE_KEY = "An account key opens everything in the account, whatever roles say, until it is rotated."
_UNKNOWN_KEY = "Azure shows nothing of a key: whether it is still the current one is not known."


def account_key(lookup: Lookup, text: str, start: int, stop: int) -> LeakMatch:
    """Return which resource a shared key opens: a storage account's, or a namespace's."""
    around = _setting(text, start, stop)
    if account := _ACCOUNT.search(around):
        return _storage(lookup, account.group(1).lower(), "Azure storage account key", _WHOLE_KEY)
    host = _HOST.search(around)
    if host is None:
        note = f"No account or namespace stands beside it. {_UNKNOWN_KEY}"
        return LeakMatch(public_id="shared key", kind="Azure shared key", system="azure", note=note)
    name = host.group(1).lower()
    policy = _POLICY.search(around)
    what = f"policy {policy.group(1)} of {name}" if policy else name
    kind = "Azure shared access key"
    resources = [
        node
        for node in lookup.called(name, NodeKind.AZURE_RESOURCE, NodeKind.AZURE_WORKLOAD)
        if "/namespaces" in str(node.attributes.get("arm_type"))
    ]
    match = LeakMatch(public_id=what, kind=kind, system="azure", note=_UNKNOWN_KEY)
    if len(resources) == 1:
        return replace(match, resource=resources[0].id, account=resources[0].scope, account_source="inventory",
                       matched_by="name")  # fmt: skip
    return replace(match, note=f"{_absent(lookup, f'namespace {name}')} {_UNKNOWN_KEY}")


def _setting(text: str, start: int, stop: int) -> str:
    """Return the connection string that a key stands in: the line, or what quotation marks enclose."""
    left, right = text[max(0, start - _BEFORE) : start], text[stop : stop + _AFTER]
    left = re.split(r"[\n\r\"'`]", left)[-1]
    right = re.split(r"[\n\r\"'`]", right)[0]
    return f"{left};{right}"


def _storage(lookup: Lookup, name: str, kind: str, note: str) -> LeakMatch:
    found = lookup.called(name, NodeKind.AZURE_STORAGE_ACCOUNT)
    match = LeakMatch(public_id=name, kind=kind, system="azure")
    if len(found) == 1:
        return replace(match, resource=found[0].id, account=found[0].scope, account_source="inventory",
                       matched_by="name", note=f"{note} {_UNKNOWN_KEY}")  # fmt: skip
    return replace(match, note=f"{_absent(lookup, f'storage account {name}')} {note} {_UNKNOWN_KEY}")


def _absent(lookup: Lookup, what: str) -> str:
    return f"No {what} was collected." if "azure" in lookup.sources else "No subscription was collected."


def shared_signature(lookup: Lookup, text: str, start: int, stop: int, at: datetime) -> LeakMatch:
    """Return what a shared access signature opens: where, until when, and who signed it."""
    left = re.split(r"[\s\"'`<>]", text[max(0, start - 2000) : start])[-1]
    right = re.split(r"[\s\"'`<>]", text[stop : stop + 2000])[0]
    address = f"{left}{right}".replace("\\u0026", "&").replace("&amp;", "&")
    query = parse_qs(address.partition("?")[2] or address, keep_blank_values=True)

    def said(name: str) -> str:
        return query.get(name, [""])[0]

    match = LeakMatch(public_id="SAS", kind="Azure shared access signature", system="azure")
    if host := _HOST.search(unquote(address)):
        name = host.group(1).lower()
        match = replace(match, public_id=f"SAS for {name}")
        if _STORAGE.search(host.group(2)):
            match = replace(_storage(lookup, name, match.kind, ""), public_id=f"SAS for {name}")
            match = replace(match, note=match.note.replace(_UNKNOWN_KEY, "").strip())
    end = parse_time(said("se")) if said("se") else None
    facts = [f"permissions {said('sp')}"] if said("sp") else []
    if said("spr") == "https,http":
        facts.append("over http as well")
    notes = [match.note, f"It gives {', '.join(facts)}." if facts else ""]
    if end is not None:
        notes.append(f"It ended at {said('se')}." if end <= at else f"It ends at {said('se')}.")
    elif said("si"):
        notes.append(f"Its end is that of the stored policy {said('si')}.")
    match = replace(match, expires_at=said("se") if end else "", active=None if end is None else end > at)
    if signer := said("skoid").lower():
        return _signed_by(lookup, match, signer, said("sktid").lower(), notes)
    notes.append("It is ended by rotating the key that signed it.")
    return replace(match, note=" ".join(filter(None, notes)))


def _signed_by(lookup: Lookup, match: LeakMatch, signer: str, tenant: str, notes: list[str]) -> LeakMatch:
    node = lookup.node(node_of(signer))
    if node is not None and (tenant in lookup.tenants or not lookup.tenants_known):
        notes.append(f"{node.name} signed it, and it gives no more than that identity may read and write there.")
        match = replace(match, identity=node.id, matched_by="token claims")
    else:
        notes.append(f"Object {signer} of tenant {tenant or 'unknown'} signed it, which was not collected.")
    return replace(match, note=" ".join(filter(None, notes)))


def vault_secret(lookup: Lookup, address: str) -> LeakMatch:
    """Return the stored secret that an address names; an address is no secret."""
    uri = address.rstrip("/")
    found = lookup.vault_secrets.get(uri.lower())
    match = LeakMatch(public_id=uri, kind="Key Vault secret address", system="azure")
    if found is not None:
        note = "The address opens nothing by itself; what is told is what the value proves, as far as that is known."
        return replace(match, resource=found.id, account=found.scope, account_source="inventory",
                       matched_by="exact id", note=note, who=found.id)  # fmt: skip
    return replace(match, note=_absent(lookup, f"key vault secret of this address ({uri})"))


def arm_id(lookup: Lookup, value: str, alone: bool) -> LeakMatch | None:
    """Return what an ARM id names; ``None`` when the inventory lacks it and the input holds other text as well."""
    node = lookup.node(f"azure:{value.rstrip('/').lower()}")
    match = LeakMatch(public_id=value, kind="ARM id", system="azure")
    if node is None:
        return replace(match, note=_absent(lookup, "resource of this id")) if alone else None
    note = "An id opens nothing by itself."
    return replace(match, resource=node.id, account=node.scope, account_source="inventory", matched_by="exact id",
                   note=note)  # fmt: skip
