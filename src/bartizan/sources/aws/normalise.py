# SPDX-License-Identifier: Apache-2.0
"""All records of AWS to all facts about it, as one pure function."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.record import UNREAD_KIND, Overlay, Record, Records
from bartizan.model.table import Row
from bartizan.sources.aws.asked import digest_of, name, never_asked
from bartizan.sources.aws.credential import credentials
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services import SERVICES

VERSION = f"6.{digest_of(name(call) for service in SERVICES for call in service.calls)}"
"""Its number is raised with every change after which the same records give other facts, so that
facts which a snapshot keeps are derived anew. What is behind it changes with the table of calls,
as do the rows of what nobody asked."""

_COLUMNS = Unread.__struct_fields__


class AwsNormaliser(Struct, frozen=True):
    """Derives facts from the records of every service, whichever source they came from."""

    services: Sequence[Service] = SERVICES
    version: str = VERSION

    def __call__(self, records: Records, before: Facts | None = None) -> Facts:
        """Derive all fact tables; what could not be read stays visible as `unread`."""
        return Facts.of(self._rows(records, before))

    def _rows(self, records: Records, before: Facts | None) -> Iterator[Row]:
        for service in self.services:
            if before is None or service.again is None or not isinstance(records, Overlay):
                yield from service.normalise(records)
            else:
                yield from service.again(records, before)
        marked = (call.kind for one in self.services for call in one.calls if call.secrets)
        yield from credentials(records, marked)
        for record in records.of(UNREAD_KIND):
            yield _unread(record)
        yield from never_asked(records, self.services)


def _unread(record: Record) -> Unread:
    """Return the row that a record of something unread is; fields of a wrong type are left empty,
    since a gap must show even where its description is damaged.
    """
    texts = {name: value for name in _COLUMNS if isinstance(value := record.body.get(name), str)}
    known = {"provider": record.provider, "account": record.account, "region": record.region}
    empty = dict.fromkeys(_COLUMNS, "") | {"service": record.service, "code": "failed"}
    return Unread(**(empty | known | texts))
