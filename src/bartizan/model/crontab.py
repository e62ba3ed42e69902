# SPDX-License-Identifier: Apache-2.0
"""Reads crontabs of the system, whose lines name a user: crontab(5)."""

import re
from collections.abc import Iterator

from msgspec import Struct

_TIMES = 5
_SETTING = re.compile(r"""["']?[A-Za-z_][A-Za-z0-9_]*["']?\s*=""")


class Entry(Struct, frozen=True, kw_only=True):
    """One line that runs something."""

    schedule: str
    """Minute, hour, day, month and weekday, or `@daily` and the like."""
    user: str
    """As whom it runs."""
    command: str
    """What it runs, as it is written."""


def read(text: str) -> Iterator[Entry | None]:
    """Yield each line that runs something, None for one that cannot be read; settings, comments
    and empty lines are passed over.
    """
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped or stripped.startswith("#") or _SETTING.match(stripped):
            continue
        times = 1 if stripped.startswith("@") else _TIMES
        words = stripped.split(maxsplit=times + 1)
        if len(words) < times + 2:
            yield None
            continue
        yield Entry(schedule=" ".join(words[:times]), user=words[times], command=words[times + 1])
