"""The ends of a question about many: subjects and targets named one by one, by pattern, or as all crown jewels.

Input: texts as a person writes them. Output: ``Subject`` rows, node numbers of targets.
Handled: WHO, ``admin:SCOPE`` (account, tenant, subscription, management group), patterns with ``*`` on ids, ``jewels``.
Not handled: which of them reach what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analytics.errors import AmbiguousSubjectError, AnalyticsError, UnknownSubjectError
from analytics.jewels import jewels
from analytics.policy import Policy
from analytics.reach import identities
from analytics.subjects import Subject, resolve_subject
from graph.errors import NodeNotFoundError
from graph.evaluate.aws.globs import glob_matches
from graph.evaluate.azure.ids import admin_node
from graph.kinds import NodeKind
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["JEWELS", "MOST_SOURCES", "end_name", "source_subjects", "target_numbers"]

JEWELS = "jewels"
"""The word that stands for every crown jewel."""
MOST_SOURCES = 1_000
"""Subjects that one pattern may stand for: each is a search of its own."""


def end_name(snapshot: Snapshot, text: str) -> str:
    """Return what a person writes for full control of a scope as its node id.

    Parameters
    ----------
    text
        ``admin:`` and an account number, a tenant's GUID or domain, or the GUID, name or ARM id of a subscription or a
        management group; any other text is returned as it is.

    Raises
    ------
    AmbiguousSubjectError
        Several scopes have that name.
    """
    scope = text.removeprefix("admin:")
    if scope == text:
        return text
    exact = admin_node(scope) if scope.startswith("/") else f"aws:admin:{scope}"
    for node_id in (exact, f"entra:admin:{scope.lower()}", f"github:admin:{scope.lower()}"):
        if _has(snapshot, node_id):
            return node_id
    found = [
        snapshot.node_id(int(number))
        for number in snapshot.nodes_of_kind(NodeKind.SCOPE_ADMIN)
        if scope.lower() in _names_of(snapshot, snapshot.node(int(number)))
    ]
    if len(found) > 1:
        raise AmbiguousSubjectError(text, tuple(found))
    return found[0] if found else text


def _has(snapshot: Snapshot, node_id: str) -> bool:
    try:
        snapshot.node_index(node_id)
    except NodeNotFoundError:
        return False
    return True


def _names_of(snapshot: Snapshot, admin: Node) -> set[str]:
    """Return what the scope of a ``ScopeAdmin`` is called, in lower case; where it was not collected, as declared."""
    scope = str(admin.attributes.get("scope", ""))
    names = {scope, *map(str, admin.attributes.get("aliases") or ())}
    if scope and _has(snapshot, scope):
        node = snapshot.node(snapshot.node_index(scope))
        names |= {scope.partition(":")[2], node.name, *map(str, node.attributes.get("aliases") or ())}
    return {name.lower() for name in names if name}


def source_subjects(
    snapshot: Snapshot, texts: Sequence[str], *, stated: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[Subject, ...]:
    """Return the subjects that texts name, each once, in the order given.

    Raises
    ------
    UnknownSubjectError, AmbiguousSubjectError
        A text names nothing, or several things without being a pattern.
    AnalyticsError
        A pattern stands for more than ``MOST_SOURCES`` identities.
    """
    found: dict[str, Subject] = {}
    for text in texts:
        names = (
            _matching(snapshot, text) if "*" in text and not text.startswith("oidc://") else [end_name(snapshot, text)]
        )
        for name in names:
            subject = resolve_subject(snapshot, name, stated=stated)
            found.setdefault(subject.id, subject)
    return tuple(found.values())


def target_numbers(snapshot: Snapshot, texts: Sequence[str], policy: Policy) -> tuple[int, ...]:
    """Return the node numbers that texts name, each once, ascending.

    Parameters
    ----------
    policy
        Says which zones and tags make jewels.

    Raises
    ------
    UnknownSubjectError, AmbiguousSubjectError
        As for sources; a pattern that matches nothing is unknown as well.
    """
    found: set[int] = set()
    for text in texts:
        if text == JEWELS:
            found.update(jewel.node for jewel in jewels(snapshot, policy.zones, tags=policy.jewel_tags))
        elif "*" in text:
            found.update(_numbers_matching(snapshot, text, range(snapshot.node_count)))
        else:
            found.update(resolve_subject(snapshot, end_name(snapshot, text)).starts)
    return tuple(sorted(found))


def _matching(snapshot: Snapshot, pattern: str) -> list[str]:
    numbers = _numbers_matching(snapshot, pattern, identities(snapshot).tolist())
    if len(numbers) > MOST_SOURCES:
        raise AnalyticsError(f"`{pattern}` stands for {len(numbers)} identities; {MOST_SOURCES} are the most at once")
    return [snapshot.node_id(number) for number in numbers]


def _numbers_matching(snapshot: Snapshot, pattern: str, among: Sequence[int]) -> list[int]:
    hidden = snapshot.arrays.hub
    numbers = [
        number for number in among if not hidden[number] and glob_matches(pattern, snapshot.node_id(int(number)))
    ]
    if not numbers:
        raise UnknownSubjectError(f"snapshot {snapshot.id} holds nothing that matches `{pattern}`")
    return numbers
