"""AUTHENTICATES_AS: secrets, certificates and federated credentials of applications and service principals.

Input: the world. Output: credential nodes, their edges and rows.
Handled: start and end as conditions on the time of the question, so that an expired credential proves nothing and one
that starts later proves nothing yet; a disabled service principal, which takes no token; signing certificates, which
prove nobody.
Not handled: the value, which no evidence holds. A federated credential is nothing that anybody holds: its edge is a
fact, and ``federation`` has the step.
"""

from __future__ import annotations

from datetime import datetime

from collectors.entra.credential_types import EntraFederatedCredential, EntraKey, EntraPassword
from collectors.entra.records import EntraApplication, EntraServicePrincipal
from graph.decision import merge_residuals
from graph.edges.aws.structure_facts import iso_time
from graph.edges.entra.world import EntraWorld
from graph.evaluate.entra.conditions import after, until
from graph.evaluate.entra.ids import certificate_node, federated_node, node_of, secret_node
from graph.kinds import EdgeKind, NodeKind
from graph.model import Credential, Edge, Node

__all__ = ["build_credential_nodes"]


def build_credential_nodes(world: EntraWorld) -> None:
    """Add every credential."""
    for application in world.records.applications:
        _of(world, application, world.identity_of(application))
    for principal in world.records.service_principals:
        _of(world, principal, node_of(principal.id))


def _of(world: EntraWorld, holder: EntraApplication | EntraServicePrincipal, identity: str) -> None:
    for password in holder.passwords:
        _password(world, holder, password, identity)
    for key in holder.keys:
        _key(world, holder, key, identity)
    for credential in holder.federated:
        _federated(world, holder, credential, identity)


def _usable(world: EntraWorld, ends_at: datetime | None, starts_at: datetime | None) -> bool:
    """Return whether a credential is in its time, as far as the evidence's own time tells."""
    over = ends_at is not None and world.as_of is not None and ends_at <= world.as_of
    to_come = starts_at is not None and world.told_at is not None and starts_at > world.told_at
    return not over and not to_come


def _signing(holder: EntraApplication | EntraServicePrincipal) -> set[str]:
    """Return what tells a holder's signing certificates: ids, and thumbprints, lower case."""
    keys = [each for each in holder.keys if each.usage.lower() == "sign"]
    return {text.lower() for each in keys for text in (each.key_id, each.thumbprint) if text}


def _opens_signing_key(holder: EntraApplication | EntraServicePrincipal, item: EntraPassword) -> bool:
    """Return whether a password only protects the private key of a signing certificate (single sign-on by SAML).

    References
    ----------
    https://learn.microsoft.com/graph/api/serviceprincipal-addkey (2026-11): it opens the key that it comes with.
    """
    return bool({item.key_id.lower(), item.certificate.lower()} & _signing(holder))


def _proves(world: EntraWorld, node: str, identity: str, item: EntraPassword | EntraKey, grant: str) -> None:
    conditions = merge_residuals([until(item.ends_at), after(item.starts_at, world.told_at)])
    traversable = not world.disabled(identity)
    world.add(Edge(node, identity, EdgeKind.AUTHENTICATES_AS, traversable, grants=(grant,), conditions=conditions))


def _password(
    world: EntraWorld, holder: EntraApplication | EntraServicePrincipal, item: EntraPassword, identity: str
) -> None:
    node = secret_node(holder.id, item.key_id)
    name = item.name or (f"{item.hint}…" if item.hint else item.key_id)
    label = f"client secret {name}"
    grant = world.grant(node, "password", node_of(holder.id), f"{label} of {holder.name}", str(item.ref))
    active = _usable(world, item.ends_at, item.starts_at)
    world.identity_graph.add_node(
        Node(
            node,
            NodeKind.ENTRA_SECRET,
            label,
            "entra",
            world.tenant,
            {
                "key_id": item.key_id,
                "hint": item.hint,
                "opens_signing_key": _opens_signing_key(holder, item),
                "active": active,
                "created_at": iso_time(item.starts_at),
                "expires_at": iso_time(item.ends_at),
                "identity": identity,
                "on": node_of(holder.id),
                "aliases": [item.key_id],
            },
            evidence=str(item.ref),
        )
    )
    _proves(world, node, identity, item, grant)
    world.identity_graph.add_credential(
        Credential(
            node,
            identity,
            "client_secret",
            item.key_id,
            active,
            item.hint,
            created_at=iso_time(item.starts_at),
            expires_at=iso_time(item.ends_at),
        )
    )


def _key(world: EntraWorld, holder: EntraApplication | EntraServicePrincipal, item: EntraKey, identity: str) -> None:
    node = certificate_node(holder.id, item.key_id)
    signs = item.usage.lower() == "sign"
    label = f"{'signing ' if signs else ''}certificate {item.name or item.thumbprint or item.key_id}"
    grant = world.grant(node, "certificate", node_of(holder.id), f"{label} of {holder.name}", str(item.ref))
    active = _usable(world, item.ends_at, item.starts_at)
    world.identity_graph.add_node(
        Node(
            node,
            NodeKind.ENTRA_CERTIFICATE,
            label,
            "entra",
            world.tenant,
            {
                "key_id": item.key_id,
                "thumbprint": item.thumbprint,
                "usage": item.usage,
                "half_of_signing_pair": not signs and item.thumbprint.lower() in _signing(holder),
                "active": active,
                "created_at": iso_time(item.starts_at),
                "expires_at": iso_time(item.ends_at),
                "identity": identity,
                "on": node_of(holder.id),
                "aliases": [item.key_id],
            },
            evidence=str(item.ref),
        )
    )
    if signs:
        # It signs the tokens that the application's users bring away; it proves no application.
        world.add(Edge(node, identity, EdgeKind.AUTHENTICATES_AS, False, grants=(grant,)))
    else:
        _proves(world, node, identity, item, grant)
    world.identity_graph.add_credential(
        Credential(
            node,
            identity,
            "certificate",
            item.key_id,
            active,
            created_at=iso_time(item.starts_at),
            expires_at=iso_time(item.ends_at),
        )
    )


def _federated(
    world: EntraWorld,
    holder: EntraApplication | EntraServicePrincipal,
    item: EntraFederatedCredential,
    identity: str,
) -> None:
    node = federated_node(holder.id, item.id)
    label = f"federated credential {item.name or item.id}"
    grant = world.grant(node, "federated_credential", node_of(holder.id), f"{label} of {holder.name}", str(item.ref))
    world.identity_graph.add_node(
        Node(
            node,
            NodeKind.ENTRA_FEDERATED_CREDENTIAL,
            label,
            "entra",
            world.tenant,
            {
                "issuer": item.issuer,
                "subject": item.subject,
                "audiences": list(item.audiences),
                "expression": item.expression,
                "active": True,
                "identity": identity,
                "on": node_of(holder.id),
            },
            evidence=str(item.ref),
        )
    )
    world.add(Edge(node, identity, EdgeKind.AUTHENTICATES_AS, False, grants=(grant,)))
    world.identity_graph.add_credential(Credential(node, identity, "federated_credential", item.name or item.id, True))
