# SPDX-License-Identifier: Apache-2.0
"""Records under change: what a plan adds, changes and takes away, gathered to one overlay."""

import copy
from collections.abc import Iterator, Mapping

from msgspec import Struct, field, structs

from bartizan.model.arn import account_of
from bartizan.model.facts.gap import Unread
from bartizan.model.record import UNREAD_KIND, Json, Overlay, Record, RecordKey, Records

PROVIDER = "aws"
"""The system that the code changes: its records are those of a scan."""

Body = dict[str, Json]


def last(arn: str) -> str:
    """Return the end of an ARN: the name without its path."""
    return arn.rpartition("/")[2]


def _at(body: Mapping[str, Json], path: tuple[str, ...]) -> Json:
    value: Json = dict(body) if not path else body.get(path[0])
    for name in path[1:]:
        value = value.get(name) if isinstance(value, dict) else None
    return value


class Draft(Struct):
    """Records of a snapshot, to be changed in place."""

    records: Records
    source: str
    """What says so: the name of the plan."""
    key: bytes
    """Key of the fingerprints that stand in for secrets."""
    _put: dict[RecordKey, Record] = field(default_factory=dict)
    _bodies: dict[RecordKey, Body] = field(default_factory=dict)
    _dropped: set[RecordKey] = field(default_factory=set)
    _base: dict[str, dict[str, Record]] = field(default_factory=dict)
    _names: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    _ends: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    _index: dict[tuple[str, ...], dict[str, list[str]]] = field(default_factory=dict)
    assumed: dict[str, str] = field(default_factory=dict)
    """Interface whose address only AWS will choose to what in the code makes it."""
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Interface to the subnets that AWS may put it into, where it may choose."""
    taken: dict[str, set[str]] = field(default_factory=dict)
    """Subnet to the private addresses that are taken in it."""
    touched: set[RecordKey] = field(default_factory=set)
    """Records that were taken up to be changed, put or dropped."""

    def body(self, kind: str, name: str) -> Body | None:
        """Return the body of a record, to be changed in place; None where there is none."""
        key = RecordKey(kind, name)
        self.touched.add(key)
        if key in self._bodies:
            return self._bodies[key]
        found = self._found(key)
        if found is None:
            return None
        self._put[key] = structs.replace(found, source=self.source)
        self._bodies[key] = copy.deepcopy(dict(found.body))
        return self._bodies[key]

    def peek(self, kind: str, name: str) -> Mapping[str, Json]:
        """Return the body of a record as it is now, to be read only; empty where there is none."""
        key = RecordKey(kind, name)
        if key in self._bodies:
            return self._bodies[key]
        found = self._found(key)
        return found.body if found is not None else {}

    def was(self, kind: str, name: str) -> bool:
        """Tell whether a record was there before the change."""
        return name in self._of(kind)

    def held(self, kind: str) -> Iterator[str]:
        """Yield the ids of all records of a kind as they are now, sorted."""
        own = {key.id for key in self._bodies if key.kind == kind}
        base = {name for name in self._of(kind) if RecordKey(kind, name) not in self._dropped}
        yield from sorted(own | base)

    def named(self, kind: str, account: str, name: str) -> str:
        """Return the id of the record whose ARN ends in `name` in an account; empty for none."""
        known = self._names.setdefault(kind, {})
        if account not in known:
            mine = (one for one in self.held(kind) if account in one)
            known[account] = {last(one): one for one in mine if account_of(one) == account}
        return known[account].get(name, "")

    def found(self, kind: str, name: str) -> tuple[str, ...]:
        """Return the ids of all records whose ARN ends in `name`, which several accounts may see,
        sorted.
        """
        if kind not in self._ends:
            ends: dict[str, list[str]] = {}
            for one in self.held(kind):
                ends.setdefault(last(one), []).append(one)
            self._ends[kind] = ends
        return tuple(sorted(self._ends[kind].get(name, ())))

    def matching(self, kind: str, value: str, *path: str) -> Iterator[str]:
        """Yield the ids of all records as they are now that hold `value` at a path, sorted."""
        place = (kind, *path)
        if place not in self._index:
            index: dict[str, list[str]] = {}
            for record in self._of(kind).values():
                if isinstance(held := _at(record.body, path), str):
                    index.setdefault(held, []).append(record.id)
            self._index[place] = index
        base = {
            name
            for name in self._index[place].get(value, ())
            if (key := RecordKey(kind, name)) not in self._dropped and key not in self._bodies
        }
        own = {
            key.id
            for key, body in self._bodies.items()
            if key.kind == kind and _at(body, path) == value
        }
        yield from sorted(own | base)

    def put(
        self, kind: str, name: str, body: Body, *, service: str, account: str, region: str = ""
    ) -> None:
        """Add a record, or change one that is there: members that `body` lacks stay."""
        key = RecordKey(kind, name)
        held = self.body(kind, name)
        if held is not None:
            held.update(body)
            return
        self._dropped.discard(key)
        self._names.pop(kind, None)
        if kind in self._ends:
            self._ends[kind].setdefault(last(name), []).append(name)
        self._bodies[key] = body
        self._put[key] = Record(
            provider=PROVIDER,
            account=account,
            region=region,
            service=service,
            kind=kind,
            id=name,
            body=body,
            source=self.source,
        )

    def drop(self, kind: str, name: str) -> None:
        """Take a record away; nothing where there is none."""
        key = RecordKey(kind, name)
        self.touched.add(key)
        self._put.pop(key, None)
        self._bodies.pop(key, None)
        self._names.pop(kind, None)
        if name in self.found(kind, last(name)):
            self._ends[kind][last(name)].remove(name)
        if name in self._of(kind):
            self._dropped.add(key)

    def unread(self, row: Unread) -> None:
        """Say what cannot be told of a thing."""
        body: Body = dict(structs.asdict(row))
        self.put(
            UNREAD_KIND,
            _unread(row),
            body,
            service=row.service,
            account=row.account,
            region=row.region,
        )

    def read(self, row: Unread) -> None:
        """Say that it can be told after all."""
        self.drop(UNREAD_KIND, _unread(row))

    def overlay(self) -> Overlay:
        """Return all changes over the records."""
        put = {
            key: structs.replace(record, body=self._bodies[key])
            for key, record in self._put.items()
        }
        return Overlay(self.records, put, frozenset(self._dropped))

    def _found(self, key: RecordKey) -> Record | None:
        return None if key in self._dropped else self._of(key.kind).get(key.id)

    def _of(self, kind: str) -> Mapping[str, Record]:
        if kind not in self._base:
            self._base[kind] = {record.id: record for record in self.records.of(kind)}
        return self._base[kind]


def _unread(row: Unread) -> str:
    """Return the id of the record of what cannot be told."""
    place = f"{row.account}/{row.region}/{row.service}:{row.operation}"
    return f"{place}/{row.kind}/{row.resource}"
