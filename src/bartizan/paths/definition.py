# SPDX-License-Identifier: Apache-2.0
"""The cost of the cheapest proof, as Knuth's paper says it: slow, short, the measure of search.

Source: D. E. Knuth, "A generalization of Dijkstra's algorithm", Information Processing Letters 6
(1977), pages 1-5.
"""

import heapq
from collections.abc import Collection, Sequence

Clause = tuple[Sequence[int], int, int]
"""Needs (none twice), what is granted, cost."""


def cheapest(
    clauses: Sequence[Clause], entries: Collection[int], *, closed: Collection[int] = ()
) -> dict[int, int]:
    """Return each foothold that can be reached from `entries` with the cost of its best proof.

    Clauses whose position is in `closed` are not used.
    """
    users: dict[int, list[int]] = {}
    for position, (needs, _, _) in enumerate(clauses):
        if position not in closed:
            for need in needs:
                users.setdefault(need, []).append(position)
    unmet = [len(needs) for needs, _, _ in clauses]
    total = [cost for _, _, cost in clauses]
    best: dict[int, int] = {}
    heap = [(0, entry) for entry in sorted(entries)]
    while heap:
        # The cheapest open foothold is final: every other proof of it has a dearer part.
        cost, foothold = heapq.heappop(heap)
        if foothold in best:
            continue
        best[foothold] = cost
        for position in users.get(foothold, ()):
            unmet[position] -= 1
            total[position] += cost
            if not unmet[position]:
                heapq.heappush(heap, (total[position], clauses[position][1]))
    return best
