"""Which subjects the tokens of a repository's jobs can bear, compared with what a trust accepts.

Input: how a repository's subjects are made, and an accepted subject or pattern. Output: ``Way``s to bear one.
Handled: GitHub's own form with branch, tag, pull request and environment; the form with ids (from the prefix that
GitHub tells, from the setting, from the date of the repository); templates of organization and repository, a workflow
file of the repository itself in them; ``:`` in values; a trust that does not look at case; claims beside the subject.
Not handled: keys of a template whose values are not known here (custom properties, actors, run ids, a workflow of
another repository): such a way is told as not sure. That ``Main`` is another branch than ``main``, to which a trust
that does not look at case opens as well.

References
----------
https://docs.github.com/actions/reference/security/oidc (read 2026-11).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from graph.evaluate.github.maker import (
    ISSUER,
    WORKFLOW,
    Place,
    SubjectMaker,
    claims_at,
    folded,
    issued_by_github,
    named_repository,
    subject_maker,
)
from graph.evaluate.github.meeting import FREE, meets

__all__ = [
    "ISSUER",
    "Form",
    "Place",
    "SubjectMaker",
    "Way",
    "bears",
    "claims_at",
    "forms",
    "issued_by_github",
    "meets",
    "named_repository",
    "subject_maker",
    "ways",
]

_PROBE = "nhi-probe-7f3a9c"
_NO_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^/|/$|\.$|\.lock(?:/|$)|(?:^|/)\.")
"""What no branch or tag has in its name (git-check-ref-format), such as the star of a trust that takes it literally."""


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


def forms(maker: SubjectMaker, workflow: str = "") -> Iterator[Form]:
    """Yield every shape of subject that jobs of a repository can bear.

    Parameters
    ----------
    workflow
        A workflow file of the repository: its jobs on a branch or tag, of which every file is whoever pushes there's.
    """
    for prefix in maker.prefixes:
        for place in Place:
            for file in dict.fromkeys((workflow if WORKFLOW in maker.keys else "", "")):
                sure = maker.known and (len(maker.prefixes) == 1 or "repo" not in maker.keys)
                parts = []
                for key in maker.keys:
                    text, settled = _own_file(maker, place, file) if file and key == WORKFLOW else ("", False)
                    text, settled = (text, settled) if text else _part(maker, key, prefix, place)
                    parts.append(text)
                    sure = sure and settled
                yield Form(place, ":".join(parts), sure)


def _own_file(maker: SubjectMaker, place: Place, file: str) -> tuple[str, bool]:
    """Return how a job's workflow file is named where it is the repository's own; empty where that is not told.

    A job with an environment runs on a branch, too, and what is called by another branch runs as that branch has it.
    """
    kind = {Place.BRANCH: "heads", Place.TAG: "tags"}.get(place, "")
    # A second free part could not be told from the first, so a template that names the branch twice stays unsure.
    if not kind or "ref" in maker.keys or "context" in maker.keys:
        return "", False
    return f"{WORKFLOW}:{_value(maker.values['repository'])}/{file}@refs/{kind}/{FREE}", True


def _own_workflow(maker: SubjectMaker, accepted: str) -> str:
    """Return the workflow file of the repository that an accepted subject names."""
    if WORKFLOW not in maker.keys:
        return ""
    found = re.search(rf"{WORKFLOW}:{re.escape(maker.values['repository'])}/(\.github/workflows/[^:@*?]+)@", accepted)
    return found.group(1) if found else ""


_CONTEXT = {
    Place.BRANCH: f"ref:refs/heads/{FREE}",
    Place.TAG: f"ref:refs/tags/{FREE}",
    Place.PULL_REQUEST: "pull_request",
    Place.ENVIRONMENT: f"environment:{FREE}",
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
        return f"environment:{FREE}", True
    if key == "ref" and place in (Place.BRANCH, Place.TAG):
        kind = "heads" if place is Place.BRANCH else "tags"
        return f"ref:refs/{kind}/{FREE}", True
    return f"{key}:{FREE}", False


def _value(text: str) -> str:
    return text.replace(":", "%3A")


def ways(
    maker: SubjectMaker,
    accepted: str,
    pattern: bool,
    names: Mapping[Place, Collection[str]],
    *,
    ignore_case: bool = False,
) -> tuple[Way, ...]:
    """Return how jobs of a repository bear an accepted subject; empty where they cannot.

    Parameters
    ----------
    names
        Branches, tags and environments that are known; others are tried as the accepted text names them.
    """
    if ignore_case:
        lower = {place: [name.lower() for name in known] for place, known in names.items()}
        spelled = {(place, name.lower()): name for place, known in names.items() for name in known}
        loose = ways(folded(maker), accepted.lower(), pattern, lower)
        return tuple(replace(way, name=spelled.get((way.place, way.name), way.name)) for way in loose)
    found: dict[tuple[Place, str], Way] = {}
    for form in forms(maker, _own_workflow(maker, accepted)):
        if not meets(form.text, accepted, pattern):
            continue
        for name, settled in _names(form, accepted, pattern, names.get(form.place, ())):
            way = Way(form.place, name, form.sure and settled)
            known = found.get((way.place, way.name))
            if known is None or (way.sure and not known.sure):
                found[way.place, way.name] = way
    return tuple(found.values())


def bears(
    maker: SubjectMaker, accepted: str, pattern: bool, place: Place, name: str, workflow: str = ""
) -> bool | None:
    """Return whether a job at one place bears an accepted subject; ``None`` where that is not sure.

    Parameters
    ----------
    place, name
        A branch, tag or environment by name; no name for a pull request.
    workflow
        The file that it stands in, where that is the repository's own.
    """
    fitting = [
        form.sure
        for form in forms(maker, workflow)
        if form.place is place
        and form.text.count(FREE) <= 1
        and meets(form.text.replace(FREE, _value(name)), accepted, pattern)
    ]
    if fitting:
        return True if any(fitting) else None
    unclear = any(form.text.count(FREE) > 1 and meets(form.text, accepted, pattern) for form in forms(maker))
    return None if unclear else False


def _names(form: Form, accepted: str, pattern: bool, known: Collection[str]) -> Iterator[tuple[str, bool]]:
    """Yield which names make a form accepted, and whether surely; an empty name: any of a family."""
    if form.text.count(FREE) != 1:
        yield "", FREE not in form.text
        return

    def fits(name: str) -> bool:
        return meets(form.text.replace(FREE, _value(name)), accepted, pattern)

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
