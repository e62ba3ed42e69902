# SPDX-License-Identifier: Apache-2.0
"""HTTP and WebSocket APIs of API Gateway: their routes, what these call, and who may.

Source: https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/operations.html
"""

import functools
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.model.redact import redact
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, keep
from bartizan.sources.terraform.types.apigateway import (
    invoked,
    link_arn,
    link_names,
    path_arn,
    short_id,
)
from bartizan.sources.terraform.value import Hidden

_API, _ROUTE = "AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Route"
_INTEGRATION, _LINK = "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::VpcLink"
_WHOLE = ("body", "target", "route_key")
"""Arguments that make routes and integrations by themselves."""

_kind = functools.partial(Kind, service="apigateway")
_keep = functools.partial(keep, service="apigateway")


def _api_names(thing: Thing) -> Mapping[str, str]:
    name = short_id(thing, "api")
    return {
        "id": name,
        "arn": path_arn(thing, f"apis/{name}"),
        "execution_arn": invoked(thing, name),
    }


def _api(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    body: Body = {
        "ApiId": name,
        "Name": thing.text("name"),
        "ProtocolType": thing.text("protocol_type"),
        "Tags": thing.tag_map(),
    }
    for argument in _WHOLE:
        value = thing.values.get(argument)
        if value is not None and value != thing.before.get(argument):
            # What it makes by itself is not read.
            thing.gaps[argument] = Hidden.UNKNOWN
    _keep(thing, draft, _API, path_arn(thing, f"apis/{name}"), body=body)


def _no_api(thing: Thing, draft: Draft) -> None:
    arn = path_arn(thing, f"apis/{thing.identity('id')}")
    for kind in (_ROUTE, _INTEGRATION):
        for one in [held for held in draft.held(kind) if held.startswith(f"{arn}/")]:
            draft.drop(kind, one)
    draft.drop(_API, arn)


def _part(noun: str, thing: Thing) -> str:
    """Return the ARN of a route or an integration."""
    return path_arn(thing, f"apis/{thing.identity('api_id')}/{noun}s/{thing.identity('id')}")


def _route(thing: Thing, draft: Draft) -> None:
    body: Body = {
        "RouteId": thing.identity("id"),
        "RouteKey": thing.text("route_key"),
        "AuthorizationType": thing.text("authorization_type") or "NONE",
        "ApiKeyRequired": thing.flag("api_key_required"),
        "Target": thing.aside("target"),
    }
    _keep(thing, draft, _ROUTE, _part("route", thing), body=body)


def _integration(thing: Thing, draft: Draft) -> None:
    body: Body = {
        "IntegrationId": thing.identity("id"),
        "IntegrationType": thing.text("integration_type"),
        "IntegrationUri": thing.text("integration_uri"),
        "ConnectionType": thing.text("connection_type") or "INTERNET",
        "ConnectionId": thing.text("connection_id"),
        "CredentialsArn": thing.text("credentials_arn"),
        "RequestParameters": thing.variables("request_parameters"),
    }
    clean = redact(body, ("RequestParameters.*",), key=draft.key)
    _keep(thing, draft, _INTEGRATION, _part("integration", thing), body=clean)


def _link(thing: Thing, draft: Draft) -> None:
    body: Body = {
        "VpcLinkId": thing.identity("id"),
        "Name": thing.text("name"),
        "SubnetIds": list[Json](sorted(thing.texts("subnet_ids"))),
        "SecurityGroupIds": list[Json](sorted(thing.members("security_group_ids"))),
        "Tags": thing.tag_map(),
    }
    _keep(thing, draft, _LINK, link_arn(thing), body=body)


def _no_link(thing: Thing, draft: Draft) -> None:
    draft.drop(_LINK, link_arn(thing))


KINDS = (
    _kind(type="aws_apigatewayv2_api", put=_api, take=_no_api, record=_API, names=_api_names),
    _kind(
        type="aws_apigatewayv2_route",
        put=_route,
        take=lambda thing, draft: draft.drop(_ROUTE, _part("route", thing)),
        record=_ROUTE,
        rank=1,
        names=lambda thing: {"id": short_id(thing, "route")},
    ),
    _kind(
        type="aws_apigatewayv2_integration",
        put=_integration,
        take=lambda thing, draft: draft.drop(_INTEGRATION, _part("integration", thing)),
        record=_INTEGRATION,
        rank=1,
        names=lambda thing: {"id": short_id(thing, "integration")},
    ),
    _kind(
        type="aws_apigatewayv2_vpc_link", put=_link, take=_no_link, record=_LINK, names=link_names
    ),
)
