# SPDX-License-Identifier: Apache-2.0
"""Texts that are written out in code."""

from bartizan.sources.terraform.source.syntax import Argument, literal

_LONGEST = 2_000
"""Letters of a text that is read."""


def text(held: Argument | None) -> str | None:
    """Return a text that is written out; None where there is none, or it is computed."""
    found = None if held is None else literal(held.file, held.value)
    if not isinstance(found, str) or "${" in found or len(found) > _LONGEST:
        return None
    return found
