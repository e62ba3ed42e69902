# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.service import Balancer, Listener, Target, TargetGroup
from tests.fakes.balanced_network import CLASSIC, GROUPS, node
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION

ARN = f"{GROUPS}/g/aa"


def group(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    whole = {
        "TargetGroupArn": ARN,
        "TargetType": "instance",
        "Protocol": "TCP",
        "Port": 8080,
        "VpcId": "vpc-1",
        **fields,
    }
    return {"TargetGroups": [whole]}


def attributes(**held: str) -> list[dict[str, str]]:
    names = {"keeps": "preserve_client_ip.enabled", "spread": "load_balancing.cross_zone.enabled"}
    return [{"Key": names[name], "Value": value} for name, value in held.items()]


def classic(**fields: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    listens = {
        "Protocol": "SSL",
        "LoadBalancerPort": 443,
        "InstanceProtocol": "TCP",
        "InstancePort": 80,
    }
    whole = {
        "LoadBalancerName": "old",
        "VPCId": "vpc-1",
        "Subnets": ["subnet-1"],
        "SecurityGroups": ["sg-1"],
        "Scheme": "internal",
        "Instances": [{"InstanceId": "i-1"}, {"InstanceId": "i-2"}],
        "ListenerDescriptions": [{"Listener": listens}],
        **fields,
    }
    return {"LoadBalancerDescriptions": [whole], "NetworkInterfaces": [node("eni-9", "ELB old")]}


@pytest.mark.parametrize(
    ("kind", "protocol", "held", "expected"),
    [
        ("instance", "TCP", None, None),
        ("instance", "TCP", attributes(), True),
        ("ip", "TCP", attributes(), False),
        ("ip", "TLS", attributes(keeps="true"), True),
        ("instance", "TLS", attributes(keeps="false"), False),
        ("ip", "UDP", None, True),
        ("ip", "TCP_UDP", attributes(keeps="false"), True),
        ("instance", "GENEVE", None, True),
        ("instance", "HTTP", None, False),
        ("ip", "HTTPS", attributes(), False),
        ("lambda", "", attributes(), False),
        ("alb", "TCP", attributes(), True),
    ],
)
def test_targets_see_the_client_as_kind_protocol_and_attributes_say(
    kind: str, protocol: str, held: list[dict[str, str]] | None, expected: object
) -> None:
    given = group(
        TargetType=kind, Protocol=protocol, **({} if held is None else {"Attributes": held})
    )
    (row,) = network_facts((ACCOUNT, REGION, given)).rows(TargetGroup)

    assert row.preserves_client is expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [("true", True), ("false", False), ("use_load_balancer_configuration", None)],
)
def test_a_group_has_its_own_word_on_zones_or_none(said: str, expected: object) -> None:
    given = group(Attributes=attributes(spread=said))
    (row,) = network_facts((ACCOUNT, REGION, given)).rows(TargetGroup)

    assert row.cross_zone is expected


def test_a_target_has_its_own_port_or_that_of_its_group() -> None:
    health = [
        {"Target": {"Id": "i-1", "Port": 9}, "TargetHealth": {"State": "healthy"}},
        {
            "Target": {"Id": "10.1.1.7", "AvailabilityZone": "all"},
            "TargetHealth": {"State": "draining"},
        },
    ]
    found = network_facts((ACCOUNT, REGION, group(TargetHealthDescriptions=health))).rows(Target)

    assert [(row.group, row.id, row.port, row.zone, row.healthy) for row in found] == [
        (ARN, "i-1", 9, "", True),
        (ARN, "10.1.1.7", 8080, "all", False),
    ]


def test_a_damaged_target_is_told() -> None:
    facts = network_facts((ACCOUNT, REGION, group(TargetHealthDescriptions=[{"Target": {}}])))

    assert facts.rows(Target) == ()
    assert [(row.code, row.resource) for row in facts.rows(Unread)] == [("malformed", ARN)]


def test_each_listener_of_a_classic_balancer_has_a_target_group() -> None:
    facts = network_facts((ACCOUNT, REGION, classic()))
    (row,), (listener,), (sent,) = (
        facts.rows(Balancer),
        facts.rows(Listener),
        facts.rows(TargetGroup),
    )

    assert (row.arn, row.kind, row.interfaces) == (CLASSIC, "classic", ("eni-9",))
    assert (row.internet_facing, row.cross_zone) == (False, None)
    assert (listener.arn, listener.port, listener.protocol) == (f"{CLASSIC}#443", 443, "SSL")
    assert listener.target_groups == (sent.arn,)
    assert (sent.protocol, sent.port, sent.preserves_client) == ("TCP", 80, False)
    assert [(one.id, one.port) for one in facts.rows(Target)] == [("i-1", 80), ("i-2", 80)]


def test_a_classic_balancer_spreads_as_its_attributes_say() -> None:
    given = classic(LoadBalancerAttributes={"CrossZoneLoadBalancing": {"Enabled": True}})
    (row,) = network_facts((ACCOUNT, REGION, given)).rows(Balancer)

    assert row.cross_zone is True


def test_a_classic_balancer_without_a_node_says_so() -> None:
    facts = network_facts((ACCOUNT, REGION, classic() | {"NetworkInterfaces": []}))

    assert [row.resource for row in facts.rows(Unread)] == [CLASSIC]
