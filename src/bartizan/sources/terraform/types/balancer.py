# SPDX-License-Identifier: Apache-2.0
"""Load balancers of the second generation, their listeners, and what they send to.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Operations.html
"""

import functools
from collections.abc import Mapping

from bartizan.model.record import Json
from bartizan.sources.terraform.draft import Body, Draft
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, keep, listed
from bartizan.sources.terraform.types.ec2 import INTERFACE, SUBNET, objects_of, peek, put
from bartizan.sources.terraform.types.ec2_address import association, public
from bartizan.sources.terraform.types.interface import chosen_groups, new_interface
from bartizan.sources.terraform.value import Hidden

_V2 = "AWS::ElasticLoadBalancingV2"
_BALANCER, _ATTRIBUTES = f"{_V2}::LoadBalancer", f"{_V2}::LoadBalancerAttributes"
_TAGS, _LISTENER, _RULE = f"{_V2}::LoadBalancerTags", f"{_V2}::Listener", f"{_V2}::ListenerRule"
_GROUP, _GROUP_ATTRIBUTES = f"{_V2}::TargetGroup", f"{_V2}::TargetGroupAttributes"
_HEALTH = f"{_V2}::TargetHealth"
_WORDS = {"application": "app", "network": "net", "gateway": "gwy"}
_INTERFACES = {"network": "network_load_balancer", "gateway": "gateway_load_balancer"}
_ON_PRIVATE_LINK = "enforce_security_group_inbound_rules_on_private_link_traffic"
_SETTINGS = (
    ("preserve_client_ip", "preserve_client_ip.enabled"),
    ("load_balancing_cross_zone_enabled", "load_balancing.cross_zone.enabled"),
)

_kind = functools.partial(Kind, service="elasticloadbalancing")
_keep = functools.partial(keep, service="elasticloadbalancing")


def _digits(thing: Thing) -> str:
    return thing.made("x").partition("-")[2][:16]


def _arn(thing: Thing, rest: str) -> str:
    thing.account()
    if not thing.place.region:
        raise UntoldError("region")
    return thing.place.arn("elasticloadbalancing", rest, region=True)


def _sort(thing: Thing) -> str:
    written = thing.text("load_balancer_type") if thing.said("load_balancer_type") else ""
    return written or "application"


def _balancer_names(thing: Thing) -> Mapping[str, str]:
    word = _WORDS.get(_sort(thing), "app")
    arn = _arn(thing, f"loadbalancer/{word}/{thing.called()}/{_digits(thing)}")
    return {"arn": arn, "id": arn}


def _balancer(thing: Thing, draft: Draft) -> None:
    name = thing.identity("arn", "id")
    held = draft.peek(_BALANCER, name)
    sort = _sort(thing)
    subnets = _subnets(thing)
    body: Body = {
        "LoadBalancerArn": name,
        "LoadBalancerName": thing.called(),
        "Type": sort,
        "Scheme": "internal" if thing.flag("internal") else "internet-facing",
        "State": {"Code": "active"},
    }
    groups: list[str] = []
    # Only one for applications has the network's own group where none is written.
    written = thing.said("security_groups") and bool(thing.values["security_groups"])
    if sort == "application" or (sort == "network" and written):
        groups = chosen_groups(thing, draft, subnets[0], "security_groups")
        body["SecurityGroups"] = list[Json](sorted(groups))
    if thing.said(_ON_PRIVATE_LINK):
        word = thing.text(_ON_PRIVATE_LINK)
        body["EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"] = word
    zones = [peek(draft, SUBNET, one) for one in subnets]
    body["VpcId"] = zones[0].get("VpcId")
    body["AvailabilityZones"] = [
        {"SubnetId": one, "ZoneName": zone.get("AvailabilityZone")}
        for one, zone in zip(subnets, zones, strict=True)
    ]
    _keep(thing, draft, _BALANCER, name, body=body)
    _keep(thing, draft, _TAGS, name, body={"Tags": thing.tags()})
    spread = "true" if thing.flag("enable_cross_zone_load_balancing") else "false"
    crossing: Json = {"Key": "load_balancing.cross_zone.enabled", "Value": spread}
    _keep(thing, draft, _ATTRIBUTES, name, body={"Attributes": [crossing]})
    if thing.said("ip_address_type") and thing.text("ip_address_type").startswith("dualstack"):
        # Its IPv6 addresses are AWS's to choose.
        thing.gaps["ip_address_type"] = Hidden.UNKNOWN
    told = f"ELB {name.partition(':loadbalancer/')[2]}"
    if held:
        _regroup(draft, told, groups)
        subnets = [one for one in subnets if one not in _zones(held)]
    for subnet in subnets:
        _node(thing, draft, subnet, told=told, groups=groups)


