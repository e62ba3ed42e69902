# SPDX-License-Identifier: Apache-2.0
"""Builds the rows of what listens behind interfaces; what cannot be linked to one says so."""

from collections.abc import Collection, Iterator

from bartizan.model.facts.service import ServicePort
from bartizan.model.packet import TCP
from bartizan.model.record import Record
from bartizan.model.table import Row
from bartizan.sources.aws.facts.network.gap import missing
from bartizan.sources.aws.facts.network.interface import NETWORK_INTERFACE

EVERYWHERE = ("0.0.0.0/0",)
NOTHING, CREDENTIALS, UNKNOWN = "nothing", "credentials", "unknown"


def listening(
    record: Record,
    *,
    port: int,
    network: str,
    interfaces: Collection[str],
    thing: str = "",
    public: bool = False,
    public_ranges: Collection[str] = (),
    needs: str = CREDENTIALS,
) -> Iterator[Row]:
    """Yield that what `record` is (or `thing`) listens on a TCP port; 0 for one that it does not
    have yet.
    """
    if not port:
        return
    yield ServicePort(
        thing=thing or record.id,
        kind=record.kind,
        account=record.account,
        region=record.region,
        network=network,
        interfaces=tuple(sorted(interfaces)),
        protocol=TCP,
        port=port,
        public=public,
        public_ranges=tuple(sorted(public_ranges)),
        needs=needs,
    )
    if not interfaces and (network or not public):
        yield missing(
            record,
            kind=NETWORK_INTERFACE,
            resource=thing or record.id,
            code="skipped",
            reason="no interface says, or is alike enough, that it is behind it",
        )
