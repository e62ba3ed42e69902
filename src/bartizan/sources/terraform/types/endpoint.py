# SPDX-License-Identifier: Apache-2.0
"""Endpoints: ways from a network to a service that go over no gateway, and services behind them.

Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html and
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceConfiguration.html
"""

import json

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft, last
from bartizan.sources.terraform.thing import Thing, UntoldError, keep, listed
from bartizan.sources.terraform.types.ec2 import (
    INTERFACE,
    ROUTE_TABLE,
    SERVICE,
    bodies,
    drop,
    kind_of,
    names,
    objects_of,
    peek,
    put,
    text_of,
    without,
)
from bartizan.sources.terraform.types.interface import chosen_groups, new_interface

_ENDPOINT = "AWS::EC2::VPCEndpoint"
_OFFERED = "AWS::EC2::VPCEndpointService"
_PERMISSION = "AWS::EC2::VPCEndpointServicePermission"
_LIST = "AWS::EC2::PrefixList"
_INTERFACES = frozenset({"Interface", "GatewayLoadBalancer"})
_OPEN = json.dumps(
    {
        "Version": "2008-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}],
    }
)
"""The policy of an endpoint for which none is written.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy
"""


def _endpoint(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    held = peek(draft, _ENDPOINT, name)
    sort = thing.text("vpc_endpoint_type") if thing.said("vpc_endpoint_type") else ""
    body: Body = {
        "VpcEndpointId": name,
        "Tags": thing.tags(),
        "PrivateDnsEnabled": thing.flag("private_dns_enabled"),
    }
    if not held or not thing.silent("policy"):
        body["PolicyDocument"] = thing.document("policy", default=_OPEN)
    if not held:
        body |= {
            "VpcEndpointType": sort or "Gateway",
            "VpcId": thing.identity("vpc_id"),
            "OwnerId": thing.account(),
            "ServiceName": thing.text("service_name"),
            "State": "available",
            "NetworkInterfaceIds": [],
            "RouteTableIds": [],
        }
    put(thing, draft, (_ENDPOINT, name), body)
    if thing.said("route_table_ids"):
        tables = thing.texts("route_table_ids")
        before = held.get("RouteTableIds")
        for table in before if isinstance(before, list) else ():
            if table not in tables:
                _unroute(draft, name, str(table))
        for table in tables:
            _route(thing, draft, name, table)
    kind = text_of(peek(draft, _ENDPOINT, name), "VpcEndpointType")
    if kind in _INTERFACES and not held and thing.said("subnet_ids"):
        for subnet in thing.texts("subnet_ids"):
            _stand(thing, draft, name, subnet)
    elif kind == "Interface" and held and thing.said("security_group_ids"):
        _regroup(draft, name, thing.members("security_group_ids"))


def _stand(thing: Thing, draft: Draft, name: str, subnet: str) -> None:
    """Put an endpoint's interface into a subnet."""
    body = peek(draft, _ENDPOINT, name)
    gateway = text_of(body, "VpcEndpointType") == "GatewayLoadBalancer"
    groups = [] if gateway else chosen_groups(thing, draft, subnet, "security_group_ids")
    interface = f"{thing.made('eni')}-{subnet.rpartition('-')[2]}"
    new_interface(
        thing,
        draft,
        name=interface,
        subnet=subnet,
        groups=groups,
        InterfaceType="gateway_load_balancer_endpoint" if gateway else "vpc_endpoint",
        RequesterManaged=True,
        Status="in-use",
        Description=f"VPC Endpoint Interface {name}",
    )
    for one in bodies(draft, _ENDPOINT, name, "vpc_endpoint_id"):
        listed(one, "NetworkInterfaceIds").append(interface)


def _interfaces(draft: Draft, name: str) -> list[str]:
    held = peek(draft, _ENDPOINT, name).get("NetworkInterfaceIds")
    return [one for one in (held if isinstance(held, list) else ()) if isinstance(one, str)]


def _regroup(draft: Draft, name: str, groups: list[str]) -> None:
    for interface in _interfaces(draft, name):
        for body in bodies(draft, INTERFACE, interface, "network_interface_ids"):
            body["Groups"] = [{"GroupId": group} for group in sorted(groups)]


def _route(thing: Thing, draft: Draft, name: str, table: str) -> None:
    """Lead a table's packets for the service to a gateway endpoint.

    Raises:
        UntoldError: the table is not there, or nothing tells the service's list of ranges.
    """
    service = text_of(peek(draft, _ENDPOINT, name), "ServiceName")
    ranges = thing.text("prefix_list_id") if thing.said("prefix_list_id") else ""
    for one in draft.held(_LIST) if not ranges else ():
        if draft.peek(_LIST, one).get("PrefixListName") == service:
            ranges = last(one)
    if not ranges:
        raise UntoldError("prefix_list_id")
    route: dict[str, Json] = {
        "DestinationPrefixListId": ranges,
        "GatewayId": name,
        "Origin": "CreateRoute",
        "State": "active",
    }
    _unroute(draft, name, table)
    for body in bodies(draft, ROUTE_TABLE, table, "route_table_ids"):
        listed(body, "Routes").append(dict(route))
    for body in bodies(draft, _ENDPOINT, name, "vpc_endpoint_id"):
        listed(body, "RouteTableIds").append(table)


def _unroute(draft: Draft, name: str, table: str) -> None:
    for body in bodies(draft, ROUTE_TABLE, table, "route_table_ids"):
        without(listed(body, "Routes"), "GatewayId", [name])
    for body in bodies(draft, _ENDPOINT, name, "vpc_endpoint_id"):
        tables = listed(body, "RouteTableIds")
        tables[:] = [one for one in tables if one != table]


def _no_endpoint(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    for interface in _interfaces(draft, name):
        for one in draft.found(INTERFACE, interface):
            draft.drop(INTERFACE, one)
    for table in list(draft.held(ROUTE_TABLE)):
        routes = objects_of(draft.peek(ROUTE_TABLE, table), "Routes")
        if any(one.get("GatewayId") == name for one in routes):
            without(listed(draft.body(ROUTE_TABLE, table) or {}, "Routes"), "GatewayId", [name])
    drop(_ENDPOINT)(thing, draft)


def _of(thing: Thing) -> str:
    return thing.identity("vpc_endpoint_id")


def _put_table(thing: Thing, draft: Draft) -> None:
    _route(thing, draft, _of(thing), thing.identity("route_table_id"))


def _take_table(thing: Thing, draft: Draft) -> None:
    _unroute(draft, _of(thing), thing.identity("route_table_id"))


def _put_group(thing: Thing, draft: Draft) -> None:
    group = thing.identity("security_group_id")
    for interface in _interfaces(draft, _of(thing)):
        for body in bodies(draft, INTERFACE, interface, "vpc_endpoint_id"):
            groups = listed(body, "Groups")
            without(groups, "GroupId", [group])
            groups.append({"GroupId": group})


def _take_group(thing: Thing, draft: Draft) -> None:
    group = thing.identity("security_group_id")
    for interface in _interfaces(draft, _of(thing)):
        for body in bodies(draft, INTERFACE, interface, "vpc_endpoint_id"):
            without(listed(body, "Groups"), "GroupId", [group])


def _put_policy(thing: Thing, draft: Draft) -> None:
    for body in bodies(draft, _ENDPOINT, _of(thing), "vpc_endpoint_id"):
        body["PolicyDocument"] = thing.document("policy", default=_OPEN)


def _take_policy(thing: Thing, draft: Draft) -> None:
    for body in bodies(draft, _ENDPOINT, _of(thing), "vpc_endpoint_id"):
        body["PolicyDocument"] = _OPEN


def _service(thing: Thing, draft: Draft) -> None:
    name = thing.identity("id")
    region = thing.place.region
    called = thing.text("service_name") if thing.said("service_name") else ""
    body: Body = {
        "ServiceId": name,
        "ServiceName": called or f"com.amazonaws.vpce.{region}.{name}",
        "ServiceState": "Available",
        "AcceptanceRequired": thing.flag("acceptance_required"),
    }
    for member, argument in (
        ("NetworkLoadBalancerArns", "network_load_balancer_arns"),
        ("GatewayLoadBalancerArns", "gateway_load_balancer_arns"),
    ):
        if thing.said(argument):
            body[member] = list[Json](sorted(thing.texts(argument)))
    put(thing, draft, (_OFFERED, name), body)
    if thing.said("allowed_principals"):
        for parent in draft.found(_OFFERED, name):
            for one in [held for held in draft.held(_PERMISSION) if held.startswith(f"{parent}#")]:
                draft.drop(_PERMISSION, one)
            for principal in thing.texts("allowed_principals"):
                _permit(thing, draft, parent, principal)


def _permit(thing: Thing, draft: Draft, parent: str, principal: str) -> None:
    body: Body = {"Principal": principal}
    keep(thing, draft, _PERMISSION, f"{parent}#{principal}", body=body, service=SERVICE)


def _offered(thing: Thing, draft: Draft) -> str:
    found = draft.found(_OFFERED, thing.identity("vpc_endpoint_service_id"))
    if not found:
        raise UntoldError("vpc_endpoint_service_id")
    return found[0]


def _put_permission(thing: Thing, draft: Draft) -> None:
    _permit(thing, draft, _offered(thing, draft), thing.identity("principal_arn"))


def _take_permission(thing: Thing, draft: Draft) -> None:
    draft.drop(_PERMISSION, f"{_offered(thing, draft)}#{thing.identity('principal_arn')}")


KINDS = (
    kind_of(
        type="aws_vpc_endpoint",
        put=_endpoint,
        take=_no_endpoint,
        record=_ENDPOINT,
        rank=5,
        names=names(_ENDPOINT),
    ),
    *(
        kind_of(type=f"aws_vpc_endpoint_{name}", put=put_, take=take, record=_ENDPOINT, part=True)
        for name, put_, take in (
            ("route_table_association", _put_table, _take_table),
            ("security_group_association", _put_group, _take_group),
            ("policy", _put_policy, _take_policy),
        )
    ),
    kind_of(
        type="aws_vpc_endpoint_service",
        put=_service,
        take=drop(_OFFERED),
        record=_OFFERED,
        rank=9,
        names=names(_OFFERED),
    ),
    kind_of(
        type="aws_vpc_endpoint_service_allowed_principal",
        put=_put_permission,
        take=_take_permission,
        record=_PERMISSION,
        part=True,
    ),
)
