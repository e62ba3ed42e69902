# SPDX-License-Identifier: Apache-2.0
"""Enters one account: assumes its role, checks whose it is, and finds its regions."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.moment import written
from bartizan.model.record import Record
from bartizan.sources.aws.asked import asked_records
from bartizan.sources.aws.call import Scope
from bartizan.sources.aws.live.ask import Asker, Identity
from bartizan.sources.aws.live.collect import Collection, Spot
from bartizan.sources.aws.live.failure import Failure, RefusedError
from bartizan.sources.aws.live.identity import AssumedRole
from bartizan.sources.aws.live.region import enabled
from bartizan.sources.aws.live.settings import AwsSettings
from bartizan.sources.aws.live.sign_in import SignedIn
from bartizan.sources.aws.live.trace import Trace
from bartizan.sources.aws.order import action, requests
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services import account as account_service
from bartizan.sources.aws.services.account import ACCOUNT_ID, CALLER, REGION
from bartizan.sources.aws.services.organizations import ACCOUNT, CHILD
from bartizan.sources.aws.unread import PROVIDER, unread_record


class Target(Struct, frozen=True):
    """An account that the scan knows of."""

    account: str
    closed: str = ""
    """Its status, where nobody can sign in any more."""


class Entered(Struct, frozen=True):
    """An account that the scan is signed in to."""

    account: str
    identity: Identity
    regions: tuple[str, ...]
    """Those to read, sorted."""
    trace: Trace
    """What the scan leaves in it."""


def targets(records: Sequence[Record], *, caller: str) -> tuple[Target, ...]:
    """Return the caller's account, and all others that the organisation's records name."""
    found = {caller: Target(caller)}
    for record in records:
        named = record.body.get("Id")
        if not isinstance(named, str) or not ACCOUNT_ID.fullmatch(named):
            continue
        if record.kind == CHILD:
            # What is right below a unit names accounts even where they may not be listed.
            found.setdefault(named, Target(named))
        elif record.kind == ACCOUNT:
            status = record.body.get("Status") or record.body.get("State")
            closed = status if isinstance(status, str) and status != "ACTIVE" else ""
            found[named] = Target(named, closed=closed)
    return tuple(found[named] for named in sorted(found))


class Door(Struct, frozen=True, kw_only=True):
    """How accounts are entered in one scan."""

    settings: AwsSettings
    services: tuple[Service, ...]
    """The whole table of calls."""
    asker: Asker
    start: SignedIn
    policies: tuple[str, ...]
    """Session policies for roles, best first."""

    def enter(self, target: Target) -> tuple[Record, ...]:
        """Return what an account says of itself, and what of it will not be read."""
        if reason := self._shut(target):
            return (self._not_entered(target, reason),)
        records = self._look_around(target)
        seen = {record.id for record in records if record.kind == CALLER}
        if not seen:
            return records
        if seen != {target.account}:
            wrong = f"the role signs in to account {', '.join(sorted(seen))}"
            return (self._not_entered(target, Failure(code="failed", reason=wrong)),)
        return (
            *records,
            *self._left_out(target.account, records),
            *self.asked(target.account),
        )

    def asked(self, account: str) -> Iterator[Record]:
        """Yield what says which calls are made of an account, or of the organisation where it is
        empty.
        """
        calls = (call for service in self.services for call in service.calls)
        return asked_records([account], calls, at=written(self.settings.clock()))

    def entered(self, target: Target, records: Sequence[Record]) -> Entered | None:
        """Return the account that `records` of `enter` tell of; None where it was not entered."""
        if not any(record.kind == CALLER for record in records):
            return None
        wanted = self.settings.regions
        known = enabled(records, partition=self.start.partition, wanted=wanted)
        return Entered(
            account=target.account,
            identity=self._identity(target.account),
            regions=tuple(sorted(known & wanted if wanted else known)),
            trace=self._trace(target.account),
        )

    def _shut(self, target: Target) -> Failure | None:
        """Say why an account is not even tried."""
        if self.settings.accounts and target.account not in self.settings.accounts:
            return Failure(code="skipped", reason="the account is not among those asked for")
        if target.closed:
            return Failure(code="not-enabled", reason=f"the account is {target.closed}")
        return None

    def _identity(self, account: str) -> Identity:
        """Return who reads an account: the caller its own, the role every other."""
        if account == self.start.account:
            return self.start.identity
        return AssumedRole(
            self._role(account),
            via=self.start.identity,
            asker=self.asker,
            region=self.start.region,
            policies=self.policies,
            external_id=self.settings.external_id,
        )

    def _trace(self, account: str) -> Trace:
        if account == self.start.account:
            return self.start.trace
        return Trace(role=self.settings.role_name.rpartition("/")[2])

    def _role(self, account: str) -> str:
        return f"arn:{self.start.partition}:iam::{account}:role/{self.settings.role_name}"

    def _look_around(self, target: Target) -> tuple[Record, ...]:
        identity = self._identity(target.account)
        try:
            identity.frozen()
        except RefusedError as refused:
            return (self._not_entered(target, refused.failure),)
        return Collection(
            spot=Spot(
                account=target.account,
                region="",
                partition=self.start.partition,
                endpoint=self.start.region,
                caller=target.account,
            ),
            identity=identity,
            asker=self.asker,
            key=self.settings.key,
            clock=self.settings.clock,
            requests=requests(account_service.SERVICE, Scope.ACCOUNT),
        ).run()

    def _not_entered(self, target: Target, failure: Failure) -> Record:
        row = Unread(
            provider=PROVIDER,
            account=target.account,
            region="",
            service="sts",
            operation="AssumeRole",
            action="sts:AssumeRole",
            kind=CALLER,
            resource=self._role(target.account),
            code=failure.code,
            reason=failure.reason,
        )
        return self._record(row)

    def _left_out(self, account: str, records: Sequence[Record]) -> Iterator[Record]:
        """Yield what the settings leave out of an account that was entered."""
        wanted = self.settings.regions
        known = enabled(records, partition=self.start.partition, wanted=wanted)
        if wanted:
            for region in sorted(known - wanted):
                reason = "the region is not among those asked for"
                yield self._region_left_out(account, region, "skipped", reason)
            for region in sorted(wanted - known):
                reason = "the region is not enabled in the account"
                yield self._region_left_out(account, region, "not-enabled", reason)
        for service in self.services:
            if service is not account_service.SERVICE and not chosen(
                service, self.settings.services
            ):
                yield from self._service_left_out(account, service)

    def _region_left_out(self, account: str, region: str, code: str, reason: str) -> Record:
        row = Unread(
            provider=PROVIDER,
            account=account,
            region=region,
            service="ec2",
            operation="DescribeRegions",
            action="",
            kind=REGION,
            resource=region,
            code=code,
            reason=reason,
        )
        return self._record(row)

    def _service_left_out(self, account: str, service: Service) -> Iterator[Record]:
        for call in service.calls:
            if call.scope is Scope.ORGANIZATION:
                continue
            row = Unread(
                provider=PROVIDER,
                account=account,
                region="",
                service=call.service,
                operation=call.operation,
                action=action(call),
                kind=call.kind,
                resource="",
                code="skipped",
                reason=f"{service.name} is not among the services asked for",
            )
            yield self._record(row)

    def _record(self, row: Unread) -> Record:
        return unread_record(row, at=written(self.settings.clock()))


def chosen(service: Service, names: frozenset[str]) -> bool:
    """Say whether a service is to be read; empty `names` choose all."""
    return not names or service.name.casefold() in {name.casefold() for name in names}
