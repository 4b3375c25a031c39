"""Read the evidence of shared resources and other ways into an account.

Input: a ``Reading``. Output: records. Not handled: evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from collectors.aws.access_types import (
    AwsAccountAssignment,
    AwsIdentityCenterUser,
    AwsIdentityPool,
    AwsPermissionSet,
    AwsRolesAnywhereProfile,
    AwsTrustAnchor,
)
from collectors.aws.records_fields import Reading
from collectors.aws.records_tags import read_tags
from collectors.aws.resource_types import (
    AwsAnalyzerFinding,
    AwsKmsGrant,
    AwsResource,
    AwsResourceShare,
    AwsServiceUse,
    AwsTrail,
)
from collectors.aws.sharing.records_apigateway import read_apis
from collectors.aws.sharing.records_grants import read_kms_grants, read_resource_shares
from collectors.aws.sharing.records_identity_center import (
    read_account_assignments,
    read_identity_center_users,
    read_permission_sets,
)
from collectors.aws.sharing.records_messaging import read_queues, read_topics
from collectors.aws.sharing.records_outside import (
    read_identity_pools,
    read_roles_anywhere_profiles,
    read_trust_anchors,
)
from collectors.aws.sharing.records_tables import read_repositories, read_tables
from collectors.aws.sharing.records_watching import read_analyzer_findings, read_service_uses, read_trails

__all__ = ["SharingRecords", "read_sharing"]

_T = TypeVar("_T")


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
    accounts = reading.accounts
    return SharingRecords(
        resources=tuple(chain.from_iterable(_resources(reading, account) for account in accounts)),
        kms_grants=_all(reading, read_kms_grants),
        permission_sets=_all(reading, read_permission_sets),
        account_assignments=_all(reading, read_account_assignments),
        identity_center_users=_all(reading, read_identity_center_users),
        trust_anchors=_all(reading, read_trust_anchors),
        roles_anywhere_profiles=_all(reading, read_roles_anywhere_profiles),
        identity_pools=_all(reading, read_identity_pools),
        resource_shares=_all(reading, read_resource_shares),
        analyzer_findings=_all(reading, read_analyzer_findings),
        service_uses=_all(reading, read_service_uses),
        trails=tuple(read_trails(reading)),
    )


def _all(reading: Reading, read: Callable[[Reading, str], Iterator[_T]]) -> tuple[_T, ...]:
    return tuple(chain.from_iterable(read(reading, account) for account in reading.accounts))


def _resources(reading: Reading, account: str) -> Iterator[AwsResource]:
    tags = read_tags(reading, account)
    yield from read_queues(reading, account, tags)
    yield from read_topics(reading, account, tags)
    yield from read_tables(reading, account, tags)
    yield from read_repositories(reading, account, tags)
    yield from read_apis(reading, account)
