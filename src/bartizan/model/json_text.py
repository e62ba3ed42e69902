# SPDX-License-Identifier: Apache-2.0
"""JSON that nobody vouches for: bounded in size and depth, no name twice, packed or not."""

import json
import math
import re
import zlib

from bartizan.errors import InputError, Location
from bartizan.model.record import Json

SIZE = 512 * 1024 * 1024
"""Bytes of a file, unpacked; larger ones are refused."""

DEPTH = 100
"""How deep objects and lists may lie inside one another."""

_GZIP = b"\x1f\x8b"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_ALIKE = bytes.maketrans(b"{}", b"[]")
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)


def parse(content: bytes, name: str) -> Json:
    """Return what the content of a JSON file holds; `name` is what errors call the file.

    Raises:
        InputError: it is too large or too deep, is no JSON, holds half of a character
            or a number without bounds, or gives a
            name twice.
    """
    text = decoded(content, name)
    _check_depth(text, name)
    try:
        found: Json = json.loads(
            text, object_pairs_hook=_once, parse_constant=_refuse, parse_float=_finite
        )
    except json.JSONDecodeError as error:
        place = Location(name, error.lineno, error.colno)
        raise InputError(f"no JSON: {error.msg.lower()}", at=place) from error
    except _OddError as error:
        raise InputError(str(error), at=_where(name, text, error)) from error
    except ValueError as error:
        raise InputError("a number of too many digits", at=Location(name)) from error
    if _HALF.search(text):
        _check_halves(found, name)
    return found


def decoded(content: bytes, name: str) -> str:
    """Return the text of a file, which may be packed by gzip: UTF-8, or UTF-16 that says so, as
    some shells write it.

    Raises:
        InputError: it is too large, or is neither.
    """
    if content.startswith(_GZIP):
        content = _unpacked(content, name)
    if len(content) > SIZE:
        raise InputError(
            f"the file is larger than {SIZE // 1024**2} MiB", at=Location(name), hint="split it"
        )
    encoding, called = "utf-8-sig", "UTF-8"
    if content.startswith(_UTF_16):
        encoding, called = "utf-16", "UTF-16"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(f"no {called} at byte {error.start}", at=Location(name)) from error


class _OddError(ValueError):
    """Something that readers would not agree on, in words."""


class _RepeatedError(_OddError):
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
    raise _OddError(message)


def _finite(digits: str) -> float:
    found = float(digits)
    if math.isinf(found):
        message = f"`{digits[:40]}` is larger than a number may be"
        raise _OddError(message)
    return found


def _unpacked(content: bytes, name: str) -> bytes:
    """Unpack no more than is allowed, so that a small file cannot fill the memory."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(content, SIZE + 1)
    except zlib.error as error:
        raise InputError("the file is damaged: no gzip", at=Location(name)) from error
    if len(unpacked) <= SIZE and not unpacker.eof:
        raise InputError("the file is cut short", at=Location(name))
    if unpacker.unused_data.strip(b"\0"):
        raise InputError("the file holds more than one gzip stream", at=Location(name))
    return unpacked


def _check_depth(text: str, name: str) -> None:
    """Refuse what lies too deep before a parser runs out of stack."""
    if _shallow(text):
        return
    depth = 0
    for token in _TOKEN.finditer(text):
        if token.group() in "[{":
            depth += 1
            if depth > DEPTH:
                place = _located(name, text, token.start())
                raise InputError(f"more than {DEPTH} levels deep", at=place)
        elif token.group() in "]}":
            depth -= 1


def _shallow(text: str) -> bool:
    """Tell whether brackets surely lie no deeper than is allowed: pairs with nothing in them are
    taken away, a level at a time.
    """
    outside = text.replace("\\\\", "").replace('\\"', "").split('"')[::2]
    brackets = "".join(outside).encode(errors="replace").translate(_ALIKE, _NO_BRACKETS)
    for _ in range(DEPTH):
        if not brackets:
            return True
        brackets = brackets.replace(b"[]", b"")
    return not brackets


def _check_halves(found: Json, name: str) -> None:
    """Refuse halves of characters, which no other text may hold.

    Source: https://www.rfc-editor.org/rfc/rfc8259#section-8.2
    """
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        raise InputError(
            f"`\\u{ord(half):04x}` is half of a character", at=Location(name)
        ) from error


def _where(name: str, text: str, error: _OddError) -> Location:
    """Return the place of the second time that a name is given, as well as it can be told."""
    if not isinstance(error, _RepeatedError):
        return Location(name)
    quoted = re.escape(json.dumps(error.name, ensure_ascii=False))
    found = [match.start() for match in re.finditer(rf"{quoted}\s*:", text)]
    return _located(name, text, found[1]) if len(found) > 1 else Location(name)


def _located(name: str, text: str, offset: int) -> Location:
    line = text.count("\n", 0, offset) + 1
    return Location(name, line, offset - text.rfind("\n", 0, offset))
