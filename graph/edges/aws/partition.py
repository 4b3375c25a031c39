"""Partitions of AWS: what ARNs, regions and service principals look like outside the standard one.

Input: an ARN form of the standard partition, a principal, an account of the world. Output: the form in the partition.
Handled: ``aws-cn``, ``aws-us-gov`` and, by their ARNs alone, the isolated ones. In China a service principal may end in
``.cn``: which one counts is what the role's trust policy says.
Not handled: which services a partition has; Cognito's provider names there; ``kms:ViaService`` of China.

References
----------
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html (read 2026-11)
https://docs.amazonaws.cn/en_us/aws/latest/userguide/general-info.html (service principals, read 2026-11)
"""

from __future__ import annotations

from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.world import AwsWorld

__all__ = [
    "CHINA",
    "CHINA_SUFFIX",
    "account_partition",
    "home_region",
    "in_partition",
    "partition_of",
    "service_spellings",
    "view_partition",
]

STANDARD, CHINA = "aws", "aws-cn"
_STANDARD_PREFIX = "arn:aws:"
_REGIONS = {CHINA: "cn-north-1", "aws-us-gov": "us-gov-west-1"}
CHINA_SUFFIX = ".cn"
"""End of a service principal in the spelling of China."""


def partition_of(arn: str) -> str:
    """Return the partition of an ARN; the standard one for anything else.

    Examples
    --------
    >>> partition_of("arn:aws-cn:iam::111111111111:user/ci"), partition_of("")
    ('aws-cn', 'aws')
    """
    parts = arn.split(":", 2)
    return parts[1] if len(parts) == 3 and parts[0] == "arn" and parts[1] else STANDARD


def view_partition(view: PrincipalView) -> str:
    """Return the partition that a principal is in."""
    return partition_of(view.principal.arn)


def account_partition(world: AwsWorld, account: str) -> str:
    """Return the partition of an account; of one that was not collected, the partition of the first identity seen."""
    for views in world.callers_by_kind(account).values():
        return view_partition(views[0])
    return view_partition(next(iter(world.views.values()))) if world.views else STANDARD


def in_partition(form: str, partition: str) -> str:
    """Return an ARN, or ARN form, of the standard partition as it is in another one.

    Examples
    --------
    >>> in_partition("arn:aws:s3:::{name}", "aws-us-gov"), in_partition("*", "aws-cn")
    ('arn:aws-us-gov:s3:::{name}', '*')
    """
    if partition == STANDARD or not form.startswith(_STANDARD_PREFIX):
        return form
    return f"arn:{partition}:{form.removeprefix(_STANDARD_PREFIX)}"


def home_region(partition: str) -> str:
    """Return a region of the partition."""
    return _REGIONS.get(partition, "us-east-1")


def service_spellings(service: str) -> tuple[str, ...]:
    """Return the names under which role trusts may know a service: its own, and the one of China.

    Examples
    --------
    >>> service_spellings("ec2.amazonaws.com")
    ('ec2.amazonaws.com', 'ec2.amazonaws.com.cn')
    """
    return (service, service + CHINA_SUFFIX)
