# SPDX-License-Identifier: Apache-2.0
"""What one caller could have rights on: things of its own account, things elsewhere whose policy
may name it, and examples of what the snapshot does not hold.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import compress
from typing import NamedTuple

from msgspec import Struct

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws.estate.elsewhere import Elsewhere
from bartizan.reason.authz.aws.estate.estate import CARRIERS, Estate
from bartizan.reason.authz.aws.estate.pattern import FRESH, instance
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.policy.document import Effect, Statement
from bartizan.reason.authz.aws.question.examples import REGION, Template, Which, parted, template
from bartizan.reason.authz.aws.question.expand import THINGS
from bartizan.reason.authz.aws.question.lots import Lot
from bartizan.reason.authz.aws.request import Caller, RequestPrincipal

MOST = 1_000
"""Things elsewhere that one question is about."""

_SEGMENTS = 6


class Others(Struct, frozen=True):
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


class Placed(NamedTuple):
    """Examples that lie in one region, in one account."""

    region: str
    """`*` for what lies in none, though its type may lie in any."""
    lot: Lot


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

    def typed(
        self, granted: Mask, regions: Iterable[str], apart: Collection[str]
    ) -> Iterator[Placed]:
        """Yield examples of the types of things that some of `granted` act on, in the caller's
        account, in the usual region and in `regions`; but for those whose policies nobody reads,
        of which nothing could be said. Those of the services in `apart` come by themselves.
        """
        account = self._who.account
        if not account:
            return
        where = tuple(dict.fromkeys((self._region, *regions)))
        which = Which(self._partition, where, granted, read=True)
        if not self._is_read(account, template(which)):
            which, apart = which._replace(read=False), {*apart, *CARRIERS}
        found = template(which)
        names = found.written(account)
        written = self._written(names)
        alone = {*apart, *(name.split(":", 3)[2] for name in written)}
        if "" in apart:
            alone |= found.services
        for part in parted(which, frozenset(alone & found.services)):
            lot = part.lot(names, account)
            plain = which.read or part.service not in CARRIERS
            if not part.runs and not (plain and written.isdisjoint(lot.things)):
                lot = self._unseen(lot)
            if lot.things:
                yield Placed(part.region, lot)

    def _is_read(self, account: str, examples: Template) -> bool:
        """Nothing of an account was left unread, nor is it written about what examples are of."""
        estate = self._estate
        whole = account in estate.accounts and not any(estate.gaps.all_of(account))
        return whole and not any(map(estate.mentions, examples.bases(account)))

    def _written(self, names: Sequence[str]) -> frozenset[str]:
        """Return those of some things that are there, or of which something could not be read."""
        estate, every = self._estate, frozenset(names)
        there = (self._seen & every) | (estate.documents.carriers & every)
        return there | estate.ownership.among(every) | estate.gaps.among(every)

    def _unseen(self, lot: Lot) -> Lot:
        """Return those of some examples that are not held, nor have a policy that was not read."""
        kept = [name not in self._seen and not self._is_hidden(name) for name in lot.things]
        if all(kept):
            return lot
        return Lot.of_all(
            lot.service,
            list(compress(lot.things, kept)),
            list(compress(lot.asked, kept)),
            account=lot.account,
        )

    def _is_hidden(self, thing: str) -> bool:
        policy = self._estate.resource_policy(thing, False)  # noqa: FBT003 - cached by position
        return policy is not None and policy.document is None

    @cached_property
    def _region(self) -> str:
        """Where most of what is held lies."""
        regions = Counter(text.split(":", 4)[3] for text in self.held if text.count(":") > 3)  # noqa: PLR2004 - the region of an ARN
        regions.pop("", None)
        return min(regions, key=lambda name: (-regions[name], name)) if regions else REGION

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
