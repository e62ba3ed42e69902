# SPDX-License-Identifier: Apache-2.0
"""Puts requests together that have one answer by the same statements.

Stack sets and directories stamp the same role into every account. What differs then is the account
and the caller's own name, so statements are compared with those two left open.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import TypeAlias, TypedDict

from msgspec import Struct

from bartizan.model.access import Access, Certainty, Witness
from bartizan.model.arn import account_of
from bartizan.model.evidence import Evidence
from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.documents import FULL_ACCESS
from bartizan.reason.authz.aws.estate.ownership import carriers
from bartizan.reason.authz.aws.question.answer import Answer
from bartizan.reason.authz.aws.question.lots import Held

_Key: TypeAlias = tuple[object, ...]
_ORDER = {certainty: place for place, certainty in enumerate(Certainty)}
_RELATIONS = ("own", "estate", "outside", "provider", "service", "anyone")


class Cell(Struct, frozen=True, kw_only=True):
    """The answer to one request, or to the same request of callers who differ in nothing that was
    looked at.
    """

    callers: tuple[str, ...]
    """The first is the one that was asked for."""
    actions: tuple[str, ...]
    """Those that nothing tells apart; the first is the one that was asked for."""
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


def is_stranger(name: str, accounts: Iterable[str]) -> bool:
    """Nobody of the estate goes by a name: what requests without a resource do there, in an
    account that is not one of `accounts`, is of no interest, and is not asked.
    """
    return relation(name, owner="", accounts=accounts) in {"outside", "anyone"}


def fold(cells: Iterable[Cell], *, by_account: bool) -> tuple[Access, ...]:
    """Fold cells: first actions, then resources, then callers; `by_account` keeps the callers of
    each account apart. Every caller of a group can do every action of it on every resource of it.
    """
    actions: dict[tuple[tuple[str, ...], str, _Key], list[Cell]] = defaultdict(list)
    for cell in cells:
        actions[cell.callers, cell.resource, _key(cell, by_account=by_account)].append(cell)
    resources: dict[tuple[tuple[str, ...], tuple[str, ...], _Key], list[Cell]] = defaultdict(list)
    for (who, _, key), held in actions.items():
        resources[who, _actions(held), key].extend(held)
    callers: dict[tuple[tuple[str, ...], tuple[str, ...], _Key], list[Cell]] = defaultdict(list)
    for (_, names, key), held in resources.items():
        callers[names, _resources(held), key].extend(held)
    return tuple(sorted(map(_access, callers.values()), key=_place))


def access(caller: str, held: Held, answer: Answer, *, where: str, checked: int) -> Access:
    """Return what a caller can do, given by its actions and the things, with the answer to the
    first of its requests.
    """
    things = chain.from_iterable(lot.holding(actions) for lot, actions in held.items())
    return Access(
        certainty=answer.certainty or Certainty.UNKNOWN,
        relation=where,
        callers=(caller,),
        actions=tuple(masks.names(masks.joined(held.values()))),
        resources=tuple(sorted(things)),
        requests=sum(lot.count(actions) for lot, actions in held.items()),
        checked=checked,
        **_reasons(answer),
    )


def in_order(groups: Iterable[Access]) -> tuple[Access, ...]:
    """Sort groups, the most certain first."""
    return tuple(sorted(groups, key=_place))


def _actions(held: Iterable[Cell]) -> tuple[str, ...]:
    return tuple(sorted({name for cell in held for name in cell.actions}))


def _resources(held: Iterable[Cell]) -> tuple[str, ...]:
    return tuple(sorted({cell.resource for cell in held}))


def _access(held: Sequence[Cell]) -> Access:
    first = min(held, key=lambda cell: (cell.callers[0], cell.actions[0], cell.resource))
    return Access(
        certainty=first.answer.certainty or Certainty.UNKNOWN,
        relation=first.relation,
        callers=tuple(sorted({name for cell in held for name in cell.callers})),
        actions=_actions(held),
        resources=_resources(held),
        requests=sum(len(cell.callers) * len(cell.actions) for cell in held),
        checked=len(held),
        **_reasons(first.answer),
    )


class _Reasons(TypedDict):
    by: str
    rule: str
    because: tuple[Evidence, ...]
    sides: tuple[tuple[Evidence, ...], ...]
    witness: Witness
    missing: tuple[str, ...]


def _reasons(answer: Answer) -> _Reasons:
    decision = answer.decision
    return _Reasons(
        by=decision.by,
        rule=decision.rule,
        because=tuple(one for one in decision.because if one.subject != FULL_ACCESS.id),
        sides=decision.sides,
        witness=answer.witness,
        missing=answer.missing,
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
    account = account_of(cell.callers[0]) if by_account else ""
    return cell.relation, account, *explained(cell.answer, cell.callers[0], cell.resource)


def explained(answer: Answer, who: str, resource: str) -> _Key:
    """Return what an answer has in common with those that are told as one."""
    names = open_names(who, resource)
    return (
        answer.certainty,
        answer.decision.by,
        answer.witness,
        tuple(sorted({_statement(one, names) for one in answer.decision.because})),
        tuple(sorted({opened(item, names) for item in answer.missing})),
    )


def open_names(who: str, resource: str) -> Sequence[tuple[str, str]]:
    """Return what is left open, the longest first: the caller, the thing, their accounts."""
    held = {
        account_of(resource): "<owner>",
        account_of(who): "<account>",
        **dict.fromkeys((*carriers(resource), resource), "<thing>"),
        (caller.parse(who).arn if who.startswith("arn:") else who): "<caller>",
    }
    known = [(text, name) for text, name in held.items() if text not in {"", "*"}]
    return sorted(known, key=lambda pair: (-len(pair[0]), pair))


def _statement(one: Evidence, names: Sequence[tuple[str, str]]) -> tuple[str, str, str]:
    return (opened(one.subject, names), one.statement, opened(one.excerpt, names))


def opened(text: str, names: Sequence[tuple[str, str]]) -> str:
    """Return a text with names left open."""
    for held, name in names:
        text = text.replace(held, name)
    return text
