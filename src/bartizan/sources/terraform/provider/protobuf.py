# SPDX-License-Identifier: Apache-2.0
"""Messages of protocol buffers on the wire, by tables of their fields.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, TypeAlias

from msgspec import Struct

_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_SIZES = {_FIXED_64: 8, _FIXED_32: 4}


class Kind(Enum):
    """What a field holds."""

    NUMBER = "number"
    """An integer, an enumeration or a boolean, none of them below 0."""
    TEXT = "text"
    BYTES = "bytes"
    MESSAGE = "message"


class Field(Struct, frozen=True):
    """One field of a message."""

    number: int
    kind: Kind = Kind.TEXT
    message: "Message | None" = None
    """Fields of a nested message."""
    many: bool = False
    """It may come several times; its value is a list."""


Message: TypeAlias = Mapping[str, Field]
"""Name of a field to what it is."""

Values: TypeAlias = Mapping[str, Any]
"""Name of a field to its value; what is absent has the value of its kind that is empty."""


def encode(message: Message, values: Values) -> bytes:
    """Write a message; fields that are empty are left out, as the format has it."""
    found = bytearray()
    for name, value in values.items():
        field = message[name]
        for one in value if field.many else (value,):
            # A nested message that is empty is there all the same, unlike a text.
            if one is None or (not one and field.kind is not Kind.MESSAGE):
                continue
            _write(found, field, one)
    return bytes(found)


def decode(message: Message, content: bytes) -> dict[str, Any]:
    """Read a message; fields that are not in its table are skipped.

    Raises:
        ValueError: it is cut short or malformed.
    """
    names = {field.number: name for name, field in message.items()}
    found: dict[str, Any] = {}
    for number, raw in _fields(content):
        name = names.get(number)
        if name is None:
            continue
        field = message[name]
        value = _read(field, raw)
        if field.many:
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    return found


def _write(found: bytearray, field: Field, value: Any) -> None:  # noqa: ANN401 - the wire's edge
    if field.kind is Kind.NUMBER:
        found += _varint(field.number << 3 | _VARINT)
        found += _varint(int(value))
        return
    if field.kind is Kind.MESSAGE:
        content = encode(field.message or {}, value)
    else:
        content = value.encode() if isinstance(value, str) else value
    found += _varint(field.number << 3 | _BYTES)
    found += _varint(len(content))
    found += content


def _read(field: Field, raw: int | bytes) -> int | str | bytes | dict[str, Any]:
    if isinstance(raw, int) != (field.kind is Kind.NUMBER):
        raise ValueError("a field of another kind")
    if isinstance(raw, int) or field.kind is Kind.BYTES:
        return raw
    return raw.decode() if field.kind is Kind.TEXT else decode(field.message or {}, raw)


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and the raw value of each field."""
    at = 0
    while at < len(content):
        tag, at = _number(content, at)
        kind = tag & 7
        if kind == _VARINT:
            value, at = _number(content, at)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            size, at = _number(content, at)
        elif kind in _SIZES:
            size = _SIZES[kind]
        else:
            raise ValueError("a field of a kind that is not understood")
        if at + size > len(content):
            raise ValueError("a message is cut short")
        yield tag >> 3, content[at : at + size]
        at += size


def _number(content: bytes, at: int) -> tuple[int, int]:
    found = 0
    for shift in range(0, 70, 7):
        if at >= len(content):
            raise ValueError("a message is cut short")
        byte = content[at]
        at += 1
        found |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the bit that says that more follows
            return found, at
    raise ValueError("a number is too long")


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:  # noqa: PLR2004 - seven bits to a byte
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
