# SPDX-License-Identifier: Apache-2.0
"""Threads that work off a short queue, so that memory does not grow with the work."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from msgspec import Struct, field

from bartizan.ports import Progress

T = TypeVar("T")

_WAITING_PER_THREAD = 2


class Crew:
    """Runs jobs at once; the first one that raises ends them all, and its error is raised."""

    def __init__(self, size: int, *, stop: threading.Event) -> None:
        self._pool = ThreadPoolExecutor(size, thread_name_prefix="aws")
        self._places = threading.Semaphore(size * (1 + _WAITING_PER_THREAD))
        self._stop = stop
        self._error: BaseException | None = None

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Give a job to the next free thread; wait while the queue is full."""
        self._places.acquire()
        if self._error is not None:
            raise self._error
        future = self._pool.submit(job)
        future.add_done_callback(self._done)
        return future

    def _done(self, future: Future[T]) -> None:
        error = None if future.cancelled() else future.exception()
        if error is not None and self._error is None:
            self._error = error
            self._stop.set()
        self._places.release()

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        _: TracebackType | None,
    ) -> None:
        """Wait for all jobs, or end them early where something went wrong."""
        if error is not None:
            self._stop.set()
        self._pool.shutdown(wait=True, cancel_futures=error is not None)
        if error is None and self._error is not None:
            raise self._error


class SerialProgress(Struct):
    """Lets many threads tell one progress display, one at a time."""

    shown: Progress
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _total: int = 0

    def total(self, pieces: int) -> None:
        """Say how many pieces of work are known by now."""
        with self._lock:
            self.shown.total(pieces)

    def more(self, pieces: int) -> None:
        """Say that so many more pieces of work are known."""
        with self._lock:
            self._total += pieces
            self.shown.total(self._total)

    def started(self, piece: str) -> None:
        """Say that work on a piece begins."""
        with self._lock:
            self.shown.started(piece)

    def finished(self, piece: str, *, records: int, unread: int) -> None:
        """Say that a piece is done and safe on disk."""
        with self._lock:
            self.shown.finished(piece, records=records, unread=unread)

    def called(self, *, throttled: bool = False) -> None:
        """Count one API call."""
        with self._lock:
            self.shown.called(throttled=throttled)
