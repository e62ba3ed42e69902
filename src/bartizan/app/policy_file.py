# SPDX-License-Identifier: Apache-2.0
"""Policy documents in files."""

import sys
from pathlib import Path

from bartizan.errors import InputError, Location
from bartizan.files import document
from bartizan.reason.authz.aws.policy.place import line_and_column
from bartizan.reason.authz.aws.policy.read import LONGEST

STANDARD_INPUT = Path("-")

_LONGEST = 4 * LONGEST
"""Bytes that are read of a file, enough to see that it is longer than any policy."""


def content(place: Path) -> bytes:
    """Return the first bytes of a file, more than any policy has.

    Raises:
        InputError: it cannot be read.
    """
    if place == STANDARD_INPUT:
        return sys.stdin.buffer.read(_LONGEST + 1)
    return document(place, most=_LONGEST)


def document_text(place: Path) -> str:
    """Return the text of a document.

    Raises:
        InputError: it cannot be read, or is no UTF-8.
    """
    held = content(place)
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8-sig")
        line, column = line_and_column(before, len(before))
        message = f"byte {error.object[error.start]:#04x} is not UTF-8"
        at = Location(str(place), line, column)
        raise InputError(message, at=at, hint="save it as UTF-8") from error
