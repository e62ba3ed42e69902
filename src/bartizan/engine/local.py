# SPDX-License-Identifier: Apache-2.0
"""Runs a kernel over parts on this machine, in processes of its own.

A process gets a part as soon as it has answered the last one, so that only as many parts exist as
are worked on. Processes are started afresh rather than forked, since libraries with threads do
not survive a fork; each ends by itself once nobody is left to talk to it.
"""

import contextlib
import gc
import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, cast

from bartizan.errors import EngineError
from bartizan.ports import Batches, BatchKernel

MOST = 8
"""Processes, as each takes memory of its own."""
_YOUNG = 0
"""What was made since the last part: with no other collections, the only garbage there is. What
was kept before is not looked through again.
"""
_GRACE = 5
"""Seconds that a process has to end once it is told to."""


class LocalEngine:
    """Runs kernels in processes, or in this one where one is all there is to be."""

    def __init__(self, processes: int | None = None, *, method: str = "spawn") -> None:
        """Take how many `processes` there shall be, else one for each processor, and the `method`
        of `multiprocessing` to start them by.
        """
        self._processes = processes or min(MOST, _processors())
        self._method = method

    def run(self, kernel: BatchKernel, parts: Iterable[Batches]) -> Iterator[Batches]:
        """Yield what `kernel`, a function of a module, makes of each part, in their order.

        Raises:
            EngineError: a process ended without an answer.
        """
        if self._processes == 1:
            for part in parts:
                yield kernel(part)
                gc.collect(_YOUNG)
            return
        crew = _Crew(kernel, self._processes, self._method)
        try:
            yield from _in_order(crew.answers(parts))
        finally:
            crew.end()


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _in_order(answers: Iterator[tuple[int, Batches]]) -> Iterator[Batches]:
    """Hold answers back until those before them are there."""
    early: dict[int, Batches] = {}
    due = 0
    for number, answer in answers:
        early[number] = answer
        while due in early:
            yield early.pop(due)
            due += 1


class _Crew:
    """Processes that work for one run."""

    def __init__(self, kernel: BatchKernel, most: int, method: str) -> None:
        self._kernel, self._most = kernel, most
        # The library's types know processes of its contexts one by one only.
        self._context: Any = multiprocessing.get_context(method)
        self._workers: dict[Connection, BaseProcess] = {}

    def answers(self, parts: Iterable[Batches]) -> Iterator[tuple[int, Batches]]:
        """Yield the answers with the numbers of their parts, as they come."""
        working: dict[Connection, int] = {}
        for number, part in enumerate(parts):
            if len(self._workers) < self._most:
                talk = self._hired()
            else:
                talk = self._ready(working)
                yield working.pop(talk), self._answer(talk)
            self._give(talk, part)
            working[talk] = number
        while working:
            talk = self._ready(working)
            yield working.pop(talk), self._answer(talk)

    def end(self) -> None:
        """End all processes, whatever they are doing."""
        for talk, worker in self._workers.items():
            worker.terminate()
            talk.close()
        for worker in self._workers.values():
            worker.join(_GRACE)
            if worker.is_alive():
                worker.kill()
                worker.join()

    def _hired(self) -> Connection:
        ours: Connection
        ours, theirs = self._context.Pipe()
        worker = self._context.Process(target=_work, args=(theirs, self._kernel), daemon=True)
        with theirs:
            worker.start()
        self._workers[ours] = worker
        return ours

    def _ready(self, working: Iterable[Connection]) -> Connection:
        """Wait for some process that has something to say, or is no more."""
        return cast("Connection", wait(list(working))[0])

    def _give(self, talk: Connection, part: Batches) -> None:
        try:
            talk.send(part)
        except OSError:
            raise self._lost(talk) from None

    def _answer(self, talk: Connection) -> Batches:
        try:
            return cast("Batches", talk.recv())
        except (EOFError, OSError):
            raise self._lost(talk) from None

    def _lost(self, talk: Connection) -> EngineError:
        worker = self._workers[talk]
        worker.join(_GRACE)
        code = worker.exitcode
        if code is not None and code < 0:
            how = f"was ended by signal {-code}"
        else:
            how = f"ended with status {code}"
        return EngineError(
            f"a process that compiles {how} before it answered",
            hint="where the system ran out of memory, set `BARTIZAN_PROCESSES=1`",
        )


def _work(talk: Connection, kernel: BatchKernel) -> None:
    """Answer parts until there are no more."""
    # An interrupt from the keyboard reaches everybody; whoever started us ends us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    with talk, contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            talk.send(kernel(talk.recv()))
            gc.collect(_YOUNG)
