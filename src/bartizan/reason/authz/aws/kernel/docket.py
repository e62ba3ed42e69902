# SPDX-License-Identifier: Apache-2.0
"""Many single requests of which nothing is odd, and what is the same for several of them."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from bartizan.reason.authz.aws.estate import setting
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.ownership import Place
from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.kernel.asked import Asked, Held, View
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.keys import ORGANIZATION_KEYS, OWNER_KEYS
from bartizan.reason.authz.aws.kernel.shapes import NONE, Mask, Numbers, Shapes, numbered
from bartizan.reason.authz.aws.kernel.tables import Numbers as Numbering

ANYTHING = "*"
"""What policies see of a request that names nothing."""


NEAR, TAGGED, EXACT = range(3)
"""What keys that are asked for may tell: nothing of the thing but its region; its tags as well; or
whose it is.
"""


def depth(keys: Iterable[str]) -> int:
    """Return NEAR, TAGGED or EXACT for keys in lower case."""
    return max(map(_depth, keys), default=NEAR)


def _depth(key: str) -> int:
    if key in OWNER_KEYS or key in ORGANIZATION_KEYS:
        return EXACT
    return TAGGED if setting.is_resource_tag(key) else NEAR


class Docket:
    """Requests by number, each by the row of its caller, its action and its thing, as places
    among `actions` and `things`.
    """

    def __init__(
        self,
        callers: Callers,
        estate: Estate,
        rows: Numbers,
        *,
        actions: tuple[Sequence[str], Numbers],
        things: tuple[Sequence[str], Numbers],
    ) -> None:
        """Take requests of which `estate` tells all."""
        self.callers, self.estate, self.rows = callers, estate, rows
        self.actions, self.action = _used(*actions)
        self.things, self.thing = _used(*things)
        self._held: dict[int, Held] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.rows)

    @cached_property
    def seen(self) -> Numbers:
        """The place of what policies see of each among `seen_things`."""
        none = np.array([scope.names_nothing(name) for name in self.actions], dtype=bool)
        return np.where(none[self.action], len(self.things), self.thing)

    @cached_property
    def seen_things(self) -> Sequence[str]:
        """What policies may see."""
        return [*self.things, ANYTHING]

    @cached_property
    def shapes(self) -> Shapes:
        """What policies may see, with accounts apart."""
        return Shapes.of(pa.array(self.seen_things, pa.large_string()))

    @cached_property
    def places(self) -> Sequence[Place]:
        """What is known of each thing."""
        return [self.estate.ownership.of(thing) for thing in self.things]

    @cached_property
    def kind_of_thing(self) -> Numbers:
        """Equal where the action meets things of one kind."""
        known: Numbering[object] = Numbering()
        number, first = numbered((self.action, self.shapes.number[self.thing]))
        found = []
        for request in first.tolist():
            action, thing = self.actions[self.action[request]], self.things[self.thing[request]]
            name, exists = action.lower(), scope.exists(action, thing)
            counts = scope.resource_policy_counts(name, thing), scope.must_be_named(name, thing)
            found.append(known((exists, counts, scope.is_bucket(thing))))
        return np.array(found, dtype=np.int64)[number]

    @cached_property
    def home(self) -> Mask:
        """Each is asked within the account that owns the thing."""
        accounts = Numbering[str]()
        whose = np.array([accounts(place.account) for place in self.places], dtype=np.int64)
        mine = self.callers.column("account", self.rows)
        theirs = np.array([accounts(name) for name in mine.dictionary.to_pylist()], dtype=np.int64)
        found: Mask = theirs[np.asarray(mine.indices)] == whose[self.thing]
        return found

    @cached_property
    def _near(self) -> Numbers:
        """Equal where requests hold the same keys, but for tags and owners of things."""
        kinds, regions = Numbering[object](), Numbering[object]()
        told = [(name.partition(":")[0], setting.tells_tags(name)) for name in self.actions]
        kind = np.array([kinds(one) for one in told], dtype=np.int64)
        lie = [(place.region, place.tags is None) for place in self.places]
        region = np.array([regions(one) for one in lie], dtype=np.int64)
        organization = np.asarray(self.callers.column("organization", self.rows).indices)
        columns = (self.callers.kind_of[self.rows], self.home, organization)
        return numbered((*columns, kind[self.action], region[self.thing]))[0]

    @cached_property
    def contexts(self) -> Numbers:
        """For each of NEAR, TAGGED and EXACT: numbers, equal where requests hold the same keys of
        those that are asked for.
        """
        known = Numbering[object]()
        held = [tuple(sorted((place.tags or {}).items())) for place in self.places]
        tags = np.array([known(one) for one in held], dtype=np.int64)[self.thing]
        near = self._near
        return np.stack([near, numbered((near, tags))[0], numbered((near, self.thing))[0]])

    def asked(self, request: int) -> Asked:
        """State one of them."""
        action, thing = self.actions[self.action[request]], self.things[self.thing[request]]
        return Asked(self.estate, action, thing)

    def held(self, request: int) -> Held:
        """Return what one of them holds."""
        number = int(self.contexts[EXACT, request])
        if number not in self._held:
            row = int(self.rows[request])
            kind = self.callers.kinds[self.callers.kind_of[row]]
            view = View(kind, bool(self.home[request]), self.callers.who(row))
            self._held[number] = self.asked(request).context(view)
        return self._held[number]


class Part(NamedTuple):
    """A text that belongs to each request, if it counts there."""

    number: Numbers
    """Equal where texts differ in accounts alone; NONE where it does not count."""
    accounts: Numbers
    odd: Mask

    @classmethod
    def of(cls, number: Numbers, accounts: Numbers, place: Numbers, some: Mask) -> "Part":
        """Return texts by their places, for some requests."""
        numbers = np.full(len(place), NONE, dtype=np.int64)
        found = np.full((len(place), accounts.shape[1]), NONE, dtype=np.int64)
        numbers[some], found[some] = number[place[some]], accounts[place[some]]
        return cls(numbers, found, np.zeros(len(place), dtype=bool))

    @classmethod
    def shaped(cls, texts: object, place: Numbers, some: Mask) -> "Part":
        """Tell texts apart, and return them by their places, for some requests."""
        shapes = Shapes.of(texts)
        part = cls.of(shapes.number, shapes.accounts, place, some)
        part.odd[some] = shapes.odd[place[some]]
        return part

    def silent(self, some: Mask) -> "Part":
        """Return it without the accounts of some requests."""
        accounts = np.where(some[:, None], NONE, self.accounts)
        return self._replace(accounts=accounts)


def _used(texts: Sequence[str], place: Numbers) -> tuple[Sequence[str], Numbers]:
    """Leave out texts that no place is of."""
    used, found = np.unique(place, return_inverse=True)
    return [texts[number] for number in used.tolist()], found
