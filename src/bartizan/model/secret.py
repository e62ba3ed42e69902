# SPDX-License-Identifier: Apache-2.0
"""Recognises secrets in text and replaces them by markers that tell nothing but their kind.

A marker is what remains of a value that may hold a secret: `{"bartizan:secret": {"kind",
"fingerprint", "length", "hint"}}`. An AWS access key id, which is no secret, stays as `id`; the
secrets that lie inside a longer text are listed as `found`; `cut` says that not all of it was
searched. Where the value is no credential by its form, `kind` says what it is: `arn`, `number`,
`flag`, else `unknown`. Equal values under one key have equal fingerprints, and nothing in a marker
gives the value back.
"""

import hashlib
import hmac
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bartizan.model.record import Json
from bartizan.model.secret_pattern import PATTERNS, SECRET_KEY

MARKER = "bartizan:secret"
"""The one member of a marker."""

SCAN_LIMIT = 1_000_000
"""Characters of a text that are searched; its marker says `cut` where there were more."""

_FOUND_LIMIT = 100
_SHORT_NUMBER = 6
_RANDOM = re.compile(r"[A-Za-z0-9+/=_-]{20,200}")
_ARN = re.compile(r"arn:aws[a-z-]{0,20}:[a-z0-9-]{1,60}:[^\s]{1,2000}")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_ENTROPY_FLOOR = 3.7
"""Bits a character; words, paths and host names stay below, random letters and digits above."""
_HINTS = {pattern.kind: pattern.hint for pattern in PATTERNS} | {
    "aws-secret-access-key": "what looks like an AWS secret access key",
    "high-entropy": "what looks drawn by lot",
}
_HEX_LENGTH = 32
_HEX_FLOOR = 3.0
"""The same for hexadecimal digits, of which there are only sixteen."""


class Found(Struct, frozen=True):
    """A secret inside a longer text."""

    kind: str
    start: int
    end: int

    def of(self, text: str) -> str:
        """Cut it out of the text that it was found in."""
        return text[self.start : self.end]


class Marked(Struct, frozen=True):
    """A marker in a body."""

    place: str
    """Dotted; an element of a list by its own name, else its position: `A.B[0].Value`."""
    name: str
    """What the value is called: its member, or the name that stands beside it."""
    marker: Mapping[str, Json]
    """What is inside the marker."""


def recognise(text: str) -> str | None:
    """Return the kind of credential that `text` as a whole is; None where it looks like none."""
    value = text.strip()
    if not value or len(value) > SCAN_LIMIT:
        return None
    for pattern in PATTERNS:
        if pattern.whole and pattern.expression.fullmatch(value):
            return pattern.kind
    if SECRET_KEY.fullmatch(value) and _looks_random(value):
        return "aws-secret-access-key"
    if _looks_random(value):
        return "high-entropy"
    return None


def find(text: str) -> Iterator[Found]:
    """Yield the secrets of well-known form inside the first million characters of `text`, in
    order and without overlaps.
    """
    searched = text[:SCAN_LIMIT]
    # The first of equal spans counts: a key that is assigned to a name is more than a password.
    spans = [
        Found("aws-secret-access-key", *match.span())
        for match in SECRET_KEY.finditer(searched)
        if _looks_random(match.group())
    ]
    spans += [
        Found(pattern.kind, *match.span(pattern.group))
        for pattern in PATTERNS
        for match in pattern.expression.finditer(searched)
    ]
    end = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start >= end:
            yield span
            end = span.end


def mark(value: str, *, key: bytes, hidden: str = "") -> dict[str, Json]:
    """Return the marker for `value`; `hidden` is a text that it encodes, which is searched too."""
    kind = recognise(value)
    if kind == "high-entropy" and hidden:
        kind = None
    shape = _shape(value)
    marker: dict[str, Json] = {
        "kind": kind or shape,
        "fingerprint": fingerprint(value, key=key),
        "length": len(value),
        "hint": _HINTS.get(kind or "", ""),
    }
    if kind == "aws-access-key-id":
        marker["id"] = value.strip()
    searched = (hidden,) if kind or shape == "arn" else (value, hidden)
    inside: list[Json] = [
        _inside(text, found, key=key) for text in searched for found in find(text)
    ]
    if inside:
        marker["found"] = inside[:_FOUND_LIMIT]
    if len(inside) > _FOUND_LIMIT or max(len(value), len(hidden)) > SCAN_LIMIT:
        marker["cut"] = True
    return {MARKER: marker}


def fingerprint(value: str, *, key: bytes) -> str:
    """Return 128 bits that are equal for equal values under one key, and tell nothing else."""
    encoded = value.encode("utf-8", "surrogatepass")
    return hmac.new(key, encoded, hashlib.sha256).hexdigest()[:32]


def markers(value: Json, *, place: str = "", name: str = "") -> Iterator[Marked]:
    """Yield every marker in a body, with the place where it stands and what it is called there."""
    if isinstance(value, list):
        names = [_beside(item) for item in value]
        for position, (item, named) in enumerate(zip(value, names, strict=True)):
            # A name that two elements share tells neither of them apart.
            told = named if named and names.count(named) == 1 else position
            yield from markers(item, place=f"{place}[{told}]", name=name)
    elif isinstance(value, dict):
        inner = value.get(MARKER)
        if isinstance(inner, dict) and len(value) == 1:
            yield Marked(place, name, inner)
            return
        for member, item in value.items():
            called = _beside(value) if member.lower() == "value" else member
            yield from markers(
                item, place=f"{place}.{member}" if place else member, name=called or name
            )


def _beside(item: Json) -> str:
    """Return what an element is called, as in `{"name": "PASSWORD", "value": ...}`."""
    named = (item.get("name") or item.get("Name")) if isinstance(item, dict) else None
    return named if isinstance(named, str) else ""


def _shape(value: str) -> str:
    """Say what a value is that is no credential by its form."""
    word = value.strip().lower()
    if word in {"", "true", "false", "yes", "no", "on", "off", "null", "none"}:
        return "flag"
    if word.isdecimal() and len(word) <= _SHORT_NUMBER:
        return "number"
    return "arn" if _ARN.fullmatch(value.strip()) else "unknown"


def _inside(text: str, found: Found, *, key: bytes) -> dict[str, Json]:
    value = found.of(text)
    inside: dict[str, Json] = {
        "kind": found.kind,
        "fingerprint": fingerprint(value, key=key),
        "length": len(value),
    }
    if found.kind == "aws-access-key-id":
        inside["id"] = value
    return inside


def _looks_random(value: str) -> bool:
    """Tell whether a word of 20 or more characters looks drawn by lot."""
    if not _RANDOM.fullmatch(value):
        return False
    if _HEX.fullmatch(value):
        return len(value) >= _HEX_LENGTH and _entropy(value) >= _HEX_FLOOR
    mixed = all(any(test(c) for c in value) for test in (str.isupper, str.islower))
    return mixed and not value.isalpha() and _entropy(value) >= _ENTROPY_FLOOR


def _entropy(value: str) -> float:
    """Return Shannon's bits a character."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())
