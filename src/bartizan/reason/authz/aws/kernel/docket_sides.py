# SPDX-License-Identifier: Apache-2.0
"""What the resource's side says of many single requests.

Requests are alike where all that the court reads of them is the same but for accounts, and equal
accounts stand in the same places: one of them is put to the court for all.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from bartizan.reason.authz.aws.kernel.alike import (
    LIKE_NONE,
    OF_CALLER,
    OF_PARTS,
    OF_THING,
    SPEAKS,
    Alike,
)
from bartizan.reason.authz.aws.kernel.alone import Alone
from bartizan.reason.authz.aws.kernel.combine import Sides
from bartizan.reason.authz.aws.kernel.compile import Supposed
from bartizan.reason.authz.aws.kernel.court import Court
from bartizan.reason.authz.aws.kernel.docket import NEAR, Docket, Part
from bartizan.reason.authz.aws.kernel.docket_guard import Guard
from bartizan.reason.authz.aws.kernel.everyone import Everyone
from bartizan.reason.authz.aws.kernel.form import NONE as NO_GROUP
from bartizan.reason.authz.aws.kernel.shapes import NONE, Mask, Numbers, numbered, parted, related
from bartizan.reason.authz.aws.kernel.tables import Codes
from bartizan.reason.authz.aws.kernel.tables import Numbers as Numbering

_SAME = ("organization_known", "management_account", "service_linked")
"""Columns of callers of which the court asks whatever is written."""


class DocketSides:
    """The resource's side of some requests."""

    def __init__(
        self, docket: Docket, everyone: Everyone, policies: Alike, policy: Numbers
    ) -> None:
        """Take requests, with the place of each thing's policy among `policies`; others are below
        0, by what they are.
        """
        self._docket, self._everyone = docket, everyone
        self._policies, self._policy = policies, policy
        self._known: Numbering[Sides] = Numbering()

    @property
    def kinds(self) -> Sequence[Sides]:
        """All that is said of some request."""
        return self._known.things()

    def of(self, requests: Numbers, supposed: Supposed) -> Numbers:
        """Return for some requests the place of what is said of each among `kinds`."""
        kinds, number = np.unique(self.alike[0][requests], return_inverse=True)
        first = self.alike[1][kinds].tolist()
        self._docket.callers.look_up(self._docket.rows[first].tolist())
        found = [self._known(self._said(request, supposed)) for request in first]
        return np.array(found, dtype=np.int64)[number]

    def _said(self, request: int, supposed: Supposed) -> Sides:
        docket = self._docket
        alone = Alone(docket.callers, int(docket.rows[request]), self._everyone)
        return Court(docket.estate, alone, docket.asked(request)).sides(supposed)

    @cached_property
    def alike(self) -> tuple[Numbers, Numbers]:
        """Number requests that are alike, and return the numbers and the first of each."""
        docket, guard = self._docket, Guard(self._docket)
        policy, asks = self._of_policies()
        granted = self._granted()
        above = guard.part.silent(guard.asks == 0)
        asks |= guard.asks
        asks[granted.number != NONE] |= OF_CALLER
        callers = self._callers(asks & OF_CALLER != 0)
        things = self._things(asks & OF_THING != 0)
        texts = (policy, above, granted, callers, things, *self._accounts())
        accounts = [part.accounts for part in texts]
        alone = (asks & LIKE_NONE != 0) | np.any([part.odd for part in texts], axis=0)
        parts = sorted(self._policies.parts | guard.policies.parts)
        looking = (asks & OF_PARTS != 0).astype(np.int64)
        return numbered((
            *(docket.contexts[NEAR], docket.action, docket.kind_of_thing),
            *(self._about_things(), *self._about_callers(), np.minimum(self._policy, 0)),
            *(part.number for part in texts),
            *related(accounts).T,
            *(looking * found for found in parted(accounts, parts)),
            np.where(alone, np.arange(len(docket)), NONE),
        ))  # fmt: skip

    def _of_policies(self) -> tuple[Part, Codes]:
        """Return the policies of things, and what they ask for; where they do not speak of the
        action, the accounts in them do not count.
        """
        docket, some = self._docket, self._policy >= 0
        asks = np.zeros(len(docket), dtype=np.uint8)
        names = [name.lower() for name in docket.actions]
        asks[some] = self._policies.ask(self._policy[some], docket.action[some], names)
        held = self._policies
        part = Part.of(held.number, held.accounts, self._policy, some)
        return part.silent(asks & SPEAKS == 0), asks

    def _accounts(self) -> tuple[Part, Part]:
        """Return the accounts of callers and of owners."""
        docket = self._docket
        mine = docket.callers.column("account", docket.rows)
        whose = pa.array([place.account for place in docket.places], pa.string())
        every = np.ones(len(docket), dtype=bool)
        return (
            Part.shaped(mine.dictionary, np.asarray(mine.indices, dtype=np.int64), every),
            Part.shaped(whose, docket.thing, every),
        )

    def _callers(self, some: Mask) -> Part:
        """Return what callers are called, and their tags, of some requests."""
        docket = self._docket
        rows, place = np.unique(docket.rows[some], return_inverse=True)
        names = ("arn", "session", "unique_id", "own", "others")
        held = docket.callers.table.select(names).take(rows).to_pydict()
        texts = [repr(one) for one in zip(*held.values(), strict=True)]
        whole = np.zeros(len(docket), dtype=np.int64)
        whole[some] = place
        return Part.shaped(pa.array(texts, pa.large_string()), whole, some)

    def _things(self, some: Mask) -> Part:
        """Return what things are called, and their tags, of some requests."""
        docket = self._docket
        tags = [place.tags and sorted(place.tags.items()) for place in docket.places]
        texts = [f"{arn}\n{held}" for arn, held in zip(docket.things, tags, strict=True)]
        return Part.shaped(pa.array(texts, pa.large_string()), docket.thing, some)

    def _granted(self) -> Part:
        """Return the grants on keys."""
        docket = self._docket
        held = [docket.estate.grants(thing) for thing in docket.things]
        some = np.array([bool(grants) for grants in held], dtype=bool)
        texts = [repr([replace(grant, id="") for grant in grants]) for grants in held]
        return Part.shaped(pa.array(texts, pa.large_string()), docket.thing, some[docket.thing])

    def _about_things(self) -> Numbers:
        """Return what else is read of things and their owners."""
        estate, kinds = self._docket.estate, Numbering[object]()
        found = []
        for place in self._docket.places:
            owner = estate.accounts.get(place.account)
            whose = (owner.organization, owner.management) if owner else None
            found.append(kinds((place.of_vendor, whose, estate.public_access(place))))
        return np.array(found, dtype=np.int64)[self._docket.thing]

    def _about_callers(self) -> Sequence[Numbers]:
        """Return what else is read of callers."""
        docket = self._docket
        bounded = self._everyone.base.form.boundary[docket.rows] != NO_GROUP
        held = docket.callers.table.select(_SAME).take(docket.rows)
        return bounded, *(np.asarray(held[name]) for name in _SAME)
