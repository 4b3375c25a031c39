"""Structure of an AWS account: scopes, identities, credentials, memberships, workloads, resources.

Input: the world. Output: their nodes and the edges CONTAINS, MEMBER_OF, AUTHENTICATES_AS, RUNS_AS.
Not handled: anything that needs a policy to be evaluated. Containment and membership are never traversable.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from collectors.aws.records import AwsRole, AwsUser
from collectors.interface import Presence
from graph.edges.aws.world import AwsWorld, account_node
from graph.kinds import EdgeKind, NodeKind
from graph.model import Credential, Edge, Node

__all__ = ["build_structure", "key_node", "service_trust_domains"]

OWNER_TAGS = (
    "owner",
    "owner-email",
    "owneremail",
    "owner_email",
    "contact",
    "team-owner",
    "serviceowner",
    "technical-owner",
)
ENVIRONMENT_TAGS = ("environment", "env", "stage")


def key_node(key_id: str, user_arn: str, slot: int) -> str:
    """Return the node id of an access key; keys that only the credential report shows go by user and slot."""
    return f"aws:key:{key_id}" if key_id else f"aws:key:{user_arn}:slot{slot}"


def _time(value: datetime | None) -> str:
    return value.isoformat().replace("+00:00", "Z") if value else ""


def _tag(tags: Mapping[str, str], names: tuple[str, ...]) -> str:
    lowered = {key.lower(): value for key, value in tags.items()}
    return next((lowered[name] for name in names if lowered.get(name)), "")


def _common(tags: Mapping[str, str], created_at: datetime | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"tags": dict(sorted(tags.items()))}
    if created_at:
        found["created_at"] = _time(created_at)
    if owner := _tag(tags, OWNER_TAGS):
        found["owner_tag"] = owner
    if environment := _tag(tags, ENVIRONMENT_TAGS):
        found["environment"] = environment.lower()
    return found


def build_structure(world: AwsWorld) -> None:
    """Add every node that stands for a thing of the estate, and structural edges."""
    _scopes(world)
    for user in world.users.values():
        _user(world, user)
    for role in world.roles.values():
        _role(world, role)
    _groups(world)
    _credentials(world)
    _providers(world)
    _workloads(world)
    _resources(world)


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


def _contain(world: AwsWorld, account: str, node: str) -> None:
    graph = world.identity_graph
    if account_node(account) not in graph.nodes:
        graph.add_node(
            Node(
                account_node(account),
                NodeKind.AWS_ACCOUNT,
                account,
                "aws",
                account,
                {"account_id": account, "relation": "unknown"},
                collected=False,
            )
        )
    graph.add_edge(Edge(account_node(account), node, EdgeKind.CONTAINS, False))


def _user(world: AwsWorld, user: AwsUser) -> None:
    attributes = _common(user.tags, user.created_at) | {
        "unique_id": user.unique_id,
        "path": user.path,
        "groups": list(user.groups),
        "boundary": user.boundary_arn or "",
        "has_password": user.has_password,
        "mfa_active": user.mfa_active,
        "attached_policies": [item.arn for item in user.attached],
        "inline_policies": [item.name for item in user.inline],
        "password_last_used_at": _time(user.password_last_used_at),
    }
    kind = NodeKind.AWS_ROOT if user.is_root else NodeKind.AWS_USER
    world.identity_graph.add_node(
        Node(user.arn, kind, user.name or "root", "aws", user.account, attributes, evidence=str(user.ref))
    )
    _contain(world, user.account, user.arn)
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
                    "changed_at": _time(user.password_changed_at),
                    "last_used_at": _time(user.password_last_used_at),
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
                created_at=_time(user.password_changed_at),
                last_used_at=_time(user.password_last_used_at),
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


def _role(world: AwsWorld, role: AwsRole) -> None:
    attributes = _common(role.tags, role.created_at) | {
        "unique_id": role.unique_id,
        "path": role.path,
        "boundary": role.boundary_arn or "",
        "service_linked": role.service_linked,
        "attached_policies": [item.arn for item in role.attached],
        "inline_policies": [item.name for item in role.inline],
        "last_used_at": _time(role.last_used_at),
        "last_used_known": role.last_used_known,
        "last_used_region": role.last_used_region,
        "trusted_services": list(service_trust_domains(world, role)),
        "max_session_seconds": role.max_session_seconds,
    }
    world.identity_graph.add_node(
        Node(role.arn, NodeKind.AWS_ROLE, role.name, "aws", role.account, attributes, evidence=str(role.ref))
    )
    _contain(world, role.account, role.arn)


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
        _contain(world, group.account, group.arn)
    for user in world.users.values():
        for name in user.groups:
            joined = by_name.get((user.account, name))
            if joined is not None:
                graph.add_edge(
                    Edge(user.arn, joined.arn, EdgeKind.MEMBER_OF, False, grants=(f"aws:membership:{user.arn}:{name}",))
                )


def _credentials(world: AwsWorld) -> None:
    graph = world.identity_graph
    for key in world.records.access_keys:
        node = key_node(key.id, key.user_arn, key.slot)
        label = key.id or f"access key {key.slot}"
        grant = world.grant(node, "key", key.user_arn, f"access key {label}", str(key.ref))
        graph.add_node(
            Node(
                node,
                NodeKind.AWS_ACCESS_KEY,
                label,
                "aws",
                key.account,
                {
                    "key_id": key.id,
                    "active": key.active,
                    "created_at": _time(key.created_at),
                    "last_used_at": _time(key.last_used_at),
                    "last_used_known": key.last_used_known,
                    "last_used_service": key.last_used_service,
                    "slot": key.slot,
                    "quarantined": key.quarantined,
                    "identity": key.user_arn,
                    "aliases": [key.id] if key.id else [],
                },
                evidence=str(key.ref),
            )
        )
        if key.user_arn in graph.nodes:
            graph.add_edge(Edge(node, key.user_arn, EdgeKind.AUTHENTICATES_AS, key.active, grants=(grant,)))
        graph.add_credential(
            Credential(
                node,
                key.user_arn,
                "access_key",
                key.id,
                key.active,
                created_at=_time(key.created_at),
                last_used_at=_time(key.last_used_at),
                last_used_known=key.last_used_known,
            )
        )
    for item in world.records.service_credentials:
        node = f"aws:service-credential:{item.id}"
        grant = world.grant(
            node, "key", item.user_arn, f"service-specific credential {item.id} for {item.service}", str(item.ref)
        )
        graph.add_node(
            Node(
                node,
                NodeKind.AWS_SERVICE_CREDENTIAL,
                item.alias or item.id,
                "aws",
                item.account,
                {
                    "service": item.service,
                    "active": item.active,
                    "created_at": _time(item.created_at),
                    "expires_at": _time(item.expires_at),
                    "identity": item.user_arn,
                    "aliases": [item.id],
                },
                evidence=str(item.ref),
            )
        )
        # It proves the user to one service alone, which is not the user as IAM knows it: a fact, not a step.
        if item.user_arn in graph.nodes:
            graph.add_edge(Edge(node, item.user_arn, EdgeKind.AUTHENTICATES_AS, False, grants=(grant,)))
        graph.add_credential(
            Credential(
                node,
                item.user_arn,
                "service_specific",
                item.id,
                item.active,
                created_at=_time(item.created_at),
                expires_at=_time(item.expires_at),
            )
        )
    for certificate in world.records.signing_certificates:
        node = f"aws:certificate:{certificate.user_arn}:{certificate.id}"
        graph.add_node(
            Node(
                node,
                NodeKind.AWS_SIGNING_CERTIFICATE,
                certificate.id,
                "aws",
                certificate.account,
                {
                    "active": certificate.active,
                    "created_at": _time(certificate.created_at),
                    "identity": certificate.user_arn,
                },
                evidence=str(certificate.ref),
            )
        )
        if certificate.user_arn in graph.nodes:
            graph.add_edge(Edge(node, certificate.user_arn, EdgeKind.AUTHENTICATES_AS, False))
        graph.add_credential(
            Credential(
                node,
                certificate.user_arn,
                "signing_certificate",
                certificate.id,
                certificate.active,
                created_at=_time(certificate.created_at),
            )
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
                {"client_ids": list(oidc.client_ids), "created_at": _time(oidc.created_at)},
                evidence=str(oidc.ref),
            )
        )
        _contain(world, oidc.account, oidc.arn)
    for saml in world.records.saml_providers:
        graph.add_node(
            Node(
                saml.arn,
                NodeKind.AWS_SAML_PROVIDER,
                saml.name,
                "aws",
                saml.account,
                {"valid_until": _time(saml.valid_until)},
                evidence=str(saml.ref),
            )
        )
        _contain(world, saml.account, saml.arn)


def _workloads(world: AwsWorld) -> None:
    graph = world.identity_graph
    profiles = {profile.arn: profile.role_arns for profile in world.records.instance_profiles}
    for role in world.roles.values():
        for profile in role.instance_profiles:
            profiles.setdefault(profile, (role.arn,))
    for function in world.records.functions:
        graph.add_node(
            Node(
                function.arn,
                NodeKind.LAMBDA_FUNCTION,
                function.name,
                "aws",
                function.account,
                _common(function.tags)
                | {
                    "role": function.role_arn,
                    "region": function.region,
                    "environment_names": list(function.environment_names),
                    "policy_looked_at": function.policy_presence is not Presence.ABSENT,
                },
                evidence=str(function.ref),
            )
        )
        _contain(world, function.account, function.arn)
        if function.role_arn in world.roles:
            graph.add_edge(Edge(function.arn, function.role_arn, EdgeKind.RUNS_AS, True, evidence=str(function.ref)))
    for instance in world.records.instances:
        roles = profiles.get(instance.profile_arn, ()) if instance.profile_arn else ()
        graph.add_node(
            Node(
                instance.arn,
                NodeKind.EC2_INSTANCE,
                instance.tags.get("Name", instance.id),
                "aws",
                instance.account,
                _common(instance.tags)
                | {
                    "profile": instance.profile_arn,
                    "state": instance.state,
                    "roles": list(roles),
                    "ssm_managed": instance.ssm_managed,
                    "region": instance.region,
                    "aliases": [instance.id],
                },
                evidence=str(instance.ref),
            )
        )
        _contain(world, instance.account, instance.arn)
        for role_arn in roles:
            if role_arn in world.roles:
                graph.add_edge(Edge(instance.arn, role_arn, EdgeKind.RUNS_AS, True, evidence=str(instance.ref)))


def _resources(world: AwsWorld) -> None:
    graph = world.identity_graph
    for bucket in world.records.buckets:
        graph.add_node(
            Node(
                bucket.arn,
                NodeKind.S3_BUCKET,
                bucket.name,
                "aws",
                bucket.account,
                _common(bucket.tags)
                | {
                    "region": bucket.region,
                    "public_access_block": dict(bucket.public_access_block)
                    if bucket.public_access_block is not None
                    else None,
                },
                evidence=str(bucket.ref),
            )
        )
        _contain(world, bucket.account, bucket.arn)
    for key in world.records.kms_keys:
        graph.add_node(
            Node(
                key.arn,
                NodeKind.KMS_KEY,
                key.aliases[0] if key.aliases else key.id,
                "aws",
                key.account,
                _common(key.tags) | {"manager": key.manager, "region": key.region, "aliases": [key.id, *key.aliases]},
                evidence=str(key.ref),
            )
        )
        _contain(world, key.account, key.arn)
    for secret in world.records.secrets:
        graph.add_node(
            Node(
                secret.arn,
                NodeKind.SECRET,
                secret.name,
                "aws",
                secret.account,
                _common(secret.tags, secret.created_at)
                | {
                    "kms_key_id": secret.kms_key_id,
                    "rotation_enabled": secret.rotation_enabled,
                    "region": secret.region,
                    "last_changed_at": _time(secret.last_changed_at),
                    "last_accessed_at": _time(secret.last_accessed_at),
                },
                evidence=str(secret.ref),
            )
        )
        _contain(world, secret.account, secret.arn)
