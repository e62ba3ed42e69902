# SPDX-License-Identifier: Apache-2.0
"""Lays a plan over the records of a snapshot: what would be there after it was applied."""

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from bartizan.model.facts.gap import Unread
from bartizan.model.laid import Laid
from bartizan.model.record import RecordKey, Records
from bartizan.sources.terraform import hidden_part, ignored
from bartizan.sources.terraform.dispute import Said, Toucher, Touchers, contradicted, disputed
from bartizan.sources.terraform.draft import PROVIDER, Draft, last
from bartizan.sources.terraform.place import Place, places
from bartizan.sources.terraform.plan import Action, Change, Plan
from bartizan.sources.terraform.reference import References
from bartizan.sources.terraform.thing import Kind, Thing, UntoldError, Write
from bartizan.sources.terraform.types import INERT, TYPES
from bartizan.sources.terraform.types.ec2_address import doubtful
from bartizan.sources.terraform.value import Hidden, Value

_GONE = frozenset({Action.DELETE, Action.REPLACE})
_THERE = frozenset({Action.CREATE, Action.UPDATE, Action.REPLACE})
_UNTOLD = {
    "provider": "nothing tells the account of its provider; say it with `--account KEY=ID`",
    "region": "nothing tells the region of its provider; say it with `--account KEY=ID/REGION`",
    "template_body": "what its template makes or takes away is not read",
}
_NO_IDENTITY = "it tells which object is meant, and is not to be had from the plan or the snapshot"
_ADDRESS = "AWS will choose it, and rules tell apart the addresses that it may have"
_REASONS = {
    Hidden.UNKNOWN: "it is known only after the change is applied",
    Hidden.SECRET: "the code calls it sensitive",
}


def lay(
    plans: Sequence[Plan],
    records: Records,
    *,
    said: Mapping[str, Place],
    key: bytes,
    there: bool = False,
) -> Laid:
    """Lay plans over records, all of them as one change; `said` is where a provider's objects lie,
    by the user's word, and `key` that of the fingerprints of secrets. Where all of it is `there`
    already, nothing is taken for new.

    What goes is taken away before what comes is put, so that an object which moves from one part
    of the code to another is there afterwards. Objects that the change forgets stay. What plans
    say otherwise of one thing is not known.

    Source: https://developer.hashicorp.com/terraform/internals/json-format#change-representation
    """
    whole = functools.partial(_whole, plans, records, said=said, key=key, there=there)
    found, touchers = whole(order=1)
    shared = {held: told for held, told in touchers.items() if len(told) > 1}
    if not shared:
        return found
    other, _ = whole(order=-1)
    gaps = tuple(disputed(found.overlay, other.overlay, shared))
    return structs.replace(found, gaps=(*found.gaps, *gaps))


def _whole(
    plans: Sequence[Plan],
    records: Records,
    *,
    said: Mapping[str, Place],
    key: bytes,
    there: bool,
    order: int,
) -> tuple[Laid, Touchers]:
    """Lay plans in their order, or with -1 in the opposite one. What the code ignores stays."""
    laid = functools.partial(_laid, records=records, said=said, key=key, there=there, order=order)
    found, touchers = laid(plans)
    if ignored.any_in(plans):
        hidden, _ = laid([ignored.without(one) for one in plans])
        found = ignored.restored(found, hidden, plans, records)
    return found, touchers


def _laid(
    plans: Sequence[Plan],
    *,
    records: Records,
    said: Mapping[str, Place],
    key: bytes,
    there: bool,
    order: int,
) -> tuple[Laid, Touchers]:
    """Lay plans as they are."""
    draft = Draft(records, source=", ".join(plan.name for plan in plans), key=key)
    known, others = _understood(plans, said=said, there=there)
    known.sort(
        key=lambda one: (one.kind.part, one.kind.rank, order * one.number, one.change.address)
    )
    touched: dict[str, set[str]] = {}
    touchers: dict[RecordKey, dict[int, Toucher]] = {}
    gaps = [row for one in reversed(known) for row in _noted(one.take(draft), one, draft, touched)]
    for one in known:
        gaps += _noted(one.put(draft), one, draft, touched)
        for held in draft.touched:
            told = Toucher(one.plan, one.change.address, one.kind.service)
            touchers.setdefault(held, {}).setdefault(one.number, told)
    if len(plans) > 1:
        gaps += contradicted(
            [Said(one.plan, one.number, one.change, one.kind, one.place.account) for one in known]
        )
    unsure = doubtful(draft)
    gaps += [row for one in known for row in one.assumed(draft, unsure)]
    gaps = [*dict.fromkeys(gaps)]
    for row in gaps:
        draft.unread(row)
    found = Laid(
        overlay=draft.overlay(),
        gaps=tuple(gaps),
        changed=len(known),
        others=dict(sorted(others.items())),
        touched={name: tuple(sorted(names)) for name, names in sorted(touched.items())},
    )
    return found, touchers


