# SPDX-License-Identifier: Apache-2.0
"""Whom a request is open to is told of all callers at once as of each alone."""

from hypothesis import given, settings

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from tests.fakes.dice import Dice, dice
from tests.fakes.generated_organization import organization
from tests.fakes.generated_request import question

QUESTIONS = 40
"""To each organisation."""


@settings(max_examples=60, deadline=None)
@given(dice())
def test_a_request_is_open_to_those_whom_nothing_rules_out(thrown: Dice) -> None:
    made = organization(thrown, small=True)
    known = dict.fromkeys((*Kernel.compile(made.facts).names, *made.names))
    kernel = Kernel.of(Estate(made.facts), tuple(known))

    for _ in range(QUESTIONS):
        asked = question(thrown, made)
        found = kernel.open_to(asked.action, asked.resource)
        for row, name in enumerate(kernel.names):
            ruled_out = kernel.rules_out(name, asked.action, asked.resource)
            assert (found >> row & 1 == 0) is ruled_out, (name, asked)
