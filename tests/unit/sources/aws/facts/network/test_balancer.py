# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.service import Balancer, Listener
from tests.fakes.balanced_network import (
    GROUPS,
    LISTENER,
    RULE,
    SHOP,
    balanced,
    balancer,
    listener,
)
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION


def found(**lists: Any) -> Balancer:  # noqa: ANN401 - JSON
    (row,) = network_facts((ACCOUNT, REGION, balanced(**lists))).rows(Balancer)
    return row


def listening(*rules: dict[str, Any], **fields: Any) -> Listener:  # noqa: ANN401 - JSON
    described = balanced(Listeners=[listener(*rules, **fields)])
    (row,) = network_facts((ACCOUNT, REGION, described)).rows(Listener)
    return row


def forward(*groups: str, **more: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    held = [{"TargetGroupArn": f"{GROUPS}/{one}", **more} for one in groups]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": held}}]


def test_a_balancer_has_the_interfaces_that_name_it() -> None:
    row = found()

    assert (row.arn, row.kind, row.internet_facing) == (SHOP, "application", True)
    assert (row.network, row.subnets, row.groups) == ("vpc-1", ("subnet-1", "subnet-2"), ("sg-1",))
    assert row.interfaces == ("eni-9",)


def test_a_balancer_without_a_node_that_names_it_says_so() -> None:
    arn = SHOP.replace("shop", "other")
    described = balanced(LoadBalancers=[balancer(LoadBalancerArn=arn)], Listeners=[])
    facts = network_facts((ACCOUNT, REGION, described))

    assert [(row.kind, row.resource) for row in facts.rows(Unread)] == [
        ("AWS::EC2::NetworkInterface", arn)
    ]


@pytest.mark.parametrize(
    ("kind", "attributes", "expected"),
    [
        ("application", None, True),
        ("network", None, None),
        ("network", "true", True),
        ("network", "false", False),
    ],
)
def test_nodes_send_to_other_zones_as_the_attributes_say(
    kind: str, attributes: str | None, expected: object
) -> None:
    held = [{"Key": "load_balancing.cross_zone.enabled", "Value": attributes}]
    given = balancer(Type=kind, **({"Attributes": held} if attributes else {}))

    assert found(LoadBalancers=[given]).cross_zone is expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "off"}, False),
        ({"EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": "on"}, True),
        ({"SecurityGroups": []}, False),
    ],
)
def test_inbound_rules_hold_for_endpoints_unless_switched_off(
    fields: dict[str, Any], expected: object
) -> None:
    assert found(LoadBalancers=[balancer(**fields)]).filters_private_link is expected


def test_a_balancer_has_its_tags() -> None:
    held = [{"ResourceArn": SHOP, "Tags": [{"Key": "team", "Value": "shop"}]}]

    assert found(LoadBalancers=[balancer(TagDescriptions=held)]).tags == {"team": "shop"}


def test_a_listener_sends_to_what_any_of_its_rules_forwards_to() -> None:
    row = listening(
        {"RuleArn": RULE, "Actions": forward("b", "a")},
        DefaultActions=[{"Type": "forward", "TargetGroupArn": f"{GROUPS}/c"}],
    )

    assert (row.arn, row.balancer, row.protocol, row.port) == (LISTENER, SHOP, "HTTPS", 443)
    assert row.target_groups == tuple(f"{GROUPS}/{one}" for one in "abc")


def test_a_target_group_of_weight_zero_gets_nothing() -> None:
    row = listening(DefaultActions=forward("a", Weight=0) + forward("b", Weight=1))

    assert row.target_groups == (f"{GROUPS}/b",)


def test_a_listener_signs_users_in_only_where_every_rule_that_forwards_does() -> None:
    signs = [{"Type": "authenticate-oidc"}, *forward("a")]
    rule = {"RuleArn": RULE, "Actions": signs}

    assert listening(rule).authenticates
    assert not listening(rule, DefaultActions=forward("b")).authenticates
    assert not listening().authenticates


def test_a_listener_of_a_gateway_load_balancer_takes_all() -> None:
    row = listening(Protocol=None, Port=None)

    assert (row.protocol, row.port) == ("GENEVE", 0)


def test_a_listener_with_a_damaged_rule_is_malformed() -> None:
    described = balanced(Listeners=[listener({"RuleArn": RULE, "Actions": "damaged"})])
    facts = network_facts((ACCOUNT, REGION, described))

    assert facts.rows(Listener) == ()
    assert [(row.code, row.resource) for row in facts.rows(Unread)] == [("malformed", LISTENER)]
