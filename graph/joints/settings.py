"""Settings and environment variables of workloads: which credential lies in them, or in the secret that they refer to.

Input: what is kept of settings (names, kinds of secrets, public ids, fingerprints, references), credentials. Output:
AUTHENTICATES_AS from a workload to the credential that its own settings hold; claims about secrets that a setting
beside an id refers to; figures.
Handled: pairs of id and secret under one prefix (``HR_CLIENT_ID`` and ``HR_CLIENT_SECRET``, ``AWS_ACCESS_KEY_ID`` and
``AWS_SECRET_ACCESS_KEY``, ``AzureAd__ClientId`` …), with the tenant and the hint beside them; a value that is the same,
by its keyed fingerprint, as one whose identity is known so; the first characters of a client secret without an id, a
guess.
Not handled: values; several settings that only together are a secret; who may read a workload's configuration.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graph.joints.counts import JointCount, Outcome, Tally
from graph.joints.credentials import GUID, Credentials
from graph.joints.pairs import Group, Role, part_of
from graph.joints.resolve import Claim, Keeper, Rank, Resolution, resolve
from graph.joints.secret_evidence import is_stored_secret
from graph.joints.stored_secrets import secret_edge
from graph.kinds import Category
from graph.model import IdentityGraph, Node

__all__ = ["SettingLinks", "join_settings"]

_ENTRA_SECRET = "entra_client_secret"
"""Kind that redaction gives a value of that form."""
_SECRET_ARN = re.compile(r"(arn:[^:]+:secretsmanager:[^:]*:\d*:secret:[^:]+)(?::.*)?")


@dataclass(frozen=True, slots=True)
class SettingLinks:
    """What settings say."""

    told: dict[str, list[Claim]]
    """Claims about stored secrets, by secret."""
    count: JointCount


@dataclass(slots=True)
class _Group:
    """Settings of one workload under one prefix."""

    ids: dict[str, str] = field(default_factory=dict)
    """Name of a setting to the public id in it."""
    tenant: str = ""
    secrets: list[str] = field(default_factory=list)
    """Names of settings that are the secret to it."""


def join_settings(identity_graph: IdentityGraph, known: Credentials) -> SettingLinks:
    """Add the edges of workloads and return what is told of stored secrets; linear in settings."""
    joint = _Joint(identity_graph, known)
    workloads = [node for node in identity_graph.nodes.values() if node.category is Category.WORKLOAD]
    alone: list[tuple[Node, str, bool]] = []
    for node in workloads:
        groups = _groups(node.attributes)
        for group in groups:
            joint.pair(node, group)
        paired = {name for group in groups for name in group.secrets if group.ids}
        named = {name for group in groups for name in group.secrets}
        literal = node.attributes.get("environment_secrets") or {}
        alone += [(node, name, name in named) for name in literal if name not in paired]
    # What a value means is known only when every pair was seen.
    for node, name, is_named in alone:
        joint.alone(node, name, is_named=is_named)
    return SettingLinks(dict(joint.told), joint.tally.done())


class _Joint:
    """What the settings of workloads come to."""

    def __init__(self, identity_graph: IdentityGraph, known: Credentials) -> None:
        self._graph = identity_graph
        self._known = known
        self._places = _Places(identity_graph)
        self._meant: defaultdict[str, dict[str, None]] = defaultdict(dict)
        """Whose secret a value is, by its keyed fingerprint."""
        self.tally = Tally("setting to credential", "settings that hold a secret of an application or a key")
        self.told: defaultdict[str, list[Claim]] = defaultdict(list)

    def pair(self, node: Node, group: _Group) -> None:
        """Take settings that stand beside a public id: they are that one's, or nobody's who is known."""
        claims = list(_claims(node, group, self._known))
        for name in group.secrets if group.ids else ():
            stored = self._places.of(node.attributes, name)
            if stored:
                self.told[stored] += claims
            elif name in (node.attributes.get("environment_secrets") or {}):
                keeper = Keeper(node.id, tenant=group.tenant, kind=_kind(group), hint=_hint(node, name))
                found = resolve(self._known, keeper, claims)
                self._count(node, found)
                value = (node.attributes.get("environment_fingerprints") or {}).get(name, "")
                if value and found.outcome is Outcome.MATCHED:
                    self._meant[value] |= {link.target: None for link in found.links}

    def alone(self, node: Node, name: str, *, is_named: bool) -> None:
        """Take a secret without an id: the same value elsewhere, or its first characters, may tell whose it is."""
        value = str((node.attributes.get("environment_fingerprints") or {}).get(name, ""))
        claims = _by_value(self._meant, self._known, name, value, node) if value else []
        claims = claims or list(_by_hint(node, name, self._known))
        if claims or is_named:
            self._count(node, resolve(self._known, Keeper(node.id), claims))

    def _count(self, node: Node, found: Resolution) -> None:
        self.tally.add(found.outcome)
        for link in found.links:
            self._graph.add_edge(secret_edge(node, link))


def _groups(facts: Mapping[str, Any]) -> list[_Group]:
    """Return the settings of a workload that belong together, each with a secret."""
    found: defaultdict[Group, _Group] = defaultdict(_Group)
    ids: dict[str, str] = {**(facts.get("environment_key_ids") or {}), **(facts.get("environment_app_ids") or {})}
    for name in sorted({*(facts.get("environment_names") or ()), *ids}):
        part = part_of(name)
        if part is None:
            continue
        if part.role is Role.SECRET:
            found[part.group].secrets.append(name)
        elif part.role is Role.ID and name in ids and (part.group[0] == "application") == _is_app(ids[name]):
            found[part.group].ids[name] = ids[name]
        elif part.role is Role.TENANT and name in ids:
            found[part.group].tenant = ids[name]
    return [group for _, group in sorted(found.items()) if group.secrets]


def _is_app(value: str) -> bool:
    return bool(GUID.fullmatch(value))


def _kind(group: _Group) -> str:
    return "client_secret" if all(GUID.fullmatch(each) for each in group.ids.values()) else ""


def _claims(node: Node, group: _Group, known: Credentials) -> Iterator[Claim]:
    for name, value in group.ids.items():
        why, evidence = f"setting {name} of {node.name} beside it has the id", node.evidence
        for held in known.with_id(value):
            yield Claim(Rank.ID, why, held.node, held.identity, evidence)
        for identity in known.identities(value):
            yield Claim(Rank.ID, why, identity=identity, evidence=evidence)


def _hint(node: Node, name: str) -> str:
    """Return the first characters of a setting that has the form of a client secret, as Entra shows them too."""
    if (node.attributes.get("environment_secrets") or {}).get(name) != _ENTRA_SECRET:
        return ""
    return str((node.attributes.get("environment_hints") or {}).get(name, "")).rstrip("…")


def _by_hint(node: Node, name: str, known: Credentials) -> Iterator[Claim]:
    why = f"setting {name} has the form of a client secret, and its first characters"
    for held in known.with_hint(_hint(node, name)):
        yield Claim(Rank.HINT, why, held.node, held.identity, node.evidence)


def _by_value(
    meant: Mapping[str, Mapping[str, None]], known: Credentials, name: str, value: str, node: Node
) -> list[Claim]:
    why = f"setting {name} has the same value as one that is known, by its keyed fingerprint"
    claims = [
        Claim(Rank.FINGERPRINT, why, held.node, held.identity, node.evidence) for held in known.with_fingerprint(value)
    ]
    for target in meant.get(value, ()):
        held = known.by_node.get(target)
        claims.append(
            Claim(Rank.FINGERPRINT, why, held.node, held.identity, node.evidence)
            if held
            else Claim(Rank.FINGERPRINT, why, identity=target, evidence=node.evidence)
        )
    return claims


class _Places:
    """Which stored secret a setting is taken from."""

    def __init__(self, identity_graph: IdentityGraph) -> None:
        self._nodes = identity_graph.nodes
        self._short: dict[str, str] = {}
        twice: set[str] = set()
        for node in identity_graph.nodes.values():
            if is_stored_secret(node) and ":secretsmanager:" in node.id:
                short = node.id.rpartition("-")[0]
                if self._short.setdefault(short, node.id) != node.id:
                    twice.add(short)
        for short in twice:
            del self._short[short]

    def of(self, facts: Mapping[str, Any], name: str) -> str:
        """Return the node of the secret, or ``""``."""
        text = str((facts.get("environment_references") or {}).get(name, ""))
        if match := _SECRET_ARN.fullmatch(text):
            text = match.group(1)
        if text in self._nodes:
            return text
        return self._short.get(text, "")
