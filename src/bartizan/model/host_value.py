# SPDX-License-Identifier: Apache-2.0
"""Values that tools for hosts are given: what of them may be kept, and how it is read again."""

import re

from bartizan.model.record import Json
from bartizan.model.secret import MARKER

UNKNOWN = "bartizan:unknown"
"""The one member of what stands for a value that could not be worked out; it says why."""
UNUSABLE = frozenset({"", "*", "!", "!!", "!*", "x"})
"""What stands in shadow(5) where there is no password, or where none fits."""

_DIGITS = 10
_LINES = 2**31

_SAFE_OPTION = re.compile(
    r"(uid|gid|mode|umask|fmask|dmask|vers|size|sec|proto|x-[a-z.-]+)=[\w.-]+"
)


def address(value: str) -> str:
    """Keep an address or a path without what may be a password in it: all up to the last `@`, and
    what comes behind `?` or `#`.
    """
    if value.startswith("/") and not value.startswith("//"):
        return value
    begin = value.find("//") + 2 if "//" in value else 0
    return value[:begin] + re.split(r"[?#]", value[begin:].rpartition("@")[2])[0]


def mount_options(value: str) -> str:
    """Keep options of a mount that are no words, and of others their names."""
    named = (one.strip() for one in value.split(","))
    return ",".join(
        one if "=" not in one or _SAFE_OPTION.fullmatch(one) else f"{one.partition('=')[0]}=?"
        for one in named
    )


def hides(value: Json) -> bool:
    """Tell whether some of a value is not to be had: it is hidden, or not known."""
    if isinstance(value, dict):
        return MARKER in value or UNKNOWN in value or any(map(hides, value.values()))
    return isinstance(value, list) and any(map(hides, value))


def is_unknown(value: Json) -> bool:
    """Tell whether a value could not be worked out."""
    return isinstance(value, dict) and UNKNOWN in value


def why(value: Json) -> str:
    """Return why a value is not known; empty where it is known, or hidden."""
    found = value.get(UNKNOWN) if isinstance(value, dict) else None
    return found if isinstance(found, str) else ""


def text_of(value: Json) -> str:
    """Return a value as text; empty for what is neither text, a whole number, nor yes or no."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return value if isinstance(value, str) else ""


def number_of(value: str) -> int | None:
    """Return the whole number that a text is; None for all others."""
    plain = value.isascii() and value.isdecimal() and len(value) <= _DIGITS
    return int(value) if plain else None


def line_of(value: Json) -> int:
    """Return the number of a line; 0 for what is none."""
    return value if type(value) is int and value <= _LINES else 0
