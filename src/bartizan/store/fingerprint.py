# SPDX-License-Identifier: Apache-2.0
"""The key of a home: equal secrets get equal fingerprints inside it, and nowhere else."""

import os
import secrets
from pathlib import Path

from bartizan.errors import Location, StoreError
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
        try:
            handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            key = place.read_bytes()
        else:
            key = secrets.token_bytes(_LENGTH)
            with os.fdopen(handle, "wb") as file:
                file.write(key)
                file.flush()
                os.fsync(file.fileno())
    if len(key) != _LENGTH:
        raise StoreError(
            "the key of fingerprints is damaged",
            at=Location(str(place)),
            hint="remove it; secrets in older snapshots will then not match newer ones",
        )
    return key
