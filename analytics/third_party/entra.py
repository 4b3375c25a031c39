"""Applications of Entra tenants: one row a service principal of an OAuth application.

Input: a snapshot's records. Output: ``App`` rows without radius, risks and who could consent.
Handled: applications of the tenant, of other tenants and of Microsoft, agents and blueprints.
Not handled: managed identities, which are no OAuth applications; credentials that an application has in its home
tenant; who consented for everybody, which audit logs alone tell; delegated permissions that an agent inherits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from analytics.privilege.answers import Answer, moment_text
from analytics.third_party.app import (
    App,
    Consenter,
    ConsenterState,
    Consents,
    CredentialCount,
    Home,
    PermissionKind,
    Publisher,
    Use,
)
from analytics.third_party.permissions import Clock, permissions_of
from analytics.third_party.tenant import Tenant
from collectors.entra.records import EntraServicePrincipal
from collectors.evidence.declared import Declared
from graph.edges.entra.structure import PRINCIPAL_KINDS
from graph.evaluate.entra.credentials import is_first_party
from graph.evaluate.entra.ids import node_of
from graph.kinds import NodeKind
from graph.records import read_entra
from graph.snapshot import Snapshot

__all__ = ["SOURCE", "Estate", "entra_apps", "entra_estate"]

SOURCE = "entra"
_ORDER = (ConsenterState.DEPARTED, ConsenterState.UNKNOWN, ConsenterState.HERE)


@dataclass(frozen=True, slots=True)
class Estate:
    """All tenants of a snapshot, with what is asked of every application alike."""

    tenants: tuple[Tenant, ...]
    relations: Mapping[str, str]
    """What people declare of a tenant: ``own``, ``vendor``; those that were collected are own."""
    credentials: Mapping[str, tuple[CredentialCount, ...]]
    """By node id of the identity."""


def entra_estate(snapshot: Snapshot) -> Estate:
    """Return the tenants of a snapshot.

    Raises
    ------
    GraphError
        The snapshot keeps no records.
    """
    records, declared = read_entra(snapshot)
    tenants = tuple(Tenant(each, declared) for each in records.tenants)
    return Estate(tenants, _relations(tenants, declared), _credentials(snapshot))


def _relations(tenants: tuple[Tenant, ...], declared: Declared) -> dict[str, str]:
    stated = {row.account.lower(): row.relation for row in declared.accounts if row.relation != "unknown"}
    return stated | {each.id: "own" for each in tenants}


def _credentials(snapshot: Snapshot) -> dict[str, tuple[CredentialCount, ...]]:
    counts: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    columns = snapshot.table("credentials").columns(["identity", "kind", "active"])
    for identity, kind, active in zip(*(columns[name].to_pylist() for name in columns.column_names), strict=True):
        if identity.startswith("entra:"):
            counts[identity][kind][not active] += 1
    return {
        identity: tuple(CredentialCount(kind, *found) for kind, found in sorted(kinds.items()))
        for identity, kinds in counts.items()
    }


def entra_apps(estate: Estate, clock: Clock, shown: int) -> Iterator[tuple[App, Tenant]]:
    """Yield the applications of every tenant, by tenant and id, with the tenant.

    Parameters
    ----------
    shown
        People listed of those who consented; counts stay exact.
    """
    for tenant in estate.tenants:
        for principal in tenant.records.service_principals:
            if principal.kind != "managed_identity":
                yield _app(estate, tenant, principal, clock, shown), tenant


def _app(estate: Estate, tenant: Tenant, principal: EntraServicePrincipal, clock: Clock, shown: int) -> App:
    home, home_tenant = _home(tenant, principal)
    use = _use(principal)
    node = node_of(principal.id)
    own = NodeKind.ENTRA_MICROSOFT_PRINCIPAL if is_first_party(principal) else NodeKind.ENTRA_SERVICE_PRINCIPAL
    return App(
        source=SOURCE,
        id=node,
        app_id=principal.app_id,
        name=principal.name or principal.app_id or principal.id,
        kind=PRINCIPAL_KINDS.get(principal.kind, own).value,
        tenant=tenant.id,
        home=home,
        home_tenant=home_tenant,
        home_declared=estate.relations.get(home_tenant, "") if home is Home.FOREIGN else "",
        publisher=_publisher(tenant, principal),
        enabled=principal.enabled,
        created_at=moment_text(principal.created_at),
        homepage=principal.homepage,
        consents=_consents(tenant, principal.id, shown),
        permissions=permissions_of(tenant, principal, use, clock),
        permissions_known={
            PermissionKind.DELEGATED: tenant.consents_known,
            PermissionKind.APPLICATION: tenant.app_roles_known,
        },
        offline_access=_offline(tenant, principal.id),
        credentials=estate.credentials.get(node, ()),
        use=use,
    )


def _home(tenant: Tenant, principal: EntraServicePrincipal) -> tuple[Home, str]:
    if principal.kind == "agent" and (behind := tenant.blueprint_of(principal)):
        return _home(tenant, behind)
    if principal.app_id in tenant.applications:
        return Home.OWN, principal.owner_tenant or tenant.id
    if principal.kind == "other" and not principal.owner_tenant:
        return Home.OWN, tenant.id  # without a registration, it works nowhere but where it was made
    home = principal.owner_tenant
    if is_first_party(principal):
        return Home.MICROSOFT, home
    if not home or not tenant.records.tenant.id_known:
        return Home.UNKNOWN, home
    return (Home.OWN if home == tenant.id else Home.FOREIGN), home


def _publisher(tenant: Tenant, principal: EntraServicePrincipal) -> Publisher:
    verified = principal.verified_publisher or principal.verified_publisher_id
    if verified:
        return Publisher(verified, "verified publisher", Answer.YES)
    application = tenant.applications.get(principal.app_id)
    domain = application.publisher_domain if application else ""
    known = Answer.NO if principal.verified_publisher_known else Answer.UNKNOWN
    return Publisher(domain, "publisher domain" if domain else "", known)


def _use(principal: EntraServicePrincipal) -> Use:
    return Use(
        moment_text(principal.last_used_at),
        # Whether the report lists agent identities is not documented, so that one it does not have may have signed in.
        principal.last_used_known and (principal.kind != "agent" or principal.last_used_at is not None),
        moment_text(principal.last_delegated_at),
        moment_text(principal.last_application_at),
        principal.last_use_split,
    )


def _offline(tenant: Tenant, principal: str) -> Answer:
    consents = tenant.delegated.get(principal)
    if consents and (consents.offline_everyone or consents.offline_users):
        return Answer.YES
    return Answer.NO if tenant.consents_known else Answer.UNKNOWN


def _consents(tenant: Tenant, principal: str, shown: int) -> Consents:
    nobody = Answer.NO if tenant.consents_known else Answer.UNKNOWN
    found = tenant.delegated.get(principal)
    if found is None:
        return Consents(nobody)
    people = [(user, *tenant.consenter(user)) for user in found.users]
    people.sort(key=lambda row: (_ORDER.index(row[2]), row[1], row[0]))
    return Consents(
        Answer.YES if found.everyone else nobody,
        len(people),
        tuple(
            Consenter(node_of(user), name, state, why, tenant.has_user(user))
            for user, name, state, why in people[:shown]
        ),
        sum(1 for row in people if row[2] is ConsenterState.DEPARTED),
        sum(1 for row in people if row[2] is ConsenterState.UNKNOWN),
        moment_text(found.since),
    )
