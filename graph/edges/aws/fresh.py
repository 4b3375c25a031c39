"""Whether a principal may do several actions on one new resource of its own choosing.

Input: a principal, actions, the ARN form of the new resource. Output: alternatives of grants and open conditions.
Handled: the name is chosen to fit the patterns of the statements and to miss denies; regions likewise.
Not handled: names that only a clever mix of several patterns would allow beyond the candidates tried (told by
``MAX_NAMES``).
Errs towards: silence when none of the tried names fits.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from graph.decision import Residual, merge_residuals
from graph.edges.aws.capability import MAX_ALTERNATIVES, Capability, PrincipalView, capability, on_target
from graph.edges.aws.partition import home_region, in_partition, partition_of, view_partition
from graph.edges.aws.world import target_context
from graph.evaluate.aws.globs import glob_matches
from graph.evaluate.aws.principals import Resource

__all__ = ["Alternatives", "fresh_names", "fresh_ways", "join", "minimal"]

Alternatives = list[tuple[tuple[str, ...], Residual]]
"""(grants, conditions) pairs, any one of which is enough."""

MAX_NAMES = 24
_NAME = "nhi-probe-7f3a9c"


def _candidates(form: str, account: str, patterns: Iterable[str]) -> list[str]:
    """Return concrete ARNs of the form: a neutral one, and one made out of each pattern."""
    neutral = form.format(region=home_region(partition_of(form)), account=account, name=_NAME)
    frame = form.format(region="*", account=account, name="*")
    found = [neutral]
    for pattern in patterns:
        arn = _concrete(pattern, neutral)
        if arn is not None and glob_matches(frame, arn) and arn not in found:
            found.append(arn)
        if len(found) >= MAX_NAMES:
            break
    return found


def _concrete(pattern: str, neutral: str) -> str | None:
    """Fill a pattern's wildcards segment by segment, from the neutral ARN where a segment is all wildcard."""
    mine, other = pattern.split(":", 5), neutral.split(":", 5)
    if len(mine) != len(other):
        return None
    segments = []
    for position, (segment, plain) in enumerate(zip(mine, other, strict=True)):
        if segment == "*":
            segments.append(plain)
        elif position == 3 and ("*" in segment or "?" in segment):
            segments.append(plain if glob_matches(segment, plain) else segment.replace("*", "").replace("?", "1"))
        else:
            segments.append(segment.replace("*", _NAME).replace("?", "a"))
    return ":".join(segments)


def fresh_ways(
    view: PrincipalView, actions: Sequence[str], form: str, stated: dict[str, tuple[str, ...]] | None = None
) -> Alternatives:
    """Return the ways in which the principal may do all actions on one new resource.

    Parameters
    ----------
    view
        The principal.
    actions
        All needed on the same resource.
    form
        ARN with ``{region}``, ``{account}`` and ``{name}``, e.g. ``arn:aws:lambda:{region}:{account}:function:{name}``;
        ``*`` for actions that the Service Authorization Reference gives no resource type, which only a statement on
        every resource allows. A form of the standard partition stands for the same one of the principal's.
    stated
        Condition keys that the caller will present.
    """
    if not all(view.may_allow(action) for action in actions):
        return []
    rights = [capability(view, action, stated) for action in actions]
    return next((found for _, found in fresh_names(view, rights, form)), [])


def fresh_names(view: PrincipalView, rights: Sequence[Capability], form: str) -> Iterator[tuple[str, Alternatives]]:
    """Yield the ARNs that the principal may give a new resource to have every right on it, with how.

    Parameters
    ----------
    view
        The principal.
    rights
        All needed on the same resource.
    form
        As for ``fresh_ways``.
    """
    if not all(item.ways for item in rights):
        return
    patterns = (
        pattern for item in rights for way in item.ways if not way.slice.negated for pattern in way.slice.patterns
    )
    for arn in _candidates(in_partition(form, view_partition(view)), view.account, patterns):
        found = _on(rights, arn, view.account)
        if found:
            yield arn, found


def _on(rights: Sequence[Capability], arn: str, account: str) -> Alternatives:
    # A resource that the form puts into a given account is that account's.
    parts = arn.split(":", 5)
    owner = parts[4] if len(parts) == 6 and parts[4] else account
    context = target_context(Resource(arn=arn, account=owner, tags={}))
    options = [
        [(way.grants, residual) for way in item.ways for residual in on_target(way.slice, item, arn, context)]
        for item in rights
    ]
    if not all(options):
        return []
    found: dict[tuple[tuple[str, ...], Residual], None] = {}
    for choice in itertools.islice(itertools.product(*options), MAX_ALTERNATIVES):
        grants = tuple(sorted({grant for part, _ in choice for grant in part}))
        found[grants, merge_residuals(residual for _, residual in choice)] = None
    return minimal(found)


def minimal(found: Iterable[tuple[tuple[str, ...], Residual]]) -> Alternatives:
    """Drop alternatives that need more grants and no fewer conditions than another."""
    kept = list(found)
    return [
        item
        for item in kept
        if not any(set(other[0]) <= set(item[0]) and set(other[1]) <= set(item[1]) and other != item for other in kept)
    ]


def join(parts: Sequence[Alternatives]) -> Alternatives:
    """Return the alternatives of needing every part."""
    if not all(parts):
        return []
    found: dict[tuple[tuple[str, ...], Residual], None] = {}
    for choice in itertools.islice(itertools.product(*parts), MAX_ALTERNATIVES):
        grants = tuple(sorted({grant for part, _ in choice for grant in part}))
        found[grants, merge_residuals(residual for _, residual in choice)] = None
    return minimal(found)
