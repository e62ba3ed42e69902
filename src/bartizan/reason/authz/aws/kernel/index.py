# SPDX-License-Identifier: Apache-2.0
"""Finds the action sets, resource sets and tests that fit a request without trying them all."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from bartizan.reason.authz.aws.kernel.logic import MAYBE, NO, YES
from bartizan.reason.authz.aws.kernel.statement import (
    EVERYTHING,
    ActionSet,
    Pattern,
    ResourceSet,
    has_variables,
    matches,
    prefix,
)
from bartizan.reason.authz.aws.kernel.tables import Codes, Ints, Numbers
from bartizan.reason.authz.aws.kernel.values import (
    SURE_OF_NOTHING,
    Lookup,
    Many,
    State,
    Test,
    holds,
)
from bartizan.reason.authz.aws.policy.operator import Kind, operator
from bartizan.reason.authz.aws.policy.wildcard import Variable, glob


def is_wild(text: str) -> bool:
    """`text` has a wildcard."""
    return "*" in text or "?" in text


def covers(one: ActionSet, action: str) -> bool:
    """`one` covers `action`, which is in lower case."""
    return any(glob(pattern)(action) for pattern in one.patterns) != one.negated


class ActionIndex:
    """Action sets, found by an action."""

    def __init__(self, sets: Sequence[ActionSet]) -> None:
        self._base = np.array([one.negated for one in sets], dtype=bool)
        self._exact: dict[str, list[int]] = defaultdict(list)
        self._wild: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for number, one in enumerate(sets):
            for pattern in one.patterns:
                service = pattern.partition(":")[0]
                if not is_wild(pattern):
                    self._exact[pattern].append(number)
                else:
                    place = "" if is_wild(service) else service
                    self._wild[place][pattern].append(number)
        self.covering = lru_cache(1 << 12)(self._covering)

    def _covering(self, action: str) -> Ints:
        """Return the numbers of the sets that cover `action`, which is in lower case."""
        found = self._base.copy()
        hits = [self._exact.get(action, [])]
        for place in ("", action.partition(":")[0]):
            for pattern, numbers in self._wild.get(place, {}).items():
                if glob(pattern)(action):
                    hits.append(numbers)
        for numbers in hits:
            found[numbers] = ~self._base[numbers]
        return np.flatnonzero(found).astype(np.int32)


class ResourceIndex:
    """Resource sets, found by an ARN."""

    def __init__(self, sets: Sequence[ResourceSet]) -> None:
        self._base = np.array([_base(one) for one in sets], dtype=np.uint8)
        self._negated = np.array([one.negated for one in sets], dtype=bool)
        numbers: Numbers[Pattern] = Numbers()
        self._sets: list[list[int]] = []
        for number, one in enumerate(sets):
            for pattern in one.patterns if one != EVERYTHING else ():
                known = numbers(pattern)
                if known == len(self._sets):
                    self._sets.append([])
                self._sets[known].append(number)
        self._patterns = numbers.things()
        self._closed = _Prefixes()
        self._opened = _Prefixes()
        self._always: list[int] = []
        """Patterns of which it matters that a variable has no value, whatever is asked for."""
        for number, pattern in enumerate(self._patterns):
            if isinstance(pattern, str) or not has_variables(pattern):
                self._closed.add(pattern, number)
            elif any(sets[one].negated for one in self._sets[number]):
                self._always.append(number)
            else:
                self._opened.add(pattern, number)
        self._of_closed = lru_cache(1 << 7)(self._find_closed)

    @property
    def keys(self) -> frozenset[str]:
        """The keys, in lower case, that patterns take values from."""
        patterns = (pattern for pattern in self._patterns if not isinstance(pattern, str))
        pieces = (piece for pattern in patterns for piece in pattern)
        return frozenset(piece.key.lower() for piece in pieces if isinstance(piece, Variable))

    def codes(self, arn: str, lookup: Lookup, many: Many) -> Codes:
        """Return for each set whether it covers `arn`: NO, MAYBE or YES."""
        found = self._of_closed(arn)
        open_ = [*self._always, *self._opened.of(arn)]
        if open_:
            found = found.copy()
            for number in open_:
                code = matches(self._patterns[number], arn, lookup, many)
                self._add(found, self._sets[number], code)
        return found

    def _find_closed(self, arn: str) -> Codes:
        found = self._base.copy()
        for number in self._closed.of(arn):
            code = matches(self._patterns[number], arn, _nothing, _never)
            if code != NO:
                self._add(found, self._sets[number], code)
        return found

    def _add(self, found: Codes, sets: list[int], code: int | None) -> None:
        """Add that a pattern of `sets` covers, might cover, or (None) has no value."""
        for number in sets:
            if self._negated[number]:
                found[number] = min(int(found[number]), YES - (MAYBE if code is None else code))
            elif code is not None:
                found[number] = max(int(found[number]), code)


def _base(one: ResourceSet) -> int:
    """Return whether a set covers what none of its patterns covers."""
    if one.negated:
        return MAYBE if one.doubtful else YES
    return YES if one == EVERYTHING else NO


def _nothing(key: str) -> State:
    del key
    return State.UNKNOWN


def _never(key: str) -> bool:
    del key
    return False


class _Prefixes:
    """Numbers of patterns, found by what an ARN begins with, or by an account that it names."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[int]] = defaultdict(list)
        self._of_account: dict[str, list[int]] = defaultdict(list)
        self._lengths: set[int] = set()

    def add(self, pattern: Pattern, number: int) -> None:
        account = _account(pattern)
        if account:
            self._of_account[account].append(number)
            return
        text = prefix(pattern)
        self._numbers[text].append(number)
        self._lengths.add(len(text))

    def of(self, arn: str) -> Iterator[int]:
        """Yield the patterns that could cover an ARN."""
        for length in self._lengths:
            if length <= len(arn):
                yield from self._numbers.get(arn[:length], ())
        for part in dict.fromkeys(arn.split(":")) if self._of_account else ():
            yield from self._of_account.get(part, ())


