# SPDX-License-Identifier: Apache-2.0
from bartizan.reason.network.aws.definition.ports import candidates
from tests.fakes.network import network_facts


def stretches(protocol: int, **sections: object) -> list[tuple[int, int]]:
    found = candidates(network_facts(**sections))  # type: ignore[arg-type] # sections by name
    return [(first, last) for number, first, last in found if number == protocol]


def test_stretches_begin_and_end_where_rules_do() -> None:
    found = stretches(6, group={"sg-1": ["in tcp 80-90 0.0.0.0/0", "in tcp 85 0.0.0.0/0"]})

    assert found == [
        (0, 21), (22, 22), (23, 79), (80, 84), (85, 85), (86, 90), (91, 3388), (3389, 3389),
        (3390, 65535),
    ]  # fmt: skip


def test_listeners_and_targets_name_ports_too() -> None:
    found = stretches(
        17, listener={"nlb": ["UDP 53 tg-1"]}, target_group={"tg-1": ["ip UDP 5353", "10.0.0.1"]}
    )

    assert {(53, 53), (5353, 5353)} <= set(found)


def test_a_message_is_told_from_others_by_its_type() -> None:
    found = stretches(1, acl={"acl-1": ["100 in deny icmp 3/4 0.0.0.0/0"]})

    assert found == [(0, 2), (3, 3), (4, 7), (8, 8), (9, 255)]


def test_other_protocols_are_asked_once_where_a_rule_names_them() -> None:
    rules = {"sg-1": ["in 50 any 0.0.0.0/0", "in tcp any 0.0.0.0/0", "in any any 0.0.0.0/0"]}

    assert stretches(50, group=rules) == [(0, 0)]
    assert stretches(51, group=rules) == []
