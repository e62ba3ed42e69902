# SPDX-License-Identifier: Apache-2.0
"""What the policies on the resource's side say: its own, those over its account, and grants."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol

from msgspec import Struct

from bartizan.reason.authz.aws.kernel.asked import Asked, Views
from bartizan.reason.authz.aws.kernel.logic import (
    MAYBE,
    NO,
    NOBODY,
    YES,
    Truth,
    all_of,
    any_of,
    constant,
    within,
)
from bartizan.reason.authz.aws.kernel.naming import Named
from bartizan.reason.authz.aws.kernel.statement import Raw, raw_statements
from bartizan.reason.authz.aws.kernel.values import State
from bartizan.reason.authz.aws.policy.action import covers_action
from bartizan.reason.authz.aws.policy.document import Effect, Principals, Statement
from bartizan.reason.authz.aws.request import Attached, Grant, Level

_WITH_CONTEXT = frozenset(
    f"kms:{name}"
    for name in (
        *("decrypt", "encrypt", "generatedatakey", "generatedatakeypair", "reencryptfrom"),
        *("generatedatakeypairwithoutplaintext", "generatedatakeywithoutplaintext"),
        "reencryptto",
    )
)
_ENCRYPTION_CONTEXT = "kms:encryptioncontext:"
_CONTEXT_KEYS = "kms:encryptioncontextkeys"


class Reading(Struct, frozen=True):
    """For whom some documents allow, by how they name them, and deny."""

    denies: Truth = NOBODY
    direct: Truth = NOBODY
    role: Truth = NOBODY
    account: Truth = NOBODY

    def allows(self) -> Truth:
        """Return for whom they allow in any way."""
        return any_of((self.direct, self.role, self.account))

    def outside(self, mask: int) -> "Reading":
        """Return what they say but to those in `mask`, to whom they do not apply."""
        rest = ~mask
        return Reading(
            within(self.denies, rest),
            within(self.direct, rest),
            within(self.role, rest),
            within(self.account, rest),
        )


SILENT = Reading()


class Limits(NamedTuple):
    """What control policies say, level by level."""

    allows: Truth
    """For whom every level allows."""
    denies: Truth
    """For whom some level denies."""


def limits(levels: Iterable[Reading], *, spared: int, full: int) -> Limits:
    """Join levels, which do not limit those who are `spared`."""
    read = list(levels)
    allows = all_of([level.allows() for level in read], full=full)
    denies = any_of([level.denies for level in read])
    kept = Truth(allows.sure | spared, allows.possible | spared)
    return Limits(kept, within(denies, ~spared))


class Names(Protocol):
    """Tells whom Principal elements name."""

    def reached(self, statement: Statement) -> Named:
        """Return whom a statement is about."""
        ...

    def named(self, element: Principals) -> Named:
        """Return whom an element names."""
        ...


class Fits(Protocol):
    """Tells for whom statements fit."""

    def fits(self, raw: Raw, asked: Asked, views: Views, among: int) -> Truth:
        """Return for whom, `among` some, resource and conditions of a statement fit."""
        ...


class Reads(Protocol):
    """Reads what is written on the resource's side, for a crowd."""

    def read(self, attached: Sequence[Attached], asked: Asked, views: Views) -> Reading:
        """Read documents that hold together."""
        ...

    def levels(self, levels: Sequence[Level], asked: Asked, views: Views, spared: int) -> Limits:
        """Read the control policies over an account, which do not limit those who are `spared`."""
        ...

    def grants(
        self, grants: Iterable[Grant], asked: Asked, views: Views, services: int
    ) -> Reading:
        """Read the grants on a key; `services` are the callers that are services."""
        ...


def takes_context(action: str) -> bool:
    """`action`, in lower case, takes an encryption context, which grants may constrain."""
    return action in _WITH_CONTEXT


class Readings:
    """Reads documents for a crowd."""

    def __init__(
        self,
        columns: Fits,
        naming: Names,
        *,
        full: int,
        covered: Callable[[Raw, Asked], int] | None = None,
    ) -> None:
        """Take what tells about callers; `covered` tells which of a crowd ask for an action that
        a statement covers, where they do not all ask for the same.
        """
        self._columns, self._naming, self._full = columns, naming, full
        self._covered = covered or self._covered_alike

    def read(self, attached: Iterable[Attached], asked: Asked, views: Views) -> Reading:
        """Read documents that hold together."""
        denies, direct, role, account = [NOBODY], [NOBODY], [NOBODY], [NOBODY]
        for policy in attached:
            if policy.document is None:
                unread = constant(MAYBE, full=self._full)
                denies.append(unread)
                direct.append(unread)
                continue
            for raw in raw_statements(policy.document):
                covered = self._covered(raw, asked)
                if not covered:
                    continue
                how = self._naming.reached(raw.statement)
                named = within(how.any(), covered)
                if not named.possible:
                    continue
                fits = self._columns.fits(raw, asked, views, named.possible)
                if raw.statement.effect is Effect.DENY:
                    denies.append(self._both(named, fits))
                    continue
                direct.append(self._both(how.direct, fits))
                role.append(self._both(how.role, fits))
                account.append(self._both(how.account, fits))
        return Reading(any_of(denies), any_of(direct), any_of(role), any_of(account))

    def levels(self, levels: Sequence[Level], asked: Asked, views: Views, spared: int) -> Limits:
        """Read the control policies over an account, which do not limit those who are `spared`."""
        read = (self.read(level.policies, asked, views) for level in levels)
        return limits(read, spared=spared, full=self._full)

    def _covered_alike(self, raw: Raw, asked: Asked) -> int:
        return self._full if covers_action(raw.statement, asked.name) else 0

    def _both(self, named: Truth, fits: Truth) -> Truth:
        return all_of((named, fits), full=self._full)

    def grants(
        self, grants: Iterable[Grant], asked: Asked, views: Views, services: int
    ) -> Reading:
        """Read the grants on a key; `services` are the callers that are services."""
        operation = asked.name.partition(":")[2]
        found = [SILENT]
        for grant in grants:
            if operation not in {name.lower() for name in grant.operations}:
                continue
            member = self._naming.named(Principals(aws=(grant.grantee,)))
            service = self._naming.named(Principals(service=(grant.grantee,)))
            direct = any_of((within(member.direct, ~services), within(service.direct, services)))
            how = Named(direct, within(member.role, ~services), within(member.account, ~services))
            code = self._constrained(grant, asked, views)
            fits = constant(code, full=self._full)
            ways = [self._both(way, fits) for way in how]
            found.append(Reading(NOBODY, *ways))
        return Reading(
            NOBODY,
            any_of(one.direct for one in found),
            any_of(one.role for one in found),
            any_of(one.account for one in found),
        )

    def _constrained(self, grant: Grant, asked: Asked, views: Views) -> int:
        """Return whether the constraints of a grant hold; they are about the request alone."""
        if not takes_context(asked.name):
            return YES
        held = asked.context(views[0][0])
        code = YES
        for pairs in (grant.context_subset, grant.context_equals):
            for key, wanted in (pairs or {}).items():
                given = held.value(_ENCRYPTION_CONTEXT + key.lower())
                same = MAYBE if given is State.UNKNOWN else YES if given == (wanted,) else NO
                code = min(code, same)
        if grant.context_equals is not None:
            names = held.starting_with(_ENCRYPTION_CONTEXT)
            if names - {key.lower() for key in grant.context_equals}:
                return NO
            whole = asked.complete or held.value(_CONTEXT_KEYS) is State.ABSENT
            code = min(code, YES if whole else MAYBE)
        return code
