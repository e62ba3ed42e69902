# SPDX-License-Identifier: Apache-2.0
"""What condition keys hold for every caller, and so for whom a statement of others fits.

A resource's policy and the control policies over it are few, but speak of everybody: each of their
tests is answered once for each value that its key has among the callers.
"""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property

import numpy as np
from msgspec import Struct

from bartizan.reason.authz.aws.kernel.asked import Asked, Held, Views
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.compile import (
    FIXED,
    Constants,
    Supposed,
    many,
    may_settle,
)
from bartizan.reason.authz.aws.kernel.index import whole_texts
from bartizan.reason.authz.aws.kernel.keys import TAG, fixed
from bartizan.reason.authz.aws.kernel.logic import (
    NO,
    YES,
    Truth,
    all_of,
    constant,
    of_codes,
    packed,
    unpacked,
)
from bartizan.reason.authz.aws.kernel.scope import MEMBERS
from bartizan.reason.authz.aws.kernel.statement import Raw
from bartizan.reason.authz.aws.kernel.tables import Codes, Ints
from bartizan.reason.authz.aws.kernel.values import SettledTest, State, Values, holds, unknown
from bartizan.reason.authz.aws.policy.operator import Kind, operator
from bartizan.reason.authz.aws.policy.wildcard import Token
from bartizan.reason.authz.aws.request import Caller

_KEPT = 1 << 9
_ARN = "aws:principalarn"


_PLAIN = {
    "aws:principalarn": "arn",
    "aws:principalaccount": "account",
    "kms:calleraccount": "account",
    "aws:principalorgid": "organization",
    "aws:principalorgpaths": "organization_path",
}
"""Keys that hold, for members of an account, what stands in a column."""
_OF_TYPE = frozenset({"aws:principalisawsservice", "aws:principaltype"})
"""Keys that hold the same for all callers of a type."""
_HAVING = {"aws:username": (Caller.USER,), "aws:principalservicename": (Caller.SERVICE,)}
"""Keys that only callers of some types have."""


class Column(Struct, frozen=True, dict=True):
    """What one key holds for each caller."""

    codes: Ints
    values: tuple[Values, ...]
    open: int
    """Those to whom it is not settled."""

    @cached_property
    def places(self) -> dict[Values, int]:
        """Where each value stands."""
        return {value: place for place, value in enumerate(self.values)}

    @cached_property
    def places_of_states(self) -> tuple[int, ...]:
        """Where it says that there are no values, or that they are not known."""
        return tuple(n for n, value in enumerate(self.values) if isinstance(value, State))


class Columns:
    """The keys that callers settle, by caller."""

    def __init__(self, callers: Callers) -> None:
        self._callers = callers
        self._columns: dict[tuple[str, object], Column] = {}
        self._truths: OrderedDict[tuple[SettledTest, object], Truth] = OrderedDict()

    def supposing(self, supposed: Supposed) -> "SupposedColumns":
        """Return them under a supposition."""
        return SupposedColumns(self, self._callers, supposed)

    def column(self, key: str, supposed: Supposed) -> tuple[Column, object]:
        """Return what `key`, in lower case, holds for each caller, and a name for that."""
        part = _part(key, supposed)
        if (key, part) not in self._columns:
            rows = range(self._callers.size)
            self._columns[key, part] = (
                self._fixed(key)
                if part is None
                else self._numbered(self.constants(row, supposed)(key) for row in rows)
            )
        return self._columns[key, part], part

    def constants(self, row: int, supposed: Supposed) -> Constants:
        """Return what one caller settles."""
        return Constants(self._callers.who(row), self._callers.tags(row), supposed)

    def _fixed(self, key: str) -> Column:
        """Return what callers fix, and no supposition changes."""
        name = _PLAIN.get(key)
        if name is None:
            return self._by_type(key)
        held = self._callers.table.column(name).combine_chunks().dictionary_encode()
        texts = held.dictionary.to_pylist()
        values: list[Values] = [(text,) if text else State.OPEN for text in texts]
        codes = np.asarray(held.indices.to_numpy(zero_copy_only=False), dtype=np.int32)
        members = unpacked(self._callers.of_types(MEMBERS), self._callers.size) != 0
        codes = np.where(members, codes, np.int32(len(values)))
        values.append(State.OPEN)
        empty = np.array([value is State.OPEN for value in values], dtype=bool)
        return Column(codes, tuple(values), packed(empty[codes]))

    def _by_type(self, key: str) -> Column:
        """Ask callers of those types alone that have values of their own; others are alike."""
        callers = self._callers
        held: list[Values] = [State.OPEN] * callers.size
        for number, type_ in enumerate(Caller):
            rows = np.flatnonzero(callers.types == number).tolist()
            if rows and key in _OF_TYPE:
                found = fixed(callers.who(rows[0])).get(key, State.OPEN)
                for row in rows:
                    held[row] = found
            elif rows and type_ in _HAVING.get(key, Caller):
                for row in rows:
                    held[row] = fixed(callers.who(row)).get(key, State.OPEN)
        return self._numbered(held)

    def _numbered(self, values: Iterable[Values]) -> Column:
        numbers: dict[Values, int] = {}
        codes = np.array([numbers.setdefault(v, len(numbers)) for v in values], dtype=np.int32)
        open_ = packed(codes == numbers[State.OPEN]) if State.OPEN in numbers else 0
        return Column(codes, tuple(numbers), open_)

    def truth(self, test: SettledTest, supposed: Supposed) -> tuple[Truth, int]:
        """Return for whom a test without variables holds, and to whom its key is open."""
        column, part = self.column(test.key.lower(), supposed)
        truth = self._truths.get((test, part))
        if truth is None:
            truth = self._truths[test, part] = self._settled(test, column)
            if len(self._truths) > _KEPT:
                self._truths.popitem(last=False)
        return truth, column.open

    def _settled(self, test: SettledTest, column: Column) -> Truth:
        """Answer a test for each value of a column."""
        if test.key.lower() == _ARN and (found := self._by_arn(test, column)) is not None:
            return found
        return of_codes(self._table(test, column)[column.codes])

    def _table(self, test: SettledTest, column: Column) -> Codes:
        """Answer a test for each value of a column; one of whole texts only for those."""
        texts = None if many(test.key) else whole_texts(test)
        known = operator(test.operator)
        if texts is None or known is None or "ignorecase" in test.operator.lower():
            return np.array([_code(test, value) for value in column.values], dtype=np.uint8)
        table = np.full(len(column.values), YES if known.negated else NO, dtype=np.uint8)
        named = (column.places.get((text,)) for text in texts)
        for place in (*column.places_of_states, *named):
            if place is not None:
                table[place] = _code(test, column.values[place])
        return table

    def _by_arn(self, test: SettledTest, column: Column) -> Truth | None:
        """Answer a test of the caller's ARN for those alone whose ARN begins as its values do."""
        known = operator(test.operator)
        if known is None or known.quantifier or known.kind in {Kind.VALUE, Kind.NULL}:
            return None
        prefixes = [_first(piece) for piece in test.pieces if isinstance(piece, tuple)]
        if not all(prefixes) or "ignorecase" in test.operator.lower():
            return None
        codes = np.full(self._callers.size, YES if known.negated else NO, dtype=np.uint8)
        for number in column.places_of_states:
            codes[column.codes == number] = _code(test, column.values[number])
        for prefix in prefixes:
            start = bisect_left(self._callers.arns, prefix)
            for row in range(start, bisect_left(self._callers.arns, prefix + "\U0010ffff")):
                value = column.values[column.codes[row]]
                if not isinstance(value, State):
                    codes[row] = _code(test, value)
        return of_codes(codes)


