"""What it would take to give each consumer of a pool something of its own: words, never a change.

Input: what is shared, one consumer, the services that the shared identity used. Output: steps for people.
Handled: roles, keys, secrets, trusts; service last accessed data where it was collected.
Not handled: which of the consumers used which service, which AWS does not record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from analytics.pools.links import Evidence
from graph.model import Node
from graph.snapshot import Snapshot

__all__ = ["NO_USE_DATA", "Separation", "separation_of", "steps_for"]

NO_USE_DATA = "unknown: no use data"
LAST_ACCESSED = "service last accessed"
_GRANTS = 20
_OF_A_TENANT = frozenset(
    {"app_role_assignment", "consent", "directory_role_assignment", "role_assignment", "access_policy"}
)
_GIVES = _OF_A_TENANT | frozenset({"access", "admin", "member", "impersonate", "assume", "imported"})
"""Kinds of grants that give their holder something: of Entra and Azure, of imported tables and graphs."""
_WORKLOAD = (Evidence.RUNS_AS, Evidence.POD, Evidence.SERVICE_ROLE)


@dataclass(frozen=True, slots=True)
class Separation:
    """What all consumers of a pool need to know before they are separated."""

    basis: str
    """``service last accessed``, or ``unknown: no use data``: then nothing says which actions each one needs."""
    services_used: tuple[str, ...]
    """By anyone of them."""
    services_unused: tuple[str, ...]
    """Granted and used by none of them: a role of its own leaves them out."""
    grants: tuple[str, ...]
    """What the shared identity holds; cut."""
    grant_count: int


def separation_of(snapshot: Snapshot, identity: Node | None) -> Separation:
    """Return what the shared identity holds and used."""
    if identity is None:
        return Separation(NO_USE_DATA, (), (), (), 0)
    if identity.source == "aws":
        uses = [use for use in snapshot.document_uses(identity.id) if use.layer in ("identity", "group")]
        grants = sorted({use.grant_prefix for use in uses})
    else:
        grants = sorted(_given(snapshot, snapshot.node_index(identity.id)))
    used = _services(identity)
    return Separation(
        LAST_ACCESSED if used else NO_USE_DATA,
        tuple(sorted(name for name, moment in used.items() if moment is not None)),
        tuple(sorted(name for name, moment in used.items() if moment is None)),
        tuple(grants[:_GRANTS]),
        len(grants),
    )


def _given(snapshot: Snapshot, number: int) -> set[str]:
    """Return what an identity of a tenant is granted, from the edges out of it."""
    arrays = snapshot.arrays
    span = slice(int(arrays.indptr[number]), int(arrays.indptr[number + 1]))
    _, first = np.unique(arrays.edge_grant_set[span], return_index=True)
    edges = (first + span.start).tolist()
    return {grant.id for edge in edges for grant in snapshot.grants_of(edge) if grant.kind in _GIVES}


def _services(identity: Node) -> Mapping[str, datetime | None]:
    return {
        str(name): datetime.fromisoformat(text) if text else None
        for name, text in (identity.attributes.get("services_last_used") or {}).items()
    }


def steps_for(
    evidence: Evidence, consumer: str, shared: Node | None, separation: Separation, grants: tuple[str, ...]
) -> tuple[str, ...]:
    """Return what to do so that one consumer has something of its own.

    Parameters
    ----------
    grants
        Behind the edge that lets this consumer in; ``()``: none of its own.
    """
    name = shared.name if shared is not None else "the shared value"
    if shared is not None and shared.source in ("entra", "azure"):
        return _in_a_tenant(evidence, consumer, name, grants)
    if shared is not None and shared.source in ("other", "opengraph"):
        return (f"Make an identity or credential for {consumer} alone, with the permissions that it needs.",)
    if evidence in _WORKLOAD:
        services = ", ".join(shared.attributes.get("trusted_services") or ()) if shared is not None else ""
        trusts = f" that trusts {services or 'what starts it'}"
        return (f"Make a role for {consumer}{trusts} and holds {_needs(separation)}.", f"Set it in place of {name}.")
    if evidence in (Evidence.STORED, Evidence.TAGGED):
        return (
            f"Make an identity for what reads {consumer}, with {_needs(separation)}, and store its credential there.",
            f"Take {name} out of {consumer}; better, let the reader run as a role, without a stored key.",
        )
    if evidence in (Evidence.KEY_ID, Evidence.VALUE):
        return (f"Give {consumer} a role or a credential of its own, with {_needs(separation)}.", "Clear the variable.")
    if evidence is Evidence.REFERENCE:
        return (f"Make a secret for {consumer} with a credential of its own.", "Let its variable name that one.")
    removed = f" Then remove {', '.join(grants)}." if grants else ""
    if shared is not None and ":role/" in shared.id:
        return (f"Make a role that {consumer} alone may enter, with {_needs(separation)}.{removed}",)
    return (f"Give {consumer} a secret of its own, if it needs one at all.{removed}",)


def _in_a_tenant(evidence: Evidence, consumer: str, name: str, grants: tuple[str, ...]) -> tuple[str, ...]:
    needed = "the permissions that it needs (which ones is unknown: no use data)"
    if evidence is Evidence.BLUEPRINT:
        return (
            f"Make a blueprint for {consumer} alone, with a federated credential of its own and {needed}.",
            f"Make the agent anew from it, and delete the one that comes from {name}.",
        )
    if evidence in _WORKLOAD:
        return (f"Give {consumer} a managed identity of its own, with {needed}.", f"Take {name} away from it.")
    removed = f" Then remove {', '.join(grants)}." if grants else ""
    return (f"Register an application that {consumer} alone can become, with {needed}.{removed}",)


def _needs(separation: Separation) -> str:
    if separation.basis == NO_USE_DATA:
        return "the actions that it needs (which ones is unknown: no use data)"
    if not separation.services_used:
        return "none of the shared grants: none of its services was used"
    return f"at most {', '.join(separation.services_used)}, which the consumers together used"
