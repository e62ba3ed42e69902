# SPDX-License-Identifier: Apache-2.0
import itertools

import pytest

from bartizan.model.packet import Blocked, Blocker, Leg, Packet, Reach, Reachable
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.verdict import (
    NOTHING_MORE,
    any_way,
    both,
    either_way,
    fewest,
)

PACKET = Packet(
    source="eni-a",
    source_address="10.0.0.1",
    address="10.0.0.2",
    protocol=6,
    port=1,
    source_port=2,
)
YES = Reachable(legs=(Leg(packet=PACKET, there=(), back=(), to="eni-b"),))
MAYBE = Unknown(("pl-1",))
ONE, OTHER = (Blocker(code=code, at="x", text="") for code in ("A", "B"))
NO = Blocked(ways=((ONE,),))
ALL: tuple[Reach, ...] = (YES, MAYBE, NO)
PAIRS = tuple(itertools.product(ALL, repeat=2))


@pytest.mark.parametrize("answers", PAIRS)
def test_any_way_takes_the_best_of_them(answers: tuple[Reach, Reach]) -> None:
    best = next(answer for answer in ALL if answer in answers)

    assert any_way(answers) == best


@pytest.mark.parametrize("answers", PAIRS)
def test_both_takes_the_worst_of_them(answers: tuple[Reach, Reach]) -> None:
    worst = next(answer for answer in reversed(ALL) if answer in answers)

    assert type(both(*answers)) is type(worst)


@pytest.mark.parametrize("answers", PAIRS)
def test_readings_that_differ_are_unknown(answers: tuple[Reach, Reach]) -> None:
    found = either_way(answers, missing=("tg-1",))

    agree = answers[0] == answers[1]
    assert found == (answers[0] if agree and answers[0] != MAYBE else found)
    assert isinstance(found, Unknown) is not (agree and answers[0] != MAYBE)


def test_two_blocked_flows_are_opened_by_the_blockers_of_both() -> None:
    assert both(NO, Blocked(ways=((OTHER,),))) == Blocked(ways=((ONE, OTHER),))


def test_two_flows_have_their_legs_in_order() -> None:
    assert both(YES, YES) == Reachable(legs=YES.legs * 2)
    assert both(NOTHING_MORE, YES) == YES


def test_no_way_is_blocked() -> None:
    assert any_way(()) == Blocked(ways=())


def test_a_way_that_holds_another_is_left_out_and_words_do_not_tell_them_apart() -> None:
    again = Blocker(code="A", at="x", text="in other words")

    assert fewest([(ONE, OTHER), (OTHER,), (ONE,), (again, ONE)]) == ((ONE,), (OTHER,))
