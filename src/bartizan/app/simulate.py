# SPDX-License-Identifier: Apache-2.0
"""Decide self-contained requests, one JSON object a line, as they come.

What can be read at once is a block. Large blocks, as of a file, are answered by many processes;
small ones, as of somebody who waits for an answer, at once. Answers keep the order of the lines,
and no more than a few blocks are held.
"""

import gc
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from io import BufferedReader, BytesIO

from bartizan.app.lines import Answers, Block, answered, blocks
from bartizan.reason.authz.aws.simulate import answer_text, refused

_LARGE = 32 * 2**10
"""Bytes of a block that is worth another process."""


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
        for block in blocks(stream, name):
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


def _answered(block: Block) -> Answers:
    return answered(block, lambda line, at: answer_text(line, at=at), refused)
