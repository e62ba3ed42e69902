# SPDX-License-Identifier: Apache-2.0
"""All callers of an estate at once, as the court asks them."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import cached_property, lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel import scope
from bartizan.reason.authz.aws.kernel.asked import Asked, Audience, Held, View, Views
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.columns import Columns
from bartizan.reason.authz.aws.kernel.compile import Compiler, Supposed
from bartizan.reason.authz.aws.kernel.form import NONE, Form, array
from bartizan.reason.authz.aws.kernel.holdings import Holdings, Own, unlimited
from bartizan.reason.authz.aws.kernel.keys import Kind
from bartizan.reason.authz.aws.kernel.logic import Truth, packed, unpacked
from bartizan.reason.authz.aws.kernel.naming import Naming
from bartizan.reason.authz.aws.kernel.readings import Readings
from bartizan.reason.authz.aws.request import Caller

OFTEN = {
    "own": Supposed(own=True),
    "replaced": Supposed(replaced=True),
    "own-replaced": Supposed(own=True, replaced=True),
}
"""Suppositions for which what callers hold is compiled at once, by name."""

PARTS = {"base": Supposed(), **OFTEN}
"""All suppositions that are compiled at once, by the name under which they are kept."""
ASKING = ("tag", "owner")
"""What own policies may ask that a supposition can change, by the name under which it is kept."""

_SHARED, _BITS = 1 << 6, 1 << 24
"""Questions whose circumstances are remembered, at least; more for few callers, whose bits are
few.
"""
_OWNERS = 1 << 7
"""Accounts whose callers are remembered."""


class Everyone:
    """A crowd of all callers, compiled."""

    def __init__(
        self,
        callers: Callers,
        compiled: Mapping[Supposed, Holdings],
        asking: Mapping[str, int],
        *,
        whole: Callable[[], Estate],
        part: Callable[[str], Estate],
    ) -> None:
        self._whole, self._part = whole, part
        self.callers, self.full = callers, callers.full
        self._holdings: dict[Supposed, Holdings] = dict(compiled)
        self._asking = asking
        self.of_account = lru_cache(_OWNERS)(self._of_account)
        """Tells those of an account: most questions are about the things of a few."""
        self._columns = Columns(callers)
        self._shared: OrderedDict[Hashable, tuple[Audience, dict[tuple[Kind, bool], Held]]] = (
            OrderedDict()
        )
        self.base = self._holdings[Supposed()]
        self.naming = Naming(callers, bounded=packed(self.base.form.boundary != NONE))
        """Tells who is named."""

    @classmethod
    def compile(cls, estate: Estate, callers: Callers) -> "Everyone":
        """Compile what all callers hold, under each supposition that questions often make."""
        compiler = Compiler(estate, callers, Supposed())
        base = compiler.holdings(range(callers.size))
        asking = {name: callers.of_rows(compiler.asking().get(name, ())) for name in ASKING}
        compiled = {Supposed(): base}
        found = cls(callers, compiled, asking, whole=lambda: estate, part=lambda _: estate)
        for supposed in OFTEN.values():
            found.varied(supposed)
        return found

    def tables(self) -> dict[str, pa.Table]:
        """Return all of it as tables."""
        found: dict[str, pa.Table] = {}
        for name, supposed in PARTS.items():
            holdings = self._holdings.get(supposed)
            if holdings is not None:
                found |= {f"{name}.{part}": held for part, held in holdings.tables().items()}
        for name, bits in self._asking.items():
            flags = unpacked(bits, self.callers.size)
            found[f"asking.{name}"] = pa.table({"value": flags})
        return found

    @classmethod
    def of_tables(
        cls,
        tables: Mapping[str, pa.Table],
        callers: Callers,
        *,
        whole: Callable[[], Estate],
        part: Callable[[str], Estate],
    ) -> "Everyone":
        """Return what `tables` was made from; `whole` is asked for what they do not hold, and
        `part` for what they do not hold of one account.
        """
        compiled = {}
        for name, supposed in PARTS.items():
            start = f"{name}."
            own = {part[len(start) :]: t for part, t in tables.items() if part.startswith(start)}
            if own:
                compiled[supposed] = Holdings.of_tables(own, size=callers.size)
        asking = {name: packed(array(tables[f"asking.{name}"]) != 0) for name in ASKING}
        return cls(callers, compiled, asking, whole=whole, part=part)

    def of_types(self, types: Iterable[Caller]) -> int:
        """Return those of some types."""
        return self.callers.of_types(types)

    def _of_account(self, account: str) -> int:
        return self.callers.of_rows(self.callers.rows_of(account)) if account else 0

    @property
    def service_linked(self) -> int:
        """The service-linked roles."""
        return self.callers.service_linked

    @property
    def retagged(self) -> int:
        """Roles whose own tags a session can replace."""
        return self.callers.retagged

    @property
    def asking_for_tags(self) -> int:
        """Those whose own policies ask for tags of the caller."""
        return self._asking["tag"]

    @property
    def asking_for_owner(self) -> int:
        """Those whose own policies ask whose the resource is."""
        return self._asking["owner"]

    def flags(self, row: int) -> tuple[int, int, int]:
        """Return whether one caller is `retagged`, `asking_for_tags`, and `asking_for_owner`."""
        retagged, tags, owner = self._flags[:, row].tolist()
        return retagged, tags, owner

    @cached_property
    def _flags(self) -> NDArray[np.uint8]:
        held = (self.retagged, self.asking_for_tags, self.asking_for_owner)
        return np.stack([unpacked(bits, self.callers.size) for bits in held])

    def audience(self, asked: Asked, home: int) -> Audience:
        """Part them into those to whom the request looks the same; questions alike share it."""
        known = self._shared.get(asked.alike)
        if known is None:
            known = self._shared[asked.alike] = (Audience(self._views(home)), asked.contexts)
            if len(self._shared) > max(_SHARED, _BITS // max(1, self.callers.size)):
                self._shared.popitem(last=False)
        elif known[1] is not asked.contexts:
            asked.contexts.update(known[1])
        return known[0]

    def readings(self, supposed: Supposed) -> Readings:
        """Return what reads the policies of others for them."""
        return Readings(self._columns.supposing(supposed), self.naming, full=self.full)

    def own(self, asked: Asked, audience: Audience, supposed: Supposed) -> Own:
        """Ask what callers hold. Most hold the same whatever is supposed."""
        own = self._judged(self.base, asked, audience)
        holdings = self.varied(supposed)
        if holdings is None:
            return own
        mask = self.varying(supposed)
        other = self._judged(holdings, asked, audience)
        rest = ~mask
        return Own(
            *(
                Truth((a.sure & rest) | (b.sure & mask), (a.possible & rest) | (b.possible & mask))
                for a, b in zip(own, other, strict=True)
            )
        )

    def _views(self, home: int) -> Views:
        """Part the callers into those to whom the request looks the same."""
        found = []
        for number, kind in enumerate(self.callers.kinds):
            bits = self.callers.of_kind(number)
            for at_home, mask in ((True, bits & home), (False, bits & ~home)):
                if mask:
                    like = self.callers.who((mask & -mask).bit_length() - 1)
                    found.append((View(kind, at_home, like), mask))
        return found

    def _judged(self, holdings: Holdings, asked: Asked, audience: Audience) -> Own:
        """Ask what callers hold, once for each question."""
        known = asked.judged.get(id(holdings))
        if not isinstance(known, Own):
            known = asked.judged[id(holdings)] = self._judge(holdings, asked, audience)
        return known

    def _judge(self, holdings: Holdings, asked: Asked, audience: Audience) -> Own:
        """Ask what callers hold; once for those to whom the request looks the same."""
        alike = audience.alike.get(id(holdings))
        if alike is None:
            alike = audience.alike[id(holdings)] = self._alike(holdings, asked, audience.views)
        if not alike:
            return unlimited(self.callers.full)
        parts = [(holdings.judge(asked, asked.context(view)), mask) for view, mask in alike]
        if len(parts) == 1:
            return parts[0][0]
        return Own(
            *(
                Truth(
                    _joined([(own[n].sure, mask) for own, mask in parts]),
                    _joined([(own[n].possible, mask) for own, mask in parts]),
                )
                for n in range(5)
            )
        )

    def _alike(self, holdings: Holdings, asked: Asked, views: Views) -> Views:
        """Join the members to whom all keys that `holdings` ask for look the same."""
        keys = sorted(asked.sensitive(holdings.keys))
        found: dict[tuple[object, ...], tuple[View, int]] = {}
        # Whoever has no policies is not limited by any, however the request looks.
        strangers = self.callers.full & ~self.callers.of_types(scope.MEMBERS)
        for view, mask in views:
            if view.kind.type in scope.MEMBERS:
                held = asked.context(view)
                seen = tuple(held.value(key) for key in keys)
                first, so_far = found.get(seen, (view, 0 if found else strangers))
                found[seen] = (first, so_far | mask)
        return tuple(found.values())

    def varying(self, supposed: Supposed) -> int:
        """Return those whose own policies may say something else under a supposition."""
        mask = self._asking["owner"] if supposed.own else 0
        if supposed.tags or supposed.complete:
            mask |= self._asking["tag"]
        if supposed.replaced:
            mask |= self._asking["tag"] & self.callers.retagged
        return mask

    def kept(self, supposed: Supposed, row: int) -> tuple[Holdings, int] | None:
        """Return what holds what a single caller holds under a supposition, with its place in
        there, where that was compiled for all whom it concerns.
        """
        held = self._holdings.get(supposed)
        if held is None:
            return None
        place = int(held.rows.searchsorted(row))
        known = place < len(held.rows) and int(held.rows[place]) == row
        return (held, place) if known else None

    def alone(self, caller: Callers, supposed: Supposed, estate: Estate | None) -> Form:
        """Return what a single caller holds under a supposition; `estate` tells about it, where
        one is at hand.
        """
        if estate is None:
            estate = self._part(caller.who(0).account)
        return Compiler(estate, caller, supposed).form((0,))

    def varied(self, supposed: Supposed) -> Holdings | None:
        """Return what those hold who hold something else under a supposition; None for nobody."""
        if supposed not in self._holdings:
            mask = self.varying(supposed)
            if not mask or supposed == Supposed():
                return None
            rows = np.flatnonzero(unpacked(mask, self.callers.size)).tolist()
            compiler = Compiler(self._whole(), self.callers, supposed)
            self._holdings[supposed] = compiler.holdings(rows)
        return self._holdings[supposed] if supposed != Supposed() else None


def _joined(parts: Sequence[tuple[int, int]]) -> int:
    bits = 0
    for value, mask in parts:
        bits |= value & mask
    return bits
