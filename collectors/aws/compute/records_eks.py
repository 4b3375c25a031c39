"""EKS clusters: who enters them, and which roles their pods and nodes have.

Input: ``eks`` answers. Output: clusters.
Not handled: what only the cluster itself shows (``aws-auth``, annotations of service accounts, role bindings).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.aws.compute.answers import each_object
from collectors.aws.records_fields import Fields, Reading, partition_of
from collectors.aws.workload_types import AwsCluster, EksAccessEntry
from collectors.evidence.evidence import Call
from collectors.interface import EvidenceRef

__all__ = ["read_clusters"]

_CLUSTERS, _CLUSTER = "eks.list_clusters", "eks.describe_cluster"
_ENTRIES, _ENTRY, _POLICIES = (
    "eks.list_access_entries", "eks.describe_access_entry", "eks.list_associated_access_policies",
)  # fmt: skip
_IDENTITIES, _IDENTITY = "eks.list_pod_identity_associations", "eks.describe_pod_identity_association"
_NODEGROUPS, _NODEGROUP = "eks.list_nodegroups", "eks.describe_nodegroup"
_WITHOUT_ENTRIES = "CONFIG_MAP"

_Place = tuple[str, str]
"""Region and name of a cluster."""


@dataclass(frozen=True, slots=True)
class _Listing:
    """What a listing within one cluster names."""

    names: tuple[str, ...]
    ref: EvidenceRef


@dataclass(frozen=True, slots=True)
class _Inside:
    """What the evidence of one account says of the inside of its clusters."""

    entries: Mapping[_Place, Mapping[str, Fields]]
    """Access entries by principal."""
    policies: Mapping[_Place, Mapping[str, Fields]]
    """Answers about associated access policies by principal."""
    identities: Mapping[_Place, Mapping[str, Fields]]
    """Pod identity associations by id."""
    nodegroups: Mapping[_Place, Mapping[str, Fields]]
    """Node groups by name."""
    listed: Mapping[tuple[str, str, str], _Listing]
    """By operation, region and cluster; missing where the listing was not answered."""


def read_clusters(reading: Reading) -> tuple[AwsCluster, ...]:
    """Return clusters: those described, and those that only the list names."""
    found: dict[str, AwsCluster] = {}
    for account in reading.accounts:
        inside = _read_inside(reading, account)
        for region, name, item in _named(reading, account):
            cluster = _build(item, name, region, account, inside)
            found.setdefault(cluster.arn, cluster)
    return tuple(found.values())


def _named(reading: Reading, account: str) -> Iterator[tuple[str, str, Fields]]:
    """Yield region, name and object of every cluster; an empty object where only the list names it."""
    described = set()

    def build(item: Fields, _answer: Fields, region: str, _call: Call) -> tuple[str, str, Fields]:
        described.add((region, item.required("name")))
        return region, item.required("name"), item

    yield from each_object(reading, _CLUSTER, account, "cluster", build)
    for region, _, answer in reading.answers(_CLUSTERS, account):
        for index, name in enumerate(answer.texts("clusters")):
            if (region, name) not in described:
                yield region, name, Fields({}, answer.ref.child("clusters", index), lambda reason: None)


def _build(item: Fields, name: str, region: str, account: str, inside: _Inside) -> AwsCluster:
    place = (region, name)
    mode = item.inner("accessConfig").text("authenticationMode")
    entries, entries_known = _entries(inside, place)
    identities, identities_known = _identities(inside, place)
    roles, roles_known = _node_roles(inside, place, item)
    return AwsCluster(
        arn=item.text("arn") or f"arn:{partition_of(region)}:eks:{region}:{account}:cluster/{name}",
        name=name,
        account=account,
        region=region,
        ref=item.ref,
        role_arn=item.text("roleArn"),
        oidc_issuer=item.inner("identity").inner("oidc").text("issuer").removeprefix("https://"),
        authentication_mode=mode,
        endpoint_public=item.inner("resourcesVpcConfig").flag("endpointPublicAccess"),
        access_entries=entries,
        access_entries_known=mode == _WITHOUT_ENTRIES or entries_known,
        pod_identities=identities,
        pod_identities_known=identities_known,
        node_role_arns=roles,
        node_roles_known=roles_known and bool(item.body),
        tags=item.tags("tags"),
    )


def _entries(inside: _Inside, cluster: _Place) -> tuple[tuple[EksAccessEntry, ...], bool]:
    listing = inside.listed.get((_ENTRIES, *cluster))
    described, policies = inside.entries.get(cluster, {}), inside.policies.get(cluster, {})
    found = [
        _entry(principal, described.get(principal), policies.get(principal), listing)
        for principal in _all_names(listing, {**described, **policies})
    ]
    known = listing is not None and all(name in described and name in policies for name in listing.names)
    return tuple(found), known


def _entry(principal: str, item: Fields | None, policies: Fields | None, listing: _Listing | None) -> EksAccessEntry:
    place = item or policies or listing
    return EksAccessEntry(
        principal_arn=principal,
        kind=item.text("type") if item else "",
        groups=item.texts("kubernetesGroups") if item else (),
        policies=tuple(_access_policies(policies)) if policies else (),
        ref=place.ref if place else EvidenceRef(""),
    )


def _access_policies(answer: Fields) -> Iterator[tuple[str, str]]:
    for item in answer.items("associatedAccessPolicies"):
        scope = item.inner("accessScope")
        names = ",".join(sorted(scope.texts("namespaces")))
        yield item.text("policyArn"), f"namespace:{names}" if scope.text("type") == "namespace" else "cluster"


def _identities(inside: _Inside, cluster: _Place) -> tuple[tuple[tuple[str, str, str], ...], bool]:
    listing, described = inside.listed.get((_IDENTITIES, *cluster)), inside.identities.get(cluster, {})
    # With a target role the pod gets that role's credentials, not those of the association's own:
    # https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html (read 2026-11)
    found = sorted(
        (each.text("namespace"), each.text("serviceAccount"), each.text("targetRoleArn") or each.text("roleArn"))
        for each in described.values()
    )
    return tuple(found), listing is not None and described.keys() >= set(listing.names)


def _node_roles(inside: _Inside, cluster: _Place, item: Fields) -> tuple[tuple[str, ...], bool]:
    listing, described = inside.listed.get((_NODEGROUPS, *cluster)), inside.nodegroups.get(cluster, {})
    roles = {item.inner("computeConfig").text("nodeRoleArn"), *(group.text("nodeRole") for group in described.values())}
    return tuple(sorted(roles - {""})), listing is not None and described.keys() >= set(listing.names)


def _all_names(listing: _Listing | None, described: Mapping[str, Fields]) -> list[str]:
    """Return what is listed or described within a cluster, sorted."""
    return sorted({*(listing.names if listing else ()), *described})


def _read_inside(reading: Reading, account: str) -> _Inside:
    return _Inside(
        entries=_by_request(reading, account, _ENTRY, "principalArn", "accessEntry"),
        policies=_by_request(reading, account, _POLICIES, "principalArn", ""),
        identities=_by_request(reading, account, _IDENTITY, "associationId", "association"),
        nodegroups=_by_request(reading, account, _NODEGROUP, "nodegroupName", "nodegroup"),
        listed={
            **_names(reading, account, _ENTRIES, "accessEntries"),
            **_names(reading, account, _IDENTITIES, "associations"),
            **_names(reading, account, _NODEGROUPS, "nodegroups"),
        },
    )


def _by_request(
    reading: Reading, account: str, operation: str, parameter: str, key: str
) -> dict[_Place, dict[str, Fields]]:
    """Return the answers' objects by cluster and what they were asked for."""
    found: dict[_Place, dict[str, Fields]] = {}
    for region, call, answer in reading.answers(operation, account):
        place = (region, str(call.request.get("clusterName") or ""))
        name = str(call.request.get(parameter) or "")
        found.setdefault(place, {})[name] = answer.inner(key) if key else answer
    return found


def _names(reading: Reading, account: str, operation: str, key: str) -> dict[tuple[str, str, str], _Listing]:
    found = {}
    for region, call, answer in reading.answers(operation, account):
        if operation == _IDENTITIES:
            names = tuple(item.text("associationId") for item in answer.items(key))
        else:
            names = answer.texts(key)
        found[operation, region, str(call.request.get("clusterName") or "")] = _Listing(names, answer.ref)
    return found
