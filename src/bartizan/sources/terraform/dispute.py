# SPDX-License-Identifier: Apache-2.0
"""What several plans of one change say otherwise of the same thing: the one that is applied last
decides, and no plan says which one that is.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bartizan.model.facts.gap import Unread
from bartizan.model.record import Json, Overlay, Record, RecordKey
from bartizan.sources.terraform.draft import PROVIDER


@dataclass(frozen=True, slots=True)
class Toucher:
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
        yield Unread(
            provider=PROVIDER,
            account=record.account if record else "",
            region=record.region if record else "",
            service=first.service,
            operation=first.address,
            action="",
            kind=key.kind,
            resource=first.address,
            code="not-known",
            reason=f"plans say otherwise of it, and which is applied last decides: {names}",
        )


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
