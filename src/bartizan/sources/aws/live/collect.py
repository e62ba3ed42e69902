# SPDX-License-Identifier: Apache-2.0
"""Makes all calls of one service in one account and region, and keeps what they answer."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from bartizan.model.facts.gap import Unread
from bartizan.model.moment import written
from bartizan.model.record import Json, Record, RecordKey
from bartizan.model.redact import redact
from bartizan.sources.aws.call import Call
from bartizan.sources.aws.expression import search
from bartizan.sources.aws.live.ask import Asker, Identity, Place
from bartizan.sources.aws.live.failure import Failure, RefusedError, one_line
from bartizan.sources.aws.live.page import merged
from bartizan.sources.aws.live.throttle import Bucket
from bartizan.sources.aws.live.trace import Trace
from bartizan.sources.aws.order import Request, action, below
from bartizan.sources.aws.unread import PROVIDER, unread_record

_NO_TRACE = Trace()
_PARENTS = 1_000_000
"""Calls of one request; more is a server that never ends."""


class Spot(Struct, frozen=True, kw_only=True):
    """Where the calls of one piece are made."""

    account: str
    """Account of the records; empty for those of the organisation."""
    region: str
    """Region of the records; empty for global ones."""
    partition: str
    endpoint: str
    """Region of the client."""
    caller: str
    """Account that the calls are made in."""


class Collection(Struct, kw_only=True):
    """The records of one piece while they come in."""

    spot: Spot
    identity: Identity
    asker: Asker
    key: bytes
    clock: Callable[[], datetime]
    requests: Sequence[Request]
    trace: Trace = _NO_TRACE
    """What the scan leaves in the account."""
    _found: dict[RecordKey, Record] = field(default_factory=dict)
    _kinds: dict[str, list[Record]] = field(default_factory=dict)
    _buckets: dict[str, Bucket] = field(default_factory=dict)

    def run(self) -> tuple[Record, ...]:
        """Make all calls; return the records, those of what could not be read included."""
        for request in self.requests:
            if request.sent.each:
                self._of_each(request)
            else:
                self._ask(request, None)
        return tuple(self._found.values())

    def _of_each(self, request: Request) -> None:
        # The list may grow while it is walked, where a request gives its own parents.
        for count, parent in enumerate(self._kinds.get(request.sent.each, [])):
            if count >= _PARENTS:
                reason = f"more than {_PARENTS} of `{request.sent.each}`"
                self._refused(request, Failure(code="truncated", reason=reason), "")
                return
            self._ask(request, parent)

    def _ask(self, request: Request, parent: Record | None) -> None:
        """Send one request and keep what each of its calls takes from the answer."""
        sent, resource = request.sent, parent.id if parent else ""
        root = self._root(parent)
        try:
            if sent.when and not search(sent.when, root):
                return
            asked = {name: search(path, root) for name, path in sent.parameters.items()}
        except ValueError as error:
            self._refused(request, _malformed(str(error)), resource)
            return
        parameters = {name: value for name, value in asked.items() if value is not None}
        whole: list[Mapping[str, Any]] = []
        flat = [call for call in request.calls if not call.items]
        try:
            for page in self._pages(sent, parameters):
                for call in request.calls:
                    if call.items:
                        self._take(call, page, root, search(call.items, page))
                if flat:
                    whole.append(page)
        except RefusedError as refused:
            self._refused(request, refused.failure, resource)
            return
        except ValueError as error:
            self._refused(request, _malformed(str(error)), resource)
            return
        for call in flat:
            paging = self.asker.clients.operation(call.service, call.operation).paging
            self._take(call, whole[0], root, merged(whole, paging.leave_out()))

    def _pages(self, sent: Call, parameters: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        if sent.service not in self._buckets:
            self._buckets[sent.service] = self.asker.bucket()
        return self.asker.pages(
            Place(sent.service, self.spot.endpoint, sent.operation),
            parameters,
            identity=self.identity,
            bucket=self._buckets[sent.service],
        )

    def _root(self, parent: Record | None) -> dict[str, Any]:
        """Return what the expressions of a call are evaluated over."""
        return {
            "parent": parent.body if parent else None,
            "parent_id": parent.id if parent else None,
            "account": self.spot.caller,
            "region": self.spot.region,
            "partition": self.spot.partition,
        }

    def _take(
        self, call: Call, page: Mapping[str, Any], root: Mapping[str, Any], found: object
    ) -> None:
        """Keep the elements that `call` found on a page."""
        parent_id = root["parent_id"] or ""
        elements = found if isinstance(found, list) else [found]
        metadata = page.get("ResponseMetadata", {})
        # An element that the answer lacks is none; one of another shape is malformed.
        for element in elements:
            if element is None:
                continue
            if not isinstance(element, dict):
                self._unread(call, _malformed("an element is no object"), parent_id)
                continue
            named = search(call.id, {**root, "item": element})
            if not isinstance(named, str) or not named:
                self._unread(call, _malformed("an element has no id"), parent_id)
                continue
            cleaned = self.trace.clean(call.kind, named, element)
            self._keep(call, self._record(call, cleaned, named, metadata))

    def _record(
        self, call: Call, element: dict[str, Json], named: str, metadata: Mapping[str, Any]
    ) -> Record:
        return Record(
            provider=PROVIDER,
            account=self.spot.account,
            region=self.spot.region,
            service=call.service,
            kind=call.kind,
            id=named,
            body=redact(element, call.secrets, key=self.key) if call.secrets else element,
            collected_at=self._at(),
            source=f"{call.service}:{call.operation}",
            request_id=str(metadata.get("RequestId", "")),
        )

    def _keep(self, call: Call, record: Record) -> None:
        held = self._found.setdefault(record.key, record)
        if held is record:
            self._kinds.setdefault(record.kind, []).append(record)
        elif held.body != record.body:
            self._unread(call, _malformed("two elements have this id"), record.id)

    def _refused(self, request: Request, failure: Failure, resource: str) -> None:
        """Note what a failed request leaves unread, and all that would have been asked of it."""
        calls = [call for call in request.calls if failure.error not in call.absent]
        for call in calls:
            self._unread(call, failure, resource)
        if not calls:
            return
        needed = f"needs `{request.sent.operation}`: {failure.reason}"
        for other in below(request, self.requests):
            for call in other.calls:
                behind = Failure(code=failure.code, reason=needed)
                self._unread(call, behind, resource, needs=action(request.sent))

    def _unread(self, call: Call, failure: Failure, resource: str, *, needs: str = "") -> None:
        row = Unread(
            provider=PROVIDER,
            account=self.spot.account,
            region=self.spot.region,
            service=call.service,
            operation=call.operation,
            action=needs or action(call),
            kind=call.kind,
            resource=resource,
            code=failure.code,
            reason=failure.reason,
        )
        record = unread_record(row, at=self._at())
        self._found.setdefault(record.key, record)

    def _at(self) -> str:
        return written(self.clock())


def _malformed(reason: str) -> Failure:
    return Failure(code="malformed", reason=one_line(reason))