def _zones(body: Mapping[str, Json]) -> set[Json]:
    return {one.get("SubnetId") for one in objects_of(body, "AvailabilityZones")}


def _subnets(thing: Thing) -> list[str]:
    """Return the subnets that a balancer has nodes in.

    Raises:
        UntoldError: nothing tells them.
    """
    found = thing.texts("subnets") if thing.said("subnets") else []
    if not found and "subnets" not in thing.gaps:
        found = [one.text("subnet_id") for one in thing.blocks("subnet_mapping")]
    found = sorted({one for one in found if one})
    if not found:
        raise UntoldError("subnets")
    return found


def _node(thing: Thing, draft: Draft, subnet: str, *, told: str, groups: list[str]) -> None:
    """Put one of a balancer's interfaces into a subnet."""
    sort = _sort(thing)
    name = f"{thing.made('eni')}-{subnet.rpartition('-')[2]}"
    body = new_interface(
        thing,
        draft,
        name=name,
        subnet=subnet,
        groups=groups,
        InterfaceType=_INTERFACES.get(sort, "interface"),
        RequesterManaged=True,
        Status="in-use",
        Description=told,
        Attachment={"InstanceOwnerId": "amazon-elb", "Status": "attached"},
    )
    if sort != "gateway" and not thing.flag("internal"):
        address: Json = body["PrivateIpAddress"]
        outside = association(public(name), owner="amazon-elb")
        held: Json = {"PrivateIpAddress": address, "Primary": True, "Association": dict(outside)}
        put(
            thing,
            draft,
            (INTERFACE, name),
            {"Association": outside, "PrivateIpAddresses": [held]},
        )


def _nodes(draft: Draft, told: str) -> list[str]:
    return list(draft.matching(INTERFACE, told, "Description"))


def _regroup(draft: Draft, told: str, groups: list[str]) -> None:
    for one in _nodes(draft, told):
        body = draft.body(INTERFACE, one) or {}
        body["Groups"] = [{"GroupId": group} for group in sorted(groups)]


def _no_balancer(thing: Thing, draft: Draft) -> None:
    name = thing.identity("arn", "id")
    for one in _nodes(draft, f"ELB {name.partition(':loadbalancer/')[2]}"):
        draft.drop(INTERFACE, one)
    for kind in (_BALANCER, _ATTRIBUTES, _TAGS):
        draft.drop(kind, name)


def _listener_names(thing: Thing) -> Mapping[str, str]:
    arn = _arn(thing, f"listener/app/{thing.predicted()}/{_digits(thing)}/{_digits(thing)}")
    return {"arn": arn, "id": arn}


def _actions(thing: Thing, block: str) -> list[Json]:
    found: list[Json] = []
    for one in thing.blocks(block):
        action: dict[str, Json] = {"Type": one.text("type")}
        if one.said("target_group_arn") and (group := one.text("target_group_arn")):
            action["TargetGroupArn"] = group
        for forward in one.blocks("forward"):
            action["ForwardConfig"] = {
                "TargetGroups": [
                    {"TargetGroupArn": held.text("arn"), "Weight": held.number("weight")}
                    if held.said("weight")
                    else {"TargetGroupArn": held.text("arn")}
                    for held in forward.blocks("target_group")
                ]
            }
        found.append(action)
    return found


def _listener(thing: Thing, draft: Draft) -> None:
    body: Body = {
        "ListenerArn": (name := thing.identity("arn", "id")),
        "LoadBalancerArn": thing.identity("load_balancer_arn"),
        "DefaultActions": _actions(thing, "default_action"),
    }
    if thing.said("port"):
        body["Port"] = thing.number("port")
    if thing.said("protocol"):
        body["Protocol"] = thing.text("protocol")
    elif "loadbalancer/app/" in str(body["LoadBalancerArn"]):
        body["Protocol"] = "HTTP"
    _keep(thing, draft, _LISTENER, name, body=body)
    _used(draft, body["DefaultActions"], str(body["LoadBalancerArn"]))


def _used(draft: Draft, actions: Json, balancer: str) -> None:
    """Say in the records of target groups which balancer sends to them."""
    for action in actions if isinstance(actions, list) else ():
        if not isinstance(action, dict):
            continue
        forward = action.get("ForwardConfig")
        held = forward.get("TargetGroups") if isinstance(forward, dict) else None
        groups = [action, *(one for one in (held if isinstance(held, list) else ()))]
        for one in groups:
            name = one.get("TargetGroupArn") if isinstance(one, dict) else None
            body = draft.body(_GROUP, name) if isinstance(name, str) else None
            if body is not None and balancer not in listed(body, "LoadBalancerArns"):
                listed(body, "LoadBalancerArns").append(balancer)


