# SPDX-License-Identifier: Apache-2.0
"""What is written about things that are open to many, found by whom it could allow something.

Callers of all accounts are asked about the same things, and most statements on them name somebody
else. A statement is found by what it asks of a caller: a name, or what a key has to hold that no
request can choose. What is found is then asked of the caller itself.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

from msgspec import Struct, field

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.spoken import carried, is_dark
from bartizan.reason.authz.aws.kernel.callers import own_names
from bartizan.reason.authz.aws.kernel.compile import Constants, many
from bartizan.reason.authz.aws.kernel.index import whole_texts
from bartizan.reason.authz.aws.kernel.statement import Raw, raws
from bartizan.reason.authz.aws.kernel.values import State
from bartizan.reason.authz.aws.masks import Mask
from bartizan.reason.authz.aws.policy.document import Effect, Principals
from bartizan.reason.authz.aws.policy.operator import operator
from bartizan.reason.authz.aws.request import UNIQUE_IDS, Caller, RequestPrincipal

_TELLING = ("aws:principalarn", "kms:calleraccount", "aws:principalaccount", "aws:principalorgid")
"""Keys that callers settle, those first that tell most of them apart."""
_UNRESOLVED = tuple(dict.fromkeys(UNIQUE_IDS.values()))
"""How unique ids begin, which may be those of whoever has none that is known."""
_NAME, _ANYBODY = "", "*"


class _Lock(Struct):
    """Allow statements that ask the same of a caller."""

    raw: Raw
    """One of them."""
    opens: list[tuple[int, Mask]] = field(default_factory=list)
    """The places that they are about, each with the actions that they cover."""


class Openings:
    """What might allow callers something on some things of other accounts than theirs."""

    def __init__(self, estate: Estate, places: Iterable[tuple[int, str]]) -> None:
        """Take things, each with its place among all of them, and an estate that tells of them."""
        self._dark: list[int] = []
        """The places of things of which so much was not read that anything may be allowed."""
        self._granted: list[int] = []
        self._locks: dict[Hashable, _Lock] = {}
        for place, arn in places:
            self._add(estate, place, arn)
        self._always: list[_Lock] = []
        self._by: dict[tuple[str, str], list[_Lock]] = defaultdict(list)
        self._of_key: dict[str, list[_Lock]] = defaultdict(list)
        for lock in self._locks.values():
            self._file(lock)

    def _add(self, estate: Estate, place: int, arn: str) -> None:
        held = carried(estate, arn)
        if is_dark(estate, arn, held):
            self._dark.append(place)
            return
        if estate.grants(arn):
            self._granted.append(place)
        for raw in raws(held):
            if raw.statement.effect is Effect.ALLOW:
                lock = self._locks.setdefault(_asking(raw), _Lock(raw))
                lock.opens.append((place, masks.covered(raw.statement)))

    def _file(self, lock: _Lock) -> None:
        """Put a lock where it is found by whom it could open for."""
        key, texts = _found_by(lock.raw)
        if not texts:
            self._always.append(lock)
            return
        for text in dict.fromkeys(texts):
            self._by[key, text].append(lock)
        if key != _NAME:
            self._of_key[key].append(lock)

    def to(
        self, who: RequestPrincipal, constants: Constants, opens: Callable[[Raw], bool]
    ) -> Mapping[int, Mask]:
        """Return by place the actions that might be allowed to a caller, whose `constants` are
        given; `opens` says whether what a statement asks could be true of it.
        """
        found: dict[int, Mask] = dict.fromkeys(self._granted, masks.matching("kms:*"))
        for lock in self._near(who, constants):
            if opens(lock.raw):
                for place, mask in lock.opens:
                    found[place] = found.get(place, 0) | mask
        return found | dict.fromkeys(self._dark, masks.every())

    def _near(self, who: RequestPrincipal, constants: Constants) -> Iterator[_Lock]:
        """Yield the locks that could open for a caller, each once, and perhaps others."""
        found = list(self._always)
        for name in _names(who):
            found += self._by.get((_NAME, name), ())
        for key, every in self._of_key.items():
            values = constants(key)
            if isinstance(values, State):
                found += every
            else:
                for value in values:
                    found += self._by.get((key, value), ())
        yield from {id(lock): lock for lock in found}.values()


def _asking(raw: Raw) -> Hashable:
    """Return all that a statement asks of a caller."""
    return raw.statement.principal, raw.statement.not_principal, raw.tests


def _found_by(raw: Raw) -> tuple[str, tuple[str, ...]]:
    """Return a key, or that it is the name, with what it holds of whomever a statement could be
    about; nothing where that may be anybody.
    """
    principal = raw.statement.principal
    if principal is not None and not principal.any:
        return _NAME, _spelled(principal)
    for key in _TELLING:
        for test in raw.tests:
            known = operator(test.asked.operator)
            plain = test.key == key and not test.depends and not many(key)
            if not plain or known is None or known.negated:
                continue
            texts = whole_texts(test.asked)
            if texts and "ignorecase" not in test.asked.operator.lower():
                return key, tuple(texts)
    return _NAME, ()


def _spelled(principal: Principals) -> tuple[str, ...]:
    """Return the names by which an element could name somebody; none where others may do so."""
    if principal.federated or principal.canonical:
        return ()
    begun = [start for start in _UNRESOLVED if any(n.startswith(start) for n in principal.aws)]
    return (*principal.aws, *principal.service, *begun)


def _names(who: RequestPrincipal) -> Iterator[str]:
    """Yield every name under which an element could name a caller."""
    yield from own_names(who)
    if who.account:
        yield who.account
        yield f"arn:{who.arn.split(':', 2)[1] if ':' in who.arn else ''}:iam::{who.account}:root"
    if who.type is Caller.SERVICE:
        yield who.arn
        yield _ANYBODY
    if not who.unique_id:
        yield from _UNRESOLVED
