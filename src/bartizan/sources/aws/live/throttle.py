# SPDX-License-Identifier: Apache-2.0
"""How fast one account, region and service is asked: a token bucket that learns from refusals."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

_CEILING = 100.0
"""Calls a second, and the burst at the start; AWS's own limits are lower and differ by service."""
_FLOOR = 0.5
_RECOVERY = 1.05
_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 20.0
_ATTEMPTS_THROTTLED = 9
_ATTEMPTS_FAILED = 4
_GIVE_UP_AFTER = 3
"""Calls in a row that were throttled to the last attempt; the rest would fare no better."""


@dataclass(slots=True)
class Bucket:
    """The pace of one thread's calls; every refusal slows it, every answer lets it recover.

    Additive increase is left out: AWS refills its own buckets at a fixed rate
    (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/throttling.html), so a rate that
    shrinks by half and grows by a twentieth settles just below it.
    """

    now: Callable[[], float]
    """Seconds of a clock that never goes back."""
    wait: Callable[[float], object]
    """Waits for so many seconds."""
    rate: float = _CEILING
    tokens: float = _CEILING
    at: float | None = None
    exhausted: int = 0
    """How many calls in a row were throttled to the last attempt."""
    _random: random.Random = field(default_factory=random.Random, repr=False)

    @property
    def closed(self) -> bool:
        """So many calls were throttled to the last attempt that no more are made."""
        return self.exhausted >= _GIVE_UP_AFTER

    def take(self) -> None:
        """Wait for one token."""
        now = self.now()
        if self.at is not None:
            self.tokens = min(self.rate, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1:
            self.wait((1 - self.tokens) / self.rate)
            self.tokens, self.at = 1, self.now()
        self.tokens -= 1

    def answered(self) -> None:
        """Note a call that was not throttled."""
        self.exhausted = 0
        if self.rate < _CEILING:
            self.rate = min(_CEILING, self.rate * _RECOVERY)

    def throttled(self, attempt: int) -> bool:
        """Slow down after a throttled attempt, the first being 1; false where it was the last."""
        self.rate = max(_FLOOR, self.rate / 2)
        self.tokens = min(self.tokens, self.rate)
        if attempt >= _ATTEMPTS_THROTTLED:
            self.exhausted += 1
            return False
        self._pause(attempt)
        return True

    def failed(self, attempt: int) -> bool:
        """Pause after an attempt that failed in passing; false where it was the last."""
        if attempt >= _ATTEMPTS_FAILED:
            return False
        self._pause(attempt)
        return True

    def _pause(self, attempt: int) -> None:
        longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**attempt)
        self.wait(self._random.uniform(longest / 2, longest))
