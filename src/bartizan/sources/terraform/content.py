# SPDX-License-Identifier: Apache-2.0
"""The bytes of files: plans, states, variables and code."""

from pathlib import Path

from bartizan.errors import InputError, Location
from bartizan.model.json_text import SIZE


def content_of(place: Path, *, most: int = SIZE, shown: str = "") -> bytes:
    """Return what a file holds; of one that is larger than `most`, one byte more than that.
    `shown` is what errors call it, if not its path.

    Raises:
        InputError: it cannot be read.
    """
    try:
        with place.open("rb") as file:
            return file.read(most + 1)
    except OSError as error:
        message = f"cannot read the file: {(error.strerror or 'error').lower()}"
        raise InputError(message, at=Location(shown or str(place))) from error


def whole_of(place: Path, *, most: int, shown: str = "") -> bytes:
    """Return what a file holds, all of it; `shown` is what errors call it, if not its path.

    Raises:
        InputError: it cannot be read, or is larger than `most` bytes.
    """
    held = content_of(place, most=most, shown=shown)
    if len(held) > most:
        raise InputError(
            f"the file is larger than {most:,} bytes", at=Location(shown or str(place))
        )
    return held
