"""APIs of API Gateway and their authorizers.

Input: ``apigateway`` and ``apigatewayv2`` answers. Output: records; what is open to anyone, as counts in ``settings``.
Not handled: stages, integrations, domain names, private APIs' endpoints. An API key is no authorization: AWS says so in
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from collectors.aws.records_fields import FieldError, Fields, Reading, partition_of
from collectors.aws.resource_types import AwsResource, ResourceKind
from collectors.aws.sharing.own_policy import answer_of, escaped_policy
from collectors.evidence.evidence import Call
from collectors.interface import Presence

__all__ = ["read_apis"]

_FUNCTION = re.compile(r"/functions/(arn:[^/]+)/invocations")


def read_apis(reading: Reading, account: str) -> Iterator[AwsResource]:
    """Yield REST, HTTP and WebSocket APIs with their authorizers."""
    yield from _rest_apis(reading, account)
    yield from _http_apis(reading, account)


def _rest_apis(reading: Reading, account: str) -> Iterator[AwsResource]:
    methods = reading.by_request("apigateway.get_resources", account, "restApiId")

    def build(item: Fields, region: str, _call: Call) -> AwsResource:
        api = item.required("id")
        answer = answer_of(reading, "apigateway.get_resources", account, region, methods.get((region, api)))
        policy, presence = escaped_policy(item, "policy")
        return AwsResource(
            arn=_api_arn(account, region, api),
            name=item.text("name") or api,
            kind=ResourceKind.API,
            account=account,
            region=region,
            ref=item.ref,
            policy=policy,
            policy_presence=presence,
            settings={
                "protocolType": "REST",
                "endpointTypes": ",".join(item.inner("endpointConfiguration").texts("types")),
                "disableExecuteApiEndpoint": str(item.flag("disableExecuteApiEndpoint") is True).lower(),
                **(_open_methods(answer) if answer else {}),
            },
            tags=item.tags("tags"),
            tags_known=True,
        )

    yield from reading.each("apigateway.get_rest_apis", account, "items", build)
    for region, call, answer in reading.answers("apigateway.get_authorizers", account):
        api = str(call.request.get("restApiId", ""))
        for item in answer.items("items"):
            yield from _authorizer(
                reading, account, region, api, item, item.text("id"), f"/restapis/{api}/authorizers/",
                {
                    "type": item.text("type"),
                    "authorizerUri": item.text("authorizerUri"),
                    "authorizerCredentials": item.text("authorizerCredentials"),
                    "providerARNs": ",".join(item.texts("providerARNs")),
                },
            )  # fmt: skip


def _http_apis(reading: Reading, account: str) -> Iterator[AwsResource]:
    routes = reading.by_request("apigatewayv2.get_routes", account, "ApiId")

    def build(item: Fields, region: str, _call: Call) -> AwsResource:
        api, protocol = item.required("ApiId"), item.text("ProtocolType")
        answer = answer_of(reading, "apigatewayv2.get_routes", account, region, routes.get((region, api)))
        return AwsResource(
            arn=_api_arn(account, region, api),
            name=item.text("Name") or api,
            kind=ResourceKind.API,
            account=account,
            region=region,
            ref=item.ref,
            policy_presence=Presence.EMPTY,  # these APIs have none
            settings={
                "protocolType": protocol,
                "disableExecuteApiEndpoint": str(item.flag("DisableExecuteApiEndpoint") is True).lower(),
                **(_open_routes(answer, protocol) if answer else {}),
            },
            tags=item.tags("Tags"),
            tags_known=True,
        )

    yield from reading.each("apigatewayv2.get_apis", account, "Items", build)
    for region, call, answer in reading.answers("apigatewayv2.get_authorizers", account):
        api = str(call.request.get("ApiId", ""))
        for item in answer.items("Items"):
            token = item.inner("JwtConfiguration")
            yield from _authorizer(
                reading, account, region, api, item, item.text("AuthorizerId"), f"/apis/{api}/authorizers/",
                {
                    "type": item.text("AuthorizerType"),
                    "authorizerUri": item.text("AuthorizerUri"),
                    "authorizerCredentials": item.text("AuthorizerCredentialsArn"),
                    "Issuer": token.text("Issuer"),
                    "Audience": ",".join(token.texts("Audience")),
                },
            )  # fmt: skip


def _authorizer(
    reading: Reading,
    account: str,
    region: str,
    api: str,
    item: Fields,
    authorizer_id: str,
    path: str,
    settings: Mapping[str, str],
) -> Iterator[AwsResource]:
    """Yield one authorizer; ``functionArn`` and ``api`` are ours, the other settings the vendor's (REST) names."""
    if not authorizer_id or not api:
        error = FieldError(f"{item.ref}: an authorizer without an id, or of an unnamed API")
        reading.gap("apigateway.get_authorizers", account, region, str(error))
        return
    function = _FUNCTION.search(settings["authorizerUri"])
    found = {
        **settings,
        "functionArn": function.group(1) if function else "",
        "api": _api_arn(account, region, api),
    }
    yield AwsResource(
        arn=f"arn:{partition_of(region)}:apigateway:{region}::{path}{authorizer_id}",
        name=item.text("name") or item.text("Name") or authorizer_id,
        kind=ResourceKind.API_AUTHORIZER,
        account=account,
        region=region,
        ref=item.ref,
        policy_presence=Presence.EMPTY,
        settings={name: value for name, value in found.items() if value},
    )


def _api_arn(account: str, region: str, api: str) -> str:
    """Return what callers call, and what policies name; the ARN for administration has no account."""
    return f"arn:{partition_of(region)}:execute-api:{region}:{account}:{api}"


def _open_methods(answer: Fields) -> dict[str, str]:
    """Count methods, and those that anyone may call; ``OPTIONS`` answers browsers and never needs authorization."""
    methods = [
        method
        for resource in answer.items("items")
        for verb in resource.inner("resourceMethods").body
        if verb != "OPTIONS"
        for method in [resource.inner("resourceMethods").inner(verb)]
    ]
    if any(not method.text("authorizationType") for method in methods):
        return {}  # a dump without embedded methods
    return _counts("methods", methods, "authorizationType")


def _open_routes(answer: Fields, protocol: str) -> dict[str, str]:
    routes = [
        route
        for route in answer.items("Items")
        # A WebSocket is authorized when it is opened, never again.
        if (route.text("RouteKey") == "$connect" or protocol != "WEBSOCKET")
        and not route.text("RouteKey").startswith("OPTIONS ")
    ]
    return _counts("routes", routes, "AuthorizationType")


def _counts(what: str, found: list[Fields], field: str) -> dict[str, str]:
    unprotected = sum((item.text(field) or "NONE") == "NONE" for item in found)
    return {what: str(len(found)), f"{what}_without_authorizer": str(unprotected)}
