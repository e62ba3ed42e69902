# SPDX-License-Identifier: Apache-2.0
"""Puts requests together that have one answer by the same statements.

Stack sets and directories stamp the same role into every account. What differs then is the account
and the caller's own name, so statements are compared with those two left open.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bartizan.model.access import Access, Certainty
from bartizan.model.arn import account_of
from bartizan.model.evidence import Evidence
from bartizan.reason.authz.aws.estate import caller
from bartizan.reason.authz.aws.estate.documents import FULL_ACCESS
from bartizan.reason.authz.aws.estate.ownership import carriers
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


def fold_requests(
    cells: Iterable[Cell], asked_of: Mapping[str, Collection[str]]
) -> tuple[Access, ...]:
    """Fold the requests of one caller: it can do every action of a group on those resources of it
    that the action acts on. `asked_of` has the actions that were asked about each resource.
    """
    services: dict[tuple[str, _Key], list[Cell]] = defaultdict(list)
    for cell in cells:
        services[_service(cell.actions[0]), _key(cell, by_account=False)].append(cell)
    whole: dict[_Key, list[_Product]] = defaultdict(list)
    groups: list[Sequence[Cell]] = []
    for (_, key), held in sorted(services.items(), key=lambda item: item[0][0]):
        part = _Product.of(held)
        if not part.is_exact(asked_of):
            groups.extend(_by_resource(held))
            continue
        for known in whole[key]:
            if known.takes(part, asked_of):
                break
        else:
            whole[key].append(part)
    groups.extend(part.cells for parts in whole.values() for part in parts)
    return tuple(sorted(map(_access, groups), key=_place))


@dataclass(slots=True)
class _Product:
    """Requests with one answer, given by their actions and their resources."""

    cells: list[Cell]
    actions: set[str]
    answered: dict[str, set[str]]
    """By resource, the actions that have this answer."""

    @classmethod
    def of(cls, cells: list[Cell]) -> "_Product":
        answered: dict[str, set[str]] = defaultdict(set)
        for cell in cells:
            answered[cell.resource].update(cell.actions)
        return cls(cells, set().union(*answered.values()), answered)

    def is_exact(self, asked_of: Mapping[str, Collection[str]]) -> bool:
        """No request of these actions on these resources has another answer."""
        return all(
            self.actions.intersection(asked_of[thing]) <= names
            for thing, names in self.answered.items()
        )

    def takes(self, other: "_Product", asked_of: Mapping[str, Collection[str]]) -> bool:
        """Join `other` to it, if it is exact then too; both are exact alone."""
        for thing in self._shared(other, asked_of):
            names = self.answered.get(thing, set()) | other.answered.get(thing, set())
            for actions in (self.actions, other.actions):
                if not actions.intersection(asked_of[thing]) <= names:
                    return False
        self.cells += other.cells
        self.actions |= other.actions
        for thing, names in other.answered.items():
            self.answered[thing] = self.answered.get(thing, set()) | names
        return True

    def _shared(self, other: "_Product", asked_of: Mapping[str, Collection[str]]) -> set[str]:
        """Return the things about which actions of both were asked: few but those of services
        that act on what others have.
        """
        found = self.answered.keys() & other.answered.keys()
        for one, two in ((self, other), (other, self)):
            rest = one.answered.keys() - found
            found |= {thing for thing in rest if not two.actions.isdisjoint(asked_of[thing])}
        return found


def _by_resource(held: Iterable[Cell]) -> list[list[Cell]]:
    """Put the resources together on which the same actions have one answer."""
    things: dict[str, list[Cell]] = defaultdict(list)
    for cell in held:
        things[cell.resource].append(cell)
    alike: dict[tuple[str, ...], list[Cell]] = defaultdict(list)
    for cells in things.values():
        alike[_actions(cells)].extend(cells)
    return list(alike.values())


def _service(action: str) -> str:
    return action.partition(":")[0]


def _actions(held: Iterable[Cell]) -> tuple[str, ...]:
    return tuple(sorted({name for cell in held for name in cell.actions}))


def _resources(held: Iterable[Cell]) -> tuple[str, ...]:
    return tuple(sorted({cell.resource for cell in held}))


def _access(held: Sequence[Cell]) -> Access:
    first = min(held, key=lambda cell: (cell.callers[0], cell.actions[0], cell.resource))
    answer = first.answer
    return Access(
        certainty=answer.certainty or Certainty.UNKNOWN,
        relation=first.relation,
        callers=tuple(sorted({name for cell in held for name in cell.callers})),
        actions=_actions(held),
        resources=_resources(held),
        by=answer.decision.by,
        rule=answer.decision.rule,
        because=tuple(one for one in answer.decision.because if one.subject != FULL_ACCESS.id),
        sides=answer.decision.sides,
        witness=answer.witness,
        missing=answer.missing,
        requests=sum(len(cell.callers) * len(cell.actions) for cell in held),
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
    names = _open_names(who, cell.resource)
    return (
        answer.certainty,
        cell.relation,
        account_of(who) if by_account else "",
        answer.decision.by,
        answer.witness,
        tuple(sorted({_statement(one, names) for one in answer.decision.because})),
        tuple(sorted({_open(item, names) for item in answer.missing})),
    )


def _open_names(who: str, resource: str) -> Sequence[tuple[str, str]]:
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
    return (_open(one.subject, names), one.statement, _open(one.excerpt, names))


def _open(text: str, names: Sequence[tuple[str, str]]) -> str:
    for held, name in names:
        text = text.replace(held, name)
    return text
