# SPDX-License-Identifier: Apache-2.0
"""In which accounts anything that decides on requests and steps differs between two estates."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import TypeVar

import msgspec
import pyarrow as pa
from msgspec import Struct

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import (
    Association,
    InstanceProfile,
    Key,
    PodIdentity,
    Store,
    Trigger,
    Workload,
)
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import (
    AccessKey,
    Credential,
    IdentityProvider,
    Membership,
    Principal,
)
from bartizan.model.facts.network import Interface
from bartizan.model.facts.organization import Account, Assignment, Delegation, Unit
from bartizan.model.facts.pipeline import CodeRoot
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy, PublicAccessBlock
from bartizan.model.facts.service import Endpoint
from bartizan.model.table import Row, schema

WHOLE: tuple[type[Row], ...] = (Account, Unit, Delegation, Assignment, CodeRoot)
"""Tables whose every row is about the whole estate."""
ABOUT: Mapping[type[Row], tuple[str, ...]] = {
    Principal: ("account", "arn"),
    Membership: ("user", "group"),
    IdentityProvider: ("account", "arn"),
    AccessKey: ("principal",),
    Credential: ("account",),
    KeyGrant: ("key",),
    PublicAccessBlock: ("target",),
    Workload: ("account", "arn"),
    InstanceProfile: ("account",),
    Trigger: ("workload",),
    Association: ("account", "document"),
    Store: ("account",),
    Key: ("account", "arn"),
    PodIdentity: ("role",),
    Interface: ("account", "thing"),
    Attachment: ("target",),
}
"""Other tables that steps over requests are derived from, with the columns that name the accounts,
or things of the accounts, that a row is about."""
_GUARDRAILS = frozenset({"scp", "rcp"})
_ENDPOINTS = "aws:sourcevpc"
"""How condition keys begin that tell of an endpoint, in lower case."""
_VENDOR = "aws"
"""In the place of the account in the ARN of a policy that AWS manages."""
_LISTED_ANYWHERE = frozenset({"AWS::S3::Bucket", "AWS::EC2::Snapshot"})
"""Kinds of whose things it is not said whose they are: a listing that failed may hide any."""


class Changed(Struct, frozen=True):
    """What differs."""

    accounts: frozenset[str]
    policies: tuple[Policy, ...]
    """The rows of policies, as they were and as they are."""


R = TypeVar("R", bound=Row)


class _EverythingError(Exception):
    """More differs than some accounts."""


class Owners:
    """Whose things are, in any of two estates."""

    def __init__(self, before: Facts, after: Facts) -> None:
        self.accounts = frozenset(row.id for row in after.rows(Account))
        self._owners = {
            row.arn: row.account for facts in (before, after) for row in facts.rows(Store)
        }

    def of(self, text: str) -> str:
        """Return the account that an ARN, or the id of an account, speaks of; empty for none that
        is known.
        """
        if text in self.accounts:
            return text
        found = account_of(text) or self._owners.get(text) or ""
        if not found and text.startswith("arn:"):
            found = self._owners.get(text.partition("/")[0], "")
        return found if found in self.accounts else ""


def changed(before: Facts, after: Facts, owners: Owners) -> Changed | None:
    """Return what differs between the facts of two estates; None where that may be anything."""
    try:
        if any(_differing(before, after, table) for table in WHOLE):
            return None
        if _differing(before, after, Endpoint) and any(map(_asks_for_endpoints, (before, after))):
            return None
        uses = _differing(before, after, Attachment)
        found = {
            _known(getattr(row, column), owners)
            for table, columns in ABOUT.items()
            for row in (uses if table is Attachment else _differing(before, after, table))
            for column in _needed(row, columns)
        }
        policies = tuple(_differing(before, after, Policy))
        found.update(_of_policies(policies, uses, (before, after), owners))
        for row in _differing(before, after, Unread):
            found.update(_of_gap(row, owners))
    except _EverythingError:
        return None
    # What a store holds is opened by a key's policy, which may be another account's.
    keyed = {
        row.account
        for facts in (before, after)
        for row in facts.rows(Store)
        if row.key and owners.of(row.key) in found
    }
    return Changed(frozenset(found | keyed), policies)


def _asks_for_endpoints(facts: Facts) -> bool:
    """Tell whether some policy asks where requests come through: whose they are is then open."""
    texts = (row.document for row in facts.rows(Policy) if row.document)
    return any(_ENDPOINTS in text.lower() or "\\u" in text for text in texts)


def _differing(before: Facts, after: Facts, table: type[R]) -> list[R]:
    """Return the rows that only one of two estates has, or that one has more often."""
    ours, theirs = _between(*_others(before.rows(table), after.rows(table)))
    if any(pa.types.is_map(column.type) for column in schema(table)):
        # Maps cannot be looked up, and to write rows down takes a multiple of comparing them.
        ours, theirs = _apart(ours, theirs, attrgetter(table.__struct_fields__[0]))
        written = {_encode(row): row for row in (*ours, *theirs)}
        old, new = (Counter(map(_encode, rows)) for rows in (ours, theirs))
        return [row for text, row in written.items() if old[text] != new[text]]
    known, found = Counter(ours), Counter(theirs)
    return [row for row in {**known, **found} if known[row] != found[row]]


_encode: Callable[[Row], bytes] = msgspec.msgpack.Encoder(order="deterministic").encode


def _others(ours: Sequence[R], theirs: Sequence[R]) -> tuple[Sequence[R], Sequence[R]]:
    """Return rows of two estates without those that are one object in both."""
    old, new = set(map(id, ours)), set(map(id, theirs))
    if old.isdisjoint(new):
        return ours, theirs
    return [row for row in ours if id(row) not in new], [
        row for row in theirs if id(row) not in old
    ]


def _between(ours: Sequence[R], theirs: Sequence[R]) -> tuple[Sequence[R], Sequence[R]]:
    """Return rows of two estates without those that both begin and end with: most that are equal
    need not be looked up, as changes mostly lie together.
    """
    first = _common(ours, theirs)
    ours, theirs = ours[first:], theirs[first:]
    last = _common(ours[::-1], theirs[::-1])
    return ours[: len(ours) - last], theirs[: len(theirs) - last]


def _common(ours: Sequence[R], theirs: Sequence[R]) -> int:
    """Return how many rows both begin with."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    differing = (number for number, (own, other) in pairs if own != other)
    return next(differing, min(len(ours), len(theirs)))


