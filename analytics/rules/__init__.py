"""The rules, one a file, registered here by hand: the file ``aws_old_key.py`` holds the rule ``aws-old-key``.

Input: none. Output: ``RULES`` by id. Not handled: running them (``analytics.findings``); files that begin with an
underscore are what several rules share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from analytics.rules import (
    aws_admin_identity,
    aws_confused_deputy,
    aws_dead_oidc_trust,
    aws_external_trust,
    aws_guest_identity_pool,
    aws_honeytoken_hint,
    aws_impact_reach,
    aws_inactive_key,
    aws_no_mfa,
    aws_old_key,
    aws_open_key_policy,
    aws_open_resource_policy,
    aws_open_secret_policy,
    aws_password_on_nhi,
    aws_path_to_admin,
    aws_public_bucket,
    aws_public_function,
    aws_quarantined_key,
    aws_role_anywhere_open,
    aws_root_key,
    aws_secret_in_environment,
    aws_secret_without_rotation,
    aws_shared_execution_role,
    aws_stale_service_credential,
    aws_stale_trust,
    aws_trail_gap,
    aws_two_active_keys,
    aws_unused_key,
    aws_unused_privilege,
    aws_vendor_trust,
    aws_weak_oidc_trust,
    aws_wide_grant,
    cross_environment,
    entra_agent_without_sponsor,
    entra_blueprint_pool,
    entra_broad_managed_identity,
    entra_dead_federation,
    entra_departed_owner,
    entra_disabled_privileged,
    entra_dormant_foreign_app,
    entra_expired_credential,
    entra_guest_owner,
    entra_internal_app_open,
    entra_long_lived_secret,
    entra_mailbox_consent,
    entra_many_credentials,
    entra_open_consent,
    entra_open_registration,
    entra_orphan_agent_user,
    entra_owner_escalation,
    entra_path_to_admin,
    entra_privileged_without_owner,
    entra_role_group_owner,
    entra_secret_beside_federation,
    entra_secret_on_principal,
    entra_secret_on_privileged,
    entra_shared_across_environments,
    entra_standing_role,
    entra_tenant_admin,
    entra_tenant_wide_consent,
    entra_unlocked_multitenant_app,
    entra_unused_privileged_app,
    entra_unverified_publisher,
    entra_weak_activation,
    entra_weak_federation,
    no_living_owner,
)
from analytics.rules._context import RuleContext
from analytics.verdicts import RuleMeta, Verdict
from graph.snapshot import Snapshot

__all__ = ["RULES", "Rule"]


class Rule(Protocol):
    """What a rule's module holds."""

    META: RuleMeta

    def evaluate(self, snapshot: Snapshot, context: RuleContext) -> Iterator[Verdict]:
        """Yield one verdict or more a subject."""
        ...


RULES: Mapping[str, Rule] = {
    "aws-admin-identity": aws_admin_identity,
    "aws-confused-deputy": aws_confused_deputy,
    "aws-dead-oidc-trust": aws_dead_oidc_trust,
    "aws-external-trust": aws_external_trust,
    "aws-guest-identity-pool": aws_guest_identity_pool,
    "aws-honeytoken-hint": aws_honeytoken_hint,
    "aws-impact-reach": aws_impact_reach,
    "aws-inactive-key": aws_inactive_key,
    "aws-no-mfa": aws_no_mfa,
    "aws-old-key": aws_old_key,
    "aws-open-key-policy": aws_open_key_policy,
    "aws-open-resource-policy": aws_open_resource_policy,
    "aws-open-secret-policy": aws_open_secret_policy,
    "aws-password-on-nhi": aws_password_on_nhi,
    "aws-path-to-admin": aws_path_to_admin,
    "aws-public-bucket": aws_public_bucket,
    "aws-public-function": aws_public_function,
    "aws-quarantined-key": aws_quarantined_key,
    "aws-role-anywhere-open": aws_role_anywhere_open,
    "aws-root-key": aws_root_key,
    "aws-secret-in-environment": aws_secret_in_environment,
    "aws-secret-without-rotation": aws_secret_without_rotation,
    "aws-shared-execution-role": aws_shared_execution_role,
    "aws-stale-service-credential": aws_stale_service_credential,
    "aws-stale-trust": aws_stale_trust,
    "aws-trail-gap": aws_trail_gap,
    "aws-two-active-keys": aws_two_active_keys,
    "aws-unused-key": aws_unused_key,
    "aws-unused-privilege": aws_unused_privilege,
    "aws-vendor-trust": aws_vendor_trust,
    "aws-weak-oidc-trust": aws_weak_oidc_trust,
    "aws-wide-grant": aws_wide_grant,
    "cross-environment": cross_environment,
    "entra-agent-without-sponsor": entra_agent_without_sponsor,
    "entra-blueprint-pool": entra_blueprint_pool,
    "entra-broad-managed-identity": entra_broad_managed_identity,
    "entra-dead-federation": entra_dead_federation,
    "entra-departed-owner": entra_departed_owner,
    "entra-disabled-privileged": entra_disabled_privileged,
    "entra-dormant-foreign-app": entra_dormant_foreign_app,
    "entra-expired-credential": entra_expired_credential,
    "entra-guest-owner": entra_guest_owner,
    "entra-internal-app-open": entra_internal_app_open,
    "entra-long-lived-secret": entra_long_lived_secret,
    "entra-mailbox-consent": entra_mailbox_consent,
    "entra-many-credentials": entra_many_credentials,
    "entra-open-consent": entra_open_consent,
    "entra-open-registration": entra_open_registration,
    "entra-orphan-agent-user": entra_orphan_agent_user,
    "entra-owner-escalation": entra_owner_escalation,
    "entra-path-to-admin": entra_path_to_admin,
    "entra-privileged-without-owner": entra_privileged_without_owner,
    "entra-role-group-owner": entra_role_group_owner,
    "entra-secret-beside-federation": entra_secret_beside_federation,
    "entra-secret-on-principal": entra_secret_on_principal,
    "entra-secret-on-privileged": entra_secret_on_privileged,
    "entra-shared-across-environments": entra_shared_across_environments,
    "entra-standing-role": entra_standing_role,
    "entra-tenant-admin": entra_tenant_admin,
    "entra-tenant-wide-consent": entra_tenant_wide_consent,
    "entra-unlocked-multitenant-app": entra_unlocked_multitenant_app,
    "entra-unused-privileged-app": entra_unused_privileged_app,
    "entra-unverified-publisher": entra_unverified_publisher,
    "entra-weak-activation": entra_weak_activation,
    "entra-weak-federation": entra_weak_federation,
    "no-living-owner": no_living_owner,
}
