# SPDX-License-Identifier: Apache-2.0

import pytest
from msgspec import structs

from bartizan.model.packet import Packet
from bartizan.model.reach import PortRange
from bartizan.report.packet import packet, ports

PACKET = Packet(
    source="internet",
    source_address="203.0.113.1",
    address="198.51.100.7",
    protocol=6,
    port=443,
    source_port=1024,
)


@pytest.mark.parametrize(
    ("protocol", "first", "last", "said"),
    [
        (6, 443, 443, "tcp 443"),
        (17, 1, 9, "udp 1-9"),
        (6, 0, 65535, "all tcp"),
        (1, 8, 8, "icmp type 8"),
        (58, 1, 3, "icmpv6 type 1-3"),
        (1, 0, 255, "all icmp"),
        (50, 0, 0, "protocol 50"),
        (-1, 0, 0, "every protocol that no rule names"),
    ],
)
def test_ports_are_said_as_people_say_them(
    protocol: int, first: int, last: int, said: str
) -> None:
    one = PortRange(protocol=protocol, first=first, last=last)

    assert ports([one]) == said
    assert ports([one, one]) == f"{said}, {said}"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "203.0.113.1:1024 -> 198.51.100.7:443 tcp"),
        (
            {"source_address": "2001:db8::1", "address": "2001:db8::2", "protocol": 17},
            "[2001:db8::1]:1024 -> [2001:db8::2]:443 udp",
        ),
        (
            {"protocol": 1, "port": 8, "source_port": 0},
            "203.0.113.1 -> 198.51.100.7 icmp type 8 code 0",
        ),
        ({"protocol": 50}, "203.0.113.1 -> 198.51.100.7 protocol 50"),
    ],
)
def test_a_packet_is_said_in_one_line(more: dict[str, object], said: str) -> None:
    assert packet(structs.replace(PACKET, **more)) == said
