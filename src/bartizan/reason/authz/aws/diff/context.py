# SPDX-License-Identifier: Apache-2.0
"""Finds what a condition key must hold so that some tests pass and others fail, or proves that
nothing does. That the key is absent is one of the answers.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.diff.condition import Test, Values
from bartizan.reason.authz.aws.diff.effort import Effort
from bartizan.reason.authz.aws.diff.glob import Pattern, globbed
from bartizan.reason.authz.aws.diff.sample import family, samples
from bartizan.reason.authz.aws.diff.text import OneOf, find
from bartizan.reason.authz.aws.policy.operator import Kind, Quantifier

Wanted: TypeAlias = tuple[Test, bool]
"""A test and whether it shall pass."""
ALWAYS_THERE = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:principalarn",
        "aws:principalaccount",
        "aws:principaltype",
        "aws:requestedregion",
        "aws:resourceaccount",
        "aws:securetransport",
        "aws:sourceip",
        "aws:useragent",
        "aws:userid",
        "aws:viaawsservice",
    }
)
"""Keys that nearly every request has: an answer in which they are absent is the last resort."""


class Held(Struct, frozen=True):
    """What a request holds for a key."""

    values: Values
    many: bool = False
    """The key takes many values."""


_SOMETHING = globbed("?*")


class UndecidedError(Exception):
    """Whether any value does is beyond what is modelled."""


class Keys:
    """Answers for one comparison, and remembers what it answered."""

    def __init__(self, effort: Effort, bases: Mapping[str, OneOf]) -> None:
        self._effort = effort
        self._bases = bases
        self._known: dict[tuple[str, frozenset[Wanted], bool], Held | None] = {}

    def value(self, key: str, wanted: frozenset[Wanted], *, loose: bool) -> Held | None:
        """Return what `key` may hold; None where nothing does. With `loose`, tests that
        the values of the key alone do not decide are as one wants them.
        """
        asked = (key, wanted, loose)
        if asked not in self._known:
            self._known[asked] = self._find(key, wanted, loose=loose)
        return self._known[asked]

    def _find(self, key: str, wanted: frozenset[Wanted], *, loose: bool) -> Held | None:
        if any((test, not want) in wanted for test, want in wanted):
            return None
        tests = [(t, w) for t, w in wanted if t.exact or not loose]
        tests.sort(key=lambda one: (one[0].name, one[0].values, one[1]))
        absent = all(test.holds(None, many=False) is want for test, want in tests)
        if absent and key not in ALWAYS_THERE:
            return Held(None)
        for many in _manners(key):
            present = self._many if many else self._single
            found = present(key, tests, loose=loose)
            if found is not None:
                return found
        return Held(None) if absent else None

    def _single(self, key: str, tests: Sequence[Wanted], *, loose: bool) -> Held | None:
        """Return the one value of a key that is there."""
        valued = []
        for test, want in tests:
            if test.operator.kind is not Kind.NULL:
                valued.append((test, want))
            elif test.holds(("x",), many=False) is not want:
                return None
        found = self._element(key, valued, loose=loose)
        if found is not None:
            return Held((found,))
        empty = all(
            not test.vague and test.holds(("",), many=False) is want for test, want in tests
        )
        return Held(("",)) if empty else None

    def _many(self, key: str, tests: Sequence[Wanted], *, loose: bool) -> Held | None:
        """Return values of a key that is there: for each test that asks for some value one that
        does, and all of them such that every one does what every one must.
        """
        every: list[Wanted] = []
        some: list[Wanted] = []
        for test, want in tests:
            taken = test.operator
            if taken.quantifier is None:
                if test.holds(("x",), many=True) is not want:
                    return None
            elif want is (taken.quantifier is Quantifier.ALL):
                every.append((test, want))
            else:
                some.append((test, want))
        found = []
        for one in some:
            value = self._element(key, [*every, one], loose=loose)
            if value is None:
                return None
            found.append(value)
        if not some:
            value = self._element(key, every, loose=loose)
            # A single empty value counts as no value, of which everything holds.
            found.append("" if value is None else value)
        return Held(tuple(dict.fromkeys(found)), many=True)

    def _element(self, key: str, tests: Sequence[Wanted], *, loose: bool) -> str | None:
        """Return one value that is not empty; None where none does."""
        listed = [(test, want is not test.operator.negated) for test, want in tests]
        for text in samples([test for test, _ in tests]):
            self._effort.spend(1 + len(tests))
            if self._does(key, text, listed, loose=loose):
                return text
        return self._proved(key, listed, loose=loose)

    def _does(self, key: str, text: str, listed: Sequence[Wanted], *, loose: bool) -> bool:
        if not text or not all(test.is_listed(text, want=want) for test, want in listed):
            return False
        base = () if loose else self._bases.get(key, ())
        return not base or any(pattern.matches(text) for pattern in base)

    def _proved(self, key: str, listed: Sequence[Wanted], *, loose: bool) -> str | None:
        """Prove that there is no value, or find the one that the samples missed."""
        others = [(test, want) for test, want in listed if test.texts is None]
        families = {family(test.name) for test, _ in others}
        if others and len(families) == 1 and not self._sampled(others):
            return None
        wanted: list[OneOf] = [(_SOMETHING,)]
        unwanted: list[Pattern] = []
        if not loose and key in self._bases:
            wanted.append(self._bases[key])
        for test, want in listed:
            if test.texts is None:
                continue
            if want:
                wanted.append(test.texts.widest() if loose else test.texts.certain())
            else:
                unwanted.extend(test.texts.sure if loose else test.texts.possible())
        found = find(wanted, unwanted, self._effort)
        if found is None:
            return None
        if all(test.covers(found) is want for test, want in others):
            return found
        raise UndecidedError(key)

    def _sampled(self, tests: Sequence[Wanted]) -> bool:
        """Return whether some sample passes: of one family of values they leave nothing out."""
        texts = samples([test for test, _ in tests])
        return any(all(test.covers(text) is want for test, want in tests) for text in texts)


def _manners(key: str) -> Iterator[bool]:
    """Yield whether the key takes many values; for an unknown key, both ways."""
    found = catalogue.condition_key(key)
    if found is None or not found.multivalued:
        yield False
    if found is None or found.multivalued:
        yield True
