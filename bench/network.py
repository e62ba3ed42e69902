# SPDX-License-Identifier: Apache-2.0
"""The kernel of networks on whole organisations, beside the definition asked pair by pair.

Each size runs in a process of its own, so that its peak of memory is its own.
"""

import json
import random
import resource
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pyarrow as pa

from bartizan.engine.local import LocalEngine
from bartizan.model.facts import Facts
from bartizan.model.facts.network import Rule
from bartizan.model.packet import TCP, Blocked, Reachable
from bartizan.model.table import from_arrow, to_arrow
from bartizan.reason.network.aws.definition.reaches import reaches
from bartizan.reason.network.aws.kernel.kernel import BLOCKED, REACHABLE, UNKNOWN, Kernel
from bartizan.reason.network.aws.kernel.split import counted
from bartizan.reason.network.aws.topology.topology import Topology
from bench.network_estate import network_estate

SIZES = (10_000, 100_000)
_SEED = 1
_QUESTIONS = 200
_PORTS = (22, 443, 3306, 8080)
_PROCESSES = 2
"""All pairs are counted by so many, each a share of the receivers."""
_CHANGES = 100
_SAMPLE = 60
"""Pairs that the definition decides as well; the run stops where it is contradicted."""

Figures = dict[str, object]


def main() -> None:
    """Print one line of JSON for each size."""
    for size in SIZES:
        command = [sys.executable, "-m", "bench.network", str(size)]
        subprocess.run(command, check=True)  # noqa: S603 - ourselves


def measure(interfaces: int) -> Figures:
    """Measure one size."""
    clock = Clock()
    facts = network_estate(interfaces, seed=_SEED)
    found: Figures = {"draw_s": clock.lap(), "rules": len(facts.table(Rule))}
    kernel = Kernel.compile(facts)
    found["compile_s"] = clock.lap()
    found["exposed_rows"] = len(kernel.exposed())
    found["exposed_s"] = clock.lap()
    found |= _who(kernel)
    found |= _changed(kernel, facts)
    found["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return found | _yardstick(kernel, facts) | _all_pairs(facts)


def _all_pairs(facts: Facts) -> Figures:
    """Count all pairs; the peak is that of the process which needs most."""
    began = time.perf_counter()
    count = counted(facts, LocalEngine(_PROCESSES).run, parts=_PROCESSES)
    wall, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "pairs": count.pairs,
        "pairs_wall_s": wall,
        "pairs_processor_s": used.ru_utime + used.ru_stime,
        "pairs_peak_mib": used.ru_maxrss >> 10,
    }


def _who(kernel: Kernel) -> Figures:
    chance = random.Random(_SEED)  # noqa: S311 - a sample
    names = [name for name in kernel.names if name.startswith("eni-")]
    kernel.who_reaches(names[0], TCP, _PORTS[0])
    seconds = []
    for _ in range(_QUESTIONS):
        target, port = chance.choice(names), chance.choice(_PORTS)
        clock = Clock()
        kernel.who_reaches(target, TCP, port)
        seconds.append(clock.lap())
    return {f"who_p{n}_ms": 1000 * float(np.percentile(seconds, n)) for n in (50, 99)}


def _changed(kernel: Kernel, facts: Facts) -> Figures:
    """Follow changes of one rule of a group each: to addresses inside, and outside, or gone."""
    chance, table, seconds = random.Random(_SEED), facts.table(Rule), []  # noqa: S311 - a sample
    owners = table["owner"].to_pylist()
    rows = [row for row, owner in enumerate(owners) if str(owner).startswith("sg-")]
    for number in range(_CHANGES):
        row = chance.choice(rows)
        (rule,) = from_arrow(Rule, table.slice(row, 1))
        first = (10, 185, 0)[number % 3]
        peer = f"{first}.{chance.randrange(2)}.{chance.randrange(256)}.{chance.randrange(256)}/32"
        fresh = [replace(rule, peer_kind="range", peer=peer)] if first else []
        parts = [table.slice(0, row), to_arrow(Rule, fresh), table.slice(row + 1)]
        other = facts.replaced({Rule.table: pa.concat_tables(parts)})
        clock = Clock()
        kernel.changed(other)
        seconds.append(clock.lap())
    return {f"changed_p{n}_ms": 1000 * float(np.percentile(seconds, n)) for n in (50, 99)}


def _yardstick(kernel: Kernel, facts: Facts) -> Figures:
    """Let the definition decide some pairs, and hold the kernel against it."""
    chance, topology = random.Random(_SEED), Topology(facts)  # noqa: S311 - a sample
    names = [name for name in kernel.names if name.startswith("eni-")]
    place = {name: number for number, name in enumerate(kernel.names)}
    seconds = 0.0
    for number in range(_SAMPLE):
        target, port = chance.choice(names), chance.choice(_PORTS)
        answer = kernel.who_reaches(target, TCP, port)
        near = [name for name in names if name[4:9] == target[4:9]]
        source = chance.choice(near if number % 2 else names)
        clock = Clock()
        told = reaches(topology, source, target, TCP, port)
        seconds += clock.lap() if number else 0
        wanted = BLOCKED if isinstance(told, Blocked) else UNKNOWN
        wanted = REACHABLE if isinstance(told, Reachable) else wanted
        assert answer[place[source]] in {UNKNOWN, wanted}, (source, target, port)
    return {"definition_ms_a_pair": 1000 * seconds / (_SAMPLE - 1)}


class Clock:
    """Processor time since the last lap."""

    def __init__(self) -> None:
        self._began = time.process_time()

    def lap(self) -> float:
        """Return seconds since the last lap."""
        now = time.process_time()
        took, self._began = now - self._began, now
        return took


if __name__ == "__main__":
    print(json.dumps({"interfaces": int(sys.argv[1]), **measure(int(sys.argv[1]))}))
