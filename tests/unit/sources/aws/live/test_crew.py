# SPDX-License-Identifier: Apache-2.0
"""Threads with a short queue."""

import threading
from functools import partial

import pytest

from bartizan.sources.aws.live.crew import Crew, SerialProgress
from tests.fakes.aws_scan import CountingProgress


def test_all_jobs_are_done_before_the_crew_goes() -> None:
    done: list[int] = []
    with Crew(3, stop=threading.Event()) as crew:
        for number in range(50):
            crew.submit(partial(done.append, number))

    assert sorted(done) == list(range(50))


def test_no_more_jobs_wait_than_the_queue_holds() -> None:
    go, submitted = threading.Event(), []

    def feed() -> None:
        with Crew(2, stop=threading.Event()) as crew:
            for number in range(20):
                crew.submit(go.wait)
                submitted.append(number)

    feeder = threading.Thread(target=feed)
    feeder.start()
    feeder.join(0.2)
    waiting = len(submitted)
    go.set()
    feeder.join()

    # Two run and four wait; the seventh found no place.
    assert waiting == 6
    assert len(submitted) == 20


def test_the_first_error_stops_the_others_and_is_raised() -> None:
    stop = threading.Event()

    def fail() -> None:
        raise ValueError("first")

    with pytest.raises(ValueError, match="first"), Crew(1, stop=stop) as crew:
        crew.submit(fail)

    assert stop.is_set()


def test_an_error_is_raised_at_the_next_job_too() -> None:
    def fail() -> None:
        raise ValueError("first")

    def submit_many(crew: Crew) -> None:
        for _ in range(1_000):
            crew.submit(fail)

    with pytest.raises(ValueError, match="first"), Crew(1, stop=threading.Event()) as crew:
        submit_many(crew)


def test_an_interruption_wakes_those_who_wait() -> None:
    stop = threading.Event()

    def interrupted() -> None:
        with Crew(2, stop=stop) as crew:
            crew.submit(partial(stop.wait, 60))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert stop.is_set()


def test_progress_hears_the_sum_of_all_pieces() -> None:
    shown = CountingProgress()
    progress = SerialProgress(shown)
    progress.more(3)
    progress.more(4)

    assert shown.pieces == 7
