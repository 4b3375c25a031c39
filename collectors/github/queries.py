"""Queries of GraphQL: what is asked of an organization, and of many repositories in one request.

Input: none (data only). Output: ``QUERIES`` by operation. Not handled: sending, and reading the answers.
Repositories are named by the node ids that the list of REST gives. A repository's answer holds one connection at most
that goes on (``goes_on``): its further pages are asked for alone. A test validates every query against the schema that
GitHub publishes.

References
----------
https://docs.github.com/graphql/reference/objects,
https://docs.github.com/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api (read 2026-11): a request
costs one point for every hundred connections that it could ask for, and 500,000 nodes at most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from collectors.github.operations import IDENTITIES

__all__ = ["QUERIES", "Query"]


@dataclass(frozen=True, slots=True)
class Query:
    """What one operation asks."""

    text: str
    at_once: int
    """Repositories (or teams, or people) in one request; halved where GitHub says that it is too much."""
    goes_on: str
    """Connection whose further pages are asked for; empty where one page is all."""
    needed: str
    """Field that is ``null`` where the caller may not see it, and never else; empty where ``null`` is an answer."""
    connections: int
    """Connections that a repository's part can ask for: what it costs."""


def _of_repositories(name: str, fields: str) -> str:
    # The name and id of each show that the answers stand in the order of the question.
    return (
        f"query {name}($ids: [ID!]!, $after: String) {{ nodes(ids: $ids) {{ ... on Repository {{ "
        f"nameWithOwner {' '.join(fields.split())} }} }} }}"
    )


_PAGE = "pageInfo { hasNextPage endCursor }"
_ACTOR = "actor { __typename ... on User { login } ... on Team { slug } ... on App { slug } }"

_TEAMS = f"""
query OrganizationTeams($org: String!, $first: Int!, $after: String) {{
  organization(login: $org) {{
    teams(first: $first, after: $after) {{
      {_PAGE}
      nodes {{
        databaseId slug name
        parentTeam {{ slug }}
        members(first: 100, membership: ALL) {{ {_PAGE} nodes {{ databaseId login }} }}
        repositories(first: 100) {{ {_PAGE} edges {{ permission node {{ databaseId nameWithOwner }} }} }}
      }}
    }}
  }}
}}
"""
_IDENTITIES = f"""
query OrganizationExternalIdentities($org: String!, $first: Int!, $after: String) {{
  organization(login: $org) {{
    viewerCanAdminister
    samlIdentityProvider {{
      externalIdentities(first: $first, after: $after) {{
        {_PAGE}
        nodes {{ guid samlIdentity {{ nameId }} scimIdentity {{ username }} user {{ login }} }}
      }}
    }}
  }}
}}
"""
_COLLABORATORS = f"""
collaborators(affiliation: DIRECT, first: 100, after: $after) {{
  {_PAGE}
  edges {{
    permission
    permissionSources {{ permission roleName source {{ __typename }} }}
    node {{ databaseId login }}
  }}
}}
"""
_BRANCHES = f"""
defaultBranchRef {{
  name
  rules(first: 50) {{
    totalCount
    nodes {{ type parameters {{ __typename ... on PullRequestParameters {{ requiredApprovingReviewCount }} }} }}
  }}
}}
rulesets(first: 30, includeParents: true) {{
  totalCount
  nodes {{ enforcement target conditions {{ refName {{ include exclude }} }} }}
}}
refs(refPrefix: "refs/heads/", first: 100, after: $after) {{ {_PAGE} nodes {{ name }} }}
"""
_PROTECTION = f"""
branchProtectionRules(first: 10, after: $after) {{
  {_PAGE}
  nodes {{
    pattern requiresApprovingReviews requiredApprovingReviewCount requiresStatusChecks restrictsPushes lockBranch
    isAdminEnforced
    matchingRefs(first: 100) {{ totalCount nodes {{ name prefix }} }}
    pushAllowances(first: 100) {{ totalCount nodes {{ {_ACTOR} }} }}
    bypassPullRequestAllowances(first: 100) {{ totalCount nodes {{ {_ACTOR} }} }}
  }}
}}
"""
_KEYS = "deployKeys(first: 1) { totalCount }"
_ENVIRONMENTS = f"environments(first: 100, after: $after) {{ totalCount {_PAGE} nodes {{ name }} }}"
_WORKFLOWS = """
object(expression: "HEAD:.github/workflows") {
  __typename
  ... on Tree { entries { name type object { __typename ... on Blob { byteSize isBinary isTruncated text } } } }
}
"""

QUERIES: Mapping[str, Query] = MappingProxyType(
    {
        "graphql.organization-teams": Query(" ".join(_TEAMS.split()), 30, "teams", "", 2),
        IDENTITIES: Query(" ".join(_IDENTITIES.split()), 100, "externalIdentities", "", 0),
        "graphql.repository-collaborators": Query(
            _of_repositories("RepositoryCollaborators", _COLLABORATORS), 50, "collaborators", "collaborators", 1
        ),
        "graphql.repository-branches": Query(_of_repositories("RepositoryBranches", _BRANCHES), 50, "refs", "refs", 3),
        "graphql.repository-branch-protection": Query(
            _of_repositories("RepositoryBranchProtection", _PROTECTION),
            25,
            "branchProtectionRules",
            "branchProtectionRules",
            31,
        ),
        "graphql.repository-deploy-keys": Query(
            _of_repositories("RepositoryDeployKeys", _KEYS).replace(", $after: String", ""), 100, "", "deployKeys", 1
        ),
        "graphql.repository-environments": Query(
            _of_repositories("RepositoryEnvironments", _ENVIRONMENTS), 100, "environments", "environments", 1
        ),
        "graphql.repository-workflows": Query(
            _of_repositories("RepositoryWorkflows", _WORKFLOWS).replace(", $after: String", ""), 25, "", "", 0
        ),
    }
)
"""By operation."""
