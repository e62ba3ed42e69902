# SPDX-License-Identifier: Apache-2.0
"""What callers' own policies say of many single requests.

Each pair of a request and a statement that covers its action is a row. Patterns are held against
things, and tests against what requests hold, once for all rows where they are the same.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from msgspec import Struct

from bartizan.reason.authz.aws.kernel import codec
from bartizan.reason.authz.aws.kernel.compile import many
from bartizan.reason.authz.aws.kernel.docket import Docket, depth
from bartizan.reason.authz.aws.kernel.form import NONE
from bartizan.reason.authz.aws.kernel.holdings import Holdings
from bartizan.reason.authz.aws.kernel.logic import MAYBE, NO, YES
from bartizan.reason.authz.aws.kernel.shapes import (
    Numbers,
    Shapes,
    looks_into,
    numbered,
    related,
)
from bartizan.reason.authz.aws.kernel.statement import Pattern, matches
from bartizan.reason.authz.aws.kernel.tables import Codes, Ints, Lists
from bartizan.reason.authz.aws.kernel.values import SettledTest, holds, single, unknown
from bartizan.reason.authz.aws.policy.wildcard import Variable

IDENTITY, BOUNDARY, SESSION, SCP, DENIES = range(5)
"""Kinds of policies, by column of what they say; the last is whether any of them denies."""

_NOT_FILLED = 3
"""Beside NO, MAYBE and YES: a variable of a pattern has no value."""


def said(holdings: Holdings, places: Numbers, docket: Docket, requests: Numbers) -> Codes:
    """Return for each of some requests five codes; `places` are those of their callers among
    `holdings`.
    """
    return _Said(holdings, docket).codes(places, requests)


class _Slots(Struct, frozen=True):
    """Groups of statements that requests are held against."""

    request: Numbers
    kind: Numbers
    group: Numbers


class _Said:
    """Some requests, and what their callers hold."""

    def __init__(self, holdings: Holdings, docket: Docket) -> None:
        self._holdings, self._form, self._prefixes = holdings, holdings.form, holdings.prefixes
        self._docket = docket

    def codes(self, places: Numbers, requests: Numbers) -> Codes:
        """Return what is said of requests of the callers in some places."""
        slots = self._slots(places, requests)
        slot, statement = self._speaking(slots)
        codes = self._resources(slots.request[slot], statement)
        fits = codes != NO
        slot, statement, codes = slot[fits], statement[fits], codes[fits]
        codes = np.minimum(codes, self._conditions(slots.request[slot], statement))
        unread = self._form.unread[slots.group] != 0
        allows, denies = (np.where(unread, MAYBE, NO).astype(np.uint8) for _ in range(2))
        allow = self._form.allow[statement] != 0
        np.maximum.at(allows, slot[allow], codes[allow])
        np.maximum.at(denies, slot[~allow], codes[~allow])
        found = np.full((len(self._docket), 5), YES, dtype=np.uint8)
        found[:, DENIES] = NO
        np.minimum.at(found, (slots.request, slots.kind), allows)
        np.maximum.at(found[:, DENIES], slots.request, denies)
        return found[requests]

    def _slots(self, places: Numbers, requests: Numbers) -> _Slots:
        form = self._form
        parts = [
            (requests, np.full(len(places), kind), group[places].astype(np.int64))
            for kind, group in (
                (IDENTITY, form.identity),
                (BOUNDARY, form.boundary),
                (SESSION, form.session),
            )
        ]
        chained = np.flatnonzero(form.chain[places] != NONE)
        one, level = form.chains.spread(form.chain[places[chained]])
        parts.append((requests[chained[one]], np.full(len(one), SCP), level.astype(np.int64)))
        request, kind, group = (np.concatenate(column) for column in zip(*parts, strict=True))
        some = group != NONE
        return _Slots(request[some], kind[some], group[some])

    def _speaking(self, slots: _Slots) -> tuple[Numbers, Ints]:
        """Return pairs of slots and statements that cover the action."""
        docket, form = self._docket, self._form
        actions = docket.action[slots.request]
        number, first = numbered((slots.group, actions))
        owner, statement = form.groups.spread(slots.group[first])
        names = (name.lower() for name in docket.actions)
        masks = np.stack([self._holdings.actions.mask(name) for name in names])
        covers = masks[actions[first][owner], form.action[statement]]
        owner, statement = owner[covers], statement[covers]
        ends = np.searchsorted(owner, np.arange(len(first) + 1))
        return Lists(ends, statement).spread(number)

    def _resources(self, request: Numbers, statement: Ints) -> Codes:
        """Return of each pair whether the resources of the statement cover what is asked for."""
        form = self._form
        sets = form.resource[statement]
        row, pattern = form.patterns_of.spread(sets)
        codes = self._patterns(request[row], pattern)
        negated, doubtful = form.negated[sets] != 0, form.doubtful[sets] != 0
        none = codes == _NOT_FILLED
        codes[none] = np.where(negated[row[none]], MAYBE, NO)
        found = np.where(doubtful, MAYBE, NO).astype(np.uint8)
        np.maximum.at(found, row, codes)
        return np.where(negated, YES - found, found)

    def _patterns(self, request: Numbers, pattern: Ints) -> Codes:
        """Return of pairs of requests and patterns whether the one covers what the other sees;
        _NOT_FILLED where a variable has no value.
        """
        codes = np.where(self._prefixes.anything[pattern], YES, NO).astype(np.uint8)
        left = np.flatnonzero(~self._prefixes.anything[pattern])
        varying = self._holdings.resources.varying[pattern[left]]
        codes[left[varying]] = self._by_request(request[left[varying]], pattern[left[varying]])
        left = left[~varying]
        codes[left] = self._by_shape(self._docket.seen[request[left]], pattern[left])
        return codes

    def _by_request(self, request: Numbers, pattern: Ints) -> Codes:
        """Hold patterns with variables against requests."""
        docket, patterns = self._docket, self._form.patterns
        used, kind = np.unique(pattern, return_inverse=True)
        depths = np.array([depth(_variables(patterns[n])) for n in used.tolist()], dtype=np.int64)
        context = docket.contexts[depths[kind], request]
        number, first = numbered((pattern, context, docket.seen[request]))
        found = []
        for one, place in zip(request[first].tolist(), pattern[first].tolist(), strict=True):
            seen = docket.seen_things[docket.seen[one]]
            code = matches(patterns[place], seen, docket.held(one).value, many)
            found.append(_NOT_FILLED if code is None else code)
        return np.array(found, dtype=np.uint8)[number]

    def _by_shape(self, seen: Numbers, pattern: Ints) -> Codes:
        """Hold patterns against what is seen; those that differ in accounts alone once."""
        things = self._docket.seen_things
        codes = np.zeros(len(seen), dtype=np.uint8)
        arns = pa.array(things, pa.large_string())
        may = np.flatnonzero(self._prefixes.may_cover(pattern, arns, seen))
        pair, first = numbered((pattern[may], seen[may]))
        pattern, seen = pattern[may][first], seen[may][first]
        number, one = _alike(codec.column(self._form.patterns), pattern, self._docket.shapes, seen)
        pairs = zip(pattern[one].tolist(), seen[one].tolist(), strict=True)
        found = [matches(self._form.patterns[a], things[b], unknown, single) for a, b in pairs]
        codes[may] = np.array(found, dtype=np.uint8)[number][pair]
        return codes

    def _conditions(self, request: Numbers, statement: Ints) -> Codes:
        """Return of each pair whether the conditions of the statement hold."""
        form, docket = self._form, self._docket
        codes = np.full(len(request), YES, dtype=np.uint8)
        some = np.flatnonzero(form.condition[statement] != NONE)
        row, test = form.tests_of.spread(form.condition[statement[some]])
        asked, tests, kind = request[some[row]], *np.unique(test, return_inverse=True)
        held = [form.tests[one] for one in tests.tolist()]
        depths = np.array([depth(_keys(one)) for one in held], dtype=np.int64)[kind]
        number, first = numbered((kind, docket.contexts[depths, asked]))
        found = []
        for one, place in zip(asked[first].tolist(), kind[first].tolist(), strict=True):
            lookup = docket.held(one).value
            found.append(holds(held[place], lookup(held[place].key.lower()), lookup, many))
        np.minimum.at(codes, some[row], np.array(found, dtype=np.uint8)[number])
        return codes


def _keys(test: SettledTest) -> frozenset[str]:
    return test.open_keys if test.held is not None else test.open_keys | {test.key.lower()}


def _variables(pattern: Pattern) -> Iterator[str]:
    pieces = () if isinstance(pattern, str) else pattern
    return (piece.key.lower() for piece in pieces if isinstance(piece, Variable))


def _alike(
    kept: Any,  # noqa: ANN401 - Arrow's
    patterns: Ints,
    shapes: Shapes,
    things: Numbers,
) -> tuple[Numbers, Numbers]:
    """Number pairs of patterns, as they are kept, and things alike where one holds for the other,
    and return the numbers and the first place of each.
    """
    used, place = np.unique(patterns, return_inverse=True)
    texts = kept.take(used)
    of_pattern = Shapes.of(texts)
    kinds, first = numbered((of_pattern.number,))
    torn = np.array([looks_into(texts[n].as_py()) for n in first.tolist()], dtype=bool)
    odd = (of_pattern.odd | torn[kinds])[place] | shapes.odd[things]
    relation = related((of_pattern.accounts[place], shapes.accounts[things]))
    columns = (
        of_pattern.number[place],
        shapes.number[things],
        np.where(odd, np.arange(len(place)), NONE),
    )
    return numbered((*columns, *relation.T))
