# SPDX-License-Identifier: Apache-2.0
"""Tells of many single requests at once which of them are plainly denied.

Of requests drawn from a whole organisation most are: nothing that the caller holds could allow it,
or nothing that is written about the thing could. Both are told from columns, without a row of
either's account. What is left is for the court.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow.compute as pc
from msgspec import Struct
from numpy.typing import NDArray

from bartizan.model.facts import Facts
from bartizan.model.facts.policy import Policy
from bartizan.reason.authz.aws.estate.estate import is_trust
from bartizan.reason.authz.aws.estate.part import accounts_in
from bartizan.reason.authz.aws.estate.sighted import NONE, ODD, sight
from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.kernel.alike import ACCOUNT, NAMING, OPEN, Alike
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.everyone import Everyone
from bartizan.reason.authz.aws.kernel.form import NONE as NO_GROUP
from bartizan.reason.authz.aws.kernel.holdings import Holdings
from bartizan.reason.authz.aws.kernel.logic import NO, unpacked
from bartizan.reason.authz.aws.kernel.shapes import Mask, Numbers, Shapes, numbered
from bartizan.reason.authz.aws.request import Caller

Texts = Any
"""An array of texts: Arrow's own types are parametrised."""

_TYPES = tuple(Caller)
_ORDINARY = (Caller.ROLE, Caller.USER)
_PLAIN = (*_ORDINARY, Caller.ROOT)
_NAMED_OF = r"^arn:[^:]*:(?:iam::[^:]*:role/|kms:[^:]*:[^:]*:key/)"
_ROLE = r"^arn:[^:]*:iam::[^:]*:role/"


class Looked(Struct, frozen=True, kw_only=True):
    """What was told of single requests, by number."""

    denied: Mask
    """They are plainly denied."""
    told: Mask
    """Nothing is odd about the caller, the action, or what is written about the thing."""
    policies: Alike
    """The policies of things."""
    policy: Numbers
    """The place among them of the thing's own, NONE or UNREAD."""


class Each:
    """Looks at single requests of the callers of a compiled estate."""

    def __init__(self, callers: Callers, everyone: Everyone, facts: Facts) -> None:
        self._callers, self._everyone, self.facts = callers, everyone, facts

    def look(self, rows: Numbers, actions: Texts, things: Texts) -> Looked:
        """Look at requests, each by the row of its caller, its action and its thing."""
        return _Requests(self, rows, actions, things).look()

    @cached_property
    def types(self) -> NDArray[np.uint8]:
        """The type of each caller."""
        return self._callers.types

    def accounts(self, rows: Numbers) -> Texts:
        """Return the accounts of some callers."""
        return self._callers.table["account"].take(rows).combine_chunks()

    def texts(self, column: str, rows: Numbers) -> list[str]:
        """Return a column of some callers."""
        found: list[str] = _listed(self._callers.table[column].take(rows))
        return found

    def spelled(self, rows: Numbers) -> Mask:
        """Say of some callers whether their ARN says the account that they belong to."""
        arns = self._callers.table["arn"].take(rows)
        return np.asarray(pc.fill_null(pc.equal(accounts_in(arns), self.accounts(rows)), False))  # noqa: FBT003 - Arrow's own

    @cached_property
    def varying(self) -> Mask:
        """Callers whose own policies may say something else with other tags."""
        everyone = self._everyone
        bits = everyone.asking_for_tags & everyone.retagged
        found: Mask = unpacked(bits, self._callers.size) != 0
        return found

    @property
    def holdings(self) -> Holdings:
        """What callers hold, whatever is supposed."""
        return self._everyone.base


