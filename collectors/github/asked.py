"""Which calls about single objects an organization needs, in order of importance, from what was already said.

Input: evidence that is complete. Output: requests for ``fetching``, places for ``bulk``.
Handled: archived repositories and those without Actions, in which nothing runs; repositories without workflow files,
which come last or not at all by the depth that is wanted; keys and environments, asked for where there are some.
Not handled: making the calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from collectors.github.bulk import TEAMS, Place
from collectors.github.fetching import GitHubFetch, Request

__all__ = ["ABOUT_REPOSITORIES", "CAUSES", "Repositories", "Repository", "workflow_entries"]

_WORKFLOWS = "graphql.repository-workflows"
_SELECTED = "actions.list-selected-repositories-enabled-github-actions-organization"
_OWN_RUNNERS = "actions.list-selected-repositories-self-hosted-runners-organization"
_ACTIONS = "actions.get-github-actions-permissions-organization"
_RUNNERS = "actions.get-self-hosted-runners-permissions-organization"
_DEFAULTS = "actions.get-github-actions-default-workflow-permissions-organization"

CAUSES: Mapping[str, str] = {
    "repos.list-deploy-keys": "graphql.repository-deploy-keys",
    "repos.get-all-environments": "graphql.repository-environments",
    "repos.list-deployment-branch-policies": "repos.get-all-environments",
    "actions.list-environment-secrets": "graphql.repository-environments",
    "orgs.list-pat-grant-repositories": "orgs.list-pat-grants",
    "actions.list-selected-repos-for-org-secret": "actions.list-org-secrets",
    "actions.list-environment-variables": "graphql.repository-environments",
}
"""Operation that is asked of each object → the one that says which there are; in the order of asking."""

ABOUT_REPOSITORIES: tuple[str, ...] = (
    "actions.list-repo-secrets",
    "actions.get-custom-oidc-sub-claim-for-repo",
    "actions.get-github-actions-permissions-repository",
    "actions.list-self-hosted-runners-for-repo",
    "actions.get-github-actions-default-workflow-permissions-repository",
    "repos.list-webhooks",
    "actions.list-repo-variables",
)
"""What takes a call for each repository, the most important first."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository as the list has it, and what its workflow files show."""

    place: Place
    full_name: str
    live: bool
    """Neither archived nor disabled."""
    workflows: bool
    """Has workflow files, or nobody could look."""
    tokens: bool
    """A workflow file asks for a token of GitHub Actions, or calls another one that may."""


