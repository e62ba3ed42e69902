# SPDX-License-Identifier: Apache-2.0
"""Whether one policy allows nothing that another does not: proved, refuted by a request, or open.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bartizan.errors import DisagreementError
from bartizan.model.arn import account_of
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.catalogue import ResourceType
from bartizan.reason.authz.aws.diff.actions import Actions, Part, spelled_services
from bartizan.reason.authz.aws.diff.caller import BASES, OWN_KEYS, Example, role, somebody, user
from bartizan.reason.authz.aws.diff.context import Held, Keys, UndecidedError
from bartizan.reason.authz.aws.diff.effort import Effort, ExhaustedError
from bartizan.reason.authz.aws.diff.glob import ANY_ARN, STAR, Pattern, globbed
from bartizan.reason.authz.aws.diff.region import Reader, Region
from bartizan.reason.authz.aws.diff.search import Names, Point, Search, Sought, World
from bartizan.reason.authz.aws.diff.witness import Witness, confirm, request_of
from bartizan.reason.authz.aws.policy.document import Document

TYPES = ("identity", "resource", "trust", "scp", "rcp", "boundary")
"""Types of policies that can be compared."""
EFFORT = 400_000
"""Steps of work before a comparison is left open; about a second."""
_ANY = ((ANY_ARN, STAR),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """Whether everything that the old policy allows, the new one allows too."""

    holds: bool | None
    """None where it could not be told."""
    witness: Witness | None = None
    """Where it does not hold: a request that the old policy allows and the new one does not."""
    missing: tuple[str, ...] = ()
    """Where it could not be told: why."""


def within(old: Document, new: Document, *, type: str = "identity") -> Within:  # noqa: A002 - the word of the `policy` table
    """Return whether there is any request that `old` allows and `new` does not.

    `holds` is then False, with the request. True is a proof over all actions, those included
    that the catalogue does not have, all resources and all contexts.

    Raises:
        DisagreementError: the definition does not confirm the request: a defect of ours.
    """
    comparison = _Comparison(old, new, type)
    try:
        return comparison.run()
    except ExhaustedError:
        return Within(holds=None, missing=("effort: the policies are too large to compare",))
    except UndecidedError as error:
        return Within(holds=None, missing=(f"context:{error}",))


class _Comparison:
    """One direction of a comparison."""

    def __init__(self, old: Document, new: Document, kind: str) -> None:
        self._documents, self._type = (old, new), kind
        self._reader = Reader()
        self._old, self._new = self._reader.side(old), self._reader.side(new)
        self._effort = Effort(EFFORT)
        self._keys = Keys(self._effort, BASES)
        self._names = Names()
        self._missing: dict[str, None] = {}

    def run(self) -> Within:
        pairs = list(self._pairs())
        if not pairs:
            return Within(holds=True)
        sides = (self._old.allows, self._old.denies, self._new.allows, self._new.denies)
        regions = dict.fromkeys(region for side in sides for region in side)
        self._regions = tuple(regions)
        services = spelled_services(
            arn
            for document in self._documents
            for statement in document.statements
            for arn in statement.resource or statement.not_resource or ()
        )
        actions = Actions(regions, services, self._effort)
        for inside, outside in pairs:
            for part in actions.parts(inside):
                heard = tuple(region for region in outside if region in part.speaking)
                found = self._search(part, Sought(inside, heard))
                if found is not None:
                    return Within(holds=False, witness=found)
        if self._missing:
            return Within(holds=None, missing=tuple(self._missing))
        return Within(holds=True)

    def _pairs(self) -> Iterator[tuple[tuple[Region, ...], tuple[Region, ...]]]:
        """Yield what a request must be inside and outside of: allowed by the old policy, and
        either not allowed by the new one or denied.
        """
        theirs, denied = set(self._new.allows), set(self._old.denies)
        for allow in self._old.allows:
            if allow not in theirs:
                yield (allow,), (*self._old.denies, *self._new.allows)
            for deny in self._new.denies:
                if deny not in denied:
                    yield (allow, deny), self._old.denies

    def _search(self, part: Part, sought: Sought) -> Witness | None:
        """Return a request of this part; where none is found, either it is proved that there is
        none or what is missing is noted.
        """
        anything = World(resources=_ANY, actions=part.open)
        if self._find(anything, sought, loose=True) is None:
            return None
        worlds = list(self._worlds(part))
        for names, world in worlds:
            for example in self._examples():
                found = self._shown(names, world, example, sought)
                if found is not None:
                    return found
        for names, world in worlds:
            if not self._missing:
                self._note(names, world, sought)
        return None

    def _find(self, world: World, sought: Sought, *, loose: bool) -> Point | None:
        search = Search(world, self._effort, self._keys, self._names, loose=loose)
        return search.find(sought)

    def _worlds(self, part: Part) -> Iterator[tuple[str, World]]:
        """Yield an action and what it acts on, for each that the catalogue tells apart."""
        if part.open is not None:
            yield "", World(resources=_ANY, actions=part.open)
        seen = set()
        for name in part.names:
            known = catalogue.action(name)
            acts_on = None if known is None else known.resource_types
            if acts_on in seen:
                continue
            seen.add(acts_on)
            if acts_on is None:
                yield name, World(resources=_ANY)
            else:
                kinds = _patterns(sorted(acts_on, key=lambda kind: len(kind.arn)))
                yield name, World(resources=((*kinds, STAR),))

    def _examples(self) -> Iterator[Example]:
        yield role()
        asked = {test.key for region in self._regions for test in region.tests}
        variables = set(self._reader.holes.keys().values())
        if (asked | variables) & OWN_KEYS:
            yield user()
            yield somebody()

    def _shown(
        self,
        name: str,
        world: World,
        example: Example,
        sought: Sought,
    ) -> Witness | None:
        """Return a request of `example`, or of its like in the account of the resource."""
        point = self._point(world, example, sought)
        if point is None:
            return None
        account = account_of(point.resource)
        if account not in {"", example.who.account} and not example.free:
            moved = example.moved(account)
            there = self._point(world, moved, sought)
            found = there and self._confirmed(name, there, moved)
            if found:
                return found
        return self._confirmed(name, point, example)

    def _point(self, world: World, example: Example, sought: Sought) -> Point | None:
        """Return a request of `example` as the search settles it."""
        fixed = dict(example.fixed)
        for character, key in self._reader.holes.keys().items():
            if example.free or key not in fixed:
                fixed[key] = Held((character,))
        here = World(
            resources=world.resources,
            actions=world.actions,
            fixed=fixed,
            account=example.who.account,
        )
        point = self._find(here, sought, loose=False)
        if point is None:
            return None
        variables = set(self._reader.holes.keys().values())
        keys = {key: held for key, held in fixed.items() if key in variables}
        return Point(point.resource, {**keys, **point.keys}, point.action)

    def _confirmed(self, name: str, point: Point, example: Example) -> Witness | None:
        """Return the request if the definition agrees that it tells the policies apart.

        Raises:
            DisagreementError: it does not, though nothing was left to chance.
        """
        holes = self._reader.holes.keys()
        request = request_of(
            point,
            name or point.action,
            example,
            holes={character: _text_of(key, example) for character, key in holes.items()},
            spelled=self._reader.spelled,
        )
        if confirm(request, *self._documents, type=self._type):
            known = catalogue.action(request.action)
            return Witness(request=request, known=known is not None)
        settled = request.principal.account == request.resource.account
        if settled and name and not example.free and not holes:
            raise DisagreementError(
                f"the comparison of policies says that `{request.action}` on "
                f"`{request.resource.arn}` tells them apart, the definition says it does not"
            )
        return None

    def _note(self, name: str, world: World, sought: Sought) -> None:
        """Say what keeps this action from being proved, if anything does."""
        point = self._find(world, sought, loose=True)
        if point is not None:
            what = name or point.action
            self._missing[f"behaviour:{what} on {point.resource}"] = None
            return
        known = catalogue.action(name) if name else None
        if known is None or known.wildcard_only:
            return
        kinds = catalogue.resource_types(known.service)
        untyped = World(resources=((ANY_ARN,),), others=_patterns(kinds))
        point = self._find(untyped, sought, loose=True)
        if point is not None:
            self._missing[f"type of resource {point.resource} for {known}"] = None


def _text_of(key: str, example: Example) -> str:
    """Return the value that a variable gets in a request: one that no policy spells out."""
    held = example.fixed.get(key)
    if held is not None and held.values and not example.free:
        return held.values[0]
    return "some-" + re.sub(r"[^a-z0-9]+", "-", key.rpartition(":")[2])


def _patterns(kinds: Iterable[ResourceType]) -> tuple[Pattern, ...]:
    return tuple(globbed(kind.arn, barred="/" if kind.flat else "") for kind in kinds)
