# SPDX-License-Identifier: Apache-2.0
"""How much memory this process and its children take together, while something runs."""

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_EVERY = 1.0
"""Seconds between two looks, as each takes some milliseconds of a processor."""


class Peak:
    """The most that was seen inside a `with`; what processes share counts once."""

    def __init__(self) -> None:
        self.mib = 0.0
        self._over = threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._watch.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Look for the last time."""
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        while True:
            held = sum(map(_proportional, (os.getpid(), *_children())))
            self.mib = max(self.mib, held / 1024)
            if self._over.wait(_EVERY):
                return


def _children() -> list[int]:
    tasks = Path("/proc/self/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _proportional(process: int) -> int:
    """Return KiB of memory, of which what others share too counts in parts; 0 once it is gone."""
    try:
        said = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in said.splitlines() if line.startswith("Pss:"))
