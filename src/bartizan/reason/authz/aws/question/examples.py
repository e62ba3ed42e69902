# SPDX-License-Identifier: Apache-2.0
"""An example of each type of thing, in any account: what a snapshot does not hold may be there.

They are the same for every account but for its number, so all but their names is made once.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import is_read
from bartizan.reason.authz.aws.estate.ownership import carriers
from bartizan.reason.authz.aws.estate.pattern import instance
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.question.lots import Lot, Run

REGION = "us-east-1"
"""Where things lie in an account of which nothing says it."""

_SEGMENTS, _SOMEBODY = 6, "111122223333"
_NEEDS_ITS_OWN_POLICY = "arn:*:kms:*:*:key/*"
_ACCOUNT = "\0"


class Example(NamedTuple):
    """An example of types of things, but for the account that it is of."""

    start: str
    end: str
    """What stands before and behind the account in its ARN."""
    of_types: Mask
    """The actions that act on its types."""
    acting: Mask
    """Those of them that act on it and that anybody could be let do."""

    def of(self, account: str) -> str:
        """Return its ARN in an account."""
        return f"{self.start}{account}{self.end}"


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

    held: Sequence[Examples]
    text: str
    """Their ARNs, one to a line, with a mark where the account stands."""
    rest: str
    """What else could carry their policies, in the same way."""
    services: frozenset[str]

    def written(self, account: str) -> Sequence[str]:
        """Return their ARNs in one account."""
        return self.text.replace(_ACCOUNT, account).split("\n")

    def bases(self, account: str) -> Sequence[str]:
        """Return what else could carry their policies there."""
        return self.rest.replace(_ACCOUNT, account).split("\n") if self.rest else ()


class Which(NamedTuple):
    """Which examples are asked for."""

    partition: str
    regions: tuple[str, ...]
    granted: Mask
    """Those of types on which some of these actions act."""
    read: bool
    """Not those whose policies are not read even where everything is."""


@lru_cache(1 << 6)
def template(which: Which) -> Template:
    """Return the examples that are asked for; many callers are granted the same."""
    granted = which.granted
    every = examples(which.partition, which.regions)
    held = [one.among(granted) for one in every if one.of_types & granted]
    if which.read:
        held = [kept for kept in map(_read, held) if kept.held]
    names = [each.of(_ACCOUNT) for one in held for each in one.held]
    rest = dict.fromkeys(chain.from_iterable(carriers(name)[1:] for name in names))
    services = frozenset(one.service for one in held)
    return Template(held, "\n".join(names), "\n".join(rest), services)


def _read(examples: Examples) -> Examples:
    held = [one for one in examples.held if is_read(one.of(_ACCOUNT))]
    if len(held) == len(examples.held):
        return examples
    return summed(examples.service, examples.region, held)


class Part(NamedTuple):
    """Examples that come together."""

    region: str
    service: str
    """Empty for several."""
    places: Sequence[int]
    """Where their names stand in the template."""
    asked: Sequence[Mask]
    acting: Mask
    requests: int
    runs: Sequence[Run]

    def lot(self, names: Sequence[str], account: str) -> Lot:
        """Return them in an account in which the template has these names."""
        if self.runs:
            things: Sequence[str] = itemgetter(*self.places)(names)
        else:
            things = names[self.places[0] : self.places[-1] + 1]
        return Lot(
            self.service,
            things,
            self.asked,
            acting=self.acting,
            requests=self.requests,
            account=account,
            runs=self.runs,
        )


@lru_cache(1 << 6)
def parted(which: Which, apart: frozenset[str]) -> Sequence[Part]:
    """Part the examples of a template by region, those of each service in `apart` by themselves;
    in the order of their first ones.
    """
    together: dict[object, list[tuple[int, Examples]]] = defaultdict(list)
    begin = 0
    for one in template(which).held:
        alone = (one.service, one.region) if one.service in apart else one.region
        together[alone].append((begin, one))
        begin += len(one.held)
    return [_part(some) for some in together.values()]


def _part(some: Sequence[tuple[int, Examples]]) -> Part:
    places = [place for begin, one in some for place in range(begin, begin + len(one.held))]
    every = [one for _, one in some]
    several = len(every) > 1
    return Part(
        every[0].region,
        "" if several else every[0].service,
        places,
        tuple(chain.from_iterable(one.asked for one in every)),
        masks.joined(one.acting for one in every),
        sum(one.requests for one in every),
        tuple(_runs(every)) if several else (),
    )


def _runs(every: Sequence[Examples]) -> Iterator[Run]:
    begin = 0
    for one in every:
        end = begin + len(one.held)
        yield Run(one.service, begin, end, one.acting, one.requests)
        begin = end


@cache
def _acting(service: str, region: str, end: str) -> Mask:
    """Return the actions that act on an example."""
    where = REGION if region == "*" else region
    acting = masks.acting_on(f"arn:aws:{service}:{where}:{_SOMEBODY}{end}")
    if service == "iam" and end.startswith(":role/"):
        # Nobody is let into a role of which nobody knows whom it trusts.
        acting &= ~masks.matching("sts:*")
    return acting
