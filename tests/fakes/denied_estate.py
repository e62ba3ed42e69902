# SPDX-License-Identifier: Apache-2.0
"""An organisation as it looks where one call is denied, and what of it may not differ then."""

import functools
import os
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from bartizan.app import wiring
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.example import description
from bartizan.example.emulator import emulator
from bartizan.example.plant import plant
from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.finding import Findings
from bartizan.model.path import Path
from bartizan.model.record import Record, RecordKey, RecordList
from bartizan.model.snapshot import Manifest, SnapshotId
from bartizan.model.step import Ask, Foothold, Step
from bartizan.model.verdict import Allowed, Unknown, Verdict
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.sources.aws.live.source import AwsSettings, AwsSource
from bartizan.sources.aws.order import action
from bartizan.sources.aws.services import SERVICES
from tests.fakes.aws_recorded import RecordedAws, Seen
from tests.fakes.aws_scan import CountingProgress, MemoryDraft

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
_SAMPLE = 60
"""Requests that were allowed, and as many made up from their parts, that are decided again."""


@dataclass
class WatchedDraft(MemoryDraft):
    """Knows which of its pieces a scan took up."""

    used: set[str] = field(default_factory=set)

    def read(self, piece: str) -> Sequence[Record]:
        self.used.add(piece)
        return super().read(piece)

    def write(self, piece: str, records: Iterable[Record]) -> None:
        self.used.add(piece)
        super().write(piece, records)


@dataclass(frozen=True)
class View:
    """What a scan saw, as a snapshot, and what the engine makes of it."""

    records: RecordList

    @property
    def manifest(self) -> Manifest:
        return Manifest(
            id=SnapshotId("0" * 16),
            format=1,
            tool_version="0",
            parent=None,
            sources=("aws",),
            started_at="2026-01-02T12:00:00Z",
            finished_at="2026-01-02T12:00:00Z",
        )

    def facts(self) -> Facts:
        return self._facts

    def compiled(self, name: str, version: str) -> None:
        """Hold nothing that was derived."""

    def keep(self, name: str, version: str, tables: Mapping[str, pa.Table]) -> None:
        """Keep nothing either: each view is asked once."""

    @functools.cached_property
    def _facts(self) -> Facts:
        return wiring.normaliser()(self.records)

    @functools.cached_property
    def steps(self) -> tuple[Step, ...]:
        return wiring.engine(Settings()).steps(self)

    @functools.cached_property
    def estate(self) -> Estate:
        return Estate(self.facts())

    @functools.cached_property
    def findings(self) -> Findings:
        return wiring.engine(Settings()).find(self, Question())

    def decide(self, ask: Ask) -> Verdict:
        chosen: dict[str, tuple[str, ...]] = {}
        for key, value in ask.context:
            chosen[key] = (*chosen.get(key, ()), value)
        context = {key: held[0] if len(held) == 1 else held for key, held in chosen.items()}
        return decide(self.estate, ask.principal, ask.action, ask.resource, chosen=context).verdict


def scan(
    url: str,
    draft: MemoryDraft,
    *,
    regions: frozenset[str] = frozenset(),
    services: frozenset[str] = frozenset(),
) -> None:
    """Read what `draft` does not hold yet."""
    settings = AwsSettings(
        key=b"k",
        endpoint_url=url,
        clock=lambda: NOON,
        concurrency=8,
        regions=regions,
        services=services,
    )
    AwsSource(settings, wait=lambda _: None).collect(draft, CountingProgress())


def view(pieces: Mapping[str, Sequence[Record]]) -> View:
    """Return what pieces say together; of two records with one key the first counts."""
    rows: dict[RecordKey, Record] = {}
    for name in sorted(pieces):
        for record in pieces[name]:
            rows.setdefault(record.key, record)
    return View(RecordList(tuple(rows.values())))


def operations() -> tuple[str, ...]:
    """Return `service:Operation` of every call of the table, once."""
    named = (f"{call.service}:{call.operation}" for one in SERVICES for call in one.calls)
    return tuple(dict.fromkeys(named))


def actions(operation: str) -> frozenset[str]:
    """Return the permissions that `service:Operation` takes."""
    return frozenset(
        action(call)
        for service in SERVICES
        for call in service.calls
        if f"{call.service}:{call.operation}" == operation
    )


@dataclass(frozen=True)
class Example:
    """The example organisation, recorded in one scan."""

    aws: RecordedAws
    pieces: Mapping[str, tuple[Record, ...]]
    names: Mapping[str, str]
    """Name of each account to its id."""

    @functools.cached_property
    def whole(self) -> View:
        return view(self.pieces)

    def denied(self, operation: str, *, account: str = "") -> tuple[View, list[Seen]]:
        """Read again, with one call denied, all pieces in which it is made; say what was asked.

        Pieces of other services are those of the recorded scan, as far as the new one gets.
        """
        touched = {
            service.name
            for service in SERVICES
            if any(f"{call.service}:{call.operation}" == operation for call in service.calls)
        }
        kept = {
            name: rows
            for name, rows in self.pieces.items()
            if name.rsplit("/", 1)[-1] not in touched
        }
        draft = WatchedDraft(pieces=kept)
        with self.aws.denying({operation}, to=account) as asked:
            scan(self.aws.url, draft, regions=REGIONS)
        entered = {name.split("/")[0] for name in draft.used if name.endswith("/global/Account")}
        pieces = {
            name: rows
            for name, rows in draft.pieces.items()
            if name.split("/")[0] in {*entered, "organization"}
        }
        refused = [one for one in asked if one.name == operation and account in ("", one.account)]
        return view(pieces), refused


