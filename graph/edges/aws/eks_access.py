"""Access entries of EKS clusters: who may start pods there, and who can let itself in.

Input: clusters with their access entries, principals. Output: CAN_ACCESS (H6) from principals whose entry lets them
start pods anywhere in the cluster, CAN_GRANT of ``nhi-eks-createaccessentry`` and ``nhi-eks-associateaccesspolicy``.
Both end at the cluster's ARN; which roles its pods and nodes carry are edges of the workload.
Handled: the authentication mode; an entry that the caller has already; a cluster endpoint that is not public.
Not handled: Kubernetes groups of an entry and the ``aws-auth`` map (that is RBAC), access policies for some namespaces,
``eks:UpdateClusterConfig`` that changes the mode, letting in another principal than the caller.

References
----------
https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html
https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from collectors.aws.workload_types import AwsCluster, EksAccessEntry
from graph.decision import ALWAYS, Atom, Residual
from graph.edges.aws.caller_questions import caller_group
from graph.edges.aws.capability import PrincipalView
from graph.edges.aws.classes import Candidates, Need, Target, class_edges
from graph.edges.aws.partition import in_partition, partition_of
from graph.edges.aws.world import AwsWorld, account_id_of, target_context
from graph.evaluate.aws.principals import Resource
from graph.kinds import EdgeKind, Impact, State
from graph.model import Edge

__all__ = ["build_eks_access"]

_ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"
_START_PODS = ("AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy", "AmazonEKSEditPolicy")
"""Access policies that, for the whole cluster, let their holder create pods under any service account."""
_WITH_ENTRIES = ("API", "API_AND_CONFIG_MAP")
REACHES_ENDPOINT: Residual = ((Atom("nhi:network-of-cluster", "Bool", ("true",)),),)
_KINDS = ("user", "role")


def build_eks_access(world: AwsWorld, views: Sequence[PrincipalView]) -> None:
    """Add who is in, and who can let itself in."""
    clusters = [cluster for cluster in world.records.clusters if cluster.authentication_mode != "CONFIG_MAP"]
    for cluster in clusters:
        for entry in cluster.access_entries:
            if entry.principal_arn in world.views and _starts_pods(entry):
                _let_in(world, cluster, entry)
    _new_entry(world, views, clusters)
    _more_policies(world, views, clusters)


def _stated(clusters: Sequence[AwsCluster]) -> dict[str, tuple[str, ...]]:
    """Return what a call that lets in an administrator says; clusters of one partition."""
    admin = in_partition(_ADMIN, partition_of(clusters[0].arn)) if clusters else _ADMIN
    return {"eks:policyarn": (admin,), "eks:accessscope": ("cluster",), "eks:kubernetesgroups": ()}


def _starts_pods(entry: EksAccessEntry) -> bool:
    return any(arn.rsplit("/", 1)[-1] in _START_PODS and scope == "cluster" for arn, scope in entry.policies)


def _endpoint(cluster: AwsCluster) -> Residual:
    return REACHES_ENDPOINT if cluster.endpoint_public is False else ALWAYS


def _let_in(world: AwsWorld, cluster: AwsCluster, entry: EksAccessEntry) -> None:
    grant = world.grant(
        f"aws:eks-access-entry:{cluster.arn}:{entry.principal_arn}",
        "access_entry",
        cluster.arn,
        f"access entry of {entry.principal_arn.split(':', 5)[-1]} in cluster {cluster.name}",
        str(entry.ref),
    )
    world.identity_graph.add_edge(
        Edge(
            entry.principal_arn,
            cluster.arn,
            EdgeKind.CAN_ACCESS,
            True,
            "",
            (grant,),
            _endpoint(cluster),
            impact=Impact.H6.value,
        )
    )


def _state(cluster: AwsCluster) -> tuple[State, str]:
    if cluster.authentication_mode not in _WITH_ENTRIES:
        return State.UNVERIFIED, "The evidence does not say whether the cluster takes access entries."
    return State.VERIFIED, ""


def _resource(cluster: AwsCluster) -> Resource:
    return Resource(arn=cluster.arn, account=cluster.account, tags=dict(cluster.tags))


def _entry_arn(cluster: AwsCluster, kind: str, account: str, name: str) -> str:
    parts = cluster.arn.split(":", 5)
    place = ":".join(parts[:5])
    return f"{place}:access-entry/{cluster.name}/{kind}/{account}/{name}/nhi-probe-7f3a9c"


def _new_entry(world: AwsWorld, views: Sequence[PrincipalView], clusters: Sequence[AwsCluster]) -> None:
    """Create an entry for oneself and associate the administrators' policy with it."""
    found: dict[str, list[Target]] = defaultdict(list)
    there: dict[str, frozenset[str]] = {}
    for cluster in clusters:
        state, note = _state(cluster)
        there[cluster.arn] = frozenset(entry.principal_arn for entry in cluster.access_entries)
        if not cluster.access_entries_known and not note:
            note = "The evidence does not show the entries that are there; one of the caller's own would be in the way."
        for kind in _KINDS:
            found[f"{cluster.account}/{kind}"].append(
                Target(
                    cluster.arn,
                    cluster.arn,
                    target_context(_resource(cluster)),
                    (cluster.arn, _entry_arn(cluster, kind, cluster.account, "nhi-probe-7f3a9c")),
                    conditions=_endpoint(cluster),
                    state=state,
                    note=note,
                )
            )
    candidates = {group: Candidates(targets) for group, targets in found.items()}
    needs = [Need(f"eks:{verb}", _stated(clusters)) for verb in ("CreateAccessEntry", "AssociateAccessPolicy")]
    in_some = frozenset().union(*there.values())
    _entries(world, [view for view in views if view.principal.arn not in in_some], needs, candidates)
    for view in views:
        # Who has an entry somewhere can make none there, and still elsewhere.
        if view.principal.arn in in_some:
            mine = {
                group: Candidates([target for target in targets if view.principal.arn not in there[target.node]])
                for group, targets in found.items()
                if group == caller_group(view)
            }
            _entries(world, [view], needs, mine)


