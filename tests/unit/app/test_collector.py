# SPDX-License-Identifier: Apache-2.0
import gc
from collections.abc import Iterator

import pytest

from bartizan.app.collector import undisturbed


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_was_there_is_left_alone_while_a_question_is_answered() -> None:
    with undisturbed():
        assert gc.get_freeze_count() > 0


def test_the_collector_looks_more_rarely_while_a_question_is_answered() -> None:
    gc.set_threshold(700, 10, 10)

    with undisturbed():
        assert gc.get_threshold()[0] > 700


def test_garbage_of_the_question_is_still_found() -> None:
    with undisturbed():
        circle: list[object] = []
        circle.append(circle)
        del circle

        assert gc.isenabled()
        assert gc.collect() > 0


def test_all_is_as_it_was_afterwards_even_after_an_error() -> None:
    gc.set_threshold(500, 7, 9)

    with pytest.raises(ValueError, match="no"), undisturbed():
        raise ValueError("no")

    assert gc.get_threshold() == (500, 7, 9)
    assert gc.get_freeze_count() == 0


def test_what_somebody_else_has_set_apart_stays_so() -> None:
    gc.freeze()

    with undisturbed():
        pass

    assert gc.get_freeze_count() > 0
