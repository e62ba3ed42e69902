# SPDX-License-Identifier: Apache-2.0
"""One caller alone, as the court asks it: without arrays, since there is one answer to find."""

from collections.abc import Iterable
from functools import cache, cached_property, lru_cache

import numpy as np

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.kernel.asked import Asked, Audience, Held, View, Views
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.columns import fit
from bartizan.reason.authz.aws.kernel.compile import Constants, Supposed
from bartizan.reason.authz.aws.kernel.everyone import Everyone
from bartizan.reason.authz.aws.kernel.form import NONE, Form
from bartizan.reason.authz.aws.kernel.holdings import Holdings, Own
from bartizan.reason.authz.aws.kernel.logic import (
    MAYBE,
    NO,
    YES,
    Truth,
    all_of,
    any_of,
    constant,
)
from bartizan.reason.authz.aws.kernel.naming import Naming
from bartizan.reason.authz.aws.kernel.readings import Readings
from bartizan.reason.authz.aws.kernel.statement import Raw, Settled
from bartizan.reason.authz.aws.kernel.values import holds, single, unknown
from bartizan.reason.authz.aws.request import Caller

_PAIRS = 1 << 10
_ORDINARY = frozenset({Caller.ROLE, Caller.USER})
_PLAINLY = Supposed()
_SURE = Truth(1, 1)


class Alone:
    """A crowd of one, out of a compiled one."""

    full = 1

    def __init__(self, callers: Callers, row: int, everyone: Everyone) -> None:
        self._row, self._everyone = row, everyone
        self._all = callers
        self._who, self._tags = callers.who(row), callers.tags(row)
        self._kind = callers.kinds[callers.kind_of[row]]
        self.service_linked = int(self._who.service_linked)
        self.retagged, self.asking_for_tags, self._asks_for_owner = everyone.flags(row)
        self._varied: dict[Supposed, Form] = {}
        self._indexed = cache(self._find_indexed)
        self._speaking = lru_cache(_PAIRS)(self._find_speaking)

    @cached_property
    def _callers(self) -> Callers:
        return self._all.only(self._row)

    @property
    def type(self) -> Caller:
        """What kind of caller it is."""
        return self._who.type

    @property
    def account(self) -> str:
        """The account that it belongs to."""
        return self._who.account

    def view(self, *, home: bool) -> View:
        """Return it as one to whom requests look the same, at `home` or elsewhere."""
        return View(self._kind, home, self._who)

    def constants(self, supposed: Supposed) -> Constants:
        """Return what it settles."""
        return Constants(self._who, self._tags, supposed)

    @cached_property
    def naming(self) -> Naming:
        """Tells whether it is named."""
        bounded = int(self._everyone.base.form.boundary[self._row] != NONE)
        return Naming(self._callers, bounded=bounded)

    def of_types(self, types: Iterable[Caller]) -> int:
        """Return whether it is of some types."""
        return int(self._who.type in types)

    def of_account(self, account: str) -> int:
        """Return whether it is of an account."""
        return int(account != "" and account == self._who.account)

    def audience(self, asked: Asked, home: int) -> Audience:
        """Return it as the only one."""
        del asked
        return Audience(((self.view(home=home == 1), 1),))

    def readings(self, supposed: Supposed) -> Readings:
        """Return what reads the policies of others for it."""
        return Readings(_Fits(self.constants(supposed)), self.naming, full=1)

    def own(self, asked: Asked, audience: Audience, supposed: Supposed) -> Own:
        """Return what its own policies say."""
        held = asked.context(audience.views[0][0])
        parts = self._speaking(asked.name, supposed)
        said = [None if part is None else _said(part, asked, held) for part in parts[:3]]
        levels = [_said(part, asked, held) for part in parts[3] or ()]
        denies = [deny for found in (*said, *levels) if found is not None for deny in found[1:]]
        identity, boundary, session = (_SURE if found is None else found[0] for found in said)
        scp = all_of((level[0] for level in levels), full=1)
        return Own(identity, boundary, session, scp, any_of(denies))

    def is_plainly_denied(self, asked: Asked) -> bool:
        """Nothing could allow it, whatever the request holds; asked first, as it is told fast."""
        account = self._who.account
        if asked.hidden or not asked.owner or self._who.type in scope.exempt(asked.name):
            return False
        if asked.exists == NO:
            return True
        if self._who.type not in scope.MEMBERS:
            return not self._granted(asked)
        if asked.owner not in {"*", account}:
            return not (self._granted(asked) and self._could(asked))
        return not (self._granted(asked) or self._could(asked))

    def _granted(self, asked: Asked) -> bool:
        """Something on the resource's side could allow it."""
        openers = asked.openers
        if openers is None:
            return True
        return any(self.naming.reached(one).any().possible for one in openers)

    def _could(self, asked: Asked) -> bool:
        """Something that it holds itself could allow it."""
        if self._who.type not in _ORDINARY or (self.retagged and self.asking_for_tags):
            return True
        if self._varies(Supposed(own=asked.of_caller, complete=asked.complete, tags=asked.tags)):
            return True
        return any(
            one is None or (one.allow and one.resources.covers(asked.seen, unknown, single))
            for one in self._speaking(asked.name, _PLAINLY)[0] or ()
        )

    def _varies(self, supposed: Supposed) -> bool:
        """What it holds may say something else under a supposition."""
        if supposed.own and self._asks_for_owner:
            return True
        tagged = supposed.tags or supposed.complete or (supposed.replaced and self.retagged)
        return bool(tagged and self.asking_for_tags)

    def _find_speaking(self, action: str, supposed: Supposed) -> "_Spoken":
        """Return the statements that cover an action: of identity, boundary and session, and of
        each level of control policies; None in place of a limit that is not there.
        """
        holdings, place = self._indexed(supposed)
        form = holdings.form
        groups = (int(group[place]) for group in (form.identity, form.boundary, form.session))
        identity, boundary, session = (_of(holdings, group, action) for group in groups)
        chain = int(form.chain[place])
        levels = () if chain == NONE else form.chains[chain].tolist()
        return identity, boundary, session, tuple(_some(holdings, n, action) for n in levels)

    def form(self, supposed: Supposed, estate: Estate | None = None) -> tuple[Form, int]:
        """Return what it holds under a supposition, with its place in there; `estate` tells about
        it, where one is at hand.
        """
        compiled = self._compiled(supposed)
        if compiled is not None:
            return compiled[0].form, compiled[1]
        if supposed not in self._varied:
            self._varied[supposed] = self._everyone.alone(self._callers, supposed, estate)
        return self._varied[supposed], 0

    def _find_indexed(self, supposed: Supposed) -> tuple[Holdings, int]:
        """Return the same, indexed."""
        compiled = self._compiled(supposed)
        if compiled is not None:
            return compiled
        form, place = self.form(supposed)
        return Holdings.of(form, rows=np.zeros(1, dtype=np.int64), size=1), place

    def _compiled(self, supposed: Supposed) -> tuple[Holdings, int] | None:
        """Return what was compiled with that of others; None where nothing was."""
        if not self._varies(supposed):
            return self._everyone.base, self._row
        return self._everyone.kept(supposed, self._row)


