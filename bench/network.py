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
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from bartizan.app.collector import undisturbed
from bartizan.engine.local import LocalEngine
from bartizan.model.facts import Facts
from bartizan.model.facts.network import Rule
from bartizan.model.facts.routing import Route
from bartizan.model.packet import TCP, Blocked, Reachable
from bartizan.model.table import Row, from_arrow, to_arrow
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
R = TypeVar("R", bound=Row)


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
    with undisturbed():
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
    """Follow changes of one row each, by kind."""
    groups = [n for n, owner in _owners(facts, Rule) if owner.startswith("sg-")]
    lists = [n for n, owner in _owners(facts, Rule) if owner.startswith("acl-")]
    routes = [n for n, _ in _owners(facts, Route)]
    return {
        **_followed("rule", kernel, facts, kind=Rule, rows=groups, other=_rule),
        **_followed("entry", kernel, facts, kind=Rule, rows=lists, other=_entry),
        **_followed("route", kernel, facts, kind=Route, rows=routes, other=_route),
    }


def _owners(facts: Facts, kind: type[Row]) -> Iterator[tuple[int, str]]:
    return enumerate(map(str, facts.table(kind)["owner"].to_pylist()))


def _followed(
    name: str,
    kernel: Kernel,
    facts: Facts,
    *,
    kind: type[R],
    rows: Sequence[int],
    other: Callable[[R, random.Random, int], Sequence[R]],
) -> Figures:
    """Follow changes of one row of a table, each into others."""
    chance, table, seconds = random.Random(_SEED), facts.table(kind), []  # noqa: S311 - a sample
    for number in range(_CHANGES):
        row = chance.choice(rows)
        (old,) = from_arrow(kind, table.slice(row, 1))
        fresh = to_arrow(kind, other(old, chance, number))
        parts = [table.slice(0, row), fresh, table.slice(row + 1)]
        changed = facts.replaced({kind.table: pa.concat_tables(parts)})
        clock = Clock()
        kernel.changed(changed)
        seconds.append(clock.lap())
    return {f"{name}_p{n}_ms": 1000 * float(np.percentile(seconds, n)) for n in (50, 99)}


def _address(chance: random.Random, first: int) -> str:
    return f"{first}.{chance.randrange(2)}.{chance.randrange(256)}.{chance.randrange(256)}/32"


def _rule(rule: Rule, chance: random.Random, number: int) -> Sequence[Rule]:
    """Change a rule of a group: to an address inside, or outside, or gone."""
    first = (10, 185, 0)[number % 3]
    return [replace(rule, peer_kind="range", peer=_address(chance, first))] if first else []


def _entry(rule: Rule, chance: random.Random, number: int) -> Sequence[Rule]:
    """Change a rule of an access list: turned, to an address, to a port of its own, or gone."""
    match number % 4:
        case 0:
            return [replace(rule, allow=not rule.allow)]
        case 1:
            return [replace(rule, peer=_address(chance, 10))]
        case 2:
            port = chance.randrange(20_000, 30_000)
            return [replace(rule, protocol=TCP, first=port, last=port)]
        case _:
            return []


def _route(route: Route, chance: random.Random, number: int) -> Sequence[Route]:
    """Change a route: to nowhere, to a part of what it was for as well, or gone."""
    match number % 3:
        case 0:
            return [replace(route, blackhole=not route.blackhole)]
        case 1:
            return [route, replace(route, destination=_address(chance, 10), blackhole=True)]
        case _:
            return []


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
