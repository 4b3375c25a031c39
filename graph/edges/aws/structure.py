"""Structure of an AWS account: scopes, identities, credentials, memberships, workloads, resources.

Input: the world. Output: their nodes and the edges CONTAINS, MEMBER_OF, AUTHENTICATES_AS, RUNS_AS.
Not handled: anything that needs a policy to be evaluated. Containment and membership are never traversable.
"""

from __future__ import annotations

from collections.abc import Mapping

from collectors.aws.records import AwsRole, AwsUser
from graph.edges.aws.structure_credentials import build_credential_nodes
from graph.edges.aws.structure_facts import common_attributes, contain, iso_time
from graph.edges.aws.structure_resources import build_resources, build_workloads
from graph.edges.aws.structure_resources_shared import build_shared_resources
from graph.edges.aws.structure_workloads import build_more_workloads
from graph.edges.aws.world import AwsWorld, account_node
from graph.kinds import EdgeKind, NodeKind
from graph.model import Credential, Edge, Node

__all__ = ["build_structure", "service_trust_domains"]


def build_structure(world: AwsWorld) -> None:
    """Add every node that stands for a thing of the estate, and structural edges."""
    _scopes(world)
    uses = _service_uses(world)
    for user in world.users.values():
        _user(world, user, uses.get(user.arn, {}))
    for role in world.roles.values():
        _role(world, role, uses.get(role.arn, {}))
    _groups(world)
    build_credential_nodes(world)
    _providers(world)
    build_workloads(world)
    build_more_workloads(world)
    build_resources(world)
    build_shared_resources(world)


def _scopes(world: AwsWorld) -> None:
    graph = world.identity_graph
    organization = world.records.organization
    if organization is not None:
        graph.add_node(
            Node(
                f"aws:organization:{organization.id}",
                NodeKind.AWS_ORGANIZATION,
                organization.id,
                "aws",
                "",
                {"management_account": organization.management_account},
                evidence=str(organization.ref),
            )
        )
    for account in world.accounts.values():
        attributes = {
            "account_id": account.id,
            "relation": account.relation,
            "management": account.management,
            "organization": account.organization_id,
            "parents": list(account.parents),
            "status": account.status,
            "public_access_block": dict(account.public_access_block)
            if account.public_access_block is not None
            else None,
            "tags": dict(sorted(account.tags.items())),
        }
        graph.add_node(
            Node(
                account_node(account.id),
                NodeKind.AWS_ACCOUNT,
                account.name or account.id,
                "aws",
                account.id,
                attributes,
                account.collected,
                evidence=str(account.ref or ""),
            )
        )
        if organization is not None and account.organization_id == organization.id:
            graph.add_edge(
                Edge(f"aws:organization:{organization.id}", account_node(account.id), EdgeKind.CONTAINS, False)
            )


def _service_uses(world: AwsWorld) -> dict[str, dict[str, str]]:
    """Return the last use of each service that an identity is granted, ``""`` for none in the tracking period.

    References
    ----------
    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
    """
    found: dict[str, dict[str, str]] = {}
    for use in world.records.service_uses:
        found.setdefault(use.identity_arn, {})[use.service] = iso_time(use.last_used_at)
    return found


