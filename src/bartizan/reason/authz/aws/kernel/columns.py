# SPDX-License-Identifier: Apache-2.0
"""What condition keys hold for every caller, and so for whom a statement of others fits.

A resource's policy and the control policies over it are few, but speak of everybody: each of their
tests is answered once for each value that its key has among the callers.
"""

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bartizan.reason.authz.aws.kernel.asked import Asked, Held, View
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.compile import Constants, Supposed, many, may_settle
from bartizan.reason.authz.aws.kernel.logic import (
    NO,
    YES,
    Truth,
    all_of,
    constant,
    of_codes,
    unpacked,
)
from bartizan.reason.authz.aws.kernel.statement import Raw
from bartizan.reason.authz.aws.kernel.tables import Ints
from bartizan.reason.authz.aws.kernel.values import State, Test, Values, holds, pieces_of
from bartizan.reason.authz.aws.policy.operator import Kind, operator
from bartizan.reason.authz.aws.policy.wildcard import Token

_KEPT = 1 << 9
_ARN = "aws:principalarn"

Views = Sequence[tuple[View, int]]
"""Callers to whom a request looks the same, with who they are; together they are all."""


@dataclass(frozen=True, slots=True)
class Column:
    """What one key holds for each caller."""

    codes: Ints
    values: tuple[Values, ...]
    open: int
    """Those to whom it is not settled."""


class Columns:
    """The keys that callers settle, by caller, under one supposition."""

    def __init__(self, callers: Callers, supposed: Supposed) -> None:
        self._callers, self._supposed = callers, supposed
        self._columns: dict[str, Column] = {}
        self._truths: OrderedDict[Test, Truth] = OrderedDict()

    def constants(self, row: int) -> Constants:
        """Return what one caller settles."""
        callers = self._callers
        return Constants(callers.who[row], callers.tags[row], self._supposed)

    def fits(self, raw: Raw, asked: Asked, views: Views, among: int) -> Truth:
        """Return for whom, `among` some, resource and conditions of a statement fit."""
        full = self._callers.full
        if not raw.keys:
            return constant(self._alone(raw, asked), full=full)
        if among.bit_count() <= _FEW or self._mixed(raw):
            return self._each(raw, asked, views, among)
        code = self._alone(raw, asked)
        if code == NO:
            return constant(NO, full=full)
        truths = [constant(code, full=full)]
        for test in raw.statement.conditions:
            pieces = pieces_of(test, variables=raw.variables)
            truths.append(self._of_test(Test(test.operator, test.key, pieces), asked, views))
        return all_of(truths, full=full)

    def _mixed(self, raw: Raw) -> bool:
        """Some pattern or value has variables."""
        tested = {test.key.lower() for test in raw.statement.conditions}
        texts = (*(raw.statement.resource or ()), *(raw.statement.not_resource or ()))
        values = (v for test in raw.statement.conditions for v in test.values)
        return raw.variables and (
            any("${" in text for text in (*texts, *values)) or not raw.keys <= tested
        )

    def _alone(self, raw: Raw, asked: Asked) -> int:
        """Return whether the resource of a statement without variables fits."""
        settled = raw.resources_alone
        return NO if settled is None else settled.covers(asked.seen, _unknown, asked.many)

    def _each(self, raw: Raw, asked: Asked, views: Views, among: int) -> Truth:
        """Ask for one caller after the other; equal ones are asked for once."""
        codes = np.zeros(self._callers.size, dtype=np.uint8)
        keys = [key for key in sorted(raw.keys) if may_settle(key, self._supposed)]
        known: dict[tuple[object, ...], int] = {}
        for number, (view, mask) in enumerate(views):
            held = asked.context(view)
            for row in _rows(mask & among, self._callers.size):
                constants = self.constants(row)
                values = (number, *(constants(key) for key in keys))
                if values not in known:
                    known[values] = _fit(raw, constants, asked, held)
                codes[row] = known[values]
        return of_codes(codes)

    def _of_test(self, test: Test, asked: Asked, views: Views) -> Truth:
        """Return for whom a test without variables holds."""
        key, full = test.key.lower(), self._callers.full
        if not may_settle(key, self._supposed):
            return self._where_open(test, asked, views, full)
        column = self.column(key)
        truth = self._truths.get(test)
        if truth is None:
            truth = self._truths[test] = self._settled(test, column)
            if len(self._truths) > _KEPT:
                self._truths.popitem(last=False)
        if column.open:
            rest = self._where_open(test, asked, views, column.open)
            truth = Truth(truth.sure | rest.sure, truth.possible | rest.possible)
        return truth

    def _where_open(self, test: Test, asked: Asked, views: Views, among: int) -> Truth:
        sure = possible = 0
        for view, mask in views:
            if mask & among:
                held = asked.context(view)
                code = holds(test, held.value(test.key.lower()), held.value, asked.many)
                sure |= mask if code == YES else 0
                possible |= mask if code else 0
        return Truth(sure & among, possible & among)

    def _settled(self, test: Test, column: Column) -> Truth:
        """Answer a test for each value of a column."""
        if test.key.lower() == _ARN and (found := self._by_arn(test)) is not None:
            return found
        table = np.array(
            [
                NO if value is State.OPEN else holds(test, value, _unknown, many)
                for value in column.values
            ],
            dtype=np.uint8,
        )
        return of_codes(table[column.codes])

    def _by_arn(self, test: Test) -> Truth | None:
        """Answer a test of the caller's ARN for those alone whose ARN begins as its values do."""
        known = operator(test.operator)
        if known is None or known.quantifier or known.kind not in {Kind.ARN, Kind.PATTERN}:
            return None
        prefixes = [_first(piece) for piece in test.pieces if isinstance(piece, tuple)]
        if not all(prefixes):
            return None
        column = self.column(_ARN)
        codes = np.full(self._callers.size, YES if known.negated else NO, dtype=np.uint8)
        for number, value in enumerate(column.values):
            if isinstance(value, State):
                code = NO if value is State.OPEN else holds(test, value, _unknown, many)
                codes[column.codes == number] = code
        for prefix in prefixes:
            start = bisect_left(self._callers.arns, prefix)
            for row in range(start, bisect_left(self._callers.arns, prefix + "\U0010ffff")):
                value = column.values[column.codes[row]]
                if not isinstance(value, State):
                    codes[row] = holds(test, value, _unknown, many)
        return of_codes(codes)

    def column(self, key: str) -> Column:
        """Return what `key`, in lower case, holds for each caller."""
        if key not in self._columns:
            numbers: dict[Values, int] = {}
            codes = np.empty(self._callers.size, dtype=np.int32)
            for row in range(self._callers.size):
                codes[row] = numbers.setdefault(self.constants(row)(key), len(numbers))
            open_ = 0
            if State.OPEN in numbers:
                open_ = of_codes(
                    np.where(codes == numbers[State.OPEN], YES, NO).astype(np.uint8)
                ).sure
            self._columns[key] = Column(codes, tuple(numbers), open_)
        return self._columns[key]


_FEW = 64
"""So many callers are asked for one by one."""


def _fit(raw: Raw, constants: Constants, asked: Asked, held: Held) -> int:
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


def _unknown(key: str) -> State:
    del key
    return State.UNKNOWN


def _first(piece: tuple[Token, ...]) -> str:
    return piece[0] if piece and isinstance(piece[0], str) else ""


def _rows(bits: int, size: int) -> list[int]:
    found: list[int] = np.flatnonzero(unpacked(bits, size)).tolist()
    return found
