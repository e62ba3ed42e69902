# SPDX-License-Identifier: Apache-2.0
"""Joins what the normalisers of all sources make of one snapshot's records."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.record import Records
from bartizan.ports import Normaliser


class EstateNormaliser(Struct, frozen=True):
    """Derives the facts of an estate that several sources told of."""

    parts: Sequence[Normaliser]
    """One for each vendor; none reads the records of another."""
    changed: Callable[[Facts, Records], Facts]
    """Does what records ask for on hosts, whichever part told of them."""

    @property
    def version(self) -> str:
        """Name of all derivations together."""
        return "-".join(part.version for part in self.parts)

    def __call__(self, records: Records, before: Facts | None = None) -> Facts:
        """Derive all fact tables, those of each part behind those of the one before."""
        facts = Facts()
        for part in self.parts:
            facts = facts.joined(part(records, before))
        return self.changed(facts, records)
