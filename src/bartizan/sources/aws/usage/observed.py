# SPDX-License-Identifier: Apache-2.0
"""Gathers observed use from files, one after the other, within bounds."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct, field

from bartizan.errors import InputError, Location
from bartizan.model.usage import Advice, Call, Logs, ServiceUse, Use, is_of
from bartizan.sources.aws.files.json_file import text
from bartizan.sources.aws.usage.wire import Event, File, Identity, LastAccessed

MOST_FILES = 1_000_000
MOST_CALLS = 200_000
"""Kinds of calls that are kept apart."""
MOST_RESOURCES = 20
"""Resources that are kept of one kind of call."""
_CALLS = frozenset({"AwsApiCall", "AwsConsoleAction"})
"""Types of events that somebody's permission stands behind; others tell of what AWS did itself."""
_HINT = "give log files of CloudTrail, output of `lookup-events` or of last accessed details"


class _Tally(Struct):
    """What is known of one kind of call so far."""

    count: int = 0
    first: str = ""
    last: str = ""
    resources: set[str] = field(default_factory=set)

    def add(self, day: str, resources: Iterable[str]) -> None:
        self.count += 1
        self.first = min(self.first or day, day)
        self.last = max(self.last, day)
        for arn in resources:
            if len(self.resources) < MOST_RESOURCES:
                self.resources.add(arn)


def observed(places: Sequence[Path], *, principals: Sequence[str] = ()) -> Use:
    """Read all files at `places`, folders included. With `principals` only their calls are kept;
    how far the logs reach is told by everybody's.

    Raises:
        InputError: a file is damaged, too large, or none that is understood.
    """
    gathered = _Gathered(tuple(principals))
    for path in _files(places):
        gathered.read(path, named=path in places)
    return gathered.use()


def _files(places: Sequence[Path]) -> Iterator[Path]:
    count = 0
    for place in places:
        if not place.exists():
            raise InputError("no such file or folder", at=Location(str(place)))
        inside = sorted(place.rglob("*")) if place.is_dir() else [place]
        for path in inside:
            chosen = path == place or path.name.endswith((".json", ".json.gz"))
            if not chosen or path.is_dir():
                continue
            count += 1
            if count > MOST_FILES:
                raise InputError(f"more than {MOST_FILES:,} files", at=Location(str(place)))
            yield path
    if not count:
        raise InputError("no file ends in `.json` or `.json.gz`", hint=_HINT)


class _Gathered:
    """What was read so far."""

    def __init__(self, principals: tuple[str, ...]) -> None:
        self._principals = principals
        self._calls: dict[tuple[str, str, str], _Tally] = {}
        self._days: dict[str, set[str]] = {}
        self._regions: set[str] = set()
        self._events = 0
        self._advice: list[Advice] = []

    def use(self) -> Use:
        calls = tuple(
            Call(
                principal=principal,
                source=source,
                name=name,
                count=tally.count,
                first=tally.first,
                last=tally.last,
                resources=tuple(sorted(tally.resources)),
            )
            for (principal, source, name), tally in sorted(self._calls.items())
        )
        logs = Logs(
            calls=calls,
            days={account: frozenset(days) for account, days in sorted(self._days.items())},
            regions=frozenset(self._regions),
            events=self._events,
        )
        return Use(logs=logs, advice=tuple(self._advice))

    def read(self, path: Path, *, named: bool) -> None:
        try:
            found = msgspec.json.decode(text(path, named=named), type=File)
            if found.records is not None:
                for record in found.records:
                    self._add(msgspec.json.decode(record, type=Event), path)
            elif found.events is not None:
                for event in found.events:
                    self._add(msgspec.json.decode(event.record, type=Event), path)
            elif found.services is not None:
                self._advice.append(_advice(found, found.services, path))
            else:
                raise InputError("the file is none that is understood", at=_at(path), hint=_HINT)
        except msgspec.MsgspecError as error:
            message = f"not as it should be: {str(error)[:200].lower()}"
            raise InputError(message, at=_at(path), hint=_HINT) from error
        except RecursionError as error:
            raise InputError("nested too deep", at=_at(path)) from error

    def _add(self, event: Event, path: Path) -> None:
        day = _day(event.event_time, path)
        self._events += 1
        account = event.recipient_account_id or event.user_identity.account_id or ""
        self._days.setdefault(account, set()).add(day)
        if event.aws_region:
            self._regions.add(event.aws_region)
        principal = _principal(event.user_identity)
        wanted = not self._principals or is_of(principal, self._principals)
        if not wanted or event.event_type not in _CALLS:
            return
        key = (principal, event.event_source, event.event_name)
        if key not in self._calls and len(self._calls) >= MOST_CALLS:
            raise InputError(
                f"more than {MOST_CALLS:,} kinds of calls",
                at=_at(path),
                hint="name the principals with `--principal`",
            )
        named = (one.upper or one.lower or "" for one in event.resources or ())
        self._calls.setdefault(key, _Tally()).add(day, (arn for arn in named if arn))


def _principal(identity: Identity) -> str:
    """Return the role or user behind a session, else who is named."""
    session = identity.session_context
    issuer = session.session_issuer if session is not None else None
    return (issuer.arn if issuer is not None else "") or identity.arn or ""


def _advice(found: File, services: Iterable[LastAccessed], path: Path) -> Advice:
    if found.status != "COMPLETED":
        state = found.status.lower() or "unknown"
        raise InputError(f"the report is {state}", at=_at(path), hint="ask for it again later")
    if found.truncated:
        hint = "join its pages, or let the AWS CLI do so"
        raise InputError("the report is only the first page", at=_at(path), hint=hint)
    return Advice(
        until=_day(found.made, path),
        services=tuple(_service(one, path) for one in services),
    )


def _service(found: LastAccessed, path: Path) -> ServiceUse:
    actions = found.actions or ()
    entities = {found.entity or "", *(one.entity or "" for one in actions)} - {""}
    return ServiceUse(
        service=found.namespace.lower(),
        last=_day(found.time, path) if found.time else "",
        entities=tuple(sorted(entities)),
        actions={one.name: _day(one.time, path) if one.time else "" for one in actions},
    )


def _day(moment: str, path: Path) -> str:
    """Return the day of an ISO 8601 time.

    Raises:
        InputError: it is none.
    """
    try:
        return datetime.fromisoformat(moment).date().isoformat()
    except ValueError as error:
        raise InputError(f"no time: `{moment[:100]}`", at=_at(path)) from error


def _at(path: Path) -> Location:
    return Location(str(path))
