# SPDX-License-Identifier: Apache-2.0
"""A scan leaves the steps that questions begin with, unless that is too much to ask of it."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from bartizan.app import ready
from bartizan.app.kept import own_steps
from bartizan.app.ready import leave_steps
from bartizan.errors import InputError
from bartizan.model.facts import Facts
from bartizan.model.facts.identity import Principal
from bartizan.model.step import Step
from tests.fakes.estate import EstateBuilder
from tests.fakes.kept import STEPS, Counted, Kept


def _snapshot(people: int) -> Kept:
    built = EstateBuilder()
    built.user("somebody", "111111111111")
    (row,) = built.facts().rows(Principal)
    return Kept(known=Facts.of(replace(row, arn=f"{row.arn}{n}") for n in range(people)))


def test_a_question_finds_the_steps_there() -> None:
    snapshot, counted, lines = _snapshot(1), Counted(), list[str]()
    leave_steps(snapshot, (counted.reasoner(),), "1", told=lines.append)

    assert own_steps(snapshot, (counted.reasoner(),), "1") == {"one": STEPS}
    assert counted.times == 1
    assert lines == []


def test_who_has_to_wait_is_told_what_for() -> None:
    snapshot, counted, lines = _snapshot(1_000), Counted(), list[str]()
    leave_steps(snapshot, (counted.reasoner(),), "1", told=lines.append)

    assert ["1,000 principals" in line for line in lines] == [True]
    assert counted.times == 1


@pytest.mark.parametrize("people", [0, 3])
def test_what_may_take_minutes_is_left_to_a_question(
    monkeypatch: pytest.MonkeyPatch, people: int
) -> None:
    monkeypatch.setattr(ready, "_MOST", 2)
    snapshot, counted, lines = _snapshot(people), Counted(), list[str]()
    leave_steps(snapshot, (counted.reasoner(),), "1", told=lines.append)

    assert (snapshot.held, counted.times, lines) == ({}, 0, [])


def test_what_cannot_be_derived_is_no_fault_of_the_scan() -> None:
    def refuse(facts: Facts, at: str) -> Iterator[Step]:
        del facts, at
        raise InputError("a step needs nothing")

    snapshot = _snapshot(1)
    leave_steps(snapshot, (replace(Counted().reasoner(), steps=refuse),), "1", told=lambda _: None)

    assert snapshot.held == {}
