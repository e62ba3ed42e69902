# SPDX-License-Identifier: Apache-2.0
"""Every step on a host of a printed path, derived once more from the facts before it is shown."""

from collections.abc import Iterable, Iterator, Sequence

from bartizan.model.derived import check_derived
from bartizan.model.facts import Facts
from bartizan.model.facts.host import Host
from bartizan.model.step import Step
from bartizan.reason.host import place
from bartizan.reason.host.derivation import of_hosts
from bartizan.reason.host.notes import notes


def recheck(steps: Sequence[Step], facts: Facts) -> tuple[Step, ...]:
    """Derive the steps of the hosts that some steps are on again, with nothing remembered; return
    all as they are.

    Raises:
        DisagreementError: one of them is not among those.
    """
    own = notes()
    printed = [step for step in steps if step.technique in own]
    if printed:
        check_derived(printed, of_hosts(facts, steps, frozenset(_hosts(printed, facts))))
    return tuple(steps)


def _hosts(steps: Iterable[Step], facts: Facts) -> Iterator[str]:
    """Yield the hosts that some steps are on, and those of whose keys they tell."""
    known = {row.id for row in facts.rows(Host)}
    for step in steps:
        yield from known.intersection(place.hosts(step)) or known
