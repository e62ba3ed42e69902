# SPDX-License-Identifier: Apache-2.0
"""Compiles what callers hold: equal policies once, settled for whom they are about."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.holdings import NONE, Form, Holdings
from bartizan.reason.authz.aws.kernel.keys import ORGANIZATION_KEYS, OWNER_KEYS, TAG, Tags, fixed
from bartizan.reason.authz.aws.kernel.scope import MEMBERS, WITH_SESSION_POLICY
from bartizan.reason.authz.aws.kernel.statement import Raw, Settled, raw_statements
from bartizan.reason.authz.aws.kernel.tables import Lists, Numbers
from bartizan.reason.authz.aws.kernel.values import State, Values
from bartizan.reason.authz.aws.request import Attached, Caller, RequestPrincipal

_FIXED = frozenset(
    {
        *("aws:principalarn", "aws:principalaccount", "aws:principalisawsservice"),
        *("aws:principalorgid", "aws:principalorgpaths", "aws:principaltype", "aws:userid"),
        *("aws:username", "aws:principalservicename", "kms:calleraccount"),
    }
)


@dataclass(frozen=True, slots=True)
class Supposed:
    """What is supposed of requests when policies are settled."""

    own: bool = False
    """The resource is each caller's own."""
    replaced: bool = False
    """A session has other tags in the place of its role's."""
    complete: bool = False
    """What is not stated is absent."""
    tags: tuple[tuple[str, Values], ...] = ()
    """What is stated of the caller's tags."""


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
    if key in _FIXED or key.startswith(TAG):
        return True
    return supposed.own and (key in OWNER_KEYS or key in ORGANIZATION_KEYS)


def many(key: str) -> bool:
    """A key that callers settle may hold many values."""
    known = catalogue.condition_key(key)
    return known is not None and known.multivalued


@dataclass(frozen=True, slots=True)
class _RawGroup:
    """Policies that hold together."""

    statements: tuple[Raw, ...]
    unread: bool
    keys: tuple[str, ...]
    """The keys that settle what it says."""


@dataclass(slots=True)
class Compiler:
    """Compiles the policies of callers under one supposition."""

    estate: Estate
    callers: Callers
    supposed: Supposed
    _statements: Numbers[Settled] = field(default_factory=Numbers)
    _groups: Numbers[tuple[tuple[int, ...], bool]] = field(default_factory=Numbers)
    _chains: Numbers[tuple[int, ...]] = field(default_factory=Numbers)
    _raw: dict[tuple[int, ...], _RawGroup] = field(default_factory=dict)
    _settled: dict[tuple[int, tuple[Values, ...]], int] = field(default_factory=dict)

    def holdings(self, rows: Sequence[int]) -> Holdings:
        """Compile what the callers in `rows` hold."""
        found = np.full((4, len(rows)), NONE, dtype=np.int32)
        for place, row in enumerate(rows):
            found[:, place] = self._of(row)
        groups = self._groups.things()
        form = Form(
            statements=self._statements.things(),
            groups=Lists.of([ids for ids, _ in groups]),
            unread=np.array([unread for _, unread in groups], dtype=bool),
            chains=Lists.of(self._chains.things()),
            identity=found[0],
            boundary=found[1],
            session=found[2],
            chain=found[3],
        )
        where = np.asarray(rows, dtype=np.int64)
        return Holdings(form, rows=where, size=self.callers.size)

    def _of(self, row: int) -> tuple[int, int, int, int]:
        """Return the groups of one caller: identity, boundary, session, and its chain."""
        who, name = self.callers.who[row], self.callers.names[row]
        constants = Constants(who, self.callers.tags[row], self.supposed)
        if who.type not in MEMBERS:
            return self._group((), constants), NONE, NONE, NONE
        identity, boundary = self.estate.identity(name)
        session = self.estate.session(name) if who.type in WITH_SESSION_POLICY else None
        if who.type is Caller.FEDERATED_USER and session is None:
            session = ()
        return (
            self._group(identity, constants),
            NONE if boundary is None else self._group(boundary, constants),
            NONE if session is None else self._group(session, constants),
            self._chain(who, constants),
        )

    def _chain(self, who: RequestPrincipal, constants: Constants) -> int:
        if who.management_account or who.service_linked:
            return NONE
        levels = self.estate.guardrails.levels(who.account, "scp")
        if levels is None:
            return NONE
        return self._chains(tuple(self._group(level.policies, constants) for level in levels))

    def _group(self, attached: tuple[Attached, ...], constants: Constants) -> int:
        key = tuple(id(policy.document) if policy.document else 0 for policy in attached)
        raw = self._raw.get(key)
        if raw is None:
            raw = self._raw[key] = self._read(attached)
        values = tuple(constants(name) for name in raw.keys)
        known = self._settled.get((id(raw), values))
        if known is None:
            settled = (one.settled(constants, many) for one in raw.statements)
            numbers = {self._statements(one) for one in settled if one is not None}
            known = self._groups((tuple(sorted(numbers)), raw.unread))
            self._settled[id(raw), values] = known
        return known

    def _read(self, attached: tuple[Attached, ...]) -> _RawGroup:
        statements = tuple(
            raw
            for policy in attached
            if policy.document
            for raw in raw_statements(policy.document)
        )
        keys = {key for raw in statements for key in raw.keys if may_settle(key, self.supposed)}
        unread = any(policy.document is None for policy in attached)
        return _RawGroup(statements, unread, tuple(sorted(keys)))
