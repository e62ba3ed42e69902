# SPDX-License-Identifier: Apache-2.0
"""Texts of which those are told to be alike that differ in accounts alone.

An account is a run of exactly twelve digits. Texts of one shape have accounts in the same places,
equal ones where the others have equal ones.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]

_DIGITS = 12
_MOST = 8
"""Accounts in a text, each counted once; of texts that spell more nothing is told. Bytes from 1 to
this one stand for the digits of the first account, the second, and so on.
"""
NONE = -1
"""No account."""
_WHOLE = re.compile(r"(?<![0-9])[0-9]{12}(?![0-9])")
_TORN = re.compile(r'[0-9]","[0-9]')
_BESIDE = re.compile(r'[0-9][*?]|[*?][0-9]|[0-9]",[0-9\[]|[0-9\]],"[0-9]')
"""What stands beside a wildcard or a variable in a pattern as it is kept."""
_GLUED = re.compile(r"[0-9A-Za-z*?]\$\{|\}[0-9A-Za-z*?]")
_RUN, _WILD = re.compile("[0-9]+"), frozenset("*?")


class Shapes(Struct, frozen=True):
    """Some texts, by number."""

    number: Numbers
    """Equal where texts differ in accounts alone, if at all."""
    accounts: Numbers
    """The accounts in each, in their order and each once, as numbers; NONE behind the last."""
    odd: Mask
    """Of these nothing is told: they have longer runs of digits, many accounts, or escapes."""

    @classmethod
    def of(cls, texts: Any) -> "Shapes":  # noqa: ANN401 - Arrow's
        """Take a column or array of texts, none of them null."""
        begins, held = text_bytes(texts)
        first, length = _runs(held, begins)
        owner = np.searchsorted(begins, first, "right") - 1
        whole = length == _DIGITS
        odd = np.zeros(len(begins) - 1, dtype=bool)
        odd[owner[length > _DIGITS]] = True
        other = np.flatnonzero((held - np.uint8(1) < np.uint8(_MOST)) | (held == ord("\\")))
        odd[np.searchsorted(begins, other, "right") - 1] = True
        owner, where = owner[whole], first[whole][:, None] + np.arange(_DIGITS)
        value = (held[where] - np.uint8(ord("0"))) @ (10 ** np.arange(_DIGITS - 1, -1, -1))
        place = _places(owner, value)
        odd[owner[place >= _MOST]] = True
        accounts = np.full((len(odd), _MOST), NONE, dtype=np.int64)
        kept = place < _MOST
        accounts[owner[kept], place[kept]] = value[kept]
        holed = held.copy()
        holed[where[kept]] = (place[kept] + 1)[:, None]
        # A number in JSON does not begin with 0.
        holed[first[whole][held[first[whole]] == ord("0")]] = ord("0")
        return cls(_encoded(begins, holed), accounts, odd)


def _places(owner: Numbers, value: Numbers) -> Numbers:
    """Return for each account in a text, both in order, how many others stand before it there."""
    _, first, same = np.unique(owner * 10**_DIGITS + value, return_index=True, return_inverse=True)
    order = np.argsort(first)
    theirs = owner[first[order]]
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order)) - np.searchsorted(theirs, theirs)
    return place[same]


def looks_into(pattern: str) -> bool:
    """Return whether a pattern, as it is kept, may take in a part of an account."""
    return bool(_TORN.search(pattern) or _BESIDE.search(_WHOLE.sub("", pattern)))


def beside(pattern: str) -> frozenset[tuple[str, bool]] | None:
    """Return what a pattern as written looks for in accounts, with True for what they begin with
    and False for what they end with; None where it looks for more than that.
    """
    if _GLUED.search(pattern):
        return None
    found = set[tuple[str, bool]]()
    rest = _WHOLE.sub("", pattern)
    for hit in _RUN.finditer(rest):
        before, behind = (
            part in _WILD for part in (rest[: hit.start()][-1:], rest[hit.end() :][:1])
        )
        if (before and behind) or len(hit[0]) > _DIGITS:
            return None
        if before or behind:
            found.add((hit[0], behind))
    return frozenset(found)


def text_bytes(texts: Any) -> tuple[Numbers, NDArray[np.uint8]]:  # noqa: ANN401 - Arrow's
    """Return where each text begins, and at last where the last one ends, and all their bytes."""
    whole = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    whole = whole.cast(pa.large_string())
    buffers: list[Any] = whole.buffers()
    _, offsets, data = buffers
    begins = np.frombuffer(offsets, dtype=np.int64)[whole.offset : whole.offset + len(whole) + 1]
    held = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, np.uint8)
    return begins - begins[0], held[begins[0] : begins[-1]]


def _runs(held: NDArray[np.uint8], begins: Numbers) -> tuple[Numbers, Numbers]:
    """Return where runs of digits begin, none of which reaches over two texts, and how long they
    are.
    """
    digits = np.flatnonzero(held - np.uint8(ord("0")) < np.uint8(10))
    edge = np.zeros(len(held) + 1, dtype=bool)
    edge[begins] = True
    starts = np.flatnonzero((np.diff(digits, prepend=-2) > 1) | edge[digits])
    return digits[starts], np.diff(starts, append=len(digits))


def _encoded(begins: Numbers, held: NDArray[np.uint8]) -> Numbers:
    """Number equal texts alike."""
    buffers: Any = [None, _buffer(begins), _buffer(held)]
    texts: Any = pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(begins) - 1, buffers)
    return np.asarray(texts.dictionary_encode().indices, dtype=np.int64)


def related(accounts: Sequence[Numbers]) -> NDArray[np.int8]:
    """Return for each row of accounts, laid side by side, the first place where each stands; so
    equal rows have equal accounts in the same places.
    """
    laid = np.concatenate(accounts, axis=1)
    laid = laid[:, (laid != NONE).any(axis=0)]
    found = np.empty(laid.shape, dtype=np.int8)
    for place in range(laid.shape[1]):
        found[:, place] = (laid[:, : place + 1] == laid[:, place : place + 1]).argmax(axis=1)
    return found


def parted(accounts: Sequence[Numbers], parts: Iterable[tuple[str, bool]]) -> Iterator[Numbers]:
    """Yield for each part that patterns look `beside` for which of some accounts, laid side by
    side, have it: bit n is place n.
    """
    laid = np.concatenate(accounts, axis=1)
    bits = 1 << np.arange(laid.shape[1])
    for run, begins in parts:
        size = 10 ** (_DIGITS - len(run) if begins else len(run))
        yield ((laid // size if begins else laid % size) == int(run)) @ bits


def numbered(columns: Sequence[NDArray[Any]]) -> tuple[Numbers, Numbers]:
    """Number equal rows of columns alike, in the order of their first places, and return the
    numbers and those places.
    """
    rows = np.column_stack([np.asarray(column, np.int64) for column in columns])
    width = rows.shape[1] * rows.itemsize
    buffers: Any = [None, _buffer(rows)]
    texts: Any = pa.FixedSizeBinaryArray.from_buffers(pa.binary(width), len(rows), buffers)
    number = np.asarray(texts.dictionary_encode().indices, dtype=np.int64)
    first = np.unique(number, return_index=True)[1]
    return number, first


def _buffer(held: Any) -> Any:  # noqa: ANN401 - of either library
    whole: Any = np.ascontiguousarray(held)
    return pa.py_buffer(whole)
