"""AUTHENTICATES_AS from a secret of a CI system to the credential that it holds: Actions secrets, CI variables.

Input: secrets of GitHub (and of any system in ``CI_SOURCES``), variables with public ids, what jobs are given by name,
credentials of AWS and Entra; what is declared. Output: edges, figures.
Handled: ids that a workflow gives to the same step as the secret, else ids in variables under the secret's prefix; a
key or client secret made shortly before the secret was written, where name or use says of which kind it is; the name
of an application in the secret's; what is declared of the secret that is the id. A declared secret needs no guess. A
secret whose name says that it is an id holds no credential.
Not handled: values; text of commands; names of AWS users; one secret with parts that were written at different times.
Complexity: linear in secrets, jobs and credentials, but for one sort.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from graph.joints.ci_jobs import Use, uses_of_secrets
from graph.joints.ci_places import Beside, Places, is_ci_secret
from graph.joints.counts import JointCount, Outcome, Tally
from graph.joints.credentials import GUID, Credentials, Held, words
from graph.joints.pairs import Part, Role, part_of
from graph.joints.resolve import Claim, Keeper, Link, Rank, Resolution, resolve
from graph.joints.secret_evidence import claims_of, keeper_of
from graph.joints.stored_secrets import collected_tenants, secret_edge
from graph.kinds import State
from graph.model import IdentityGraph, Node

__all__ = ["join_ci_secrets"]

_SOON, _CLOCKS = timedelta(hours=1), timedelta(minutes=5)
"""Who makes a key pastes it into its secret in one sitting; clocks of two vendors differ a little."""
_MOST_MADE = 64
"""Keys of one hour of which more say nothing of any: everything was rotated at once."""
_AZURE = frozenset({"azure", "arm", "aad", "entra"})
_AWS = frozenset({"aws", "amazon"})
_OUTSIDE = "The id beside it is an application's whose tenant was not collected."


def join_ci_secrets(
    identity_graph: IdentityGraph,
    known: Credentials,
    declared: Mapping[str, str],
    told: Mapping[str, Sequence[Claim]] | None = None,
) -> JointCount:
    """Add the edges.

    Parameters
    ----------
    declared
        Identity or credential by secret, where people stated one and the edge is there already.
    told
        What states of Terraform say of secrets, by secret.
    """
    tally = Tally("Actions secret to credential", "secrets of Actions and of other CI systems")
    secrets = [node for node in identity_graph.nodes.values() if is_ci_secret(node) and node.collected]
    joint = _Joint(identity_graph, known, declared, told or {}) if secrets else None
    for node in secrets:
        part = part_of(node.name)
        if joint is None or (part is not None and part.role in (Role.ID, Role.TENANT) and node.id not in declared):
            continue
        found = joint.resolve(node, part, guess=node.id not in declared)
        if node.id in declared:
            tally.add(Outcome.AMBIGUOUS if found.outcome is Outcome.AMBIGUOUS else Outcome.MATCHED)
        else:
            tally.add(found.outcome)
        for link in found.links:
            if declared.get(node.id) != link.target:
                identity_graph.add_edge(secret_edge(node, link))
    return tally.done()


class _Joint:
    """What is known beside secrets of CI systems."""

    def __init__(
        self,
        identity_graph: IdentityGraph,
        known: Credentials,
        declared: Mapping[str, str],
        told: Mapping[str, Sequence[Claim]],
    ) -> None:
        self._known = known
        self._told = told
        self._declared = declared
        self._places = Places(identity_graph)
        self._uses = uses_of_secrets(identity_graph, self._places)
        self._tenants = collected_tenants(identity_graph)
        self._made = {
            kind: sorted((each for each in known.by_node.values() if each.kind == kind and each.starts_at), key=_start)
            for kind in ("access_key", "client_secret")
        }

    def resolve(self, node: Node, part: Part | None, *, guess: bool) -> Resolution:
        """Return what a secret holds; ``guess`` is false where it is declared, and only an id may say otherwise."""
        uses = self._uses.get(node.id, [])
        keeper = self._keeper(node, part, uses)
        named = [each for each in uses if each.beside.ids or each.beside.secret_ids]
        beside = [each.beside for each in named]
        roles = {each.part.role for each in named}
        if not named and part is not None:
            beside, roles = [self._places.beside(node, part.group)], {part.role}
        tenants = {each.tenant for each in beside if each.tenant}
        keeper = replace(keeper, tenant=tenants.pop() if len(tenants) == 1 else "")
        # An id beside a text that has one inside may as well be that of a login without any secret.
        rank = Rank.TAG if roles == {Role.WHOLE} else Rank.ID
        claims = [claim for each in beside for claim in self._of_ids(each, rank)]
        claims += self._of_value(node)
        claims += [claim for each in beside for claim in self._of_declared_ids(each)]
        claims += self._told.get(node.id, ())
        if guess:
            claims += [*claims_of(node, self._known), *self._of_azure_name(node)]
            claims += self._of_time(node, keeper, self._type(node, part, uses))
        # Many jobs may say the same; once is enough.
        told = {(each.rank, each.credential, each.identity): each for each in reversed(claims)}
        found = resolve(self._known, keeper, [each for each in told.values() if guess or each.rank is Rank.ID])
        return self._outside(beside, keeper) if found.outcome is Outcome.UNMATCHED and guess else found

    def _keeper(self, node: Node, part: Part | None, uses: list[Use]) -> Keeper:
        roles = {each.part.role for each in uses} or ({part.role} if part is not None else set())
        keys = {each.part.group[0] for each in uses} or ({part.group[0]} if part is not None else set())
        kind = keeper_of(node).kind
        if keys == {"application"} and len(roles) == 1:
            kind = "certificate" if Role.CERTIFICATE in roles else "client_secret"
        return replace(keeper_of(node), kind=kind, strict=True)

    def _of_ids(self, beside: Beside, rank: Rank) -> Iterator[Claim]:
        for name, value in beside.ids.items():
            why = f"{name} beside it has the id"
            for held in self._known.with_id(value):
                yield Claim(rank, why, held.node, held.identity, beside.evidence)
            for identity in self._known.identities(value):
                yield Claim(rank, why, identity=identity, evidence=beside.evidence)

    def _of_value(self, node: Node) -> Iterator[Claim]:
        """Yield the credentials whose value is the secret's, where a system told the value and it was taken out."""
        fingerprint = str(node.attributes.get("fingerprint") or "")
        for held in self._known.with_fingerprint(fingerprint) if fingerprint else ():
            why = "its value is the same, by its keyed fingerprint"
            yield Claim(Rank.FINGERPRINT, why, held.node, held.identity, node.evidence)

    def _of_declared_ids(self, beside: Beside) -> Iterator[Claim]:
        """Yield what people state of the secret that is the id: its other half is of the same credential."""
        for node in beside.secret_ids:
            why = f"the id to it lies in {node}, of which people state what it is"
            target = self._declared.get(node, "")
            if held := self._known.by_node.get(target):
                yield Claim(Rank.ID, why, held.node, held.identity, beside.evidence)
            elif target:
                yield Claim(Rank.ID, why, identity=target, evidence=beside.evidence)

    def _of_azure_name(self, node: Node) -> Iterator[Claim]:
        """Yield the applications that are named beside words such as ``AZURE_CREDENTIALS``."""
        for identity, around in self._known.named_in(words(node.name)):
            if _AZURE & set(around) and {"credentials", "creds", "secret", "password"} & set(around):
                yield Claim(Rank.NAME, "its name has the application's", identity=identity, evidence=node.evidence)

    def _type(self, node: Node, part: Part | None, uses: list[Use]) -> str:
        """Return which credential a secret says that it is, by what a job gives it as, or by its name."""
        kinds = {("access_key" if each.part.group[0] == "key" else "client_secret") for each in uses}
        if kinds:
            return kinds.pop() if len(kinds) == 1 and not any(e.part.role is Role.CERTIFICATE for e in uses) else ""
        said = set(words(node.name))
        if part is None:
            return ""
        if part.group[0] == "key":
            return "access_key" if _AWS & said else ""
        return "client_secret" if _AZURE & said and part.role in (Role.SECRET, Role.WHOLE) else ""

    def _of_time(self, node: Node, keeper: Keeper, kind: str) -> Iterator[Claim]:
        written = keeper.written_at
        made = self._made.get(kind, [])
        if written is None or not made:
            return
        first = bisect_left(made, written - _SOON, key=_start)
        last = bisect_right(made, written + _CLOCKS, key=_start)
        for held in made[first:last] if last - first <= _MOST_MADE else ():
            why = "it was made shortly before the secret was written, and is of the kind that the secret says"
            yield Claim(Rank.TIME, why, held.node, held.identity, node.evidence)

    def _outside(self, beside: list[Beside], keeper: Keeper) -> Resolution:
        """Return the link to an application of a tenant that was not looked at, which is not the same as none."""
        if self._tenants and (not keeper.tenant or keeper.tenant in self._tenants):
            return Resolution(Outcome.UNMATCHED)
        apps = dict.fromkeys(value for each in beside for value in each.ids.values() if GUID.fullmatch(value))
        evidence = next((each.evidence for each in beside if each.evidence), "")
        links = tuple(Link(f"entra:app:{app}", State.UNVERIFIED, _OUTSIDE, evidence) for app in apps)
        return Resolution(Outcome.UNVERIFIED if links else Outcome.UNMATCHED, links)


def _start(held: Held) -> datetime:
    return held.starts_at or datetime.min.replace(tzinfo=UTC)
