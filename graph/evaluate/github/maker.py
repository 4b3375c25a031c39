"""How a repository's tokens are made: its subjects, and the claims that are known of them.

Input: a repository and its organization. Output: ``SubjectMaker``, ``claims_at`` a place.
Handled: GitHub's own form and that with ids (from the prefix that GitHub tells, from the setting, from the date of the
repository); templates of organization and repository.
Not handled: which subjects come of it (``subjects``); claims that depend on who starts a run, or on the enterprise.

References
----------
https://docs.github.com/actions/reference/security/oidc (read 2026-11).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from collectors.github.records import GitHubOrganization, GitHubRepository

__all__ = [
    "ISSUER",
    "WORKFLOW",
    "Place",
    "SubjectMaker",
    "claims_at",
    "folded",
    "issued_by_github",
    "named_repository",
    "subject_maker",
]

WORKFLOW = "job_workflow_ref"
"""The claim that names a job's workflow file and the branch or tag that it is of."""
ISSUER = "token.actions.githubusercontent.com"
_IMMUTABLE_SINCE = "2026-07-15"
"""Repositories created after it have ids in their subjects."""


class Place(StrEnum):
    """What a job must be to bear a subject."""

    BRANCH = "branch"
    TAG = "tag"
    PULL_REQUEST = "pull_request"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class SubjectMaker:
    """How a repository's subjects are made."""

    prefixes: tuple[str, ...]
    """What the ``repo`` part can be; more than one where nothing tells which."""
    keys: tuple[str, ...]
    """``include_claim_keys``; ``repo`` and ``context`` for GitHub's own form."""
    known: bool
    """Whether the form is known."""
    values: dict[str, str]
    """Claims whose value is the same in every job."""


def named_repository(subject: str) -> str:
    """Return what a subject says of owner and repository, without the ids that new ones bear; ``""``: nothing.

    Examples
    --------
    >>> named_repository("repo:acme@5/app@7:ref:refs/heads/main")
    'acme/app'
    """
    kind, _, rest = subject.partition(":")
    head = rest.partition(":")[0]
    return "/".join(part.partition("@")[0] for part in head.split("/", 1)) if kind == "repo" else ""


def issued_by_github(issuer: str) -> bool:
    """Return whether an issuer is that of Actions on github.com, for everybody or for one enterprise."""
    return issuer == ISSUER or issuer.startswith(f"{ISSUER}/")


def subject_maker(repository: GitHubRepository, organization: GitHubOrganization) -> SubjectMaker:
    """Return how the subjects of a repository are made.

    The prefix that GitHub tells counts first: it can differ from the setting beside it.
    """
    owner, _, name = repository.spelled.partition("/")
    plain = f"repo:{repository.spelled}"
    owner_id = repository.owner_id or organization.id
    immutable = f"repo:{owner}@{owner_id}/{name}@{repository.id}"
    if repository.subject_prefix:
        prefixes: tuple[str, ...] = (repository.subject_prefix,)
    elif repository.subject_immutable is not None:
        prefixes = (immutable,) if repository.subject_immutable else (plain,)
    elif repository.created_at[:10] > _IMMUTABLE_SINCE:
        prefixes = (immutable,)
    else:
        # Created before: opting in, a rename and a transfer change it, and nothing tells of them.
        prefixes = (plain, immutable)
    known = True
    keys: tuple[str, ...] = ("repo", "context")
    if repository.subject_default is False:
        keys = repository.subject_keys or organization.subject_keys or keys
        known = bool(repository.subject_keys) or organization.subject_known
    elif repository.subject_default is None:
        known = False
    values = {
        "repository": repository.spelled,
        "repository_owner": owner,
        "repository_visibility": repository.visibility,
    }
    ids = {"repository_id": repository.id, "repository_owner_id": owner_id}
    values.update({name: str(number) for name, number in ids.items() if number})
    return SubjectMaker(prefixes, keys, known, values)


def folded(maker: SubjectMaker) -> SubjectMaker:
    """Return the same in lower case, for a trust that does not look at case."""
    values = {name: value.lower() for name, value in maker.values.items()}
    return replace(maker, prefixes=tuple(dict.fromkeys(each.lower() for each in maker.prefixes)), values=values)


def claims_at(maker: SubjectMaker, place: Place, name: str, workflow: str = "") -> dict[str, str]:
    """Return what is known of a token's claims, by claim; an empty value: the token has no such claim.

    Parameters
    ----------
    place, name
        Branch, tag or environment by name; no name where any will do.
    workflow
        ``job_workflow_ref``, where it is known.
    """
    claims = {claim: value for claim, value in maker.values.items() if value}
    kind = {Place.BRANCH: "heads", Place.TAG: "tags"}.get(place, "")
    if kind and name:
        claims["ref"] = f"refs/{kind}/{name}"
    if place is Place.ENVIRONMENT and name:
        claims["environment"] = name
    elif place is not Place.ENVIRONMENT and maker.known and "context" in maker.keys:
        claims["environment"] = ""  # with an environment the subject would name it
    if workflow:
        claims[WORKFLOW] = workflow
    return claims