@dataclass
class Repositories:
    """Repositories of the organization, and what is asked of each."""

    fetch: GitHubFetch
    depth: str
    notes: dict[str, str] = field(default_factory=dict)
    """By operation: of which repositories it was asked."""

    def places(self) -> list[Place]:
        """Return every repository."""
        found = []
        for _, item in self.fetch.objects("repos.list-for-org"):
            owner, _, name = str(item.get("full_name") or "").partition("/")
            if name and item.get("node_id"):
                found.append(Place(str(item["node_id"]), owner, name))
        return found

    @cached_property
    def all(self) -> tuple[Repository, ...]:
        """Return every repository with what its workflow files show; ask after these are complete."""
        texts, unseen = self._texts()
        found = []
        for place, item in zip(self.places(), self._listed(), strict=True):
            name = f"{place.owner}/{place.name}"
            text = texts.get(name, "")
            found.append(
                Repository(
                    place,
                    name,
                    item.get("archived") is not True and item.get("disabled") is not True,
                    name in texts or unseen is None or name in unseen,
                    any(word in text for word in ("id-token", "write-all", ".github/workflows/")),
                )
            )
        return tuple(found)

    def _listed(self) -> Iterator[Mapping[str, Any]]:
        for _, item in self.fetch.objects("repos.list-for-org"):
            if "/" in str(item.get("full_name") or "") and item.get("node_id"):
                yield item

    def _texts(self) -> tuple[dict[str, str], set[str] | None]:
        """Return the text of workflow files by repository, and repositories that were not shown; ``None``: none was."""
        texts: dict[str, str] = {}
        unseen = set[str]()
        answered = False
        for line in self.fetch.recording.lines(_WORKFLOWS):
            name = f"{line.request['owner']}/{line.request['repo']}"
            if line.response is None:
                unseen.add(name)
                continue
            answered = True
            files = list(workflow_entries(line.response))
            if files:
                texts[name] = "\n".join(str((each.get("object") or {}).get("text") or "id-token") for each in files)
        return texts, unseen if answered or not self.places() else None

    @cached_property
    def running(self) -> tuple[Repository, ...]:
        """Return repositories in which workflows may run by what is known of all of them."""
        enabled = next((str(item.get("enabled_repositories")) for _, item in self.fetch.objects(_ACTIONS)), "")
        if enabled == "none":
            return ()
        chosen = self._names(_SELECTED) if enabled == "selected" and self.fetch.recording.known(_SELECTED) else None
        return tuple(
            each for each in self.all if each.live and (chosen is None or each.full_name.lower() in chosen)
        )  # fmt: skip

    def _names(self, name: str) -> frozenset[str]:
        return frozenset(str(item.get("full_name") or "").lower() for _, item in self.fetch.objects(name))

    def wanted(self, name: str) -> list[Repository]:
        """Return of which repositories an operation is asked, the most important first."""
        with_files = [each for each in self.running if each.workflows]
        others = [each for each in self.running if not each.workflows]
        if name == "repos.list-webhooks":
            found = [each for each in self.all if each.live]
        elif name == "actions.list-repo-secrets":
            found = with_files if self.depth == "essential" else [*with_files, *others]
        elif name == "actions.get-custom-oidc-sub-claim-for-repo":
            first = [each for each in with_files if each.tokens]
            rest = [each for each in with_files if not each.tokens]
            found = {"essential": first, "usual": [*first, *rest]}.get(self.depth, [*first, *rest, *others])
        else:
            found = [*with_files, *(others if self.depth == "full" else ())]
        if name == "actions.list-self-hosted-runners-for-repo":
            found = self._may_have_runners(found)
        if name == "actions.get-github-actions-default-workflow-permissions-repository" and self._read_alone():
            found = []
        self.notes[name] = f"asked of {len(found)} of {len(self.all)} repositories"
        return found

    def _may_have_runners(self, found: list[Repository]) -> list[Repository]:
        """Leave out repositories that may have no machines of their own by the organization's setting."""
        enabled = next((str(item.get("enabled_repositories")) for _, item in self.fetch.objects(_RUNNERS)), "")
        if enabled == "none":
            return []
        if enabled == "selected" and self.fetch.recording.known(_OWN_RUNNERS):
            chosen = self._names(_OWN_RUNNERS)
            return [each for each in found if each.full_name.lower() in chosen]
        return found

    def _read_alone(self) -> bool:
        """Tell whether the organization lets tokens read alone and approve nothing, which a repository cannot widen.

        https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/
        enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository (read 2026-11)
        """
        return any(
            item.get("default_workflow_permissions") == "read" and item.get("can_approve_pull_request_reviews") is False
            for _, item in self.fetch.objects(_DEFAULTS)
        )

    def requests(self, name: str) -> Iterator[Request]:
        """Yield the requests of an operation of ``CAUSES`` or ``ABOUT_REPOSITORIES``."""
        if name in ABOUT_REPOSITORIES:
            yield from (each.place.request for each in self.wanted(name))
        elif name == "repos.list-deploy-keys":
            for request, item in self._bulk(CAUSES[name], "deployKeys"):
                if item.get("totalCount"):
                    yield request
        elif name in ("orgs.list-pat-grant-repositories", "actions.list-selected-repos-for-org-secret"):
            yield from self._of_organization(name)
        else:
            yield from self._of_environments(name)

    def _bulk(self, name: str, connection: str) -> Iterator[tuple[Request, Mapping[str, Any]]]:
        for line in self.fetch.recording.lines(name):
            found = (line.response or {}).get(connection)
            if isinstance(found, Mapping):
                yield dict(line.request), found

    def _of_organization(self, name: str) -> Iterator[Request]:
        org = self.fetch.recording.scope
        for _, item in self.fetch.objects(CAUSES[name]):
            if name == "orgs.list-pat-grant-repositories":
                if item.get("repository_selection") == "subset":
                    yield {"org": org, "pat_id": item["id"]}
            elif item.get("visibility") == "selected":
                yield {"org": org, "secret_name": item["name"]}

    def _of_environments(self, name: str) -> Iterator[Request]:
        running = {each.full_name for each in self.running}
        for request, found in self._bulk("graphql.repository-environments", "environments"):
            if f"{request['owner']}/{request['repo']}" not in running or not found.get("totalCount"):
                continue
            if name == "repos.get-all-environments":
                yield request
            elif name in ("actions.list-environment-secrets", "actions.list-environment-variables"):
                for node in found.get("nodes") or ():
                    yield {**request, "environment_name": node["name"]}
        if name == "repos.list-deployment-branch-policies":
            for asked, item in self.fetch.objects("repos.get-all-environments"):
                policy = item.get("deployment_branch_policy")
                if isinstance(policy, Mapping) and policy.get("custom_branch_policies") is True:
                    yield {**asked, "environment_name": item["name"]}

    def overflowing_teams(self, connection: str) -> Iterator[Request]:
        """Yield the teams of which a page of GraphQL shows not all members or repositories."""
        for line in self.fetch.recording.lines(TEAMS):
            for team in (line.response or {}).get("nodes") or ():
                if ((team.get(connection) or {}).get("pageInfo") or {}).get("hasNextPage"):
                    yield {"org": self.fetch.recording.scope, "team_slug": team["slug"]}

    def cut_files(self) -> Iterator[Request]:
        """Yield the workflow files whose text GraphQL cut or left out."""
        for line in self.fetch.recording.lines(_WORKFLOWS):
            for entry in workflow_entries(line.response or {}):
                blob = entry.get("object") or {}
                if blob.get("isTruncated") or (blob.get("text") is None and not blob.get("isBinary")):
                    yield {**line.request, "path": f".github/workflows/{entry['name']}"}


def workflow_entries(response: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the workflow files of a repository's answer."""
    tree = response.get("object")
    for entry in (tree.get("entries") or ()) if isinstance(tree, Mapping) else ():
        if isinstance(entry, Mapping) and str(entry.get("name") or "").endswith((".yml", ".yaml")):
            yield entry
