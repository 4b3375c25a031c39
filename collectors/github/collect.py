"""Collect one GitHub organization into an evidence folder.

Input: settings, an evidence writer, and an app's key or a token of the environment.
Output: evidence files and coverage records; a ``CollectResult`` with calls, gaps and whether anything is missing.
Not handled: several organizations in one call, and finishing the manifest: the caller does that.

The order is that of importance: where the rate budget ends, what comes later is what is missed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from collectors.errors import CollectorError, one_line
from collectors.evidence.writer import EvidenceWriter
from collectors.github.asked import ABOUT_REPOSITORIES, CAUSES, Repositories
from collectors.github.bulk import TEAMS, about_repositories, external_identities, organization_teams
from collectors.github.earlier import Earlier
from collectors.github.fetching import GitHubFetch
from collectors.github.graphql_evidence import SAID_BY
from collectors.github.operations import AUDIT_LOG, FILES, GRAPHQL, IDENTITIES, OPERATIONS, READABLE
from collectors.github.sdk import CutOffError, GitHubSession, open_session
from collectors.github.session import CredentialsUnusableError, GitHubCollectSettings, GitHubIdentity, part_of
from collectors.github.transport import GitHubCaller, outcome_of_code
from collectors.interface import CallOutcome, Gap
from collectors.recording import Ended, Recording

__all__ = ["CollectResult", "OtherOrganizationError", "check_credentials", "collect_github", "left_out", "who_am_i"]

SOURCE = "github"
LIST = "repos.list-for-org"
_ONCE = (
    "orgs.get",
    "orgs.list-members",
    "orgs.list-outside-collaborators",
    "orgs.list-app-installations",
    "orgs.list-pat-grants",
    "actions.get-github-actions-permissions-organization",
    "actions.get-github-actions-default-workflow-permissions-organization",
    "actions.list-org-secrets",
    "actions.list-org-variables",
    "actions.list-self-hosted-runners-for-org",
    "actions.list-self-hosted-runner-groups-for-org",
    "actions.get-self-hosted-runners-permissions-organization",
    "oidc.get-oidc-custom-sub-template-for-org",
    "orgs.list-webhooks",
    "orgs.list-saml-sso-authorizations",
)
"""Asked once; the list of repositories and what depends on another answer come apart."""
_CHOSEN = {
    "actions.list-selected-repositories-enabled-github-actions-organization": _ONCE[5],
    "actions.list-selected-repositories-self-hosted-runners-organization": _ONCE[11],
}
"""List of chosen repositories → the setting that says whether some were chosen."""
_FULL = ("actions.list-repo-variables", "actions.list-environment-variables", "repos.list-webhooks")
_USUAL = (
    "actions.get-github-actions-permissions-repository",
    "actions.list-self-hosted-runners-for-repo",
    "actions.get-github-actions-default-workflow-permissions-repository",
)
_ENTERPRISE = ("orgs.list-saml-sso-authorizations", IDENTITIES, AUDIT_LOG)
_APPS_ALONE = ("orgs.list-pat-grants", "orgs.list-pat-grant-repositories")
_NOT_ASKED_AT_ALL = {
    "apps.list-installations": "needs a key or token of each app; bring its answers as files",
    "apps.list-repos-accessible-to-installation": "needs a token of each app; bring its answers as files",
    "scim.list-provisioned-identities": "needs an owner's own token; bring its answer as a file",
}


class OtherOrganizationError(CollectorError):
    """The evidence folder holds an unfinished collection of another organization."""


@dataclass(frozen=True, slots=True)
class CollectResult:
    """What one collection did."""

    account: str
    """The organization's login."""
    calls: Mapping[str, Mapping[str, int]]
    """HTTP requests of this run by ``GraphQL`` and ``REST``, then operation; retries are not among them."""
    retries: int
    """Requests beyond the first of a call."""
    unchanged: int
    """Calls of REST that were answered with "not modified", at no cost."""
    kept: int
    """Operations that an earlier, interrupted run had completed."""
    gaps: tuple[Gap, ...]
    """What could not be looked at; sorted."""
    stopped: str
    """Why the run gave up early; empty otherwise. Then close the writer instead of finishing it, so that the same
    command goes on from here."""

    @property
    def complete(self) -> bool:
        """True when every operation that was wanted gave an answer for every object."""
        return not self.gaps and not self.stopped


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
) -> CollectResult:
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
    CollectResult
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
        run = _Run(fetch, settings, identity, clock)
        run.organization()
        run.repositories()
        run.audit_log()
        return CollectResult(
            identity.account,
            caller.counts(),
            caller.retries,
            caller.unchanged,
            recording.kept,
            recording.gaps,
            caller.stopped,
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


def left_out(settings: GitHubCollectSettings, identity: GitHubIdentity) -> Iterator[tuple[str, str]]:
    """Yield the operations that are not asked on purpose, with why."""
    for name in (*OPERATIONS, *GRAPHQL):
        if part_of(name) in settings.without and name != LIST:
            yield name, "left out by the settings"
        elif name in _NOT_ASKED_AT_ALL:
            yield name, _NOT_ASKED_AT_ALL[name]
        elif name in _APPS_ALONE and not identity.application:
            yield name, "GitHub answers this to apps alone"
        elif name in _FULL and settings.depth != "full":
            yield name, "asked only when wanted (--depth full)"
        elif name in _USUAL and settings.depth == "essential":
            yield name, "left out by --depth essential"
        elif name == AUDIT_LOG and not settings.audit_log_days:
            yield name, "asked only when wanted (--audit-log)"


class _Run:
    """One collection under way."""

    def __init__(
        self,
        fetch: GitHubFetch,
        settings: GitHubCollectSettings,
        identity: GitHubIdentity,
        clock: Callable[[], datetime] | None,
    ) -> None:
        self.fetch, self.settings, self.identity, self.clock = fetch, settings, identity, clock
        self.recording = fetch.recording
        self.org = identity.account
        self.found = Repositories(fetch, settings.depth)

    def wanted(self, name: str) -> bool:
        return not self.recording.left_out(name)

    def organization(self) -> None:
        """Ask what is asked once."""
        if self.wanted("orgs.get"):
            self._get()
        self._without_enterprise()
        self._list()
        for name in _ONCE[1:-1]:
            if self.wanted(name):
                roles = ("admin", "member") if name == "orgs.list-members" else ()
                self.fetch.listed(name, [{"org": self.org, "role": role} for role in roles] or [{"org": self.org}])
        for name, cause in _CHOSEN.items():
            self._chosen(name, cause)
        if self.wanted(TEAMS):
            organization_teams(self.fetch, self.org)
            self._said(TEAMS)
            for name, connection in (
                ("teams.list-members-in-org", "members"),
                ("teams.list-repos-in-org", "repositories"),
            ):
                self._rest_of(name, list(self.found.overflowing_teams(connection)))
        if self.wanted(IDENTITIES):
            external_identities(self.fetch, self.org, may_see="members" in self.identity.permissions)
        self._authorizations()
        for name in ("actions.list-selected-repos-for-org-secret", "orgs.list-pat-grant-repositories"):
            self._each(name)

    def _get(self) -> None:
        if self.fetch.listed("orgs.get", [{"org": self.org}]) is not CallOutcome.OK:
            return
        body = next((item for _, item in self.fetch.objects("orgs.get")), {})
        if "default_repository_permission" not in body:
            message = "the answer lacks what an owner or a permitted app is shown"
            self.recording.record("orgs.get", Ended(CallOutcome.DENIED, "FieldsMissing", message, 1, 1), "")

    def _without_enterprise(self) -> None:
        """Leave out what only Enterprise Cloud has, where the organization's plan is known to be another one."""
        body = next((item for _, item in self.fetch.objects("orgs.get")), {})
        plan = body.get("plan")
        name = str(plan.get("name") or "") if isinstance(plan, Mapping) else ""
        for each in _ENTERPRISE if name and name != "enterprise" else ():
            if self.wanted(each):
                self.recording.skipped(each, f"Enterprise Cloud alone has this; the plan is {name}")

    def _list(self) -> None:
        if self.fetch.listed(LIST, [{"org": self.org, "type": "all"}]) is not CallOutcome.OK:
            return
        body = next((item for _, item in self.fetch.objects("orgs.get")), {})
        counts = [body.get(name) for name in ("public_repos", "total_private_repos")]
        there = sum(each for each in counts if isinstance(each, int)) if None not in counts else 0
        listed = sum(1 for _ in self.fetch.objects(LIST))
        message = ""
        if listed < there:
            message = f"{listed} of {there} repositories are shown"
        elif self.identity.selected and not there:
            message = "the app is installed on selected repositories; private ones beside them are not shown"
        if message:
            calls = sum(1 for _ in self.recording.lines(LIST))
            self.recording.record(LIST, Ended(CallOutcome.DENIED, "NotAllShown", message, calls, listed), "")

    def _chosen(self, name: str, cause: str) -> None:
        if not self.wanted(name):
            return
        setting = next((item.get("enabled_repositories") for _, item in self.fetch.objects(cause)), None)
        if setting == "selected":
            self.fetch.listed(name, [{"org": self.org}])
        elif setting is not None:
            self.recording.unneeded(name, f"{setting}, not selected ones")

    def _authorizations(self) -> None:
        name = _ONCE[-1]
        if not self.wanted(name):
            return
        if self.recording.known(IDENTITIES) and not any(True for _ in self._identities()):
            self.recording.unneeded(name, "there is no single sign-on")
            return
        self.fetch.listed(name, [{"org": self.org}])

    def _identities(self) -> Iterator[object]:
        path = self.recording.path(IDENTITIES, lines=False)
        if path.is_file() and path.stat().st_size > len("[]\n"):
            yield path

    def _said(self, graphql: str) -> None:
        """Note that REST is not asked for what an operation of GraphQL says."""
        for name, sources in SAID_BY.items():
            here = graphql == sources[-1] and name not in CAUSES and self.wanted(name)
            if here and all(self.recording.known(source) for source in sources):
                self.recording.unneeded(name, f"{' and '.join(sources)} say it")

    def _rest_of(self, name: str, requests: list[dict[str, object]]) -> None:
        """Ask REST for what did not fit into GraphQL's answer."""
        if requests and self.wanted(name):
            self.fetch.each(name, requests, "what a page of GraphQL did not hold")

    def _each(self, name: str) -> None:
        if not self.wanted(name):
            return
        cause = CAUSES.get(name, LIST)
        if not self.recording.known(cause) and not self._partly(cause):
            if self.recording.asked(cause) and not self.recording.left_out(cause):
                self.fetch.blocked(name, cause)
            return
        requests = list(self.found.requests(name))
        self.fetch.each(name, requests, self.found.notes.get(name, ""))

    def _partly(self, name: str) -> bool:
        """Tell whether there are some answers of an operation, so that what they name can be asked."""
        return any(line.response is not None for line in self.recording.lines(name))

    def repositories(self) -> None:
        """Ask about each repository: many at once first, then one by one, the most important operations first."""
        if not self._partly(LIST):
            return
        places = self.found.places()
        for name in GRAPHQL:
            if name != TEAMS and self.wanted(name):
                about_repositories(self.fetch, name, places)
                self._said(name)
        self._rest_of(FILES, list(self.found.cut_files()))
        for name in (*CAUSES, *ABOUT_REPOSITORIES):
            if name not in ("actions.list-selected-repos-for-org-secret", "orgs.list-pat-grant-repositories"):
                self._each(name)

    def audit_log(self) -> None:
        """Ask for what tokens did lately."""
        if not self.wanted(AUDIT_LOG) or self.clock is None:
            return
        since = self.clock() - timedelta(days=self.settings.audit_log_days)
        request = {"org": self.org, "phrase": f"created:>={since:%Y-%m-%d}"}
        self.fetch.listed(AUDIT_LOG, [request], self.settings.audit_pages)
