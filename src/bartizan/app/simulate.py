# SPDX-License-Identifier: Apache-2.0
"""Decide self-contained requests, one JSON object a line, as they come."""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from bartizan.errors import InputError, Location
from bartizan.reason.authz.aws.simulate import answer_text, refused

LONGEST = 16 * 2**20
"""Bytes of a line; of a longer one nothing is kept."""


def simulate(stream: BinaryIO, *, name: str) -> Iterator[Mapping[str, Any]]:
    """Yield one answer for each line that is not blank, as soon as it is read; one that cannot be
    read gets an error. `name` is what errors call the stream.
    """
    number = 0
    while line := stream.readline(LONGEST + 1):
        number += 1
        at = Location(name, number)
        if len(line) > LONGEST:
            _pass_over(stream, line)
            hint = "write one request a line; documents have their own, smaller limit"
            yield refused(InputError(f"longer than {LONGEST} bytes", at=at, hint=hint))
        elif not line.isspace():
            yield answer_text(line.rstrip(b"\r\n"), at=at)


def _pass_over(stream: BinaryIO, line: bytes) -> None:
    """Read to the end of a line of which `line` is the beginning."""
    while line and not line.endswith(b"\n"):
        line = stream.readline(LONGEST)
