# SPDX-License-Identifier: Apache-2.0
"""The kernel never contradicts a case of AWS networks; it may leave one open."""

import pytest

from bartizan.model.facts.network import Interface
from bartizan.model.packet import CLIENT_PORTS
from bartizan.reason.network.aws.kernel.kernel import BLOCKED, REACHABLE, UNKNOWN, Kernel
from tests.fakes.network_case import Case, cases
from tests.fakes.network_pair import NetworkPair

CODES = {"blocked": BLOCKED, "reachable": REACHABLE, "unknown": UNKNOWN}
CASES = tuple(
    case
    for case in cases()
    if case.client_ports == CLIENT_PORTS
    and case.target in {row.id for row in case.facts.rows(Interface)}
)
"""The kernel answers for interfaces, and clients with the usual ports."""


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_kernel_does_not_contradict_a_case(case: Case) -> None:
    kernel = Kernel.compile(case.facts)
    codes = kernel.who_reaches(case.target, case.protocol, case.port)
    found = int(codes[list(kernel.names).index(case.source)])

    assert found in {UNKNOWN, CODES[str(case.want["verdict"])]}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_is_exposed_does_not_contradict_a_case(case: Case) -> None:
    pair = NetworkPair(case.facts)

    assert list(pair.misses(case.source, case.target, case.protocol, case.port)) == []
