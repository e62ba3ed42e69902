# SPDX-License-Identifier: Apache-2.0
"""What one caller could have rights on: things of its own account, things elsewhere whose policy
may name it, and examples of what the snapshot does not hold.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.elsewhere import Elsewhere
from bartizan.reason.authz.aws.estate.estate import CARRIERS, Estate
from bartizan.reason.authz.aws.estate.pattern import FRESH, instance
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.policy.document import Effect, Statement
from bartizan.reason.authz.aws.question.expand import THINGS
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
    for place, arn in enumerate(elsewhere.open):
        if len(open_) == room:
            break
        if arn not in known and account_of(arn) not in mine:
            open_.append((place, arn))
    skipped = elsewhere.skipped(who.account, known)
    left_out = len(named) + len(elsewhere.open) - skipped - len(kept) - len(open_)
    return Others(kept, tuple(open_), left_out)


@dataclass(frozen=True, slots=True)
class _Example:
    """An example of a type of thing, but for partition, region and account."""

    partition: str
    service: str
    region: str
    rest: str
    acting: Mask
    """The actions that act on it."""

    def text(self, partition: str, region: str, account: str) -> str:
        """Return its ARN."""
        here = region if self.region == "*" else self.region
        ours = partition if self.partition == "*" else self.partition
        return f"arn:{ours}:{self.service}:{here}:{account}:{self.rest}"


@cache
def _types() -> Mapping[str, Sequence[tuple[Mask, _Example]]]:
    """Return by service an example of each type of thing, with the actions that act on the type;
    not of those whose ARN does not say whose they are, or that have no rights without a policy of
    their own.
    """
    found: dict[str, list[tuple[Mask, _Example]]] = defaultdict(list)
    for kind in masks.types():
        parts = kind.arn.split(":", _SEGMENTS - 1)
        if kind.arn == _NEEDS_ITS_OWN_POLICY or len(parts) < _SEGMENTS or parts[4] != "*":
            continue
        service, rest = instance(parts[2]), instance(parts[5])
        acting = masks.acting_on(
            f"arn:aws:{service}:{_REGION if parts[3] == '*' else parts[3]}:{_SOMEBODY}:{rest}"
        )
        example = _Example(parts[1], service, parts[3], rest, acting)
        found[service].append((masks.of_type(kind), example))
    return found


class Things:
    """What one caller is asked about, on an estate that holds it and what is elsewhere."""

    def __init__(self, estate: Estate, who: RequestPrincipal, others: Iterable[str]) -> None:
        self._estate, self._who, self._others = estate, who, frozenset(others)

    @cached_property
    def held(self) -> tuple[str, ...]:
        """Things of the estate, sorted, each bucket with an object."""
        own = set(self._others)
        for table in THINGS:
            columns = self._estate.facts.table(table)
            pairs = zip(columns["arn"].to_pylist(), columns["account"].to_pylist(), strict=True)
            own.update(str(arn) for arn, owner in pairs if owner in {self._who.account, ""})
        return tuple(sorted(with_objects(own)))

    def examples(self, statements: Iterable[Statement]) -> tuple[str, ...]:
        """Return a thing for each resource that the caller's statements allow it by name or
        pattern, where that is none of those held.
        """
        known = frozenset(self.held)
        found = set()
        for statement in statements:
            if statement.effect is Effect.ALLOW:
                found |= {self._example(text) for text in statement.resource or ()}
        return tuple(sorted(found - known - {""}))

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

    def typed(
        self, granted: Mask, regions: Iterable[str]
    ) -> Iterator[tuple[str, Sequence[tuple[str, str, Mask]]]]:
        """Yield by service an example of each type of thing that some of `granted` act on, in the
        caller's account, in the usual region and in `regions`: its ARN, region, and the actions
        that act on it; but for those whose policies nobody reads, of which nothing could be said.
        """
        if self._who.account:
            where = tuple(dict.fromkeys((self._region, *regions)))
            seen = set(self.held)
            for service, types in _types().items():
                examples = [one for of_type, one in types if of_type & granted]
                if found := list(self._placed(service, examples, where, seen)):
                    yield service, found

    def _placed(
        self, service: str, examples: Iterable[_Example], where: Sequence[str], seen: set[str]
    ) -> Iterator[tuple[str, str, Mask]]:
        account, partition = self._who.account, self._partition
        carries, held = service in CARRIERS, self._estate.documents.carries
        for one in examples:
            for region in where if one.region == "*" else ("",):
                text = one.text(partition, region, account)
                if text not in seen and not ((carries or held(text)) and self._is_hidden(text)):
                    seen.add(text)
                    yield text, region or one.region, one.acting

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


def with_objects(things: Iterable[str]) -> Iterator[str]:
    """Yield things, and an object in each that is a bucket."""
    for arn in things:
        yield arn
        if _is_bucket(arn):
            yield f"{arn}/{FRESH}"


def _is_bucket(arn: str) -> bool:
    return arn.split(":", 3)[2:3] == ["s3"] and "/" not in arn and arn.startswith("arn:")
