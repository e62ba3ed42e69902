# SPDX-License-Identifier: Apache-2.0
"""What can a caller do? The definition decides one action of each class on each thing.

The inverse of `who_can`: on a thing of the estate, and for a known action, both give one answer.
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bartizan.errors import UsageError
from bartizan.model.access import AccessAnswer, Asked
from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.identity import Principal
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.definition.scope import is_member
from bartizan.reason.authz.aws.estate.estate import Estate, is_trust
from bartizan.reason.authz.aws.estate.part import part
from bartizan.reason.authz.aws.policy.arn_pattern import resource_pattern
from bartizan.reason.authz.aws.policy.document import Effect, Statement
from bartizan.reason.authz.aws.question import classes
from bartizan.reason.authz.aws.question.answer import Answer, Answers, stated
from bartizan.reason.authz.aws.question.expand import actions as expanded
from bartizan.reason.authz.aws.question.expand import is_pattern
from bartizan.reason.authz.aws.question.fold import Cell, fold_requests, relation
from bartizan.reason.authz.aws.question.things import Elsewhere, Things, elsewhere
from bartizan.reason.authz.aws.request import Attached, Caller, RequestPrincipal

_SMALL = 2_000
"""Principals of an estate that is not worth cutting into parts."""
_REGIONS = 2
"""Regions that a caller's policies name in which examples lie, beside the usual one."""
_MOST = 50_000
"""Requests that one question decides by the definition."""


def what_can(facts: Facts, asked: Asked, *, at: str = "") -> AccessAnswer:
    """Answer what `asked.principal` can do, among the actions and things that are asked for.

    Raises:
        UsageError: the question makes no sense.
        DisagreementError: a witness is not allowed when it is decided again.
    """
    expanded(asked.action or "*")
    if asked.resource and asked.resource != "*" and not asked.resource.startswith("arn:"):
        raise UsageError(f"neither an ARN nor `*`: `{asked.resource}`")
    estate, others = _estate(facts, asked.principal, at=at)
    if account_of(asked.principal) in _read(estate) and not estate.knows(asked.principal):
        raise UsageError(
            f"no principal `{asked.principal}` in this snapshot",
            hint="give the ARN of a user, a role, a role's session or an account's root",
        )
    inventory = _Inventory(estate, asked, others.things)
    cells = tuple(inventory.cells())
    found = inventory.counted
    reached = sum(len(cell.actions) for cell in cells)
    left = _left_out(found.left_out, others.left_out)
    return AccessAnswer(
        asked=asked,
        groups=fold_requests(cells, inventory.asked_of),
        callers=1,
        requests=found.requests,
        never=found.requests - reached,
        incomplete=(*left, *inventory.things.unread()),
        notes=tuple(_notes(asked)),
        names={row.id: row.name for row in estate.accounts.values()},
    )


def _left_out(requests: int, things: int) -> Iterator[str]:
    if requests:
        yield f"{requests:,} more requests, which were not decided"
    if things:
        yield f"{things:,} more things of other accounts, whose policies are open to many"


def _estate(facts: Facts, principal: str, *, at: str) -> tuple[Estate, Elsewhere]:
    """Return what decides requests of `principal`, and what elsewhere may name it."""
    large = facts.table(Principal).num_rows > _SMALL
    estate = Estate(part(facts, {principal}) if large else facts, at=at)
    who = estate.caller(principal)
    others = elsewhere(facts, who)
    if large and others.things:
        estate = Estate(part(facts, {principal, *others.things}), at=at)
    return estate, others


def _read(estate: Estate) -> frozenset[str]:
    return frozenset(
        id_
        for id_, row in estate.accounts.items()
        if row.collected and not estate.gaps.of_principals(id_)
    )


@dataclass(slots=True)
class _Counted:
    requests: int = 0
    left_out: int = 0
    decided: int = 0


