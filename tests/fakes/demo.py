# SPDX-License-Identifier: Apache-2.0
"""What a demo leaves that was run to its end."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo that has ended."""

    place: Path
    """Where its reports and its home are."""
    status: int
    out: str
    err: str
