# SPDX-License-Identifier: Apache-2.0
"""Which calls were made of an account, so that what nobody asked is not taken for absent.

The table of calls grows. A snapshot from before a call was in it has neither records of what the
call gives nor a row that says why not; whoever reads it now must see that nobody asked.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.record import UNREAD_KIND, Record, Records
from bartizan.sources.aws.call import Call, Scope
from bartizan.sources.aws.service import Service
from bartizan.sources.aws.services.account import CALLER, policy_types
from bartizan.sources.aws.services.organizations import (
    ORGANIZATION,
    POLICY,
    ROOT,
    SUMMARY,
    USES,
)
from bartizan.sources.aws.unread import PROVIDER, unasked_row

ASKED = "Bartizan::Asked"
"""One record for each account, and one for the organisation: the digest of the calls that were
made of it, or of which a row says why not. Accounts share a record of `CALLS`."""
CALLS = "Bartizan::Calls"
"""The names of calls by their digest."""

_ORGANIZATION = "organization"
_REASON = "nobody asked: the snapshot is older than this call, or read by a tool without it"


def asked_records(accounts: Iterable[str], calls: Iterable[Call], *, at: str) -> Iterator[Record]:
    """Yield the records that say that `calls` were made of accounts; an empty one stands for the
    organisation. `at` is the time as ISO 8601.
    """
    names = sorted({name(call) for call in calls})
    digest = digest_of(names)
    # No account's: what is laid over a snapshot replaces what else was told of its accounts.
    yield _record(CALLS, digest, {"calls": [*names]}, provider="", account="", at=at)
    for account in accounts:
        about = account or _ORGANIZATION
        yield _record(ASKED, about, {"calls": digest}, provider=PROVIDER, account=account, at=at)


def name(call: Call) -> str:
    """Name a call by the records that it gives, whichever operation does. Of its parameters only
    those are in it that are the same for everybody: they choose what is listed.
    """
    chosen = (
        f"{key}={value}"
        for key, value in sorted(call.parameters.items())
        if value[:1] in {"'", "`"}
    )
    return " ".join((call.kind, call.each, *chosen))


def digest_of(names: Iterable[str]) -> str:
    """Return the digest of the names of calls."""
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()[:16]


def never_asked(records: Records, services: Sequence[Service]) -> Iterator[Unread]:
    """Yield a row for each call of the table that nobody made of an account that was read, and
    that nothing says was tried.
    """
    calls = [call for one in services for call in one.calls if call.kind != CALLER]
    told = _told(records)
    callers = {record.account or record.id for record in records.of(CALLER)}
    silent = (callers | {""}) - told.keys()
    groups: dict[frozenset[str], list[str]] = {}
    for account in sorted(callers | {""}):
        if account in told:
            groups.setdefault(told[account], []).append(account)
    for made, accounts in groups.items():
        missing = [call for call in calls if name(call) not in made]
        yield from _rows(records, missing, accounts)
    if silent:
        seen = _Seen.of(records, calls, silent)
        missing = [call for call in calls if not seen.shows(call)]
        yield from _rows(records, missing, sorted(silent))


class _Seen(Struct, frozen=True):
    """What records of accounts of which no list tells show to have been asked of them."""

    kinds: frozenset[str]
    """A tool that asked for a kind did so everywhere: one record or row of it is enough."""
    unlisted_types: bool
    """A type of policy is in use, and not even AWS's own policy of that type was listed."""

    @classmethod
    def of(cls, records: Records, calls: Sequence[Call], accounts: Collection[str]) -> "_Seen":
        rows = [one for one in records.of(UNREAD_KIND) if one.account in accounts]
        tried = {str(row.body.get("kind")) for row in rows}
        there = {
            kind
            for kind in {call.kind for call in calls} - tried
            if any(one.account in accounts for one in records.of(kind))
        }
        # Nobody has details of what was not listed.
        listed = {call.each for call in calls if call.each and call.kind in there}
        return cls(
            kinds=frozenset(tried | there | listed),
            unlisted_types=SUMMARY not in tried and not _types_in_use(records) <= _types(records),
        )

    def shows(self, call: Call) -> bool:
        return call.kind in self.kinds and not (call.kind == SUMMARY and self.unlisted_types)


def _types_in_use(records: Records) -> set[str]:
    roots = records.of(ROOT)
    return {type_ for root in roots for type_ in policy_types(root)} & USES.keys()


def _types(records: Records) -> set[str]:
    """Return the types of the guardrails that were listed."""
    summaries = (
        *(record.body for record in records.of(SUMMARY)),
        *(record.body.get("PolicySummary") for record in records.of(POLICY)),
    )
    return {str(one.get("Type")) for one in summaries if isinstance(one, Mapping)}


def _told(records: Records) -> Mapping[str, frozenset[str]]:
    """Return the names of the calls that were made of each account of which that is known."""
    tables = {
        record.id: frozenset(map(str, names))
        for record in records.of(CALLS)
        if isinstance(names := record.body.get("calls"), list)
    }
    found = ((record.account, record.body.get("calls")) for record in records.of(ASKED))
    return {
        account: tables[digest]
        for account, digest in found
        if isinstance(digest, str) and digest in tables
    }


def _rows(records: Records, missing: Sequence[Call], accounts: Sequence[str]) -> Iterator[Unread]:
    """Yield the rows of calls that were not made of accounts, less those that there was nothing to
    ask of: details of things that were listed, of which there are none.
    """
    if not missing:
        return
    new = {call.kind for call in missing}
    parents = {
        kind: frozenset(record.account for record in records.of(kind))
        for kind in {call.each for call in missing} - new - {""}
    }
    organized = _organized(records)
    for account in accounts:
        for call in missing:
            of_organization = call.scope is Scope.ORGANIZATION
            if of_organization != (not account) or (of_organization and not organized):
                continue
            if not call.each or call.each in new or account in parents[call.each]:
                yield unasked_row(call, account, "", reason=_REASON)


def _organized(records: Records) -> bool:
    """Tell whether there is an organisation, or may be one that could not be looked at."""
    rows = records.of(UNREAD_KIND)
    return any(True for kind in (ORGANIZATION, ROOT) for _ in records.of(kind)) or any(
        row.body.get("kind") == ORGANIZATION for row in rows
    )


def _record(
    kind: str, named: str, body: dict[str, object], *, provider: str, account: str, at: str
) -> Record:
    return Record(
        provider=provider,
        account=account,
        region="",
        service="",
        kind=kind,
        id=named,
        body=body,  # type: ignore[arg-type] # strings and lists of them
        collected_at=at,
        source="",
    )
