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
        self._by_public_id: dict[str, tuple[Credential, ...]] = {}
        self.key_candidates: dict[tuple[bool, str], tuple[tuple[str, ...], str]] = {}
        """Who a key that the inventory lacks may belong to, by whether it is temporary and its account."""
        self._called: dict[tuple[NodeKind, ...], dict[str, list[Node]]] = {}

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
        """Look up many names at once; ``named`` and ``credentials_named`` answer from it."""
        wanted = sorted({name for name in names if name not in self._named})
        if not wanted:
            return
        nodes = self.snapshot.table("nodes").columns(["unique_id", "aliases"])
        found = _places(wanted, nodes["unique_id"], nodes["aliases"])
        rows = _places(wanted, self._credentials["public_id"])
        for name in wanted:
            self._named[name] = tuple(self.snapshot.node(number) for number in found[name])
            self._by_public_id[name] = tuple(self._credential(number) for number in rows[name])

    def named(self, name: str) -> tuple[Node, ...]:
        """Return the nodes whose unique id or alias is a name."""
        self.learn([name])
        return self._named[name]

    def credentials_named(self, public_id: str) -> tuple[Credential, ...]:
        """Return the credentials of a public id."""
        self.learn([public_id])
        return self._by_public_id[public_id]

    def with_hint(self, hint: str) -> tuple[Credential, ...]:
        """Return Entra's client secrets that begin so."""
        return tuple(map(self._credential, self._hints.get(hint, ())))

    @cached_property
    def _credentials(self) -> Any:
        return self.snapshot.table("credentials").columns()

    def _credential(self, number: int) -> Credential:
        return Credential(**self._credentials.slice(number, 1).to_pylist()[0])

    @cached_property
    def _hints(self) -> Mapping[str, Sequence[int]]:
        columns = (self._credentials[name].to_pylist() for name in ("hint", "kind"))
        found: dict[str, list[int]] = {}
        for number, (hint, kind) in enumerate(zip(*columns, strict=True)):
            if hint and kind == "client_secret":
                found.setdefault(hint, []).append(number)
        return found

    def called(self, name: str, *kinds: NodeKind) -> Sequence[Node]:
        """Return the nodes of some kinds by their plain name, in any case."""
        if kinds not in self._called:
            index: dict[str, list[Node]] = {}
            for node in self.nodes(*kinds):
                index.setdefault(node.name.lower(), []).append(node)
            self._called[kinds] = index
        return self._called[kinds].get(name.lower(), ())

    @cached_property
    def vault_secrets(self) -> Mapping[str, Node]:
        """Return the secrets of key vaults by their addresses in lower case; vaults and secrets ignore it."""
        return {
            str(alias).lower(): node
            for node in self.nodes(NodeKind.AZURE_KEY_VAULT_SECRET)
            for alias in node.attributes.get("aliases", ())
        }

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


def _places(wanted: Sequence[str], texts: Any, lists: Any = None) -> Mapping[str, Sequence[int]]:
    """Return the rows whose text is, or whose list holds, each of some names."""
    import pyarrow as pa
    import pyarrow.compute

    pc: Any = pyarrow.compute  # its functions are made at run time, which type checkers cannot see
    values = arrow_column(wanted, pa.large_string())
    found: dict[str, dict[int, None]] = {name: {} for name in wanted}
    for position in pc.indices_nonzero(pc.is_in(texts, value_set=values)).to_pylist():
        found[texts[position].as_py()][position] = None
    if lists is not None:
        column = lists.combine_chunks()
        flat, parents = pc.list_flatten(column), pc.list_parent_indices(column)
        for position in pc.indices_nonzero(pc.is_in(flat, value_set=values)).to_pylist():
            found[flat[position].as_py()][int(parents[position].as_py())] = None
    return {name: tuple(rows) for name, rows in found.items()}
