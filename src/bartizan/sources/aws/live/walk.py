# SPDX-License-Identifier: Apache-2.0
"""The way through an organisation: who is in it, then each account, region and service."""

import functools
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import TypeAlias

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.moment import written
from bartizan.model.record import UNREAD_KIND, Record
from bartizan.ports import Pieces
from bartizan.sources.aws.call import Scope
from bartizan.sources.aws.live.ask import Identity
from bartizan.sources.aws.live.collect import Collection, Spot
from bartizan.sources.aws.live.crew import Crew, SerialProgress
from bartizan.sources.aws.live.enter import Door, Entered, Target, chosen, targets
from bartizan.sources.aws.live.trace import Trace
from bartizan.sources.aws.order import Request, requests
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services import account as account_service
from bartizan.sources.aws.services import organizations
from bartizan.sources.aws.services.organizations import ACCOUNT, ORGANIZATION
from bartizan.sources.aws.unread import PROVIDER, unread_record

Plan: TypeAlias = tuple[tuple[Service, Scope, tuple[Request, ...]], ...]
"""What is asked in every account, and in every region of it."""

_BATCH = 32
"""Accounts that are read side by side, so that a client made for a region serves many."""


class StoppedError(Exception):
    """The scan is ending because something else went wrong; that is what the user is told."""


class _Piece(Struct, frozen=True):
    """One account, region and service: what is safe or not safe as a whole."""

    entered: Entered
    region: str
    """Empty for what is global."""
    service: Service
    requests: tuple[Request, ...]

    @property
    def name(self) -> str:
        return _name(self.entered.account, self.region, self.service)


class Walk(Struct, frozen=True, kw_only=True):
    """One scan."""

    door: Door
    draft: Pieces
    progress: SerialProgress
    finished: frozenset[str]
    """Pieces that an earlier run made safe."""

    def run(self) -> None:
        """Read everything that is not safe yet.

        Raises:
            SourceError: the table of calls is wrong.
        """
        plan = self._plan()
        with Crew(self.door.settings.concurrency, stop=self.door.asker.stop) as crew:
            known = targets(self._organization(crew), caller=self.door.start.account)
            self.progress.more(len(known))
            batches = [known[at : at + _BATCH] for at in range(0, len(known), _BATCH)]
            entering = self._enter(crew, batches[0])
            for batch in (*batches[1:], ()):
                # The next accounts are entered while these are read.
                following = self._enter(crew, batch)
                entered = [found for job in entering if (found := job.result()) is not None]
                self._read(crew, entered, plan)
                entering = following

    def _plan(self) -> Plan:
        """Return what is asked of every account and region, in the table's order."""
        return tuple(
            (service, scope, asked)
            for service in self.door.services
            if service is not account_service.SERVICE
            and chosen(service, self.door.settings.services)
            for scope in (Scope.ACCOUNT, Scope.REGION)
            if (asked := requests(service, scope))
        )

    def _organization(self, crew: Crew) -> tuple[Record, ...]:
        """Return what is read once for the whole organisation."""
        jobs = []
        for service in self.door.services:
            if asked := requests(service, Scope.ORGANIZATION):
                self.progress.more(1)
                jobs.append(crew.submit(functools.partial(self._once, service, asked)))
        return tuple(record for job in jobs for record in job.result())

    def _once(self, service: Service, asked: tuple[Request, ...]) -> tuple[Record, ...]:
        name = f"organization/{service.name}"
        if name in self.finished:
            return tuple(self.draft.read(name))
        start = self.door.start
        spot = Spot(
            account="",
            region="",
            partition=start.partition,
            endpoint=start.region,
            caller=start.account,
        )
        self.progress.started(name)
        records = self._collection(spot, start.identity, asked, trace=start.trace).run()
        if service is organizations.SERVICE:
            records = (*records, *self._unlisted(records), *self.door.asked(""))
        self._safe(name, records)
        return records

    def _unlisted(self, records: Sequence[Record]) -> Iterator[Record]:
        """Yield a gap where a list of accounts lacks the very account that asked for it.

        NOTE: not every endpoint refuses a member of the organisation; some answer an empty list.
        """
        start, rows = self.door.start, [record for record in records if record.kind == UNREAD_KIND]
        kinds = {record.kind for record in records}
        listed = {record.id.rpartition("/")[2] for record in records if record.kind == ACCOUNT}
        refused = any(record.body.get("kind") == ACCOUNT for record in rows)
        if ORGANIZATION in kinds and start.account not in listed and not refused:
            row = Unread(
                provider=PROVIDER,
                account="",
                region="",
                service="organizations",
                operation="ListAccounts",
                action="organizations:ListAccounts",
                kind=ACCOUNT,
                resource="",
                code="denied",
                reason="the list lacks the account that asked for it",
            )
            yield unread_record(row, at=written(self.door.settings.clock()))

    def _enter(self, crew: Crew, batch: Sequence[Target]) -> list[Future[Entered | None]]:
        return [crew.submit(functools.partial(self._enter_one, target)) for target in batch]

    def _enter_one(self, target: Target) -> Entered | None:
        name = _name(target.account, "", account_service.SERVICE)
        if name in self.finished:
            return self.door.entered(target, self.draft.read(name))
        self.progress.started(name)
        records = self.door.enter(target)
        self._safe(name, records)
        return self.door.entered(target, records)

    def _read(self, crew: Crew, entered: Sequence[Entered], plan: Plan) -> None:
        """Read accounts side by side: first what is global, then region by region."""
        pieces = [
            _Piece(account, region, service, asked)
            for account in entered
            for service, scope, asked in plan
            for region in (account.regions if scope is Scope.REGION else ("",))
        ]
        left = [piece for piece in pieces if piece.name not in self.finished]
        self.progress.more(len(left))
        # The sort is stable: within a region and service, accounts follow one another.
        for piece in sorted(left, key=lambda piece: (piece.region, piece.service.name)):
            crew.submit(functools.partial(self._read_one, piece))

    def _read_one(self, piece: _Piece) -> None:
        start = self.door.start
        spot = Spot(
            account=piece.entered.account,
            region=piece.region,
            partition=start.partition,
            endpoint=piece.region or start.region,
            caller=piece.entered.account,
        )
        self.progress.started(piece.name)
        entered = piece.entered
        records = self._collection(
            spot, entered.identity, piece.requests, trace=entered.trace
        ).run()
        self._safe(piece.name, records)

    def _collection(
        self, spot: Spot, identity: Identity, asked: tuple[Request, ...], *, trace: Trace
    ) -> Collection:
        settings = self.door.settings
        return Collection(
            spot=spot,
            identity=identity,
            asker=self.door.asker,
            key=settings.key,
            clock=settings.clock,
            requests=asked,
            trace=trace,
        )

    def _safe(self, name: str, records: Sequence[Record]) -> None:
        """Make a piece safe, unless the scan is ending: then it may lack what was not asked."""
        if self.door.asker.stop.is_set():
            raise StoppedError
        self.draft.write(name, records)
        unread = sum(record.kind == UNREAD_KIND for record in records)
        self.progress.finished(name, records=len(records) - unread, unread=unread)


def _name(account: str, region: str, service: Service) -> str:
    return f"{account}/{region or 'global'}/{service.name}"
