# SPDX-License-Identifier: Apache-2.0
"""Finds the line and column of a part of a JSON text, for the error that speaks of it."""

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined] # typeshed leaves it out
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and positions from the top to the part."""

_SPACE = re.compile(r"[ \t\n\r]*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}:]', re.DOTALL)
_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)


def place(text: str, path: Path) -> tuple[int, int]:
    """Return line and column, from 1, of the part of `text` at `path`; of the nearest part that
    is there, where a key stands twice or is missing. `text` is valid JSON along the path.
    """
    position = _skip(text, 0)
    for step in path:
        found = _member(text, position, step)
        if found is None:
            break
        position = found
    return line_and_column(text, position)


def line_and_column(text: str, position: int) -> tuple[int, int]:
    """Return line and column, from 1, of a position in a text."""
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1


def place_of_depth(text: str, deepest: int) -> tuple[int, int]:
    """Return line and column of the first bracket that is nested deeper than `deepest`; of the
    beginning where there is none.
    """
    depth = 0
    for hit in _TOKEN.finditer(text):
        depth += (hit[0] in "[{") - (hit[0] in "]}")
        if depth > deepest:
            return line_and_column(text, hit.start())
    return 1, 1


def place_of_repeated_key(text: str) -> tuple[int, int]:
    """Return line and column of the first key of valid JSON that stands twice in one object; of
    the beginning where there is none.
    """
    keys: list[set[str]] = []
    last = None
    for hit in _TOKEN.finditer(text):
        if hit[0] in "[{":
            keys.append(set())
        elif hit[0] in "]}":
            keys.pop()
        elif hit[0] == ":" and last is not None:
            key, _ = scanstring(text, last.start() + 1)
            if key in keys[-1]:
                return line_and_column(text, last.start())
            keys[-1].add(key)
        last = hit
    return 1, 1


def _skip(text: str, position: int) -> int:
    hit = _SPACE.match(text, position)
    return hit.end() if hit else position


def _member(text: str, position: int, step: str | int) -> int | None:
    """Return where the member `step` of the object or list at `position` starts."""
    opening = text[position : position + 1]
    if opening not in {"{", "["}:
        return None
    position = _skip(text, position + 1)
    index = 0
    while text[position : position + 1] not in {"}", "]", ""}:
        name: str | int = index
        if opening == "{":
            name, position = scanstring(text, position + 1)
            position = _skip(text, _skip(text, position) + 1)
        if name == step:
            return position
        _, position = _DECODER.raw_decode(text, position)
        position = _skip(text, position)
        if text[position : position + 1] == ",":
            position = _skip(text, position + 1)
        index += 1
    return None
