# SPDX-License-Identifier: Apache-2.0
"""Expected outputs that are kept as files; `UPDATE_GOLDEN=1` takes the present ones instead."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "golden" / "reports"


def expected(name: str, now: bytes) -> bytes:
    """Return what the golden file `name` says, after taking `now` for it if that was asked."""
    place = FOLDER / name
    if os.environ.get("UPDATE_GOLDEN"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(now)
    return place.read_bytes()
