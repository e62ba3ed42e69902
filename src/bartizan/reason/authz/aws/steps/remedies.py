# SPDX-License-Identifier: Apache-2.0
"""Ways to take a request away from an attacker, each tried out before it is proposed.

Costs are ordinal and say how much else a change is likely to break: a deny of one action on one
resource least, a statement that grants much or is shared by many more, a guardrail over a whole
account most. Something that has been used counts one more than something that never was.
"""

import functools
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from bartizan.model.facts.organization import Account
from bartizan.model.remedy import (
    BlockPublicAccess,
    Detach,
    DropStatement,
    Forbid,
    Guard,
    Remedy,
    Untrust,
)
from bartizan.model.step import Ask, Breaker
from bartizan.reason.authz.aws.estate import caller, pattern
from bartizan.reason.authz.aws.estate.estate import Estate, is_trust
from bartizan.reason.authz.aws.estate.ownership import Place
from bartizan.reason.authz.aws.policy.document import Effect, Principals, Statement
from bartizan.reason.authz.aws.request import (
    AccessBlock,
    Attached,
    Caller,
    Policies,
    RequestPrincipal,
)
from bartizan.reason.authz.aws.steps.attempt import Attempt, Attempts

FORBID, FORBID_WIDE = 2, 3
UNTRUST, UNTRUST_WIDE = 2, 4
DROP_OWN, DROP_RESOURCE, DROP_TRUST = 3, 3, 4
DETACH = 4
BLOCK_BUCKET = 2
GUARD = 8
_SAME = 1 << 14
"""Requests, of those that are decided alike one each, of which it is kept what breaks them."""


class _Edit(Struct, frozen=True):
    """A change of one statement, with the remedies that make it."""

    policy: str
    position: int
    without: Principals | None
    """What is left of the Principal element; None drops the statement."""
    remedies: tuple[Remedy, ...]


class _Undone(Struct, frozen=True):
    """What takes a request away beside a deny."""

    by: tuple[Breaker, ...]
    by_block: bool
    """S3's block of public access does."""


class _Holders(Struct, frozen=True):
    """Who holds one policy; one of the vendor's may be held by everybody."""

    uses: int
    places: Mapping[str, Sequence[tuple[int, str]]]
    """Who holds it as an identity policy, with the place of that among all uses."""


