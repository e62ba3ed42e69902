# SPDX-License-Identifier: Apache-2.0
"""Keeps values that may hold secrets out of records: a marker takes the place of each."""

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Mapping

from bartizan.model.record import Json
from bartizan.model.secret import MARKER, SCAN_LIMIT, mark

_STEP = re.compile(r"\[\]|[^.\[\]]+")
_GZIP = b"\x1f\x8b"
_BINARY = 10
"""Where more than every tenth character is none, it is no text."""


def redact(element: Mapping[str, Json], places: Iterable[str], *, key: bytes) -> dict[str, Json]:
    """Return `element` with every string at or under one of `places` replaced by its marker.

    A place is a dotted path: `*` stands for every member of an object, `[]` for every element of
    a list. A text that is base64, of text or of gzip, is searched as what it encodes too. A place
    that an element lacks changes nothing.
    """
    redacted: Json = dict(element)
    for place in places:
        redacted = _at(redacted, tuple(_STEP.findall(place)), key)
    return redacted if isinstance(redacted, dict) else {}


def marked(value: Json, *, key: bytes) -> Json:
    """Replace everything inside `value` that may be a secret by its marker: numbers and the names
    of members as well.
    """
    return _hide(_words(value), key)


def _words(value: Json) -> Json:
    if isinstance(value, list):
        return [_words(item) for item in value]
    if isinstance(value, dict):
        # A name inside may be a secret too, so its place stands for it.
        return [_words(item) for pair in value.items() for item in pair]
    return value if isinstance(value, bool) or value is None else str(value)


def _at(value: Json, steps: tuple[str, ...], key: bytes) -> Json:
    if not steps:
        return _hide(value, key)
    step, rest = steps[0], steps[1:]
    if isinstance(value, list):
        # A list where the place names a member: every element is meant, so nothing slips by.
        inner = rest if step == "[]" else steps
        return [_at(item, inner, key) for item in value]
    if isinstance(value, dict):
        return {
            name: _at(item, rest, key) if step in ("*", name) else item
            for name, item in value.items()
        }
    # A string where the place goes deeper is of another shape than the model says: hide it too.
    return _hide(value, key)


def _hide(value: Json, key: bytes) -> Json:
    if isinstance(value, str):
        return mark(value, key=key, hidden=_decoded(value))
    if isinstance(value, list):
        return [_hide(item, key) for item in value]
    if isinstance(value, dict):
        if MARKER in value and len(value) == 1:
            return value
        return {name: _hide(item, key) for name, item in value.items()}
    return value


def _decoded(value: str) -> str:
    """Return the text that `value` encodes, as far as it is searched; empty for none."""
    compact = "".join(value.split())
    if len(compact) > 2 * SCAN_LIMIT:
        return ""
    try:
        content = base64.b64decode(compact, validate=True)
        if content.startswith(_GZIP):
            content = zlib.decompressobj(wbits=31).decompress(content, SCAN_LIMIT + 1)
    except (binascii.Error, ValueError, zlib.error):
        return ""
    text = content.decode("utf-8", "replace")
    return text if text.count("\ufffd") * _BINARY < len(text) else ""
