# SPDX-License-Identifier: Apache-2.0
"""The pace of calls, with a clock that a test turns."""

from dataclasses import dataclass, field

from bartizan.sources.aws.live.throttle import Bucket


@dataclass
class Clock:
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds


def made() -> tuple[Bucket, Clock]:
    clock = Clock()
    return Bucket(now=clock.now, wait=clock.wait), clock


def test_the_first_calls_do_not_wait() -> None:
    bucket, clock = made()
    for _ in range(100):
        bucket.take()

    assert clock.waits == []


def test_no_more_calls_are_made_than_the_rate_allows() -> None:
    bucket, clock = made()
    for _ in range(500):
        bucket.take()

    # The first hundred are free, the other four hundred come at a hundred a second.
    assert abs(clock.seconds - 4.0) < 0.05


def test_every_refusal_halves_the_rate_and_every_answer_lets_it_grow() -> None:
    bucket, _ = made()
    bucket.throttled(1)
    bucket.throttled(2)
    slow = bucket.rate
    bucket.answered()

    assert slow == 25.0
    assert slow < bucket.rate < 2 * slow


def test_the_rate_never_falls_to_nothing_and_never_grows_past_its_ceiling() -> None:
    bucket, _ = made()
    for _ in range(50):
        bucket.throttled(1)
    floor = bucket.rate
    for _ in range(1_000):
        bucket.answered()

    assert floor == 0.5
    assert bucket.rate == 100.0


def test_pauses_grow_and_stay_bounded() -> None:
    bucket, clock = made()
    for attempt in range(1, 9):
        assert bucket.throttled(attempt)

    assert clock.waits[0] <= 0.4
    assert clock.waits[0] < clock.waits[-1] <= 20.0


def test_the_last_attempt_is_not_followed_by_a_pause() -> None:
    bucket, clock = made()

    assert not bucket.throttled(9)
    assert not bucket.failed(4)
    assert clock.waits == []


def test_three_calls_in_a_row_that_stay_throttled_close_the_bucket() -> None:
    bucket, _ = made()
    bucket.throttled(9)
    bucket.throttled(9)
    bucket.answered()
    bucket.throttled(9)
    bucket.throttled(9)
    open_still = bucket.closed
    bucket.throttled(9)

    assert not open_still
    assert bucket.closed
