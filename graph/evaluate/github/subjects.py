"""Which subjects the tokens of a repository's jobs can bear, compared with what a trust accepts.

Input: how a repository's subjects are made, and an accepted subject or pattern. Output: ``Way``s to bear one.
Handled: GitHub's own form with branch, tag, pull request and environment; the form with ids (from the prefix that
GitHub tells, from the setting, from the date of the repository); templates of organization and repository;
``:`` in values.
Not handled: keys of a template whose values are not known here (custom properties, actors, run ids): such a way is told
as not sure. Claims beside the subject are conditions of the trust's own edge.

References
----------
https://docs.github.com/actions/reference/security/oidc (read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from collectors.github.records import GitHubOrganization, GitHubRepository

__all__ = [
    "ISSUER",
    "Form",
    "Place",
    "SubjectMaker",
    "Way",
    "bears",
    "forms",
    "issued_by_github",
    "meets",
    "subject_maker",
    "ways",
]

ISSUER = "token.actions.githubusercontent.com"
_IMMUTABLE_SINCE = "2026-07-15"
"""Repositories created after it have ids in their subjects."""
_FREE = "\0"
"""Stands for any text without a colon, which GitHub writes as %3A."""


_PROBE = "nhi-probe-7f3a9c"
_NO_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^/|/$|\.$|\.lock(?:/|$)|(?:^|/)\.")
"""What no branch or tag has in its name (git-check-ref-format), such as the star of a trust that takes it literally."""


class Place(StrEnum):
    """What a job must be to bear a subject."""

    BRANCH = "branch"
    TAG = "tag"
    PULL_REQUEST = "pull_request"
    ENVIRONMENT = "environment"


@dataclass(frozen=True, slots=True)
class Form:
    """A shape of subject: fixed text with free parts."""

    place: Place
    text: str
    sure: bool = True
    """False where part of it is not known here."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a job of the repository bears an accepted subject."""

    place: Place
    name: str
    """Branch, tag or environment where only this one fits; empty where any does, or for a pull request."""
    sure: bool


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


def forms(maker: SubjectMaker) -> Iterator[Form]:
    """Yield every shape of subject that jobs of a repository can bear."""
    for prefix in maker.prefixes:
        for place in Place:
            sure = maker.known and (len(maker.prefixes) == 1 or "repo" not in maker.keys)
            parts = []
            for key in maker.keys:
                text, settled = _part(maker, key, prefix, place)
                parts.append(text)
                sure = sure and settled
            yield Form(place, ":".join(parts), sure)


_CONTEXT = {
    Place.BRANCH: f"ref:refs/heads/{_FREE}",
    Place.TAG: f"ref:refs/tags/{_FREE}",
    Place.PULL_REQUEST: "pull_request",
    Place.ENVIRONMENT: f"environment:{_FREE}",
}


_SEGMENT = {
    Place.BRANCH: re.compile(r"refs/heads/([^:]+)"),
    Place.TAG: re.compile(r"refs/tags/([^:]+)"),
    Place.PULL_REQUEST: re.compile(r"(?!)"),
    Place.ENVIRONMENT: re.compile(r"environment:([^:]+)"),
}


def _part(maker: SubjectMaker, key: str, prefix: str, place: Place) -> tuple[str, bool]:
    """Return one part of a subject, and whether a job of this place surely can have any text that fits it."""
    if key == "repo":
        return prefix, True
    if key == "context":
        return _CONTEXT[place], True
    if key in maker.values:
        return f"{key}:{_value(maker.values[key])}", True
    if key == "environment" and place is Place.ENVIRONMENT:
        return f"environment:{_FREE}", True
    if key == "ref" and place in (Place.BRANCH, Place.TAG):
        kind = "heads" if place is Place.BRANCH else "tags"
        return f"ref:refs/{kind}/{_FREE}", True
    return f"{key}:{_FREE}", False


def _value(text: str) -> str:
    return text.replace(":", "%3A")


