# SPDX-License-Identifier: Apache-2.0
"""Security groups that let more in to machines that nobody knows, or to what sends on to them.

Where the interfaces of a region are not all known, what is behind a security group is possible
before the change as after it, and so no news. That more arrives there is.
"""

from collections.abc import Collection, Iterator

from bartizan.model.facts.gap import Unread
from bartizan.model.laid import Laid
from bartizan.model.record import Records
from bartizan.sources.terraform.types.ec2 import SECURITY_GROUP
from bartizan.sources.terraform.unmade.machines import (
    CONFIGURATION,
    SCALING,
    VERSION,
    Machines,
    gaps,
)
from bartizan.sources.terraform.unmade.way import covered, ways


def groups(
    laid: Laid, records: Records, was: Machines, now: Machines, *, before: Collection[str]
) -> Iterator[Unread]:
    """Yield a gap for each security group that lets more in to the machines, or that these come
    to be in; or that is one of those `before` them, of what sends on to them.
    """
    old = {one.id: one.body for one in records.of(SECURITY_GROUP)}
    for one in laid.overlay.of(SECURITY_GROUP):
        name = str(one.body.get("GroupId", ""))
        if (one.account, one.region) != now.place or not (_among(name, now) or name in before):
            continue
        # To machines that come to be in it, all is new that it lets in.
        known = _among(name, was) or name in before
        if known and one.key not in laid.overlay.put:
            continue
        held = [*ways(old.get(one.id, {}).get("IpPermissions"))] if known else []
        if any(not covered(way, held) for way in ways(one.body.get("IpPermissions"))):
            yield from gaps(
                laid,
                one,
                (one.id, *_templates(laid)),
                reason=f"it lets more in at {name}, "
                "and which machines are behind that the snapshot does not tell",
            )


def _among(name: str, machines: Machines) -> bool:
    return machines.groups is None or name in machines.groups


def _templates(laid: Laid) -> Iterator[str]:
    """Yield what says which groups machines are in, of what changes."""
    for key in laid.overlay.put:
        if key.kind in (SCALING, CONFIGURATION, VERSION):
            yield key.id
