# SPDX-License-Identifier: Apache-2.0
"""Which resource control policies stand over the things of many single requests.

Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa

from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.kernel.alike import Alike
from bartizan.reason.authz.aws.kernel.docket import Docket, Part
from bartizan.reason.authz.aws.kernel.shapes import NONE, Mask, numbered
from bartizan.reason.authz.aws.kernel.tables import Codes
from bartizan.reason.authz.aws.kernel.tables import Numbers as Numbering

_Way = tuple[tuple[str, ...], ...]
"""The ids of policies, level by level."""
_MOST = 8
"""Accounts that the policies over one account spell together; of more nothing is told."""


class Guard:
    """The control policies over the things of some requests."""

    def __init__(self, docket: Docket) -> None:
        """Find them by the accounts that own the things."""
        self._docket, owners = docket, [place.account for place in docket.places]
        accounts, ways = Numbering[str](), Numbering[_Way | str]()
        owner = np.array([accounts(account) for account in owners], dtype=np.int64)
        self._way = np.array([ways(self._over(x)) for x in accounts.things()])[owner[docket.thing]]
        self._ways = ways.things()
        told = [way for way in self._ways if not isinstance(way, str)]
        ids = sorted({id_ for way in told for level in way for id_ in level})
        rows = [docket.estate.documents.policies[id_] for id_ in ids]
        self.policies = Alike(
            pa.array([row.type for row in rows], pa.string()),
            pa.array([row.document for row in rows], pa.large_string()),
        )
        self._place = {id_: place for place, id_ in enumerate(ids)}

    def _over(self, account: str) -> _Way | str:
        """Return what stands over an account; the account itself where that is not told."""
        estate = self._docket.estate
        owner = estate.accounts.get(account)
        if owner is not None and owner.management:
            return ()
        way = estate.guardrails.outline(account, "rcp")
        return account if way is None else way

    @cached_property
    def _limited(self) -> Mask:
        """Requests in which such policies have a say."""
        docket = self._docket
        vendors = np.array([place.of_vendor for place in docket.places], dtype=bool)
        limits = np.array([scope.rcp_limits(name.lower()) for name in docket.actions], dtype=bool)
        found: Mask = limits[docket.action] & ~vendors[docket.thing]
        return found

    @cached_property
    def part(self) -> Part:
        """What stands over the owner of each thing; odd where that is not told."""
        kinds, policies = Numbering[object](), self.policies
        numbers, odd = [], np.zeros(len(self._ways), dtype=bool)
        accounts = np.full((len(self._ways), _MOST), NONE, dtype=np.int64)
        for number, way in enumerate(self._ways):
            levels = [] if isinstance(way, str) else [self._level(ids) for ids in way]
            held = policies.accounts[[place for level in levels for place in level]]
            spelled = held[held != NONE]
            odd[number] = isinstance(way, str) or len(spelled) > _MOST
            accounts[number, : len(spelled)] = spelled[:_MOST]
            numbers.append(kinds(str([policies.number[level].tolist() for level in levels])))
        part = Part.of(np.array(numbers), accounts, self._way, self._limited)
        part.odd[self._limited] = odd[self._way[self._limited]]
        return part

    def _level(self, ids: Sequence[str]) -> Sequence[int]:
        """Return the places of policies in an order that is the same for all accounts."""
        return sorted((self._place[id_] for id_ in ids), key=lambda one: self.policies.number[one])

    @cached_property
    def asks(self) -> Codes:
        """What the statements about each request's action ask for."""
        docket, some = self._docket, np.flatnonzero(self._limited)
        names = [name.lower() for name in docket.actions]
        number, first = numbered((self.part.number[some], docket.action[some]))
        told = np.zeros(len(first), dtype=np.uint8)
        for place, request in enumerate(some[first].tolist()):
            way = self._ways[self._way[request]]
            held = [] if isinstance(way, str) else [self._place[x] for level in way for x in level]
            action = np.full(len(held), docket.action[request])
            told[place] = (
                np.bitwise_or.reduce(self.policies.ask(np.array(held, np.int64), action, names))
                if held
                else 0
            )
        found = np.zeros(len(docket), dtype=np.uint8)
        found[some] = told[number]
        return found