def _entries(
    world: AwsWorld, views: Sequence[PrincipalView], needs: Sequence[Need], candidates: dict[str, Candidates]
) -> None:
    class_edges(
        world.identity_graph,
        views,
        needs,
        candidates.get,
        kind=EdgeKind.CAN_GRANT,
        technique="nhi-eks-createaccessentry",
        describe="clusters",
        group_of=caller_group,
        impact_of=lambda _: Impact.H6.value,
    )


def _more_policies(world: AwsWorld, views: Sequence[PrincipalView], clusters: Sequence[AwsCluster]) -> None:
    """Associate the administrators' policy with an entry that the caller has already."""
    by_node = {view.node: view for view in views}
    for cluster in clusters:
        for view, target in _own_entries(cluster, by_node):
            candidates = {view.node: Candidates([target])}
            class_edges(
                world.identity_graph,
                [view],
                [Need("eks:AssociateAccessPolicy", _stated([cluster]))],
                candidates.get,
                kind=EdgeKind.CAN_GRANT,
                technique="nhi-eks-associateaccesspolicy",
                describe="clusters",
                group_of=lambda caller: caller.node,
                impact_of=lambda _: Impact.H6.value,
            )


def _own_entries(cluster: AwsCluster, by_node: dict[str, PrincipalView]) -> Iterator[tuple[PrincipalView, Target]]:
    state, note = _state(cluster)
    for entry in cluster.access_entries:
        view = by_node.get(entry.principal_arn)
        if view is None or view.account != cluster.account or _starts_pods(entry):
            continue
        kind = "role" if ":role/" in entry.principal_arn else "user"
        arn = _entry_arn(cluster, kind, account_id_of(entry.principal_arn), entry.principal_arn.rsplit("/", 1)[-1])
        context = target_context(_resource(cluster))
        yield view, Target(arn, cluster.arn, context, conditions=_endpoint(cluster), state=state, note=note)
