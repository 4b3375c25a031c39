"""What lets outsiders become roles: Cognito identity pools and Roles Anywhere.

Input: ``cognito-identity`` and ``rolesanywhere`` answers. Output: records. Not handled: user pools, certificates.
"""

from __future__ import annotations

from collections.abc import Iterator

from collectors.aws.access_types import AwsIdentityPool, AwsRolesAnywhereProfile, AwsTrustAnchor
from collectors.aws.records_fields import Fields, Reading
from collectors.aws.sharing.own_policy import answer_of
from collectors.evidence.evidence import Call

__all__ = ["read_identity_pools", "read_roles_anywhere_profiles", "read_trust_anchors"]

_POOLS = "cognito-identity.list_identity_pools"
_POOL, _ROLES = "cognito-identity.describe_identity_pool", "cognito-identity.get_identity_pool_roles"


def read_identity_pools(reading: Reading, account: str) -> Iterator[AwsIdentityPool]:
    """Yield identity pools, those with no details (refused) as names alone."""
    described = reading.by_request(_POOL, account, "IdentityPoolId")
    roles = reading.by_request(_ROLES, account, "IdentityPoolId")

    def build(item: Fields, region: str, _call: Call) -> AwsIdentityPool:
        pool, nothing = item.required("IdentityPoolId"), item.inner("")  # no object has a field without a name
        details = answer_of(reading, _POOL, account, region, described.get((region, pool))) or nothing
        handed = answer_of(reading, _ROLES, account, region, roles.get((region, pool))) or nothing
        mappings = _mappings(handed)
        return AwsIdentityPool(
            id=pool,
            name=item.text("IdentityPoolName"),
            account=account,
            region=region,
            ref=details.ref if details.body else item.ref,
            allows_guests=details.flag("AllowUnauthenticatedIdentities"),
            classic_flow=_classic_flow(details),
            guest_role_arn=handed.inner("Roles").text("unauthenticated"),
            user_role_arn=handed.inner("Roles").text("authenticated"),
            mapped_role_arns=_rule_roles(mappings),
            role_mapping=",".join(sorted({mapping.text("Type") for mapping in mappings} - {""})),
            providers=_providers(details),
        )

    yield from reading.each(_POOLS, account, "IdentityPools", build)


def _classic_flow(details: Fields) -> bool | None:
    """Return whether the basic flow is allowed: AWS leaves the field out where it never was."""
    return (details.flag("AllowClassicFlow") is True) if details.body else None


def _mappings(handed: Fields) -> list[Fields]:
    mappings = handed.inner("RoleMappings")
    return [mappings.inner(provider) for provider in sorted(mappings.body)]


def _rule_roles(mappings: list[Fields]) -> tuple[str, ...]:
    arns = {rule.text("RoleARN") for mapping in mappings for rule in mapping.inner("RulesConfiguration").items("Rules")}
    return tuple(sorted(arns - {""}))


def _providers(details: Fields) -> dict[str, str]:
    """Return whose tokens a pool takes: a login provider's or user pool's name to its client, an ARN to its kind."""
    logins = details.inner("SupportedLoginProviders")
    found = {name: logins.text(name) for name in logins.body}
    for pool in details.items("CognitoIdentityProviders"):
        found[pool.text("ProviderName")] = pool.text("ClientId")
    found |= {arn: "oidc" for arn in details.texts("OpenIdConnectProviderARNs")}
    found |= {arn: "saml" for arn in details.texts("SamlProviderARNs")}
    if details.text("DeveloperProviderName"):
        found[details.text("DeveloperProviderName")] = "developer"
    return dict(sorted(found.items()))


def read_trust_anchors(reading: Reading, account: str) -> Iterator[AwsTrustAnchor]:
    """Yield Roles Anywhere trust anchors."""
    yield from reading.each(
        "rolesanywhere.list_trust_anchors",
        account,
        "trustAnchors",
        lambda item, region, _: AwsTrustAnchor(
            arn=item.arn("trustAnchorArn"),
            id=item.text("trustAnchorId"),
            name=item.text("name"),
            account=account,
            region=region,
            ref=item.ref,
            enabled=item.flag("enabled"),
            source_kind=item.inner("source").text("sourceType"),
        ),
    )


def read_roles_anywhere_profiles(reading: Reading, account: str) -> Iterator[AwsRolesAnywhereProfile]:
    """Yield Roles Anywhere profiles."""
    yield from reading.each(
        "rolesanywhere.list_profiles",
        account,
        "profiles",
        lambda item, region, _: AwsRolesAnywhereProfile(
            arn=item.arn("profileArn"),
            id=item.text("profileId"),
            name=item.text("name"),
            account=account,
            region=region,
            role_arns=item.texts("roleArns"),
            ref=item.ref,
            enabled=item.flag("enabled"),
            session_policy=item.text("sessionPolicy"),
            managed_policy_arns=item.texts("managedPolicyArns"),
        ),
    )
