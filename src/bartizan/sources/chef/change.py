# SPDX-License-Identifier: Apache-2.0
"""Folders from before and after an edit of Chef's code or permissions, as one proposed change."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct, field

from bartizan.errors import FixError
from bartizan.model.code_fix import EditedFile
from bartizan.model.code_place import CodePlace
from bartizan.model.facts.gap import Unread
from bartizan.model.host_doubt import doubts, line_of
from bartizan.model.host_value import is_unknown
from bartizan.model.laid import Laid
from bartizan.model.record import UNREAD_KIND, Json, Overlay, Record, RecordList, Records
from bartizan.model.remedy import Remedy
from bartizan.sources.chef.changed_code import CodeChange
from bartizan.sources.chef.changed_file import blurred, edits, stale
from bartizan.sources.chef.files import ChefFiles
from bartizan.sources.chef.kinds import NODE, PROVIDER, RESOURCE
from bartizan.sources.chef.normalise import ChefNormaliser

_HIDDEN = "the recipe does not say it in plain words, or it may be a secret"
_LINE = re.compile(r":\d+$")
_IN_TEXT = re.compile(r"(?<=\.rb):\d+")


class FolderChange(Struct, frozen=True, kw_only=True):
    """What an edit of a repository or a server of Chef changes on hosts."""

    names: tuple[str, ...]
    """What people call the folders."""
    before: tuple[Record, ...]
    after: tuple[Record, ...]
    edits: Mapping[str, CodeChange]
    """Path of each file that differs in more than the comments of code to how it does."""
    source: Path
    """The folder that the code is in."""
    stale: Mapping[str, str] = field(default_factory=dict)
    """Path of each policy that is not locked as it is written, and why."""
    partial: tuple[str, ...] = ()
    drift: tuple[str, ...] = ()
    unread_code: tuple[str, ...] = ()
    edited: tuple[EditedFile, ...] = ()

    @classmethod
    def read(
        cls, before: Path, after: Path, *, key: bytes, source: Path | None = None
    ) -> "FolderChange":
        """Read both folders; `key` is that of fingerprints.

        Raises:
            InputError: one is damaged, or holds nothing of Chef.
            MissingExtraError: the grammar of Ruby is not installed.
        """
        changed = edits(before, after)
        return cls(
            names=(str(before), str(after)),
            before=tuple(ChefFiles(before, key=key).records()),
            after=tuple(ChefFiles(after, key=key).records()),
            edits=changed,
            stale=stale(changed, after),
            source=source or after,
        )

    @property
    def hosts(self) -> frozenset[str]:
        """Names of the hosts that it is about."""
        return frozenset(one.id for one in (*self.before, *self.after) if one.kind == NODE)

    def base(self, records: Records) -> Records:
        """Lay the folder from before over the records of a snapshot, in the place of all that it
        holds of Chef.
        """
        return _laid(records, self.before)

    def over(self, records: Records) -> Laid:
        """Lay the folder from after over the records of a snapshot, which are those of `base`."""
        laid = _laid(records, self.after)
        changed = tuple(_new(self.before, self.after))
        gone = tuple(_new(self.after, self.before))
        return Laid(
            overlay=laid,
            gaps=tuple(self._gaps(changed)),
            changed=len({_address(one) for one in (*changed, *gone)}),
            others={},
            touched=_touched((*changed, *gone)),
        )

    def _gaps(self, changed: Sequence[Record]) -> Iterator[Unread]:
        """Yield what is not known of what changes."""
        for path, reason in self.stale.items():
            yield _gap(path, path, reason=reason)
        known = Counter(map(_unread, self.before))
        nodes = {one.id: one for one in self.after if one.kind == NODE}
        for one in self.after:
            if one.kind != UNREAD_KIND:
                continue
            same = known[_unread(one)] > 0
            known[_unread(one)] -= same
            if not same or self._edited(*_line(one.source), nodes.get(one.account)):
                yield _gap(one.account, one.source, reason=str(one.body["reason"]))
        own = RecordList(tuple(one for one in self.after if one.kind in (NODE, RESOURCE)))
        facts = ChefNormaliser()(own)
        # What is not known may be other than before though it is called the same.
        unsure = [
            one
            for one in self.after
            if one.kind == RESOURCE
            and (one in changed or self._edited(*_place(one), nodes.get(one.account)))
        ]
        new = {one.id: _address(one) for one in unsure}
        for row in facts.rows(Unread):
            if row.resource in new:
                yield _gap(new[row.resource], new[row.resource], reason=row.reason)
        places = {line_of(one): _address(one) for one in unsure}
        for address, column in doubts(facts, places):
            yield _gap(address, f"{address}.{column}", reason=_HIDDEN)

    def _edited(self, file: str, line: int, node: Record | None) -> bool:
        """Tell whether what stands at a line of a file, 0 in one without lines, and is not
        understood may do otherwise on a node.
        """
        edit = self.edits.get(file)
        if edit is not None and line not in edit.kept:
            return True
        return node is not None and blurred(node, self.edits)

    def place(self, address: str, attribute: str = "") -> CodePlace | None:
        """Return the line of an address; None where nobody knows. No columns are told."""
        del attribute
        file, _, number = address.rpartition(":")
        if file and number.isdecimal():
            return self._placed(file, int(number))
        for one in (*self.after, *self.before):
            if one.kind != UNREAD_KIND and _address(one) == address:
                line = one.body.get("line")
                name = str(one.body.get("file") or one.source)
                return self._placed(name, line if isinstance(line, int) else 1)
        return None

    def _placed(self, name: str, line: int) -> CodePlace:
        path = self.source / PurePosixPath(name)
        shown = path.as_posix() if path.is_file() else name
        number = max(line, 1)
        return CodePlace(file=shown, line=number, column=1, end_line=number + 1, end_column=1)

    def fixed(self, remedy: Remedy, touched: Mapping[str, tuple[str, ...]]) -> "FolderChange":
        """Refuse: no edits of recipes are made.

        Raises:
            FixError: always.
        """
        del touched
        raise FixError("no edits of recipes are made", hint=f"{remedy.title}, by hand")

    def write(self) -> None:
        """Write nothing, as nothing is edited."""


def _laid(records: Records, own: Iterable[Record]) -> Overlay:
    put = {one.key: one for one in own}
    dropped = {
        one.key
        for kind in records.kinds()
        if kind == UNREAD_KIND or kind.startswith("Chef::")
        for one in records.of(kind)
        if one.provider == PROVIDER and one.key not in put
    }
    return Overlay(records, put, frozenset(dropped))


def _new(before: Iterable[Record], after: Iterable[Record]) -> Iterator[Record]:
    """Yield what is said after and was not before, wherever in the code it stands."""
    known = Counter(map(_said, before))
    for one in after:
        if one.kind != UNREAD_KIND:
            if known[_said(one)] > 0:
                known[_said(one)] -= 1
            else:
                yield one


def _said(one: Record) -> str:
    body: dict[str, Json] = {
        name: _unplaced(value) for name, value in one.body.items() if name not in {"file", "line"}
    }
    return f"{one.kind} {one.account} {'' if one.kind == RESOURCE else one.id} {body!r}"


def _unplaced(value: Json) -> Json:
    """Return a value without the lines that reasons name of what is not known."""
    if isinstance(value, list):
        return [_unplaced(one) for one in value]
    if not isinstance(value, dict):
        return value
    if is_unknown(value):
        return {name: _IN_TEXT.sub("", str(why)) for name, why in value.items()}
    return {name: _unplaced(one) for name, one in value.items()}


def _unread(one: Record) -> tuple[str, str, str]:
    reason = _IN_TEXT.sub("", str(one.body.get("reason", "")))
    return one.account, _LINE.sub("", one.source), reason


def _address(one: Record) -> str:
    """Return what people call what a record tells of."""
    if one.kind == RESOURCE:
        return f"{one.account}/{one.body['type']}[{one.body['title']}]"
    return f"nodes/{one.id}" if one.kind == NODE else one.id


def _place(one: Record) -> tuple[str, int]:
    """Return the file and line of a resource; 0 where it is told by a file without lines."""
    line = one.body.get("line")
    return str(one.body.get("file")), line if isinstance(line, int) else 0


def _line(source: str) -> tuple[str, int]:
    """Return file and line of what a record calls its source, likewise."""
    file = _LINE.sub("", source)
    return file, int(source[len(file) + 1 :] or 0)


def _touched(changed: Iterable[Record]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for one in changed:
        at = {RESOURCE: line_of(one), NODE: one.account}.get(one.kind, one.source)
        found.setdefault(at, set()).add(_address(one))
    return {at: tuple(sorted(held)) for at, held in sorted(found.items())}


def _gap(resource: str, operation: str, *, reason: str) -> Unread:
    return Unread(
        provider=PROVIDER,
        account=resource.partition("/")[0],
        region="",
        service="chef",
        operation=operation,
        action="",
        kind=RESOURCE,
        resource=resource,
        code="not-understood",
        reason=reason,
    )
