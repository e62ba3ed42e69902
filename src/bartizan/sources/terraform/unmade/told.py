# SPDX-License-Identifier: Apache-2.0
"""Tells what newly arrives at machines that nobody knows."""

from collections.abc import Iterator

from bartizan.model.facts.gap import Unread
from bartizan.model.laid import Laid
from bartizan.model.record import Records
from bartizan.sources.terraform.unmade.balancers import balancers, groups_before
from bartizan.sources.terraform.unmade.groups import groups
from bartizan.sources.terraform.unmade.lists import lists
from bartizan.sources.terraform.unmade.machines import machines, places
from bartizan.sources.terraform.unmade.routes import routes


def unmade(laid: Laid, records: Records) -> Iterator[Unread]:
    """Yield a gap for whatever lets more in to machines that `records` do not know, or leads to
    them, at what in the code does that.
    """
    for place, scaling in sorted(places(records).items()):
        was, now = (machines(held, place, scaling=scaling) for held in (records, laid.overlay))
        before = groups_before(laid.overlay, now)
        yield from groups(laid, records, was, now, before=before)
        yield from routes(laid, records, now)
        yield from lists(laid, records, now)
        yield from balancers(laid, records, now)
