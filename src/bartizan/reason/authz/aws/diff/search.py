# SPDX-License-Identifier: Apache-2.0
"""Finds a request inside some statements and outside others, or proves that there is none.

A request is a point in a product: its action, its resource, each condition key. To be outside a
statement it must leave it on one side at least; which side is tried in turn, but only for
statements that the point found so far lies in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from bartizan.reason.authz.aws.diff.condition import Test
from bartizan.reason.authz.aws.diff.context import ALWAYS_THERE, Held, Keys, UndecidedError, Wanted
from bartizan.reason.authz.aws.diff.effort import Effort
from bartizan.reason.authz.aws.diff.glob import ANY_TEXT, Pattern, globbed
from bartizan.reason.authz.aws.diff.region import Covered, Region
from bartizan.reason.authz.aws.diff.text import NAME, OneOf, find
from bartizan.reason.authz.aws.diff.texts import Texts


class World(Struct, frozen=True):
    """Which requests are looked at."""

    resources: tuple[OneOf, ...] = ()
    """Resources that there are: of one of each."""
    others: tuple[Pattern, ...] = ()
    """Resources that are left out."""
    actions: Pattern | None = None
    """Where the action is open: what it may be; else it is settled and no side to leave by."""
    service: str = ""
    """The service of those; empty where that is open too."""
    fixed: Mapping[str, Held] = field(default_factory=dict)
    """Condition keys that follow from the caller."""
    account: str = ""
    """Account of resources, where that is free."""


class Sought(Struct, frozen=True):
    """What is looked for."""

    inside: tuple[Region, ...]
    """Statements that all speak of it."""
    outside: tuple[Region, ...]
    """Statements that do not."""


class Point(Struct, frozen=True):
    """A request as far as the search has settled it."""

    resource: str
    keys: Mapping[str, Held]
    action: str = ""
    """Empty where it was settled before."""


class _Store(Struct, frozen=True):
    """What a request must be: a conjunction, side by side."""

    resource: tuple[Covered, ...]
    keys: Mapping[str, frozenset[Wanted]]
    action: tuple[Covered, ...]
    point: Point

    def has(self, region: "Region") -> bool:
        """Return whether the request is outside `region` by what it must be."""
        if region.resource is not None and _opposite(region.resource) in self.resource:
            return True
        return any((test, False) in self.keys.get(test.key, ()) for test in region.tests)


class Search:
    """Searches one world. With `loose`, what depends on variables, or is not said by the vendor,
    is as one wants it: nothing found is then a proof, while something found is none.
    """

    def __init__(
        self, world: World, effort: Effort, keys: Keys, named: "Names", *, loose: bool
    ) -> None:
        self._world, self._effort, self._keys = world, effort, keys
        self._loose, self._named = loose, named
        self._resources: dict[frozenset[Covered], str | None] = {}
        self._actions: dict[frozenset[Covered], str | None] = {}

    def find(self, sought: Sought) -> Point | None:
        """Return a request that is sought; None proves, with `loose`, that there is none.

        Raises:
            ExhaustedError: it takes too much work.
            UndecidedError: with `loose`, it cannot be told.
        """
        start = self._start(sought.inside)
        stack = [] if start is None else [start]
        while stack:
            store = stack.pop()
            self._effort.spend(10)
            ways = self._ways(store, sought.outside)
            if ways is None:
                return store.point
            stack.extend(ways)
        return None

    def _start(self, inside: Sequence[Region]) -> _Store | None:
        keys: dict[str, frozenset[Wanted]] = {}
        for region in inside:
            for test in region.tests:
                keys[test.key] = keys.get(test.key, frozenset()) | {(test, True)}
        resource = _each(r.resource for r in inside if r.resource is not None)
        is_open = self._world.actions is not None
        action = _each(self._covered(region) for region in inside if is_open)
        found: dict[str, Held] = {}
        for key, wanted in keys.items():
            held = self._held(key, wanted)
            if held is None:
                return None
            found[key] = held
        name = self._action(action)
        text = None if name is None else self._resource(resource)
        if text is None or name is None:
            return None
        return _Store(resource, keys, action, Point(text, found, name))

    def _ways(self, store: _Store, outside: Sequence[Region]) -> list[_Store] | None:
        """Return the ways out of the statement that leaves the fewest; None where the request is
        outside of all. No way at all ends this line of search.
        """
        best: list[_Store] | None = None
        for region in outside:
            self._effort.spend(1 + len(region.tests))
            if not self._lies_in(store, region):
                continue
            found = []
            for way in self._out_of(store, region):
                found.append(way)
                if best is not None and len(found) >= len(best):
                    break
            else:
                best = found[::-1]
                if not best:
                    return best
        return best

    def _covered(self, region: Region) -> Covered:
        return self._named.of(region, self._world.service)

    def _lies_in(self, store: _Store, region: Region) -> bool:
        if store.has(region):
            return False
        point = store.point
        if self._world.actions is not None:
            covered = self._covered(region)
            if _opposite(covered) in store.action or not _covers(covered, point.action):
                return False
        of = region.resource
        if of is not None and self._settled(of[0]) and not _covers(of, point.resource):
            return False
        return all(self._passes(test, point) for test in region.tests)

    def _settled(self, texts: Texts) -> bool:
        return texts.exact or not self._loose

    def _passes(self, test: Test, point: Point) -> bool:
        """Return whether the point may pass a test."""
        if (self._loose and not test.exact) or test.vague:
            return True
        held = point.keys.get(test.key) or self._world.fixed.get(test.key)
        if held is None:
            if test.key in ALWAYS_THERE:
                # Only a value that is found for it decides.
                return True
            held = _ABSENT
        return test.holds(held.values, many=held.many)

    def _out_of(self, store: _Store, region: Region) -> Iterator[_Store]:
        """Yield the ways to leave a statement, each a narrower store."""
        point = store.point
        if self._world.actions is not None:
            action = _each((*store.action, _opposite(self._covered(region))))
            name = self._action(action)
            if name is not None:
                moved = Point(point.resource, point.keys, name)
                yield _Store(store.resource, store.keys, action, moved)
        if region.resource is not None:
            resource = _each((*store.resource, _opposite(region.resource)))
            text = self._resource(resource)
            if text is not None:
                moved = Point(text, point.keys, point.action)
                yield _Store(resource, store.keys, store.action, moved)
        for test in region.tests:
            wanted = store.keys.get(test.key, frozenset()) | {(test, False)}
            held = self._held(test.key, wanted)
            if held is not None:
                moved = Point(point.resource, {**point.keys, test.key: held}, point.action)
                keys = {**store.keys, test.key: wanted}
                yield _Store(store.resource, keys, store.action, moved)

    def _held(self, key: str, wanted: frozenset[Wanted]) -> Held | None:
        fixed = self._world.fixed.get(key)
        if fixed is not None:
            return fixed if self._agrees(fixed, wanted) else None
        try:
            return self._keys.value(key, wanted, loose=self._loose)
        except UndecidedError:
            if self._loose:
                raise
            return None

    def _agrees(self, held: Held, wanted: frozenset[Wanted]) -> bool:
        if any((test, not want) in wanted for test, want in wanted):
            return False
        return all(
            test.holds(held.values, many=held.many) is want
            for test, want in wanted
            if test.exact or not self._loose
        )

    def _resource(self, wanted: tuple[Covered, ...]) -> str | None:
        asked = frozenset(wanted)
        if asked not in self._resources:
            world = self._world
            self._resources[asked] = self._text(
                wanted, world.resources, world.others, account=world.account
            )
        return self._resources[asked]

    def _action(self, wanted: tuple[Covered, ...]) -> str | None:
        if self._world.actions is None:
            return ""
        asked = frozenset(wanted)
        if asked not in self._actions:
            base = ((self._world.actions,),)
            self._actions[asked] = self._text(wanted, base, (), alphabet=NAME)
        return self._actions[asked]

    def _text(
        self,
        wanted: tuple[Covered, ...],
        base: tuple[OneOf, ...],
        others: tuple[Pattern, ...],
        *,
        alphabet: str = "",
        account: str = "",
    ) -> str | None:
        """Return a text that is of some sets and not of others."""
        of = [texts for texts, want in wanted if want]
        not_of = [texts for texts, want in wanted if not want]
        if any(one.within(other, self._effort) for one in of for other in not_of):
            return None
        sides = [one.widest() if self._loose else one.certain() for one in of]
        left = [p for one in not_of for p in (one.sure if self._loose else one.possible())]
        if ANY_TEXT in left:
            return None
        return find(
            [*sides, *base], [*left, *others], self._effort, alphabet=alphabet, account=account
        )


class Names:
    """The actions of statements as sets of texts, those apart that they spell out."""

    def __init__(self) -> None:
        self._known: dict[tuple[Region, str], Covered] = {}

    def of(self, region: Region, service: str) -> Covered:
        """Return what actions of a service a statement covers; of all, where that is empty."""
        asked = (region, service)
        if asked not in self._known:
            patterns = tuple(
                globbed(pattern) for pattern in region.actions if _speaks_of(pattern, service)
            )
            self._known[asked] = (Texts(sure=patterns), not region.excluded)
        return self._known[asked]


def _speaks_of(pattern: str, service: str) -> bool:
    named = pattern.partition(":")[0]
    if "*" not in pattern and "?" not in pattern:
        return False
    return not service or named == service or "*" in named or "?" in named


_ABSENT = Held(None)


def _each(covered: Iterable[Covered]) -> tuple[Covered, ...]:
    """Keep each once, in order, so that the same policies give the same request."""
    return tuple(dict.fromkeys(covered))


def _opposite(covered: Covered) -> Covered:
    return covered[0], not covered[1]


def _covers(covered: Covered, text: str) -> bool:
    """Return whether a text may be covered."""
    texts, want = covered
    if want:
        return any(pattern.matches(text) for pattern in texts.possible())
    return not any(pattern.matches(text) for pattern in texts.certain())