REGIONS = frozenset({description.REGION, "us-east-1"})


@contextmanager
def recorded_example() -> Iterator[Example]:
    """Build the example once, record one scan of it, and serve that from then on."""
    draft = MemoryDraft()
    with emulator() as url:
        planted = plant(description.read(), url)
        aws = RecordedAws(url)
        with pytest.MonkeyPatch.context() as patch:
            for name in ("HTTP_PROXY", "http_proxy"):
                patch.delenv(name, raising=False)
            with aws:
                scan(aws.url, draft, regions=REGIONS)
    aws.upstream = ""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("HTTP_PROXY", "http_proxy", "AWS_PROFILE", "AWS_SESSION_TOKEN"):
            patch.delenv(name, raising=False)
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            patch.setenv(name, os.devnull)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "testing")
        patch.setenv("AWS_DEFAULT_REGION", description.REGION)
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        with aws:
            yield Example(aws, draft.pieces, planted.names)


def complaints(whole: View, seen: View, operation: str) -> list[str]:
    """Say what is wrong with the answer on an estate of which `operation` could not be read."""
    return [
        *_unnamed(seen, operation),
        *_gone(whole, seen, operation),
        *_made_up(whole, seen),
        *_flipped(whole, seen, operation),
    ]


def _unnamed(seen: View, operation: str) -> Iterator[str]:
    wanted = actions(operation)
    rows = [row for row in seen.findings.unread if row.operation == operation.split(":")[1]]
    if not any(row.code == "denied" and row.action in wanted for row in rows):
        yield f"no row of `unread` names {operation}"


def _fallen(paths: Iterable[Path]) -> dict[Foothold, list[Path]]:
    """Return the jewels that paths reach, those that fall with others included."""
    found: dict[Foothold, list[Path]] = {}
    for path in paths:
        for jewel in (path.jewel, *path.implies):
            found.setdefault(jewel.foothold, []).append(path)
    return found


def _gone(whole: View, seen: View, operation: str) -> Iterator[str]:
    """Yield jewels that were reached and are not, nor possibly for want of the denied call."""
    proved, possible = _fallen(seen.findings.proved), _fallen(seen.findings.possible)
    owners = {jewel.foothold: jewel.owner for jewel in whole.findings.jewels}
    for jewel in _fallen(whole.findings.proved):
        ways = possible.get(jewel, [])
        ways += [p for held in possible if _hides(held, jewel, owners) for p in possible[held]]
        if jewel in proved:
            continue
        if not ways:
            yield f"no path to {jewel} any more"
        elif not any(_names(item, operation) for path in ways for item in path.missing):
            yield f"{jewel} is possible, but not for want of {operation}"


def _hides(held: Foothold, jewel: Foothold, owners: Mapping[Foothold, str]) -> bool:
    """Say whether `held` is all that a listing did not tell of, and `jewel` was on that list."""
    if not held.entity.endswith(":*") or held.ability != jewel.ability:
        return False
    listed, told = held.entity.split(":"), jewel.entity.split(":")
    return listed[2] == told[2:3][0] and account_of(held.entity) == owners.get(jewel, "")


def _names(missing: str, operation: str) -> bool:
    return any(f"{one} of " in missing for one in actions(operation))


def _made_up(whole: View, seen: View) -> Iterator[str]:
    """Yield what is proved and was not: each request of a new step must have been allowed."""
    before = _fallen(whole.findings.proved)
    for jewel in _fallen(seen.findings.proved):
        if jewel not in before:
            yield f"{jewel} is proved to fall, and did not"
    known = {
        (step.technique, step.needs, step.grants): frozenset(step.conditions)
        for step in whole.steps
        if step.proved
    }
    for step in seen.steps:
        conditions = known.get((step.technique, step.needs, step.grants))
        if not step.proved or (conditions is not None and conditions <= set(step.conditions)):
            continue
        for ask in step.asks:
            if not isinstance(whole.decide(ask), Allowed):
                yield f"{step.technique} to {step.grants} is proved by {ask}, which is refused"


def sample(whole: View) -> list[Ask]:
    """Return requests that steps make, and some by others than those who make them."""
    draw = random.Random(1)  # noqa: S311 - a sample, no secret
    made = sorted({ask for step in whole.steps for ask in step.asks}, key=repr)
    callers = sorted({ask.principal for ask in made})
    crossed = [
        Ask(principal=draw.choice(callers), action=ask.action, resource=ask.resource)
        for ask in draw.sample(made, min(_SAMPLE, len(made)))
    ]
    return [*draw.sample(made, min(_SAMPLE, len(made))), *crossed]


def _flipped(whole: View, seen: View, operation: str) -> Iterator[str]:
    for ask in sample(whole):
        before, now = whole.decide(ask), seen.decide(ask)
        if type(before) is type(now):
            continue
        if not isinstance(now, Unknown):
            yield f"{ask} was {type(before).__name__}, is {type(now).__name__}"
        elif not any(_names(item, operation) for item in now.missing):
            yield f"{ask} is unknown for want of {now.missing}, not of {operation}"
