# SPDX-License-Identifier: Apache-2.0
"""What several plans of one change say otherwise of the same thing: the one that is applied last
decides, and no plan says which one that is.

Where one deletes what another one changes, each has it in its own state. Whichever is applied
first, the other one does not find what it was planned for.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.record import Json, Overlay, Record, RecordKey
from bartizan.sources.terraform.draft import PROVIDER
from bartizan.sources.terraform.plan import Action, Change
from bartizan.sources.terraform.thing import Kind


class Toucher(Struct, frozen=True):
    """A change of a plan that changes a record."""

    plan: str
    address: str
    service: str


Touchers = Mapping[RecordKey, Mapping[int, Toucher]]
"""Record to the changes of it, one for each plan that has any, by the plan's number."""


def disputed(one: Overlay, other: Overlay, shared: Touchers) -> Iterator[Unread]:
    """Yield what differs between the same plans laid in two orders; `shared` are the records that
    more than one plan changes.
    """
    for key, touchers in sorted(shared.items(), key=lambda item: str(item[0])):
        ours, theirs = _said(one, key), _said(other, key)
        if _sorted(ours and ours.body) == _sorted(theirs and theirs.body):
            continue
        record = ours or theirs
        first, *_ = told = [touchers[number] for number in sorted(touchers)]
        names = ", ".join(f"{held.plan} ({held.address})" for held in told)
        yield _gap(
            first.address,
            f"plans say otherwise of it, and which is applied last decides: {names}",
            service=first.service,
            kind=key.kind,
            account=record.account if record else "",
            region=record.region if record else "",
        )


class Said(Struct, frozen=True):
    """What one plan does to one object, of a type that is understood."""

    plan: str
    number: int
    """Which of the plans it is, from 0 on."""
    change: Change
    kind: Kind
    account: str


def contradicted(said: Sequence[Said]) -> Iterator[Unread]:
    """Yield what one plan deletes and another one changes or replaces: it may be there or not."""
    deleted: dict[tuple[str, ...], list[Said]] = {}
    for one in said:
        if one.change.action is Action.DELETE:
            deleted.setdefault(_identity(one), []).append(one)
    for one in said if deleted else ():
        if one.change.action not in (Action.UPDATE, Action.REPLACE):
            continue
        found = deleted.get(_identity(one), ())
        others = [f"{it.plan} ({it.change.address})" for it in found if it.number != one.number]
        if others and _identity(one)[-1]:
            told = ", ".join([f"{one.plan} ({one.change.address})", *others])
            yield _gap(
                one.change.address,
                f"one plan changes what another one deletes: {told}",
                service=one.kind.service,
                kind=one.kind.record,
                account=one.account,
            )


def _gap(
    address: str, reason: str, *, service: str, kind: str, account: str, region: str = ""
) -> Unread:
    return Unread(
        provider=PROVIDER,
        account=account,
        region=region,
        service=service,
        operation=address,
        action="",
        kind=kind,
        resource=address,
        code="not-known",
        reason=reason,
    )


def _identity(one: Said) -> tuple[str, ...]:
    """Return what tells which object of the estate a change is about; the last is empty where
    nothing does.
    """
    held = one.change.before if isinstance(one.change.before, dict) else {}
    name = next((name for key in ("arn", "id") if isinstance(name := held.get(key), str)), "")
    return one.account, one.kind.record, name


def _said(overlay: Overlay, key: RecordKey) -> Record | None:
    return None if key in overlay.dropped else overlay.put.get(key)


def _sorted(value: object) -> Json:
    """Return a value with all lists in one order, as most of them have none."""
    if isinstance(value, Mapping):
        return {name: _sorted(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        held = [_sorted(one) for one in value]
        return sorted(held, key=lambda one: json.dumps(one, sort_keys=True))
    assert value is None or isinstance(value, str | int | float)  # noqa: S101 - JSON has no more
    return value
