"""Fetch the enabled regions, instances with the profiles they carry, and which of them Systems Manager reaches.

Input: an ``AwsFetch`` and a region. Output: the ``ec2.*`` and ``ssm.*`` files.
Not handled: user data (never asked for), security groups and networks.
"""

from __future__ import annotations

from collections.abc import Sequence

from collectors.aws.fetching import AwsFetch
from collectors.paging import PageStyle

__all__ = ["fetch_ec2", "fetch_regions", "fetch_ssm"]

# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html: 5 to 1000 a page
_INSTANCES = PageStyle(("Reservations",), "NextToken", "NextToken", "MaxResults", 1000)
_ASSOCIATIONS = PageStyle(("IamInstanceProfileAssociations",), "NextToken", "NextToken", "MaxResults", 1000)
# https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DescribeInstanceInformation.html: 5 to 50 a page
_MANAGED = PageStyle(("InstanceInformationList",), "NextToken", "NextToken", "MaxResults", 50)


def fetch_regions(fetch: AwsFetch, given: Sequence[str], home: str) -> tuple[str, ...]:
    """Return the regions to look at, sorted: those given, else every one that the account has enabled.

    Notes
    -----
    When AWS does not say which are enabled, only ``home`` is looked at; the gap of ``ec2.describe_regions`` says that
    the others were not.
    """
    name = "ec2.describe_regions"
    if given:
        fetch.skipped(name, f"regions were given: {', '.join(sorted(set(given)))}")
        return tuple(sorted(set(given)))
    fetch.one(name)
    enabled = {str(region["RegionName"]) for region in fetch.listed(name, "Regions") if region.get("RegionName")}
    return tuple(sorted(enabled or {home}))


def fetch_ec2(fetch: AwsFetch, region: str) -> None:
    """Fetch instances and instance profile associations."""
    fetch.pages("ec2.describe_instances", _INSTANCES, region=region)
    fetch.pages("ec2.describe_iam_instance_profile_associations", _ASSOCIATIONS, region=region)


def fetch_ssm(fetch: AwsFetch, region: str) -> None:
    """Fetch the nodes that Systems Manager knows."""
    fetch.pages("ssm.describe_instance_information", _MANAGED, region=region)
