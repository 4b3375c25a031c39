"""Fetch what starts functions and what they load: event sources, addresses of their own, layers.

Input: an ``AwsFetch`` and a region, after ``lambda.list_functions``. Output: further ``lambda.*`` files of the region.
Not handled: the code of layers; policies of older own layer versions that no function loads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collectors.aws.compute.listed import unique_requests
from collectors.aws.fetching import AwsFetch, Request
from collectors.interface import CallOutcome
from collectors.paging import PageStyle

__all__ = ["fetch_lambda_reach"]

_FUNCTIONS, _ADDRESSES = "lambda.list_functions", "lambda.list_function_url_configs"
_LAYERS, _LAYER_POLICY = "lambda.list_layers", "lambda.get_layer_version_policy"
# https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html: never more than 100 a page
_MAPPING_PAGES = PageStyle(("EventSourceMappings",), "Marker", "NextMarker", "MaxItems", 100)
# https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html: one function a call, up to 50 a page
_ADDRESS_PAGES = PageStyle(("FunctionUrlConfigs",), "Marker", "NextMarker", "MaxItems", 50)
# https://docs.aws.amazon.com/lambda/latest/api/API_ListLayers.html: up to 50 a page
_LAYER_PAGES = PageStyle(("Layers",), "Marker", "NextMarker", "MaxItems", 50)


def fetch_lambda_reach(fetch: AwsFetch, region: str) -> None:
    """Fetch event source mappings, the address of each function, own layers and who may load them."""
    fetch.pages("lambda.list_event_source_mappings", _MAPPING_PAGES, region=region)
    functions = fetch.listed(_FUNCTIONS, "Functions", region)
    if fetch.known(_FUNCTIONS, region):
        names = sorted(str(item["FunctionName"]) for item in functions if item.get("FunctionName"))
        fetch.each(_ADDRESSES, [Request({"FunctionName": name}) for name in names], region, _ADDRESS_PAGES)
    else:
        fetch.blocked(_ADDRESSES, _FUNCTIONS, region)
    if fetch.pages(_LAYERS, _LAYER_PAGES, region=region) is not CallOutcome.OK:
        fetch.blocked(_LAYER_POLICY, _LAYERS, region)
        return
    versions = {*_latest(fetch, region), *_loaded(fetch.account, functions)}
    requests = unique_requests({"LayerName": arn, "VersionNumber": number} for arn, number in sorted(versions))
    fetch.each(_LAYER_POLICY, requests, region)


def _latest(fetch: AwsFetch, region: str) -> Iterator[tuple[str, int]]:
    for layer in fetch.listed(_LAYERS, "Layers", region):
        newest = layer.get("LatestMatchingVersion") or {}
        if layer.get("LayerArn") and isinstance(newest.get("Version"), int):
            yield str(layer["LayerArn"]), newest["Version"]


def _loaded(account: str, functions: list[Any]) -> Iterator[tuple[str, int]]:
    """Yield layer and version of the account's own layers that functions load."""
    for function in functions:
        for layer in function.get("Layers") or ():
            arn, _, version = str(layer.get("Arn") or "").rpartition(":")
            if version.isdigit() and f":{account}:layer:" in arn:
                yield arn, int(version)
