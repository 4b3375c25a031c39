"""The rules, one a file, registered here by hand: the file ``aws_old_key.py`` holds the rule ``aws-old-key``.

Input: none. Output: ``RULES`` by id. Not handled: running them (``analytics.findings``); files that begin with an
underscore are what several rules share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Protocol

from analytics.rules import (
    aws_admin_identity,
    aws_dead_oidc_trust,
    aws_external_trust,
    aws_inactive_key,
    aws_no_mfa,
    aws_old_key,
    aws_path_to_admin,
    aws_quarantined_key,
    aws_root_key,
    aws_stale_trust,
    aws_two_active_keys,
    aws_unused_key,
    aws_vendor_trust,
    aws_weak_oidc_trust,
    aws_wide_grant,
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
    "aws-dead-oidc-trust": aws_dead_oidc_trust,
    "aws-external-trust": aws_external_trust,
    "aws-inactive-key": aws_inactive_key,
    "aws-no-mfa": aws_no_mfa,
    "aws-old-key": aws_old_key,
    "aws-path-to-admin": aws_path_to_admin,
    "aws-quarantined-key": aws_quarantined_key,
    "aws-root-key": aws_root_key,
    "aws-stale-trust": aws_stale_trust,
    "aws-two-active-keys": aws_two_active_keys,
    "aws-unused-key": aws_unused_key,
    "aws-vendor-trust": aws_vendor_trust,
    "aws-weak-oidc-trust": aws_weak_oidc_trust,
    "aws-wide-grant": aws_wide_grant,
    "no-living-owner": no_living_owner,
}
