# SPDX-License-Identifier: Apache-2.0
"""Files that are there whole or not at all, and the errors of the disk in the user's words."""

import contextlib
import errno
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from bartizan.errors import Location, StoreError

PARTIAL = ".partial"
"""End of the name of everything that is still being written; swept away by the next run."""


@contextlib.contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """Say what the disk refused, where, and what to do about it.

    Raises:
        StoreError: the body raised an `OSError`.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        hint = (
            "free some space and run again, a live scan with `--resume`; or set BARTIZAN_HOME to "
            "another disk"
            if full
            else "check the folder's owner and mode, or set BARTIZAN_HOME to another folder"
        )
        reason = (error.strerror or "input/output error").lower()
        raise StoreError(
            f"cannot use the store: {reason}", at=Location(str(place)), hint=hint
        ) from error


def write_whole(place: Path, content: bytes) -> None:
    """Write a file so that a crash leaves the old one, the new one, or none: never a piece."""
    beside = place.with_name(f".{place.name}{PARTIAL}")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(place)
    sync_folder(place.parent)


def discard(folder: Path) -> None:
    """Remove a folder so that a crash leaves it whole or unseen; what an earlier crash left of it
    goes as well.
    """
    gone = folder.with_name(f".{folder.name}{PARTIAL}")
    shutil.rmtree(gone, ignore_errors=True)
    if folder.exists():
        folder.rename(gone)
        shutil.rmtree(gone)


def sync_folder(place: Path) -> None:
    """Make renames inside a folder survive a power cut."""
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def publish(partial: Path, final: Path) -> None:
    """Make a finished folder visible under its name; a damaged one that is there is replaced."""
    if final.exists():
        old = final.with_name(f".{final.name}.old{PARTIAL}")
        shutil.rmtree(old, ignore_errors=True)
        final.rename(old)
        partial.rename(final)
        shutil.rmtree(old)
    else:
        partial.rename(final)
    sync_folder(final.parent)


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
