# SPDX-License-Identifier: Apache-2.0
"""Compiles an organisation account by account: tables of some accounts to tables of what their
callers hold, which are then joined.

Policies may name callers of other accounts: each part tells whom, and who was not compiled with an
account is compiled in a second round. How accounts are dealt to parts shows in nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import TypeVar, cast

import numpy as np
import pyarrow as pa

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, Store, Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import IdentityProvider, Membership, Principal
from bartizan.model.facts.organization import Account, Unit
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy, PublicAccessBlock
from bartizan.model.table import Row
from bartizan.ports import Batches, BatchKernel
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.parts import Parts
from bartizan.reason.authz.aws.estate.spoken import joined, noted
from bartizan.reason.authz.aws.estate.standing import standing
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.everyone import Everyone
from bartizan.reason.authz.aws.kernel.merge import merged
from bartizan.reason.authz.aws.kernel.universe import universe

T = TypeVar("T")
Run = Callable[[BatchKernel, Iterable[Batches]], Iterable[Batches]]
"""Gives what a kernel makes of each part, in their order."""

CALLERS_AT_ONCE = 10_000
"""In one part, about."""

_WHOLE: tuple[type[Row], ...] = (Unit, Account, IdentityProvider, Unread)
_TABLES: tuple[type[Row], ...] = (
    *_WHOLE,
    Principal,
    Membership,
    Policy,
    Attachment,
    KeyGrant,
    Workload,
    Store,
    Key,
    PublicAccessBlock,
)
"""All that says what callers hold, who they are, and what things say to others."""
_ACCOUNTS, _NAMES, _ELSEWHERE = "split.accounts", "split.names", "split.elsewhere"


def compiled(facts: Facts, run: Run, *, at_once: int = CALLERS_AT_ONCE) -> dict[str, pa.Table]:
    """Return the compiled form of an estate, made in parts of about `at_once` callers each."""
    found_by = standing(facts)
    parts = Parts(facts, found_by)
    sizes = dict(parts.sizes(Principal))
    done = list(run(compile_part, _by_account(facts, parts, sizes, at_once)))
    spoken = joined(done)
    left = {name for answer in done for name in _column(answer[_ELSEWHERE])}
    for answer in done:
        left.difference_update(_column(answer["callers"]))
    done.extend(run(compile_part, _by_name(parts, sizes, left, at_once)))
    return {**merged(done), **found_by, **spoken}


def compile_part(held: Batches) -> Batches:
    """Compile the callers of some accounts, or those of some names, from facts that tell all of
    them; and name whom policies speak of beside them.
    """
    facts = Facts.of_tables({table.table: held[table.table] for table in _TABLES})
    estate = Estate(facts, excerpts=False)
    accounts, named = frozenset(_column(held[_ACCOUNTS])), _column(held[_NAMES])
    spoken = () if named else tuple(dict.fromkeys(universe(estate)))
    said = {} if named else noted(estate, accounts)
    ours = [name for name in spoken if account_of(name) in accounts]
    callers = Callers.of(estate, (*named, *ours))
    everyone = Everyone.compile(estate, callers)
    others = [name for name in spoken if account_of(name) not in accounts]
    return {"callers": callers.table, **everyone.tables(), **said, _ELSEWHERE: _texts(others)}


def _by_account(
    facts: Facts, parts: Parts, sizes: dict[str, int], at_once: int
) -> Iterator[Batches]:
    """Yield the accounts, several at a time, and at last the policies that are under none."""
    for some in _dealt(((name, size) for name, size in sizes.items() if name), at_once):
        yield _batches(parts.part((), accounts=some), accounts=some)
    yield _loose(facts, parts)


def _by_name(
    parts: Parts, sizes: dict[str, int], names: Iterable[str], at_once: int
) -> Iterator[Batches]:
    """Yield the accounts of some callers, several at a time."""
    by_account = [
        (tuple(of_one), sizes.get(account, 0))
        for account, of_one in groupby(sorted(names, key=_account_first), account_of)
    ]
    for some in _dealt(((held, len(held) + size) for held, size in by_account), at_once):
        theirs = [name for held in some for name in held]
        yield _batches(parts.part(theirs), names=theirs)


def _dealt(things: Iterable[tuple[T, int]], at_once: int) -> Iterator[list[T]]:
    """Yield things that have sizes together until they are as large as they may be."""
    found: list[T] = []
    room = at_once
    for thing, size in things:
        if found and size > room:
            yield found
            found, room = [], at_once
        found.append(thing)
        room -= size
    if found:
        yield found


def _loose(facts: Facts, parts: Parts) -> Batches:
    """Return what may be anybody's, and the policies that nothing has, since they may name
    somebody all the same.
    """
    loose = np.ones(facts.table(Policy).num_rows, dtype=bool)
    loose[parts.rows(Policy)] = False
    anybodys = parts.part(())
    policies = facts.table(Policy).filter(pa.array(loose))
    both = pa.concat_tables([anybodys.table(Policy), policies])
    return _batches(anybodys.replaced({Policy.table: both}))


def _batches(facts: Facts, *, accounts: Sequence[str] = (), names: Sequence[str] = ()) -> Batches:
    held = {table.table: facts.table(table) for table in _TABLES}
    return {**held, _ACCOUNTS: _texts(accounts), _NAMES: _texts(names)}


def _texts(names: Sequence[str]) -> pa.Table:
    return pa.table({"name": pa.array(names, pa.large_string())})


def _column(table: pa.Table) -> list[str]:
    return cast("list[str]", table["name"].to_pylist())


def _account_first(name: str) -> tuple[str, str]:
    return account_of(name), name
