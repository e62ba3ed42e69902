# SPDX-License-Identifier: Apache-2.0
"""Tables of what is exposed to whom, with ports and ranges as people write them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Piece, Words, taken
from bartizan.reason.network.aws.kernel.ports import WORD, Ports

_TEXTS = pa.list_(pa.string())
_FIELDS: dict[str, Any] = {
    "interface": pa.string(),
    "protocol": pa.int64(),
    "first": pa.int64(),
    "last": pa.int64(),
    "via": pa.string(),
    "ranges": _TEXTS,
    "certainty": pa.string(),
    "missing": _TEXTS,
}
SCHEMA = pa.schema([pa.field(name, kind, nullable=False) for name, kind in _FIELDS.items()])
"""A row for each interface and run of ports that the same ranges reach: IANA number of the
protocol (-1 for all that no rule names), first and last port or ICMP type, `via` the ARN of what
the last leg comes from, if not directly; `certainty` is `reachable` or `unknown`."""


class Open(NamedTuple):
    """A run of ports, open to the stretches of senders that `where` marks."""

    protocol: int
    first: int
    last: int
    where: bytes
    certain: bool


def opened(ports: Ports, yes: Words, maybe: Words) -> Sequence[Open]:
    """Return which runs of ports are open to the same senders, a column for each of them."""
    sure, possible = _bits(ports, yes), _bits(ports, maybe & ~yes)
    found: list[Open] = []
    for certain, bits in ((True, sure), (False, possible)):
        runs: dict[tuple[int, bytes], list[tuple[int, int]]] = defaultdict(list)
        for bit in np.flatnonzero(bits.any(axis=1)).tolist():
            each = ports.classes[bit]
            runs[each.protocol, bits[bit].tobytes()].append((each.first, each.last))
        for (protocol, where), held in runs.items():
            for first, last in _runs(held):
                found.append(Open(protocol, first, last, where, certain))
    return sorted(found)


def _bits(ports: Ports, masks: Words) -> Flags:
    """Return a row for each port class, and in it whether each column has it."""
    bytes_ = np.ascontiguousarray(masks.T).astype("<u8").view(np.uint8)
    bits = np.unpackbits(bytes_.reshape(len(masks.T), ports.words * WORD // 8), axis=1,
                         bitorder="little")  # fmt: skip
    return np.ascontiguousarray(bits.T[: len(ports.classes)]).astype(bool)


def _runs(held: Iterable[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Join what touches."""
    found: list[tuple[int, int]] = []
    for first, last in sorted(held):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def marked(where: bytes) -> Ints:
    """Return the columns that are marked."""
    return np.flatnonzero(np.frombuffer(where, dtype=bool)).astype(np.int32)


class Row(NamedTuple):
    """One row of the table, but for the interface."""

    protocol: int
    first: int
    last: int
    via: str
    ranges: tuple[str, ...]
    certainty: str
    missing: tuple[str, ...]


def table(
    ids: Piece,
    interface: Ints,
    kind: Ints,
    *,
    rows: Sequence[Sequence[Row]],
    more: Mapping[int, Sequence[Row]],
    unseen: tuple[Ints, Ints, Sequence[Sequence[Row]]],
) -> pa.Table:
    """Return the table: each interface has the rows of its kind, and some have more; those of
    `unseen` also those of another kind.
    """
    interface = np.concatenate([interface, unseen[0]])
    kind = np.concatenate([kind, unseen[1] + np.int32(len(rows))])
    rows = [*rows, *unseen[2]]
    flat = [row for held in rows for row in held] + [row for held in more.values() for row in held]
    counts = np.array([len(held) for held in rows], dtype=np.int64)
    starts = np.cumsum(counts) - counts
    owners = np.repeat(np.arange(len(kind)), counts[kind])
    within = np.arange(len(owners)) - np.repeat(
        np.cumsum(counts[kind]) - counts[kind], counts[kind]
    )
    picked = np.concatenate([starts[kind][owners] + within, np.arange(counts.sum(), len(flat))])
    whose = [number for number, held in more.items() for _ in held]
    numbers = np.concatenate([interface[owners], np.array(whose, dtype=np.int32)])
    order = np.argsort(numbers, kind="stable")
    columns = [taken(ids, numbers[order])]
    for name in SCHEMA.names[1:]:
        values: Piece = pa.array([getattr(r, name) for r in flat], type=SCHEMA.field(name).type)
        columns.append(taken(values, picked[order]))
    return pa.Table.from_arrays(columns, schema=SCHEMA)
