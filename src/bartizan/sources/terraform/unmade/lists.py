# SPDX-License-Identifier: Apache-2.0
"""Access lists that newly let packets through to machines that nobody knows.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from bartizan.model.facts.gap import Unread
from bartizan.model.laid import Laid
from bartizan.model.record import Json, Record, Records
from bartizan.sources.terraform.types.ec2 import NETWORK_ACL
from bartizan.sources.terraform.unmade.machines import Machines, gaps
from bartizan.sources.terraform.unmade.way import dicts

_Entry = tuple[bool, str]
"""Whether it allows, and whose packets."""


def lists(laid: Laid, records: Records, now: Machines) -> Iterator[Unread]:
    """Yield a gap for each list over subnets of the machines that may let more through."""
    if now.shut:
        return
    old, new = (_of_subnets(held, now) for held in (records, laid.overlay))
    told = set[str]()
    for subnet, held in sorted(new.items()):
        before = _entries(old.get(subnet))
        if held.id in told or not _lets_more(before, _entries(held)):
            continue
        told.add(held.id)
        yield from gaps(
            laid,
            held,
            (held.id,),
            reason=f"it lets more through at {subnet}, and which machines are there that the "
            "snapshot does not tell",
        )


def _of_subnets(records: Records, machines: Machines) -> Mapping[str, Record]:
    """Return for each subnet that machines may be in the list over it."""
    return {
        str(one.get("SubnetId")): held
        for held in records.of(NETWORK_ACL)
        for one in dicts(held.body.get("Associations"))
        if one.get("SubnetId") in machines.subnets
    }


def _entries(held: Record | None) -> Sequence[_Entry]:
    """Return the entries of a list in their order, both directions apart."""
    rows = dicts(held.body.get("Entries")) if held is not None else []
    ordered = sorted(rows, key=lambda one: (one.get("Egress") is True, _number(one)))
    return [(one.get("RuleAction") == "allow", _whose(one)) for one in ordered]


def _number(entry: Mapping[str, Json]) -> int:
    number = entry.get("RuleNumber")
    return number if isinstance(number, int) else 0


def _whose(entry: Mapping[str, Json]) -> str:
    left = {k: v for k, v in entry.items() if k not in ("RuleNumber", "RuleAction")}
    return json.dumps(left, sort_keys=True)


def _lets_more(before: Sequence[_Entry], after: Sequence[_Entry]) -> bool:
    """Tell whether a list may let more through: unless all that it allows it allowed before, in
    the same order, and all that it denied it denies.
    """
    kept = [one for one in after if one in before]
    same_order = kept == [one for one in before if one in after]
    allows = {one for one in after if one[0]} <= set(before)
    denies = {one for one in before if not one[0]} <= set(after)
    return not (same_order and allows and denies)
