# SPDX-License-Identifier: Apache-2.0
"""What can be reached, and how cheaply: the forward closure of steps, whole arrays at a time.

The cost of a proof is the cost of its last step plus the costs of the proofs of all its needs,
which is a superior function in the sense of D. E. Knuth, "A generalization of Dijkstra's
algorithm", Information Processing Letters 6 (1977). `paths/definition.py` follows that paper
literally; this kernel gives the same costs from rounds over many footholds at once.
"""

from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from bartizan.paths.graph import Graph, Ints

MOST = 2**40
"""Where costs saturate: a proof that costs this or more costs exactly this."""
UNREACHED = 2**51
"""Cost of what cannot be reached; more than any sum of proofs below a step."""
_UNMET = 2**51
"""Weight of a need not yet met; as large for the same reason."""
_FEW = 1_000
"""As many open footholds as cost nothing to look at all in one round."""


class Reached(Struct, frozen=True, eq=False):
    """The closure of a set of entries."""

    cost: Ints
    """Cost of the cheapest proof of each foothold, or `UNREACHED`."""
    by: Ints
    """The last step of that proof, the lowest of equals; -1 for entries and the unreached."""

    def holds(self, foothold: int) -> bool:
        """Tell whether `foothold` is reached."""
        return bool(self.cost[foothold] != UNREACHED)


def search(graph: Graph, entries: Iterable[int], *, closed: Ints | None = None) -> Reached:
    """Find the cheapest proof of every foothold from `entries`, without the steps in `closed`."""
    start = np.fromiter(entries, np.int64)
    value = graph.cost - np.diff(graph.starts) * _UNMET
    if closed is not None:
        value[closed] -= _UNMET
    cost = np.full(graph.footholds, UNREACHED, np.int64)
    cost[start] = 0
    since = _relax(graph, start, cost=cost, value=value)
    return Reached(cost=cost, by=_last_steps(graph, start, cost=cost, since=since, closed=closed))


def _relax(graph: Graph, start: Ints, *, cost: Ints, value: Ints) -> Ints:
    """Lower `cost` to its least values; return the round in which each was first reached.

    `value` of a step is its cost plus the proofs of its needs so far, less `_UNMET` for each need
    not met: it is non-negative exactly when the step can be done. Each round takes the open
    footholds that cost up to a little more than the cheapest of them. What is lowered later is
    told on as a difference, so taking more than the cheapest costs time, never truth; and the
    cheapest is final, so there are at most as many rounds as footholds.
    """
    told = np.full(graph.footholds, -_UNMET, np.int64)
    since = np.full(graph.footholds, -1, np.int32)
    since[start] = 0
    waiting = np.zeros(graph.footholds, np.bool_)
    stride = 8 * int(graph.cost.mean()) if len(graph.cost) else 0
    opened = start
    rounds = 0
    while len(opened):
        rounds += 1
        taken, opened = _cheapest(opened, cost[opened], stride=stride)
        waiting[taken] = False
        news = cost[taken] - told[taken]
        told[taken] = cost[taken]
        users, times = _users(graph, taken)
        np.add.at(value, users, np.repeat(news, times))
        total = np.minimum(value[users], MOST)
        able = total >= 0
        grants, total = graph.grants[users[able]], total[able]
        better = total < cost[grants]
        grants, total = grants[better], total[better]
        np.minimum.at(cost, grants, total)
        since[grants[since[grants] < 0]] = rounds
        fresh = np.unique(grants[~waiting[grants]])
        waiting[fresh] = True
        opened = np.concatenate((opened, fresh))
    return since


def _cheapest(opened: Ints, cost: Ints, *, stride: int) -> tuple[Ints, Ints]:
    """Split the open footholds into those to take now and those to leave."""
    if len(opened) <= _FEW:
        return opened, opened[:0]
    least = int(cost.min())
    # The stride grows with the costs, or sums that double from step to step would take a round
    # for each foothold.
    near = cost <= least + max(stride, least >> 3)
    return opened[near], opened[~near]


def _users(graph: Graph, footholds: Ints) -> tuple[Ints, Ints]:
    """Return the steps that need any of `footholds`, one after another, and how many each has."""
    begin = graph.used[footholds]
    times = graph.used[footholds + 1] - begin
    ends = np.cumsum(times)
    places = np.repeat(begin - ends + times, times)
    places += np.arange(len(places))
    return graph.users[places], times


def _last_steps(
    graph: Graph, start: Ints, *, cost: Ints, since: Ints, closed: Ints | None
) -> Ints:
    """Choose the lowest step that proves each foothold at its cost.

    Costs fall strictly from a step to its needs, so proofs never go in circles, except where they
    saturate: there what was reached earlier counts as less.
    """
    by = np.full(graph.footholds, len(graph.grants), np.int64)
    if len(graph.grants):
        total = np.add.reduceat(cost[graph.needs], graph.starts[:-1])
        total += graph.cost
        right = (total < UNREACHED) & (np.minimum(total, MOST) == cost[graph.grants])
        if np.any(cost == MOST):
            latest = np.maximum.reduceat(since[graph.needs], graph.starts[:-1])
            right &= (total < MOST) | (latest < since[graph.grants])
        if closed is not None:
            right[closed] = False
        chosen = np.flatnonzero(right)
        np.minimum.at(by, graph.grants[chosen], chosen)
    by[by == len(graph.grants)] = -1
    by[start] = -1
    return by
