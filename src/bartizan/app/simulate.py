# SPDX-License-Identifier: Apache-2.0
"""Decide self-contained requests, one JSON object a line, as they come.

What can be read at once is a block. Large blocks, as of a file, are answered by many processes;
small ones, as of somebody who waits for an answer, at once. Answers keep the order of the lines,
and no more than a few blocks are held.
"""

import gc
import os
import select
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedReader, BytesIO

import msgspec

from bartizan.errors import InputError, Location
from bartizan.reason.authz.aws.simulate import answer_text, refused

LONGEST = 16 * 2**20
"""Bytes of a line; of a longer one nothing is kept."""
_AT_ONCE = 256 * 2**10
"""Bytes that are read at once."""
_LARGE = 32 * 2**10
"""Bytes of a block that is worth another process."""

_encoder = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to the lines of one block."""

    text: bytes
    """A line of JSON for each."""
    whole: bool
    """Every line could be read."""


@dataclass(frozen=True, slots=True)
class _Block:
    """Whole lines of a stream."""

    name: str
    number: int
    """Of the first line."""
    text: bytes


def processes() -> int:
    """Return how many processes may answer: one for each processor that is ours."""
    if not hasattr(os, "sched_getaffinity"):
        # Without it there is no `select` for files either.
        return 1
    return len(os.sched_getaffinity(0))


def simulate(
    stream: BufferedReader | BytesIO, *, name: str, processes: int = 1
) -> Iterator[Answers]:
    """Yield the answers to every line that is not blank, in order, as soon as they are known; a
    line that cannot be read gets an error. `name` is what errors call the stream.
    """
    waiting: deque[Future[Answers]] = deque()
    pool: ProcessPoolExecutor | None = None
    with ExitStack() as stack:
        for block in _blocks(stream, name):
            if block is None:
                yield from _drained(waiting)
            elif pool is not None and len(block.text) >= _LARGE:
                waiting.append(pool.submit(_answered, block))
                if len(waiting) > 2 * processes:
                    yield waiting.popleft().result()
            else:
                yield from _drained(waiting)
                yield _answered(block)
                if pool is None and processes > 1 and len(block.text) >= _LARGE:
                    # What was read for the first block is there in the processes made after it.
                    pool = stack.enter_context(_pool(processes))
        yield from _drained(waiting)


def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, initializer=_prepare, initargs=(os.getpid(),))


def _prepare(asker: int) -> None:
    """Make a process fit for answering to `asker`, with which it ends however that does."""
    # An interrupt ends the one that asks, which then ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(asker,), daemon=True).start()
    # Nothing that is there by now will go, and answering leaves no circles behind.
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


def _end_with(asker: int) -> None:
    """End this process soon after `asker` is gone: one that was killed cannot tell."""
    while os.getppid() == asker:
        time.sleep(0.5)
    os._exit(1)


def _drained(waiting: deque[Future[Answers]]) -> Iterator[Answers]:
    while waiting:
        yield waiting.popleft().result()


def _blocks(stream: BufferedReader | BytesIO, name: str) -> Iterator[_Block | None]:
    """Yield the stream in whole lines; None before waiting for more of it."""
    rest, number = b"", 1
    while True:
        if not _is_ready(stream):
            yield None
        data = stream.read1(_AT_ONCE)
        if not data:
            break
        head, end, tail = data.rpartition(b"\n")
        if not end:
            rest = (rest + data)[: LONGEST + 1]
            continue
        yield _Block(name, number, rest + head)
        number += 1 + rest.count(b"\n") + head.count(b"\n")
        rest = tail
    if rest:
        yield _Block(name, number, rest)


def _is_ready(stream: BufferedReader | BytesIO) -> bool:
    """Return whether reading does not have to wait."""
    if isinstance(stream, BytesIO) or os.name != "posix":
        return True
    return bool(select.select([stream], [], [], 0)[0])


def _answered(block: _Block) -> Answers:
    found = []
    whole = True
    for number, line in enumerate(block.text.split(b"\n"), start=block.number):
        at = Location(block.name, number)
        if len(line) > LONGEST:
            hint = "write one request a line; documents have their own, smaller limit"
            answer = refused(InputError(f"longer than {LONGEST} bytes", at=at, hint=hint))
        elif not line or line.isspace():
            continue
        else:
            answer = answer_text(line.rstrip(b"\r"), at=at)
        whole = whole and "error" not in answer
        found.append(_encoder.encode(answer) + b"\n")
    return Answers(b"".join(found), whole)
