# SPDX-License-Identifier: Apache-2.0
"""What callers hold themselves: identity policies, boundaries, session policies, and the service
control policies over them, for all of them at once.

Statements are kept once, settled for whom they are about; equal sets of statements are one group,
and each caller has a group of each kind. A question finds the statements that speak of it, marks
their groups, and reads off each caller's.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections import OrderedDict
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bartizan.reason.authz.aws.kernel.asked import Asked, Held
from bartizan.reason.authz.aws.kernel.form import NONE, Form, array, of_tables, to_tables
from bartizan.reason.authz.aws.kernel.index import (
    ActionIndex,
    ConditionIndex,
    ResourceIndex,
    condition_tables,
    pattern_table,
)
from bartizan.reason.authz.aws.kernel.logic import NO, NOBODY, YES, Truth, packed
from bartizan.reason.authz.aws.kernel.prefixes import Prefixes
from bartizan.reason.authz.aws.kernel.statement import Settled
from bartizan.reason.authz.aws.kernel.tables import Codes, Ints, Lists
from bartizan.reason.authz.aws.kernel.values import single, unknown

ALLOWS, MAY_ALLOW, DENIES, MAY_DENY = 1, 2, 4, 8
"""What a group says of a request; what is certain is possible as well."""

_REMEMBERED = 1 << 10
_FOUND_BY = ("patterns.found", "tests.found", "tests.texts")


class Own(NamedTuple):
    """What callers' own policies say of one request."""

    identity: Truth
    boundary: Truth
    session: Truth
    scp: Truth
    denies: Truth


def unlimited(full: int) -> Own:
    """Return what is said where nobody has policies: nothing is granted and nothing limited."""
    yes = Truth(full, full)
    return Own(NOBODY, yes, yes, yes, NOBODY)


_SPOKEN = 1 << 14
"""Groups and actions of which it is kept what speaks; the control policies of an organisation
speak of all of its callers.
"""


