# SPDX-License-Identifier: Apache-2.0
"""Runs the command line and kills it dead at one of its own calls to the outside.

As a program: `AT SINCE TOLD ARGUMENT...` kills the process by SIGKILL right before the event of
number AT, counted from the event SINCE on (`start` or `commit`). A run that ends by itself
writes how many events there were, from the start and from the commit on, to the file TOLD.
"""

import os
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

_REMOVALS = frozenset({"os.remove", "os.rmdir"})
_CHANGES = frozenset({"os.rename", "os.mkdir", "os.link"})
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass
class Killer:
    """Counts what the interpreter says that the program does outside of itself.

    Events are requests over the network and changes of files in the home: see
    https://docs.python.org/3/library/audit_events.html
    """

    home: str
    at: int
    since: str
    counts: dict[str, int] = field(default_factory=lambda: {"start": 0, "commit": 0})

    def __call__(self, event: str, args: tuple[object, ...]) -> None:
        if not self._matters(event, args):
            return
        place = str(args[0])
        if self.counts["commit"] or f"{os.sep}snapshots{os.sep}." in place:
            self.counts["commit"] += 1
        self.counts["start"] += 1
        if self.counts[self.since] == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def _matters(self, event: str, args: tuple[object, ...]) -> bool:
        if event == "http.client.send":
            return True
        if event == "open":
            return str(args[0]).startswith(self.home) and bool(int(str(args[2])) & _WRITING)
        # Whole folders are removed by names relative to an open folder.
        return (event in _CHANGES and str(args[0]).startswith(self.home)) or event in _REMOVALS


def main() -> int:
    """Run it."""
    at, since, told, *arguments = sys.argv[1:]
    killer = Killer(os.environ["BARTIZAN_HOME"], int(at), since)
    from bartizan.cli.main import run  # noqa: PLC0415 - what it imports is not counted

    sys.addaudithook(killer)
    status = run(arguments)
    counts = dict(killer.counts)
    Path(told).write_text(f"{counts['start']} {counts['commit']}", encoding="utf-8")
    return status


if __name__ == "__main__":
    sys.exit(main())
