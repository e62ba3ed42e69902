# SPDX-License-Identifier: Apache-2.0
"""What newly leads to machines that nobody knows cannot be told to open nothing."""

from typing import Any

import pytest
from msgspec import structs

from bartizan.model.gate import Gate, Judgement
from bartizan.model.record import Json, Record
from tests.fakes.aws_records import record
from tests.fakes.planned_network import GROUP, SUBNET, VPC
from tests.fakes.terraform_plan import ACCOUNT, Described, change
from tests.unit.app.test_gate import judged
from tests.unit.app.test_gate_network import EVERYBODY, opened, scaled

OFFICE, INSIDE = "198.51.100.0/24", "10.0.0.0/8"
PLACE = f"arn:aws:elasticloadbalancing:eu-west-1:{ACCOUNT}"
BALANCER, LISTENER = f"{PLACE}:loadbalancer/app/web/1", f"{PLACE}:listener/app/web/1/1"
TARGETS = f"{PLACE}:targetgroup/web/1"
V2 = "AWS::ElasticLoadBalancingV2"


def listening(
    *blocks: str, routed: bool = False, more: tuple[Record, ...] = ()
) -> tuple[Any, ...]:
    """Machines that nobody knows, of which a group lets some ranges in; their subnet is `routed`
    to the Internet or is not.
    """
    rule: Json = {
        "IpProtocol": "tcp", "FromPort": 8080, "ToPort": 8080,
        "IpRanges": [{"CidrIp": block} for block in blocks],
    }  # fmt: skip

    def held(one: Record) -> Record:
        if one.body.get("GroupId") == GROUP:
            return structs.replace(one, body={**one.body, "IpPermissions": [rule]})
        if one.body.get("RouteTableId") == "rtb-1" and not routed:
            routes = one.body["Routes"]
            assert isinstance(routes, list)
            return structs.replace(one, body={**one.body, "Routes": routes[:1]})
        return one

    return (*map(held, scaled(GROUP)), *more)


def told(found: Gate) -> list[str]:
    return [row.operation for row in found.gaps]


def route(to: str = EVERYBODY, *, table: str = "rtb-1", **over: str) -> Described:
    return change(
        "aws_route.new", after={"route_table_id": table, "destination_cidr_block": to, **over}
    )


IGW = {"gateway_id": "igw-1"}
PEERING = {"vpc_peering_connection_id": "pcx-1"}
NAT = {"nat_gateway_id": "nat-1"}


@pytest.mark.parametrize(
    ("new", "lets_in"),
    [
        (route(**IGW), EVERYBODY),
        (route(**IGW), OFFICE),
        (route("172.16.0.0/16", **PEERING), EVERYBODY),
        (route("10.9.0.0/16", **PEERING), INSIDE),
        (route("10.0.1.0/24", table="rtb-main", **PEERING), INSIDE),
    ],
)
def test_a_route_that_others_could_come_over_cannot_be_told(new: Described, lets_in: str) -> None:
    found = judged(new, records=listening(lets_in))

    assert found.judgement is Judgement.UNKNOWN
    assert told(found) == ["aws_route.new"]


@pytest.mark.parametrize(
    ("new", "lets_in"),
    [
        (route(**NAT), EVERYBODY),
        (route(**IGW), INSIDE),
        (route("172.16.0.0/16", **PEERING), "192.168.0.0/16"),
        (route("10.9.0.0/16", table="rtb-main", **PEERING), INSIDE),
    ],
)
def test_a_route_over_which_nobody_that_is_let_in_comes_is_no_news(
    new: Described, lets_in: str
) -> None:
    assert judged(new, records=listening(lets_in)).judgement is Judgement.CLEAN


def test_a_route_to_machines_that_let_nobody_in_is_no_news() -> None:
    assert judged(route(**IGW), records=listening()).judgement is Judgement.CLEAN


