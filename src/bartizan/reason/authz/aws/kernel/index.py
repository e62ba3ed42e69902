# SPDX-License-Identifier: Apache-2.0
"""Finds the action sets, resource sets and tests that fit a request without trying them all.

Texts are found by their checksums, which are arrays that can be kept; what is found is compared.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bartizan.reason.authz.aws.kernel.form import Form, array
from bartizan.reason.authz.aws.kernel.logic import MAYBE, NO, YES
from bartizan.reason.authz.aws.kernel.statement import (
    ActionSet,
    Pattern,
    has_variables,
    matches,
    prefix,
)
from bartizan.reason.authz.aws.kernel.tables import Codes, Ints, Lists
from bartizan.reason.authz.aws.kernel.values import (
    Lookup,
    Many,
    SettledTest,
    State,
    holds,
    single,
    unknown,
)
from bartizan.reason.authz.aws.policy.operator import Kind, operator
from bartizan.reason.authz.aws.policy.wildcard import Variable, glob

Sums = NDArray[np.uint32]


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
        self.mask = lru_cache(1 << 12)(self._mask)

    def covering(self, action: str) -> Ints:
        """Return the numbers of the sets that cover `action`, which is in lower case."""
        return np.flatnonzero(self.mask(action)).astype(np.int32)

    def _mask(self, action: str) -> NDArray[np.bool_]:
        """Return of each set whether it covers `action`, which is in lower case."""
        found = self._base.copy()
        hits = [self._exact.get(action, [])]
        for place in ("", action.partition(":")[0]):
            for pattern, numbers in self._wild.get(place, {}).items():
                if glob(pattern)(action):
                    hits.append(numbers)
        for numbers in hits:
            found[numbers] = ~self._base[numbers]
        return found


_FEW = 1 << 12
"""Numbers that are found by a table of their own: arrays take as long for few as for many."""


class Summed:
    """Numbers, found by the checksum of a text."""

    def __init__(self, sums: Sums, numbers: Ints) -> None:
        order = np.argsort(sums, kind="stable")
        self._sums, self._numbers = sums[order], numbers[order]
        self._few: dict[int, Ints] | None = None
        if 0 < len(sums) <= _FEW:
            known, begin = np.unique(self._sums, return_index=True)
            parts = np.split(self._numbers, begin[1:])
            self._few = dict(zip(known.tolist(), parts, strict=True))

    def of(self, text: str) -> Ints:
        """Return the numbers under the checksum of `text`, and by accident others."""
        if self._few is not None:
            return self._few.get(crc32(text.encode()), self._numbers[:0])
        wanted = np.uint32(crc32(text.encode()))
        first = int(self._sums.searchsorted(wanted))
        last = int(self._sums.searchsorted(wanted, "right"))
        return self._numbers[first:last]


CLOSED, OPENED, ALWAYS = 0, 1, 2
"""How a pattern is asked for: once for each ARN; for each request where it could fit; for each
request, as it matters of a NotResource that a variable has no value."""


def pattern_table(form: Form) -> pa.Table:
    """Return by what each pattern is found."""
    within_not = np.zeros(len(form.patterns), dtype=bool)
    negated = np.flatnonzero(form.negated).astype(np.int32)
    if len(negated):
        within_not[form.patterns_of.joined(negated)] = True
    asked, sums, lengths, keys = [], [], [], set()
    for number, pattern in enumerate(form.patterns):
        open_ = not isinstance(pattern, str) and has_variables(pattern)
        asked.append(CLOSED if not open_ else ALWAYS if within_not[number] else OPENED)
        account = _account(pattern)
        text = account or prefix(pattern)
        sums.append(crc32(text.encode()))
        lengths.append(NO_LENGTH if account else len(text))
        if open_:
            keys |= {p.key.lower() for p in pattern if isinstance(p, Variable)}
    layout = pa.schema(
        {"asked": pa.uint8(), "sum": pa.uint32(), "length": pa.int32()},
        metadata={"keys": " ".join(sorted(keys))},
    )
    return pa.Table.from_arrays(
        [pa.array(asked, pa.uint8()), pa.array(sums, pa.uint32()), pa.array(lengths, pa.int32())],
        schema=layout,
    )


NO_LENGTH = -1
"""A pattern that is found by an account instead of what it begins with."""


class ResourceIndex:
    """Resource sets, found by an ARN."""

    def __init__(self, form: Form, found_by: pa.Table) -> None:
        self._patterns, self._negated = form.patterns, form.negated
        self._sets = Lists.turned(form.patterns_of, len(form.patterns))
        self._base = np.where(
            form.negated != 0, np.where(form.doubtful != 0, MAYBE, YES), NO
        ).astype(np.uint8)
        asked, sums, lengths = (_numpy(found_by, name) for name in ("asked", "sum", "length"))
        self._closed = _Prefixes(np.flatnonzero(asked == CLOSED), sums, lengths)
        self._opened = _Prefixes(np.flatnonzero(asked == OPENED), sums, lengths)
        self._always = np.flatnonzero(asked == ALWAYS).tolist()
        self.varying = asked != CLOSED
        """The patterns that take values from requests."""
        metadata = found_by.schema.metadata or {}
        self.keys = frozenset(metadata.get(b"keys", b"").decode().split())
        """The keys, in lower case, that patterns take values from."""
        self._of_closed = lru_cache(1 << 7)(self._find_closed)

    def codes(self, arn: str, lookup: Lookup, many: Many) -> Codes:
        """Return for each set whether it covers `arn`: NO, MAYBE or YES."""
        found = self._of_closed(arn)
        open_ = [*self._always, *self._opened.of(arn)]
        if open_:
            found = found.copy()
            for number in open_:
                self._add(found, number, matches(self._patterns[number], arn, lookup, many))
        return found

    def _find_closed(self, arn: str) -> Codes:
        found = self._base.copy()
        for number in self._closed.of(arn):
            code = matches(self._patterns[number], arn, unknown, single)
            if code != NO:
                self._add(found, number, code)
        return found

    def _add(self, found: Codes, pattern: int, code: int | None) -> None:
        """Add that a pattern covers, might cover, or (None) has no value."""
        for number in self._sets[pattern].tolist():
            if self._negated[number]:
                found[number] = min(int(found[number]), YES - (MAYBE if code is None else code))
            elif code is not None:
                found[number] = max(int(found[number]), code)


class _Prefixes:
    """Numbers of patterns, found by what an ARN begins with, or by an account that it names."""

    def __init__(self, numbers: NDArray[np.int64], sums: Sums, lengths: Ints) -> None:
        of_account = lengths[numbers] == NO_LENGTH
        others = numbers[~of_account]
        self._by_prefix = Summed(sums[others], others.astype(np.int32))
        self._lengths = np.unique(lengths[others]).tolist()
        accounts = numbers[of_account]
        self._by_account = Summed(sums[accounts], accounts.astype(np.int32))
        self._has_accounts = len(accounts) > 0

    def of(self, arn: str) -> Iterator[int]:
        """Yield the patterns that could cover an ARN, and by accident others."""
        for length in self._lengths:
            if length <= len(arn):
                yield from self._by_prefix.of(arn[:length]).tolist()
        for part in dict.fromkeys(arn.split(":")) if self._has_accounts else ():
            yield from self._by_account.of(part).tolist()


def _account(pattern: Pattern) -> str:
    """Return the account that everything which `pattern` covers has between two of its colons,
    where that tells more than what the pattern begins with.
    """
    if not isinstance(pattern, str):
        return ""
    parts = pattern.split(":", 5)
    wild = is_wild("".join(parts[:4]))
    return parts[4] if len(parts) > 5 and wild and parts[4].isdigit() else ""  # noqa: PLR2004 - the six parts of an ARN


def condition_tables(tests: Sequence[SettledTest]) -> dict[str, pa.Table]:
    """Return by what tests are found: key, operator, and the sums of texts to compare with."""
    keys, operators, owners, sums = [], [], [], []
    opened: set[str] = set()
    for number, test in enumerate(tests):
        fixed = not test.operator or test.held is not None
        keys.append("" if fixed else test.key.lower())
        texts = None if fixed else whole_texts(test)
        operators.append("" if texts is None else test.operator.lower())
        for text in texts or ():
            owners.append(number)
            sums.append(crc32(text.encode()))
        opened |= test.open_keys
    layout = pa.schema(
        {"key": pa.string(), "operator": pa.string()},
        metadata={"keys": " ".join(sorted(opened))},
    )
    return {
        "tests.found": pa.Table.from_arrays(
            [pa.array(keys, pa.string()), pa.array(operators, pa.string())], schema=layout
        ),
        "tests.texts": pa.table(
            {"test": pa.array(owners, pa.int32()), "sum": pa.array(sums, pa.uint32())}
        ),
    }


def whole_texts(test: SettledTest) -> list[str] | None:
    """Return the whole texts that a test compares with; None where it does more than that."""
    known = operator(test.operator)
    if known is None or known.kind is not Kind.TEXT or known.quantifier:
        return None
    texts = [_whole(piece) for piece in test.pieces]
    folded = "ignorecase" in test.operator.lower()
    found = [text.lower() if folded else text for text in texts if text is not None]
    return found if len(found) == len(texts) else None


def _whole(piece: object) -> str | None:
    """Return the text that a value of a policy is, where it is one."""
    if isinstance(piece, tuple) and all(isinstance(part, str) for part in piece):
        return "".join(piece)
    return None


class ConditionIndex:
    """Tests of conditions, answered all at once for what the keys of a request hold."""

    def __init__(self, tests: Sequence[SettledTest], found_by: Mapping[str, pa.Table]) -> None:
        self._tests = tests
        found, texts = found_by["tests.found"], found_by["tests.texts"]
        keys = found.column("key").combine_chunks().dictionary_encode()
        operators = np.array(found.column("operator").to_pylist(), dtype=object)
        codes = keys.indices.to_numpy(zero_copy_only=False)
        summed = Summed(_numpy(texts, "sum"), _numpy(texts, "test"))
        self._of_key: dict[str, _OfKey] = {}
        self._fixed: list[int] = []
        for code, key in enumerate(keys.dictionary.to_pylist()):
            numbers = np.flatnonzero(codes == code)
            if key:
                self._of_key[key] = _OfKey(numbers, operators[numbers], summed)
            else:
                self._fixed = numbers.tolist()
        metadata = found.schema.metadata or {}
        opened = metadata.get(b"keys", b"").decode().split()
        self.keys = frozenset((*self._of_key, *opened))
        """The keys, in lower case, that are asked for or give values."""

    def codes(self, lookup: Lookup, many: Many) -> Codes:
        """Return for each test whether it holds: NO, MAYBE or YES."""
        found = np.full(len(self._tests), MAYBE, dtype=np.uint8)
        for number in self._fixed:
            found[number] = holds(self._tests[number], State.OPEN, lookup, many)
        for key, group in self._of_key.items():
            group.answer(found, self._tests, key, lookup=lookup, many=many)
        return found


class _OfKey:
    """The tests that ask for one key."""

    def __init__(
        self, numbers: NDArray[np.int64], operators: NDArray[np.object_], summed: Summed
    ) -> None:
        self._numbers, self._summed = numbers, summed
        self._others: list[int] = numbers[operators == ""].tolist()
        self._plain = {
            str(name): numbers[operators == name] for name in sorted(set(operators) - {""})
        }
        """By operator: those that compare with whole texts alone."""

    def answer(
        self,
        found: Codes,
        tests: Sequence[SettledTest],
        key: str,
        *,
        lookup: Lookup,
        many: Many,
    ) -> None:
        """Write the answers of these tests."""
        values = lookup(key)
        if values is State.UNKNOWN:
            found[self._numbers] = MAYBE
            return
        for number in self._others:
            found[number] = holds(tests[number], values, lookup, many)
        for name, numbers in self._plain.items():
            if isinstance(values, State) or len(values) > 1 or many(key):
                found[numbers] = holds(tests[int(numbers[0])], values, lookup, many)
                continue
            known = operator(name)
            found[numbers] = YES if known is not None and known.negated else NO
            text = values[0].lower() if "ignorecase" in name else values[0]
            for number in np.intersect1d(self._summed.of(text), numbers).tolist():
                found[number] = holds(tests[number], values, lookup, many)


def _numpy(table: pa.Table, column: str) -> NDArray:  # type: ignore[type-arg] # as it was kept
    return array(table.select([column]).rename_columns(["value"]))
