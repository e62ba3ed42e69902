# SPDX-License-Identifier: Apache-2.0
"""Theorem about parts of an estate: what decides a request is not left out."""

from hypothesis import given, settings

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.part import part
from bartizan.reason.authz.aws.estate.parts import Parts
from bartizan.reason.authz.aws.estate.settle import decide
from tests.fakes.dice import Dice, dice
from tests.fakes.generated_organization import organization
from tests.fakes.generated_request import question


@settings(max_examples=60, deadline=None)
@given(dice())
def test_the_part_of_a_request_decides_it_as_the_whole_estate(thrown: Dice) -> None:
    made = organization(thrown)
    asked = question(thrown, made)
    name = thrown.one(made.names)
    names = [name, asked.resource]
    parts = (part(made.facts, names), Parts.of(made.facts).part(names))

    decisions = [
        decide(
            Estate(facts),
            name,
            asked.action,
            asked.resource,
            chosen=asked.chosen,
            complete=asked.complete,
        )
        for facts in (made.facts, *parts)
    ]

    assert decisions[0] == decisions[1] == decisions[2]
