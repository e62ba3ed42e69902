# SPDX-License-Identifier: Apache-2.0
"""Puts requests together that have one answer by the same statements.

Stack sets and directories stamp the same role into every account. What differs then is the account
and the caller's own name, so statements are compared with those two left open.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bartizan.model.access import Access, Certainty
from bartizan.model.arn import account_of
from bartizan.model.evidence import Evidence
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.question.answer import Answer

_Key: TypeAlias = tuple[object, ...]
_ORDER = {certainty: place for place, certainty in enumerate(Certainty)}
_RELATIONS = ("own", "estate", "outside", "provider", "service", "anyone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The answer to one request, or to the same request of callers who differ in nothing that was
    looked at.
    """

    callers: tuple[str, ...]
    """The first is the one that was asked for."""
    action: str
    resource: str
    answer: Answer
    relation: str


def relation(name: str, *, owner: str, accounts: Iterable[str]) -> str:
    """Say where a caller stands to a resource of the account `owner`."""
    if caller.is_service(name):
        return "service"
    if ":oidc-provider/" in name or ":saml-provider/" in name:
        return "provider"
    account = account_of(name)
    if account in {"", caller.OUTSIDE_ACCOUNT}:
        return "anyone"
    if account == owner:
        return "own"
    return "estate" if account in accounts else "outside"


def fold(cells: Iterable[Cell], *, by_account: bool) -> tuple[Access, ...]:
    """Fold cells: first actions, then resources, then callers; `by_account` keeps the callers of
    each account apart.
    """
    actions: dict[tuple[tuple[str, ...], str, _Key], list[Cell]] = defaultdict(list)
    for cell in cells:
        actions[cell.callers, cell.resource, _key(cell, by_account=by_account)].append(cell)
    resources: dict[tuple[tuple[str, ...], tuple[str, ...], _Key], list[Cell]] = defaultdict(list)
    for (who, _, key), held in actions.items():
        names = tuple(sorted({cell.action for cell in held}))
        resources[who, names, key].extend(held)
    callers: dict[tuple[tuple[str, ...], tuple[str, ...], _Key], list[Cell]] = defaultdict(list)
    for (_, names, key), held in resources.items():
        things = tuple(sorted({cell.resource for cell in held}))
        callers[names, things, key].extend(held)
    groups = [
        _access(held, actions=names, resources=things)
        for (names, things, _), held in callers.items()
    ]
    return tuple(sorted(groups, key=_place))


def _access(held: Sequence[Cell], *, actions: Sequence[str], resources: Sequence[str]) -> Access:
    first = min(held, key=lambda cell: (cell.callers[0], cell.action, cell.resource))
    answer = first.answer
    return Access(
        certainty=answer.certainty or Certainty.UNKNOWN,
        relation=first.relation,
        callers=tuple(sorted({name for cell in held for name in cell.callers})),
        actions=tuple(actions),
        resources=tuple(resources),
        by=answer.decision.by,
        rule=answer.decision.rule,
        because=answer.decision.because,
        sides=answer.decision.sides,
        witness=answer.witness,
        missing=answer.missing,
        checked=len(held),
    )


def _place(group: Access) -> tuple[object, ...]:
    return (
        _ORDER[group.certainty],
        _RELATIONS.index(group.relation),
        group.witness.effort,
        group.actions,
        group.resources,
        group.callers,
    )


def _key(cell: Cell, *, by_account: bool) -> _Key:
    """Return what cells must share to be folded."""
    answer, who = cell.answer, cell.callers[0]
    return (
        answer.certainty,
        cell.relation,
        account_of(who) if by_account else "",
        answer.decision.by,
        answer.witness,
        _statements(answer.decision.because, who),
        tuple(sorted({_open(item, who) for item in answer.missing})),
    )


def _statements(because: Iterable[Evidence], who: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        sorted({(_open(e.subject, who), e.statement, _open(e.excerpt, who)) for e in because})
    )


def _open(text: str, who: str) -> str:
    """Leave open in `text` the caller's own name and account."""
    if not who:
        return text
    account = account_of(who)
    found = text.replace(caller.parse(who).arn, "<caller>") if who.startswith("arn:") else text
    return found.replace(account, "<account>") if account else found
