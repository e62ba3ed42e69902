# SPDX-License-Identifier: Apache-2.0
"""Policies as facts name them, and the documents that they hold, each read once."""

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bartizan.errors import PolicyError
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.reason.authz.aws.estate.unread import name
from bartizan.reason.authz.aws.policy.document import Document, Effect, Statement
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.request import Attached

FULL_ACCESS = Attached(
    id="bartizan:full-access",
    document=Document(
        version="2012-10-17",
        statements=(
            Statement(
                position=0,
                sid="",
                effect=Effect.ALLOW,
                action=("*",),
                not_action=None,
                resource=("*",),
                not_resource=None,
                principal=None,
                not_principal=None,
                conditions=(),
                text='{"Effect":"Allow","Action":"*","Resource":"*"}',
            ),
        ),
    ),
)
"""What an attacker writes for a principal of their own."""


_KEPT = 1 << 15
"""Documents that are kept after they were read."""


class Documents:
    """The policy table and where each policy is attached."""

    def __init__(self, facts: Facts, *, excerpts: bool = True) -> None:
        """Find policies; without `excerpts` their statements have no `text`."""
        self._excerpts = excerpts
        self.policies = facts.made(Policy, _policies)
        self._attached = facts.made(Attachment, _attached)
        self.targets = facts.made(Attachment, _targets)
        self._unread = facts.made(Unread, _unread)
        self.policy = functools.lru_cache(_KEPT)(self._policy)

    def of(self, target: str, use: str) -> tuple[Attached, ...]:
        """Return the policies that are attached to `target` for `use`, sorted by id."""
        return tuple(self.policy(id_) for id_ in self.ids(target, use))

    def ids(self, target: str, use: str) -> tuple[str, ...]:
        """Return the ids of the policies that are attached to `target` for `use`, sorted."""
        return tuple(sorted(set(self._attached.get((use, target), ()))))

    @functools.cached_property
    def carriers(self) -> frozenset[str]:
        """What policies are attached to as a thing."""
        return frozenset(target for use, target in self._attached if use == "resource")

    def statements(self, attached: tuple[Attached, ...]) -> Iterator[tuple[str, Statement]]:
        """Yield each statement with the id of its policy; unread documents have none."""
        for policy in attached:
            if policy.document is not None:
                yield from ((policy.id, statement) for statement in policy.document.statements)

    def _policy(self, policy: str) -> Attached:
        row = self.policies.get(policy)
        if row is None:
            return Attached(id=policy, document=None, missing=self._why(policy, row))
        return self.read(row)

    def read(self, row: Policy) -> Attached:
        """Return a policy by its row, which need not be one of the estate."""
        if row.document is None:
            return Attached(id=row.id, document=None, missing=self._why(row.id, row))
        try:
            return Attached(id=row.id, document=_read(row.document, row.type, self._excerpts))
        except PolicyError as error:
            return Attached(id=row.id, document=None, missing=f"document of {row.id}: {error}")

    def _why(self, policy: str, row: Policy | None) -> str:
        """Name the read that failed, where one did."""
        holder = policy.partition("#")[0]
        places = (policy, holder) if row is None else (policy, row.record, holder)
        for place in places:
            for gap in self._unread.get(place, ()):
                return name(gap)
        return f"document of {policy}"


def _policies(rows: Iterable[Policy]) -> Mapping[str, Policy]:
    return {row.id: row for row in rows if row.provider == "aws"}


def _attached(rows: Iterable[Attachment]) -> Mapping[tuple[str, str], Sequence[str]]:
    """Return the ids of policies by what they are attached for, and to."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        found.setdefault((row.use, row.target), []).append(row.policy)
    return found


def _targets(rows: Iterable[Attachment]) -> Mapping[str, Sequence[Attachment]]:
    """Return what each policy is attached to."""
    found: dict[str, list[Attachment]] = {}
    for row in rows:
        found.setdefault(row.policy, []).append(row)
    return found


def _unread(rows: Iterable[Unread]) -> Mapping[str, Sequence[Unread]]:
    """Return what could not be read, by resource."""
    found: dict[str, list[Unread]] = defaultdict(list)
    for gap in rows:
        found[gap.resource].append(gap)
    return found


@functools.lru_cache(maxsize=8192)
def _read(text: str, kind: str, excerpts: bool) -> Document:  # noqa: FBT001 - cached by position
    return read(text, name="policy", type=kind, excerpts=excerpts)
