# SPDX-License-Identifier: Apache-2.0
"""Says which listings, or details of one thing, were not read, before anything is called empty."""

from typing import Self

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.record import UNREAD_KIND, Record, Records


class Gaps(Struct, frozen=True):
    """What the records say was not read."""

    listings: frozenset[tuple[str, str, str]]
    """Kind, account and region of listings that are missing or incomplete."""
    details: frozenset[tuple[str, str]]
    """Kind and id of the thing whose detail is missing or incomplete."""

    @classmethod
    def of(cls, records: Records) -> Self:
        """Read what is said to be missing."""
        listings, details = set(), set()
        for record in records.of(UNREAD_KIND):
            kind, resource = record.body.get("kind"), record.body.get("resource")
            if isinstance(kind, str) and isinstance(resource, str) and resource:
                details.add((kind, resource))
            elif isinstance(kind, str):
                listings.add((kind, record.account, record.region))
        return cls(frozenset(listings), frozenset(details))

    def whole(self, kind: str, account: str, region: str) -> bool:
        """Tell whether everything of `kind` was read in one place."""
        return not any(
            (kind, *place) in self.listings
            for place in ((account, region), (account, ""), ("", region), ("", ""))
        )

    def known(self, kind: str, record: Record) -> bool:
        """Tell whether the detail `kind` of `record` was read."""
        told = self.whole(kind, record.account, record.region)
        return told and (kind, record.id) not in self.details


def missing(record: Record, *, kind: str, resource: str, code: str, reason: str) -> Unread:
    """Return the row that says something about `resource` could not be learned."""
    return Unread(
        provider=record.provider,
        account=record.account,
        region=record.region,
        service=record.service,
        operation="",
        action="",
        kind=kind,
        resource=resource,
        code=code,
        reason=reason,
    )
