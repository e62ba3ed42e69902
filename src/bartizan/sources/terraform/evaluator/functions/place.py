# SPDX-License-Identifier: Apache-2.0
"""Where an expression stands: the folders that paths are relative to, and what may be read."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from bartizan.files import opened
from bartizan.sources.terraform.evaluator.datum import Datum


class UnreadError(Exception):
    """A file that Terraform may read and we do not; the text says why. The value is unknown."""


class Place(Struct, frozen=True, kw_only=True):
    """The module that an expression is in. Files are read below `root` alone, and never by a
    link that leads out of it.
    """

    module: Path
    """`path.module`, resolved."""
    root: Path
    """`path.root`, resolved: the folder of the root module."""
    below: Path
    """The folder below which files may be read, resolved: `root`, or a folder above it that holds
    the modules too."""
    most_bytes: int = 2**20
    """Bytes of a file that are read; a larger one is unknown."""
    most_files: int = 10_000
    """Files and folders that are gone through for one pattern; where there are more, what
    matches is unknown."""

    def bytes_of(self, written: str) -> bytes | None:
        """Return the content of a file that code names, relative to `root` where Terraform runs,
        or None where there is none, or a folder.

        Raises:
            UnreadError: Whether it is there or what it says cannot be told.
        """
        path = self.found(written)
        if not path.exists() or path.is_dir():
            return None
        try:
            with opened(path) as file:
                content = file.read(self.most_bytes + 1)
        except OSError as error:
            raise UnreadError(f"`{written[:200]}`: {error.strerror}") from None
        if len(content) > self.most_bytes:
            raise UnreadError(f"`{written[:200]}` is larger than {self.most_bytes} bytes")
        return content

    def found(self, written: str) -> Path:
        """Return the path that code names, with links followed.

        Raises:
            UnreadError: It leads out of what may be read.
        """
        if "\0" in written or written.startswith("~"):
            raise UnreadError(f"`{written[:200]}` is not followed")
        try:
            path = (self.root / written).resolve()
        except (OSError, RuntimeError):
            raise UnreadError(f"`{written[:200]}` cannot be followed") from None
        if not path.is_relative_to(self.below):
            raise UnreadError(f"`{written[:200]}` is outside of the code")
        return path


Function: TypeAlias = Callable[[Sequence[Datum], Place], Datum]
"""What a call does. It raises RefusedError where Terraform surely refuses the call."""
