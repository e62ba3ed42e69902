# SPDX-License-Identifier: Apache-2.0
"""Schemas of everything a machine may read from us: fact tables and report formats."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from bartizan.app import policy_diff, wiring
from bartizan.errors import UsageError
from bartizan.model.facts import TABLES
from bartizan.model.table import schema as columns
from bartizan.reason.authz.aws import simulate
from bartizan.reason.network.aws import simulate as packets

SIMULATE = "simulate"
"""A line that `bartizan authz simulate` takes."""
SIMULATE_ANSWER = "simulate-answer"
"""A line that it writes."""
NETWORK_SIMULATE = "network-simulate"
"""A line that `bartizan network simulate` takes."""
NETWORK_SIMULATE_ANSWER = "network-simulate-answer"
"""A line that it writes."""
POLICY_DIFF_LINE = "policy-diff-line"
"""A line of `bartizan policy diff --batch`."""


_LINES: Mapping[str, Callable[[], Mapping[str, Any]]] = {
    SIMULATE: simulate.schema,
    SIMULATE_ANSWER: simulate.answer_schema,
    NETWORK_SIMULATE: packets.schema,
    NETWORK_SIMULATE_ANSWER: packets.answer_schema,
    POLICY_DIFF_LINE: policy_diff.schema,
}


def names() -> Sequence[str]:
    """Return all that `schema` knows, tables first."""
    return [*(table.table for table in TABLES), *documents()]


def documents() -> Sequence[str]:
    """Return all that are no tables: formats of reports, then lines."""
    return [*wiring.format_schemas(), *_LINES]


def schema(name: str) -> str:
    """Return a JSON Schema: of a row for a table, of the whole document for a format.

    Raises:
        UsageError: there is no such table or format.
    """
    for table in TABLES:
        if table.table == name:
            return json.dumps(_row_schema(table.table, columns(table)), indent=2)
    if name in _LINES:
        return json.dumps(_LINES[name](), indent=2)
    formats = wiring.format_schemas()
    if name not in formats:
        raise UsageError(
            f"no table or format `{name}`", hint="`bartizan schema` lists all that there are"
        )
    return formats[name]


def _row_schema(name: str, layout: pa.Schema) -> dict[str, object]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "type": "object",
        "properties": {
            column.name: _type(column.type, nullable=column.nullable) for column in layout
        },
        "required": [column.name for column in layout],
        "additionalProperties": False,
    }


def _type(kind: pa.DataType, *, nullable: bool) -> dict[str, object]:
    if pa.types.is_list(kind):
        return {"type": "array", "items": _type(kind.value_type, nullable=False)}
    if pa.types.is_map(kind):
        return {"type": "object", "additionalProperties": _type(kind.item_type, nullable=False)}
    name = {"string": "string", "int64": "integer", "bool": "boolean", "double": "number"}
    return {"type": [name[str(kind)], "null"] if nullable else name[str(kind)]}
