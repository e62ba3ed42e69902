# SPDX-License-Identifier: Apache-2.0
"""Attack paths and the cut that closes them."""

from collections.abc import Mapping

from msgspec import Struct, field

from bartizan.model.remedy import Remedy
from bartizan.model.step import Condition, Foothold, Step


class Entry(Struct, frozen=True, kw_only=True):
    """Where an attacker is assumed to stand."""

    foothold: Foothold
    name: str
    """For people: "the Internet", "GitHub Actions of acme"."""


class Jewel(Struct, frozen=True, kw_only=True):
    """What must not be lost."""

    foothold: Foothold
    name: str
    """For people: "administrator of account prod (222222222222)"."""
    rank: int
    """How much it matters: 1 (low) to 4 (critical)."""
    owner: str = ""
    """Account that it is in, or organisation that the account is in; whoever administers that has
    it as well."""


class Path(Struct, frozen=True, kw_only=True):
    """A proof that an attacker can get from entries to a jewel."""

    id: str
    """Digest of its techniques and footholds; the same from run to run, and whatever else is or
    comes to be in a circle that it goes through."""
    entries: tuple[Entry, ...]
    """All the entries it starts from; more than one where a step needs two things at once."""
    jewel: Jewel
    steps: tuple[Step, ...]
    """In an order in which they can be done; each step's needs are entries or granted before."""
    cost: int
    """Cost of the proof tree: a foothold that is used twice counts twice."""
    conditions: tuple[Condition, ...] = ()
    """Those of all steps, joined; they do not contradict one another."""
    folded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Entity on this path to the others that could stand in its place, sorted."""
    implies: tuple[Jewel, ...] = ()
    """Lesser jewels that fall with this one and have no cheaper path of their own, by rank."""

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what would have to be read to be sure of every step, sorted."""
        return tuple(sorted({item for step in self.steps for item in step.missing}))

    @property
    def proved(self) -> bool:
        """Every step is proved."""
        return all(step.proved for step in self.steps)


class CutRemedy(Struct, frozen=True, kw_only=True):
    """A chosen remedy and what it closes."""

    remedy: Remedy
    closes: tuple[str, ...]
    """Ids of the printed paths that it takes part in closing, sorted."""
    command: str = ""
    """How to do it, as AWS CLI text."""
    terraform: str = ""
    """How to do it, as Terraform text; empty where it is an edit of code we do not see."""


class Cut(Struct, frozen=True, kw_only=True):
    """The cheapest set of remedies after which no path is left."""

    remedies: tuple[CutRemedy, ...]
    cost: int
    lower_bound: int
    """Nothing cheaper than this can do it."""
    optimal: bool
    """`cost` equals `lower_bound`, proved by the solver."""
    paths_left: int
    """Jewels still reached when the whole estate was computed again with the remedies applied."""
    uncut: tuple[str, ...] = ()
    """Ids of paths that no known remedy closes, sorted."""
