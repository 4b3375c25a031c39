"""What of an answer is written: fields that nobody reads, or that hold secrets in an ordinary place, are left out.

Input: an answer of REST. Output: the same with fewer fields, in the vendor's words.
Handled: values of variables that are no public ids; addresses of webhooks, whose path, query and user often are a
secret; events of the audit log.
Not handled: secrets with a shape, which the writer takes out of everything.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from collectors.github.operations import AUDIT_LOG, FILES
from collectors.github.workflow_inputs import public_id

__all__ = ["EVENT_FIELDS", "origin_of", "shown"]

EVENT_FIELDS = frozenset(
    {
        "@timestamp", "_document_id", "action", "actor", "actor_id", "actor_is_bot", "created_at",
        "deploy_key_fingerprint", "hashed_token", "hook_id", "org", "programmatic_access_type", "repo", "repository",
        "title", "token_id", "token_scopes", "user",
    }
)  # fmt: skip
"""Of an event of the audit log; where somebody was and with what program is nobody's business here."""
_HOOKS = ("orgs.list-webhooks", "repos.list-webhooks")
_WITH_ADDRESSES = frozenset(
    {
        "repos.list-for-org", "teams.list-repos-in-org", "orgs.list-pat-grant-repositories", "orgs.list-members",
        "orgs.list-outside-collaborators", "teams.list-members-in-org", "actions.list-selected-repos-for-org-secret",
        "actions.list-selected-repositories-enabled-github-actions-organization",
        "actions.list-selected-repositories-self-hosted-runners-organization",
    }
)  # fmt: skip


def shown(name: str, body: Any) -> Any:
    """Return what is written of an answer."""
    if name in _HOOKS:
        return [_hook(item) for item in body]
    if name == AUDIT_LOG:
        # What was done in the browser has no token, and says nothing here.
        return [_only(item, EVENT_FIELDS) for item in body if _by_token(item)]
    if name == FILES and isinstance(body, Mapping) and body.get("encoding") == "base64":
        # As text, so that a secret that somebody wrote into it is found and taken out.
        text = base64.b64decode(str(body.get("content") or "")).decode("utf-8", "replace")
        return {**{key: body[key] for key in ("path", "sha", "size") if key in body}, "text": text}
    if isinstance(body, Mapping) and isinstance(body.get("variables"), list):
        return {**body, "variables": [_variable(item) for item in body["variables"]]}
    if name in _WITH_ADDRESSES:
        return _without_addresses(body)
    return body


def _by_token(item: Any) -> bool:
    return not isinstance(item, Mapping) or bool(item.get("hashed_token") or item.get("token_id"))


def _only(item: Any, fields: frozenset[str]) -> Any:
    return {key: value for key, value in item.items() if key in fields} if isinstance(item, Mapping) else item


def _without_addresses(body: Any) -> Any:
    """Leave out the addresses of further calls: dozens of them for each repository and person."""
    if isinstance(body, list):
        return [_without_addresses(item) for item in body]
    if isinstance(body, Mapping):
        return {
            key: _without_addresses(value) for key, value in body.items() if key != "url" and not key.endswith("_url")
        }
    return body


def _variable(item: Any) -> Any:
    """Keep a variable's value where it is a public id; what else people put there can be a secret."""
    if not isinstance(item, Mapping) or public_id(str(item.get("name") or ""), str(item.get("value") or "")):
        return item
    return {key: value for key, value in item.items() if key != "value"}


def _hook(item: Any) -> Any:
    if not isinstance(item, Mapping):
        return item
    config = item.get("config")
    kept = {key: item[key] for key in ("id", "name", "active", "events", "created_at", "updated_at") if key in item}
    if isinstance(config, Mapping):
        kept["config"] = {
            **{key: config[key] for key in ("content_type", "insecure_ssl") if key in config},
            "url": origin_of(str(config.get("url") or "")),
        }
    return kept


def origin_of(address: str) -> str:
    """Return scheme, host and port of an address; empty where it has none."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname}{port}" if parts.scheme and parts.hostname else ""
