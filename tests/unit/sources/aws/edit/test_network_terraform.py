# SPDX-License-Identifier: Apache-2.0
import re

import pytest

from bartizan.model.record import RecordList
from bartizan.model.remedy import (
    AddRoute,
    AssociateAddress,
    AuthorizeRule,
    Change,
    DropRoute,
    ReleaseAddress,
    RevokeRule,
)
from bartizan.sources.aws.edit.editor import AwsEditor
from tests.fakes.remedied import remedy


def _rule(kind: str, peer: str, *, owner: str = "sg-1", protocol: int = 6) -> AuthorizeRule:
    return AuthorizeRule(
        owner=owner,
        direction="in",
        number=90,
        protocol=protocol,
        first=443,
        last=443,
        peer_kind=kind,
        peer=peer,
    )


def _said(change: Change) -> tuple[str, dict[str, str]]:
    """Read the one block back: its kind, and its arguments as they are written."""
    text = AwsEditor().terraform(remedy(change), RecordList(()))
    plain = re.sub(r"^# ", "", text.partition("form:\n")[2] or text, flags=re.MULTILINE)
    kind = re.match(r'resource "(\w+)" "\w+" \{\n', plain)
    assert kind is not None
    assert plain.endswith("}\n")
    return kind[1], dict(re.findall(r"^  (\w+) += (.*)$", plain, flags=re.MULTILINE))


@pytest.mark.parametrize(
    ("kind", "peer", "argument"),
    [
        ("range", "0.0.0.0/0", "cidr_ipv4"),
        ("range", "::/0", "cidr_ipv6"),
        ("group", "sg-2", "referenced_security_group_id"),
        ("prefix-list", "pl-1", "prefix_list_id"),
    ],
)
def test_a_rule_of_a_group_names_its_peer_as_the_provider_does(
    kind: str, peer: str, argument: str
) -> None:
    assert _said(_rule(kind, peer)) == (
        "aws_vpc_security_group_ingress_rule",
        {
            "security_group_id": '"sg-1"',
            "ip_protocol": '"tcp"',
            "from_port": "443",
            "to_port": "443",
            argument: f'"{peer}"',
        },
    )


def test_a_rule_for_all_protocols_has_no_ports() -> None:
    change = RevokeRule(
        owner="sg-1",
        rule="sgr-1",
        direction="out",
        number=0,
        protocol=-1,
        first=-1,
        last=-1,
        peer_kind="range",
        peer="0.0.0.0/0",
    )

    assert _said(change) == (
        "aws_vpc_security_group_egress_rule",
        {"security_group_id": '"sg-1"', "ip_protocol": '"-1"', "cidr_ipv4": '"0.0.0.0/0"'},
    )


@pytest.mark.parametrize(
    ("protocol", "said"),
    [
        (6, {"from_port": "443", "to_port": "443"}),
        (58, {"icmp_type": "443", "icmp_code": "443"}),
        (50, {}),
    ],
)
def test_an_entry_of_an_access_list_says_what_its_protocol_has(
    protocol: int, said: dict[str, str]
) -> None:
    assert _said(_rule("range", "::/0", owner="acl-1", protocol=protocol)) == (
        "aws_network_acl_rule",
        {
            "network_acl_id": '"acl-1"',
            "rule_number": "90",
            "egress": "false",
            "protocol": f'"{protocol}"',
            "rule_action": '"allow"',
            "ipv6_cidr_block": '"::/0"',
            **said,
        },
    )


@pytest.mark.parametrize(
    ("change", "arguments"),
    [
        (
            AddRoute(
                owner="rtb-1",
                destination="10.0.0.0/8",
                target_kind="transit-gateway",
                target="tgw-1",
            ),
            {"destination_cidr_block": '"10.0.0.0/8"', "transit_gateway_id": '"tgw-1"'},
        ),
        (
            DropRoute(owner="rtb-1", destination="::/0", target="eigw-1"),
            {"destination_ipv6_cidr_block": '"::/0"', "egress_only_gateway_id": '"eigw-1"'},
        ),
        (
            DropRoute(owner="rtb-1", destination="pl-1", target="nat-1"),
            {"destination_prefix_list_id": '"pl-1"', "nat_gateway_id": '"nat-1"'},
        ),
    ],
)
def test_a_route_names_its_target_as_the_provider_does(
    change: Change, arguments: dict[str, str]
) -> None:
    assert _said(change) == ("aws_route", {"route_table_id": '"rtb-1"', **arguments})


def test_an_address_is_bound_to_its_interface() -> None:
    held = AssociateAddress(interface="eni-1", private="10.0.0.6", public="192.0.2.1")

    assert _said(held) == (
        "aws_eip",
        {
            "domain": '"vpc"',
            "network_interface": '"eni-1"',
            "associate_with_private_ip": '"10.0.0.6"',
        },
    )


def test_what_goes_is_shown_as_comments_alone() -> None:
    gone: tuple[Change, ...] = (
        ReleaseAddress(interface="eni-1", private="10.0.0.5", public="192.0.2.1"),
        DropRoute(owner="rtb-1", destination="::/0", target="eigw-1"),
    )

    for change in gone:
        lines = AwsEditor().terraform(remedy(change), RecordList(())).splitlines()
        assert len(lines) > 1
        assert all(line.startswith("# ") for line in lines)


def test_different_changes_have_different_names_and_nothing_is_a_template() -> None:
    texts = {
        AwsEditor().terraform(remedy(_rule("range", peer)), RecordList(())).splitlines()[0]
        for peer in ("10.0.0.0/8", "11.0.0.0/8", "${x}")
    }

    assert len(texts) == 3
    assert _said(_rule("range", "${x}"))[1]["cidr_ipv4"] == '"$${x}"'
