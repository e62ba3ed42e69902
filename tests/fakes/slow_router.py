# SPDX-License-Identifier: Apache-2.0
"""An engine over networks that asks the definition for every pair and every port that matters."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bartizan.model.facts import Facts
from bartizan.model.facts.network import Interface, Rule
from bartizan.model.facts.routing import RemoteSite
from bartizan.model.packet import INTERNET, TCP, UDP
from bartizan.model.verdict import Unknown
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.question.engine import BLOCKED, WORDS, number
from bartizan.reason.network.aws.topology.topology import Topology

LAST = 65535


class SlowRouter:
    """Answers as the definition does, which takes its time."""

    def __init__(self, facts: Facts) -> None:
        self._topology = Topology(facts)
        interfaces = sorted(row.id for row in facts.rows(Interface))
        sites = sorted({row.id for row in facts.rows(RemoteSite)})
        self._names = [*interfaces, INTERNET, *sites]
        self._edges = {
            protocol: sorted(
                {0}
                | {
                    edge
                    for rule in facts.rows(Rule)
                    if rule.protocol in {protocol, -1} and rule.first >= 0
                    for edge in (rule.first, rule.last + 1)
                    if 0 <= edge <= LAST
                }
            )
            for protocol in (TCP, UDP)
        }

    @property
    def names(self) -> Sequence[str]:
        return self._names

    def who_reaches(self, interface: str, protocol: int, port: int) -> NDArray[np.uint8]:
        answers = (
            reaches(self._topology, source, interface, protocol, port) for source in self._names
        )
        return np.array([number(one) for one in answers], dtype=np.uint8)

    def exposed(self, source: str = INTERNET) -> pa.Table:
        rows = []
        for interface in self._topology.interfaces:
            if interface == source:
                continue
            for protocol, edges in self._edges.items():
                for first, after in zip(edges, [*edges[1:], LAST + 1], strict=True):
                    verdict = reaches(self._topology, source, interface, protocol, first)
                    if number(verdict) == BLOCKED:
                        continue
                    missing = verdict.missing if isinstance(verdict, Unknown) else ()
                    rows.append(
                        {
                            "interface": interface,
                            "protocol": protocol,
                            "first": first,
                            "last": after - 1,
                            "via": "",
                            "ranges": ["0.0.0.0/0"],
                            "certainty": WORDS[number(verdict)],
                            "missing": list(missing),
                        }
                    )
        return pa.Table.from_pylist(rows, schema=SCHEMA)


_COLUMNS: list[tuple[str, pa.DataType]] = [
    ("interface", pa.string()),
    ("protocol", pa.int64()),
    ("first", pa.int64()),
    ("last", pa.int64()),
    ("via", pa.string()),
    ("ranges", pa.list_(pa.string())),
    ("certainty", pa.string()),
    ("missing", pa.list_(pa.string())),
]
SCHEMA = pa.schema(_COLUMNS)
