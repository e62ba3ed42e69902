# SPDX-License-Identifier: Apache-2.0
"""Compiles what callers hold: equal policies once, settled for whom they are about."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from msgspec import Struct

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.form import NONE, Form, FormBuilder
from bartizan.reason.authz.aws.kernel.holdings import Holdings
from bartizan.reason.authz.aws.kernel.keys import ORGANIZATION_KEYS, OWNER_KEYS, TAG, Tags, fixed
from bartizan.reason.authz.aws.kernel.logic import NO
from bartizan.reason.authz.aws.kernel.scope import MEMBERS, WITH_SESSION_POLICY
from bartizan.reason.authz.aws.kernel.statement import Raw, raw_statements
from bartizan.reason.authz.aws.kernel.values import State, Values
from bartizan.reason.authz.aws.request import Attached, Caller, RequestPrincipal

FIXED = frozenset(
    {
        *("aws:principalarn", "aws:principalaccount", "aws:principalisawsservice"),
        *("aws:principalorgid", "aws:principalorgpaths", "aws:principaltype", "aws:userid"),
        *("aws:username", "aws:principalservicename", "kms:calleraccount"),
    }
)


class Supposed(Struct, frozen=True):
    """What is supposed of requests when policies are settled."""

    own: bool = False
    """The resource is each caller's own."""
    replaced: bool = False
    """A session has other tags in the place of its role's."""
    complete: bool = False
    """What is not stated is absent."""
    tags: tuple[tuple[str, Values], ...] = ()
    """What is stated of the caller's tags."""


_REMEMBERED = 1 << 14
"""Sets of policies whose readings are remembered."""


class Constants:
    """What one caller settles."""

    def __init__(self, who: RequestPrincipal, tags: Tags, supposed: Supposed) -> None:
        self._who, self._tags, self._supposed = who, tags, supposed
        self._fixed = fixed(who)
        self._said = dict(supposed.tags)

    def __call__(self, key: str) -> Values:
        """Return what `key` holds in every request of this caller, or that it is open."""
        if key in self._fixed:
            return self._fixed[key]
        if key.startswith(TAG):
            supposed = self._supposed
            return self._tags.values(
                key,
                said=self._said,
                complete=supposed.complete,
                replaced=supposed.replaced,
            )
        return self._of_resource(key) if self._supposed.own else State.OPEN

    def _of_resource(self, key: str) -> Values:
        who = self._who
        if key in OWNER_KEYS and who.account.isdigit():
            return (who.account,)
        if who.type in MEMBERS and who.organization:
            if key == "aws:resourceorgid":
                return (who.organization,)
            if key == "aws:resourceorgpaths" and who.organization_path:
                return (who.organization_path,)
        return State.OPEN


def may_settle(key: str, supposed: Supposed) -> bool:
    """Some caller settles `key`, in lower case."""
    if key in FIXED or key.startswith(TAG):
        return True
    return supposed.own and (key in OWNER_KEYS or key in ORGANIZATION_KEYS)


def many(key: str) -> bool:
    """A key that callers settle may hold many values."""
    known = catalogue.condition_key(key)
    return known is not None and known.multivalued


class _RawGroup(Struct, frozen=True):
    """Policies that hold together."""

    plain: tuple[int, ...]
    """Statements that say the same of everybody."""
    asking: tuple[tuple[Raw, tuple[str, ...]], ...]
    """The others, with the keys that callers settle in them."""
    keys: tuple[str, ...]
    """All of those keys."""
    unread: bool
    attached: tuple[Attached, ...] = ()
    """The policies; kept, as they are told apart by their identities."""