def _rule_name(thing: Thing) -> str:
    known = thing.values.get("arn")
    if isinstance(known, str) and known:
        return known
    listener = thing.identity("listener_arn")
    return f"{listener.replace(':listener/', ':listener-rule/')}/{_digits(thing)}"


def _rule(thing: Thing, draft: Draft) -> None:
    body: Body = {"RuleArn": (name := _rule_name(thing)), "Actions": _actions(thing, "action")}
    _keep(thing, draft, _RULE, name, body=body)
    listener = draft.peek(_LISTENER, thing.identity("listener_arn"))
    _used(draft, body["Actions"], str(listener.get("LoadBalancerArn", "")))


def _group_names(thing: Thing) -> Mapping[str, str]:
    arn = _arn(thing, f"targetgroup/{thing.called()}/{_digits(thing)}")
    return {"arn": arn, "id": arn}


def _group(thing: Thing, draft: Draft) -> None:
    name = thing.identity("arn", "id")
    body: Body = {
        "TargetGroupArn": name,
        "TargetGroupName": thing.called(),
        "TargetType": (thing.text("target_type") if thing.said("target_type") else "")
        or "instance",
    }
    for member, argument in (("VpcId", "vpc_id"), ("Protocol", "protocol")):
        if thing.said(argument):
            body[member] = thing.text(argument)
    if thing.said("port"):
        body["Port"] = thing.number("port")
    _keep(thing, draft, _GROUP, name, body=body)
    # Where the code leaves a setting to AWS, the setting's own default holds.
    settings: list[Json] = [
        {"Key": key, "Value": value}
        for argument, key in _SETTINGS
        if thing.said(argument) and (value := thing.text(argument))
    ]
    _keep(thing, draft, _GROUP_ATTRIBUTES, name, body={"Attributes": settings})
    if not draft.peek(_HEALTH, name):
        _keep(thing, draft, _HEALTH, name, body={"TargetHealthDescriptions": []})


def _no_group(thing: Thing, draft: Draft) -> None:
    for kind in (_GROUP, _GROUP_ATTRIBUTES, _HEALTH):
        draft.drop(kind, thing.identity("arn", "id"))


def _registered(thing: Thing, draft: Draft) -> tuple[list[Json], dict[str, Json]]:
    """Return what is registered with a group, to be changed in place, and the target meant.

    Raises:
        UntoldError: the group is neither in the snapshot nor in the change.
    """
    body = draft.body(_HEALTH, thing.identity("target_group_arn"))
    if body is None:
        raise UntoldError("target_group_arn")
    target: dict[str, Json] = {"Id": thing.identity("target_id")}
    if thing.said("port"):
        target["Port"] = thing.number("port")
    return listed(body, "TargetHealthDescriptions"), target


def _register(thing: Thing, draft: Draft) -> None:
    held, target = _registered(thing, draft)
    held.append({"Target": target, "TargetHealth": {"State": "healthy"}})


def _deregister(thing: Thing, draft: Draft) -> None:
    held, target = _registered(thing, draft)
    held[:] = [one for one in held if not _is(one, target)]


def _is(one: Json, target: Mapping[str, Json]) -> bool:
    told = one.get("Target") if isinstance(one, dict) else None
    return isinstance(told, dict) and all(told.get(key) == value for key, value in target.items())


KINDS = (
    *(
        _kind(
            type=name,
            put=_balancer,
            take=_no_balancer,
            record=_BALANCER,
            rank=6,
            names=_balancer_names,
        )
        for name in ("aws_lb", "aws_alb")
    ),
    *(
        _kind(
            type=name,
            put=_group,
            take=_no_group,
            record=_GROUP,
            rank=6,
            names=_group_names,
        )
        for name in ("aws_lb_target_group", "aws_alb_target_group")
    ),
    *(
        _kind(
            type=name,
            put=_listener,
            take=lambda thing, draft: draft.drop(_LISTENER, thing.identity("arn", "id")),
            record=_LISTENER,
            rank=7,
            names=_listener_names,
        )
        for name in ("aws_lb_listener", "aws_alb_listener")
    ),
    *(
        _kind(
            type=name,
            put=_rule,
            take=lambda thing, draft: draft.drop(_RULE, _rule_name(thing)),
            record=_RULE,
            rank=8,
        )
        for name in ("aws_lb_listener_rule", "aws_alb_listener_rule")
    ),
    *(
        _kind(type=name, put=_register, take=_deregister, record=_HEALTH, part=True)
        for name in ("aws_lb_target_group_attachment", "aws_alb_target_group_attachment")
    ),
)
