"""What starts functions (event sources, addresses of their own) and the layers that they load.

Input: further ``lambda`` answers. Output: triggers and resources.
Not handled: statements of a function's policy that let a service invoke it; they stay in the function's policy. A layer
version that is neither the newest nor loaded by an own function.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from collectors.aws.records_fields import FieldError, Fields, Reading, arn_account, arn_region
from collectors.aws.resource_types import AwsResource, ResourceKind
from collectors.aws.workload_types import AwsTrigger
from collectors.evidence.evidence import Call
from collectors.interface import EvidenceRef, Presence

__all__ = ["read_function_triggers", "read_layers"]

_MAPPINGS, _ADDRESSES = "lambda.list_event_source_mappings", "lambda.list_function_url_configs"
_FUNCTIONS, _FUNCTION_POLICY = "lambda.list_functions", "lambda.get_policy"
_LAYERS, _LAYER_POLICY = "lambda.list_layers", "lambda.get_layer_version_policy"
_ON, _OFF = frozenset({"Enabled", "Updating"}), frozenset({"Disabled", "Disabling", "Deleting"})
_FUNCTION_PARTS = 7
_USE = "lambda:invokefunctionurl"
_WITHOUT_AUTHENTICATION = {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}
"""The condition that the console and the vendor's examples write."""


def read_function_triggers(reading: Reading) -> tuple[AwsTrigger, ...]:
    """Return event source mappings and function URLs."""
    found: list[AwsTrigger] = []
    for account in reading.accounts:
        found += reading.each(_MAPPINGS, account, "EventSourceMappings", _mapping)
        policies = reading.by_request(_FUNCTION_POLICY, account, "FunctionName")
        for region, _, answer in reading.answers(_ADDRESSES, account):
            for item in answer.items("FunctionUrlConfigs"):
                try:
                    found.append(_address(reading, item, account, region, policies))
                except FieldError as error:
                    reading.gap(_ADDRESSES, account, region, str(error))
    return tuple(found)


def read_layers(reading: Reading) -> tuple[AwsResource, ...]:
    """Return the account's own layer versions: the newest of each layer, and those whose policy was asked for."""
    found: dict[str, AwsResource] = {}
    for account in reading.accounts:
        policies = {_layer_key(region, call): call for region, call in reading.calls(_LAYER_POLICY, account)}
        for region, layer, version, ref in (*_newest(reading, account), *_asked(reading, account)):
            name = layer.rpartition(":")[2]
            call = policies.get((region, layer, version)) or policies.get((region, name, version))
            policy, presence = reading.policy(_LAYER_POLICY, account, region, call, "Policy")
            arn = f"{layer}:{version}"
            record = AwsResource(
                arn=arn,
                name=name,
                kind=ResourceKind.LAMBDA_LAYER,
                account=arn_account(layer),
                region=arn_region(layer) or region,
                ref=ref,
                policy=policy,
                policy_presence=presence,
                settings={"Version": str(version)},
            )
            found.setdefault(arn, record)
    return tuple(found.values())


def _mapping(item: Fields, region: str, _call: Call) -> AwsTrigger:
    function = item.arn("FunctionArn")
    state = item.text("State")
    return AwsTrigger(
        id=item.text("EventSourceMappingArn") or f"{_unqualified(function)}#{item.required('UUID')}",
        kind="event-source",
        account=arn_account(function),
        region=arn_region(function) or region,
        # The alias or version stays: new code of the function itself does not reach a published version.
        target_arn=function,
        ref=item.ref,
        source_arn=item.text("EventSourceArn"),
        enabled=True if state in _ON else False if state in _OFF else None,
    )


def _address(
    reading: Reading, item: Fields, account: str, region: str, policies: Mapping[tuple[str, str], Call]
) -> AwsTrigger:
    arn = item.arn("FunctionArn")
    function = _unqualified(arn)
    public: bool | None = item.text("AuthType") == "NONE"
    if public:
        call = policies.get((region, function.rpartition(":")[2])) if arn == function else None
        policy, presence = reading.policy(_FUNCTION_POLICY, account, region, call, "Policy")
        public = _lets_everyone_in(policy.body if policy else None, presence)
    return AwsTrigger(
        id=f"{arn}#url",
        kind="function-url",
        account=arn_account(arn),
        region=arn_region(arn) or region,
        target_arn=function,
        ref=item.ref,
        enabled=True,
        public=public,
        input_free=True,
    )


def _lets_everyone_in(policy: Mapping[str, Any] | None, presence: Presence) -> bool | None:
    """Tell whether a function's policy lets anyone use its address; ``None`` where that is not known.

    An address without authentication still needs a statement that allows everyone to use it:
    https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html (read 2026-11).
    """
    if presence is Presence.EMPTY:
        return False
    statements = (policy or {}).get("Statement")
    if presence is not Presence.PRESENT or statements is None:
        return None
    listed = statements if isinstance(statements, list) else [statements]
    found = {_opens(each) for each in listed if isinstance(each, Mapping)}
    return None if None in found else True in found


def _opens(statement: Mapping[str, Any]) -> bool | None:
    """Tell whether one statement lets everyone use the address; ``None`` for a deny or a further condition."""
    actions = statement.get("Action")
    names = actions if isinstance(actions, list) else [actions]
    if not any(fnmatchcase(_USE, str(name).lower()) for name in names):
        return False
    if statement.get("Effect") != "Allow":
        return None
    principal = statement.get("Principal")
    everyone = principal.get("AWS") if isinstance(principal, Mapping) else principal
    if "*" not in (everyone if isinstance(everyone, list) else [everyone]):
        return False
    condition = statement.get("Condition") or {}
    return True if not condition or condition == _WITHOUT_AUTHENTICATION else None


def _newest(reading: Reading, account: str) -> Iterator[tuple[str, str, int, EvidenceRef]]:
    for region, _, answer in reading.answers(_LAYERS, account):
        for item in answer.items("Layers"):
            version = item.inner("LatestMatchingVersion").number("Version")
            if item.text("LayerArn") and version is not None:
                yield region, item.text("LayerArn"), version, item.ref


def _asked(reading: Reading, account: str) -> Iterator[tuple[str, str, int, EvidenceRef]]:
    for region, call in reading.calls(_LAYER_POLICY, account):
        _, layer, version = _layer_key(region, call)
        if layer.startswith("arn:") and version:
            yield region, layer, version, call.ref


def _layer_key(region: str, call: Call) -> tuple[str, str, int]:
    version = str(call.request.get("VersionNumber"))
    return region, str(call.request.get("LayerName") or ""), int(version) if version.isdigit() else 0


def _unqualified(arn: str) -> str:
    """Return a function's ARN without alias or version."""
    return ":".join(arn.split(":")[:_FUNCTION_PARTS])
