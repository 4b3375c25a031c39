"""Collect a source: one account, or every account of an organization through a role of one name.

Input: what the commands ``collect`` and ``scan`` were given. Output: evidence folders, and whether they are complete.
Handled: several accounts at a time; a run that was interrupted goes on with the accounts that it had not finished.
Not handled: what is asked of one account, which is the collector's part.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors import registry
from collectors.errors import CollectorError
from collectors.registry import CollectorEntry
from nhigraph import __version__
from nhigraph.config import fingerprint_key
from nhigraph.output.console import note, warn

__all__ = ["CollectOptions", "Collected", "collect_source", "collector_of", "evidence_folder", "source_settings"]

SHOWN_GAPS = 20
_OPTIONS = {
    "app_settings": "--app-settings",
    "audit_log_days": "--audit-log",
    "cloud": "--cloud",
    "depth": "--depth",
    "earlier": "--earlier",
    "organization": "--organization",
    "profile": "--profile",
    "regions": "--region",
    "service_last_accessed": "--last-accessed",
    "service_last_accessed_actions": "--last-accessed-actions",
    "subscriptions": "--subscription",
    "tenant": "--tenant",
}
"""Setting → option that gives it."""


@dataclass(frozen=True, slots=True)
class CollectOptions:
    """What a person chose on the command line."""

    profile: str = ""
    regions: Sequence[str] = ()
    without: Sequence[str] = ()
    accounts_role: str = ""
    """Name of the role through which the organization's other accounts are collected; empty for the calling one."""
    accounts: Sequence[str] = ()
    """Only these of the other accounts."""
    accounts_at_once: int = 2
    external_id: str = ""
    time_limit_minutes: float | None = None
    """For each account."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """Settings of one source alone, by field name."""
    several: bool = False
    """True when several sources share the options: each takes those that it has."""


def given_settings(**settings: object) -> dict[str, object]:
    """Return the settings of some sources alone that somebody gave, lists as tuples; what nobody gave is left out."""
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
    return {name: value for name, value in plain.items() if value}


@dataclass(frozen=True, slots=True)
class Collected:
    """One evidence folder."""

    folder: Path
    complete: bool


def collector_of(source: str) -> CollectorEntry:
    """Return the collector of a source.

    Raises
    ------
    CollectorError
        The source is not known.
    """
    entry = registry.COLLECTORS.get(source)
    if entry is None:
        raise CollectorError(f"`{source}` is no source; known: {', '.join(sorted(registry.COLLECTORS))}")
    return entry


def source_settings(entry: CollectorEntry, options: CollectOptions) -> Any:
    """Return the settings of a source.

    Raises
    ------
    CollectorError
        The source's package is not installed, or a setting is wrong.
    """
    given: dict[str, Any] = {
        "profile": options.profile,
        "regions": tuple(options.regions),
        "without": frozenset(options.without),
        **options.extra,
    }
    if options.time_limit_minutes is not None:
        given["time_limit_seconds"] = options.time_limit_minutes * 60
    try:
        kind = registry.load(entry.settings)
        made = kind(**_taken(entry.name, kind, given, options.several))
        registry.load(entry.collect)  # what is missing shows before anything is asked or written
        return made
    except ImportError as error:
        raise CollectorError(
            f"collecting {entry.name} needs a package that is not installed ({error.name}): "
            f"install `nhigraph[{entry.name}]`"
        ) from error


def _taken(source: str, kind: Any, given: Mapping[str, Any], several: bool) -> dict[str, Any]:
    """Return the settings that a source has; another one that is given is an error where the source stands alone."""
    if not is_dataclass(kind):
        return dict(given)
    known = {each.name for each in fields(kind)}
    other = [name for name, value in given.items() if value and name not in known]
    if other and not several:
        raise CollectorError(f"`{source}` has no {_OPTIONS.get(other[0], other[0])}")
    return {name: value for name, value in given.items() if name in known}


def collect_source(source: str, output: Path | None, workspace: Path, options: CollectOptions) -> list[Collected]:
    """Collect one source into evidence folders, one an account.

    Parameters
    ----------
    output
        The folder of the calling account; default: ``evidence/<source>-<account>`` in the workspace, so that accounts
        do not replace one another. Other accounts always have their folder there.

    Raises
    ------
    CollectorError
        The source is not known, its SDK is missing, or its credentials do not work.
    """
    entry = collector_of(source)
    settings = source_settings(entry, options)
    who = registry.load(f"{entry.collect.partition(':')[0]}:check_credentials")(settings)
    home = output or evidence_folder(workspace, source, who.account)
    first = _collect_account(entry, settings, home, workspace)
    if not options.accounts_role:
        return [first]
    if not entry.members:
        raise CollectorError(f"{source} has no further accounts that a role could enter")
    return [first, *_collect_members(entry, settings, options, who, home, workspace)]


def evidence_folder(workspace: Path, source: str, account: str) -> Path:
    """Return where an account's evidence is kept unless a person says otherwise."""
    return workspace / "evidence" / f"{source}-{account}"


def _writer(folder: Path, workspace: Path) -> Any:
    from collectors.evidence.redact import Redactor
    from collectors.evidence.writer import EvidenceWriter

    return EvidenceWriter(folder, __version__, lambda: datetime.now(UTC), Redactor(fingerprint_key(workspace)))


