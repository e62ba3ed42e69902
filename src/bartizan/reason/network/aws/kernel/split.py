# SPDX-License-Identifier: Apache-2.0
"""Counts all pairs of an estate in parts, which may be worked on in processes of their own.

A part is a share of the receivers, and gets the facts of all: whoever counts it compiles them.
"""

from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa

from bartizan.model.facts import Facts
from bartizan.ports import Batches, BatchKernel
from bartizan.reason.network.aws.kernel.counting import Count
from bartizan.reason.network.aws.kernel.kernel import KINDS, Kernel

Run = Callable[[BatchKernel, Iterable[Batches]], Iterable[Batches]]
"""Gives what a kernel makes of each part, in their order."""

_SHARE, _COUNT = "split.share", "split.count"


def counted(facts: Facts, run: Run, *, parts: int) -> Count:
    """Count all pairs of interfaces of which one reaches another, in so many parts.

    More parts than there are processes cost more, as each compiles the estate.
    """
    pairs = pair_ports = 0
    for answer in run(count_part, _parts(facts, parts)):
        (held,) = answer[_COUNT].to_pylist()
        pairs, pair_ports = pairs + held["pairs"], pair_ports + held["pair_ports"]
    return Count(pairs, pair_ports)


def count_part(held: Batches) -> Batches:
    """Count the pairs whose receivers are in one share of them."""
    facts = Facts.of_tables({kind.table: held[kind.table] for kind in KINDS})
    (which,) = held[_SHARE].to_pylist()
    found = Kernel.compile(facts).count(share=which["share"], of=which["of"])
    return {_COUNT: pa.table({name: [number] for name, number in found._asdict().items()})}


def _parts(facts: Facts, parts: int) -> Iterator[Batches]:
    held = {kind.table: facts.table(kind) for kind in KINDS}
    for share in range(parts):
        yield {**held, _SHARE: pa.table({"share": [share], "of": [parts]})}
