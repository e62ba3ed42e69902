# SPDX-License-Identifier: Apache-2.0
import numpy as np

from bartizan.model.packet import ANY, ICMP, TCP, UDP
from bartizan.reason.network.aws.kernel.ports import Ports, Spec


def _ports() -> Ports:
    named = [(TCP, 22, 22), (TCP, 20, 80), (TCP, 30000, 65535), (ICMP, 3, 4), (47, -1, -1)]
    return Ports([Spec(*each) for each in named])


def test_a_rule_covers_the_ports_that_it_names_and_no_others() -> None:
    ports = _ports()
    covered = ports.split(Spec(TCP, 20, 80))

    for port, inside in ((19, False), (20, True), (22, True), (80, True), (81, False)):
        assert bool((ports.asked(TCP, port) & covered).any()) is inside
    assert not (ports.asked(UDP, 22) & covered).any()


def test_a_rule_for_all_protocols_covers_those_that_no_rule_names() -> None:
    ports = _ports()

    assert (ports.asked(132, 0) & ports.split(Spec(ANY, -1, -1))).any()
    assert not (ports.asked(132, 0) & ports.split(Spec(47, -1, -1))).any()


def test_an_answer_to_tcp_needs_a_port_of_the_client_and_one_to_echo_a_reply() -> None:
    ports = _ports()
    back = np.stack(
        [
            ports.split(Spec(TCP, 0, 1023)),
            ports.split(Spec(TCP, 30000, 65535)),
            ports.split(Spec(ICMP, 0, 0)),
        ],
        axis=1,
    )
    found = ports.answered(back)

    tcp, echo = ports.asked(TCP, 22), ports.asked(ICMP, 8)
    assert [bool((found[:, n] & tcp).any()) for n in range(3)] == [False, True, False]
    assert [bool((found[:, n] & echo).any()) for n in range(3)] == [False, False, True]


def test_messages_that_nobody_answers_need_no_answer() -> None:
    ports = _ports()
    found = ports.answered(np.zeros((ports.words, 1), dtype=np.uint64))

    assert (found[:, 0] & ports.asked(ICMP, 3)).any()
    assert not (found[:, 0] & ports.asked(UDP, 53)).any()
