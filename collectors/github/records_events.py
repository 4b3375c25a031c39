"""Who is told of events, and what the audit log says of tokens, from GitHub answers.

Input: ``Reading``. Output: webhooks; tokens with digest and last use.
Handled: tokens of the log that no list has: they were used, so they are there.
Not handled: installation tokens, which live for an hour; who did what; a webhook of an app, which no call lists.

References
----------
https://docs.github.com/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/
identifying-audit-log-events-performed-by-an-access-token (read 2026-11)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from collectors.github.operations import AUDIT_LOG
from collectors.github.records import GitHubToken, GitHubWebhook
from collectors.github.records_fields import Fields, Reading
from collectors.github.shown import origin_of

__all__ = ["add_uses", "read_webhooks"]

_ORG, _REPO = "orgs.list-webhooks", "repos.list-webhooks"
_KINDS = {
    "fine-grained personal access token": "fine-grained",
    "personal access token (classic)": "classic",
    "oauth access token": "oauth",
    "github app user-to-server token": "app-user",
}
"""Type of access, in lower case → kind; others are no tokens of a person."""


def read_webhooks(reading: Reading) -> tuple[GitHubWebhook, ...]:
    """Return webhooks of the organization and its repositories, sorted."""
    found = [_webhook(item) for item in reading.items(_ORG)]
    for name, calls in reading.by_repository(_REPO).items():
        for call in calls:
            if call.response is not None:
                found += [_webhook(item, name) for item in reading.of_call(_REPO, call)]
    return tuple(sorted(found, key=lambda each: (each.repository, each.host, each.id)))


def _webhook(item: Fields, repository: str = "") -> GitHubWebhook:
    config = item.inner("config")
    host = origin_of(config.text("url"))
    # GitHub writes the setting as text or as a number.
    insecure = str(config.body.get("insecure_ssl") or "0") == "1" or host.startswith("http://")
    active = item.flag("active") is not False
    return GitHubWebhook(
        item.number("id") or 0, host, item.ref, repository, item.texts("events"), active, insecure
    )  # fmt: skip


def add_uses(reading: Reading, tokens: dict[tuple[str, int], GitHubToken]) -> None:
    """Add digest and last use to tokens that the audit log names, and tokens that it alone names."""
    by_token = {(kind, token.id): key for key, token in tokens.items() for kind in (key[0],)}
    for item in reading.items(AUDIT_LOG):
        kind = _KINDS.get(item.text("programmatic_access_type").lower(), "")
        number = item.number("token_id")
        if not kind or not number:
            continue
        key = by_token.setdefault((kind, number), (kind, number))
        token = tokens.get(key) or GitHubToken(
            number, kind, "", item.text("actor").lower(), item.ref, scopes=_scopes(item), seen_only=True
        )  # fmt: skip
        used = _moment(item)
        tokens[key] = replace(
            token,
            digest=item.text("hashed_token") or token.digest,
            last_used_at=max(token.last_used_at, used),
        )


def _scopes(item: Fields) -> tuple[str, ...]:
    return tuple(filter(None, (each.strip() for each in item.text("token_scopes").split(","))))


def _moment(item: Fields) -> str:
    """Return when an event was, from milliseconds since 1970."""
    stamp = item.number("@timestamp") or item.number("created_at")
    if not stamp:
        return ""
    try:
        return datetime.fromtimestamp(stamp / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return ""
