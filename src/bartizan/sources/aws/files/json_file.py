# SPDX-License-Identifier: Apache-2.0
"""Reads JSON files that nobody vouches for: bounded in size and depth, no name twice."""

import json
import re
import zlib
from pathlib import Path

from bartizan.errors import InputError, Location
from bartizan.model.record import Json

SIZE = 512 * 1024 * 1024
"""Bytes of a file, unpacked; larger ones are refused."""

DEPTH = 100
"""How deep objects and lists may lie inside one another."""

_GZIP = b"\x1f\x8b"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def read(path: Path) -> Json:
    """Return what a JSON file, which may be packed by gzip, holds.

    Raises:
        InputError: it cannot be read, is too large or too deep, is no JSON, or gives a name twice.
    """
    text = _text(path)
    _check_depth(text, path)
    try:
        found: Json = json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        place = Location(str(path), error.lineno, error.colno)
        raise InputError(f"no JSON: {error.msg.lower()}", at=place) from error
    except (_RepeatedError, ValueError) as error:
        raise InputError(str(error), at=_where(path, text, error)) from error
    return found


def text(path: Path) -> str:
    """Return the text of a file, which may be packed by gzip.

    Raises:
        InputError: it cannot be read, is too large, or is no UTF-8.
    """
    return _text(path)


class _RepeatedError(ValueError):
    """An object gives a name twice, so that readers would not agree on what it says."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the name `{name[:100]}` is given twice in one object")
        self.name = name


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _RepeatedError(name)
            seen.add(name)
    return found


def _refuse(name: str) -> Json:
    message = f"`{name}` is no JSON number"
    raise ValueError(message)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as held:
            content = held.read(SIZE + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise InputError(f"cannot read the file: {reason.lower()}", at=_at(path)) from error
    if content.startswith(_GZIP):
        content = _unpacked(content, path)
    if len(content) > SIZE:
        raise InputError(
            f"the file is larger than {SIZE // 1024**2} MiB", at=_at(path), hint="split it"
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"no UTF-8 at byte {error.start}", at=_at(path)) from error


def _unpacked(content: bytes, path: Path) -> bytes:
    """Unpack no more than is allowed, so that a small file cannot fill the memory."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(content, SIZE + 1)
    except zlib.error as error:
        raise InputError("the file is damaged: no gzip", at=_at(path)) from error
    if len(unpacked) <= SIZE and not unpacker.eof:
        raise InputError("the file is cut short", at=_at(path))
    if unpacker.unused_data.strip(b"\0"):
        raise InputError("the file holds more than one gzip stream", at=_at(path))
    return unpacked


def _check_depth(text: str, path: Path) -> None:
    """Refuse what lies too deep before a parser runs out of stack."""
    depth = 0
    for token in _TOKEN.finditer(text):
        if token.group() in "[{":
            depth += 1
            if depth > DEPTH:
                place = _located(path, text, token.start())
                raise InputError(f"more than {DEPTH} levels deep", at=place)
        elif token.group() in "]}":
            depth -= 1


def _where(path: Path, text: str, error: ValueError) -> Location:
    """Return the place of the second time that a name is given, as well as it can be told."""
    if not isinstance(error, _RepeatedError):
        return _at(path)
    quoted = re.escape(json.dumps(error.name, ensure_ascii=False))
    found = [match.start() for match in re.finditer(rf"{quoted}\s*:", text)]
    return _located(path, text, found[1]) if len(found) > 1 else _at(path)


def _located(path: Path, text: str, offset: int) -> Location:
    line = text.count("\n", 0, offset) + 1
    return Location(str(path), line, offset - text.rfind("\n", 0, offset))


def _at(path: Path) -> Location:
    return Location(str(path))
