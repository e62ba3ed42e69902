# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.network import AccessList, Rule, SecurityGroup
from tests.fakes.network_records import network_facts
from tests.fakes.service_records import ACCOUNT, REGION
from tests.fakes.small_network import changed

ANYBODY = [{"CidrIp": "0.0.0.0/0"}]


def permitted(**permission: Any) -> list[Rule]:  # noqa: ANN401 - JSON
    described = changed("SecurityGroups", IpPermissions=[permission], IpPermissionsEgress=[])
    found = network_facts((ACCOUNT, REGION, described)).rows(Rule)
    return [row for row in found if row.owner == "sg-1"]


def entry(**fields: Any) -> tuple[list[Rule], list[str]]:  # noqa: ANN401 - JSON
    whole = {"RuleNumber": 7, "RuleAction": "allow", "Protocol": "6", "CidrBlock": "10.0.0.0/8"}
    kept = {name: held for name, held in (whole | fields).items() if held is not None}
    facts = network_facts((ACCOUNT, REGION, changed("NetworkAcls", Entries=[kept])))
    rows = [row for row in facts.rows(Rule) if row.owner == "acl-1"]
    return rows, [row.reason for row in facts.rows(Unread)]


def test_each_peer_of_a_permission_is_a_rule_of_its_own() -> None:
    found = permitted(
        IpProtocol="tcp",
        FromPort=22,
        ToPort=23,
        IpRanges=[{"CidrIp": "10.0.0.7/8", "Description": "office"}],
        Ipv6Ranges=[{"CidrIpv6": "2001:DB8::/32"}],
        UserIdGroupPairs=[{"GroupId": "sg-2", "UserId": "222222222222"}],
        PrefixListIds=[{"PrefixListId": "pl-1"}],
    )

    assert [(row.peer_kind, row.peer, row.description) for row in found] == [
        ("range", "10.0.0.0/8", "office"),
        ("range", "2001:db8::/32", ""),
        ("group", "sg-2", ""),
        ("prefix-list", "pl-1", ""),
    ]
    assert {(row.protocol, row.first, row.last, row.direction) for row in found} == {
        (6, 22, 23, "in")
    }
    assert found[0].id == "sg-1#in/6/22-23/10.0.0.0/8"


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ({"IpProtocol": "-1"}, (-1, -1, -1)),
        ({"IpProtocol": "-1", "FromPort": 22, "ToPort": 22}, (-1, -1, -1)),
        ({"IpProtocol": "50"}, (50, -1, -1)),
        ({"IpProtocol": "50", "FromPort": 22, "ToPort": 22}, (50, -1, -1)),
        ({"IpProtocol": "udp", "FromPort": 0, "ToPort": 65535}, (17, 0, 65535)),
        ({"IpProtocol": "17", "FromPort": 53, "ToPort": 53}, (17, 53, 53)),
        ({"IpProtocol": "icmp", "FromPort": 8, "ToPort": -1}, (1, 8, -1)),
        ({"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1}, (1, -1, -1)),
        ({"IpProtocol": "icmpv6"}, (58, -1, -1)),
    ],
)
def test_ports_mean_what_the_protocol_says(
    permission: dict[str, Any], expected: tuple[int, int, int]
) -> None:
    (rule,) = permitted(**permission, IpRanges=ANYBODY)

    assert (rule.protocol, rule.first, rule.last) == expected


@pytest.mark.parametrize(
    "permission",
    [
        {"IpProtocol": "tcp"},
        {"IpProtocol": "tcp", "FromPort": 9, "ToPort": 8},
        {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 65536},
        {"IpProtocol": "300"},
        {"IpProtocol": "-2"},
        {"IpProtocol": "sctp"},
        {},
    ],
)
def test_a_group_with_a_rule_that_says_nothing_is_malformed_as_a_whole(
    permission: dict[str, Any],
) -> None:
    described = changed("SecurityGroups", IpPermissions=[permission | {"IpRanges": ANYBODY}])
    facts = network_facts((ACCOUNT, REGION, described))

    assert facts.rows(SecurityGroup) == ()
    assert not [row for row in facts.rows(Rule) if row.owner == "sg-1"]
    assert [row.kind for row in facts.rows(Unread)] == ["AWS::EC2::SecurityGroup"]


def test_a_peer_that_is_no_range_is_malformed() -> None:
    assert permitted(IpProtocol="-1", IpRanges=[{"CidrIp": "10.0.0.0/99"}]) == []


def test_rules_out_of_a_group_have_their_own_names() -> None:
    described = changed("SecurityGroups", IpPermissions=[])
    (rule,) = (
        row
        for row in network_facts((ACCOUNT, REGION, described)).rows(Rule)
        if row.owner == "sg-1"
    )

    assert (rule.direction, rule.id) == ("out", "sg-1#out/-1/-1--1/0.0.0.0/0")


def test_an_access_list_has_its_entries_in_their_order() -> None:
    (rule,), _ = entry(PortRange={"From": 80, "To": 90}, Egress=True, RuleAction="deny")

    assert (rule.id, rule.number, rule.direction, rule.allow) == ("acl-1#out/7", 7, "out", False)
    assert (rule.protocol, rule.first, rule.last, rule.peer) == (6, 80, 90, "10.0.0.0/8")


def test_an_entry_may_be_about_messages_or_ipv6() -> None:
    (message,), _ = entry(Protocol="1", IcmpTypeCode={"Type": 3, "Code": -1})
    (six,), _ = entry(Protocol="-1", CidrBlock=None, Ipv6CidrBlock="::/0")

    assert (message.first, message.last) == (3, -1)
    assert (six.peer, six.first, six.last) == ("::/0", -1, -1)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "`From` and `To` are missing"),
        ({"Protocol": "-1", "RuleAction": "maybe"}, "`RuleAction` is neither `allow` nor `deny`"),
        ({"Protocol": "-1", "RuleNumber": None}, "`RuleNumber` is missing"),
        ({"Protocol": "-1", "CidrBlock": None}, "`Ipv6CidrBlock` is missing"),
    ],
)
def test_an_entry_that_says_too_little_is_malformed(fields: dict[str, Any], reason: str) -> None:
    rules, told = entry(**fields)

    assert (rules, told) == ([], [reason])


def test_a_list_has_a_name() -> None:
    described = changed("NetworkAcls", Tags=[{"Key": "Name", "Value": "front"}])
    (found,) = network_facts((ACCOUNT, REGION, described)).rows(AccessList)

    assert (found.id, found.network, found.name) == ("acl-1", "vpc-1", "front")
