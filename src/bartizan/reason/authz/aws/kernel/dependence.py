# SPDX-License-Identifier: Apache-2.0
"""On what it depends what documents say of a caller's request, so that each is read once for all
requests that are the same to it.
"""

from collections.abc import Hashable, Sequence
from itertools import chain
from typing import NamedTuple

from bartizan.reason.authz.aws.kernel.asked import Asked, Held
from bartizan.reason.authz.aws.kernel.statement import EVERYTHING, raws
from bartizan.reason.authz.aws.request import Attached


class _Asks(NamedTuple):
    """What some documents ask of a request."""

    held: Sequence[Sequence[Attached]]
    """Kept, as they are found by what they are."""
    keys: tuple[str, ...]
    everywhere: bool
    """They do not ask what it is for."""

    @classmethod
    def of(cls, held: Sequence[Sequence[Attached]]) -> "_Asks":
        written = [*raws(chain(*held))]
        keys = frozenset(key for raw in written for key in raw.keys)
        return cls(held, tuple(keys), all(raw.resources_alone == EVERYTHING for raw in written))


class Dependence:
    """Tells requests of one caller apart as far as documents do."""

    def __init__(self) -> None:
        self._known: dict[Hashable, _Asks] = {}

    def key(self, levels: Sequence[Sequence[Attached]], asked: Asked, held: Held) -> Hashable:
        """Return what decides what documents, level by level, say of a request that holds `held`:
        the same ones stand over many accounts, and most requests differ in what none asks for.
        """
        ids = tuple([tuple([id(one.document) for one in level]) for level in levels])
        known = self._known.get(ids)
        if known is None:
            known = self._known[ids] = _Asks.of(levels)
        values = tuple(map(held.value, known.keys))
        return ids, values, "" if known.everywhere else asked.seen
