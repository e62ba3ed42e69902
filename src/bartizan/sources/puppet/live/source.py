# SPDX-License-Identifier: Apache-2.0
"""Reads hosts from PuppetDB: the latest catalog, facts and last run of every active node.

Nodes are listed page by page, and then asked about in groups by name, so that one that comes or
goes meanwhile shifts nothing. A group that gets no answer is asked about node by node.

Sources: https://help.puppet.com/pdb/current/topics/nodes.htm, .../catalogs.htm, .../facts.htm,
.../reports.htm, .../paging.htm, .../ast.htm
"""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from bartizan.errors import InputError, Location, SourceError
from bartizan.model.moment import written
from bartizan.model.record import Json, Record
from bartizan.ports import Pieces, Progress
from bartizan.sources.puppet import node
from bartizan.sources.puppet.document import Catalog, Document, NodeFacts, documents
from bartizan.sources.puppet.live.client import AskError, Client, Identity
from bartizan.sources.puppet.record import records, run_record, unread

_logger = logging.getLogger(__name__)

PAGE = 500
"""Nodes on one page of the list."""
GROUP = 20
"""Nodes that are asked about at once; their names must fit a URL."""
_NODES = 1_000_000
_RUN = ("certname", "status", "noop", "noop_pending", "environment")
"""Columns of a report that are asked for; its logs and events are not."""


def _now() -> datetime:
    return datetime.now(UTC)


class PuppetDb(Struct, frozen=True, kw_only=True):
    """A PuppetDB, read over its query API."""

    url: str
    """`https://host:8081`."""
    identity: Identity
    """What is shown to it."""
    key: bytes
    """Key of the fingerprints that stand in for secrets."""
    clock: Callable[[], datetime] = _now
    wait: Callable[[float], object] = time.sleep

    def collect(self, draft: Pieces, progress: Progress) -> None:
        """Write a piece for each group of nodes.

        Raises:
            SourceError: the nodes cannot be listed.
            InputError: a certificate or key cannot be read.
            UsageError: the address is none.
        """
        client = Client.to(self.url, self.identity, wait=self.wait)
        try:
            self._collect(client, draft, progress)
        finally:
            client.close()

    def _collect(self, client: Client, draft: Pieces, progress: Progress) -> None:
        asker = _Asker(
            client=client,
            progress=progress,
            key=self.key,
            at=written(self.clock()),
        )
        try:
            names = list(asker.nodes())
        except AskError as error:
            raise SourceError(
                f"the nodes cannot be listed: {error.reason}",
                at=Location(f"{client.url.hostname}:{client.url.port or ''}".rstrip(":")),
                hint="`--cert`, `--key` and `--ca-cert` name what Puppet's CA signed",
            ) from error
        groups = [names[begin : begin + GROUP] for begin in range(0, len(names), GROUP)]
        progress.total(len(groups))
        finished = draft.finished()
        for group in groups:
            piece = hashlib.sha256("\n".join(group).encode()).hexdigest()[:16]
            if piece in finished:
                continue
            progress.started(f"{group[0]} and {len(group) - 1} more")
            made = list(asker.group(group))
            draft.write(piece, made)
            gaps = sum(record.kind == "Bartizan::Unread" for record in made)
            progress.finished(piece, records=len(made) - gaps, unread=gaps)


class _Asker(Struct, frozen=True, kw_only=True):
    """Asks, and turns answers into records."""

    client: Client
    progress: Progress
    key: bytes
    at: str

    def nodes(self) -> Iterator[str]:
        """Yield the name of each active node, once, in the order of names.

        Raises:
            AskError: a page gets no answer.
        """
        seen: set[str] = set()
        for page in range(_NODES // PAGE):
            rows = self._ask(
                "nodes",
                order_by=[{"field": "certname", "order": "asc"}],
                limit=PAGE,
                offset=page * PAGE,
            )
            names = [row["certname"] for row in rows if isinstance(row.get("certname"), str)]
            if len(names) != len(rows):
                raise AskError("malformed", "a node has no name")
            yield from (name for name in names if isinstance(name, str) and name not in seen)
            seen.update(name for name in names if isinstance(name, str))
            if len(rows) < PAGE:
                return
        raise AskError("truncated", f"more than {_NODES:,} nodes")

    def group(self, names: Sequence[str]) -> Iterator[Record]:
        """Yield the records of some nodes."""
        yield from self._catalogs(names)
        yield from self._each(names, "facts", self._facts)
        yield from self._each(names, "reports", self._runs)

    def _catalogs(self, names: Sequence[str]) -> Iterator[Record]:
        """Yield the catalogs; a node that has none is unread, as Puppet never told of it."""
        told: set[str] = set()
        for record in self._each(names, "catalogs", self._catalog):
            told.add(record.account)
            yield record
        for name in names:
            if name not in told:
                yield self._gap(name, "catalogs", "partial", "PuppetDB has no catalog of it")

    def _each(
        self,
        names: Sequence[str],
        what: str,
        ask: Callable[[Sequence[str]], list[Record]],
    ) -> Iterator[Record]:
        """Yield what `ask` gets of the nodes together, or of each where that fails."""
        try:
            yield from ask(names)
        except (AskError, InputError) as error:
            code, reason = _why(error)
            _logger.debug("%s of %d nodes: %s", what, len(names), reason)
            if len(names) == 1 or code == "denied":
                yield from (self._gap(name, what, code, reason) for name in names)
                return
            for name in names:
                yield from self._each([name], what, ask)

    def _catalog(self, names: Sequence[str]) -> list[Record]:
        rows = self._ask("catalogs", query=_of(names))
        return self._records(Catalog, names, rows, "catalogs")

    def _facts(self, names: Sequence[str]) -> list[Record]:
        # Only facts that are kept are asked for, so that no other leaves the server.
        wanted: Json = ["in", "name", ["array", list[Json](node.NAMES)]]
        rows = self._ask("facts", query=["and", _of(names), wanted])
        return self._records(NodeFacts, names, rows, "facts")

    def _runs(self, names: Sequence[str]) -> list[Record]:
        latest: Json = ["and", ["=", "latest_report?", True], _of(names)]
        rows = self._ask("reports", query=["extract", list[Json](_RUN), latest])
        return [
            run_record(str(row["certname"]), row, at=self.at)
            for row in rows
            if row.get("certname") in names
        ]

    def _records(
        self,
        kind: type[Document],
        names: Sequence[str],
        rows: Sequence[Mapping[str, Json]],
        source: str,
    ) -> list[Record]:
        found = [
            one for one in documents([dict(row) for row in rows], source) if isinstance(one, kind)
        ]
        return [
            record
            for document in found
            if document.certname in names
            for record in records(document, key=self.key, at=self.at, source=f"puppetdb:{source}")
        ]

    def _ask(self, place: str, **parameters: Json) -> list[Mapping[str, Json]]:
        answer = self.client.ask(place, **parameters)
        self.progress.called()
        if not isinstance(answer, list) or not all(isinstance(row, dict) for row in answer):
            raise AskError("malformed", "the answer is no list of objects")
        return [row for row in answer if isinstance(row, dict)]

    def _gap(self, name: str, what: str, code: str, reason: str) -> Record:
        return unread(operation=what, code=code, reason=reason, at=self.at, host=name)


def _of(names: Sequence[str]) -> Json:
    return ["in", "certname", ["array", list[Json](names)]]


def _why(error: AskError | InputError) -> tuple[str, str]:
    if isinstance(error, AskError):
        return error.code, error.reason
    return "malformed", error.message
