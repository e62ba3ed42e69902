# SPDX-License-Identifier: Apache-2.0
"""Reads files that nobody vouches for: regular ones, no further than a bound.

Whoever opens a named pipe waits until somebody writes to it, and a device may have no end. So a
file is looked at before it is opened, links followed, and what is no regular file is refused.
Where a single document is named, a pipe may be one, as shells make of `<(command)`. The null
device is an empty file.

Source: https://man7.org/linux/man-pages/man7/fifo.7.html and
https://www.gnu.org/software/bash/manual/html_node/Process-Substitution.html
"""

import errno
import os
import selectors
import stat
from collections.abc import Callable, Mapping
from functools import cache
from io import BufferedReader, BytesIO
from pathlib import Path

from bartizan.errors import InputError, Location
from bartizan.model.json_text import SIZE

PATIENCE = 600.0
"""Seconds for which nothing may come through a pipe: whoever writes may have to plan first."""

_PIECE = 2**20
_FLAGS = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_OTHER: Mapping[Callable[[int], bool], str] = {
    stat.S_ISDIR: "is a directory",
    stat.S_ISFIFO: "is a pipe, no regular file",
    stat.S_ISSOCK: "is a socket, no regular file",
    stat.S_ISCHR: "is a device, no regular file",
    stat.S_ISBLK: "is a device, no regular file",
}


class NotRegularError(OSError):
    """A pipe, a socket or a device where a regular file is to be."""


def opened(place: Path) -> BufferedReader | BytesIO:
    """Open a regular file for reading, at once.

    Raises:
        OSError: it cannot be opened.
        NotRegularError: it is no regular file.
    """
    # Opening some devices does something, so it is looked at first, and once more as it is open.
    found = place.stat()
    if _null(found):
        return BytesIO()
    _check(found, place)
    handle = os.open(place, _FLAGS)
    try:
        _check(os.fstat(handle), place)
    except OSError:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def content(place: Path, *, most: int, shown: str = "") -> bytes:
    """Return what a regular file holds; of one that is larger than `most`, one byte more than
    that. `shown` is what errors call it, if not its path.

    Raises:
        InputError: it cannot be read, or is no regular file.
    """
    try:
        with opened(place) as file:
            return file.read(most + 1) or b""
    except OSError as error:
        raise unreadable(error, shown or str(place)) from error


def document(place: Path, *, most: int) -> bytes:
    """Return what a file that the user named holds, as `content` does; it may also be a pipe,
    which is read to its end.

    Raises:
        InputError: it cannot be read, is neither, or nothing comes through the pipe.
    """
    try:
        found = place.stat()
        if stat.S_ISFIFO(found.st_mode):
            return _drained(place, (found.st_dev, found.st_ino))[: most + 1]
    except OSError as error:
        raise unreadable(error, str(place)) from error
    return content(place, most=most)


def unreadable(error: OSError, shown: str) -> InputError:
    """Return the error for a file that cannot be read, which `shown` names."""
    hint = "put a regular file in its place" if isinstance(error, NotRegularError) else ""
    message = f"cannot read the file: {(error.strerror or 'error').lower()}"
    return InputError(message, at=Location(shown), hint=hint)


def _check(found: os.stat_result, place: Path) -> None:
    if stat.S_ISREG(found.st_mode):
        return
    what = next((said for is_so, said in _OTHER.items() if is_so(found.st_mode)), "is no file")
    kind = IsADirectoryError if stat.S_ISDIR(found.st_mode) else NotRegularError
    raise kind(errno.EINVAL, what, str(place))


def _null(found: os.stat_result) -> bool:
    return stat.S_ISCHR(found.st_mode) and found.st_rdev == Path(os.devnull).stat().st_rdev


@cache
def _drained(place: Path, _: tuple[int, int]) -> bytes:
    """Read a pipe to its end, or a byte further than any document may have; it gives what it holds
    only once, so whoever asks again gets the same.
    """
    held = bytearray()
    handle = os.open(place, _FLAGS)
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(handle, selectors.EVENT_READ)
            while len(held) <= SIZE:
                if not selector.select(PATIENCE):
                    message = f"nothing came through the pipe for {PATIENCE:.0f} seconds"
                    raise OSError(errno.ETIMEDOUT, message, str(place))
                piece = os.read(handle, _PIECE)
                if not piece:
                    break
                held += piece
    finally:
        os.close(handle)
    return bytes(held)
