# SPDX-License-Identifier: Apache-2.0
"""How far a long job is: bars on a terminal, plain lines otherwise; always on stderr."""

import contextlib
import threading
import time
from collections.abc import Iterator

from msgspec import Struct, field
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars

_EVERY = 5.0
"""Seconds between two plain lines."""


class Counts(Struct):
    """What has happened so far."""

    total: int = 0
    pieces: int = 0
    records: int = 0
    unread: int = 0
    calls: int = 0
    throttled: int = 0
    running: set[str] = field(default_factory=set)

    def line(self) -> str:
        """Say it in one line; where files are read, nothing of calls."""
        read = f"{self.records} records, {self.unread} unread"
        if not self.calls:
            return read
        accounts = len({piece.split("/", 1)[0] for piece in self.running})
        return (
            f"{self.calls} calls, {self.throttled} throttled, {read}, {accounts} accounts at work"
        )


class ShownProgress:
    """Implements `ports.Progress`; may be called from any thread."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._counts = Counts()
        self._told = time.monotonic()
        self._bars: Bars | None = None
        if console.is_terminal:
            self._bars = Bars(
                TextColumn("[bold]{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[line]}"),
                TimeElapsedColumn(),
                TimeRemainingColumn(),
                console=console,
                transient=True,
            )
            self._task = self._bars.add_task("pieces", total=None, line="")

    @contextlib.contextmanager
    def shown(self) -> Iterator["ShownProgress"]:
        """Show it while the body runs."""
        with self._bars or contextlib.nullcontext():
            yield self
        self._console.print(self._counts.line(), markup=False, highlight=False, soft_wrap=True)

    def total(self, pieces: int) -> None:
        """Say how many pieces of work are known by now."""
        with self._lock:
            self._counts.total = pieces
            self._show()

    def started(self, piece: str) -> None:
        """Say that work on a piece begins."""
        with self._lock:
            self._counts.running.add(piece)
            self._show()

    def finished(self, piece: str, *, records: int, unread: int) -> None:
        """Say that a piece is done and safe on disk."""
        with self._lock:
            self._counts.running.discard(piece)
            self._counts.pieces += 1
            self._counts.records += records
            self._counts.unread += unread
            self._show()

    def called(self, *, throttled: bool = False) -> None:
        """Count one API call."""
        with self._lock:
            self._counts.calls += 1
            self._counts.throttled += throttled
            self._show()

    def _show(self) -> None:
        counts = self._counts
        if self._bars is not None:
            total = counts.total or None
            self._bars.update(self._task, total=total, completed=counts.pieces, line=counts.line())
        elif time.monotonic() - self._told >= _EVERY:
            self._told = time.monotonic()
            text = f"{counts.pieces} of {counts.total} pieces, {counts.line()}"
            self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def console() -> Console:
    """Return where progress is shown: standard error."""
    return Console(stderr=True)
