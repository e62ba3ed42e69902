# SPDX-License-Identifier: Apache-2.0
"""Parses the JSON of policies within bounds: each key once, numbers as they are written."""

import json
import re
from typing import Any, NoReturn, TypeAlias

from bartizan.reason.authz.aws.policy.place import (
    Path,
    place,
    place_of_depth,
    place_of_repeated_key,
)

DEEPEST = 40
"""Levels of nesting; the grammar needs seven."""
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")
_MARK = "\ufeff"
"""A mark of byte order, which JSON has not; the library says so in its own words."""
_Json: TypeAlias = Any


class NumberText(str):
    """A JSON number, kept as the document writes it."""

    __slots__ = ()


class RefusedError(Exception):
    """Something at `path` is not of the grammar."""

    def __init__(
        self, message: str, path: Path, hint: str, *, at: tuple[int, int] | None = None
    ) -> None:
        super().__init__(message)
        self.message, self.path, self.hint = message, path, hint
        self._at = at

    def place(self, text: str) -> tuple[int, int]:
        """Return line and column in `text`, of which the whole document was parsed."""
        return self._at or place(text, self.path)


def parsed(text: str) -> _Json:
    """Parse JSON within bounds, so that no input can exhaust the stack, with every number as its
    text.

    Raises:
        json.JSONDecodeError: it is not JSON.
        RefusedError: a key stands twice, or what is nested goes too deep.
    """
    # Few brackets cannot be nested deeply, wherever they stand.
    if text.count("{") + text.count("[") > DEEPEST:
        _check_depth(text)
    try:
        value = json.loads(text) if text.startswith(_MARK) else _decoder.decode(text)
    except _RepeatedError as error:
        message = f"`{shortened(error.key)}` stands twice in one element"
        hint = "merge the two; the grammar allows each key once"
        raise RefusedError(message, (), hint, at=place_of_repeated_key(text)) from error
    try:
        # Half of a pair can only come from one in the text, or from an escape.
        (json.dumps(value, ensure_ascii=False) if "\\u" in text else text).encode()
    except UnicodeEncodeError:
        message = "half of a surrogate pair in a string"
        raise RefusedError(message, (), "write the whole character") from None
    return value


def _check_depth(text: str) -> None:
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            hint = "a policy needs seven levels"
            message = f"nested deeper than {DEEPEST} levels"
            raise RefusedError(message, (), hint, at=place_of_depth(text, DEEPEST))


class _RepeatedError(Exception):
    """A key stands twice in one object."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def _object(pairs: list[tuple[str, _Json]]) -> dict[str, _Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _RepeatedError(key)
            seen.add(key)
    return found


def _constant(word: str) -> NoReturn:
    raise RefusedError(f"`{word}` is no JSON", (), "write a string or a number")


_decoder = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=NumberText,
    parse_float=NumberText,
    parse_constant=_constant,
)


def shortened(value: object) -> str:
    """Show a part of the input on one line, without what could control a terminal."""
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(value)[:100])
    return text if len(text) < 100 else text[:97] + "..."  # noqa: PLR2004 - one line of an error
