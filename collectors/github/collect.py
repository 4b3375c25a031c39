"""Collect one GitHub organization into an evidence folder.

Input: settings, an evidence writer, and an app's key or a token of the environment.
Output: evidence files and coverage records; a ``GitHubCollectResult`` with calls, gaps and whether anything is missing.
Not handled: several organizations in one call, and finishing the manifest: the caller does that.

The order is that of importance: where the rate budget ends, what comes later is what is missed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from collectors.errors import CollectorError, one_line
from collectors.evidence.writer import EvidenceWriter
from collectors.github.earlier import Earlier
from collectors.github.fetching import GitHubFetch
from collectors.github.operations import READABLE
from collectors.github.run import Run, left_out
from collectors.github.sdk import CutOffError, GitHubSession, open_session
from collectors.github.session import CredentialsUnusableError, GitHubCollectSettings, GitHubIdentity
from collectors.github.transport import GitHubCaller, outcome_of_code
from collectors.recording import Recording
from collectors.results import CollectResult

__all__ = ["GitHubCollectResult", "OtherOrganizationError", "SOURCE", "check_credentials", "collect_github", "who_am_i"]

SOURCE = "github"


class OtherOrganizationError(CollectorError):
    """The evidence folder holds an unfinished collection of another organization."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubCollectResult(CollectResult):
    """What one collection of an organization did."""

    unchanged: int
    """Calls of REST that were answered with "not modified", at no cost."""


def check_credentials(settings: GitHubCollectSettings) -> GitHubIdentity:
    """Return which organization the credentials are of, writing nothing: for use before a folder is opened for writing.

    Raises
    ------
    CollectorError
        One line: a package is missing, no credentials work, or they are of no such organization.
    """
    with closing(open_session(settings)) as session:
        return who_am_i(session, settings)


def collect_github(
    settings: GitHubCollectSettings,
    writer: EvidenceWriter,
    progress: Callable[[str], None] = lambda line: None,
    *,
    clock: Callable[[], datetime] | None = None,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
    jitter: Callable[[], float] = random.random,
) -> GitHubCollectResult:
    """Collect the organization that the settings name, or the only one that the credentials are of.

    Parameters
    ----------
    settings
        What to ask and how long to insist.
    writer
        Open on the evidence folder. Where it resumes an unfinished collection, operations that are complete there are
        not asked again. Call ``writer.finish()`` afterwards, or ``writer.close()`` when ``stopped`` says why.
    progress
        Told one line an operation, in the order in which they end.
    clock
        Times of the coverage records; without one they carry none. The audit log needs one.
    sleep, monotonic
        Wait and measure between attempts, in seconds.
    jitter
        A number from 0 to 1 that spreads waits.

    Returns
    -------
    GitHubCollectResult
        Calls, gaps, and whether anything is missing.

    Raises
    ------
    CredentialsUnusableError
        GitHub accepts no credentials; nothing was written.
    OtherOrganizationError
        The folder holds an unfinished collection of another organization.
    SdkMissingError
        The packages of the extra ``github`` are not installed.

    Notes
    -----
    A refused, limited or cut call never ends the collection: it is a coverage record and a gap that names the
    permission. Calls of REST grow with the repositories in which workflows run, those of GraphQL with all of them by
    the hundred.
    """
    with closing(open_session(settings)) as session, ThreadPoolExecutor(settings.workers) as pool:
        identity = who_am_i(session, settings)
        _refuse_other_organization(writer, identity.account)
        caller = GitHubCaller(session, settings, sleep, monotonic, jitter)
        recording = Recording(writer, SOURCE, identity.account, READABLE, outcome_of_code, clock, progress)
        earlier = Earlier(settings.earlier, identity.account)
        fetch = GitHubFetch(recording, caller, settings.root, pool, earlier)
        for name, reason in left_out(settings, identity):
            recording.skipped(name, reason)
        run = Run(fetch, settings, identity, clock)
        run.organization()
        run.repositories()
        run.audit_log()
        return GitHubCollectResult(
            account=identity.account,
            calls=caller.counts(),
            retries=caller.retries,
            unchanged=caller.unchanged,
            kept=recording.kept,
            gaps=recording.gaps,
            stopped=caller.stopped,
        )


def who_am_i(session: GitHubSession, settings: GitHubCollectSettings) -> GitHubIdentity:
    """Return the organization that is collected.

    Raises
    ------
    CredentialsUnusableError
        GitHub does not accept the token, or it is of no such organization.
    """
    place = session.installation
    if place is not None:
        return GitHubIdentity(place.login.lower(), place.slug, place.permissions, place.selected)
    url = f"{settings.root}/orgs/{settings.organization}" if settings.organization else f"{settings.root}/user/orgs"
    try:
        reply = session.send("GET", url)
    except CutOffError as error:
        raise CredentialsUnusableError(f"GitHub could not be asked ({error.kind}): {one_line(error)}") from error
    body = reply.json()
    if reply.status != 200:
        told = one_line(body.get("message", ""), 200) if isinstance(body, Mapping) else ""
        what = f"organization {settings.organization}" if reply.status == 404 else "the token"
        raise CredentialsUnusableError(f"GitHub does not show {what}: {reply.status} {told}".strip())
    rows = body if isinstance(body, list) else [body]
    names = sorted(str(each.get("login") or "") for each in rows if isinstance(each, Mapping))
    if len(names) != 1 or not names[0]:
        raise CredentialsUnusableError(
            f"the token is of {', '.join(filter(None, names)) or 'no organization'}: name one with --organization"
        )
    return GitHubIdentity(names[0].lower())


def _refuse_other_organization(writer: EvidenceWriter, account: str) -> None:
    others = sorted({record.scope for record in writer.coverage if record.source == SOURCE} - {account})
    if writer.resumed and others:
        raise OtherOrganizationError(
            f"{writer.root} holds an unfinished collection of {others[0]}, but the credentials are for {account}: go "
            "on with that organization, or name another folder"
        )
