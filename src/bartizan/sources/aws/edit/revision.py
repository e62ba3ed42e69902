# SPDX-License-Identifier: Apache-2.0
"""Gathers changes to records, so that several to one record meet in one."""

import copy

from msgspec import Struct, field, structs

from bartizan.errors import SourceError
from bartizan.model.record import Json, Overlay, Record, RecordKey, Records
from bartizan.sources.aws.edit.document import Edits
from bartizan.sources.aws.edit.place import Step, at


class Revision(Struct):
    """Changed bodies, new and dropped records. Paths are those of the original bodies: what is
    taken out goes last, so that positions in lists hold until then.
    """

    records: Records
    documents: dict[str, Edits] = field(default_factory=dict)
    """Id of a policy to what is taken out of its document."""
    _changed: dict[RecordKey, Record] = field(default_factory=dict)
    _bodies: dict[RecordKey, dict[str, Json]] = field(default_factory=dict)
    _taken: dict[RecordKey, set[tuple[Step, ...]]] = field(default_factory=dict)
    _dropped: set[RecordKey] = field(default_factory=set)

    def edits(self, policy: str) -> Edits:
        """Return what is to be taken out of a policy's document, to add to it."""
        return self.documents.setdefault(policy, Edits())

    def body(self, record: Record) -> dict[str, Json]:
        """Return the body that `record` shall have, to be changed in place."""
        if record.key not in self._bodies:
            self._changed[record.key] = record
            self._bodies[record.key] = copy.deepcopy(dict(record.body))
        return self._bodies[record.key]

    def put(self, record: Record, path: tuple[Step, ...], value: Json) -> None:
        """Replace what stands at `path`."""
        holder, last = at(self.body(record), path[:-1]), path[-1]
        match holder, last:
            case dict(), str():
                holder[last] = value
            case list(), int():
                holder[last] = value
            case _:
                raise SourceError(f"`{record.id}` has nothing at the place to be changed")

    def take(self, record: Record, path: tuple[Step, ...]) -> None:
        """Take out what stands at `path`: a member, or an entry of a list."""
        self.body(record)
        self._taken.setdefault(record.key, set()).add(path)

    def drop(self, record: Record) -> None:
        """Take out a whole record."""
        self._dropped.add(record.key)

    def overlay(self) -> Overlay:
        """Return all changes."""
        for key, paths in self._taken.items():
            # Later positions first, so that earlier ones still hold.
            for path in sorted(paths, key=_position, reverse=True):
                _remove(self._bodies[key], path)
        put = {
            key: structs.replace(self._changed[key], body=body)
            for key, body in self._bodies.items()
            if key not in self._dropped
        }
        return Overlay(self.records, put, frozenset(self._dropped))


def _position(path: tuple[Step, ...]) -> int:
    return path[-1] if isinstance(path[-1], int) else -1


def _remove(body: dict[str, Json], path: tuple[Step, ...]) -> None:
    holder, last = at(body, path[:-1]), path[-1]
    if isinstance(holder, dict) and isinstance(last, str):
        holder.pop(last, None)
    elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
        del holder[last]