def _part(key: str, supposed: Supposed) -> object:
    """Return what of a supposition counts for `key`; None for nothing."""
    if key in FIXED:
        return None
    if key.startswith(TAG):
        return supposed.complete, supposed.replaced, dict(supposed.tags).get(key)
    return supposed.own


class SupposedColumns:
    """For whom statements of others fit, under one supposition."""

    def __init__(self, columns: Columns, callers: Callers, supposed: Supposed) -> None:
        self._columns, self._callers, self._supposed = columns, callers, supposed

    def fits(self, raw: Raw, asked: Asked, views: Views, among: int) -> Truth:
        """Return for whom, `among` some, resource and conditions of a statement fit."""
        full = self._callers.full
        if not raw.keys:
            return constant(self._alone(raw, asked), full=full)
        if among.bit_count() <= _FEW or raw.depends:
            return self._each(raw, asked, views, among)
        code = self._alone(raw, asked)
        if code == NO:
            return constant(NO, full=full)
        truths = [constant(code, full=full)]
        truths += [self._of_test(test.asked, asked, views) for test in raw.tests]
        return all_of(truths, full=full)

    def _alone(self, raw: Raw, asked: Asked) -> int:
        """Return whether the resource of a statement without variables fits."""
        settled = raw.resources_alone
        return NO if settled is None else settled.covers(asked.seen, unknown, asked.many)

    def _each(self, raw: Raw, asked: Asked, views: Views, among: int) -> Truth:
        """Ask for one caller after the other; equal ones are asked for once."""
        codes = np.zeros(self._callers.size, dtype=np.uint8)
        keys = [key for key in sorted(raw.keys) if may_settle(key, self._supposed)]
        known: dict[tuple[object, ...], int] = {}
        for number, (view, mask) in enumerate(views):
            held = asked.context(view)
            for row in _rows(mask & among, self._callers.size):
                constants = self._columns.constants(row, self._supposed)
                values = (number, *(constants(key) for key in keys))
                if values not in known:
                    known[values] = fit(raw, constants, asked, held)
                codes[row] = known[values]
        return of_codes(codes)

    def _of_test(self, test: SettledTest, asked: Asked, views: Views) -> Truth:
        """Return for whom a test without variables holds."""
        if not may_settle(test.key.lower(), self._supposed):
            return self._where_open(test, asked, views, self._callers.full)
        truth, open_ = self._columns.truth(test, self._supposed)
        if open_:
            rest = self._where_open(test, asked, views, open_)
            truth = Truth(truth.sure | rest.sure, truth.possible | rest.possible)
        return truth

    def _where_open(self, test: SettledTest, asked: Asked, views: Views, among: int) -> Truth:
        sure = possible = 0
        for view, mask in views:
            if mask & among:
                held = asked.context(view)
                code = holds(test, held.value(test.key.lower()), held.value, asked.many)
                sure |= mask if code == YES else 0
                possible |= mask if code else 0
        return Truth(sure & among, possible & among)


_FEW = 64
"""So many callers are asked for one by one."""


def fit(raw: Raw, constants: Constants, asked: Asked, held: Held) -> int:
    """Return whether a statement fits for one caller."""
    settled = raw.settled(constants, many)
    if settled is None:
        return NO
    code = settled.resources.covers(asked.seen, held.value, asked.many)
    for test in settled.tests:
        if code == NO:
            break
        code = min(code, holds(test, held.value(test.key.lower()), held.value, asked.many))
    return code


def _code(test: SettledTest, value: Values) -> int:
    return NO if value is State.OPEN else holds(test, value, unknown, many)


def _first(piece: tuple[Token, ...]) -> str:
    return piece[0] if piece and isinstance(piece[0], str) else ""


def _rows(bits: int, size: int) -> list[int]:
    found: list[int] = np.flatnonzero(unpacked(bits, size)).tolist()
    return found
