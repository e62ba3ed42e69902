# SPDX-License-Identifier: Apache-2.0
"""What one caller could have rights on: things of its own account, things elsewhere whose policy
may name it, and examples of what the snapshot does not hold.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import compress
from typing import NamedTuple

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.elsewhere import Elsewhere
from bartizan.reason.authz.aws.estate.estate import CARRIERS, Estate
from bartizan.reason.authz.aws.estate.pattern import FRESH, instance
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.policy.document import Effect, Statement
from bartizan.reason.authz.aws.question.expand import THINGS
from bartizan.reason.authz.aws.question.lots import Lot
from bartizan.reason.authz.aws.request import Caller, RequestPrincipal

MOST = 1_000
"""Things elsewhere that one question is about."""

_SEGMENTS = 6
_REGION, _SOMEBODY = "us-east-1", "111122223333"
_NEEDS_ITS_OWN_POLICY = "arn:*:kms:*:*:key/*"


@dataclass(frozen=True, slots=True)
class Others:
    """Things of other accounts that a caller may have rights on."""

    named: tuple[str, ...]
    """Those whose policies or grants may name it or its account."""
    open: tuple[tuple[int, str], ...]
    """Others that may be open to it, with their places among all that are open to many."""
    left_out: int
    """Those beyond the bound, which are not asked about."""


def others(elsewhere: Elsewhere, who: RequestPrincipal, *, most: int = MOST) -> Others:
    """Find the things whose policies, or grants, may name a caller; first those that name it or
    its account. Things whose policies were not read may.
    """
    mine = {who.account} - {""}
    named = [arn for arn in elsewhere.named(who) if account_of(arn) not in mine]
    known = frozenset(named)
    kept = tuple(named[:most])
    room = most - len(kept)
    open_: list[tuple[int, str]] = []
    for place, (arn, owner) in enumerate(zip(elsewhere.open, elsewhere.owners, strict=True)):
        if len(open_) == room:
            break
        if arn not in known and owner not in mine:
            open_.append((place, arn))
    skipped = elsewhere.skipped(who.account, known)
    left_out = len(named) + len(elsewhere.open) - skipped - len(kept) - len(open_)
    return Others(kept, tuple(open_), left_out)


class Example(NamedTuple):
    """An example of types of things, but for the account that it is of."""

    start: str
    end: str
    """What stands before and behind the account in its ARN."""
    of_types: Mask
    """The actions that act on its types."""
    acting: Mask
    """Those of them that act on it and that anybody could be let do."""


class Examples(NamedTuple):
    """Examples of the types of one service in one region."""

    service: str
    region: str
    """`*` for what lies in none, though its type may lie in any."""
    held: Sequence[Example]
    of_types: Mask
    """What acts on any of the types."""
    asked: Sequence[Mask]
    """What acts on each of them."""
    acting: Mask
    """What acts on any of them."""
    requests: int
    """How many actions act on each, together."""

    def among(self, granted: Mask) -> "Examples":
        """Return those on whose types some of what is granted acts."""
        if self.of_types & granted == self.of_types:
            return self
        held = [one for one in self.held if one.of_types & granted]
        return self if len(held) == len(self.held) else summed(self.service, self.region, held)


class Placed(NamedTuple):
    """Examples of the types of one service in one region, in one account."""

    region: str
    lot: Lot


@lru_cache(1 << 7)
def examples(partition: str, regions: tuple[str, ...]) -> Sequence[Examples]:
    """Return by service and region an example of each type of thing; not of types whose ARN does
    not say whose they are, or that have no rights without a policy of their own.
    """
    found: dict[tuple[str, str], dict[str, Example]] = defaultdict(dict)
    for kind in masks.types():
        parts = kind.arn.split(":", _SEGMENTS - 1)
        if kind.arn == _NEEDS_ITS_OWN_POLICY or len(parts) < _SEGMENTS or parts[4] != "*":
            continue
        service, end = instance(parts[2]), f":{instance(parts[5])}"
        ours = partition if parts[1] == "*" else parts[1]
        for region in regions if parts[3] == "*" else (parts[3],):
            held = found[service, region]
            known = held.get(f"{ours}{end}")
            of_types = masks.of_type(kind) | (known.of_types if known else 0)
            acting = known.acting if known else _acting(service, parts[3], end)
            start = f"arn:{ours}:{service}:{region}:"
            held[f"{ours}{end}"] = Example(start, end, of_types, acting)
    return [summed(*place, tuple(held.values())) for place, held in found.items()]


def summed(service: str, region: str, held: Sequence[Example]) -> Examples:
    """Return examples of one service in one region, with what is true of all."""
    of_types = masks.joined(one.of_types for one in held)
    asked = tuple(one.acting for one in held)
    return Examples(
        service, region, held, of_types, asked, masks.joined(asked), masks.count(asked)
    )


class Template(NamedTuple):
    """Examples of all services in some regions on whose types some of what is granted acts."""

    text: str
    """Their ARNs, one to a line, with a mark where the account stands."""
    held: Sequence[Examples]


_ACCOUNT = "\0"


@lru_cache(1 << 5)
def template(partition: str, regions: tuple[str, ...], granted: Mask) -> Template:
    """Return the examples of types on which some of what is granted acts; many callers are granted
    the same.
    """
    every = examples(partition, regions)
    held = [one.among(granted) for one in every if one.of_types & granted]
    lines = (f"{each.start}{_ACCOUNT}{each.end}" for one in held for each in one.held)
    return Template("\n".join(lines), held)


@cache
def _acting(service: str, region: str, end: str) -> Mask:
    """Return the actions that act on an example."""
    where = _REGION if region == "*" else region
    acting = masks.acting_on(f"arn:aws:{service}:{where}:{_SOMEBODY}{end}")
    if service == "iam" and end.startswith(":role/"):
        # Nobody is let into a role of which nobody knows whom it trusts.
        acting &= ~masks.matching("sts:*")
    return acting


class Things:
    """What one caller is asked about, on an estate that holds it and what is elsewhere."""

    def __init__(
        self, estate: Estate, who: RequestPrincipal, others: Iterable[str], *, inside: str = FRESH
    ) -> None:
        """Take whose things, and elsewhere which; `inside` is what else is in every bucket."""
        self._inside = inside
        self._estate, self._who, self._others = estate, who, frozenset(others)

    @cached_property
    def held(self) -> tuple[str, ...]:
        """Things of the estate, sorted, each bucket with what is in it."""
        own = set(self._others)
        for table in THINGS:
            columns = self._estate.facts.table(table)
            pairs = zip(columns["arn"].to_pylist(), columns["account"].to_pylist(), strict=True)
            own.update(str(arn) for arn, owner in pairs if owner in {self._who.account, ""})
        return tuple(sorted(set(with_objects(own, self._inside))))

    @cached_property
    def _seen(self) -> frozenset[str]:
        return frozenset(self.held)

    def examples(self, statements: Iterable[Statement]) -> tuple[str, ...]:
        """Return a thing for each resource that the caller's statements allow it by name or
        pattern, where that is none of those held.
        """
        found = set()
        for statement in statements:
            if statement.effect is Effect.ALLOW:
                found |= {self._example(text) for text in statement.resource or ()}
        return tuple(sorted(found - self._seen - {""}))

    def _example(self, pattern: str) -> str:
        parts = self._filled(pattern).split(":", _SEGMENTS - 1)
        if len(parts) < _SEGMENTS:
            return ""
        own = ("", self._partition, "", self._region, self._who.account or FRESH)
        for place in (1, 3, 4):
            if parts[place] == "*":
                parts[place] = own[place]
        text = ":".join(parts)
        return "" if "${" in text else instance(text)

    def _filled(self, pattern: str) -> str:
        """Put the caller's own name and account in the place of their variables."""
        who = self._who
        name = who.arn.rsplit("/", 1)[-1] if who.type is Caller.USER else ""
        values = (("aws:username", name), ("aws:PrincipalAccount", who.account))
        for key, value in values:
            if value:
                pattern = pattern.replace(f"${{{key}}}", value)
        return pattern

    def typed(self, granted: Mask, regions: Iterable[str]) -> Iterator[Placed]:
        """Yield an example of each type of thing that some of `granted` act on, in the caller's
        account, in the usual region and in `regions`; but for those whose policies nobody reads,
        of which nothing could be said.
        """
        account = self._who.account
        if not account:
            return
        where = tuple(dict.fromkeys((self._region, *regions)))
        text, held = template(self._partition, where, granted)
        names, begin = text.replace(_ACCOUNT, account).split("\n"), 0
        written = (self._seen | self._estate.documents.carriers).intersection(names)
        for one in held:
            end = begin + len(one.held)
            things, begin = names[begin:end], end
            plain = one.service not in CARRIERS and written.isdisjoint(things)
            lot = self._lot(one, things) if plain else self._unseen(one, things)
            if lot.things:
                yield Placed(one.region, lot)

    def _unseen(self, one: Examples, things: Sequence[str]) -> Lot:
        """Return those of some examples that are not held, nor have a policy that was not read."""
        kept = [name not in self._seen and not self._is_hidden(name) for name in things]
        if not all(kept):
            things = list(compress(things, kept))
            one = summed(one.service, one.region, list(compress(one.held, kept)))
        return self._lot(one, things)

    def _lot(self, one: Examples, things: Sequence[str]) -> Lot:
        return Lot(
            one.service,
            things,
            one.asked,
            acting=one.acting,
            requests=one.requests,
            account=self._who.account,
        )

    def _is_hidden(self, thing: str) -> bool:
        policy = self._estate.resource_policy(thing, False)  # noqa: FBT003 - cached by position
        return policy is not None and policy.document is None

    @cached_property
    def _region(self) -> str:
        """Where most of what is held lies."""
        regions = Counter(text.split(":", 4)[3] for text in self.held if text.count(":") > 3)  # noqa: PLR2004 - the region of an ARN
        regions.pop("", None)
        return min(regions, key=lambda name: (-regions[name], name)) if regions else _REGION

    @property
    def _partition(self) -> str:
        return self._who.arn.split(":", 2)[1] if self._who.arn.startswith("arn:") else "aws"


def with_objects(things: Iterable[str], inside: str = FRESH) -> Iterator[str]:
    """Yield things, and in each that is a bucket an object, and one that is called `inside`."""
    for arn in things:
        yield from within(arn, inside)


@lru_cache(1 << 14)
def within(arn: str, inside: str) -> tuple[str, ...]:
    """Return a thing, and where it is a bucket what is in it, as `with_objects` has it."""
    names = dict.fromkeys((FRESH, inside)) if _is_bucket(arn) else ()
    return (arn, *(f"{arn}/{name}" for name in names))


def _is_bucket(arn: str) -> bool:
    return arn.split(":", 3)[2:3] == ["s3"] and "/" not in arn and arn.startswith("arn:")
