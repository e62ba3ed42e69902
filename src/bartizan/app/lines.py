# SPDX-License-Identifier: Apache-2.0
"""Answers a stream of JSON lines as they come, in whole blocks of what can be read at once."""

import os
import select
from collections.abc import Callable, Iterator, Mapping
from io import BufferedReader, BytesIO
from typing import Any

import msgspec
from msgspec import Struct

from bartizan.errors import InputError, Location

LONGEST = 16 * 2**20
"""Bytes of a line; of a longer one nothing is kept."""
ENDLESS = 16 * LONGEST
"""Bytes after which a line is taken for one that never ends, and nothing more is read."""
_AT_ONCE = 256 * 2**10
"""Bytes that are read at once."""

_encoder = msgspec.json.Encoder(order="sorted")


class Answers(Struct, frozen=True):
    """The answers to the lines of one block."""

    text: bytes
    """A line of JSON for each."""
    whole: bool
    """Every line could be read."""


class Block(Struct, frozen=True):
    """Whole lines of a stream."""

    name: str
    number: int
    """Of the first line."""
    text: bytes
    endless: bool = False
    """Its only line is the beginning of one that does not end: the stream ends with it."""


def blocks(stream: BufferedReader | BytesIO, name: str) -> Iterator[Block | None]:
    """Yield the stream in whole lines; None before waiting for more of it. It may go on for as
    long as it likes, its lines may not: a device such as `/dev/zero` has none that ends.
    """
    rest, length, number = b"", 0, 1
    while length <= ENDLESS:
        if not _is_ready(stream):
            yield None
        data = stream.read1(_AT_ONCE)
        if not data:
            break
        head, end, tail = data.rpartition(b"\n")
        if not end:
            length += len(data)
            if len(rest) <= LONGEST:
                rest = (rest + data)[: LONGEST + 1]
            continue
        yield Block(name, number, rest + head)
        number += 1 + rest.count(b"\n") + head.count(b"\n")
        rest, length = tail, len(tail)
    if rest:
        yield Block(name, number, rest, endless=length > ENDLESS)


def _is_ready(stream: BufferedReader | BytesIO) -> bool:
    """Return whether reading does not have to wait."""
    if isinstance(stream, BytesIO) or os.name != "posix":
        return True
    return bool(select.select([stream], [], [], 0)[0])


def answered(
    block: Block,
    answer: Callable[[bytes, Location], Mapping[str, Any]],
    refused: Callable[[InputError], Mapping[str, Any]],
) -> Answers:
    """Answer each line of a block that is not blank; `refused` tells of one that is too long."""
    found = []
    whole = True
    for number, line in enumerate(block.text.split(b"\n"), start=block.number):
        at = Location(block.name, number)
        if len(line) > LONGEST:
            said = refused(too_long(at, endless=block.endless))
        elif not line or line.isspace():
            continue
        else:
            said = answer(line.rstrip(b"\r"), at)
        whole = whole and "error" not in said
        found.append(_encoder.encode(said) + b"\n")
    return Answers(b"".join(found), whole)


def too_long(at: Location, *, endless: bool = False, most: int = LONGEST) -> InputError:
    """Return the error for a line of more than `most` bytes, or one to which there is no end."""
    hint = "write one request a line; documents have their own, smaller limit"
    message = f"longer than {most} bytes"
    if endless:
        message = f"a line does not end within {ENDLESS} bytes; nothing behind it is read"
        hint = "write one request a line, with a line break behind each"
    return InputError(message, at=at, hint=hint)
