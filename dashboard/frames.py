"""Tables that pages show, made of a snapshot.

Input: a ``Snapshot``. Output: pandas tables with words instead of codes, one row a thing.
Not handled: caching and errors, which are ``dashboard.data``'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from analytics.inventory import inventory_rows
from analytics.reach import AdminWitness
from analytics.subjects import question_time
from dashboard.words import control_word, kind_word, owner_state
from graph.catalog.loader import impact_aws
from graph.kinds import Impact, NodeKind, State
from graph.model import Grant
from graph.snapshot import Snapshot

__all__ = [
    "IDENTITY_COLUMNS",
    "SCOPE_KINDS",
    "account_names",
    "coverage_frame",
    "credential_frame",
    "grants_by_id",
    "identity_frame",
    "impact_titles",
    "scope_frame",
]

IDENTITY_COLUMNS = [
    "name",
    "kind",
    "account",
    "environment",
    "control",
    "impact",
    "owner",
    "owner_state",
    "credentials",
    "last_used",
    "created",
    "id",
]
_MISSING = ("failed", "partial", "absent")
"""Presences that mean "not looked at, or not wholly", worst first."""


SCOPE_KINDS = (
    NodeKind.AWS_ACCOUNT,
    NodeKind.ENTRA_TENANT,
    NodeKind.AZURE_SUBSCRIPTION,
    NodeKind.GITHUB_ORGANIZATION,
)
"""Scopes that are collected one by one."""


def impact_titles() -> Mapping[Impact, str]:
    """Return what each impact class means."""
    return impact_aws().titles


def account_names(snapshot: Snapshot) -> Mapping[str, str]:
    """Return the names of accounts, tenants and subscriptions by number, of Entra's and Azure's objects by id."""
    import pyarrow.compute

    pc: Any = pyarrow.compute  # its functions are made at run time, which type checkers cannot see

    scopes = snapshot.nodes_of_kind(*SCOPE_KINDS)
    nodes = (snapshot.node(int(number)) for number in scopes)
    names = {node.scope or node.name: node.name for node in nodes}
    columns = snapshot.table("nodes").columns(["id", "name"])
    mask = pc.or_(pc.starts_with(columns["id"], "entra:"), pc.starts_with(columns["id"], "azure:"))
    ids, called = (pc.filter(columns[name], mask).to_pylist() for name in ("id", "name"))
    return names | dict(zip(ids, called, strict=True))


def identity_frame(snapshot: Snapshot, admins: Mapping[str, AdminWitness]) -> pd.DataFrame:
    """Return ``IDENTITY_COLUMNS``, one row an identity, worst impact first, then by name and id.

    ``control`` is one of ``words.CONTROL_WORDS``; ``last_used`` is a date, ``never`` or ``unknown``; ``impact`` is
    ``""`` for none.
    """
    names = account_names(snapshot)
    rows = []
    for row in inventory_rows(snapshot):
        attributes = snapshot.node(snapshot.node_index(row["id"])).attributes
        witness = admins.get(row["id"])
        rows.append(
            {
                "name": row["name"],
                "kind": kind_word(row["kind"]),
                "account": names.get(row["scope"], row["scope"]),
                "environment": row["environment"],
                "control": control_word(witness.state if witness else State.VOID, len(witness.steps) if witness else 0),
                "impact": row["impact"],
                "owner": row["owner"],
                "owner_state": owner_state(attributes),
                "credentials": len(row["credentials"]),
                "last_used": row["last_used_at"][:10] if row["last_used_at"][:1].isdigit() else row["last_used_at"],
                "created": row["created_at"][:10],
                "id": row["id"],
            }
        )
    frame = pd.DataFrame(rows, columns=IDENTITY_COLUMNS)
    order = [str(impact) for impact in Impact]
    rank = frame["impact"].map({impact: place for place, impact in enumerate(order)}).fillna(len(order))
    ranked = frame.assign(rank=rank).sort_values(["rank", "name", "id"], kind="stable")
    return ranked.drop(columns="rank").reset_index(drop=True)


def scope_frame(snapshot: Snapshot) -> pd.DataFrame:
    """Return ``account, name, relation, collected``, one row an account, by number."""
    scopes = snapshot.nodes_of_kind(*SCOPE_KINDS)
    nodes = [snapshot.node(int(number)) for number in scopes]
    rows = [
        {
            "account": node.scope,
            "name": node.name,
            "relation": str(node.attributes.get("relation", "unknown")),
            "collected": node.collected,
        }
        for node in nodes
    ]
    return pd.DataFrame(rows, columns=["account", "name", "relation", "collected"])


def credential_frame(snapshot: Snapshot) -> pd.DataFrame:
    """Return ``kind, active, inactive, oldest_days, never_used, use_unknown``, one row a kind of credential.

    ``oldest_days`` is the age in days of the oldest active one whose age is known, at the snapshot's time; empty where
    no age is known. ``never_used`` and ``use_unknown`` count active ones.
    """
    columns = ["kind", "active", "inactive", "oldest_days", "never_used", "use_unknown"]
    rows = []
    for kind, group in snapshot.credentials.groupby("kind", sort=True):
        active = group[group["active"]]
        unused = active[active["last_used_at"] == ""]
        rows.append(
            {
                "kind": str(kind).replace("_", " "),
                "active": len(active),
                "inactive": len(group) - len(active),
                "oldest_days": _oldest(list(active["created_at"]), question_time(snapshot)),
                "never_used": int(unused["last_used_known"].sum()),
                "use_unknown": int((~unused["last_used_known"]).sum()),
            }
        )
    return pd.DataFrame(rows, columns=columns).astype({"oldest_days": "Int64"})


def _oldest(created: Sequence[str], as_of: datetime | None) -> int | None:
    if as_of is None:
        return None
    times = [datetime.fromisoformat(text) for text in created if text]
    return max(((as_of - time).days for time in times), default=None)


def coverage_frame(snapshot: Snapshot) -> pd.DataFrame:
    """Return ``operation, presence, account, region, lost, permission, reason, guard``: what was not looked at.

    Refused calls first, then partial ones, then operations that nobody asked; within each by operation and account.
    """
    columns = ["operation", "presence", "account", "region", "lost", "permission", "reason", "guard"]
    names = account_names(snapshot)
    rows: list[dict[str, Any]] = [
        {
            **{name: row[name] for name in columns if name in row},
            "account": names.get(row["scope"], row["scope"]),
            "guard": bool(row.get("guard")),
        }
        for row in snapshot.coverage
        if row["presence"] in _MISSING
    ]
    rows.sort(key=lambda row: (_MISSING.index(row["presence"]), row["operation"], row["account"], row["region"]))
    return pd.DataFrame(rows, columns=columns)


def grants_by_id(snapshot: Snapshot, wanted: Sequence[str]) -> Mapping[str, Grant]:
    """Return the grants of these ids; unknown ids are left out."""
    if not wanted:
        return {}
    import pyarrow.compute as pc

    found = snapshot.table("grants").columns().filter(pc.field("id").isin(sorted(set(wanted))))
    return {row["id"]: Grant(**{key: row[key] for key in row if key != "grant"}) for row in found.to_pylist()}
