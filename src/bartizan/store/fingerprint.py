# SPDX-License-Identifier: Apache-2.0
"""The key of a home: equal secrets get equal fingerprints inside it, and nowhere else."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

from bartizan.errors import Location, StoreError
from bartizan.files import opened
from bartizan.store import disk

_LENGTH = 32


def fingerprint_key(home: Path) -> bytes:
    """Return the key of `home`, 32 bytes; the first call makes it, readable by its owner alone.

    Raises:
        StoreError: it cannot be written or read, or it is not what this function wrote.
    """
    place = home / "fingerprint.key"
    with disk.disk_errors(place):
        home.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            _make(place)
        with opened(place) as file:
            key = file.read(_LENGTH + 1)
    if len(key) != _LENGTH:
        raise StoreError(
            "the key of fingerprints is damaged",
            at=Location(str(place)),
            hint="remove it; secrets in older snapshots will then not match newer ones",
        )
    return key


def _make(place: Path) -> None:
    """Make a key whole or not at all; of two processes that make one at once the first wins."""
    handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}", suffix=disk.PARTIAL)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_LENGTH))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            place.hardlink_to(beside)
    finally:
        beside.unlink()
    disk.sync_folder(place.parent)
