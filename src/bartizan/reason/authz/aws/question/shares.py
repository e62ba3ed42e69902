# SPDX-License-Identifier: Apache-2.0
"""Parts what is not denied by the statements that speak, before anything is explained.

Requests of which the same statements speak, to the same effect, have one explanation. Statements
of others are compared with the names of caller and thing left open, as templates stamp them.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence

from msgspec import Struct

from bartizan.model.arn import account_of
from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import Estate, is_trust
from bartizan.reason.authz.aws.kernel.logic import MAYBE, YES
from bartizan.reason.authz.aws.kernel.papers import Said
from bartizan.reason.authz.aws.kernel.requests import Heard
from bartizan.reason.authz.aws.kernel.statement import Raw, raws
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.policy.document import ConditionTest
from bartizan.reason.authz.aws.question.crops import Crop
from bartizan.reason.authz.aws.question.engine import ALLOWED, UNKNOWN
from bartizan.reason.authz.aws.question.fold import open_names, opened
from bartizan.reason.authz.aws.request import Attached


class Share(Struct):
    """Requests of which the same statements speak."""

    code: int
    """What the kernel says of them: ALLOWED or UNKNOWN."""
    parts: list[tuple[Crop, Mask]]
    asks: Hashable = None
    """What the statements ask of requests, and how far these tell it, where that is known: a
    witness of others of which the same is asked may do for these.
    """

    def first(self) -> tuple[str, str, Estate]:
        """Return the first action, the first thing that it is asked for on, and its estate."""
        action = min((mask & -mask) for _, mask in self.parts)
        held = (
            (thing, crop.estate)
            for crop, mask in self.parts
            if mask & action
            for thing in crop.asked(action)
        )
        thing, estate = min(held, key=lambda pair: pair[0])
        return masks.first(action), thing, estate


class Shares:
    """Gathers what the kernel found into shares."""

    def __init__(self, caller: str) -> None:
        self._caller = caller
        self._found: dict[Hashable, Share] = {}

    def __iter__(self) -> Iterator[Share]:
        """Yield the shares in the order in which they were found."""
        yield from self._found.values()

    def add(self, crop: Crop, heard: Heard, *, where: str) -> None:
        """Add what was found for a crop, which is `where` the caller is, or elsewhere."""
        written = _Written(self._caller, heard.resource, crop.estate)
        for code, mask in ((ALLOWED, heard.allowed), (UNKNOWN, heard.unknown)):
            if not mask:
                continue
            said = [one for one in heard.said if one.mask & mask]
            if code == ALLOWED:
                said = [one for one in said if written.is_granting(one)]
            for part, speaking in _apart(mask, said):
                ruled = (where, code, _ruled(part))
                texts = written.whole(part) if code == UNKNOWN else ()
                key = (ruled, written.granted, texts, frozenset(map(written.key, speaking)))
                share = self._found.get(key)
                if share is None:
                    asks = written.asks(part, speaking) if code == UNKNOWN else None
                    share = self._found[key] = Share(code, [], asks)
                share.parts.append((crop, part))


def _ruled(actions: Mask) -> str:
    """Name the service whose actions rules of their own are about."""
    service = masks.first(actions).partition(":")[0]
    return service if service in {"sts", "kms"} else ""


def _apart(mask: Mask, said: Sequence[Said]) -> Iterator[tuple[Mask, Sequence[Said]]]:
    """Yield the parts of some actions, each with the statements that speak of all of it."""
    alike: dict[Mask, list[Said]] = defaultdict(list)
    for one in said:
        alike[one.mask & mask].append(one)
    parts: list[tuple[Mask, list[Said]]] = [(mask, [])]
    for covered, speaking in alike.items():
        parts = [
            half
            for part, before in parts
            for half in ((part & covered, [*before, *speaking]), (part & ~covered, before))
            if half[0]
        ]
    yield from parts


class _Written:
    """What is written about one thing, with names left open."""

    def __init__(self, caller: str, thing: str, estate: Estate) -> None:
        self._caller, self._thing, self._estate = caller, thing, estate
        self._granting: frozenset[int] | None = None
        self._names: Sequence[tuple[str, str]] | None = None

    def is_granting(self, one: Said) -> bool:
        """A statement of identity policies, or of what is written about the thing, allows."""
        if not one.grants or not isinstance(one.key, Raw):
            return one.grants
        if self._granting is None:
            written = raws(self._policies())
            self._granting = frozenset(map(id, written))
        return id(one.key) in self._granting

    def key(self, one: Said) -> Hashable:
        """Return what a statement has in common with others that say the same."""
        if not isinstance(one.key, Raw):
            return one.key, one.code, one.tests
        statement = one.key.statement
        text = self._open(statement.text)
        return statement.sid or statement.position, text, one.code, one.tests

    def asks(self, actions: Mask, speaking: Iterable[Said]) -> Hashable:
        """Return what requests are asked of which that is not known, and what else allows where
        something may: whatever allows one request allows another of which the same is asked.
        """
        held = list(speaking)
        open_ = frozenset((one.asks, one.tests) for one in held if one.code == MAYBE)
        kinds = {asks.kind for asks, _ in open_ if asks.allow}
        sure = (one.asks for one in held if one.code == YES and one.asks.allow)
        keys = {test.key.lower() for asks, _ in open_ for test in asks.tests}
        place = self._estate.ownership.of(self._thing)
        return (
            (_ruled(actions), place.account, self.granted),
            open_,
            frozenset(one for one in sure if one.kind in kinds),
            frozenset(self._values(keys, is_trust(masks.first(actions)))),
        )

    def _values(self, keys: Collection[str], trust: bool) -> Iterator[ConditionTest]:  # noqa: FBT001 - as the estate takes it
        """Yield what the thing's own policy compares some keys with, which is tried as well."""
        held = self._estate.resource_policy(self._thing, trust)
        for raw in raws((held,)):
            yield from (test for test in raw.statement.conditions if test.key.lower() in keys)

    def whole(self, actions: Mask) -> Hashable:
        """Return all that is written about the thing, as far as it has a say in some actions."""
        trust = is_trust(masks.first(actions))
        held = self._estate.resource_policy(self._thing, trust)
        text = ""
        if held is not None:
            row = self._estate.documents.policies.get(held.id)
            text = held.missing if held.document is None or row is None else row.document or ""
        return held is None, self._open(text), tuple(map(self._open, self._missing()))

    def _missing(self) -> Iterator[str]:
        """Yield what could not be read beside the policy of the thing."""
        place = self._estate.ownership.of(self._thing)
        yield from self._estate.unread_grants(self._thing)
        yield from self._estate.unlisted(place)
        block = self._estate.public_access(place)
        if block is not None and account_of(self._caller) != place.account:
            yield from block.missing
        for level in self._estate.guardrails.levels(place.account, "rcp") or ():
            yield from (policy.missing for policy in level.policies if policy.document is None)

    @property
    def granted(self) -> str:
        """The thing itself, where grants stand on it, of which no two are alike."""
        return self._thing if self._estate.grants(self._thing) else ""

    def _policies(self) -> Iterable[Attached]:
        for trust in (False, True):
            policy = self._estate.resource_policy(self._thing, trust)
            if policy is not None:
                yield policy

    def _open(self, text: str) -> str:
        if self._names is None:
            self._names = open_names(self._caller, self._thing)
        return opened(text, self._names)
