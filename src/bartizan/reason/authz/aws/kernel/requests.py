# SPDX-License-Identifier: Apache-2.0
"""All requests of one caller for one thing, as the court asks a crowd: bit n is known action n.

The rules that join policies know nothing of what a bit stands for, so they decide thousands of
actions at once as they decide thousands of callers.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, structs

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import Chosen, Estate
from bartizan.reason.authz.aws.estate.setting import is_resource_tag
from bartizan.reason.authz.aws.kernel.alone import Alone
from bartizan.reason.authz.aws.kernel.asked import (
    Asked,
    Audience,
    Held,
    View,
    holding,
)
from bartizan.reason.authz.aws.kernel.compile import Supposed
from bartizan.reason.authz.aws.kernel.court import judge
from bartizan.reason.authz.aws.kernel.dependence import Dependence
from bartizan.reason.authz.aws.kernel.facets import facets
from bartizan.reason.authz.aws.kernel.form import Form
from bartizan.reason.authz.aws.kernel.holdings import Own
from bartizan.reason.authz.aws.kernel.keys import Kind
from bartizan.reason.authz.aws.kernel.likeness import Likeness, Patterns
from bartizan.reason.authz.aws.kernel.logic import NO
from bartizan.reason.authz.aws.kernel.openings import Openings
from bartizan.reason.authz.aws.kernel.papers import Papers, Said
from bartizan.reason.authz.aws.kernel.reader import Fits, ReadOnce
from bartizan.reason.authz.aws.kernel.statement import raw_statements
from bartizan.reason.authz.aws.kernel.values import Values
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.policy.document import Document
from bartizan.reason.authz.aws.policy.publicness import is_public
from bartizan.reason.authz.aws.request import Attached, Caller, Level


class Heard(Struct, frozen=True):
    """What was decided of some actions on one thing."""

    resource: str
    actions: Mask
    allowed: Mask
    unknown: Mask
    said: Sequence[Said]
    """The statements that spoke; where `unknown` is not empty, of all kinds of policies."""


class Reach:
    """What one caller can do, whatever its requests hold beside `chosen`."""

    def __init__(
        self, alone: Alone, estate: Estate, chosen: Chosen, *, complete: bool = False
    ) -> None:
        """Take a caller, and an estate that tells about its own account."""
        self.alone, self._estate = alone, estate
        self._chosen, self._complete = chosen, complete
        self._papers: dict[Supposed, Papers] = {}
        self._shared: dict[int, tuple[Form, Papers]] = {}
        self._fits: dict[Supposed, Fits] = {}
        self._depends = Dependence()
        self._told: dict[Hashable, Hashable] = {}
        self._valued: dict[int, tuple[Held, Hashable]] = {}
        self._by_tags: dict[int, tuple[Document, bool]] = {}
        self._contexts: dict[Hashable, tuple[Estate, dict[tuple[Kind, bool], Held]]] = {}

    def under(self, chosen: Chosen) -> "Reach":
        """Return what decides requests that hold `chosen` beside, and nothing else."""
        found = Reach(self.alone, self._estate, {**self._chosen, **chosen}, complete=True)
        found._shared, found._depends = self._shared, self._depends
        return found

    def judge(
        self, estate: Estate, thing: str, actions: Mask, one: Callable[[Mask], tuple[str, Mask]]
    ) -> Iterator[Heard]:
        """Decide actions on things that are alike, `thing` among them; `one` returns one of those
        that some actions act on, with these, and `estate` tells about all.
        """
        tagged = bool(estate.ownership.of(thing).tags) and self._asks_for_tags(estate, thing)
        for part in facets(estate, thing, actions, self.alone.type, tagged=tagged):
            resource, acting = one(part)
            action = masks.first(acting)
            asked = self._asked(estate, action, resource)
            crowd = _Requests(self, part)
            found = judge(estate, crowd, asked)
            yield Heard(resource, part, found.allowed, found.unknown, crowd.said)

    def _asked(self, estate: Estate, action: str, resource: str) -> Asked:
        """Ask for an action on a thing; what holds the same keys shares them."""
        key = (id(estate), holding(estate, action, resource))
        _, held = self._contexts.setdefault(key, (estate, {}))
        chosen, complete = self._chosen, self._complete
        return Asked(estate, action, resource, chosen, complete=complete, contexts=held)

    def likeness(self, estate: Estate, resource: str, *, trust: bool) -> "Likeness":
        """Return what tells a thing from others, as far as it matters to the caller; with `trust`
        for actions of STS, without for others.
        """
        asked = self._asked(estate, _PLAIN, resource)
        place, own = asked.place, asked.of_caller
        view = self.alone.view(home=own or self.alone.of_account(place.account) != 0)
        held = asked.context(view)
        patterns = self.patterns
        covering = patterns.covering(resource)
        if covering is None or estate.grants(resource):
            return Likeness(resource, stable=False)
        side = self._side(asked, held, view, trust=trust)
        values = self._values(held)
        tags: object = None
        if self._asks_for_tags(estate, resource):
            dark = bool(estate.gaps.of_tags(place.arn, account=place.account))
            tags = (None if place.tags is None else frozenset(place.tags.items()), dark)
        owner = estate.accounts.get(place.account)
        whose = (
            *(view.home, own, place.of_vendor, asked.owner == "*", bool(asked.owner)),
            owner is not None and owner.management,
            place.account if owner is None else bool(place.account),
        )
        found = (whose, bool(place.region), tags, values, covering, side)
        return Likeness(found, stable=side is None)

    def _side(self, asked: Asked, held: Held, view: View, *, trust: bool) -> Hashable:
        """Return what is written about a thing, and about its account, as it stands to the
        caller; None where it lies in the caller's own account, and nothing is written about it.
        """
        estate, place = asked.estate, asked.place
        ways = (False, True) if trust else (False,)
        held_of = [estate.resource_policy(asked.resource, way) for way in ways]
        block = None if view.home else estate.public_access(place)
        unsure = block is not None and block.missing != ()
        hidden = (asked.hidden, bool(estate.unread_grants(asked.resource)), unsure)
        if view.home and not any(held_of) and not any(hidden):
            return None
        levels = estate.guardrails.levels(place.account, "rcp") or ()
        restricted = unsure or (block is not None and block.restrict_public_buckets)
        return (
            *hidden,
            tuple(policy is None for policy in held_of),
            self._written([[*filter(None, held_of)]], asked, held, restricted=restricted),
            self._written([level.policies for level in levels], asked, held),
        )

    def _values(self, held: Held) -> Hashable:
        """Return what requests hold of the keys that its own policies ask for."""
        known = self._valued.get(id(held))
        if known is None:
            values = tuple(map(held.value, self.patterns.sorted_keys))
            known = self._valued[id(held)] = (held, values)
        return known[1]

    def _written(
        self,
        levels: Sequence[Sequence[Attached]],
        asked: Asked,
        held: Held,
        *,
        restricted: bool = False,
    ) -> Hashable:
        """Return what policies on a thing, or over it, say to the caller."""
        key = (self._depends.key(levels, asked, held), asked.of_caller, restricted)
        known = self._told.get(key)
        if known is None:
            known = self._told[key] = tuple(
                tuple(self._policy(one, asked, held, restricted=restricted) for one in level)
                for level in levels
            )
        return known

    def _policy(self, policy: Attached, asked: Asked, held: Held, *, restricted: bool) -> Hashable:
        document = policy.document
        return document and self._says(document, asked, held, restricted=restricted)

    def _says(self, document: Document, asked: Asked, held: Held, *, restricted: bool) -> Hashable:
        found: list[Hashable] = [restricted and is_public(document)]
        for supposed in self._ways:
            if supposed.own != asked.of_caller:
                continue
            fits = self.fits(supposed)
            for raw in raw_statements(document):
                how = fits.reached(raw.statement)
                if how.any().possible and (code := fits.codes(raw, asked, held))[0] != NO:
                    found.append((raw.statement.effect, raw.actions, how, code))
        return tuple(found)

    @cached_property
    def patterns(self) -> Patterns:
        """What of its own, and over its account, tells things apart."""
        held: list[Papers] = []
        for supposed in self._ways:
            levels = self._estate.guardrails.levels(self.alone.account, "rcp") or ()
            if through := self._estate.endpoints.policies:
                levels = (*levels, Level(target="endpoints", policies=through))
            held += (
                self.papers(supposed),
                Papers.over(levels, self.alone.constants(supposed)),
            )
        return Patterns(held)

    def _asks_for_tags(self, estate: Estate, thing: str) -> bool:
        """Something of its own, about a thing, or over the account of either asks for tags of what
        is asked for.
        """
        if self._own_ask_for_tags:
            return True
        levels = estate.guardrails.levels(estate.ownership.of(thing).account, "rcp") or ()
        own = (estate.resource_policy(thing, way) for way in (False, True))
        held = (*own, *(policy for level in levels for policy in level.policies))
        return any(map(self._tells_by_tags, held))

    def _tells_by_tags(self, policy: Attached | None) -> bool:
        document = policy.document if policy else None
        if document is None:
            return False
        known = self._by_tags.get(id(document))
        if known is None:
            keys = (key for raw in raw_statements(document) for key in raw.keys)
            known = self._by_tags[id(document)] = (document, any(map(is_resource_tag, keys)))
        return known[1]

    @cached_property
    def _own_ask_for_tags(self) -> bool:
        return any(map(is_resource_tag, self.patterns.keys))

    def open_to(self, things: Openings) -> Mapping[int, Mask]:
        """Return by place the actions that what is written of things elsewhere might allow."""
        ways = [self.fits(way) for way in self._ways if not way.own]
        return things.to(
            self.alone.view(home=False).like,
            ways[0].constants,
            lambda raw: any(way.may_allow(raw, self._said) for way in ways),
        )

    def granted(self) -> Mask:
        """Return the actions that its identity policies could allow on something."""
        if self.alone.type is Caller.ROOT:
            return masks.every()
        return masks.joined(self.papers(way).granted for way in self._ways)

    @cached_property
    def _ways(self) -> Sequence[Supposed]:
        """What the court supposes of these requests."""
        tags = tuple(sorted((k, v) for k, v in self._said.items() if k.startswith(_TAG)))
        plain = Supposed(complete=self._complete, tags=tags)
        return [
            structs.replace(plain, own=own, replaced=replaced)
            for own in (False, True)
            for replaced in ((False, True) if self.alone.retagged else (False,))
        ]

    @cached_property
    def _said(self) -> Mapping[str, Values]:
        return {
            key.lower(): (value,) if isinstance(value, str) else tuple(value)
            for key, value in self._chosen.items()
        }

    def papers(self, supposed: Supposed) -> Papers:
        """Return what the caller holds itself."""
        found = self._papers.get(supposed)
        if found is None:
            form, place = self.alone.form(supposed, self._estate)
            known = self._shared.get(id(form))
            if known is None:
                known = self._shared[id(form)] = (form, Papers.of(form, place))
            found = self._papers[supposed] = known[1]
        return found

    def fits(self, supposed: Supposed) -> Fits:
        """Return what tells whether statements of others fit the caller."""
        found = self._fits.get(supposed)
        if found is None:
            found = self._fits[supposed] = Fits(self.alone, supposed, self._depends)
        return found


_TAG = "aws:principaltag/"
_PLAIN = "s3:GetObject"
"""An action by which it is asked what is written about a thing, and what requests for it hold."""


class _Requests:
    """A crowd of requests of one caller."""

    def __init__(self, reach: Reach, full: Mask) -> None:
        self._reach, self.full = reach, full
        self.said: list[Said] = []
        alone = reach.alone
        self.service_linked = full if alone.service_linked else 0
        self.retagged = full if alone.retagged else 0
        self.asking_for_tags = full if alone.asking_for_tags else 0

    def of_types(self, types: Iterable[Caller]) -> int:
        """Return all of them where the caller is of some types."""
        return self.full if self._reach.alone.of_types(types) else 0

    def of_account(self, account: str) -> int:
        """Return all of them where the caller is of an account."""
        return self.full if self._reach.alone.of_account(account) else 0

    def audience(self, asked: Asked, home: int) -> Audience:
        """Return them as they all look the same."""
        del asked
        return Audience(((self._reach.alone.view(home=home != 0), self.full),))

    def own(self, asked: Asked, audience: Audience, supposed: Supposed) -> Own:
        """Return what the caller's own policies say."""
        papers = self._reach.papers(supposed)
        found = papers.judge(asked, asked.context(audience.views[0][0]), self.full)
        self.said += found.said
        return found.own

    def readings(self, supposed: Supposed) -> ReadOnce:
        """Return what reads the policies of others."""
        return ReadOnce(self._reach.fits(supposed), self.full, self.said)
