# SPDX-License-Identifier: Apache-2.0
"""All pairs counted in parts are all pairs."""

import pytest

from bartizan.engine.local import LocalEngine
from bartizan.reason.network.aws.kernel.kernel import Kernel
from bartizan.reason.network.aws.kernel.split import counted
from bench.network_estate import network_estate


@pytest.mark.parametrize("parts", [1, 2, 5])
def test_all_pairs_are_counted_however_many_parts_there_are(parts: int) -> None:
    facts = network_estate(300, seed=3)
    whole = Kernel.compile(facts).count()

    found = counted(facts, map, parts=parts)

    assert found == whole
    assert found.pairs > 0


def test_parts_are_counted_in_processes_of_their_own() -> None:
    facts = network_estate(200, seed=3)

    found = counted(facts, LocalEngine(2).run, parts=2)

    assert found == Kernel.compile(facts).count()
