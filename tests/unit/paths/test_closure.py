# SPDX-License-Identifier: Apache-2.0
from bartizan.paths.closure import live
from tests.fakes.attack_steps import held, step


def test_a_step_can_be_taken_once_all_that_it_needs_can_be_held() -> None:
    first, both = step("net > a"), step("a, b > c")

    assert live([both, first], {held("net")}) == [first]
    assert live([both, first], {held("net"), held("b")}) == [both, first]
