"""Read the evidence of shared resources and other ways into an account.

Input: a ``Reading``. Output: records. Not handled: evaluation.
"""

from __future__ import annotations

from dataclasses import dataclass

from collectors.aws.access_types import (
    AwsAccountAssignment,
    AwsIdentityCenterUser,
    AwsIdentityPool,
    AwsPermissionSet,
    AwsRolesAnywhereProfile,
    AwsTrustAnchor,
)
from collectors.aws.records_fields import Reading
from collectors.aws.resource_types import (
    AwsAnalyzerFinding,
    AwsKmsGrant,
    AwsResource,
    AwsResourceShare,
    AwsServiceUse,
    AwsTrail,
)

__all__ = ["SharingRecords", "read_sharing"]


@dataclass(frozen=True, slots=True)
class SharingRecords:
    """What this family adds to ``AwsRecords``, field for field."""

    resources: tuple[AwsResource, ...] = ()
    kms_grants: tuple[AwsKmsGrant, ...] = ()
    permission_sets: tuple[AwsPermissionSet, ...] = ()
    account_assignments: tuple[AwsAccountAssignment, ...] = ()
    identity_center_users: tuple[AwsIdentityCenterUser, ...] = ()
    trust_anchors: tuple[AwsTrustAnchor, ...] = ()
    roles_anywhere_profiles: tuple[AwsRolesAnywhereProfile, ...] = ()
    identity_pools: tuple[AwsIdentityPool, ...] = ()
    resource_shares: tuple[AwsResourceShare, ...] = ()
    analyzer_findings: tuple[AwsAnalyzerFinding, ...] = ()
    service_uses: tuple[AwsServiceUse, ...] = ()
    trails: tuple[AwsTrail, ...] = ()


def read_sharing(reading: Reading) -> SharingRecords:
    """Return the records of this family, unsorted."""
    return SharingRecords()
