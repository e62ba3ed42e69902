# SPDX-License-Identifier: Apache-2.0
"""The whole of files: states, variables and code."""

from pathlib import Path

from bartizan.errors import InputError, Location
from bartizan.files import content


def whole_of(place: Path, *, most: int, shown: str = "") -> bytes:
    """Return what a regular file holds, all of it; `shown` is what errors call it, if not its
    path.

    Raises:
        InputError: it cannot be read, is no regular file, or is larger than `most` bytes.
    """
    return bounded(content(place, most=most, shown=shown), most=most, shown=shown or str(place))


def bounded(held: bytes, *, most: int, shown: str) -> bytes:
    """Return what was read of a file that errors call `shown`.

    Raises:
        InputError: it is more than `most` bytes.
    """
    if len(held) > most:
        raise InputError(f"the file is larger than {most:,} bytes", at=Location(shown))
    return held
