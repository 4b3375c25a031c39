"""Where a state is kept, from what Terraform notes of its backend, without the backend's own secrets.

Input: a backend's type and configuration, a workspace's name, or an address that a person gives. Output: the parts
that name a place; ``StatePlace``.
Handled: S3, Azure blobs, Google Cloud Storage, HCP Terraform and Terraform Enterprise, local files; a workspace that
is not the default one has its own key, as each backend builds it.
Not handled: other backends, of which only the type stays.

References
----------
https://developer.hashicorp.com/terraform/language/backend/s3, azurerm, gcs, remote (read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collectors.errors import EvidenceError

__all__ = ["StatePlace", "clean_backend", "clean_config", "place_of", "stated_backend"]

_KEPT = frozenset(
    {
        *("bucket", "key", "region", "kms_key_id", "encrypt", "workspace_key_prefix", "prefix", "path", "hostname"),
        *("organization", "storage_account_name", "container_name", "resource_group_name", "subscription_id"),
    }
)
"""Settings that name the place or its key; all others (tokens, keys, passwords, connection strings) go."""
_DEFAULT = "default"
_BLOB = re.compile(r"https://([a-z0-9]{3,24})\.blob\.core\.[a-z.]+/([a-z0-9$-]+)/(.+)")
_S3 = re.compile(r"s3://([a-z0-9][a-z0-9.-]+)/(.+)")
_GCS = re.compile(r"gs://([a-z0-9][a-z0-9._-]+)/(.+)")
_CLOUD = re.compile(r"https://([a-z0-9.-]+)/app/([\w-]+)/(?:workspaces/)?([\w-]+)/?")


@dataclass(frozen=True, slots=True)
class StatePlace:
    """One object that holds a state."""

    address: str
    """As people write it: ``s3://BUCKET/KEY``, ``https://ACCOUNT.blob.core.windows.net/CONTAINER/KEY`` …"""
    bucket: str = ""
    """Of S3 alone."""
    key: str = ""
    kms_key: str = ""


def clean_config(config: Any) -> dict[str, Any]:
    """Return the settings of a backend that name a place."""
    if not isinstance(config, Mapping):
        return {}
    kept: dict[str, Any] = {
        name: value for name, value in config.items() if name in _KEPT and isinstance(value, str | bool)
    }
    spaces = config.get("workspaces")
    for each in spaces if isinstance(spaces, list) else [spaces]:
        if isinstance(each, Mapping):
            names = {name: each[name] for name in ("name", "prefix") if isinstance(each.get(name), str)}
            kept["workspaces"] = names
    return kept


def clean_backend(backend: Any) -> dict[str, Any]:
    """Return a backend with its type and those settings."""
    kind = backend.get("type") if isinstance(backend, Mapping) else None
    kept = {"type": kind if isinstance(kind, str) else "", "config": clean_config(backend.get("config"))}
    if isinstance(space := backend.get("workspace"), str):
        kept["workspace"] = space
    return kept


def stated_backend(address: str) -> dict[str, Any]:
    """Return the backend that an address means, as ``clean_backend`` does.

    Raises
    ------
    EvidenceError
        It is no address of a place that is known.
    """
    if match := _S3.fullmatch(address):
        return {"type": "s3", "config": {"bucket": match[1], "key": match[2]}}
    if match := _BLOB.fullmatch(address):
        names = ("storage_account_name", "container_name", "key")
        return {"type": "azurerm", "config": dict(zip(names, match.groups(), strict=True))}
    if match := _GCS.fullmatch(address):
        return {"type": "gcs", "config": {"bucket": match[1], "path": match[2]}}
    if match := _CLOUD.fullmatch(address):
        config = {"hostname": match[1], "organization": match[2], "workspaces": {"name": match[3]}}
        return {"type": "remote", "config": config}
    raise EvidenceError(
        "--stored-in: expected s3://BUCKET/KEY, https://ACCOUNT.blob.core.windows.net/CONTAINER/KEY, "
        "gs://BUCKET/OBJECT or https://HOST/app/ORGANIZATION/workspaces/NAME"
    )


def place_of(kind: str, config: Mapping[str, Any], workspace: str = "") -> StatePlace | None:
    """Return the object that holds the state of a workspace; ``None`` where the settings do not say."""
    space = "" if workspace in ("", _DEFAULT) else workspace

    def text(name: str, default: str = "") -> str:
        value = config.get(name)
        return value if isinstance(value, str) and value else default

    bucket, key = text("bucket"), text("key")
    if kind == "s3" and bucket and key:
        if space:
            key = f"{text('workspace_key_prefix', 'env:')}/{space}/{key}"
        key = key.lstrip("/")
        return StatePlace(f"s3://{bucket}/{key}", bucket, key, text("kms_key_id"))
    account, container = text("storage_account_name"), text("container_name")
    if kind == "azurerm" and account and container and key:
        ended = f"env:{space}" if space else ""
        return StatePlace(f"https://{account}.blob.core.windows.net/{container}/{key}{ended}")
    if kind == "gcs" and bucket:
        named = text("path") or "/".join(filter(None, (text("prefix").strip("/"), f"{space or _DEFAULT}.tfstate")))
        return StatePlace(f"gs://{bucket}/{named}")
    if kind in ("remote", "cloud") and text("organization"):
        spaces = config.get("workspaces")
        named = spaces.get("name") or f"{spaces.get('prefix', '')}{space}" if isinstance(spaces, Mapping) else space
        if named:
            return StatePlace(
                f"https://{text('hostname', 'app.terraform.io')}/app/{text('organization')}/workspaces/{named}"
            )
    return None