_Statements = tuple[Settled | None, ...]
"""None stands for a policy that could not be read."""
_Spoken = tuple[
    _Statements | None, _Statements | None, _Statements | None, tuple[_Statements, ...]
]


def _some(holdings: Holdings, group: int, action: str) -> _Statements:
    unread: tuple[None, ...] = (None,) if holdings.form.unread[group] else ()
    return (*holdings.speaking_of(group, action), *unread)


def _of(holdings: Holdings, group: int, action: str) -> _Statements | None:
    return None if group == NONE else _some(holdings, group, action)


def _said(statements: _Statements, asked: Asked, held: Held) -> tuple[Truth, Truth]:
    """Return whether some statements allow, and whether they deny."""
    allows = denies = NO
    for one in statements:
        if one is None:
            allows, denies = max(allows, MAYBE), max(denies, MAYBE)
        elif one.allow:
            allows = max(allows, _fits(one, asked, held)) if allows != YES else YES
        elif denies != YES:
            denies = max(denies, _fits(one, asked, held))
    return constant(allows, full=1), constant(denies, full=1)


def _fits(one: Settled, asked: Asked, held: Held) -> int:
    code = one.resources.covers(asked.seen, held.value, asked.many)
    for test in one.tests:
        if code == NO:
            break
        code = min(code, holds(test, held.value(test.key.lower()), held.value, asked.many))
    return code


class _Fits:
    """For one caller, whether statements of others fit."""

    def __init__(self, constants: Constants) -> None:
        self._constants = constants

    def fits(self, raw: Raw, asked: Asked, views: Views, among: int) -> Truth:
        """Return whether resource and conditions of a statement fit."""
        del among
        code = fit(raw, self._constants, asked, asked.context(views[0][0]))
        return constant(code, full=1)
