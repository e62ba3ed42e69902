# SPDX-License-Identifier: Apache-2.0
"""Catalogs from before and after an edit of Puppet's code, as one proposed change."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct, field

from bartizan.errors import FixError, InputError, Location
from bartizan.model.code_fix import EditedFile
from bartizan.model.code_place import CodePlace
from bartizan.model.facts.gap import Unread
from bartizan.model.host_doubt import doubts, line_of
from bartizan.model.laid import Laid
from bartizan.model.record import Json, Overlay, Record, RecordKey, RecordList, Records
from bartizan.model.remedy import Remedy
from bartizan.sources.puppet.files import PuppetFiles
from bartizan.sources.puppet.normalise import PuppetNormaliser
from bartizan.sources.puppet.record import CATALOG, FACTS, PROVIDER, RESOURCE, records
from bartizan.sources.puppet.settings import Settings

_HIDDEN = "the agent works it out, or the code calls it sensitive"


class CatalogChange(Struct, frozen=True, kw_only=True):
    """What an edit of Puppet's code changes on hosts."""

    names: tuple[str, ...]
    """What people call the files."""
    before: tuple[Record, ...] | None
    """None: what the snapshot holds of the same hosts."""
    after: tuple[Record, ...]
    settings: Settings = field(default_factory=Settings)
    """What files of servers and control repositories say on both sides."""
    source: Path | None = None
    """The folder that the code is in, where it is at hand."""
    partial: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    unread_code: tuple[str, ...] = ()
    edited: tuple[EditedFile, ...] = ()

    @classmethod
    def read(
        cls, before: Path | None, after: Path, *, key: bytes, source: Path | None = None
    ) -> "CatalogChange":
        """Read the catalogs; `key` is that of fingerprints.

        Raises:
            InputError: a file is damaged, none is a catalog, or two tell of one host.
        """
        return cls(
            names=tuple(str(place) for place in (before, after) if place is not None),
            before=None if before is None else _read(before, key),
            after=_read(after, key),
            settings=Settings.read(before, after),
            source=source,
        )

    @property
    def hosts(self) -> frozenset[str]:
        """Names of the hosts that it is about."""
        return frozenset(record.account for record in (*(self.before or ()), *self.after))

    def concerned(self, records: Records) -> frozenset[str]:
        """Return the hosts on which something changes; `records` are those of `base`.

        Raises:
            InputError: no host is told, so nobody knows what the code is for.
        """
        laid = self._over(records)
        if self.settings.edits:
            hosts = frozenset(record.account for record in laid.of(CATALOG))
            if not hosts:
                raise InputError(
                    "neither these places nor the snapshot hold a catalog, so no host is known",
                    at=Location(", ".join(self.names)),
                    hint="put catalogs beside the code, or `bartizan scan puppet` them first",
                )
            return hosts
        return frozenset(record.account for record in _changed(records, laid))

    def base(self, records: Records) -> Records:
        """Lay the catalogs from before over the records of a snapshot."""
        records = self.settings.before_over(records)
        return records if self.before is None else _laid(records, self.before)

    def over(self, records: Records) -> Laid:
        """Lay the catalogs from after over the records of a snapshot, which are those of `base`.

        What facts of a node say holds on where they are not told again.
        """
        laid = self._over(records)
        changed = tuple(_changed(records, laid))
        resources = self._gaps(laid, {record.id for record in changed})
        return Laid(
            overlay=laid,
            gaps=(*resources, *self.settings.gaps()),
            changed=len(changed) + len(self.settings.touched()),
            others=_others(records, laid),
            touched={**_touched(changed), **self.settings.touched()},
        )

    def _over(self, records: Records) -> Overlay:
        gone = frozenset() if self.before is None else self.hosts
        laid = _laid(records, self.after, also=gone)
        return self.settings.after_over(laid)

    def _gaps(self, laid: Records, changed: set[str]) -> Iterator[Unread]:
        """Yield what is not known of what changes."""
        hosts = self.hosts
        own = [r for kind in (CATALOG, RESOURCE) for r in laid.of(kind) if r.account in hosts]
        facts = PuppetNormaliser()(RecordList(tuple(own)))
        for row in facts.rows(Unread):
            if row.resource in changed:
                yield _gap(row.resource, row.resource, code=row.code, reason=row.reason)
        places = {line_of(record): record.id for record in own if record.id in changed}
        for id_, column in doubts(facts, places):
            yield _gap(id_, f"{id_}.{column}", code="hidden", reason=_HIDDEN)

    def place(self, address: str, attribute: str = "") -> CodePlace | None:
        """Return the line of an address; None where nobody knows. Catalogs know no columns."""
        del attribute
        for record in (*self.after, *(self.before or ())):
            if record.kind == RESOURCE and record.id == address and record.body.get("file"):
                return self._placed(str(record.body["file"]), record.body.get("line"))
        file, _, line = address.rpartition(":")
        return self._placed(file, int(line)) if file and line.isdecimal() else None

    def _placed(self, name: str, line: Json) -> CodePlace:
        number = line if isinstance(line, int) and line > 0 else 1
        path = PurePosixPath(name)
        shown = self._at_hand(path) or _below_environment(path)
        return CodePlace(file=shown, line=number, column=1, end_line=number + 1, end_column=1)

    def _at_hand(self, path: PurePosixPath) -> str:
        """Return the file in the folder of the code that has the longest end of its path."""
        if self.source is None:
            return ""
        for begin in range(1, len(path.parts)):
            end = PurePosixPath(*path.parts[begin:])
            if ".." not in end.parts and (self.source / end).is_file():
                return (self.source / end).as_posix()
        return ""

    def fixed(self, remedy: Remedy, touched: Mapping[str, tuple[str, ...]]) -> "CatalogChange":
        """Refuse: no edits of Puppet's code are made.

        Raises:
            FixError: always.
        """
        del touched
        raise FixError("no edits of Puppet's code are made", hint=f"{remedy.title}, by hand")

    def write(self) -> None:
        """Write nothing, as nothing is edited."""


