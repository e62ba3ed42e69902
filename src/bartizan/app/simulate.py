# SPDX-License-Identifier: Apache-2.0
"""Decide self-contained requests, one JSON object a line, as they come."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from bartizan.reason.authz.aws.simulate import answer

LONGEST = 16 * 2**20
"""Bytes of a line; a longer one is refused before it is parsed."""


def simulate(lines: Iterable[bytes]) -> Iterator[Mapping[str, Any]]:
    """Yield one answer for each line that is not blank; one that cannot be read gets an error."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(line) > LONGEST:
            yield _error(number, f"line is longer than {LONGEST} bytes")
            continue
        try:
            asked = msgspec.json.decode(line, type=dict[str, Any])
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            yield _error(number, str(error).lower() or "nested too deep")
            continue
        yield answer(asked)


def _error(number: int, message: str) -> Mapping[str, Any]:
    return {
        "id": "",
        "error": {"code": "input", "message": message, "at": f"line {number}", "hint": ""},
    }