def _user(world: AwsWorld, user: AwsUser, uses: Mapping[str, str]) -> None:
    attributes = common_attributes(user.tags, user.created_at) | {
        "unique_id": user.unique_id,
        "path": user.path,
        "groups": list(user.groups),
        "boundary": user.boundary_arn or "",
        "has_password": user.has_password,
        "mfa_active": user.mfa_active,
        "attached_policies": [item.arn for item in user.attached],
        "inline_policies": [item.name for item in user.inline],
        "password_last_used_at": iso_time(user.password_last_used_at),
        "services_last_used": dict(sorted(uses.items())),
    }
    if user.keys_present is not None:
        attributes["keys_present"] = user.keys_present
    kind = NodeKind.AWS_ROOT if user.is_root else NodeKind.AWS_USER
    world.identity_graph.add_node(
        Node(user.arn, kind, user.name or "root", "aws", user.account, attributes, evidence=str(user.ref))
    )
    contain(world, user.account, user.arn)
    if user.has_password:
        node = f"aws:password:{user.arn}"
        grant = world.grant(
            f"aws:password:{user.arn}", "key", user.arn, f"console password of {user.name or 'root'}", str(user.ref)
        )
        world.identity_graph.add_node(
            Node(
                node,
                NodeKind.AWS_PASSWORD,
                f"console password of {user.name or 'root'}",
                "aws",
                user.account,
                {
                    "active": True,
                    "changed_at": iso_time(user.password_changed_at),
                    "last_used_at": iso_time(user.password_last_used_at),
                    "identity": user.arn,
                    "mfa_active": user.mfa_active,
                },
                evidence=str(user.ref),
            )
        )
        world.identity_graph.add_edge(Edge(node, user.arn, EdgeKind.AUTHENTICATES_AS, True, grants=(grant,)))
        world.identity_graph.add_credential(
            Credential(
                node,
                user.arn,
                "password",
                "",
                True,
                created_at=iso_time(user.password_changed_at),
                last_used_at=iso_time(user.password_last_used_at),
                last_used_known=True,
            )
        )


def service_trust_domains(world: AwsWorld, role: AwsRole) -> tuple[str, ...]:
    """Return service principals that the role's trust policy allows, sorted."""
    trust = world.trust.get(role.arn)
    if trust is None:
        return ()
    names = {
        name
        for statement in trust.statements
        if statement.effect.value == "Allow"
        and statement.principals is not None
        and not statement.principals.not_principal
        for name in statement.principals.service
    }
    return tuple(sorted(names))


def _role(world: AwsWorld, role: AwsRole, uses: Mapping[str, str]) -> None:
    attributes = common_attributes(role.tags, role.created_at) | {
        "unique_id": role.unique_id,
        "path": role.path,
        "boundary": role.boundary_arn or "",
        "service_linked": role.service_linked,
        "attached_policies": [item.arn for item in role.attached],
        "inline_policies": [item.name for item in role.inline],
        "last_used_at": iso_time(role.last_used_at),
        "last_used_known": role.last_used_known,
        "last_used_region": role.last_used_region,
        "services_last_used": dict(sorted(uses.items())),
        "trusted_services": list(service_trust_domains(world, role)),
        "max_session_seconds": role.max_session_seconds,
    }
    world.identity_graph.add_node(
        Node(role.arn, NodeKind.AWS_ROLE, role.name, "aws", role.account, attributes, evidence=str(role.ref))
    )
    contain(world, role.account, role.arn)


def _groups(world: AwsWorld) -> None:
    graph = world.identity_graph
    by_name = {(group.account, group.name): group for group in world.groups.values()}
    for group in world.groups.values():
        graph.add_node(
            Node(
                group.arn,
                NodeKind.AWS_GROUP,
                group.name,
                "aws",
                group.account,
                {
                    "unique_id": group.unique_id,
                    "path": group.path,
                    "attached_policies": [item.arn for item in group.attached],
                    "inline_policies": [item.name for item in group.inline],
                },
                evidence=str(group.ref),
            )
        )
        contain(world, group.account, group.arn)
    for user in world.users.values():
        for name in user.groups:
            joined = by_name.get((user.account, name))
            if joined is not None:
                graph.add_edge(
                    Edge(user.arn, joined.arn, EdgeKind.MEMBER_OF, False, grants=(f"aws:membership:{user.arn}:{name}",))
                )


def _providers(world: AwsWorld) -> None:
    graph = world.identity_graph
    for oidc in world.records.oidc_providers:
        graph.add_node(
            Node(
                oidc.arn,
                NodeKind.AWS_OIDC_PROVIDER,
                oidc.url,
                "aws",
                oidc.account,
                {"client_ids": list(oidc.client_ids), "created_at": iso_time(oidc.created_at)},
                evidence=str(oidc.ref),
            )
        )
        contain(world, oidc.account, oidc.arn)
    for saml in world.records.saml_providers:
        graph.add_node(
            Node(
                saml.arn,
                NodeKind.AWS_SAML_PROVIDER,
                saml.name,
                "aws",
                saml.account,
                {"valid_until": iso_time(saml.valid_until)},
                evidence=str(saml.ref),
            )
        )
        contain(world, saml.account, saml.arn)