def _read(place: Path, key: bytes) -> tuple[Record, ...]:
    return tuple(
        record
        for path, document in PuppetFiles([place], key=key).documents()
        for record in records(document, key=key, at="", source=path.name)
    )


def _laid(records_: Records, own: Sequence[Record], also: Iterable[str] = ()) -> Overlay:
    """Lay records over others: of the hosts that they tell of, and those in `also`, nothing else
    of the same kinds is left.
    """
    put = {record.key: record for record in own}
    told = {(record.account, record.kind == FACTS) for record in own}
    told |= {(host, False) for host in also}
    dropped = {
        record.key
        for kind in (CATALOG, RESOURCE, FACTS)
        for record in records_.of(kind)
        if (record.account, kind == FACTS) in told and record.key not in put
    }
    return Overlay(records_, put, frozenset(dropped))


def _changed(before: Records, laid: Overlay) -> Iterator[Record]:
    """Yield the resources that become, change otherwise than by their place in the code, or go."""
    hosts = {key.id.partition("/")[0] for key in (*laid.put, *laid.dropped)}
    old = {r.key: r for r in before.of(RESOURCE) if r.account in hosts}
    for key, record in laid.put.items():
        if key.kind == RESOURCE and (key not in old or _said(old[key]) != _said(record)):
            yield record
    yield from (old[key] for key in sorted(laid.dropped) if key in old)


def _said(record: Record) -> Mapping[str, Json]:
    return {name: value for name, value in record.body.items() if name not in {"file", "line"}}


def _others(before: Records, laid: Overlay) -> Mapping[str, int]:
    """Count the catalogs in which resources of types change that are not understood, by type."""
    old = {record.id: _told(record) for record in before.of(CATALOG)}
    found: dict[str, int] = {}
    keys: Iterable[RecordKey] = (*laid.put, *laid.dropped)
    for key in (one for one in keys if one.kind == CATALOG):
        new = _told(laid.put[key]) if key in laid.put else {}
        was = old.get(key.id, {})
        for type_ in sorted(new.keys() | was.keys()):
            if new.get(type_) != was.get(type_):
                found[type_] = found.get(type_, 0) + 1
    return dict(sorted(found.items()))


def _told(record: Record) -> Mapping[str, Json]:
    told = record.body.get("others_told")
    return told if isinstance(told, dict) else {}


def _touched(changed: Iterable[Record]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for record in changed:
        found.setdefault(line_of(record), set()).add(record.id)
    return {at: tuple(sorted(held)) for at, held in sorted(found.items())}


def _below_environment(path: PurePosixPath) -> str:
    """Return a path in the control repository, where it lies in the usual place on the server."""
    parts = path.parts
    if "environments" in parts[:-2]:
        return PurePosixPath(*parts[parts.index("environments") + 2 :]).as_posix()
    return path.as_posix()


def _gap(resource: str, operation: str, *, code: str, reason: str) -> Unread:
    host = resource.partition("/")[0]
    return Unread(
        provider=PROVIDER,
        account=host,
        region="",
        service="catalog",
        operation=operation,
        action="",
        kind=RESOURCE,
        resource=resource,
        code=code,
        reason=reason,
    )
