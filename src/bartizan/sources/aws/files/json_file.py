# SPDX-License-Identifier: Apache-2.0
"""Reads JSON files that nobody vouches for, no further than their bound."""

from pathlib import Path

from bartizan.files import content, document
from bartizan.model.json_text import SIZE, decoded, parse
from bartizan.model.record import Json


def read(path: Path, *, named: bool = True) -> Json:
    """Return what a JSON file, which may be packed by gzip, holds; an empty object for an empty
    one. Only what the user `named` may be a pipe.

    Raises:
        InputError: it cannot be read, is too large or too deep, is no JSON, or gives a name twice.
    """
    held = _content(path, named=named)
    return parse(held, str(path)) if held else {}


def text(path: Path, *, named: bool = True) -> str:
    """Return the text of a file, which may be packed by gzip. Only what the user `named` may be a
    pipe.

    Raises:
        InputError: it cannot be read, is too large, or is no text.
    """
    return decoded(_content(path, named=named), str(path))


def _content(path: Path, *, named: bool) -> bytes:
    return document(path, most=SIZE) if named else content(path, most=SIZE)
