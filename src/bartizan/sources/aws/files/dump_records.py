# SPDX-License-Identifier: Apache-2.0
"""Turns what the AWS CLI printed into the records that a live scan would have written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from bartizan.errors import InputError, Location
from bartizan.model.facts.gap import Unread
from bartizan.model.record import Json, Record, RecordKey
from bartizan.model.redact import redact
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.expression import search
from bartizan.sources.aws.files.dump import Dump, first_member
from bartizan.sources.aws.live.page import merged
from bartizan.sources.aws.order import action, requests
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.unread import PROVIDER, unread_record


class Translation(Struct, kw_only=True):
    """The records of one service in one account and region, as far as files tell."""

    scope: Scope
    account: str
    """Account that the calls were made in."""
    region: str
    """Empty for global calls, and where no file says anything of any region."""
    partition: str
    at: str
    key: bytes
    dumps: Mapping[tuple[str, str], Sequence[Dump]]
    """Service and operation to its answers, in the order of their pages."""
    _found: dict[RecordKey, Record] = field(default_factory=dict)
    _kinds: dict[str, list[Record]] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)
    """Kinds whose calls were answered at least once."""

    def run(self, service: Service) -> tuple[Record, ...]:
        """Return the records, and rows for all that a live scan would have asked in vain."""
        for request in requests(service, self.scope):
            for call in request.calls:
                answers = self.dumps.get((call.service, call.operation), ())
                if call.each:
                    self._of_each(call, answers)
                elif answers:
                    self._all(call, answers, None)
                else:
                    self._skipped(call, "")
        return tuple(self._found.values())

    def _of_each(self, call: Call, answers: Sequence[Dump]) -> None:
        """Match the answers of a call to the parents that it was asked of."""
        parents = [p for p in self._kinds.get(call.each, []) if self._wanted(call, p)]
        if not parents and not answers and call.each in self._asked:
            self._asked.add(call.kind)
            return
        if not parents and not answers:
            self._skipped(call, "")
            return
        unnamed = [dump for dump in answers if not dump.parent]
        if unnamed:
            self._unnamed(call, unnamed, parents)
        named: dict[str, list[Dump]] = {}
        for dump in answers:
            named.setdefault(dump.parent, []).append(dump)
        named.pop("", None)
        for parent in parents:
            own = next((named[n] for n in self._names(call, parent) if n in named), None)
            if own:
                self._all(call, own, parent)
            elif not (unnamed and self._told(call, parent, parents)):
                self._skipped(call, parent.id)
        self._foundlings(call, answers, parents)

    def _told(self, call: Call, parent: Record, parents: Sequence[Record]) -> bool:
        """An answer that names no parent tells of this one."""
        return len(parents) == 1 or RecordKey(call.kind, parent.id) in self._found

    def _unnamed(self, call: Call, unnamed: Sequence[Dump], parents: Sequence[Record]) -> None:
        """Take answers that do not say what they were asked of: of the only parent there is, or
        of those that the elements name themselves.
        """
        needs_parent = "parent" in call.id
        if len(parents) == 1:
            self._all(call, unnamed, parents[0])
        elif needs_parent:
            raise InputError(
                f"the file does not say of which {call.each} it tells",
                at=Location(str(unnamed[0].path)),
                hint="name it after two hyphens, `get-bucket-policy--ledger.json`",
            )
        else:
            self._all(call, unnamed, None)

    def _foundlings(self, call: Call, answers: Sequence[Dump], parents: Sequence[Record]) -> None:
        """Refuse answers about things that no listing names: nothing may be left out unseen."""
        known = {name for parent in parents for name in self._names(call, parent)}
        for dump in answers:
            if dump.parent and dump.parent not in known:
                raise InputError(
                    f"no {call.each} `{dump.parent}` is in the other files",
                    at=Location(str(dump.path)),
                    hint="load the listing that names it too",
                )

    def _wanted(self, call: Call, parent: Record) -> bool:
        return not call.when or bool(search(call.when, self._root(parent)))

    def _names(self, call: Call, parent: Record) -> Sequence[str]:
        """Return what a file may call a parent: its id, the end of it, or what the call takes; the
        most telling first.
        """
        root = self._root(parent)
        given = [search(path, root) for path in call.parameters.values() if "parent" in path]
        texts = {value for value in given if isinstance(value, str)}
        texts |= {parent.id, parent.id.rpartition("/")[2], parent.id.rpartition(":")[2]}
        return sorted(texts, key=len, reverse=True)

    def _root(self, parent: Record | None) -> dict[str, Any]:
        return {
            "parent": parent.body if parent else None,
            "parent_id": parent.id if parent else None,
            "account": self.account,
            "region": self.region,
            "partition": self.partition,
        }

    def _all(self, call: Call, dumps: Sequence[Dump], parent: Record | None) -> None:
        """Keep the elements of one answer, which may have several pages."""
        self._asked.add(call.kind)
        if dumps[-1].response.get("NextToken"):
            reason = f"`{dumps[-1].path.name}` is not the last page"
            self._unread(call, "truncated", reason, parent.id if parent else "")
        pages = [dump.response for dump in dumps]
        member = first_member(call)
        if any(pages) and member and not any(member in page for page in pages):
            self._skipped(call, parent.id if parent else "")
            return
        if not any(pages):
            # The AWS CLI prints nothing where there is nothing.
            return
        if not call.items:
            pages = [merged(pages, frozenset({"NextToken"}))]
        for page, dump in zip(pages, dumps, strict=False):
            for element in self._elements(call, page):
                self._take(call, element, parent, dump)

    def _elements(self, call: Call, page: Mapping[str, Json]) -> Iterator[object]:
        found = search(call.items, page) if call.items else page
        elements = found if isinstance(found, list) else [found]
        yield from (element for element in elements if element is not None)

    def _take(self, call: Call, element: object, parent: Record | None, dump: Dump) -> None:
        try:
            named = search(call.id, {**self._root(parent), "item": element})
        except ValueError:
            named = None
        if not isinstance(element, dict) or not isinstance(named, str) or not named:
            reason = f"an element of `{dump.path.name}` is not what the service answers"
            self._unread(call, "malformed", reason, parent.id if parent else "")
            return
        record = Record(
            provider=PROVIDER,
            account="" if self.scope is Scope.ORGANIZATION else self.account,
            region=self.region,
            service=call.service,
            kind=call.kind,
            id=named,
            body=redact(element, call.secrets, key=self.key) if call.secrets else element,
            collected_at=self.at,
            source=dump.path.name,
        )
        if record.key not in self._found:
            self._found[record.key] = record
            self._kinds.setdefault(record.kind, []).append(record)

    def _skipped(self, call: Call, resource: str) -> None:
        self._unread(call, "skipped", "no file answers this call", resource)

    def _unread(self, call: Call, code: str, reason: str, resource: str) -> None:
        row = Unread(
            provider=PROVIDER,
            account="" if self.scope is Scope.ORGANIZATION else self.account,
            region=self.region,
            service=call.service,
            operation=call.operation,
            action=action(call),
            kind=call.kind,
            resource=resource,
            code=code,
            reason=reason,
        )
        record = unread_record(row, at=self.at)
        self._found.setdefault(record.key, record)


def by_operation(dumps: Iterable[Dump]) -> Mapping[tuple[str, str], Sequence[Dump]]:
    """Sort answers by service and operation, pages in their order."""
    found: dict[tuple[str, str], list[Dump]] = {}
    for dump in sorted(dumps, key=lambda dump: (dump.page, str(dump.path))):
        found.setdefault((dump.service, dump.operation), []).append(dump)
    return found
