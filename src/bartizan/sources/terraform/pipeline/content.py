# SPDX-License-Identifier: Apache-2.0
"""What the files of a repository hold: their trees, and what tells that they have changed."""

import hashlib
from pathlib import Path

from bartizan import files
from bartizan.errors import InputError
from bartizan.sources.terraform.pipeline.yaml_text import LARGEST, CannotReadError


def content(place: Path) -> bytes:
    """Return what a file holds, as far as it is read.

    Raises:
        CannotReadError: it cannot be read.
    """
    try:
        return files.content(place, most=LARGEST)
    except InputError as error:
        raise CannotReadError(error.message) from error


def digest(place: Path) -> str | None:
    """Return the digest of the whole of a file; None where it cannot be read."""
    try:
        with files.opened(place) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