def _account(pattern: Pattern) -> str:
    """Return the account that everything which `pattern` covers has between two of its colons,
    where that tells more than what the pattern begins with.
    """
    if not isinstance(pattern, str):
        return ""
    parts = pattern.split(":", 5)
    wild = is_wild("".join(parts[:4]))
    return parts[4] if len(parts) > 5 and wild and parts[4].isdigit() else ""  # noqa: PLR2004 - the six parts of an ARN


class TestIndex:
    """Tests of conditions, answered all at once for what the keys of a request hold."""

    def __init__(self, tests: Sequence[Test]) -> None:
        self._tests = tests
        self._fixed: list[int] = []
        self._of_key: dict[str, _OfKey] = {}
        for number, test in enumerate(tests):
            if test is SURE_OF_NOTHING or test.held is not None or test == SURE_OF_NOTHING:
                self._fixed.append(number)
            else:
                self._of_key.setdefault(test.key.lower(), _OfKey()).add(number, test)

    @property
    def keys(self) -> frozenset[str]:
        """The keys that are asked for, in lower case."""
        return frozenset(self._of_key)

    def codes(self, lookup: Lookup, many: Many) -> Codes:
        """Return for each test whether it holds: NO, MAYBE or YES."""
        found = np.full(len(self._tests), MAYBE, dtype=np.uint8)
        for number in self._fixed:
            test = self._tests[number]
            if test != SURE_OF_NOTHING:
                found[number] = holds(test, State.OPEN, lookup, many)
        for key, group in self._of_key.items():
            group.answer(found, self._tests, key, lookup=lookup, many=many)
        return found


class _OfKey:
    """The tests that ask for one key."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.plain: dict[str, list[int]] = defaultdict(list)
        """By operator: those that compare with whole texts alone."""
        self.texts: dict[tuple[str, str], list[int]] = defaultdict(list)
        """Those of them with this text, by operator and text."""
        self.others: list[int] = []

    def add(self, number: int, test: Test) -> None:
        self.numbers.append(number)
        name = test.operator.lower()
        known = operator(name)
        texts = [_whole(piece) for piece in test.pieces]
        if known is None or known.kind is not Kind.TEXT or known.quantifier or None in texts:
            self.others.append(number)
            return
        self.plain[name].append(number)
        for text in dict.fromkeys(texts):
            folded = (text or "").lower() if "ignorecase" in name else text or ""
            self.texts[name, folded].append(number)

    def answer(
        self,
        found: Codes,
        tests: Sequence[Test],
        key: str,
        *,
        lookup: Lookup,
        many: Many,
    ) -> None:
        """Write the answers of these tests."""
        values = lookup(key)
        if values is State.UNKNOWN:
            found[self.numbers] = MAYBE
            return
        for number in self.others:
            found[number] = holds(tests[number], values, lookup, many)
        for name, numbers in self.plain.items():
            if isinstance(values, State) or len(values) > 1 or many(tests[numbers[0]].key):
                found[numbers] = holds(tests[numbers[0]], values, lookup, many)
                continue
            known = operator(name)
            negated = known is not None and known.negated
            text = values[0].lower() if "ignorecase" in name else values[0]
            found[numbers] = YES if negated else NO
            found[self.texts.get((name, text), [])] = NO if negated else YES


def _whole(piece: object) -> str | None:
    """Return the text that a value of a policy is, where it is one."""
    if isinstance(piece, tuple) and all(isinstance(part, str) for part in piece):
        return "".join(piece)
    return None
