"""An Entra client secret: the vendor shows its first three characters, so it is one of those that begin so.

Input: the secret's first characters, ids that stand beside it, an application that the asker names. Output: a match.
Handled: several secrets that begin alike, ended and coming ones, an application that narrows the choice or contradicts.
Errs towards: ambiguity. Three characters are no proof: a secret that the snapshot lacks may begin like one it has.

References
----------
https://learn.microsoft.com/graph/api/resources/passwordcredential (`hint` is the first three characters; 2026-11)
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.leaks.lookup import Lookup
from analytics.leaks.match import Alternative, LeakMatch
from graph.kinds import NodeKind
from graph.model import Credential, Node

__all__ = ["application_ids", "client_secret", "in_time"]

_KIND = "Entra client secret"
_UNPROVEN = (
    "Graph shows three characters of a secret and no more, so a secret of another application, or one that is newer "
    "than the snapshot, may begin so too."
)


def client_secret(lookup: Lookup, hint: str, beside: Sequence[str], app: str | None) -> LeakMatch:
    """Return whose a client secret may be.

    Parameters
    ----------
    hint
        Its first three characters.
    beside
        Lower-case GUIDs that stand in the same text.
    app
        Application that the asker names: app id, object id or name.
    """
    rows = sorted(lookup.with_hint(hint), key=lambda row: (not row.active, row.node))
    if not rows:
        return _row(hint, note=_unknown(lookup, hint))
    if app is not None:
        narrowed = [row for row in rows if app.lower() in _names(lookup, row)]
        named = f"application {app}"
        context: frozenset[str] = frozenset()
    else:
        known = frozenset(each for each in beside if _is_application(lookup, each))
        if not known:
            return _chosen(lookup, hint, rows, f"its first characters are {hint}", frozenset())
        narrowed = [row for row in rows if known & _names(lookup, row)]
        named = "the application whose id stands beside it" if len(known) == 1 else "those whose ids stand beside it"
        context = known if narrowed else frozenset()
    if narrowed:
        return _chosen(lookup, hint, narrowed, f"it begins {hint} and is of {named}", context)
    note = (
        f"No secret that was collected of {named} begins so: it is newer than the snapshot, or removed. Secrets of "
        "other applications begin so."
    )
    return _row(hint, alternatives=_alternatives(rows, f"it begins {hint}, but is not of {named}"), note=note)


def _chosen(lookup: Lookup, hint: str, rows: Sequence[Credential], reason: str, context: frozenset[str]) -> LeakMatch:
    alternatives = _alternatives(rows, reason)
    if len(rows) > 1:
        note = f"{len(rows)} secrets begin so. {_UNPROVEN}"
        return _row(hint, alternatives=alternatives, matched_by="hint", note=note, context=context)
    row = rows[0]
    identity = lookup.node(row.identity)
    return LeakMatch(
        public_id=f"{hint}…",
        kind=_KIND,
        system="entra",
        account=identity.scope if identity else "",
        account_source="inventory" if identity else "",
        identity=row.identity,
        credential=row.node,
        matched_by="hint",
        active=row.active,
        expires_at=row.expires_at,
        alternatives=alternatives,
        note=f"Matched by: {reason}. {in_time(row)} {_UNPROVEN}".replace("  ", " "),
        who=row.node,
        context=context,
    )


def _row(
    hint: str,
    *,
    alternatives: tuple[Alternative, ...] = (),
    matched_by: str = "none",
    note: str = "",
    context: frozenset[str] = frozenset(),
) -> LeakMatch:
    return LeakMatch(
        public_id=f"{hint}…",
        kind=_KIND,
        system="entra",
        matched_by=matched_by,
        candidates=tuple(dict.fromkeys(each.identity for each in alternatives)),
        alternatives=alternatives,
        note=note,
        context=context,
    )


def _alternatives(rows: Sequence[Credential], reason: str) -> tuple[Alternative, ...]:
    return tuple(
        Alternative(
            row.node, row.identity, f"{reason}; {in_time(row)}", row.active, row.created_at, row.expires_at
        )
        for row in rows
    )  # fmt: skip


def in_time(row: Credential) -> str:
    """Return a sentence on when a credential is valid, as of the snapshot."""
    if row.active:
        return f"It is valid until {row.expires_at}." if row.expires_at else "Its end is not known."
    span = f"{row.created_at or 'an unknown time'} to {row.expires_at or 'an unknown time'}"
    return f"It was not valid when the evidence was taken (valid from {span}), and then proves nothing."


def _unknown(lookup: Lookup, hint: str) -> str:
    if "entra" not in lookup.sources:
        return "No tenant was collected."
    return f"No secret that was collected begins {hint}: it is newer than the snapshot, removed, or of another tenant."


def application_ids(lookup: Lookup, node: Node | None) -> frozenset[str]:
    """Return the ids and the name of the application that a node is, or is the service principal of; lower case."""
    if node is None:
        return frozenset()
    facts = node.attributes
    other = lookup.node(str(facts.get("application") or facts.get("service_principal") or ""))
    found = {facts.get("app_id"), facts.get("unique_id"), node.name}
    found |= {other.attributes.get("unique_id")} if other else set()
    return frozenset(str(each).lower() for each in found if each)


def _names(lookup: Lookup, row: Credential) -> frozenset[str]:
    return application_ids(lookup, lookup.node(row.identity))


def _is_application(lookup: Lookup, guid: str) -> bool:
    # Microsoft's own applications stand in such a text as what a token is asked for.
    return any(
        node.attributes.get("app_id") and node.kind is not NodeKind.ENTRA_MICROSOFT_PRINCIPAL
        for node in lookup.named(guid)
    )
