# SPDX-License-Identifier: Apache-2.0
"""What is asked of whoever plans a folder of code."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from bartizan.files import document
from bartizan.model.record import Json
from bartizan.sources.terraform.content import bounded
from bartizan.sources.terraform.plan import Held

MOST = 100_000
"""Objects that one folder may plan."""

LARGEST = 64 * 1024 * 1024
"""Bytes of a file of variables or of a state."""


class Asked(Struct, frozen=True, kw_only=True):
    """What is to be planned, and how."""

    folder: Path
    accounts: Mapping[str, str]
    """Provider to where its objects lie, by the user's word: `222222222222/eu-west-1`."""
    variables: Sequence[tuple[str, str]] = ()
    files: Sequence[Path] = ()
    """Files of variables."""
    values: Mapping[str, Json] = field(default_factory=dict)
    """Values of variables that are known already."""
    data: Sequence[Held] = ()
    """Data that was read already."""
    state: Path | None = None
    """What is there before; None for nothing."""
    programs: bool = False
    """Code that would run programs is planned too."""
    predicting: bool = True
    """Ids that only AWS makes up get a stand-in; else they are unknown."""
    seconds: int = 300
    """How long Terraform may take."""


def content(file: Path) -> bytes:
    """Return what a file of variables or a state holds.

    Raises:
        InputError: it cannot be read, or is too large.
    """
    return bounded(document(file, most=LARGEST), most=LARGEST, shown=str(file))