def test_another_table_that_comes_to_hold_is_told_by_what_is_new_in_it() -> None:
    table = record(
        "AWS::EC2::RouteTable", "rtb-2", RouteTableId="rtb-2", VpcId=VPC, OwnerId=ACCOUNT,
        Associations=[],
        Routes=[
            {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"},
            {"DestinationCidrBlock": EVERYBODY, "GatewayId": "igw-1", "Origin": "CreateRoute"},
        ],
    )  # fmt: skip
    moved = change(
        "aws_route_table_association.a", after={"subnet_id": SUBNET, "route_table_id": "rtb-2"}
    )

    fresh = judged(moved, records=listening(EVERYBODY, more=(table,)))
    same = judged(moved, records=listening(EVERYBODY, routed=True, more=(table,)))

    assert told(fresh) == ["aws_route_table_association.a"]
    assert same.judgement is Judgement.CLEAN


def entry(number: int, action: str, block: str = EVERYBODY) -> Described:
    return change(
        "aws_network_acl_rule.r",
        after={
            "network_acl_id": "acl-default", "rule_number": number, "rule_action": action,
            "egress": False, "protocol": "tcp", "cidr_block": block,
            "from_port": 0, "to_port": 65535,
        },
    )  # fmt: skip


def denied(one: Record) -> Record:
    """A list that denies what comes in, but for one range."""
    if one.body.get("NetworkAclId") != "acl-default":
        return one
    entries = one.body["Entries"]
    assert isinstance(entries, list)
    deny = {"RuleNumber": 90, "Protocol": "-1", "RuleAction": "deny", "CidrBlock": EVERYBODY,
            "Egress": False}  # fmt: skip
    return structs.replace(one, body={**one.body, "Entries": [deny, *entries]})


def test_a_list_that_lets_more_through_cannot_be_told_and_one_that_lets_less_is_no_news() -> None:
    records = tuple(map(denied, listening(EVERYBODY)))

    assert told(judged(entry(80, "allow"), records=records)) == ["aws_network_acl_rule.r"]
    assert judged(entry(80, "deny"), records=records).judgement is Judgement.CLEAN


def balanced(*, groups: list[Json], sends: bool) -> tuple[Record, ...]:
    """A balancer on the Internet, its target group, in which no target is known, and a listener
    that `sends` there.
    """
    action: Json = {"Type": "forward", "TargetGroupArn": TARGETS}
    answer: Json = {"Type": "fixed-response"}
    return (
        record(
            f"{V2}::LoadBalancer", BALANCER, LoadBalancerArn=BALANCER, LoadBalancerName="web",
            Type="application", Scheme="internet-facing", VpcId=VPC, SecurityGroups=groups,
            AvailabilityZones=[{"SubnetId": SUBNET, "ZoneName": "eu-west-1a"}],
        ),
        record(
            f"{V2}::TargetGroup", TARGETS, TargetGroupArn=TARGETS, TargetGroupName="web",
            TargetType="instance", VpcId=VPC, Port=8080, Protocol="HTTP",
        ),
        record(f"{V2}::TargetHealth", TARGETS, TargetHealthDescriptions=[]),
        record(
            f"{V2}::Listener", LISTENER, ListenerArn=LISTENER, LoadBalancerArn=BALANCER, Port=80,
            Protocol="HTTP", DefaultActions=[action if sends else answer],
        ),
    )  # fmt: skip


def listener(sort: str) -> Described:
    before = {
        "arn": LISTENER, "load_balancer_arn": BALANCER, "port": 80, "protocol": "HTTP",
        "default_action": [{"type": "fixed-response"}],
    }  # fmt: skip
    action = {"type": sort, **({"target_group_arn": TARGETS} if sort == "forward" else {})}
    return change(
        "aws_lb_listener.web", before=before, after=before | {"default_action": [action]}
    )


def test_a_listener_that_sends_on_to_unknown_machines_cannot_be_told() -> None:
    records = listening(INSIDE, more=balanced(groups=[], sends=False))

    assert told(judged(listener("forward"), records=records)) == ["aws_lb_listener.web"]
    assert judged(listener("redirect"), records=records).judgement is Judgement.CLEAN


def test_a_group_of_the_balancer_before_them_that_lets_more_in_cannot_be_told() -> None:
    def found(*, sends: bool) -> Gate:
        records = listening(INSIDE, more=balanced(groups=["sg-front"], sends=sends))
        front = record(
            "AWS::EC2::SecurityGroup", "sg-front", GroupId="sg-front", GroupName="front",
            VpcId=VPC, OwnerId=ACCOUNT, IpPermissions=[], IpPermissionsEgress=[],
        )  # fmt: skip
        rule = {"security_group_id": "sg-front", "ip_protocol": "tcp", "from_port": 80,
                "to_port": 80, "cidr_ipv4": EVERYBODY}  # fmt: skip
        wider = change("aws_vpc_security_group_ingress_rule.front", after=rule)
        return judged(wider, records=(*records, front))

    assert told(found(sends=True)) == ["aws_vpc_security_group_ingress_rule.front"]
    assert found(sends=False).judgement is Judgement.CLEAN


def test_where_all_machines_are_known_none_of_this_is_told() -> None:
    known = tuple(one for one in listening(EVERYBODY) if one.body.get("code") != "not-known")

    assert judged(route(**IGW), records=known).gaps == ()
    assert judged(opened(), records=known).gaps == ()
