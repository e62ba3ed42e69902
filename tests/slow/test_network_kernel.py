# SPDX-License-Identifier: Apache-2.0
"""The kernel of networks and the definition agree on thousands of estates."""

import pytest

from bartizan.reason.network.aws.kernel.kernel import BLOCKED, REACHABLE
from tests.fakes.dice import seeded
from tests.fakes.drawn_network import ASKED
from tests.fakes.generated_network import network_estate
from tests.fakes.network_pair import NetworkPair

pytestmark = pytest.mark.slow

ESTATES, QUESTIONS = 2_000, 12
SHARES = 20
"""Tests that the seeds are dealt to, so that they can run side by side."""


@pytest.mark.parametrize("share", range(SHARES))
def test_the_kernel_answers_as_the_definition_does(share: int) -> None:
    for seed in range(share, ESTATES, SHARES):
        thrown = seeded(seed)
        readable = seed // SHARES % 2 == 0
        balanced = seed // SHARES % 4 == 1
        pair = NetworkPair(network_estate(thrown, balanced=balanced, readable=readable))
        targets = [name for name in pair.kernel.names if name.startswith("eni-")]
        for _ in range(QUESTIONS):
            target, (protocol, port) = thrown.one(targets), thrown.one(ASKED)
            open_ = {BLOCKED} if readable and not balanced else {BLOCKED, REACHABLE}
            found = pair.differences(target, protocol, port, may_leave_open=open_)
            assert list(found) == [], seed
