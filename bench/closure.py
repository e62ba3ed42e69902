# SPDX-License-Identifier: Apache-2.0
"""How long the closure with cheapest proofs takes, and how much memory, beside a heap."""

import json
import resource
import subprocess
import sys
import time

import numpy as np

from bartizan.paths.definition import cheapest
from bartizan.paths.graph import Graph
from bartizan.paths.search import UNREACHED, Reached, search
from bench.estate import Clauses, clauses

SIZES = ((1_000_000, 300_000, True), (10_000_000, 3_000_000, False))
"""Steps, footholds, and whether the heap is run as well: ten million are too many for it."""


def main() -> None:
    """Print one line for each size; each runs in a process of its own."""
    for steps, footholds, beside in SIZES:
        arguments = [str(steps), str(footholds), "heap" if beside else ""]
        command = [sys.executable, "-m", "bench.closure", *arguments]
        found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)  # noqa: S603 - ourselves
        line = (
            f"closure {steps:>10,} steps {footholds:>9,} footholds: {found['seconds']:6.2f} s "
            f"({found['index']:.2f} s of it the index), {found['mebibytes']:,.0f} MiB at most, "
            f"{found['reached']:,.0f} reached"
        )
        if beside:
            times = found["heap"] / found["seconds"]
            line += f"; heap {found['heap']:.2f} s, {times:.1f} times as long, same costs"
        print(line)


def measure(steps: int, footholds: int, *, beside: bool) -> dict[str, float]:
    """Run one size, in seconds of processor time, so that others on the machine do not count.

    The peak of memory is taken before the heap begins.
    """
    drawn = clauses(steps=steps, footholds=footholds, seed=1)
    begin = time.process_time()
    graph = Graph.of_arrays(
        footholds=drawn.footholds,
        starts=drawn.starts,
        needs=drawn.needs,
        grants=drawn.grants,
        cost=drawn.cost,
    )
    indexed = time.process_time()
    reached = search(graph, drawn.entries)
    done = time.process_time()
    found = {
        "seconds": done - begin,
        "index": indexed - begin,
        "mebibytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "reached": float(np.count_nonzero(reached.cost != UNREACHED)),
    }
    certify(drawn, reached)
    if beside:
        found["heap"] = _heap(drawn, reached)
    return found


def certify(drawn: Clauses, reached: Reached) -> None:
    """Check that costs are those of proofs and that no step would lower any of them."""
    total = np.add.reduceat(reached.cost[drawn.needs], drawn.starts[:-1]) + drawn.cost
    total[total > UNREACHED] = UNREACHED
    assert np.all(total >= reached.cost[drawn.grants])
    proved = np.flatnonzero(reached.by >= 0)
    assert np.array_equal(total[reached.by[proved]], reached.cost[proved])
    assert np.array_equal(drawn.grants[reached.by[proved]], proved)
    rest = np.flatnonzero((reached.by < 0) & (reached.cost != UNREACHED))
    assert set(rest.tolist()) == set(drawn.entries)


def _heap(drawn: Clauses, reached: Reached) -> float:
    """Run the definition on the same clauses, and return how long it took."""
    ends = drawn.starts.tolist()
    needs, grants, cost = drawn.needs.tolist(), drawn.grants.tolist(), drawn.cost.tolist()
    rows = [
        (needs[ends[place] : ends[place + 1]], grants[place], cost[place])
        for place in range(len(grants))
    ]
    begin = time.process_time()
    best = cheapest(rows, drawn.entries)
    seconds = time.process_time() - begin
    assert len(best) == np.count_nonzero(reached.cost != UNREACHED)
    assert all(reached.cost[foothold] == held for foothold, held in best.items())
    return seconds


if __name__ == "__main__":
    if sys.argv[1:]:
        size, width, peer = sys.argv[1:]
        print(json.dumps(measure(int(size), int(width), beside=bool(peer))))
    else:
        main()