class _Requests:
    """Some single requests."""

    def __init__(
        self,
        each: Each,
        rows: Numbers,
        actions: Texts,
        things: Texts,
    ) -> None:
        self._each, self._rows = each, rows
        self._actions = _listed(actions.dictionary)
        self._action = np.asarray(actions.indices)
        self._things = _listed(things.dictionary)
        self._arns = things.dictionary
        self._thing = np.asarray(things.indices)
        self._sighted = sight(each.facts, self._things)

    def look(self) -> Looked:
        """Say what is told."""
        each, seen, rows = self._each, self._sighted, self._rows
        ordinary = _of_types(each.types[rows], _ORDINARY)
        told = _of_types(each.types[rows], _PLAIN)
        told &= each.spelled(rows) & ~seen.odd[self._thing]
        told &= ~np.array([_is_special(name) for name in self._actions])[self._action]
        mine, theirs = each.accounts(rows), seen.accounts.take(self._thing)
        home = np.asarray(pc.equal(mine, theirs))
        account, itself = self._named(np.flatnonzero(told), mine)
        # Whoever is not named by what is written about the thing has no way to another account's,
        # nor to roles and keys of its own.
        denied = told & (~home | self._must_be_named()) & ~account & ~itself
        # Named by the account alone, or not at all, it needs what it holds itself; as do all to
        # whom the thing is another account's.
        left = np.flatnonzero(told & ~denied & ordinary & ~(home & itself))
        left = left[~each.varying[rows[left]]]
        denied[left[~self._could(left)]] = True
        left = np.flatnonzero(told & ~denied)
        denied[left] = self._are_none(left)
        told &= self._policy != ODD
        return Looked(denied=denied, told=told, policies=self._policies, policy=self._policy)

    def _are_none(self, rows: Numbers) -> Mask:
        """Say of some requests whether the action does not act on such things."""
        used, thing = np.unique(self._thing[rows], return_inverse=True)
        shapes = Shapes.of(self._arns.take(used))
        number, first = numbered((self._action[rows], shapes.number[thing]))
        found = []
        for row in rows[first].tolist():
            action, arn = self._actions[self._action[row]], self._things[self._thing[row]]
            found.append(scope.exists(action.lower(), arn) == NO)
        return np.array(found, dtype=bool)[number]

    def _must_be_named(self) -> Mask:
        """Say of each request whether the thing's own policy has to allow it at home too."""
        key = _matches(self._arns, _NAMED_OF)
        role = _matches(self._arns, _ROLE)
        session = np.array([name.lower().startswith("sts:") for name in self._actions])
        of_role = role[self._thing]
        found: Mask = np.where(of_role, session[self._action], key[self._thing])
        return found

    def _named(self, rows: Numbers, accounts: Texts) -> tuple[Mask, Mask]:
        """Say of each request, if it is in one of some rows, whether what is written about the
        thing might allow it to the caller's account, and to the caller itself or to everybody.
        """
        seen, thing, action = self._sighted, self._thing[rows], self._action[rows]
        trust = np.array([is_trust(name) for name in self._actions])[action]
        held = np.where(trust, seen.trusts[thing], seen.policies[thing])
        account, itself = (np.zeros(len(self._rows), dtype=bool) for _ in range(2))
        itself[rows] = (held < NONE) | seen.granted[thing]
        self._policy = np.full(len(self._rows), NONE, dtype=np.int64)
        self._policy[rows] = held
        rows, held = rows[held >= 0], held[held >= 0]
        policies, place = np.unique(held, return_inverse=True)
        table = self._each.facts.table(Policy).select(["type", "document"]).take(policies)
        texts: Texts = table["document"].combine_chunks()
        self._policies = Alike(table["type"].combine_chunks(), texts)
        self._policy[rows] = place
        said = self._policies.say(
            place, self._action[rows], [name.lower() for name in self._actions]
        )
        itself[rows[said == OPEN]] = True
        some = np.flatnonzero(said == NAMING)
        rows, spoken = rows[some], texts.take(place[some]).to_pylist()
        names = accounts.take(rows).to_pylist()
        account[rows] = [name in text for name, text in zip(names, spoken, strict=True)]
        for column in ("arn", "session"):
            names = self._each.texts(column, self._rows[rows])
            spelled = [name and name in text for name, text in zip(names, spoken, strict=True)]
            itself[rows] |= np.array(spelled, dtype=bool)
        return account, itself

    def _could(self, rows: Numbers) -> Mask:
        """Say of some requests whether what the caller holds itself could allow them."""
        holdings = self._each.holdings
        form = holdings.form
        masks = np.stack([holdings.actions.mask(name.lower()) for name in self._actions])
        groups = form.identity[self._rows[rows]].astype(np.int64)
        found = np.zeros(len(rows), dtype=bool)
        some = groups != NO_GROUP
        found[some] = form.unread[groups[some]] != 0
        asked = np.flatnonzero(some & ~found)
        owner, statement = form.groups.spread(groups[asked])
        owner = asked[owner]
        action = self._action[rows[owner]]
        fits = (form.allow[statement] != 0) & masks[action, form.action[statement]]
        owner, statement, action = owner[fits], statement[fits], action[fits]
        sets = form.resource[statement]
        found[owner[form.negated[sets] != 0]] = True
        pair, pattern = form.patterns_of.spread(sets)
        everywhere = np.array([scope.names_nothing(name) for name in self._actions])
        owner, action = owner[pair], action[pair]
        arns = self._thing[rows[owner]]
        anything = holdings.prefixes.anything[pattern]
        found[owner[anything]] = True
        rest = np.flatnonzero(~anything & ~everywhere[action] & ~found[owner])
        may = holdings.prefixes.may_cover(pattern[rest], self._arns, arns[rest])
        found[owner[rest[may]]] = True
        star = ~anything & everywhere[action] & holdings.prefixes.empty[pattern]
        found[owner[star]] = True
        return found


def _is_special(action: str) -> bool:
    """An action that some may do whatever is written, or whose name spells an account."""
    return bool(scope.exempt(action.lower())) or re.search(ACCOUNT, action) is not None


def _listed(texts: Texts) -> list[str]:
    found: list[str] = texts.to_pylist()
    return found


def _of_types(types: NDArray[np.uint8], wanted: Sequence[Caller]) -> Mask:
    return np.isin(types, [_TYPES.index(type_) for type_ in wanted])


def _matches(texts: Texts, pattern: str) -> Mask:
    return np.asarray(pc.match_substring_regex(texts, pattern), dtype=np.bool_)
