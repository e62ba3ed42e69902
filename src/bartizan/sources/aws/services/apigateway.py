# SPDX-License-Identifier: Apache-2.0
"""API Gateway: REST, HTTP and WebSocket APIs, who may call them, and what they call."""

import json
from collections.abc import Iterator, Mapping

from bartizan.model.facts.estate import Trigger
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.facts.body import (
    MalformedBodyError,
    mapping,
    rows,
    tags,
    text,
    texts,
)
from bartizan.sources.aws.facts.resource_policy import resource_policy
from bartizan.sources.aws.facts.workload import workload
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services.apigateway_front import (
    API,
    FUNCTION,
    INTEGRATION,
    RESOURCE,
    REST_API,
    ROUTE,
    VPC_LINK,
    VPC_LINK_V2,
    fronts,
    invocation_arn,
)

_CALLS = (
    Call(
        service="apigateway",
        operation="GetRestApis",
        kind=REST_API,
        scope=Scope.REGION,
        action="apigateway:GET",
        items="items",
        id="join('', ['arn:', partition, ':apigateway:', region, '::/restapis/', item.id])",
    ),
    Call(
        service="apigateway",
        operation="GetResources",
        kind=RESOURCE,
        scope=Scope.REGION,
        action="apigateway:GET",
        each=REST_API,
        parameters={"restApiId": "parent.id", "embed": "['methods']"},
        items="items",
        id="join('/resources/', [parent_id, item.id])",
        absent=("NotFoundException",),
        secrets=("resourceMethods.*.methodIntegration.requestParameters.*",),
    ),
    Call(
        service="apigatewayv2",
        operation="GetApis",
        kind=API,
        scope=Scope.REGION,
        action="apigateway:GET",
        items="Items",
        id="join('', ['arn:', partition, ':apigateway:', region, '::/apis/', item.ApiId])",
    ),
    Call(
        service="apigatewayv2",
        operation="GetRoutes",
        kind=ROUTE,
        scope=Scope.REGION,
        action="apigateway:GET",
        each=API,
        parameters={"ApiId": "parent.ApiId"},
        items="Items",
        id="join('/routes/', [parent_id, item.RouteId])",
        absent=("NotFoundException",),
    ),
    Call(
        service="apigatewayv2",
        operation="GetIntegrations",
        kind=INTEGRATION,
        scope=Scope.REGION,
        action="apigateway:GET",
        each=API,
        parameters={"ApiId": "parent.ApiId"},
        items="Items",
        id="join('/integrations/', [parent_id, item.IntegrationId])",
        absent=("NotFoundException",),
        secrets=("RequestParameters.*",),
    ),
    Call(
        service="apigateway",
        operation="GetVpcLinks",
        kind=VPC_LINK,
        scope=Scope.REGION,
        action="apigateway:GET",
        items="items",
        id="join('', ['arn:', partition, ':apigateway:', region, '::/vpclinks/', item.id])",
    ),
    Call(
        service="apigatewayv2",
        operation="GetVpcLinks",
        kind=VPC_LINK_V2,
        scope=Scope.REGION,
        action="apigateway:GET",
        items="Items",
        id="join('', ['arn:', partition, ':apigateway:', region, '::/vpclinks/', item.VpcLinkId])",
    ),
)


def normalise(records: Records) -> Iterator[Row]:
    """Derive APIs, whether anyone can call them, and the functions that they call.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html
    """
    open_apis = {
        record.id.partition("/resources/")[0]
        for record in records.of(RESOURCE)
        if _open_methods(record)
    } | {
        record.id.partition("/routes/")[0]
        for record in records.of(ROUTE)
        if record.body.get("AuthorizationType", "NONE") == "NONE"
        and record.body.get("ApiKeyRequired") is not True
    }

    def rest_api(record: Record) -> Iterator[Row]:
        body, target = record.body, invocation_arn(record, text(record.body, "id"))
        private = "PRIVATE" in texts(body, "endpointConfiguration", "types")
        policy = unescaped(text(body, "policy"))
        yield workload(
            record,
            arn=target,
            name=text(body, "name"),
            role="",
            running=True,
            tags=tags(body, "tags"),
            public=not private,
            # A policy may still refuse callers; whether it does is for the reasoner to decide.
            anonymous=record.id in open_apis and not private and not policy,
        )
        yield from resource_policy(record, target=target, document=policy)

    def api(record: Record) -> Iterator[Row]:
        yield workload(
            record,
            arn=invocation_arn(record, text(record.body, "ApiId")),
            name=text(record.body, "Name"),
            role="",
            running=True,
            tags=tags(record.body, "Tags"),
            public=True,
            anonymous=record.id in open_apis,
        )

    yield from rows(records, REST_API, rest_api)
    yield from rows(records, RESOURCE, _method_triggers)
    yield from rows(records, API, api)
    yield from rows(records, INTEGRATION, _integration_trigger)
    yield from fronts(records)


def _open_methods(record: Record) -> bool:
    """A method of this resource asks neither for a signature nor for a token nor for a key."""
    methods = record.body.get("resourceMethods")
    return isinstance(methods, dict) and any(
        isinstance(method, dict)
        and method.get("authorizationType") == "NONE"
        and method.get("apiKeyRequired") is not True
        and name != "OPTIONS"
        for name, method in methods.items()
    )


def unescaped(policy: str) -> str:
    r"""Return the policy of a REST API as JSON: the API answers it with escaped quotes, `{\"`.

    Raises:
        MalformedBodyError: it is escaped in no way that JSON knows.
    """
    if not policy.startswith('{\\"'):
        return policy
    try:
        plain = json.loads(f'"{policy}"', strict=False)
    except ValueError as error:
        raise MalformedBodyError("`policy` is no escaped JSON") from error
    return str(plain)


def _called(record: Record, uri: str, api: str) -> Iterator[Row]:
    if found := FUNCTION.search(uri):
        yield Trigger(workload=found.group(), source=invocation_arn(record, api))


def _method_triggers(record: Record) -> Iterator[Row]:
    api = record.id.partition("/restapis/")[2].partition("/")[0]
    methods: Mapping[str, Json] = mapping(record.body, "resourceMethods")
    uris = {text(methods, name, "methodIntegration", "uri") for name in methods}
    for uri in sorted(uris):
        yield from _called(record, uri, api)


def _integration_trigger(record: Record) -> Iterator[Row]:
    api = record.id.partition("/apis/")[2].partition("/")[0]
    yield from _called(record, text(record.body, "IntegrationUri"), api)


SERVICE = Service(name="API Gateway", calls=_CALLS, normalise=normalise)