def _collect_account(entry: CollectorEntry, settings: Any, folder: Path, workspace: Path) -> Collected:
    run = registry.load(entry.collect)
    earlier = getattr(settings, "earlier", None)
    if earlier is not None and earlier.resolve() == folder.resolve():
        raise CollectorError(f"--earlier: {earlier} is the folder that is written: name another one with --output")
    writer = _writer(folder, workspace)
    clock = {"clock": lambda: datetime.now(UTC)} if getattr(settings, "audit_log_days", 0) else {}
    result = run(settings, writer, note, **clock)
    if result.stopped:
        writer.close()
    else:
        writer.finish()
    total = sum(sum(calls.values()) for calls in result.calls.values())
    by_level = ", ".join(f"{level} {sum(calls.values())}" for level, calls in result.calls.items())
    unchanged = f", {result.unchanged} unchanged" if getattr(result, "unchanged", 0) else ""
    note(
        f"collected {entry.name} account {result.account}: {total} calls ({by_level}){unchanged}, "
        f"{result.retries} retries, {len(result.gaps)} gaps"
    )
    for gap in result.gaps[:SHOWN_GAPS]:
        needs = f" (needs {gap.permission})" if gap.permission else ""
        warn(f"gap: {gap.scope} {gap.operation}: {gap.reason}{needs}")
    if len(result.gaps) > SHOWN_GAPS:
        warn(f"and {len(result.gaps) - SHOWN_GAPS} more gaps, all in {folder / 'manifest.json'}")
    return Collected(folder, not result.gaps and not result.stopped)


class _Progress:
    """Which accounts an unfinished run had completed: a file beside their folders, gone when all are."""

    def __init__(self, file: Path, role: str) -> None:
        self._file = file
        self._role = role
        self._lock = threading.Lock()
        self._done: dict[str, bool] = {}
        if file.is_file():
            body = json.loads(file.read_text(encoding="utf-8"))
            if body.get("role") == role:
                self._done = {str(key): bool(value) for key, value in body.get("done", {}).items()}

    def earlier(self, account: str) -> bool | None:
        """Return whether an account was complete in the run that goes on; ``None`` when it was not finished."""
        return self._done.get(account)

    def finished(self, account: str, complete: bool) -> None:
        """Note that an account is done."""
        with self._lock:
            self._done[account] = complete
            beside = self._file.with_suffix(".partial")
            beside.write_text(json.dumps({"role": self._role, "done": self._done}), encoding="utf-8")
            beside.replace(self._file)

    def end(self) -> None:
        """Forget: the next run starts anew."""
        self._file.unlink(missing_ok=True)


def _collect_members(
    entry: CollectorEntry, settings: Any, options: CollectOptions, who: Any, home: Path, workspace: Path
) -> list[Collected]:
    find, entered = registry.load(f"{entry.members}:members"), registry.load(f"{entry.members}:member_settings")
    found = find(home, who.account, options.accounts)
    base = replace(settings, external_id=options.external_id) if options.external_id else settings
    (workspace / "evidence").mkdir(parents=True, exist_ok=True)
    progress = _Progress(workspace / "evidence" / f".{entry.name}-accounts.json", options.accounts_role)

    def one(account: Any) -> Collected | None:
        folder = evidence_folder(workspace, entry.name, account.id)
        before = progress.earlier(account.id)
        if before is not None:
            note(f"{entry.name} account {account.id} was collected by the run that goes on")
            return Collected(folder, before)
        inside = entered(base, account, options.accounts_role, who.partition)
        collected = _enter(entry, inside, account, folder, workspace)
        if collected is not None:
            progress.finished(account.id, collected.complete)
        return collected

    with ThreadPoolExecutor(max_workers=max(1, options.accounts_at_once)) as pool:
        ended = list(_each(pool, one, found))
    if all(item is not None for item in ended):
        progress.end()
    return [
        item or Collected(evidence_folder(workspace, entry.name, account.id), False)
        for item, account in zip(ended, found, strict=True)
    ]


def _each(pool: ThreadPoolExecutor, one: Any, accounts: Sequence[Any]) -> Iterator[Collected | None]:
    futures = [pool.submit(one, account) for account in accounts]
    try:
        for future in futures:
            yield future.result()
    except BaseException:
        pool.shutdown(wait=True, cancel_futures=True)
        raise


def _enter(entry: CollectorEntry, settings: Any, account: Any, folder: Path, workspace: Path) -> Collected | None:
    """Collect an account that a role opens; ``None`` when the run was stopped before its end and may go on."""
    try:
        registry.load(f"{entry.collect.partition(':')[0]}:check_credentials")(settings)
    except CollectorError as error:
        writer = _writer(folder, workspace)
        gap = registry.load(f"{entry.members}:note_unreachable")(writer, account, str(error), datetime.now(UTC))
        writer.finish()
        warn(f"gap: {gap.scope} {gap.operation}: {gap.reason} (needs {gap.permission})")
        return Collected(folder, False)
    collected = _collect_account(entry, settings, folder, workspace)
    from collectors.evidence.writer import EvidenceWriter

    return None if EvidenceWriter.unfinished(folder) is not None else collected
