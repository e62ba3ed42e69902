# SPDX-License-Identifier: Apache-2.0
"""Packets expose every wrong model of the definition, each within a bounded number of worlds."""

import pytest

from tests.kernel.network.generator.draw import draw
from tests.kernel.network.laboratory import why_not
from tests.kernel.network.mutants.run import MUTANTS, exposed
from tests.kernel.network.trial import record
from tests.kernel.network.writer.orders import Stage

RARE = (297, 357)
"""Worlds in which what seldom meets does: an outbound rule that names a group behind a transit
gateway, and a router that sees one packet of a flow alone.
"""
WORLDS = (*range(200 - len(RARE)), *RARE)


@pytest.mark.slow
def test_packets_expose_every_wrong_model(capsys: pytest.CaptureFixture[str]) -> None:
    if reason := why_not():
        pytest.skip(f"no packets can be sent: {reason}")
    with Stage() as stage:
        recorded = [record(stage, draw(seed)) for seed in WORLDS]

    found = {mutant.believes: exposed(mutant, recorded) for mutant in MUTANTS}
    killed = [number for number in found.values() if number is not None]
    with capsys.disabled():
        half = sorted(killed)[len(killed) // 2]
        score = f"{len(killed)} of {len(found)} wrong models exposed within {len(WORLDS)} worlds"
        print(f"\n{score}, half of them within {half}")  # noqa: T201 - the score is to be seen

    assert [believes for believes, number in found.items() if number is None] == []
