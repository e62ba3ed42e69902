# SPDX-License-Identifier: Apache-2.0
"""Whoever reaches one class of interfaces is whoever sends something there, asked one by one."""

import numpy as np
from hypothesis import Phase, given, settings

from bartizan.reason.network.aws.kernel.arriving import arriving
from bartizan.reason.network.aws.kernel.columns import MAYBE, NO, YES, Words
from bartizan.reason.network.aws.kernel.judge import Judge
from bartizan.reason.network.aws.kernel.kernel import REACHABLE, Kernel
from bartizan.reason.network.aws.kernel.sending import sent
from bench.network_estate import network_estate as organisation
from tests.fakes.dice import Dice, dice
from tests.fakes.drawn_network import ASKED
from tests.fakes.generated_network import network_estate
from tests.fakes.joined_abroad import joined_abroad
from tests.fakes.network import network_facts


@settings(max_examples=40, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_whoever_arrives_is_whoever_sends(thrown: Dice) -> None:
    if thrown.chance(30):
        facts = joined_abroad(thrown)
    else:
        facts = network_estate(thrown, readable=thrown.chance(50), balanced=thrown.chance(50))
    judge = Kernel.compile(facts).judge

    for number in range(len(judge.seats)):
        ports = judge.world.ports
        asked = ports.every if thrown.chance(30) else ports.asked(*thrown.one(ASKED))
        _hold(judge, number, asked)


def test_whoever_arrives_in_an_organisation_is_whoever_sends() -> None:
    judge = Kernel.compile(organisation(500, seed=3)).judge

    for number in range(0, len(judge.seats), 9):
        for asked in (judge.world.ports.every, judge.world.ports.asked(6, 443)):
            _hold(judge, number, asked)


def test_whoever_is_let_in_by_a_public_address_arrives_behind_others_without_one() -> None:
    facts = network_facts(
        network={"vpc-1": "10.0.0.0/16"},
        gateway={"igw-1": "internet vpc-1"},
        table={"rtb-1": ["10.0.0.0/16 local", "0.0.0.0/0 internet-gateway igw-1"]},
        subnet={"subnet-0": "vpc-1 10.0.0.0/24", "subnet-1": "vpc-1 10.0.1.0/24 table=rtb-1"},
        group={"sg-1": ["in tcp 443 203.0.113.5/32"]},
        interface={
            "eni-0": "subnet-0 10.0.0.5",
            "eni-1": "subnet-1 10.0.1.5 public=203.0.113.5",
            "eni-2": "subnet-1 10.0.1.6 public=203.0.113.6 groups=sg-1",
        },
    )
    kernel = Kernel.compile(facts)

    codes = kernel.who_reaches("eni-2", 6, 443).tolist()
    assert [kernel.names[at] for at, code in enumerate(codes) if code == REACHABLE] == ["eni-1"]


def _hold(judge: Judge, number: int, asked: Words) -> None:
    seats = judge.seats
    six = seats.fine >= judge.fine.six
    own = np.flatnonzero(six == six[number]).astype(np.int32)
    shown = seats.public[number] >= 0 and not six[number]
    for public in (False, True) if shown else (False,):
        found = arriving(judge, number, public=public, asked=asked)
        masks = sent(judge, own, np.full_like(own, number), public=public)
        sure, possible = ((each & asked[:, None]).any(axis=0) for each in masks)
        wanted = np.full(len(seats), NO, dtype=np.uint8)
        wanted[own] = np.where(sure, YES, np.where(possible, MAYBE, NO))
        assert found.tolist() == wanted.tolist()
