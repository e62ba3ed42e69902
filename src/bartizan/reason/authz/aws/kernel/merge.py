# SPDX-License-Identifier: Apache-2.0
"""Joins compiled parts of an organisation into one: what is equal is kept once.

Everything is numbered anew in the order of what it says, so that how callers were dealt to parts
shows in nothing. All of it is done on columns, as there are hundreds of thousands of statements.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bartizan.ports import Batches
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.everyone import ASKING, PARTS
from bartizan.reason.authz.aws.kernel.form import array
from bartizan.reason.authz.aws.kernel.keys import Kind
from bartizan.reason.authz.aws.kernel.merged_form import merged_form
from bartizan.reason.authz.aws.kernel.tables import Ints


def merged(parts: Sequence[Batches]) -> dict[str, pa.Table]:
    """Return the compiled form of everybody in `parts`, each of whom is in one of them alone."""
    callers, rows = _callers([part["callers"] for part in parts])
    found = {"callers": callers}
    for name in ASKING:
        flags = np.zeros(callers.num_rows, dtype=np.uint8)
        for part, places in zip(parts, rows, strict=True):
            flags[places] = array(part[f"asking.{name}"])
        found[f"asking.{name}"] = pa.table({"value": flags})
    for name in PARTS:
        start = f"{name}."
        held = [
            (_below(part, start), places)
            for part, places in zip(parts, rows, strict=True)
            if f"{start}rows" in part
        ]
        if held:
            found |= {f"{start}{table}": kept for table, kept in merged_form(held).items()}
    return found


def _below(part: Batches, start: str) -> Mapping[str, pa.Table]:
    return {name.removeprefix(start): t for name, t in part.items() if name.startswith(start)}


def _callers(parts: Sequence[pa.Table]) -> tuple[pa.Table, list[NDArray[np.int64]]]:
    """Return all callers in their order, and where those of each part stand among them."""
    joined = pa.concat_tables(parts).combine_chunks()
    order = pc.sort_indices(joined, sort_keys=[("arn", "ascending"), ("name", "ascending")])
    places = np.empty(joined.num_rows, dtype=np.int64)
    places[order.to_numpy()] = np.arange(joined.num_rows)
    kinds = _kinds(parts)[order.to_numpy()]
    table = joined.take(order)
    column = table.schema.get_field_index("kind")
    table = table.set_column(column, table.schema.field(column), pa.array(_in_order(kinds)))
    ends = np.cumsum([part.num_rows for part in parts])
    return table.combine_chunks(), np.split(places, ends[:-1])


def _kinds(parts: Iterable[pa.Table]) -> Ints:
    """Return the kind of each caller of all parts, numbered alike in all of them."""
    numbers: dict[Kind, int] = {}
    found = [np.zeros(0, dtype=np.int32)]
    for part in parts:
        callers = Callers(part)
        known = [numbers.setdefault(kind, len(numbers)) for kind in callers.kinds]
        found.append(np.array(known, dtype=np.int32)[callers.kind_of])
    return np.concatenate(found)


def _in_order(numbers: Ints) -> Ints:
    """Number things anew in the order in which they come."""
    _, first, places = np.unique(numbers, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int32)
    rank[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    return rank[places.reshape(-1)]