class Remedies:
    """Finds what breaks a request."""

    def __init__(self, estate: Estate, attempts: Attempts) -> None:
        self._estate = estate
        self._attempts = attempts
        self._of_same: OrderedDict[Hashable, _Undone] = OrderedDict()
        self._holders = functools.cache(self._find_holders)

    def breakers(self, attempt: Attempt, scope: str) -> Iterator[Breaker]:
        """Yield ways to break `attempt` and every one like it on resources in `scope`."""
        ask = attempt.ask
        who = self._estate.caller(ask.principal)
        yield from self._deny(who, ask.principal, ask.action, scope)
        undone = self._undone(attempt, scope)
        yield from undone.by
        if undone.by_block:
            yield _block(self._estate.ownership.of(ask.resource))

    def _undone(self, attempt: Attempt, scope: str) -> "_Undone":
        """Return what changes of that which is written do, as for a request decided alike."""
        # Which statements speak of a scope that is no pattern, is told of what is asked for.
        wide = "*" in scope
        if attempt.same is None or not (wide or scope == attempt.ask.resource):
            return self._find(attempt, scope)
        key = attempt.same, wide
        found = self._of_same.get(key)
        if found is None:
            found = self._of_same[key] = self._find(attempt, scope)
            if len(self._of_same) > _SAME:
                self._of_same.popitem(last=False)
        return found

    def _find(self, attempt: Attempt, scope: str) -> "_Undone":
        ask = attempt.ask
        who = self._estate.caller(ask.principal)
        policies = self._estate.policies(ask.principal, ask.action, ask.resource)
        own = tuple(self._own(who, ask, policies, scope))
        theirs = tuple(self._theirs(who, policies, ask.action, ask.resource))
        found = [
            _breaker(edits)
            for edits in (own, theirs)
            if edits and self._broken(attempt, _edited(policies, edits))
        ]
        if (
            not found
            and own
            and theirs
            and self._broken(attempt, _edited(policies, (*own, *theirs)))
        ):
            found.append(_breaker((*own, *theirs)))
        return _Undone(tuple(found), self._is_blocked(attempt, policies))

    def _broken(self, attempt: Attempt, policies: Policies) -> bool:
        ask = attempt.ask
        tried = self._attempts.under(
            policies, ask.principal, ask.action, ask.resource, fixed=attempt.fixed
        )
        return tried is None

    def _deny(
        self, who: RequestPrincipal, name: str, action: str, scope: str
    ) -> Iterator[Breaker]:
        """Deny it outright: nothing outweighs an explicit deny."""
        row = self._estate.principals.get(who.arn)
        if row is not None and row.type in {"user", "role"} and not row.service_linked:
            cost = (FORBID_WIDE if "*" in scope else FORBID) + bool(row.last_used)
            if caller.parse(name).as_written:
                change = Forbid(principal=who.arn, actions=(action,), resources=(scope,))
                title = f"Deny `{action}` on `{scope}` to {row.type} {row.name}"
                yield Breaker(remedies=(Remedy(change=change, title=title, cost=cost),))
        account = self._estate.accounts.get(who.account)
        limited = who.type in {Caller.ROLE, Caller.USER, Caller.ROOT} and not who.service_linked
        if account is not None and account.scp and not account.management and limited:
            guard = Guard(target=account.id, actions=(action,), resources=(scope,))
            title = f"Deny `{action}` on `{scope}` {in_account(account)}"
            yield Breaker(remedies=(Remedy(change=guard, title=title, cost=GUARD),))

    def _own(
        self, who: RequestPrincipal, ask: Ask, policies: Policies, scope: str
    ) -> Iterator[_Edit]:
        """Take away what the caller's own policies allow."""
        as_written = caller.parse(ask.principal).as_written
        if not as_written or who.arn not in self._estate.principals:
            return
        for policy in policies.identity:
            for statement in policy.document.statements if policy.document else ():
                if _could_allow(statement, ask.action, scope):
                    remedies = self._drop_own(who.arn, policy.id, statement)
                    yield _Edit(policy.id, statement.position, None, remedies)

    def _drop_own(self, arn: str, policy: str, statement: Statement) -> tuple[Remedy, ...]:
        row = self._estate.documents.policies.get(policy)
        holders = self._holders(policy)
        mine = {arn, *self._estate.groups.get(arn, ())}
        if row is not None and row.managed == "inline":
            return (_drop(policy, statement, DROP_OWN + _breadth(statement)),)
        if row is not None and row.managed == "customer" and holders.uses == 1:
            return (_drop(policy, statement, DROP_OWN + _breadth(statement)),)
        places = sorted(place for target in mine for place in holders.places.get(target, ()))
        return tuple(
            Remedy(
                change=Detach(policy=policy, target=target),
                title=f"Detach {_short(policy)} from {_short(target)}",
                cost=DETACH + (1 if target != arn else 0),
            )
            for _, target in places
        )

    def _find_holders(self, policy: str) -> _Holders:
        uses = self._estate.documents.targets.get(policy, ())
        places: dict[str, list[tuple[int, str]]] = {}
        for place, use in enumerate(uses):
            if use.use == "identity":
                places.setdefault(use.target, []).append((place, use.target))
        return _Holders(len(uses), places)

    def _theirs(
        self, who: RequestPrincipal, policies: Policies, action: str, resource: str
    ) -> Iterator[_Edit]:
        """Take away what the resource's policy allows."""
        policy = policies.resource
        for statement in policy.document.statements if policy and policy.document else ():
            if policy is None or not pattern.could_allow(statement, action, resource):
                continue
            named = _named(statement.principal, who)
            if statement.principal is not None and statement.principal.any:
                named = ()
            if named:
                rest = _less(statement.principal, named)
                remedies = tuple(_untrust(policy.id, statement, name) for name in named)
                yield _Edit(policy.id, statement.position, rest, remedies)
            elif statement.not_principal is not None or _any(statement.principal):
                cost = DROP_TRUST if is_trust(action) else DROP_RESOURCE
                yield _Edit(
                    policy.id, statement.position, None, (_drop(policy.id, statement, cost),)
                )

    def _is_blocked(self, attempt: Attempt, policies: Policies) -> bool:
        """Say whether S3's block of public access takes it away, where it is switched on."""
        bucket = self._estate.ownership.of(attempt.ask.resource)
        who = self._estate.caller(attempt.ask.principal)
        own = who.account != "" and who.account == bucket.account
        if policies.block_public_access is None or own:
            # The block spares the bucket's own account.
            return False
        block = AccessBlock(restrict_public_buckets=True, ignore_public_acls=True)
        return self._broken(attempt, structs.replace(policies, block_public_access=block))