def _understood(
    plans: Sequence[Plan], *, said: Mapping[str, Place], there: bool
) -> "tuple[list[_Known], dict[str, int]]":
    """Return the changes to objects of types that are understood, and how many objects of each
    other type change.
    """
    others: dict[str, int] = {}
    known: list[_Known] = []
    for number, plan in enumerate(plans):
        where = places(plan, said)
        mine: list[_Known] = []
        for change in _acting(plan.changes):
            kind = TYPES.get(change.type)
            if kind is not None:
                place = _place(change, where)
                mine.append(_Known(change, kind, place, plan.name, number, plan.blind, there))
            elif not change.type.startswith(INERT):
                others[change.type] = others.get(change.type, 0) + 1
        references = References.of(plan, {one.change.address: one.names() for one in mine})
        known += (structs.replace(one, references=references) for one in mine)
    return known, others


def _noted(
    rows: Iterator[Unread], one: "_Known", draft: Draft, touched: dict[str, set[str]]
) -> list[Unread]:
    """Return the rows, and note which records were changed while they were made."""
    draft.touched.clear()
    found = list(rows)
    for key in draft.touched:
        # A part of a thing stands behind a mark.
        whole = key.id.partition("#")[0]
        for name in {key.id, last(key.id), whole, last(whole)}:
            touched.setdefault(name, set()).add(one.change.address)
    return found


class _Known(Struct, frozen=True):
    """A change to an object of a type that is understood."""

    change: Change
    kind: Kind
    place: Place
    plan: str
    number: int
    """Which of the plans it is in, from 0 on."""
    blind: bool
    """The plan was made without a state."""
    there: bool
    """It was there before, and the plan only says what it is."""
    references: References | None = None

    def names(self) -> Mapping[str, str]:
        """Return what AWS will call a new object, by attribute, as far as that is told."""
        if self.kind.names is None or self.change.action not in (Action.CREATE, Action.REPLACE):
            return {}
        thing = self._thing(self.change.after)
        try:
            return self.kind.names(thing)
        except UntoldError:
            return {}

    def take(self, draft: Draft) -> Iterator[Unread]:
        """Take away what was before; yield what of that cannot be told."""
        changed_part = self.change.action is Action.UPDATE and self.kind.part
        if self.change.action in _GONE or changed_part:
            thing = self._thing(self.change.before)
            yield from (*self._identified(thing, draft, self.kind.take), *self._hidden(thing))

    def put(self, draft: Draft) -> Iterator[Unread]:
        """Put what is after; yield what of that cannot be told."""
        if self.change.action not in _THERE:
            return
        thing = self._thing(self.change.after)
        if self.references is not None:
            thing.values = self.references.fill(self.change.address, thing.values)
        if thing.said("region"):
            # Where it is hidden, that of the provider is assumed.
            thing.text("region")
        untold = list(self._identified(thing, draft, self.kind.put))
        hidden = self._hidden(thing)
        yield from (*untold, *hidden)
        for row in untold if self.there else ():
            # It may be of anything that is there.
            draft.unread(structs.replace(row, resource=""))
        for rows, put in ((untold, False), (hidden, True)):
            for row in rows:
                hidden_part.tell(row, draft, thing.values, put=put)

    def assumed(self, draft: Draft, unsure: Collection[str]) -> Iterator[Unread]:
        """Yield the addresses that were assumed and on which something depends."""
        for interface, address in draft.assumed.items():
            if interface in unsure and address == self.change.address:
                yield self._gap("private_ip", _ADDRESS)

    def _identified(self, thing: Thing, draft: Draft, write: Write) -> Iterator[Unread]:
        try:
            write(thing, draft)
        except UntoldError as error:
            thing.gaps.pop(error.attribute, None)
            yield self._gap(error.attribute, _UNTOLD.get(error.attribute, _NO_IDENTITY))

    def _hidden(self, thing: Thing) -> list[Unread]:
        """Return what of an object was asked for, and is hidden."""
        return [self._gap(name, _REASONS[why]) for name, why in sorted(thing.gaps.items())]

    def _thing(self, values: Value) -> Thing:
        before = self.change.before
        return Thing(
            address=self.change.address,
            type=self.change.type,
            values=values if isinstance(values, dict) else {},
            place=self.place,
            written=self.change.written,
            plan=self.number,
            perhaps_there=self.blind,
            fresh=not self.there and self.change.action in (Action.CREATE, Action.REPLACE),
            before=before if isinstance(before, dict) else {},
        )

    def _gap(self, attribute: str, reason: str) -> Unread:
        return Unread(
            provider=PROVIDER,
            account=self.place.account,
            region=self.place.region,
            service=self.kind.service,
            operation=f"{self.change.address}.{attribute}",
            action="",
            kind=self.kind.record,
            resource=self.change.address,
            code="not-known",
            reason=f"{self.plan}: {reason}",
        )


def _acting(changes: Iterable[Change]) -> Iterator[Change]:
    """Yield what changes something that AWS runs. What an earlier replacement left over is another
    object than the one at its address.
    """
    for change in changes:
        if change.managed and change.action in _GONE | _THERE and not change.deposed:
            yield change


def _place(change: Change, where: Mapping[str, Place]) -> Place:
    """Return where an object lies; its own region counts before its provider's."""
    key = change.provider
    found = where.get(key) or where.get(key.rpartition(":")[2]) or Place()
    for values in (change.after, change.before):
        region = values.get("region") if isinstance(values, dict) else None
        if isinstance(region, str) and region:
            return Place(account=found.account, region=region, partition=found.partition)
    return found