def ways(maker: SubjectMaker, accepted: str, pattern: bool, names: Mapping[Place, Collection[str]]) -> tuple[Way, ...]:
    """Return how jobs of a repository bear an accepted subject; empty where they cannot.

    Parameters
    ----------
    names
        Branches, tags and environments that are known; others are tried as the accepted text names them.
    """
    found: dict[tuple[Place, str], Way] = {}
    for form in forms(maker):
        if not meets(form.text, accepted, pattern):
            continue
        for name, settled in _names(form, accepted, pattern, names.get(form.place, ())):
            way = Way(form.place, name, form.sure and settled)
            known = found.get((way.place, way.name))
            if known is None or (way.sure and not known.sure):
                found[way.place, way.name] = way
    return tuple(found.values())


def bears(maker: SubjectMaker, accepted: str, pattern: bool, place: Place, name: str) -> bool | None:
    """Return whether a job at one place bears an accepted subject; ``None`` where that is not sure.

    Parameters
    ----------
    place, name
        A branch, tag or environment by name; no name for a pull request.
    """
    fitting = [
        form.sure
        for form in forms(maker)
        if form.place is place
        and form.text.count(_FREE) <= 1
        and meets(form.text.replace(_FREE, _value(name)), accepted, pattern)
    ]
    if fitting:
        return True if any(fitting) else None
    unclear = any(form.text.count(_FREE) > 1 and meets(form.text, accepted, pattern) for form in forms(maker))
    return None if unclear else False


def _names(form: Form, accepted: str, pattern: bool, known: Collection[str]) -> Iterator[tuple[str, bool]]:
    """Yield which names make a form accepted, and whether surely; an empty name: any of a family."""
    if form.text.count(_FREE) != 1:
        yield "", _FREE not in form.text
        return

    def fits(name: str) -> bool:
        return meets(form.text.replace(_FREE, _value(name)), accepted, pattern)

    if fits(_PROBE):
        yield "", True
        return
    named = [each.replace("%3A", ":") for each in _SEGMENT[form.place].findall(accepted)]
    wild = [each.replace("*", _PROBE).replace("?", "x") for each in named if pattern and ("*" in each or "?" in each)]
    if any(fits(each) for each in wild):
        yield "", True
        return
    possible = [each for each in dict.fromkeys([*named, *known]) if fits(each)]
    fitting = [each for each in possible if form.place is Place.ENVIRONMENT or not _NO_REF.search(each)]
    yield from ((each, True) for each in fitting)
    if not possible:
        yield "", False


@lru_cache(maxsize=65536)
def meets(form: str, accepted: str, pattern: bool) -> bool:
    """Return whether some text is of a form and accepted.

    Notes
    -----
    O(length of form × length of accepted): both are walked together, the free part takes anything but a colon.
    """
    signs: Sequence[str] = accepted
    states = {(0, False)}
    for sign in signs:
        if pattern and sign == "*":
            states = _any_number(form, states)
        else:
            states = _step(form, states, None if pattern and sign == "?" else sign)
        if not states:
            return False
    return any(_ended(form, at, inside) for at, inside in states)


def _ended(form: str, at: int, inside: bool) -> bool:
    """Return whether a form is complete at a position; ``inside``: its free part has some text already."""
    return at == len(form) or (inside and at == len(form) - 1)


def _step(form: str, states: set[tuple[int, bool]], sign: str | None) -> set[tuple[int, bool]]:
    """Return where a form can be after one more sign, any sign where none is named."""
    found: set[tuple[int, bool]] = set()
    for at, inside in states:
        if at >= len(form):
            continue
        if form[at] != _FREE:
            if sign is None or form[at] == sign:
                found.add((at + 1, False))
            continue
        if sign != ":":
            found.add((at, True))
        if inside and at + 1 < len(form) and (sign is None or form[at + 1] == sign):
            found.add((at + 2, False))
    return found


def _any_number(form: str, states: set[tuple[int, bool]]) -> set[tuple[int, bool]]:
    """Return where a form can be after any number of signs."""
    found, edge = set(states), set(states)
    while edge:
        edge = _step(form, edge, None) - found
        found |= edge
    return found
