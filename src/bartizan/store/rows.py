# SPDX-License-Identifier: Apache-2.0
"""Records as Parquet, and the digest by which equal content is recognised."""

import hashlib
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import structs

from bartizan.model.record import Record
from bartizan.model.volatile import lasting

SCHEMA = pa.schema(
    [
        ("provider", pa.string()),
        ("account", pa.string()),
        ("region", pa.string()),
        ("service", pa.string()),
        ("kind", pa.string()),
        ("id", pa.string()),
        ("json", pa.string()),
        ("collected_at", pa.string()),
        ("source", pa.string()),
        ("request_id", pa.string()),
    ]
)
"""The layout of a record file; `json` is the body with sorted keys."""

_ENCODER = msgspec.json.Encoder(order="sorted")
_DECODER = msgspec.json.Decoder()
_PLAIN = tuple(name for name in SCHEMA.names if name != "json")


def to_table(records: Iterable[Record]) -> pa.Table:
    """Put records into columns, in the order given."""
    kept = list(records)
    columns = {name: [getattr(record, name) for record in kept] for name in _PLAIN}
    columns["json"] = [_ENCODER.encode(record.body).decode() for record in kept]
    return pa.table([pa.array(columns[c.name], type=c.type) for c in SCHEMA], schema=SCHEMA)


def from_table(table: pa.Table) -> Iterator[Record]:
    """Yield the records of a table, in its order."""
    for batch in table.to_batches(max_chunksize=10_000):
        columns: dict[str, Iterable[Any]] = {n: batch[n].to_pylist() for n in SCHEMA.names}
        columns["body"] = map(_DECODER.decode, columns.pop("json"))
        yield from map(Record, *(columns[name] for name in Record.__struct_fields__))


def to_parquet(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def to_lines(piece: str, records: Iterable[Record]) -> bytes:
    """Return a piece as lines of JSON: its name, then a record each.

    Pieces are written often, are small, and are read once: Parquet would cost more than the calls.
    """
    kept = list(records)
    try:
        return _ENCODER.encode_lines([piece, *kept])
    except UnicodeEncodeError:
        return _ENCODER.encode_lines([piece, *map(_encodable, kept)])


def _encodable(record: Record) -> Record:
    """Replace halves of surrogate pairs, which JSON can escape and UTF-8 cannot carry."""
    text = json.dumps(structs.asdict(record), ensure_ascii=False)
    return Record(**json.loads(text.encode("utf-8", "replace")))


def piece_name(line: bytes) -> str:
    """Return the name of a piece from its first line.

    Raises:
        msgspec.MsgspecError: the line is not one that `to_lines` wrote.
    """
    return msgspec.json.decode(line, type=str)


def from_lines(content: bytes) -> Iterator[Record]:
    """Yield the records of a piece, in their order.

    Raises:
        msgspec.MsgspecError: the content is not what `to_lines` wrote.
    """
    for line in content.split(b"\n")[1:]:
        if line:
            yield Record(**msgspec.json.decode(line, type=dict[str, Any]))


def record_digest(record: Record) -> bytes:
    """Return the digest of what a record says; times, call, request id and what changes by itself
    are no part of it.
    """
    parts = (
        record.provider,
        record.account,
        record.region,
        record.service,
        record.kind,
        record.id,
    )
    return hashlib.sha256(
        b"\0".join((*(part.encode() for part in parts), _ENCODER.encode(lasting(record))))
    ).digest()


def kind_digest(digests: Iterable[bytes]) -> str:
    """Return the digest of all records of a kind, whatever their order."""
    return hashlib.sha256(b"".join(sorted(digests))).hexdigest()
