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
    "no-living-owner": no_living_owner,
}
