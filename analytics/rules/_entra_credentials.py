"""Secrets, certificates and federated credentials of Entra applications, as the rules about them see them.

Input: ``RuleContext``. Output: ``EntraCredential`` rows, grouped by who acts with them.
Handled: start and end against the time of the judgement; what only signs, or opens, the certificate of single sign-on
by SAML, which proves no application and is left out.
Not handled: last use, which only the sign-in report tells, by application.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from analytics.rules._context import RuleContext, parse_moment
from analytics.rules._entra import Estate, estate
from analytics.verdicts import Verdict
from graph.kinds import NodeKind
from graph.model import Node

__all__ = ["EntraCredential", "Federated", "credentials", "credentials_by_identity", "federated", "unseen_credentials"]


@dataclass(frozen=True, slots=True)
class EntraCredential:
    """A client secret or certificate that proves an application."""

    node: Node
    identity: Node
    on: Node
    """The application or service principal that carries it."""
    is_secret: bool
    starts_at: datetime | None
    ends_at: datetime | None
    active: bool
    """In its time, as far as is known."""
    expired: bool | None
    """``None``: the evidence does not tell its time exactly enough."""

    @property
    def id(self) -> str:
        """Return the node id, which is the grant's id as well."""
        return self.node.id


@dataclass(frozen=True, slots=True)
class Federated:
    """A federated credential."""

    node: Node
    identity: Node
    on: Node
    issuer: str
    subject: str
    expression: str


def credentials(context: RuleContext) -> tuple[EntraCredential, ...]:
    """Return every secret and certificate that proves an application, by node id."""
    return context.shared("entra credentials", lambda: tuple(_credentials(context)))


def credentials_by_identity(context: RuleContext) -> Mapping[str, tuple[EntraCredential, ...]]:
    """Return them by the node id of who acts with them."""

    def make() -> Mapping[str, tuple[EntraCredential, ...]]:
        found: dict[str, list[EntraCredential]] = defaultdict(list)
        for each in credentials(context):
            found[each.identity.id].append(each)
        return {identity: tuple(rows) for identity, rows in found.items()}

    return context.shared("entra credentials by identity", make)


def unseen_credentials(known: Estate) -> Iterator[Verdict]:
    """Yield a not-judged verdict for each tenant whose applications or service principals were not looked at."""
    for tenant in known.tenants:
        missing = [name for name in ("applications", "servicePrincipals") if not known.looked_at(tenant, name)]
        if missing:
            names = " and ".join(f"`{name}`" for name in missing)
            yield Verdict.not_judged(tenant.id, f"Other credentials may exist: {names} is not in full in the evidence.")


def _credentials(context: RuleContext) -> Iterator[EntraCredential]:
    known = estate(context)
    for node in context.nodes(NodeKind.ENTRA_SECRET, NodeKind.ENTRA_CERTIFICATE):
        facts = node.attributes
        identity, on = known.by_id.get(str(facts.get("identity", ""))), known.by_id.get(str(facts.get("on", "")))
        if identity is None or on is None or _of_single_sign_on(node):
            continue  # Microsoft's own application, or no proof of anybody
        starts_at, ends_at = parse_moment(facts.get("created_at")), parse_moment(facts.get("expires_at"))
        expired, begun = _over(ends_at, context), _begun(starts_at, context)
        active = bool(facts.get("active")) if context.as_of is None else not expired and begun
        is_secret = node.kind is NodeKind.ENTRA_SECRET
        yield EntraCredential(node, identity, on, is_secret, starts_at, ends_at, active, expired)


def _over(ends_at: datetime | None, context: RuleContext) -> bool | None:
    if ends_at is None:
        return False
    if context.as_of is None:
        return None
    if ends_at <= context.as_of:
        return True
    return None if context.as_of_is_lower_bound else False


def _begun(starts_at: datetime | None, context: RuleContext) -> bool:
    # What is listed by evidence that does not tell its time has begun, for all that is known.
    if starts_at is None or context.as_of is None or context.as_of_is_lower_bound:
        return True
    return starts_at <= context.as_of


def _of_single_sign_on(node: Node) -> bool:
    facts = node.attributes
    return (
        bool(facts.get("opens_signing_key"))
        or bool(facts.get("half_of_signing_pair"))
        or str(facts.get("usage", "")).lower() == "sign"
    )


def federated(context: RuleContext) -> tuple[Federated, ...]:
    """Return every federated credential, by node id."""

    def make() -> tuple[Federated, ...]:
        known = estate(context)
        found = []
        for node in context.nodes(NodeKind.ENTRA_FEDERATED_CREDENTIAL):
            facts = node.attributes
            identity, on = known.by_id.get(str(facts.get("identity", ""))), known.by_id.get(str(facts.get("on", "")))
            if identity is not None and on is not None:
                text = [str(facts.get(name, "")) for name in ("issuer", "subject", "expression")]
                found.append(Federated(node, identity, on, *text))
        return tuple(found)

    return context.shared("entra federated credentials", make)
