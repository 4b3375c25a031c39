"""What is asked of an organization, in which order, and what is left out on purpose.

Input: settings, who asks, and ``GitHubFetch``. Output: evidence and coverage records through it.
Handled: what one answer makes unnecessary or possible for another; the order is that of importance.
Not handled: signing in and telling what came out (``collect``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from collectors.github.asked import ABOUT_REPOSITORIES, CAUSES, Repositories
from collectors.github.bulk import TEAMS, about_repositories, external_identities, organization_teams
from collectors.github.fetching import GitHubFetch
from collectors.github.graphql_evidence import SAID_BY
from collectors.github.operations import AUDIT_LOG, FILES, GRAPHQL, IDENTITIES, OPERATIONS
from collectors.github.session import GitHubCollectSettings, GitHubIdentity, part_of
from collectors.interface import CallOutcome
from collectors.recording import Ended

__all__ = ["LIST", "Run", "left_out"]

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


class Run:
    """One collection under way.

    Parameters
    ----------
    fetch
        Asks REST, and writes.
    settings
        What is wanted.
    identity
        Whose credentials ask.
    clock
        For the days of the audit log; without one it is not read.
    """

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
        """Tell whether an operation is asked at all."""
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
