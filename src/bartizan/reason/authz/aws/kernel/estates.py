# SPDX-License-Identifier: Apache-2.0
"""The estate behind a compiled one: whole, or in the parts that are asked for."""

from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import Protocol

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.reason.authz.aws.estate.elsewhere import Elsewhere
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.parts import Parts

PARTS = 1 << 9
"""Accounts of which a part of a large estate is kept."""


class Estates(Protocol):
    """An estate, of which parts can be had that tell what the whole one tells."""

    @property
    def facts(self) -> Facts:
        """All that is written in it."""
        ...

    def elsewhere(self) -> Elsewhere:
        """Return what finds things whose policies may name callers of other accounts."""
        ...

    def of(self, name: str) -> Estate:
        """Return one that tells about an account, or a thing without one."""
        ...

    def around(self, names: Iterable[str], things: Iterable[str]) -> Estate:
        """Return one that tells about all requests of some callers on what is their accounts',
        and on things elsewhere.
        """
        ...

    def apart(self, things: Iterable[str], account: str) -> Iterator[str]:
        """Yield things that `around` callers of an account does not tell about by itself."""
        ...


class Whole:
    """An estate that is not worth cutting."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate

    @property
    def facts(self) -> Facts:
        """Return its facts."""
        return self._estate.facts

    def elsewhere(self) -> Elsewhere:
        """Index the estate, when it is first asked for."""
        return self._elsewhere

    @cached_property
    def _elsewhere(self) -> Elsewhere:
        return Elsewhere.of(self._estate)

    def of(self, name: str) -> Estate:
        """Return all of it."""
        del name
        return self._estate

    def around(self, names: Iterable[str], things: Iterable[str]) -> Estate:
        """Return all of it."""
        del names, things
        return self._estate

    def apart(self, things: Iterable[str], account: str) -> Iterator[str]:
        """Yield nothing, as it tells about all."""
        del things, account
        return iter(())


class Cut:
    """A large estate, of which parts are read as they are asked for."""

    def __init__(self, parts: Parts, elsewhere: Elsewhere, at: str) -> None:
        self._parts, self._elsewhere, self._at = parts, elsewhere, at
        self.of = lru_cache(PARTS)(self._of)

    @property
    def facts(self) -> Facts:
        """Return the facts of which parts are read."""
        return self._parts.facts

    def elsewhere(self) -> Elsewhere:
        """Return the index that was kept."""
        return self._elsewhere

    def _of(self, name: str) -> Estate:
        """Return the part of an account, or of a thing without one."""
        parts = self._parts
        held = parts.part((), accounts=(name,)) if name.isdigit() else parts.part((name,))
        return Estate(held, at=self._at)

    def around(self, names: Iterable[str], things: Iterable[str]) -> Estate:
        """Return the part of the accounts of some callers, with things elsewhere."""
        return Estate(self._parts.part(names, things=things), at=self._at)

    def apart(self, things: Iterable[str], account: str) -> Iterator[str]:
        """Yield things of other accounts, and those whose ARN does not say whose they are."""
        for thing in things:
            owner = account_of(thing)
            if owner != account if owner else self._parts.lies_somewhere(thing):
                yield thing