class Compiler:
    """Compiles the policies of callers under one supposition."""

    def __init__(self, estate: Estate, callers: Callers, supposed: Supposed) -> None:
        self._estate, self._callers, self._supposed = estate, callers, supposed
        self._builder = FormBuilder()
        self._raw: dict[tuple[int, ...], _RawGroup] = {}
        self._settled: dict[tuple[int, tuple[Values, ...]], int] = {}
        self._alone: dict[tuple[int, tuple[object, ...]], int] = {}
        self._ways: dict[str, tuple[_RawGroup, ...] | None] = {}
        self._asked: dict[str, list[int]] = defaultdict(list)

    def holdings(self, rows: Sequence[int]) -> Holdings:
        """Compile what the callers in `rows` hold, and index it."""
        where = np.asarray(rows, dtype=np.int64)
        return Holdings.of(self.form(rows), rows=where, size=self._callers.size)

    def form(self, rows: Sequence[int]) -> Form:
        """Compile what the callers in `rows` hold."""
        found = np.full((4, len(rows)), NONE, dtype=np.int32)
        for place, row in enumerate(rows):
            found[:, place] = self._of(row)
            if len(self._raw) > _REMEMBERED:
                self._forget()
        return self._builder.form(found)

    def _forget(self) -> None:
        """Forget readings: what is shared is found again, what one account alone has is not."""
        self._settled.clear()
        self._alone.clear()
        self._ways.clear()
        self._raw.clear()

    def asking(self) -> Mapping[str, Sequence[int]]:
        """Return whose policies ask for what the request alone settles, or a session's tags.

        `tag` are rows whose policies ask for tags of the caller, `owner` those that ask whose the
        resource is.
        """
        return self._asked

    def _of(self, row: int) -> tuple[int, ...]:
        """Return the groups of one caller: identity, boundary, session, and its chain."""
        who, name = self._callers.who(row), self._callers.names[row]
        if who.type not in MEMBERS:
            return self._group(_EMPTY, None), NONE, NONE, NONE
        identity, boundary = self._estate.identity(name)
        session = self._estate.session(name) if who.type in WITH_SESSION_POLICY else None
        if who.type is Caller.FEDERATED_USER and session is None:
            session = ()
        limits = tuple(None if held is None else self._read(held) for held in (boundary, session))
        own, way = self._read(identity), self._way(who)
        keys = {key for group in (own, *limits, *(way or ())) if group for key in group.keys}
        self._note(row, keys)
        constants = Constants(who, self._callers.tags(row), self._supposed) if keys else None
        chain = None if way is None else tuple(self._group(g, constants) for g in way)
        return (
            self._group(own, constants),
            *(NONE if held is None else self._group(held, constants) for held in limits),
            NONE if chain is None else self._builder.chain(chain),
        )

    def _note(self, row: int, keys: Iterable[str]) -> None:
        if any(key.startswith(TAG) for key in keys):
            self._asked["tag"].append(row)
        if any(key in OWNER_KEYS or key in ORGANIZATION_KEYS for key in keys):
            self._asked["owner"].append(row)

    def _way(self, who: RequestPrincipal) -> tuple[_RawGroup, ...] | None:
        """Return what limits an account's callers, level by level; None for no limit."""
        if who.management_account or who.service_linked:
            return None
        if who.account not in self._ways:
            levels = self._estate.guardrails.levels(who.account, "scp")
            self._ways[who.account] = (
                None if levels is None else tuple(self._read(level.policies) for level in levels)
            )
        return self._ways[who.account]

    def _group(self, raw: _RawGroup, constants: Constants | None) -> int:
        values = tuple(constants(name) for name in raw.keys) if constants else ()
        known = self._settled.get((id(raw), values))
        if known is None:
            numbers = set(raw.plain)
            if constants is not None:
                numbers |= {self._statement(one, keys, constants) for one, keys in raw.asking}
            numbers.discard(NONE)
            known = self._builder.group((tuple(sorted(numbers)), raw.unread))
            self._settled[id(raw), values] = known
        return known

    def _statement(self, raw: Raw, keys: tuple[str, ...], constants: Constants) -> int:
        """Settle one statement; NONE for what never speaks. Most callers settle tests in one of a
        few ways, and only what has variables tells their values apart.
        """
        told: tuple[object, ...]
        if raw.depends:
            told = tuple(constants(name) for name in keys)
        else:
            told = tuple(test.code(constants, many) for test in raw.tests)
            if NO in told:
                return NONE
        key = (id(raw), told)
        known = self._alone.get(key)
        if known is None:
            settled = raw.settled(constants, many)
            known = self._alone[key] = (
                NONE if settled is None else self._builder.statement(settled)
            )
        return known

    def _read(self, attached: tuple[Attached, ...]) -> _RawGroup:
        key = tuple(id(policy.document) if policy.document else 0 for policy in attached)
        if key not in self._raw:
            self._raw[key] = self._sorted(attached)
        return self._raw[key]

    def _sorted(self, attached: tuple[Attached, ...]) -> _RawGroup:
        """Part statements that are the same for everybody from those that are not."""
        plain: list[int] = []
        asking: list[tuple[Raw, tuple[str, ...]]] = []
        for policy in attached:
            for raw in raw_statements(policy.document) if policy.document else ():
                keys = tuple(sorted(k for k in raw.keys if may_settle(k, _ANYTHING)))
                if keys:
                    asking.append((raw, keys))
                elif (settled := raw.settled(_open, many)) is not None:
                    plain.append(self._builder.statement(settled))
        keys = tuple(sorted({key for _, names in asking for key in names}))
        unread = any(policy.document is None for policy in attached)
        return _RawGroup(tuple(plain), tuple(asking), keys, unread, attached)


_ANYTHING = Supposed(own=True)
_EMPTY = _RawGroup((), (), (), unread=False)


def _open(key: str) -> Values:
    del key
    return State.OPEN