def _apart(
    ours: Sequence[R], theirs: Sequence[R], name: Callable[[R], object]
) -> tuple[Sequence[R], Sequence[R]]:
    """Return rows of two estates without those of a name whose row is the same in both; all of
    them where a name has several.
    """
    old, new = ({name(row): row for row in rows} for rows in (ours, theirs))
    if len(old) < len(ours) or len(new) < len(theirs):
        return ours, theirs
    same = {text for text, row in old.items() if new.get(text) == row}
    left = [[row for text, row in held.items() if text not in same] for held in (old, new)]
    return left[0], left[1]


def _needed(row: Row, columns: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(row, Attachment) and row.use in _GUARDRAILS:
        raise _EverythingError
    if isinstance(row, Interface) and not account_of(row.thing):
        return columns[:1]
    if isinstance(row, Association) and not row.document:
        return columns[:1]
    return columns


def _known(text: str, owners: Owners) -> str:
    """Return the account of something that a row is about."""
    found = owners.of(text)
    if not found:
        raise _EverythingError
    return found


def _of_policies(
    policies: Iterable[Policy],
    uses: Iterable[Attachment],
    estates: Iterable[Facts],
    owners: Owners,
) -> Iterator[str]:
    """Yield the accounts of all to whom policies are attached that differ in what they say, or
    in their other uses: what is used once is mended itself, and else detached. Those of the vendor
    are never mended.
    """
    wanted = {use.policy for use in uses if account_of(use.policy) != _VENDOR}
    for row in policies:
        if row.type in _GUARDRAILS:
            raise _EverythingError
        wanted.add(row.id)
    for facts in estates:
        for use in facts.rows(Attachment):
            if use.policy in wanted:
                yield _known(use.target, owners)


def _of_gap(row: Unread, owners: Owners) -> Iterator[str]:
    """Yield the accounts of which something was not read."""
    anywhere = row.resource == "" and row.kind in _LISTED_ANYWHERE
    if row.service == "organizations" or anywhere:
        raise _EverythingError
    yield _known(row.account, owners)
    if owner := owners.of(row.resource):
        yield owner
