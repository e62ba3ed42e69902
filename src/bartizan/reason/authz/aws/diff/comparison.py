# SPDX-License-Identifier: Apache-2.0
"""One direction of a comparison of two policies: everything that the old one allows is gone
through, class by class, until one is found that the new one does not allow.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from bartizan.errors import DisagreementError
from bartizan.model.arn import account_of
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.catalogue import ResourceType
from bartizan.reason.authz.aws.diff.actions import Actions, Part, spelled_services
from bartizan.reason.authz.aws.diff.caller import BASES, Example
from bartizan.reason.authz.aws.diff.context import Held, Keys, UndecidedError
from bartizan.reason.authz.aws.diff.effort import Effort, ExhaustedError
from bartizan.reason.authz.aws.diff.glob import ANY_ARN, STAR, Pattern, globbed, joined, spell
from bartizan.reason.authz.aws.diff.region import Reader, Region, alike, is_small
from bartizan.reason.authz.aws.diff.scene import Scene, hears
from bartizan.reason.authz.aws.diff.search import Names, Point, Search, Sought, World
from bartizan.reason.authz.aws.diff.setting import LIMITS, Setting
from bartizan.reason.authz.aws.diff.trial import Trial, filled, trials
from bartizan.reason.authz.aws.diff.witness import Witness, confirm, request_of, text_of_hole
from bartizan.reason.authz.aws.policy.document import Document, Effect

EFFORT = 400_000
"""Steps of work before a comparison is left open; about a second."""
EFFORT_OF_PART = 80_000
TOO_LARGE = "effort: the policies are too large to compare"


class _Group(Struct, frozen=True):
    """Callers whom the same statements reach."""

    scenes: tuple[Scene, ...]
    heard: frozenset[tuple[Region, Effect]]
    """What certainly reaches them."""
    doubtful: frozenset[tuple[Region, Effect]]
    """What may reach them."""


class Comparison:
    """Looks for a request that one policy allows and the other does not."""

    def __init__(
        self, old: Document, new: Document, kind: str, *, trial: Trial | None = None
    ) -> None:
        """Compare `old` with `new`; in a `trial` with its values in the place of variables."""
        self._documents, self._trial = (old, new), trial
        if trial is not None:
            old, new = filled(old, trial.values), filled(new, trial.values)
        self._setting = Setting.of(kind, self._documents)
        self._reader = Reader()
        self._effort = Effort(EFFORT)
        self._same = alike(old, new)
        self._small = is_small(old) and is_small(new)
        nothing = self._same or not self._small
        self._old, self._new = (
            self._reader.side(Document("", ()) if nothing else one) for one in (old, new)
        )
        self._keys = Keys(self._effort, BASES)
        self._names = Names()
        self._missing: dict[str, None] = {}

    def trials(self) -> tuple[Trial, ...]:
        """Return values of variables with which to look again, where they may matter."""
        holes = self._reader.holes.keys()
        if not holes or not self._missing or self._setting.type not in {"identity", *LIMITS}:
            return ()
        return tuple(trials(holes, self._reader.patterns(), account=self._setting.stranger))

    @property
    def missing(self) -> tuple[str, ...]:
        """Return what kept the last search from being a proof."""
        return tuple(self._missing)

    def find(self) -> Witness | None:
        """Return a request that the old policy allows and the new one does not; None is a proof
        that there is none, unless something is `missing`.

        Raises:
            DisagreementError: the definition does not confirm the request.
        """
        if not self._small and not self._same:
            self._missing[TOO_LARGE] = None
        pairs = list(self._pairs())
        if not pairs:
            return None
        try:
            return self._find(pairs)
        except ExhaustedError:
            self._missing[TOO_LARGE] = None
        return None

    def _find(self, pairs: Sequence["_Pair"]) -> Witness | None:
        sides = (self._old.allows, self._old.denies, self._new.allows, self._new.denies)
        regions = tuple(dict.fromkeys(region for side in sides for region in side))
        written = (s for document in self._documents for s in document.statements)
        arns = (arn for s in written for arn in s.resource or s.not_resource or ())
        actions = Actions(
            regions, spelled_services(arns), self._effort, only=self._setting.services()
        )
        groups = self._groups(regions)
        for pair in pairs:
            for group in groups:
                self._effort.start(EFFORT)
                self._effort.spend(1)
                if not pair.reaches(group):
                    continue
                for part in actions.parts(pair.inside, pair.closers(group)):
                    found = self._tried(part, pair, group)
                    if found is not None:
                        return found
        return None

    def _tried(self, part: Part, pair: "_Pair", group: _Group) -> Witness | None:
        """Look in one part, within what it may take of the whole work."""
        self._effort.start(EFFORT_OF_PART)
        try:
            return self._in_part(part, pair, group)
        except ExhaustedError:
            if self._effort.ended:
                raise
            self._missing[TOO_LARGE] = None
        except UndecidedError as error:
            self._missing[f"context:{error}"] = None
        self._effort.start(EFFORT)
        return None

    def _pairs(self) -> Iterator["_Pair"]:
        """Yield what a request must be inside and outside of: allowed by the old policy, and
        either not allowed by the new one or denied.
        """
        theirs, denied = set(self._new.allows), set(self._old.denies)
        for allow in self._old.allows:
            if allow not in theirs:
                yield _Pair(allow, None, self._old.denies, self._new.allows)
            for deny in self._new.denies:
                if deny not in denied:
                    yield _Pair(allow, deny, self._old.denies, ())

    def _groups(self, regions: Sequence[Region]) -> tuple[_Group, ...]:
        """Part the callers by the statements that reach them."""
        effects = {
            Effect.ALLOW: dict.fromkeys((*self._old.allows, *self._new.allows)),
            Effect.DENY: dict.fromkeys((*self._old.denies, *self._new.denies)),
        }
        asked = {test.key for region in regions for test in region.tests}
        asked |= set(self._reader.holes.keys().values())
        found: dict[tuple[bool | None, ...], list[Scene]] = {}
        told = [(region, effect) for effect, some in effects.items() for region in some]
        scenes = (
            self._setting.scenes(regions, asked)
            if self._trial is None
            else (Scene(self._trial.example),)
        )
        for scene in scenes:
            self._effort.spend(10 + len(told))
            reached = tuple(hears(region, scene, effect) for region, effect in told)
            found.setdefault((*reached, scene.home), []).append(scene)
        return tuple(
            _Group(
                tuple(scenes),
                frozenset(one for one, is_it in zip(told, reached, strict=False) if is_it),
                frozenset(one for one, is_it in zip(told, reached, strict=False) if is_it is None),
            )
            for reached, scenes in found.items()
        )

    def _in_part(self, part: Part, pair: "_Pair", group: _Group) -> Witness | None:
        """Return a request of one part of the actions by one group of callers; where none is
        found, either it is proved that there is none or what is missing is noted.
        """
        proof = pair.sought(part, group, loose=True)
        if proof is None:
            return None
        if next(self._worlds(part, group), None) is None:
            return None
        anything = replace(self._base(group), actions=part.open, service=part.service)
        if self._search(anything, proof, loose=True) is None:
            return None
        sought = pair.sought(part, group, loose=False)
        for name, world in self._worlds(part, group) if sought is not None else ():
            for scene in group.scenes:
                found = self._shown(name, world, scene, sought) if sought is not None else None
                if found is not None:
                    return found
        for name, world in () if self._missing else self._worlds(part, group):
            if not self._missing:
                self._note(name, world, group, proof)
        return None

    def _search(self, world: World, sought: Sought, *, loose: bool) -> Point | None:
        search = Search(world, self._effort, self._keys, self._names, loose=loose)
        return search.find(sought)

    def _base(self, group: _Group) -> World:
        """Return the resources that the callers of a group may ask for."""
        scene = group.scenes[0]
        world = World(resources=self._setting.resources())
        if scene.home is None or len({one.example.who.account for one in group.scenes}) > 1:
            return world
        account = scene.example.who.account
        own = joined((globbed("arn:*:*:*:", barred=":"), spell(f"{account}:"), globbed("*")))
        if not scene.home:
            return replace(world, others=(own,))
        nobodys = joined((globbed("arn:*:*:*::", barred=":"), globbed("*")))
        return replace(world, resources=(*world.resources, (own, nobodys)))

    def _worlds(self, part: Part, group: _Group) -> Iterator[tuple[str, World]]:
        """Yield an action and what it acts on, for each that the catalogue tells apart and that
        somebody of the group can ask for.
        """
        base = self._base(group)
        if part.open is not None:
            yield "", replace(base, actions=part.open, service=part.service)
        seen = set()
        for name in part.names:
            known = catalogue.action(name)
            acts_on = None if known is None else known.resource_types
            # Who can ask for an action of the token service depends on which one it is.
            alike = (acts_on, name if name.startswith("sts:") else "")
            if alike in seen or not self._is_asked(name, acts_on, group):
                continue
            seen.add(alike)
            if acts_on is None:
                yield name, base
            else:
                kinds = _patterns(sorted(acts_on, key=lambda kind: len(kind.arn)))
                nothing = (STAR,) if self._setting.without_resource() else ()
                yield name, replace(base, resources=((*kinds, *nothing), *base.resources))

    def _is_asked(
        self, name: str, acts_on: tuple[ResourceType, ...] | None, group: _Group
    ) -> bool:
        if acts_on == () and not self._setting.without_resource():
            return False
        return any(self._setting.can_ask(scene.example, name) for scene in group.scenes)

    def _shown(self, name: str, world: World, scene: Scene, sought: Sought) -> Witness | None:
        """Return a request of `scene`, or of its like in the account of the resource."""
        example = scene.example
        if name and not self._setting.can_ask(example, name):
            return None
        point = self._point(world, example, sought)
        if point is None:
            return None
        account = account_of(point.resource)
        of_caller = self._setting.type in {"identity", *LIMITS} and not example.free
        if of_caller and example.who.account and account not in {"", example.who.account}:
            moved = example.moved(account)
            there = self._point(world, moved, sought)
            found = there and self._confirmed(name, there, Scene(moved, scene.home))
            if found:
                return found
        return self._confirmed(name, point, scene)

    def _point(self, world: World, example: Example, sought: Sought) -> Point | None:
        """Return a request of `example` as the search settles it."""
        fixed = dict(example.fixed)
        for character, key in self._reader.holes.keys().items():
            if key not in fixed:
                fixed[key] = Held((character,))
        given = {} if self._trial is None else self._trial.values
        fixed.update((key, Held((value,))) for key, value in given.items())
        account = self._owner(example)
        point = self._search(replace(world, fixed=fixed, account=account), sought, loose=False)
        if point is None:
            return None
        variables = {*self._reader.holes.keys().values(), *given}
        keys = {key: held for key, held in fixed.items() if key in variables}
        return Point(point.resource, {**keys, **point.keys}, point.action)

    def _owner(self, example: Example, *, home: bool | None = None) -> str:
        """Return whose the resources are whose ARNs do not say it."""
        if self._setting.type in {"resource", "trust"} and not home:
            return self._setting.owner
        return example.who.account or self._setting.owner

    def _confirmed(self, name: str, point: Point, scene: Scene) -> Witness | None:
        """Return the request if the definition agrees that it tells the policies apart.

        Raises:
            DisagreementError: it does not, though nothing was left to chance.
        """
        example, holes = scene.example, self._reader.holes.keys()
        request = request_of(
            point,
            name or point.action,
            example,
            holes={character: text_of_hole(key, example) for character, key in holes.items()},
            spelled=self._reader.spelled,
            owner=self._owner(example, home=scene.home),
        )
        if confirm(request, *self._documents, type=self._setting.type):
            known = catalogue.action(request.action)
            return Witness(request=request, known=known is not None)
        at_home = request.principal.account == request.resource.account
        away = self._setting.type in {"resource", "trust"}
        exact = not example.free and not holes and self._trial is None
        if name and exact and at_home is not away:
            raise DisagreementError(
                f"the comparison of policies says that `{request.action}` on "
                f"`{request.resource.arn}` tells them apart, the definition says it does not"
            )
        return None

    def _note(self, name: str, world: World, group: _Group, sought: Sought) -> None:
        """Say what keeps this action from being proved, if anything does."""
        point = self._search(world, sought, loose=True)
        if point is not None:
            what = name or point.action
            self._missing[f"behaviour:{what} on {point.resource}"] = None
            return
        known = catalogue.action(name) if name else None
        if known is None or known.wildcard_only:
            return
        base = self._base(group)
        others = _patterns(catalogue.resource_types(known.service))
        untyped = replace(
            base, resources=(*base.resources, (ANY_ARN,)), others=(*base.others, *others)
        )
        point = self._search(untyped, sought, loose=True)
        if point is not None:
            self._missing[f"type of resource {point.resource} for {known}"] = None


class _Pair(Struct, frozen=True):
    """One way in which a request can tell the policies apart."""

    allow: Region
    """What allows it under the old policy."""
    deny: Region | None
    """What denies it under the new one; None where nothing shall allow it there."""
    denies: tuple[Region, ...]
    """What must not deny it."""
    allows: tuple[Region, ...]
    """What must not allow it."""

    @property
    def inside(self) -> tuple[Region, ...]:
        return (self.allow,) if self.deny is None else (self.allow, self.deny)

    def reaches(self, group: _Group) -> bool:
        """Return whether what a request must be inside of may reach the group at all."""
        reached = group.heard | group.doubtful if group.doubtful else group.heard
        if (self.allow, Effect.ALLOW) not in reached:
            return False
        return self.deny is None or (self.deny, Effect.DENY) in reached

    def closers(self, group: _Group) -> tuple[Region, ...]:
        """Return the statements outside of which there is nothing but other actions: they ask no
        more than one that a request must be inside of.
        """
        bars = ((self.denies, Effect.DENY), (self.allows, Effect.ALLOW))
        return tuple(
            region
            for some, effect in bars
            for region in some
            if (region, effect) in group.heard and any(map(region.asks_no_more, self.inside))
        )

    def sought(self, part: Part, group: _Group, *, loose: bool) -> Sought | None:
        """Return what is looked for among some actions and callers; None where they are not
        reached at all. With `loose`, what may reach callers does so as one wants it.
        """
        reach = group.heard | group.doubtful if loose else group.heard
        bar = group.heard if loose else group.heard | group.doubtful
        if (self.allow, Effect.ALLOW) not in reach:
            return None
        if self.deny is not None and (self.deny, Effect.DENY) not in reach:
            return None
        denies = (r for r in self.denies if (r, Effect.DENY) in bar)
        allows = (r for r in self.allows if (r, Effect.ALLOW) in bar)
        outside = tuple(r for some in (denies, allows) for r in some if r in part.speaking)
        return Sought(self.inside, outside)


def _patterns(kinds: Iterable[ResourceType]) -> tuple[Pattern, ...]:
    return tuple(_of_type(kind) for kind in kinds)


@lru_cache(1 << 12)
def _of_type(kind: ResourceType) -> Pattern:
    """Return the ARNs of a type, each part of which holds what the type says: what fits only
    where a star reaches beyond a colon is of no known type.
    """
    *heads, last = kind.arn.split(":", 5)
    parts = [globbed(f"{head}:", barred=":") for head in heads]
    return joined((*parts, globbed(last, barred="/" if kind.flat else "")))
