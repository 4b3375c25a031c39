"""Fetch ECS clusters, services, running tasks, and the task definitions that are newest or in use.

Input: an ``AwsFetch`` and a region. Output: the ``ecs.*`` files of the region.
Not handled: stopped tasks, container instances, and older revisions that nothing uses.
"""

from __future__ import annotations

from collections.abc import Iterable

from collectors.aws.compute.kept import keep_containers
from collectors.aws.compute.listed import batches, line_texts, listed_texts, unique_requests
from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_ecs", "newest_revisions"]

_CLUSTERS, _CLUSTER = "ecs.list_clusters", "ecs.describe_clusters"
_SERVICES, _SERVICE = "ecs.list_services", "ecs.describe_services"
_TASKS, _TASK = "ecs.list_tasks", "ecs.describe_tasks"
_DEFINITIONS, _DEFINITION = "ecs.list_task_definitions", "ecs.describe_task_definition"
# https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html and the other lists: up to 100 a page
_CLUSTER_PAGES = PageStyle(("clusterArns",), "nextToken", "nextToken", "maxResults", 100)
_SERVICE_PAGES = PageStyle(("serviceArns",), "nextToken", "nextToken", "maxResults", 100)
_TASK_PAGES = PageStyle(("taskArns",), "nextToken", "nextToken", "maxResults", 100)
_DEFINITION_PAGES = PageStyle(("taskDefinitionArns",), "nextToken", "nextToken", "maxResults", 100)
# Objects a call: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html (and …Tasks,
# …Services)
_CLUSTERS_A_CALL = _TASKS_A_CALL = 100
_SERVICES_A_CALL = 10


def fetch_ecs(fetch: AwsFetch, region: str) -> None:
    """Fetch clusters with services and tasks, then definitions: one call each for those that are newest or in use."""
    if fetch.pages(_CLUSTERS, _CLUSTER_PAGES, region=region) is CallOutcome.OK:
        _fetch_clusters(fetch, region, listed_texts(fetch, _CLUSTERS, "clusterArns", region))
    else:
        for name in (_CLUSTER, _SERVICES, _SERVICE, _TASKS, _TASK):
            fetch.blocked(name, _CLUSTERS, region)
    asked = {"status": "ACTIVE"}
    used = _used_definitions(fetch, region)
    if fetch.pages(_DEFINITIONS, _DEFINITION_PAGES, asked, region) is not CallOutcome.OK:
        fetch.blocked(_DEFINITION, _DEFINITIONS, region)
        return
    wanted = {*newest_revisions(listed_texts(fetch, _DEFINITIONS, "taskDefinitionArns", region)), *used}
    requests = [Request({"taskDefinition": arn, "include": ["TAGS"]}) for arn in sorted(wanted)]
    fetch.each(_DEFINITION, requests, region, keep=keep_containers)


def newest_revisions(arns: Iterable[str]) -> list[str]:
    """Return the highest revision of every family, sorted by ARN; the revision is the number at the ARN's end."""
    newest: dict[str, int] = {}
    for arn in arns:
        family, _, revision = arn.rpartition(":")
        if revision.isdigit():
            newest[family] = max(newest.get(family, 0), int(revision))
    return [f"{family}:{revision}" for family, revision in sorted(newest.items())]


def _fetch_clusters(fetch: AwsFetch, region: str, clusters: list[str]) -> None:
    include = ["CONFIGURATIONS", "TAGS"]
    groups = batches(clusters, _CLUSTERS_A_CALL)
    fetch.each(_CLUSTER, [Request({"clusters": group, "include": include}) for group in groups], region)
    each_cluster = [Request({"cluster": arn}) for arn in clusters]
    fetch.each(_SERVICES, each_cluster, region, _SERVICE_PAGES)
    fetch.each(_SERVICE, _members(fetch, region, _SERVICES, "serviceArns", "services", _SERVICES_A_CALL), region)
    fetch.each(_TASKS, each_cluster, region, _TASK_PAGES)  # AWS lists tasks that should run unless told otherwise
    tasks = _members(fetch, region, _TASKS, "taskArns", "tasks", _TASKS_A_CALL)
    fetch.each(_TASK, tasks, region, keep=keep_containers)


def _members(fetch: AwsFetch, region: str, listing: str, key: str, parameter: str, size: int) -> list[Request]:
    """Return the calls that describe what a listing names, cluster by cluster."""
    return unique_requests(
        {"cluster": request["cluster"], parameter: group, "include": ["TAGS"]}
        for request, arns in line_texts(fetch, listing, key, region)
        for group in batches(arns, size)
    )


def _used_definitions(fetch: AwsFetch, region: str) -> set[str]:
    used = set()
    for name, key, field in ((_SERVICE, "services", "taskDefinition"), (_TASK, "tasks", "taskDefinitionArn")):
        for line in fetch.lines(name, region):
            for item in (line.response or {}).get(key) or ():
                used.add(str(item.get(field) or ""))
    return used - {""}
