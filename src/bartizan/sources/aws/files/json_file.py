# SPDX-License-Identifier: Apache-2.0
"""Reads JSON files that nobody vouches for, no further than their bound."""

from pathlib import Path

from bartizan.errors import InputError, Location
from bartizan.model.json_text import SIZE, decoded, parse
from bartizan.model.record import Json


def read(path: Path) -> Json:
    """Return what a JSON file, which may be packed by gzip, holds.

    Raises:
        InputError: it cannot be read, is too large or too deep, is no JSON, or gives a name twice.
    """
    return parse(_content(path), str(path))


def text(path: Path) -> str:
    """Return the text of a file, which may be packed by gzip.

    Raises:
        InputError: it cannot be read, is too large, or is no text.
    """
    return decoded(_content(path), str(path))


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as held:
            return held.read(SIZE + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        message = f"cannot read the file: {reason.lower()}"
        raise InputError(message, at=Location(str(path))) from error
