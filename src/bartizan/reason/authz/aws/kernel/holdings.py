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
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bartizan.reason.authz.aws.kernel.asked import Asked, Held
from bartizan.reason.authz.aws.kernel.index import ActionIndex, ResourceIndex, TestIndex, covers
from bartizan.reason.authz.aws.kernel.logic import NO, NOBODY, YES, Truth, packed
from bartizan.reason.authz.aws.kernel.statement import ActionSet, ResourceSet, Settled
from bartizan.reason.authz.aws.kernel.tables import Codes, Ints, Lists
from bartizan.reason.authz.aws.kernel.values import Test

ALLOWS, MAY_ALLOW, DENIES, MAY_DENY = 1, 2, 4, 8
"""What a group says of a request; what is certain is possible as well."""

NONE = -1
"""No such group: a limit that is not there."""

_REMEMBERED = 1 << 10


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


@dataclass(frozen=True, slots=True)
class Form:
    """Everything that `Holdings` is made of, as plain values and arrays."""

    statements: tuple[Settled, ...]
    groups: Lists
    """Statements of each group."""
    unread: NDArray[np.bool_]
    """Of each group: some policy in it could not be read."""
    chains: Lists
    """Groups of service control policies, a list for each way from the root to an account."""
    identity: Ints
    boundary: Ints
    session: Ints
    """Group of each caller, or NONE."""
    chain: Ints
    """Chain of each caller, or NONE."""


class Holdings:
    """The policies of callers, compiled. `rows` says which callers these are."""

    def __init__(self, form: Form, *, rows: NDArray[np.int64], size: int) -> None:
        self.form, self.rows, self._size = form, rows, size
        actions: dict[ActionSet, int] = {}
        resources: dict[ResourceSet, int] = {}
        tests: dict[Test, int] = {}
        conditions: dict[tuple[int, ...], int] = {}
        count = len(form.statements)
        self._resource = np.empty(count, dtype=np.int32)
        self._condition = np.empty(count, dtype=np.int32)
        self._allow = np.empty(count, dtype=bool)
        action = np.empty(count, dtype=np.int32)
        for number, one in enumerate(form.statements):
            action[number] = actions.setdefault(one.actions, len(actions))
            self._resource[number] = resources.setdefault(one.resources, len(resources))
            asked = tuple(sorted(tests.setdefault(test, len(tests)) for test in one.tests))
            self._condition[number] = (
                conditions.setdefault(asked, len(conditions)) if asked else NONE
            )
            self._allow[number] = one.allow
        self.actions = ActionIndex(tuple(actions))
        self.resources = ResourceIndex(tuple(resources))
        self.tests = TestIndex(tuple(tests))
        self._tests_of = Lists.of(conditions)
        self._by_action = Lists.turned(
            Lists(np.arange(count + 1, dtype=np.int64), action), len(actions)
        )
        self._groups_of = Lists.turned(form.groups, count)
        self._base = np.where(form.unread, MAY_ALLOW | MAY_DENY, 0).astype(np.uint8)
        self._open = self.tests.keys | self.resources.keys | _open_keys(tests)
        self._candidates: dict[str, Ints] = {}
        self._judged: OrderedDict[tuple[bytes, bytes], Own] = OrderedDict()
        self._tested: OrderedDict[tuple[object, ...], Codes] = OrderedDict()
        self._keys = tuple(sorted(self._open))

    @property
    def keys(self) -> frozenset[str]:
        """The keys, in lower case, on which an answer can depend beside the caller."""
        return self._open

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

    def speaking_of(self, group: int, action: str) -> tuple[Settled, ...]:
        """Return the statements of one group that cover `action`, which is in lower case."""
        held = (self.form.statements[number] for number in self.form.groups[group].tolist())
        return tuple(one for one in held if covers(one.actions, action))

    @property
    def _room(self) -> int:
        """How many answers to keep, so that they take no more than some tens of megabytes."""
        return max(16, (1 << 26) // max(1, self._size))

    def _speaking(self, asked: Asked, held: Held) -> tuple[Ints, Codes]:
        """Return the statements that speak of a request, and whether each does: MAYBE or YES."""
        candidates = self._candidates.get(asked.name)
        if candidates is None:
            covering = self.actions.covering(asked.name)
            candidates = np.sort(self._by_action.joined(covering))
            self._candidates[asked.name] = candidates
        covered = self.resources.codes(asked.seen, held.value, asked.many)
        codes = covered[self._resource[candidates]]
        fits = codes != NO
        ids, codes = candidates[fits], codes[fits]
        asking = self._condition[ids]
        tested = asking != NONE
        if tested.any():
            truths = self._tests_of.least(asking[tested], self._test_codes(asked, held))
            codes[tested] = np.minimum(codes[tested], truths)
            fits = codes != NO
            ids, codes = ids[fits], codes[fits]
        return ids, codes

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


def _open_keys(tests: Mapping[Test, int]) -> frozenset[str]:
    return frozenset(key for test in tests for key in test.open_keys)
