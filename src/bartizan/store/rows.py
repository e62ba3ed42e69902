# SPDX-License-Identifier: Apache-2.0
"""Records as Parquet, and the digest by which equal content is recognised."""

import hashlib
import io
from collections.abc import Iterable, Iterator

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from bartizan.model.record import Record

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
        for row in batch.to_pylist():
            body = msgspec.json.decode(row.pop("json"))
            yield Record(body=body, **row)


def to_parquet(table: pa.Table) -> bytes:
    """Return a table as the bytes of a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def record_digest(record: Record) -> bytes:
    """Return the digest of what a record says; times, call and request id are no part of it."""
    parts = (
        record.provider,
        record.account,
        record.region,
        record.service,
        record.kind,
        record.id,
    )
    return hashlib.sha256(
        b"\0".join((*(part.encode() for part in parts), _ENCODER.encode(record.body)))
    ).digest()


def kind_digest(digests: Iterable[bytes]) -> str:
    """Return the digest of all records of a kind, whatever their order."""
    return hashlib.sha256(b"".join(sorted(digests))).hexdigest()
