# SPDX-License-Identifier: Apache-2.0
"""What the use cases ask of a reasoner."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.finding import TechniqueNote
from bartizan.model.step import Step


class Reasoner(Struct, frozen=True, kw_only=True):
    """Everything that is asked of a reasoner."""

    name: str
    """What its steps are kept under."""
    steps: Callable[[Facts, str], Iterator[Step]]
    """Facts, and the time of the snapshot, to steps."""
    recheck: Callable[[Sequence[Step], Facts], Sequence[Step]]
    """Decide everything that some steps rest on once more by the definition; raise where it
    differs, and return them with the evidence to be shown."""
    notes: Callable[[], Mapping[str, TechniqueNote]]
    """What to say about each technique."""
    again: Callable[[Facts, Sequence[Step], Facts, str], Iterator[Step]] | None = None
    """Facts, the steps of these, other facts, and the time of both, to the steps of the others:
    what `steps` says of them, faster where little differs. None where `steps` is fast enough."""
    following: Callable[[Facts, Sequence[Step]], Iterator[Step]] | None = None
    """Facts, and the steps of all reasoners, to steps that follow from those; None where there
    are none."""
    beyond: frozenset[str] = frozenset()
    """Techniques that no change of code has a part in: what no tool looks after."""
    unread: Callable[[Facts, Sequence[Step]], Iterator[Unread]] | None = None
    """Facts, and steps that are only possible and that the answer depends on, to what would have
    to be read and has no row in the facts; None where all has."""
    refusals: Callable[[Sequence[Step], Facts, Facts], Mapping[Step, Sequence[str]]] | None = None
    """Steps, the facts before and with them, to the ids of what denied each before, where that is
    told; None where nothing denies by saying so."""
