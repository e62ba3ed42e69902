# SPDX-License-Identifier: Apache-2.0
"""What sources reach on which ports, whether they stand outside of all networks or inside."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from bartizan.model.packet import ANY
from bartizan.reason.network.aws.question.atoms import admitted, atoms, unnamed
from bartizan.reason.network.aws.question.engine import BLOCKED, WORDS, Engine
from bartizan.reason.network.aws.topology.topology import Topology

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


def reached(
    topology: Topology, engine: Engine, sources: Iterable[str], *, targets: Sequence[str]
) -> Mapping[str, pa.Table]:
    """Return for each source a row for each stretch of ports of an interface that it reaches, or
    may: at least those of `targets`.
    """
    asked = list(sources)
    outside = [name for name in asked if name not in topology.interfaces]
    inside = [name for name in asked if name in topology.interfaces]
    found = {name: engine.exposed(name) for name in outside}
    if inside:
        found |= _from_inside(topology, engine, inside, targets=targets)
    return {name: found[name] for name in asked}


def _from_inside(
    topology: Topology, engine: Engine, sources: Sequence[str], *, targets: Iterable[str]
) -> Mapping[str, pa.Table]:
    """Ask of each target who reaches it, once for each piece of ports that could be admitted."""
    place = {name: position for position, name in enumerate(engine.names)}
    other, pieces = unnamed(topology), atoms(topology)
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in sources}
    for target in targets:
        for piece in admitted(topology, topology.interfaces[target], pieces):
            protocol = other if piece.protocol == ANY else piece.protocol
            answers = engine.who_reaches(target, protocol, piece.first)
            for source, held in rows.items():
                answer = int(answers[place[source]])
                if answer != BLOCKED and source != target:
                    held.append(
                        {
                            "interface": target,
                            "protocol": piece.protocol,
                            "first": piece.first,
                            "last": piece.last,
                            "via": "",
                            "ranges": [],
                            "certainty": WORDS[answer],
                            "missing": [],
                        }
                    )
    return {name: pa.Table.from_pylist(held, schema=SCHEMA) for name, held in rows.items()}
