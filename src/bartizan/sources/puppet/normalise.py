# SPDX-License-Identifier: Apache-2.0
"""All records of Puppet to facts about hosts, as one pure function."""

import itertools
from collections.abc import Iterator, Mapping

from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import Host
from bartizan.model.facts.host_control import HostControl
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row
from bartizan.sources.puppet import node
from bartizan.sources.puppet.facts import file, job, packet_filter, people, system, written
from bartizan.sources.puppet.facts.said import Said
from bartizan.sources.puppet.record import CATALOG, CONTROL, FACTS, RESOURCE, RUN

VERSION = "puppet-3"
"""Raised with every change after which the same records give other facts."""

_EACH = (people.rows, file.rows, job.rows, system.rows, packet_filter.rows)


class PuppetNormaliser(Struct, frozen=True):
    """Derives facts from catalogs and from what nodes say of themselves."""

    version: str = VERSION

    def __call__(self, records: Records, before: Facts | None = None) -> Facts:
        """Derive the tables of hosts; what of a catalog could not be read stays visible."""
        del before
        return Facts.of(self._rows(records))

    def _rows(self, records: Records) -> Iterator[Row]:
        told = {record.id: record.body for record in records.of(FACTS)}
        catalogs = {record.id: record for record in records.of(CATALOG)}
        for certname in sorted({*told, *catalogs}):
            yield _host(certname, told.get(certname, {}), catalogs.get(certname))
        runs = {record.id: record.body for record in records.of(RUN)}
        for certname, run in runs.items():
            if run.get("status") == "failed":
                yield _failed(certname)
        yield from map(_control, records.of(CONTROL))
        by_host = itertools.groupby(records.of(RESOURCE), key=lambda record: record.account)
        for certname, held in by_host:
            idle = runs.get(certname, {}).get("noop") is True
            yield from _of_host(list(held), applied=not idle)


def _of_host(records: list[Record], *, applied: bool) -> Iterator[Row]:
    exported = [record for record in records if record.body.get("exported") is True]
    # What is exported is for other nodes, and on this one only where it collects it itself.
    yield from (_collected(record) for record in exported)
    resources = [
        Said.of(one, applied=applied) for one in records if one.body.get("exported") is not True
    ]
    for said in resources:
        for rows in _EACH:
            yield from rows(said)
    yield from written.rows(resources, people.homes(resources))


def _control(record: Record) -> HostControl:
    body = record.body

    def texts(name: str) -> tuple[str, ...]:
        held = body.get(name)
        return tuple(str(one) for one in held) if isinstance(held, list) else ()

    line = body.get("line")
    return HostControl(
        source="puppet",
        kind=str(body.get("kind", "")),
        name=str(body.get("name", "")),
        version=str(body.get("version", "")),
        environments=texts("environments"),
        file=str(body.get("file", "")),
        line=line if isinstance(line, int) else 0,
        state="present",
        unknown=texts("unknown"),
    )


def _host(certname: str, told: Mapping[str, Json], catalog: Record | None) -> Host:
    def first(*places: str) -> str:
        found = (value for place in places if isinstance(value := told.get(place), str))
        return next(found, "")

    names = {first("networking.fqdn", "fqdn"), first("networking.hostname", "hostname")}
    addresses = told.get("addresses")
    environment = catalog.body.get("environment") if catalog else ""
    return Host(
        id=certname,
        source="puppet",
        names=tuple(sorted(names - {""})),
        addresses=tuple(
            sorted(one for one in addresses if isinstance(one, str))
            if isinstance(addresses, list)
            else ()
        ),
        system=first("os.name", "operatingsystem"),
        release=first("os.release.full", "operatingsystemrelease"),
        kernel=first("kernelrelease"),
        instance=node.instance(told),
        account=first("account"),
        environment=environment if isinstance(environment, str) else "",
        whole=False,
    )


def _failed(certname: str) -> Unread:
    """Return the row that says that a host may not be as its catalog says."""
    return Unread(
        provider="puppet",
        account=certname,
        region="",
        service="catalog",
        operation="",
        action="",
        kind=RUN,
        resource=certname,
        code="failed",
        reason="the last run failed, so not all that is told may be so",
    )


def _collected(record: Record) -> Unread:
    said = Said.of(record)
    return said.gap(
        "it is exported, and which hosts collect it is not known", code="not-understood"
    )
