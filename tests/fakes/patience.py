# SPDX-License-Identifier: Apache-2.0
"""No patience with code that waits for what never comes."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def impatient(seconds: float = 60.0) -> Iterator[None]:
    """Fail what is still waiting after some time, rather than waiting with it."""

    def give_up(_: int, __: object) -> None:
        message = f"still waiting after {seconds} seconds"
        raise AssertionError(message)

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
