"""What each principal of a tenant was given, as facts of its node: app roles, consents and directory roles by name.

Input: the world. Output: attributes by object id: ``app_permissions``, ``consents``, ``role_grants``.
Handled: inherited app roles of agents, consents of many users in one row, what activating a role asks for.
Not handled: what it gives; edges say that. A consent that leaves no scope is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from collectors.entra.role_types import EntraConsent, EntraRoleAssignment
from graph.catalog.entra import entra_catalog
from graph.edges.aws.structure_facts import iso_time
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.holdings import MICROSOFT_GRAPH
from graph.evaluate.entra.ids import consent_grant, role_grant
from graph.evaluate.entra.rights import impact_of_permission, impact_of_role, worst

__all__ = ["Rights", "rights_by_principal"]

Rights = dict[str, Any]
"""Attributes; a list that would be empty is left out."""


def rights_by_principal(world: EntraWorld) -> dict[str, Rights]:
    """Return the attributes of every principal that was given anything, by object id."""
    found: dict[str, Rights] = defaultdict(dict)
    rows = (("app_permissions", _app_permissions), ("consents", _consents), ("role_grants", _role_grants))
    for name, read in rows:
        for principal, row in read(world):
            found[principal].setdefault(name, []).append(row)
    return dict(found)


def _api(world: EntraWorld, resource: str) -> str:
    api = world.principals.get(resource)
    return api.name if api else resource


def _app_permissions(world: EntraWorld) -> Iterator[tuple[str, Rights]]:
    for each in sorted(world.holdings.assigned, key=lambda row: (row.principal, row.api, row.name, row.grants)):
        yield (
            each.principal,
            {
                "name": each.name,
                "api": _api(world, each.api),
                "class": impact_of_permission(each.name, each.api_key),
                "grants": list(each.grants),
                "inherited": each.inherited,
            },
        )


def _consents(world: EntraWorld) -> Iterator[tuple[str, Rights]]:
    alike: dict[tuple[str, str, bool, tuple[str, ...]], list[EntraConsent]] = defaultdict(list)
    for consent in world.records.consents:
        if consent.scopes:
            scopes = tuple(sorted(consent.scopes, key=str.lower))
            alike[consent.client_id, consent.resource_id, consent.everyone, scopes].append(consent)
    for (client, resource, everyone, scopes), rows in sorted(alike.items()):
        api = world.principals.get(resource)
        graph = api is not None and api.app_id == MICROSOFT_GRAPH
        key = "" if graph else api.app_id if api else "?"
        yield (
            client,
            {
                "api": _api(world, resource),
                "microsoft_graph": graph,
                "scopes": list(scopes),
                "classes": list(worst([impact_of_permission(scope, key) for scope in scopes])),
                "everyone": everyone,
                "users": 0 if everyone else len(rows),
                "grants": sorted(consent_grant(row.id) for row in rows),
            },
        )


def _role_grants(world: EntraWorld) -> Iterator[tuple[str, Rights]]:
    definitions = {each.template_id: each for each in world.records.role_definitions if each.built_in}
    definitions |= {each.id: each for each in world.records.role_definitions}
    policies = {each.role_id: each for each in world.records.role_policies if not each.group_id}
    for each in sorted(world.records.role_assignments, key=_order):
        definition, policy = definitions.get(each.role_id), policies.get(each.role_id)
        row = entra_catalog().role(definition.template_id if definition else each.role_id, "")
        built_in = row is not None and (definition is None or definition.built_in)
        name = row.name if row is not None and built_in else definition.name if definition else each.role_id
        asks = policy is not None and (policy.needs_mfa or policy.needs_context or policy.needs_approval)
        yield (
            each.principal_id,
            {
                "role": name,
                "role_id": each.role_id,
                "class": impact_of_role(each.role_id, definition),
                "scope": each.scope,
                "eligible": each.eligible,
                "activated": each.activated,
                "ends_at": iso_time(each.ends_at),
                "grant": role_grant(each.id, each.eligible),
                "activation": "asks" if asks else "open" if policy is not None and policy.rules_known else "unknown",
            },
        )


def _order(each: EntraRoleAssignment) -> tuple[str, str, str, bool]:
    return (each.principal_id, each.role_id, each.scope, each.eligible)
