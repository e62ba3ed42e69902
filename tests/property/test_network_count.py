# SPDX-License-Identifier: Apache-2.0
"""All pairs counted together are those that are found one receiver after the other."""

import numpy as np
from hypothesis import Phase, given, settings

from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.kernel import Kernel
from bartizan.reason.network.aws.kernel.sending import sent
from bench.network_estate import network_estate as organisation
from tests.fakes.dice import Dice, dice
from tests.fakes.generated_network import network_estate
from tests.fakes.joined_abroad import joined_abroad


@settings(max_examples=40, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_all_pairs_are_those_of_each_receiver(thrown: Dice) -> None:
    if thrown.chance(30):
        facts = joined_abroad(thrown)
    else:
        facts = network_estate(thrown, readable=thrown.chance(50), balanced=thrown.chance(50))
    kernel = Kernel.compile(facts)

    assert tuple(kernel.count()) == _pairs(kernel.judge)


def test_all_pairs_of_an_organisation_are_those_of_each_receiver_and_shares_add_up() -> None:
    kernel = Kernel.compile(organisation(400, seed=3))
    shares = [kernel.count(share=share, of=3) for share in range(3)]

    found = tuple(sum(column) for column in zip(*shares, strict=True))
    assert found == _pairs(kernel.judge)
    assert found[0] > 0


def _pairs(judge: Judge) -> tuple[int, int]:
    """Ask of each interface what every other one may send to any of its addresses."""
    seats, words = judge.seats, range(judge.world.ports.words)
    interfaces = len(judge.world.interfaces.ids)
    pairs = ports = 0
    for receiver in range(interfaces):
        found = np.zeros((len(words), interfaces), dtype=np.uint64)
        for one in seats.seat_class[seats.by_interface.of(receiver)].tolist():
            shown = seats.public[one] >= 0 and seats.fine[one] < judge.fine.six
            for public in (False, True) if shown else (False,):
                own = np.flatnonzero(
                    (seats.fine >= judge.fine.six) == (seats.fine[one] >= judge.fine.six)
                ).astype(np.int32)
                every = np.zeros((len(words), len(seats)), dtype=np.uint64)
                every[:, own] = sent(judge, own, np.full_like(own, one), public=public).yes
                for word in words:
                    np.bitwise_or.at(found[word], seats.interface, every[word][seats.seat_class])
        found[:, receiver] = 0
        pairs += int((found != 0).any(axis=0).sum())
        ports += int(np.bitwise_count(found).sum())
    return pairs, ports
