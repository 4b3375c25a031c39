"""Records laid over a world's evidence: things that the builder of worlds writes no evidence of.

Input: field name and records. Output: a change for ``World.amend``, and short forms of single records.
Not handled: whether evidence would read so; the collectors' tests hold the readers to that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from collectors.aws.access_types import AwsIdentityPool, AwsPermissionSet, AwsRolesAnywhereProfile, AwsTrustAnchor
from collectors.aws.policy_types import Document
from collectors.aws.records import AwsRecords
from collectors.aws.resource_types import AwsResource, ResourceKind
from collectors.aws.workload_types import AwsCluster, EksAccessEntry
from collectors.interface import EvidenceRef, Presence
from tests.worlds.names import REGION
from tests.worlds.statements import Json, document

__all__ = ["REF", "anchor", "cluster", "entry", "lay", "permission_set", "pool", "profile", "resource"]

REF = EvidenceRef("laid/by-a-test.json")
_SERVICE = {
    ResourceKind.SQS_QUEUE: "sqs:{place}:{name}",
    ResourceKind.SNS_TOPIC: "sns:{place}:{name}",
    ResourceKind.DYNAMODB_TABLE: "dynamodb:{place}:table/{name}",
    ResourceKind.ECR_REPOSITORY: "ecr:{place}:repository/{name}",
    ResourceKind.SSM_PARAMETER: "ssm:{place}:parameter/{name}",
}


def lay(field: str, *records: Any) -> Callable[[AwsRecords], AwsRecords]:
    """Return the change that adds records to a field of ``AwsRecords``."""

    def change(known: AwsRecords) -> AwsRecords:
        changes: Mapping[str, Any] = {field: (*getattr(known, field), *records)}
        return replace(known, **changes)

    return change


def resource(kind: ResourceKind, account: str, name: str, *policy: Json, kms: str = "", **more: Any) -> AwsResource:
    """Return a resource with its policy; without statements it has none."""
    arn = "arn:aws:" + _SERVICE[kind].format(place=f"{REGION}:{account}", name=name)
    return AwsResource(
        arn,
        name,
        kind,
        account,
        REGION,
        REF,
        policy=Document(document(*policy), REF) if policy else None,
        policy_presence=Presence.PRESENT if policy else Presence.EMPTY,
        kms_key_id=kms,
        tags_known=True,
        **more,
    )


def permission_set(account: str, name: str, *attached: Any, **more: Any) -> AwsPermissionSet:
    """Return a permission set of the instance ``ssoins-1``."""
    instance = "arn:aws:sso:::instance/ssoins-1"
    return AwsPermissionSet(
        f"arn:aws:sso:::permissionSet/ssoins-1/ps-{name}", name, instance, account, REF, attached=attached, **more
    )


def anchor(account: str, name: str, *, enabled: bool | None = True) -> AwsTrustAnchor:
    """Return a trust anchor."""
    arn = f"arn:aws:rolesanywhere:{REGION}:{account}:trust-anchor/{name}"
    return AwsTrustAnchor(arn, name, name, account, REGION, REF, enabled, "CERTIFICATE_BUNDLE")


def profile(account: str, name: str, *roles: str, **more: Any) -> AwsRolesAnywhereProfile:
    """Return an enabled profile for roles."""
    arn = f"arn:aws:rolesanywhere:{REGION}:{account}:profile/{name}"
    return AwsRolesAnywhereProfile(arn, name, name, account, REGION, roles, REF, **{"enabled": True, **more})


def pool(account: str, **more: Any) -> AwsIdentityPool:
    """Return the identity pool ``<region>:pool-1``."""
    return AwsIdentityPool(f"{REGION}:pool-1", "app", account, REGION, REF, **more)


def cluster(account: str, name: str = "prod", mode: str = "API", **more: Any) -> AwsCluster:
    """Return an EKS cluster whose endpoint is public."""
    arn = f"arn:aws:eks:{REGION}:{account}:cluster/{name}"
    base = {"authentication_mode": mode, "endpoint_public": True, "access_entries_known": True}
    return AwsCluster(arn, name, account, REGION, REF, **{**base, **more})


def entry(principal: str, policy: str = "AmazonEKSClusterAdminPolicy", scope: str = "cluster") -> EksAccessEntry:
    """Return an access entry with one access policy; an empty policy name: none."""
    policies = ((f"arn:aws:eks::aws:cluster-access-policy/{policy}", scope),) if policy else ()
    return EksAccessEntry(principal, "STANDARD", (), policies, REF)