class Holdings:
    """The policies of callers, compiled. `rows` says which callers these are."""

    def __init__(
        self, form: Form, found_by: Mapping[str, pa.Table], *, rows: NDArray[np.int64], size: int
    ) -> None:
        self.form, self.rows, self._size = form, rows, size
        self._found_by = {name: found_by[name] for name in _FOUND_BY}
        count = len(form.allow)
        self._allow = form.allow != 0
        self.actions = ActionIndex(tuple(form.action_sets))
        self.resources = ResourceIndex(form, found_by["patterns.found"])
        self.tests = ConditionIndex(form.tests, found_by)
        statements = Lists(np.arange(count + 1, dtype=np.int64), form.action)
        self._by_action = Lists.turned(statements, len(form.action_sets))
        self._groups_of = Lists.turned(form.groups, count)
        self._base = np.where(form.unread, MAY_ALLOW | MAY_DENY, 0).astype(np.uint8)
        self._open = self.tests.keys | self.resources.keys
        self._keys = tuple(sorted(self._open))
        self._candidates: dict[str, Ints] = {}
        self._judged: OrderedDict[tuple[bytes, bytes], Own] = OrderedDict()
        self._holding = lru_cache(self._room)(self._find_holding)
        self.speaking_of = lru_cache(_SPOKEN)(self._find_speaking_of)
        """The statements of one group that cover an action, which is in lower case."""
        self._tested: OrderedDict[tuple[object, ...], Codes] = OrderedDict()

    @classmethod
    def of(cls, form: Form, *, rows: NDArray[np.int64], size: int) -> "Holdings":
        """Index a form."""
        return cls(form, found_by(form), rows=rows, size=size)

    @classmethod
    def of_tables(cls, tables: Mapping[str, pa.Table], *, size: int) -> "Holdings":
        """Return what `tables` was made from."""
        return cls(of_tables(tables), tables, rows=array(tables["rows"]), size=size)

    def tables(self) -> dict[str, pa.Table]:
        """Return all of it as tables."""
        rows = pa.table({"value": pa.array(self.rows)})
        return {**to_tables(self.form), **self._found_by, "rows": rows}

    @property
    def keys(self) -> frozenset[str]:
        """The keys, in lower case, on which an answer can depend beside the caller."""
        return self._open

    @cached_property
    def prefixes(self) -> Prefixes:
        """What the patterns of resources begin with."""
        return Prefixes.of(self.form.patterns)

    def judge(self, asked: Asked, held: Held) -> Own:
        """Say what the policies of all these callers say of a request that holds `held`."""
        ids, codes = self._speaking(asked, held)
        key = (ids.tobytes(), codes.tobytes())
        found = self._judged.get(key)
        if found is None:
            found = self._judged[key] = self._gathered(ids, codes)
            if len(self._judged) > self._room:
                self._judged.popitem(last=False)
        return found

    def _find_speaking_of(self, group: int, action: str) -> tuple[Settled, ...]:
        form = self.form
        numbers = form.groups[group]
        held = numbers[self.actions.mask(action)[form.action[numbers]]]
        return tuple(form.statement(number) for number in held.tolist())

    @property
    def _room(self) -> int:
        """How many answers to keep, so that they take no more than some tens of megabytes."""
        return max(16, (1 << 26) // max(1, self._size))

    def _speaking(self, asked: Asked, held: Held) -> tuple[Ints, Codes]:
        """Return the statements that speak of a request, and whether each does: MAYBE or YES."""
        candidates = self._covering(asked.name)
        covered = self.resources.codes(asked.seen, held.value, asked.many)
        codes = covered[self.form.resource[candidates]]
        fits = codes != NO
        ids, codes = candidates[fits], codes[fits]
        asking = self.form.condition[ids]
        tested = asking != NONE
        if tested.any():
            truths = self.form.tests_of.least(asking[tested], self._test_codes(asked, held))
            codes[tested] = np.minimum(codes[tested], truths)
            fits = codes != NO
            ids, codes = ids[fits], codes[fits]
        return ids, codes

    def _covering(self, action: str) -> Ints:
        """Return the statements that cover an action, which is in lower case."""
        found = self._candidates.get(action)
        if found is None:
            found = np.sort(self._by_action.joined(self.actions.covering(action)))
            self._candidates[action] = found
        return found

    def could_allow(self, asked: Asked) -> int:
        """Return whom their identity policies could allow a request, whatever it holds."""
        covering = self._covering(asked.name)
        allowing = covering[self._allow[covering]]
        covered = self.resources.codes(asked.seen, unknown, single)
        speaking = allowing[covered[self.form.resource[allowing]] != NO]
        # Of most things the same statements speak.
        return self._holding(speaking.astype(np.int32, copy=False).tobytes())

    def _find_holding(self, statements: bytes) -> int:
        """Return those whose identity policies hold one of some statements, or are unread."""
        speaking = np.frombuffer(statements, np.int32)
        groups = np.append(self.form.unread != 0, False)
        if len(speaking):
            groups[self._groups_of.joined(speaking)] = True
        return self._bits(groups[self.form.identity])

    def _test_codes(self, asked: Asked, held: Held) -> Codes:
        values = tuple(held.value(key) for key in self._keys)
        many = tuple(key for key in asked.said if asked.many(key))
        key = (*values, many)
        found = self._tested.get(key)
        if found is None:
            found = self._tested[key] = self.tests.codes(held.value, asked.many)
            if len(self._tested) > _REMEMBERED:
                self._tested.popitem(last=False)
        return found

    def flags(self, ids: Ints, codes: Codes) -> Codes:
        """Return for each group what it says, from the statements that speak."""
        flags = self._base.copy()
        allow = self._allow[ids]
        sure = codes == YES
        for mask, mark in (
            (allow & sure, ALLOWS | MAY_ALLOW),
            (allow & ~sure, MAY_ALLOW),
            (~allow & sure, DENIES | MAY_DENY),
            (~allow & ~sure, MAY_DENY),
        ):
            chosen = ids[mask]
            if len(chosen):
                flags[self._groups_of.joined(chosen)] |= mark
        return flags

    def _gathered(self, ids: Ints, codes: Codes) -> Own:
        form = self.form
        flags = np.append(self.flags(ids, codes), np.uint8(ALLOWS | MAY_ALLOW))
        # The group NONE is the last one: it allows everything and denies nothing.
        identity = flags[form.identity]
        boundary = flags[form.boundary]
        session = flags[form.session]
        chain = self._chain_flags(flags)[form.chain]
        every = identity | boundary | session | chain
        return Own(
            identity=self._truth(identity, ALLOWS, MAY_ALLOW),
            boundary=self._truth(boundary, ALLOWS, MAY_ALLOW),
            session=self._truth(session, ALLOWS, MAY_ALLOW),
            scp=self._truth(chain, ALLOWS, MAY_ALLOW),
            denies=self._truth(every, DENIES, MAY_DENY),
        )

    def _chain_flags(self, flags: Codes) -> Codes:
        """Every level has to allow; any may deny."""
        chains = self.form.chains
        found = np.full(len(chains) + 1, ALLOWS | MAY_ALLOW, dtype=np.uint8)
        if len(chains):
            levels, starts = flags[chains.items], chains.starts[:-1]
            allow = np.bitwise_and.reduceat(levels, starts) & (ALLOWS | MAY_ALLOW)
            deny = np.bitwise_or.reduceat(levels, starts) & (DENIES | MAY_DENY)
            found[:-1] = allow | deny
        return found

    def _truth(self, flags: Codes, sure: int, possible: int) -> Truth:
        return Truth(self._bits((flags & sure) != 0), self._bits((flags & possible) != 0))

    def _bits(self, held: NDArray[np.bool_]) -> int:
        if len(held) == self._size:
            return packed(held)
        whole = np.zeros(self._size, dtype=bool)
        whole[self.rows] = held
        return packed(whole)


def found_by(form: Form) -> dict[str, pa.Table]:
    """Return by what the patterns and tests of a form are found."""
    return {"patterns.found": pattern_table(form), **condition_tables(form.tests)}
