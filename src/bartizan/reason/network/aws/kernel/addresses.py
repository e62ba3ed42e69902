# SPDX-License-Identifier: Apache-2.0
"""Addresses of both families on one line, cut into stretches that no rule tells apart.

An address is a key of bytes that sorts as addresses do, IPv4 first.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct
from numpy.typing import NDArray

from bartizan.reason.network.aws.kernel.columns import Column, Flags, Ints, Piece, encoded, flags
from bartizan.reason.network.aws.topology.addresses import Range

Keys = NDArray[np.bytes_]
_KEY = "S17"
_FAMILY = {4: b"\x04", 6: b"\x06"}
_AFTER = {4: b"\x05", 6: b"\x07"}
_SIX = b"\x06"
_PLAIN = r"^(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$"
_BITS = {4: 32, 6: 128}


class Spans(Struct, frozen=True):
    """Ranges of addresses: each from `low` up to, but not with, `end`."""

    low: Keys
    end: Keys
    length: Ints
    """Length of the prefix; -1 where the text is no range."""

    @property
    def known(self) -> Flags:
        """Tell of each whether its text is a range at all."""
        return self.length >= 0

    def at(self, rows: NDArray[Any]) -> "Spans":
        """Return some of them."""
        return Spans(self.low[rows], self.end[rows], self.length[rows])


def span_of(version: int, first: int, last: int) -> tuple[bytes, bytes]:
    """Return the keys of a range: that of its first address, and of the one after its last."""
    return key(version, first), key(version, last + 1)


def key(version: int, address: int) -> bytes:
    """Return the key of an address; of the one after the last, too."""
    if address >> _BITS[version]:
        return _AFTER[version]
    return _FAMILY[version] + address.to_bytes(_BITS[version] // 8, "big")


def address_of(kept: bytes) -> tuple[int, int]:
    """Return version and number of the address that has a key."""
    version = 4 if kept[:1] in (_FAMILY[4], _AFTER[4]) else 6
    size = _BITS[version] // 8
    if kept[:1] == _AFTER[version]:
        return version, 1 << _BITS[version]
    return version, int.from_bytes(kept[1 : 1 + size].ljust(size, b"\0"), "big")


def spans(column: Column) -> Spans:
    """Read addresses and CIDR blocks; a text that is neither is known as such."""
    numbers, texts = encoded(column)
    plain = _plain(pa.array(texts, pa.string()))
    others = np.flatnonzero(plain.length < 0)
    for row in others.tolist():
        plain.low[row], plain.end[row], plain.length[row] = span_of_text(texts[row])
    return plain.at(numbers)


def joined(*parts: Spans) -> Spans:
    """Return the ranges of several."""
    return Spans(
        np.concatenate([part.low for part in parts]),
        np.concatenate([part.end for part in parts]),
        np.concatenate([part.length for part in parts]),
    )


def span_of_text(text: str) -> tuple[bytes, bytes, int]:
    """Read one range: its first key, the one after its last, and the length of its prefix; -1 for
    what is no range.
    """
    try:
        block = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return b"", b"", -1
    first, last = int(block.network_address), int(block.broadcast_address)
    return key(block.version, first), key(block.version, last + 1), block.prefixlen


def _plain(texts: Piece) -> Spans:
    """Read IPv4 addresses without a prefix, which are nearly all there are, at once."""
    size = len(texts)
    length = np.full(size, -1, dtype=np.int32)
    low, end = np.zeros(size, dtype=_KEY), np.zeros(size, dtype=_KEY)
    fits = flags(pc.match_substring_regex(texts, _PLAIN))
    if fits.any():
        parts = pc.list_flatten(pc.split_pattern(texts.filter(pa.array(fits)), "."))
        bytes_ = np.asarray(pc.cast(parts, pa.uint8())).reshape(-1, 4).astype(np.int64)
        value = bytes_ @ np.array([1 << 24, 1 << 16, 1 << 8, 1], dtype=np.int64)
        low[fits], end[fits], length[fits] = _keys4(value), _keys4(value + 1), _BITS[4]
    return Spans(low, end, length)


def _keys4(values: NDArray[np.int64]) -> Keys:
    shape = np.zeros((len(values), 17), dtype=np.uint8)
    shape[:, 0] = np.where(values >> 32, _AFTER[4][0], _FAMILY[4][0])
    for place in range(4):
        shape[:, 1 + place] = (values >> (24 - 8 * place)) & 0xFF
    return shape.view(_KEY).ravel()


class Line:
    """Both families' addresses, cut at keys; stretch `n` begins at `cuts[n]`."""

    def __init__(self, cuts: Iterable[Keys]) -> None:
        ends = np.array([key(4, 0), key(6, 0)], dtype=_KEY)
        self.cuts: Keys = np.unique(np.concatenate([ends, *cuts]))
        self.cuts = self.cuts[~np.isin(self.cuts, np.array(list(_AFTER.values()), dtype=_KEY))]
        self.six = int(np.searchsorted(self.cuts, np.array([_SIX], dtype=_KEY))[0])
        """The first stretch of IPv6."""

    def __len__(self) -> int:
        return len(self.cuts)

    def cut(self, keys: Keys) -> "tuple[Line, Ints]":
        """Return the line cut at more keys, and what each of its cuts, and its end, is there."""
        fresh = np.setdiff1d(keys, np.array(list(_AFTER.values()), dtype=_KEY))
        place = np.searchsorted(self.cuts, fresh)
        known = self.cuts[np.minimum(place, len(self.cuts) - 1)] == fresh
        fresh, place = fresh[~known], place[~known]
        made = object.__new__(Line)
        made.cuts = np.insert(self.cuts, place, fresh)
        made.six = self.six + int(np.count_nonzero(place <= self.six))
        before = np.bincount(place, minlength=len(self) + 1)
        return made, (np.arange(len(self) + 1) + np.cumsum(before)).astype(np.int32)

    def stretch(self, keys: Keys) -> Ints:
        """Return the stretch that each address is in."""
        return (np.searchsorted(self.cuts, keys, "right") - 1).astype(np.int32)

    def ends(self, keys: Keys) -> Ints:
        """Return the stretch before which each range ends; cuts are where ranges end."""
        return np.searchsorted(self.cuts, keys).astype(np.int32)

    def within(self, blocks: Iterable[Range]) -> Ints:
        """Return the stretches of some blocks, which cut the line."""
        keys = [span_of(*block) for block in blocks]
        low, end = np.array(keys, dtype=_KEY).reshape(-1, 2).T
        ends = zip(self.stretch(low).tolist(), self.ends(end).tolist(), strict=True)
        return np.concatenate([np.arange(*pair, dtype=np.int32) for pair in ends])

    def reach(self, held: Spans) -> tuple[Ints, Ints]:
        """Return the stretches from which, and before which, ranges are; -1 for what is none."""
        low = np.where(held.known, self.stretch(held.low), -1)
        end = np.where(held.known, self.ends(held.end), -1)
        return low.astype(np.int32), end.astype(np.int32)

    def blocks(self, first: int, end: int) -> Sequence[str]:
        """Return the CIDR blocks of the stretches from `first` up to `end`, of one family."""
        version, low = address_of(bytes(self.cuts[first]))
        high = 1 << _BITS[version]
        if end < len(self.cuts) and end != self.six:
            high = address_of(bytes(self.cuts[end]))[1]
        found = []
        while low < high:
            size = 1 << min((high - low).bit_length() - 1, _trailing(low, _BITS[version]))
            found.append(f"{_text(version, low)}/{_BITS[version] - size.bit_length() + 1}")
            low += size
        return found


def _trailing(value: int, bits: int) -> int:
    """Return how many bits at the end of an address are 0."""
    return (value & -value).bit_length() - 1 if value else bits


def _text(version: int, value: int) -> str:
    if version == _FAMILY[4][0]:
        return ".".join(map(str, value.to_bytes(4, "big")))
    return str(ipaddress.IPv6Address(value))
