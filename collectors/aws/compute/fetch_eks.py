"""Fetch EKS clusters: who enters them, and which roles their pods and nodes have.

Input: an ``AwsFetch`` and a region. Output: the ``eks.*`` files of the region.
Not handled: the ``aws-auth`` config map and service account annotations, which only the cluster itself shows; Fargate
profiles, whose role pods cannot use; self-managed nodes, which are instances.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from collectors.aws.compute.listed import line_texts, listed_texts
from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_eks"]

_CLUSTERS, _CLUSTER = "eks.list_clusters", "eks.describe_cluster"
_ENTRIES, _ENTRY, _POLICIES = (
    "eks.list_access_entries", "eks.describe_access_entry", "eks.list_associated_access_policies",
)  # fmt: skip
_IDENTITIES, _IDENTITY = "eks.list_pod_identity_associations", "eks.describe_pod_identity_association"
_NODEGROUPS, _NODEGROUP = "eks.list_nodegroups", "eks.describe_nodegroup"
# https://docs.aws.amazon.com/eks/latest/APIReference/API_ListClusters.html and the other lists: up to 100 a page
_CLUSTER_PAGES = PageStyle(("clusters",), "nextToken", "nextToken", "maxResults", 100)
_ENTRY_PAGES = PageStyle(("accessEntries",), "nextToken", "nextToken", "maxResults", 100)
_POLICY_PAGES = PageStyle(("associatedAccessPolicies",), "nextToken", "nextToken", "maxResults", 100)
_IDENTITY_PAGES = PageStyle(("associations",), "nextToken", "nextToken", "maxResults", 100)
_NODEGROUP_PAGES = PageStyle(("nodegroups",), "nextToken", "nextToken", "maxResults", 100)
_WITHOUT_ENTRIES = "CONFIG_MAP"
"""Authentication mode of clusters that have no access entries; asking for them is an invalid request.

https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html (read 2026-11)
"""


def fetch_eks(fetch: AwsFetch, region: str) -> None:
    """Fetch clusters, access entries, pod identity associations and managed node groups."""
    if fetch.pages(_CLUSTERS, _CLUSTER_PAGES, region=region) is not CallOutcome.OK:
        for name in (_CLUSTER, _ENTRIES, _ENTRY, _POLICIES, _IDENTITIES, _IDENTITY, _NODEGROUPS, _NODEGROUP):
            fetch.blocked(name, _CLUSTERS, region)
        return
    clusters = listed_texts(fetch, _CLUSTERS, "clusters", region)
    fetch.each(_CLUSTER, [Request({"name": name}) for name in clusters], region)
    each_cluster = [Request({"clusterName": name}) for name in clusters]
    _fetch_entries(fetch, region, clusters)
    fetch.each(_IDENTITIES, each_cluster, region, _IDENTITY_PAGES)
    fetch.each(_IDENTITY, [Request(each) for each in _associations(fetch, region)], region)
    fetch.each(_NODEGROUPS, each_cluster, region, _NODEGROUP_PAGES)
    fetch.each(_NODEGROUP, _inside(fetch, region, _NODEGROUPS, "nodegroups", "nodegroupName"), region)


def _fetch_entries(fetch: AwsFetch, region: str, clusters: list[str]) -> None:
    without = set(_clusters_without_entries(fetch, region))
    note = "" if not without else f"{len(without)} clusters have no access entries by their authentication mode"
    asked = [Request({"clusterName": name}) for name in clusters if name not in without]
    fetch.each(_ENTRIES, asked, region, _ENTRY_PAGES, note)
    principals = _inside(fetch, region, _ENTRIES, "accessEntries", "principalArn")
    fetch.each(_ENTRY, principals, region)
    fetch.each(_POLICIES, principals, region, _POLICY_PAGES)


def _clusters_without_entries(fetch: AwsFetch, region: str) -> Iterator[str]:
    for line in fetch.lines(_CLUSTER, region):
        cluster = (line.response or {}).get("cluster") or {}
        if (cluster.get("accessConfig") or {}).get("authenticationMode") == _WITHOUT_ENTRIES:
            yield str(line.request["name"])


def _inside(fetch: AwsFetch, region: str, listing: str, key: str, parameter: str) -> list[Request]:
    """Return one call for each object that a listing names in a cluster."""
    return [
        Request({"clusterName": request["clusterName"], parameter: name})
        for request, names in line_texts(fetch, listing, key, region)
        for name in names
    ]


def _associations(fetch: AwsFetch, region: str) -> Iterator[Mapping[str, str]]:
    for line in fetch.lines(_IDENTITIES, region):
        found = (line.response or {}).get("associations") or ()
        for each in sorted(str(item["associationId"]) for item in found if item.get("associationId")):
            yield {"clusterName": line.request["clusterName"], "associationId": each}