class _Inventory:
    """Everything that one caller could do, and whether it can."""

    def __init__(self, estate: Estate, asked: Asked, others: frozenset[str]) -> None:
        self._estate, self._asked = estate, asked
        self._name = asked.principal
        self._who: RequestPrincipal = estate.caller(self._name)
        self._answers = Answers(estate, stated(asked.context), complete=asked.complete)
        self.things = Things(estate, self._who, others)
        self.counted = _Counted()
        self.asked_of: dict[str, frozenset[str]] = {}
        """By thing, the actions that were asked about it."""
        self._examples: frozenset[str] = frozenset()
        self._wanted = classes.matching(asked.action or "*")
        identity, boundary = estate.identity(self._name)
        levels = estate.guardrails.levels(self._who.account, "scp") or ()
        self._identity = identity
        self._limits = [
            *(boundary or ()),
            *(estate.session(self._name) or ()),
            *(policy for level in levels for policy in level.policies),
        ]
        self._own_masks = [classes.covered(s) for s in _statements((*identity, *self._limits))]
        self._granted = self._allowed_by_itself()

    def _allowed_by_itself(self) -> classes.Mask:
        """Return the actions that the caller's own policies might allow on something."""
        unread = any(policy.document is None for policy in self._identity)
        if unread or self._who.type is Caller.ROOT:
            return self._wanted
        found = 0
        for statement in _statements(self._identity):
            if statement.effect is Effect.ALLOW:
                found |= classes.covered(statement)
        return found & self._wanted

    def cells(self) -> Iterator[Cell]:
        """Yield the answer to each class of requests that is not denied."""
        for thing in self._named():
            yield from self._of_thing(thing)

    def _named(self) -> Sequence[str]:
        """Name what is asked about: what a pattern fits, or all of it."""
        pattern = self._asked.resource
        if pattern and not is_pattern(pattern):
            return (pattern,)
        held = self.things.held
        examples = self.things.examples(_statements(self._identity))
        typed = self._typed()
        self._examples = frozenset(typed) - set(held)
        found = dict.fromkeys((*held, *examples, *typed, "*"))
        if not pattern or pattern == "*":
            return tuple(found)
        fits = resource_pattern(pattern)
        return tuple(thing for thing in found if fits(thing))

    def _typed(self) -> tuple[str, ...]:
        """Return an example of each type of thing that the caller's own policies speak of, but for
        those whose policies nobody reads, of which nothing could be said.
        """
        granted = self._granted
        if not granted or not self._who.account:
            return ()
        named = sorted(name for name in self._estate.regions_named(self._name) if "*" not in name)
        found = {
            self.things.of_type(kind, region)
            for kind in classes.types()
            if classes.of_type(kind) & granted
            for region in ("", *named[:_REGIONS])
        }
        known = (thing for thing in sorted(found - {""}) if not self._hidden(thing))
        return tuple(known)

    def _hidden(self, thing: str) -> bool:
        policy = self._estate.resource_policy(thing, is_trust("s3:GetObject"))
        return policy is not None and policy.document is None

    def _of_thing(self, thing: str) -> Iterator[Cell]:
        acting = self._acting(thing)
        policies = self._about(thing)
        possible = acting & (self._possible(thing, policies) | _without_policy())
        self.counted.requests += acting.bit_count()
        self.asked_of[thing] = frozenset(classes.names(acting))
        masks = [*self._own_masks, *(classes.covered(s) for s in _statements(policies))]
        where = relation(self._name, owner=self._owner(thing), accounts=self._estate.accounts)
        for together in classes.classes(possible, masks):
            if self.counted.decided >= _MOST:
                self.counted.left_out += len(together)
                continue
            self.counted.decided += 1
            answer = self._answer(together, thing)
            if answer.certainty is not None:
                yield Cell(
                    callers=(self._name,),
                    actions=together,
                    resource=thing,
                    answer=answer,
                    relation=where,
                )

    def _possible(self, thing: str, policies: Iterable[Attached]) -> classes.Mask:
        """Return the actions that are not denied for want of an allow: across accounts both sides
        must have one, and a key's own policy or grants in any case.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
        """
        opened = self._opened(thing, policies)
        if not is_member(self._who.type) or thing.split(":", 3)[2:3] == ["kms"]:
            return opened
        if self._owner(thing) in {"", "aws", self._who.account}:
            return self._granted | opened
        return self._granted & opened

    def _acting(self, thing: str) -> classes.Mask:
        """Return the actions that are asked for on a thing."""
        acting = classes.acting_on(thing) & self._wanted
        if thing in self._examples and ":role/" in thing:
            # Nobody is let into a role of which nobody knows whom it trusts.
            acting &= ~classes.matching("sts:*")
        if thing == self._asked.resource and not is_pattern(thing) and not acting:
            # Of what no known action acts on, whatever the catalogue has may be asked.
            acting = self._wanted if not catalogue.is_of_known_type(thing) else 0
        return acting

    def _owner(self, thing: str) -> str:
        if thing == "*":
            return self._who.account
        return self._estate.ownership.of(thing).account or account_of(thing)

    def _about(self, thing: str) -> tuple[Attached, ...]:
        """Return what is written about a thing, guardrails included."""
        place = self._estate.ownership.of(thing)
        uses = ("s3:GetObject", "sts:AssumeRole") if ":role/" in thing else ("s3:GetObject",)
        held = [self._estate.resource_policy(thing, is_trust(action)) for action in uses]
        levels = self._estate.guardrails.levels(place.account, "rcp") or ()
        return (
            *(policy for policy in held if policy is not None),
            *(policy for level in levels for policy in level.policies),
        )

    def _opened(self, thing: str, policies: Iterable[Attached]) -> classes.Mask:
        """Return the actions that what is written about a thing might allow somebody."""
        if any(policy.document is None for policy in policies):
            return self._wanted
        found = classes.matching("kms:*") if self._estate.grants(thing) else 0
        if self._estate.unread_grants(thing):
            found |= classes.matching("kms:*")
        for statement in _statements(policies):
            if statement.effect is Effect.ALLOW:
                found |= classes.covered(statement)
        return found

    def _answer(self, together: Sequence[str], thing: str) -> Answer:
        return self._answers(self._name, together[0], thing)


def _without_policy() -> classes.Mask:
    """Return the actions that no policy has to allow.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return classes.matching("sts:GetCallerIdentity") | classes.matching("sts:GetSessionToken")


def _statements(policies: Iterable[Attached]) -> Iterator[Statement]:
    for policy in policies:
        yield from policy.document.statements if policy.document else ()


def _notes(asked: Asked) -> Iterator[str]:
    yield (
        f"asked for the actions of the catalogue of {catalogue.date()}; what services have added "
        "since was not asked for"
    )
    if not asked.resource or is_pattern(asked.resource):
        yield (
            "a thing called `bartizan` stands for those that the snapshot does not hold, and `*` "
            "for requests that name none"
        )
