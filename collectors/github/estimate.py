"""How many calls a collection of GitHub would make, and whether they fit the rate budget, before it is made.

Input: settings; the evidence of an earlier collection, if there is one. Output: rows of ``CallEstimate``.
Handled: pages of the lists by the organization's own counts, GraphQL by the hundred repositories, and what the last
collection asked about single repositories; without one, a call for each repository at most.
Not handled: objects that no collection has counted yet: a row then says ``at least``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from collectors.evidence.manifest import read_manifest
from collectors.github.asked import ABOUT_REPOSITORIES
from collectors.github.bulk import TEAMS
from collectors.github.collect import SOURCE, who_am_i
from collectors.github.graphql_evidence import SAID_BY
from collectors.github.operations import GRAPHQL, IDENTITIES, OPERATIONS
from collectors.github.queries import QUERIES
from collectors.github.run import LIST, left_out
from collectors.github.sdk import CutOffError, GitHubSession, open_session
from collectors.github.session import GitHubCollectSettings
from collectors.results import CallEstimate, Estimate

__all__ = ["estimate_calls"]


def estimate_calls(settings: GitHubCollectSettings, earlier: Path | None = None) -> Estimate:
    """Return the calls that ``collect_github`` would make for the same settings.

    Parameters
    ----------
    settings
        As for the collection.
    earlier
        An evidence folder; what it counted stands for objects that no list counts.

    Raises
    ------
    CredentialsUnusableError
        Nobody answers.

    Notes
    -----
    Makes two calls beside signing in: the organization, and the rate budget.
    """
    with closing(open_session(settings)) as session:
        identity = who_am_i(session, settings)
        repositories = _repositories(session, settings, identity.account)
        left = _left(session, settings)
    skipped = {name for name, _ in left_out(settings, identity)}
    rows = tuple(_rows(skipped, repositories, _counted(earlier)))
    return Estimate(identity.account, rows, left=left)


def _body(session: GitHubSession, url: str) -> Mapping[str, object]:
    try:
        found = session.send("GET", url).json()
    except CutOffError:
        return {}
    return found if isinstance(found, Mapping) else {}


def _repositories(session: GitHubSession, settings: GitHubCollectSettings, account: str) -> int:
    """Return how many repositories there are as far as the organization is told; 0 when nothing tells."""
    body = _body(session, f"{settings.root}/orgs/{account}")
    counts = [body.get(name) for name in ("public_repos", "total_private_repos")]
    return sum(each for each in counts if isinstance(each, int))


def _left(session: GitHubSession, settings: GitHubCollectSettings) -> dict[str, int]:
    resources = _body(session, f"{settings.root}/rate_limit").get("resources")
    found = {}
    for name, resource in (("REST", "core"), ("GraphQL", "graphql")):
        row = resources.get(resource) if isinstance(resources, Mapping) else None
        if isinstance(row, Mapping) and isinstance(row.get("remaining"), int):
            found[name] = int(row["remaining"])
    return found


def _counted(folder: Path | None) -> Counter[str]:
    found: Counter[str] = Counter()
    manifest = read_manifest(folder) if folder is not None and folder.is_dir() else None
    for record in manifest.coverage if manifest is not None else ():
        if record.source == SOURCE:
            found[record.operation] += record.calls
    return found


def _pages(number: int, size: int = 100) -> int:
    return max(1, -(-number // size))


def _rows(skipped: set[str], repositories: int, counted: Counter[str]) -> Iterator[CallEstimate]:
    for name in (*GRAPHQL, IDENTITIES):
        if name not in skipped:
            listed = name in (TEAMS, IDENTITIES)
            # One request a page of teams or people, whose number nothing tells before.
            calls = 1 if listed else _pages(repositories, QUERIES[name].at_once)
            yield CallEstimate(name, "GraphQL", calls, "at least")
    for name, operation in OPERATIONS.items():
        if name in skipped or name == IDENTITIES:
            continue
        if name == LIST:
            yield CallEstimate(name, "REST", _pages(repositories), "at least")
        elif name in SAID_BY or (
            operation.per_object and name not in ABOUT_REPOSITORIES and name != "orgs.list-members"
        ):
            if counted[name]:
                yield CallEstimate(name, "REST", counted[name], "last time")
            elif name not in SAID_BY or name in ("repos.list-deploy-keys", "repos.get-all-environments"):
                yield CallEstimate(name, "REST", 0, "at least")
        elif name in ABOUT_REPOSITORIES:
            calls = counted[name] or repositories
            yield CallEstimate(name, "REST", calls, "last time" if counted[name] else "at most")
        else:
            yield CallEstimate(name, "REST", 2 if name == "orgs.list-members" else 1, "at least")
