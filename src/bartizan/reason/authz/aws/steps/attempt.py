# SPDX-License-Identifier: Apache-2.0
"""Whether an attacker can make a request, choosing all that a caller can choose.

The definition decides concrete requests. Where it cannot tell for want of a condition key, values
are tried, those of least effort first, until one is allowed: a witness.
"""

import heapq
import itertools
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from msgspec import Struct, structs

from bartizan.model.step import Ask, Condition
from bartizan.model.verdict import Allowed, Unknown
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import context_keys, settle, through
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.policy.document import ConditionTest
from bartizan.reason.authz.aws.request import Attached, Decision, Policies, Request
from bartizan.reason.authz.aws.steps.choice import Choice, Value, choices
from bartizan.reason.authz.aws.steps.linked import Link, linked, links
from bartizan.reason.authz.aws.steps.plainness import is_plainly_denied
from bartizan.reason.authz.aws.steps.sameness import Sameness

_ACCOUNTS = 1 << 6
"""Accounts whose callers' policies are kept compiled."""
_QUESTIONS = 1 << 10
"""Questions about the callers of one account whose answers are kept."""

_SAME = 1 << 14
"""Outcomes that are kept for requests which are decided alike."""

BUDGET = 400
"""Decisions that one search for a witness may take."""

_ASSUMING = frozenset(
    {"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"}
)
_TAGS = ("aws:requesttag/", "aws:tagkeys", "sts:transitivetagkeys")
"""How the keys of a session's tags begin, in lower case."""

Fixed = tuple[tuple[str, Value], ...]
"""Condition keys that the technique itself determines; None for absent."""


class Attempt(Struct, frozen=True, kw_only=True):
    """A request that an attacker can make, or that we cannot exclude."""

    ask: Ask
    decision: Decision
    conditions: tuple[Condition, ...]
    missing: tuple[str, ...]
    """What would have to be read to be sure; empty where it is certainly allowed."""
    fixed: Fixed = ()
    """The keys that the technique determined."""
    same: Hashable | None = None
    """Equal for requests that are decided alike, also after the same change of what is written;
    None where that is not told."""

    @property
    def effort(self) -> int:
        """What its conditions take."""
        return sum(condition.effort for condition in self.conditions)


class Crowd:
    """The users and roles of one account."""

    def __init__(self, estate: Estate, account: str, members: Sequence[str]) -> None:
        self.account = account
        owner = estate.accounts.get(account)
        self.partition = owner.partition if owner else "aws"
        """The partition that their own new things are in."""
        self.kernel = Kernel.of(estate, members)
        self.full = self.kernel.callers.full
        self.open_to = lru_cache(_QUESTIONS)(self.kernel.open_to)
        """To whom an action on a resource is not plainly denied, as bits."""
        self._names = tuple(self.kernel.names)
        self._rows = {name: row for row, name in enumerate(self._names)}

    def holds(self, bits: int, name: str) -> bool:
        """Say whether one of them is among some."""
        return bits >> self._rows[name] & 1 == 1

    def named(self, bits: int) -> Iterator[str]:
        """Yield the names of some."""
        while bits:
            lowest = bits & -bits
            yield self._names[lowest.bit_length() - 1]
            bits ^= lowest


