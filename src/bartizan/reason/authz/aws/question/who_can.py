# SPDX-License-Identifier: Apache-2.0
"""Who can do this? The kernel names everybody, the definition says why and checks.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from bartizan.model.access import AccessAnswer, Asked, Certainty, Witness
from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.identity import Principal
from bartizan.model.facts.organization import Account
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.ownership import carriers
from bartizan.reason.authz.aws.estate.part import part
from bartizan.reason.authz.aws.question.answer import Answer, Answers, stated
from bartizan.reason.authz.aws.question.engine import (
    ALLOWED,
    DENIED,
    UNKNOWN,
    Engine,
    disagreement,
)
from bartizan.reason.authz.aws.question.expand import THINGS, Pair, Requests, requests
from bartizan.reason.authz.aws.question.fold import Cell, fold, is_stranger, relation
from bartizan.reason.authz.aws.question.unlisted import unlisted

DEEPEST = 1_000
"""Answers up to which each is explained on its own; of more, those with the same name in other
accounts are explained by one of them, though each is decided."""

SMALL = 2_000
"""Principals of an estate that is not worth cutting into parts."""

_FEW = 64
"""Callers of whom a witness is asked one by one."""

Codes = NDArray[np.uint8]


def who_can(
    facts: Facts,
    kernel: Engine,
    asked: Asked,
    *,
    at: str = "",
    each: bool = False,
    by_account: bool = False,
    deepest: int = DEEPEST,
) -> AccessAnswer:
    """Answer who can do `asked.action` on `asked.resource`.

    `each` explains every caller on its own, even beyond `deepest` answers; `by_account` keeps the
    callers of each account apart.

    Raises:
        UsageError: the question makes no sense.
        DisagreementError: kernel and definition answer otherwise.
    """
    wanted = requests(facts, action=asked.action, resource=asked.resource)
    search = _Search(facts, kernel, asked, at=at)
    cells = tuple(search.cells(wanted.pairs, deepest=0 if each else deepest))
    missing = unlisted(search.estate, kernel.names, wanted.pairs, search.answers)
    reached = {name for cell in cells for name in cell.callers}
    callers = search.asked(wanted.pairs)
    return AccessAnswer(
        asked=asked,
        groups=fold(cells, by_account=by_account),
        callers=callers,
        requests=len(wanted.pairs),
        never=callers - len(reached),
        incomplete=(*_left_out(wanted), *missing),
        notes=wanted.notes,
        names=_names(search.estate, reached),
    )


def _left_out(wanted: Requests) -> Iterator[str]:
    if wanted.left_out:
        yield f"{wanted.left_out:,} more pairs of an action and a resource, which were not asked"


class _Search:
    """Answers one question on one estate."""

    def __init__(self, facts: Facts, kernel: Engine, asked: Asked, *, at: str) -> None:
        self._facts, self._kernel, self._asked, self._at = facts, kernel, asked, at
        self._chosen = stated(asked.context)
        self._names: Sequence[str] = kernel.names
        self._witnesses: dict[Pair, list[Witness]] = defaultdict(list)
        self._bringing: dict[tuple[tuple[str, str], ...], NDArray[np.bool_]] = {}
        self.estate: Estate
        self.answers: Answers

    def cells(self, pairs: Sequence[Pair], *, deepest: int) -> Iterator[Cell]:
        """Yield the answer to each request that is not certainly denied; of more than `deepest`
        answers (0 for no bound), together for callers who are alike.
        """
        codes = {pair: self._codes(pair) for pair in pairs}
        total = sum(int(np.count_nonzero(found)) for found in codes.values())
        alike = 0 < deepest < total
        waiting = {pair: self._first(pair, found, alike=alike) for pair, found in codes.items()}
        self._set_up(pairs, waiting.values())
        for pair, found in codes.items():
            yield from self._of_pair(pair, found, waiting[pair])

    def asked(self, pairs: Iterable[Pair]) -> int:
        """Return how many callers are asked about some of the requests."""
        if any(resource != "*" for _, resource in pairs):
            return len(self._names)
        accounts = self.estate.accounts
        return sum(not is_stranger(name, accounts) for name in self._names)

    def _codes(
        self, pair: Pair, witness: Witness | None = None, *, complete: bool = False
    ) -> Codes:
        chosen = {**self._chosen, **stated(witness.context if witness else ())}
        return self._kernel.who_can(
            *pair, chosen=chosen, complete=complete or self._asked.complete
        )

    def _first(self, pair: Pair, codes: Codes, *, alike: bool) -> list[list[int]]:
        """Return the rows that are not denied, those together that one of them explains."""
        rows: list[int] = np.flatnonzero(codes).tolist()
        if not alike:
            return [[row] for row in sorted(rows, key=lambda row: self._names[row])]
        owner = _owner(self._facts, pair[1])
        accounts = frozenset(map(str, self._facts.table(Account)["id"].to_pylist()))
        gaps = self._facts.table(Unread)
        dark = {*gaps["account"].to_pylist(), *gaps["resource"].to_pylist()} - {""}
        together: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: self._names[row]):
            name = self._names[row]
            account = account_of(name)
            shape = name.replace(account, "") if account else name
            where = relation(name, owner=owner, accounts=accounts)
            unread = (account in dark, name in dark)
            together[shape, where, int(codes[row]), unread].append(row)
        return list(together.values())

    def _set_up(self, pairs: Sequence[Pair], waiting: Iterable[list[list[int]]]) -> None:
        """Read the part of the estate that is asked about."""
        facts = self._facts
        if facts.table(Principal).num_rows > SMALL:
            named = {self._names[rows[0]] for found in waiting for rows in found}
            facts = part(facts, named | {resource for _, resource in pairs})
        self.estate = Estate(facts, at=self._at)
        self.answers = Answers(self.estate, self._chosen, complete=self._asked.complete)

    def _of_pair(self, pair: Pair, codes: Codes, waiting: list[list[int]]) -> Iterator[Cell]:
        queue = deque(waiting)
        owner = self.estate.ownership.of(pair[1]).account
        while queue:
            rows = queue.popleft()
            name = self._names[rows[0]]
            where = relation(name, owner=owner, accounts=self.estate.accounts)
            if pair[1] == "*":
                # Everybody is asked about what is their own.
                if is_stranger(name, self.estate.accounts):
                    continue
                where = "own" if where == "estate" else where
            answer = self._answer(pair, rows[0], int(codes[rows[0]]))
            if answer.certainty is Certainty.MAY:
                held = self._under(pair, answer.witness, rows[1:])
                if rest := [row for row in rows[1:] if row not in held]:
                    queue.append(rest)
                rows = [rows[0], *(row for row in rows[1:] if row in held)]
            yield Cell(
                callers=tuple(self._names[row] for row in rows),
                actions=(pair[0],),
                resource=pair[1],
                answer=answer,
                relation=where,
            )

    def _answer(self, pair: Pair, row: int, code: int) -> Answer:
        """Answer for one caller and hold it against the kernel's answer."""
        name, known = self._names[row], self._witnesses[pair]
        if code == UNKNOWN:
            for witness in sorted(known, key=lambda one: one.effort):
                if self._bring(witness)[row]:
                    found = self.answers.under(witness, name, *pair)
                    if found is not None:
                        return found
        answer = self.answers(name, *pair)
        said, wanted = code, _CODES[answer.certainty]
        if said == wanted and answer.certainty is Certainty.MAY:
            known.append(answer.witness)
            said = ALLOWED if self._does(pair, answer.witness, row) else DENIED
            wanted = ALLOWED
        if said != wanted:
            rule = answer.decision.rule
            raise disagreement(name, *pair, kernel=said, definition=answer.word, rule=rule)
        return answer

    def _does(self, pair: Pair, witness: Witness, row: int) -> bool:
        """Ask the kernel whether one caller may who brings `witness`, and no other key."""
        chosen = {**self._chosen, **stated(witness.context)}
        said = self._kernel.decide(self._names[row], *pair, chosen=chosen, complete=True)
        return said == ALLOWED

    def _bring(self, witness: Witness) -> NDArray[np.bool_]:
        """Return who can bring what a witness says: not everybody has the tags of another."""
        said = witness.context
        if said not in self._bringing:
            self._bringing[said] = self._kernel.could_hold(stated(said))
        return self._bringing[said]

    def _under(self, pair: Pair, witness: Witness, rows: Sequence[int]) -> frozenset[int]:
        """Return those of `rows` who can bring `witness`, and of whom the kernel says the same."""
        bring = self._bring(witness)
        rows = [row for row in rows if bring[row]]
        if len(rows) <= _FEW:
            return frozenset(row for row in rows if self._does(pair, witness, row))
        # With other keys unknown it says so at once; with none, it compiles everybody anew.
        codes = self._codes(pair, witness)
        if any(codes[row] != ALLOWED for row in rows):
            codes = self._codes(pair, witness, complete=True)
        return frozenset(row for row in rows if codes[row] == ALLOWED)


_CODES = {
    None: DENIED,
    Certainty.MUST: ALLOWED,
    Certainty.MAY: UNKNOWN,
    Certainty.UNKNOWN: UNKNOWN,
}


def _owner(facts: Facts, resource: str) -> str:
    """Return whose `resource` is, without reading the estate as a whole."""
    wanted = pa.array(carriers(resource), pa.string())
    for kind in THINGS:
        table = facts.table(kind)
        mask = np.asarray(pc.is_in(table["arn"], value_set=wanted), dtype=bool)
        for account in table.filter(pa.array(mask))["account"].to_pylist():
            return str(account)
    return account_of(resource)


def _names(estate: Estate, reached: Iterable[str]) -> dict[str, str]:
    """Return what people call accounts, and callers whose names are our own."""
    found = {row.id: row.name for row in estate.accounts.values()}
    for name in reached:
        if name == caller.ANONYMOUS:
            found[name] = "anybody, without credentials"
        elif name == caller.outsider():
            found[name] = "any AWS account"
        elif name.endswith(f":role/{caller.OUTSIDER}"):
            found[name] = f"whomever account {account_of(name)} lets"
    return found