def _block(bucket: Place) -> Breaker:
    """Switch S3's block of public access on."""
    change = BlockPublicAccess(target=bucket.arn)
    title = f"Block public access to bucket {_short(bucket.arn)}"
    return Breaker(remedies=(Remedy(change=change, title=title, cost=BLOCK_BUCKET),))


def in_account(account: Account) -> str:
    """Name an account as titles of guardrails end: the one place that shows what it is called."""
    return f"in account {account.name} by a guardrail"


def _could_allow(statement: Statement, action: str, scope: str) -> bool:
    """`statement` could allow `action` on something in `scope`, which may be a pattern."""
    if statement.effect is not Effect.ALLOW or not pattern.covers_action(statement, action):
        return False
    return "*" in scope or pattern.could_cover(statement, scope)


def _edited(policies: Policies, edits: Iterable[_Edit]) -> Policies:
    """Return what would be written after `edits`."""
    by_policy: dict[str, dict[int, _Edit]] = {}
    for edit in edits:
        by_policy.setdefault(edit.policy, {})[edit.position] = edit
    resource = policies.resource
    return structs.replace(
        policies,
        identity=tuple(
            _edit(policy, by_policy.get(policy.id, {})) for policy in policies.identity
        ),
        resource=None if resource is None else _edit(resource, by_policy.get(resource.id, {})),
    )


def _edit(policy: Attached, edits: Mapping[int, _Edit]) -> Attached:
    if policy.document is None or not edits:
        return policy
    kept = [
        structs.replace(statement, principal=edit.without) if edit else statement
        for statement in policy.document.statements
        for edit in [edits.get(statement.position)]
        if edit is None or edit.without is not None
    ]
    document = structs.replace(policy.document, statements=tuple(kept))
    return structs.replace(policy, document=document)


def _named(principals: Principals | None, who: RequestPrincipal) -> tuple[str, ...]:
    """Return how the element spells `who`: its ARN, session, account, service or provider."""
    if principals is None:
        return ()
    names = {who.arn, who.session, who.unique_id, who.account}
    names.add(
        f"arn:{who.arn.split(':', 2)[1] if ':' in who.arn else 'aws'}:iam::{who.account}:root"
    )
    held = (*principals.aws, *principals.service, *principals.federated)
    return tuple(name for name in held if name and name in names)


def _any(principals: Principals | None) -> bool:
    return principals is not None and principals.any


def _less(principals: Principals | None, names: Sequence[str]) -> Principals | None:
    """Return the element without `names`; None where nobody is left."""
    if principals is None:
        return None
    rest = Principals(
        any=principals.any,
        aws=tuple(name for name in principals.aws if name not in names),
        service=tuple(name for name in principals.service if name not in names),
        federated=tuple(name for name in principals.federated if name not in names),
        canonical=principals.canonical,
    )
    return rest if rest != Principals() else None


def _breaker(edits: Iterable[_Edit]) -> Breaker:
    remedies = {remedy.id: remedy for edit in edits for remedy in edit.remedies}
    return Breaker(remedies=tuple(remedies[key] for key in sorted(remedies)))


def _drop(policy: str, statement: Statement, cost: int) -> Remedy:
    label = f"`{statement.sid}`" if statement.sid else f"number {statement.position + 1}"
    return Remedy(
        change=DropStatement(policy=policy, statement=statement.position, sid=statement.sid),
        title=f"Remove statement {label} from {_short(policy)}",
        cost=cost,
    )


def _untrust(policy: str, statement: Statement, name: str) -> Remedy:
    wide = name.isdigit() or name.endswith(":root") or caller.is_service(name)
    return Remedy(
        change=Untrust(policy=policy, statement=statement.position, principal=name),
        title=f"Remove {_short(name)} from {_short(policy)}",
        cost=UNTRUST_WIDE if wide else UNTRUST,
    )


def _breadth(statement: Statement) -> int:
    """Say how much else goes with the statement."""
    actions = statement.action or ("*",)
    if any(action in {"*", "*:*"} for action in actions):
        return 3
    wide = any(action.endswith(":*") for action in actions)
    return 2 if wide else min(len(actions) - 1, 2)


def _short(text: str) -> str:
    """Name a thing for people: the end of an ARN, the kind of policy kept."""
    place, _, what = text.partition("#")
    tail = place.split(":", 5)[-1] if place.startswith("arn:") else place
    if not what:
        return tail
    kind, _, name = what.partition("/")
    return f"{name or kind + ' policy'} of {tail}"
