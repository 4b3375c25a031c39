"""Look-ups in a snapshot that several forms need; each table is read once for all ids of a text.

Input: a snapshot. Output: nodes by names, credentials by hint or thumbprint, places that hold a fingerprint.
Not handled: what a text looks like.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from graph.kinds import NodeKind
from graph.model import Credential, Node
from graph.snapshot import Snapshot
from graph.snapshot.columns import arrow_column

__all__ = ["Lookup", "thumbprint_of"]


def thumbprint_of(text: str) -> str:
    """Return a certificate's digest as lower-case hexadecimal, from any spelling; ``""`` when it is none.

    Graph shows ``customKeyIdentifier`` as base64 of twenty bytes, or of forty characters; people and tools write
    hexadecimal, with colons or without, and JSON Web Tokens base64url.

    Examples
    --------
    >>> thumbprint_of("AB" * 20) == thumbprint_of(":".join(["ab"] * 20)) == thumbprint_of("q6urq6urq6urq6urq6urq6urq6s")
    True
    """
    plain = text.replace(":", "").strip().lower()
    if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", plain):
        return plain
    try:
        data = base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return ""
    if len(data) in (20, 32):
        return data.hex()
    return plain_hex if re.fullmatch(r"[0-9a-f]{40}", plain_hex := data.decode("latin-1").lower()) else ""


class Lookup:
    """One snapshot, while a text is answered."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._named: dict[str, tuple[Node, ...]] = {}

    @cached_property
    def sources(self) -> frozenset[str]:
        """Return the systems that the snapshot has nodes of."""
        import pyarrow.compute

        pc: Any = pyarrow.compute  # its functions are made at run time, which type checkers cannot see
        return frozenset(pc.unique(self.snapshot.table("nodes").columns(["source"])["source"]).to_pylist())

    def nodes(self, *kinds: NodeKind) -> Iterator[Node]:
        """Yield the nodes of some kinds."""
        return (self.snapshot.node(int(number)) for number in self.snapshot.nodes_of_kind(*kinds))

    def node(self, node_id: str) -> Node | None:
        """Return a node by id."""
        number = self.snapshot.find_id(node_id) if node_id else None
        return None if number is None else self.snapshot.node(number)

    def learn(self, names: Iterable[str]) -> None:
        """Look up many names at once: unique ids and aliases; ``named`` answers from it."""
        import pyarrow as pa
        import pyarrow.compute

        pc: Any = pyarrow.compute
        wanted = sorted(set(names) - self._named.keys())
        if not wanted:
            return
        numbers: dict[str, dict[int, None]] = {name: {} for name in wanted}
        values = arrow_column(wanted, pa.large_string())
        columns = self.snapshot.table("nodes").columns(["unique_id", "aliases"])
        aliases = columns["aliases"].combine_chunks()
        flat, parents = pc.list_flatten(aliases), pc.list_parent_indices(aliases)
        for texts, places in ((columns["unique_id"], None), (flat, parents)):
            for position in pc.indices_nonzero(pc.is_in(texts, value_set=values)).to_pylist():
                number = position if places is None else places[position].as_py()
                numbers[texts[position].as_py()][int(number)] = None
        for name, found in numbers.items():
            self._named[name] = tuple(self.snapshot.node(number) for number in found)

    def named(self, name: str) -> tuple[Node, ...]:
        """Return the nodes whose unique id or alias is a name."""
        self.learn([name])
        return self._named[name]

    def with_hint(self, hint: str) -> tuple[Credential, ...]:
        """Return Entra's client secrets that begin so."""
        return tuple(
            row for row in self.snapshot.credentials_with_hint(hint) if row.kind == "client_secret" and row.hint == hint
        )

    @cached_property
    def certificates(self) -> Mapping[str, Sequence[Node]]:
        """Return the nodes of certificates by thumbprint."""
        found: dict[str, list[Node]] = {}
        for node in self.nodes(NodeKind.ENTRA_CERTIFICATE):
            digest = thumbprint_of(str(node.attributes.get("thumbprint") or ""))
            if digest:
                found.setdefault(digest, []).append(node)
        return found

    @cached_property
    def tenants(self) -> Mapping[str, Node]:
        """Return the tenants that were collected, by their id."""
        return {
            str(node.attributes.get("tenant_id") or "").lower(): node
            for node in self.nodes(NodeKind.ENTRA_TENANT)
            if node.collected
        }

    @cached_property
    def tenants_known(self) -> bool:
        """Return whether every collected tenant says its id."""
        return all(node.attributes.get("id_known", True) for node in self.tenants.values())

    def places_of(self, fingerprints: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Return, by fingerprint, the nodes and variables that hold the value."""
        import pyarrow.compute

        pc: Any = pyarrow.compute
        if not fingerprints:
            return {}
        pattern = "|".join(re.escape(each) for each in fingerprints)
        column = self.snapshot.table("nodes").columns(["attributes"])["attributes"]
        found: dict[str, list[str]] = {each: [] for each in fingerprints}
        for number in pc.indices_nonzero(pc.match_substring_regex(column, pattern)).to_pylist():
            node_id = self.snapshot.node_id(number)
            values = json.loads(column[number].as_py()).get("environment_fingerprints") or {}
            for name, value in sorted(values.items()):
                if value in found:
                    found[value].append(f"{node_id} variable {name}")
        return {each: tuple(places) for each, places in found.items()}
