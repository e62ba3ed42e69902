# SPDX-License-Identifier: Apache-2.0
"""The one family of errors that a user may see: what is wrong, where, and what to do."""

from collections.abc import Iterator
from typing import ClassVar

from msgspec import Struct


class Location(Struct, frozen=True):
    """A place in something the user gave us: a file, an ARN, a line of a stream."""

    name: str
    """What the user calls it."""
    line: int | None = None
    """First line is 1."""
    column: int | None = None
    """First column is 1."""

    def __str__(self) -> str:
        """Write it as compilers do, so that editors can jump to it."""
        parts = (self.name, self.line, self.column)
        return ":".join(str(part) for part in parts if part is not None)


class BartizanError(Exception):
    """Something the user can act on; anything else that escapes is a defect of ours."""

    code: ClassVar[str] = "internal"

    def __init__(self, message: str, *, at: Location | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.hint = hint

    def diagnostics(self) -> Iterator[str]:
        """Yield the lines for a person: the error, its place, the remedy."""
        yield f"error[{self.code}]: {self.message}"
        if self.at is not None:
            yield f"  --> {self.at}"
        if self.hint:
            yield f"  hint: {self.hint}"


class UsageError(BartizanError):
    """The command line or the settings ask for something that makes no sense."""

    code = "usage"


class InputError(BartizanError):
    """A file or a stream that cannot be read as what it claims to be."""

    code = "input"


class FixError(BartizanError):
    """A remedy that is no edit of the code at hand, or none that does nothing else."""

    code = "fix"


class PolicyError(BartizanError):
    """A policy document that cannot be read as a policy."""

    code = "policy"


class SourceError(BartizanError):
    """A system that cannot be read at all; a part that cannot be read is a row of `unread`."""

    code = "source"


class StoreError(BartizanError):
    """A snapshot that is missing, damaged, or written by a version we cannot read."""

    code = "store"


class EngineError(BartizanError):
    """Work that was given to other processes, and that none of them did."""

    code = "engine"


class MissingExtraError(BartizanError):
    """A feature whose optional dependencies are not installed."""

    code = "extra"


class DisagreementError(BartizanError):
    """Two ways of ours to decide the same thing gave different answers: a defect, never hidden."""

    code = "disagreement"