class Attempts:
    """Tries requests against an estate and remembers the outcome."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self._crowds = lru_cache(_ACCOUNTS)(self._find_crowd)
        self._known: dict[tuple[str, str, str, Fixed], Attempt | None] = {}
        self._sameness = Sameness(estate)
        self._of_same: OrderedDict[Hashable, tuple[Attached | None, Attempt | None]] = (
            OrderedDict()
        )

    def __call__(
        self, principal: str, action: str, resource: str, fixed: Fixed = ()
    ) -> Attempt | None:
        """Return how `principal` gets `action` on `resource` allowed; None where never."""
        key = (principal, action, resource, fixed)
        if key not in self._known:
            self._known[key] = self._try(*key)
        return self._known[key]

    def _try(self, principal: str, action: str, resource: str, fixed: Fixed) -> Attempt | None:
        def find() -> Attempt | None:
            if self._is_ruled_out(principal, action, resource, fixed):
                return None
            policies = self.estate.policies(principal, action, resource)
            return self.under(policies, principal, action, resource, fixed=fixed)

        same = self._sameness.of(principal, action, resource)
        found = self._alike(same if same is None else (same, fixed), resource, find)
        return self._tagging(found) if found is not None and action in _ASSUMING else found

    def _tagging(self, found: Attempt) -> Attempt | None:
        """Return how a session begins whose tags may be passed: that is an action of its own, so
        where it is not allowed the session is asked for without them.

        Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html, section
        "Permissions required to add session tags"
        """
        ask = found.ask
        tags: dict[str, list[str]] = {}
        for key, value in ask.context:
            if key.lower().startswith(_TAGS):
                tags.setdefault(key, []).append(value)
        if not tags:
            return found
        passed = tuple((key, (*held,) if len(held) > 1 else held[0]) for key, held in tags.items())
        allowed = self(ask.principal, "sts:TagSession", ask.resource, passed)
        if allowed is None:
            without: Fixed = tuple((key, None) for key in tags)
            return self(ask.principal, ask.action, ask.resource, (*found.fixed, *without))
        missing = tuple(sorted({*found.missing, *allowed.missing}))
        return structs.replace(found, missing=missing, same=None)

    def opened(
        self, policy: Attached, principal: str, action: str, resource: str
    ) -> Attempt | None:
        """Try the request as if `policy` were that of the resource."""

        def find() -> Attempt | None:
            policies = self.estate.policies(principal, action, resource)
            written = structs.replace(policies, resource=policy)
            return self.under(written, principal, action, resource)

        same = self._sameness.of(principal, action, resource, written=policy)
        return self._alike(same, resource, find, written=policy)

    def _alike(
        self,
        same: Hashable | None,
        resource: str,
        find: Callable[[], Attempt | None],
        *,
        written: Attached | None = None,
    ) -> Attempt | None:
        """Try a request, or take what came of one that is decided alike."""
        if same is None:
            return find()
        held = self._of_same.get(same)
        if held is None:
            found = find()
            if found is not None and written is None:
                found = structs.replace(found, same=same)
            # A policy that was written is part of the key by its identity: it is kept with it.
            self._of_same[same] = written, found
            if len(self._of_same) > _SAME:
                self._of_same.popitem(last=False)
            return found
        _, found = held
        if found is None or found.ask.resource == resource:
            return found
        return _aimed(found, resource)

    def _is_ruled_out(self, principal: str, action: str, resource: str, fixed: Fixed) -> bool:
        """Say whether the kernel can tell at once that nothing allows it.

        What it cannot tell so fast is left to the definition, which then says why as well.
        """
        crowd = self.crowd(principal)
        if crowd is None:
            return False
        if not fixed:
            # It is asked of all callers of the account at once, since others are tried likewise.
            return not crowd.holds(crowd.open_to(action, resource), principal)
        stated = {key: () if value is None else value for key, value in fixed}
        return crowd.kernel.rules_out(principal, action, resource, chosen=stated)

    def open_among(self, account: str, action: str, resources: Iterable[str]) -> Iterator[str]:
        """Yield the users and roles of an account for whom it is not ruled out for one of some
        resources, as it is asked of all of them at once.
        """
        crowd = self._crowds(account)
        bits = 0
        for resource in resources:
            bits |= crowd.open_to(action, resource)
        return crowd.named(bits)

    def crowd(self, principal: str) -> "Crowd | None":
        """Return those whose requests are tried together with a principal's; None for those of
        whom it is not told at once what is plainly denied.
        """
        known = self.estate.principals.get(principal)
        if known is None or known.type == "group":
            return None
        return self._crowds(known.account)

    def _find_crowd(self, account: str) -> "Crowd":
        return Crowd(self.estate, account, self._members[account])

    @cached_property
    def _members(self) -> Mapping[str, Sequence[str]]:
        """The principals of each account, whose requests are tried together."""
        found: dict[str, list[str]] = defaultdict(list)
        for row in self.estate.principals.values():
            if row.type != "group":
                found[row.account].append(row.arn)
        return found

    def under(
        self, policies: Policies, principal: str, action: str, resource: str, *, fixed: Fixed = ()
    ) -> Attempt | None:
        """Try the request as if `policies` were all that is written about it."""
        request = self.estate.request(principal, action, resource, {})
        if is_plainly_denied(request, policies):
            return None
        found = search(self.estate, _with(request, fixed), policies)
        if found is None:
            return None
        decision, taken = found
        chosen = [*fixed, *((choice.key or key, choice.value) for key, choice in taken.items())]
        missing = tuple(sorted(decision.missing))
        return Attempt(
            ask=Ask(
                principal=principal,
                action=action,
                resource=resource,
                context=tuple(sorted(pair for item in chosen for pair in _pairs(*item))),
            ),
            decision=decision,
            conditions=tuple(c.condition for c in taken.values() if c.condition is not None),
            missing=missing,
            fixed=fixed,
        )


def _aimed(found: Attempt, resource: str) -> Attempt:
    """Return an attempt at something else; made by hand, as there are so many."""
    ask = found.ask
    return Attempt(
        ask=Ask(
            principal=ask.principal, action=ask.action, resource=resource, context=ask.context
        ),
        decision=found.decision,
        conditions=found.conditions,
        missing=found.missing,
        fixed=found.fixed,
        same=found.same,
    )


def search(
    estate: Estate, request: Request, policies: Policies, *, first: Decision | None = None
) -> tuple[Decision, Mapping[str, Choice]] | None:
    """Search for values of least effort with which `request` is allowed; `first` is what was
    decided of it with no value chosen, where that is known.

    Returns the decision with what was chosen: allowed, or else unknown for want of reads; None
    where every choice is denied.
    """
    order = itertools.count()
    waiting: list[tuple[int, int, dict[str, Choice]]] = [(0, next(order), {})]
    unknown: tuple[Decision, Mapping[str, Choice]] | None = None
    variables: tuple[Link, ...] | None = None
    for _ in range(BUDGET):
        if not waiting:
            return unknown
        effort, _, taken = heapq.heappop(waiting)
        stated = _choose(request, taken)
        decision = first if first and not taken else settle(estate, stated, policies)
        if isinstance(decision.verdict, Allowed):
            return decision, taken
        if not isinstance(decision.verdict, Unknown):
            continue
        open_keys = [key for key in context_keys(decision) if key not in taken]
        if not open_keys:
            unknown = unknown or (decision, taken)
            continue
        key = open_keys[0]
        variables = links(_held(policies)) if variables is None else variables
        written = [test for one in through(estate, stated, policies) for test in _tests(one, key)]
        tests = (*written, *linked(variables, stated, key))
        owner = request.resource.account
        for choice in choices(key, tests, request.principal, account=owner, at=estate.at):
            step = (effort + choice.effort, next(order), {**taken, key: choice})
            heapq.heappush(waiting, step)
    return unknown or _unfinished(request, policies, estate)


def _unfinished(
    request: Request, policies: Policies, estate: Estate
) -> tuple[Decision, Mapping[str, Choice]]:
    return settle(estate, request, policies), {}


def _with(request: Request, fixed: Fixed) -> Request:
    taken = {key: Choice(value, 0) for key, value in fixed}
    return _choose(request, taken)


def _choose(request: Request, taken: Mapping[str, Choice]) -> Request:
    if not taken:
        return request
    lower = {key.lower() for key in taken}
    values = {k: v for k, v in request.context.values.items() if k.lower() not in lower}
    values |= {key: choice.value for key, choice in taken.items() if choice.value is not None}
    absent = {key.lower() for key, choice in taken.items() if choice.value is None}
    context = structs.replace(
        request.context, values=values, absent=request.context.absent | absent
    )
    return structs.replace(request, context=context)


def _tests(policies: Policies, key: str) -> Iterator[ConditionTest]:
    """Yield every condition on `key` in what is written, constraints of grants among them."""
    yield from (test for test in tests_of(policies) if test.key.lower() == key)
    for grant in policies.kms_grants:
        for pairs in (grant.context_subset or {}, grant.context_equals or {}):
            for name, value in pairs.items():
                spelled = f"kms:EncryptionContext:{name}"
                if spelled.lower() == key:
                    yield ConditionTest("StringEquals", spelled, (value,))


def tests_of(policies: Policies) -> Iterator[ConditionTest]:
    """Yield every condition in what is written."""
    for policy in _held(policies):
        for statement in policy.document.statements if policy.document else ():
            yield from statement.conditions


def _held(policies: Policies) -> Iterator[Attached]:
    """Yield all that is written."""
    yield from policies.identity
    yield from policies.boundary or ()
    yield from policies.session or ()
    if policies.resource:
        yield policies.resource
    for level in (*(policies.scp or ()), *(policies.rcp or ())):
        yield from level.policies
    yield from policies.endpoint or ()


def _pairs(key: str, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    else:
        yield from ((key, item) for item in value or ())
