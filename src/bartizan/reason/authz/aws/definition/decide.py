# SPDX-License-Identifier: Apache-2.0
"""Decides one request as AWS does, step by step.

The numbers follow "Determining whether a request is allowed or denied within an account",
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
and across accounts "Cross-account policy evaluation logic",
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html.
Each step is answered with yes, no, or what would have to be known.
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from bartizan.model.evidence import Evidence
from bartizan.model.verdict import Allowed, Denied, Unknown
from bartizan.reason.authz.aws.definition import rules, scope
from bartizan.reason.authz.aws.definition.context import Surroundings
from bartizan.reason.authz.aws.definition.grants import read_grants
from bartizan.reason.authz.aws.definition.reading import Memory, Reading
from bartizan.reason.authz.aws.definition.statement import Ask
from bartizan.reason.authz.aws.definition.truth import (
    Maybe,
    Truth,
    all_of,
    any_of,
    maybe,
    negation,
)
from bartizan.reason.authz.aws.policy.publicness import is_public
from bartizan.reason.authz.aws.request import (
    Attached,
    Caller,
    Decision,
    Level,
    Policies,
    Request,
)


class _Limit(Struct, frozen=True):
    """A kind of policy that must allow beside whatever grants."""

    kind: str
    allows: Truth
    rule: str


class _Readings(Struct, frozen=True):
    """What each kind of policy says."""

    scp: tuple[Reading, ...] | None
    rcp: tuple[Reading, ...] | None
    endpoint: Reading | None
    resource: Reading
    grants: Reading
    identity: Reading
    boundary: Reading | None
    session: Reading | None

    def each(self) -> Iterator[Reading]:
        """Yield all of them in the order of the vendor's page."""
        yield from self.rcp or ()
        yield from self.scp or ()
        for reading in (self.endpoint, self.resource, self.identity, self.boundary, self.session):
            if reading is not None:
                yield reading


def decide(request: Request, policies: Policies) -> Decision:
    """Decide `request` under `policies`."""
    if scope.is_exempt(request):
        return Decision(verdict=Allowed(()), by="exempt", explicit=False, rule=rules.EXEMPT)
    arn, possible = scope.seen(request.action, request.resource.arn)
    ask = Ask(
        who=request.principal,
        action=request.action.lower(),
        resource=arn,
        surroundings=Surroundings(request),
        bounded=policies.boundary is not None,
    )
    said = _read(request, policies, ask)
    # (1) Deny evaluation: one explicit deny anywhere settles it.
    denied = any_of([reading.denies for reading in said.each()])
    if denied is True:
        return _explicitly_denied(said)
    refusal = rules.NO_SUCH_REQUEST if possible is False else scope.refusal(request)
    if refusal:
        return _denied("identity", refusal)
    if policies.missing:
        return _unknown((Maybe(policies.missing), denied))
    # (2) Resource control policies, service control policies and the endpoint each limit, and so
    # does the block of public access.
    known = _Limit("identity", possible, rules.NO_SUCH_REQUEST)
    limits = (known, *_limits(said), _public_block(request, policies))
    # (3) Resource-based policies, identity-based policies, boundaries and session policies.
    return _combined(denied, limits, _granted(request, said))


def _combined(denied: Truth, limits: Sequence[_Limit], granted: "_Granted") -> Decision:
    """Say what follows when no explicit deny is certain."""
    for limit in limits:
        if limit.allows is False:
            return _denied(limit.kind, limit.rule)
    if granted.truth is False:
        return _denied(granted.kind, granted.rule)
    certain = all_of((negation(denied), *(limit.allows for limit in limits), granted.truth))
    if isinstance(certain, Maybe):
        return _unknown((certain,))
    return Decision(
        verdict=Allowed(granted.because),
        by=granted.kind,
        explicit=False,
        rule=granted.rule,
        sides=granted.sides,
    )


def _read(request: Request, policies: Policies, ask: Ask) -> _Readings:
    """Read every kind of policy that has a say in the request."""
    memory = _memory(policies, ask)
    own = scope.is_member(request.principal.type)
    resource = policies.resource if scope.resource_policy_counts(request) else None
    limited, theirs = scope.limited_by_scp(request), scope.limited_by_rcp(request)
    return _Readings(
        scp=_levels("scp", policies.scp, ask, memory) if limited else None,
        rcp=_levels("rcp", policies.rcp, ask, memory) if theirs else None,
        endpoint=_optional("endpoint", policies.endpoint, ask, memory),
        resource=memory.read_all("resource", (resource,) if resource else (), ask),
        grants=read_grants(policies.kms_grants, ask, missing=policies.grants_missing),
        identity=memory.read_all("identity", policies.identity if own else (), ask),
        boundary=_optional("boundary", policies.boundary if own else None, ask, memory),
        session=_session(request, policies, ask, memory),
    )


def _memory(policies: Policies, ask: Ask) -> Memory:
    """Return what policies were found to say of the same request, when less was known of it."""
    key = (ask.who, ask.action, ask.resource, ask.bounded)
    found: Memory = policies.remembered.setdefault(key, Memory())
    return found


def _levels(
    kind: str, levels: Sequence[Level] | None, ask: Ask, memory: Memory
) -> tuple[Reading, ...] | None:
    if levels is None:
        return None
    every = enumerate(levels)
    return tuple(memory.read_all(kind, one.policies, ask, level=n) for n, one in every)


def _optional(
    kind: str, documents: Sequence[Attached] | None, ask: Ask, memory: Memory
) -> Reading | None:
    return None if documents is None else memory.read_all(kind, documents, ask)


def _session(request: Request, policies: Policies, ask: Ask, memory: Memory) -> Reading | None:
    """A federated user's session without a session policy has no permissions of its own
    (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html).
    """
    if request.principal.type is Caller.FEDERATED_USER and policies.session is None:
        return memory.read_all("session", (), ask)
    if request.principal.type not in {Caller.ROLE, Caller.FEDERATED_USER}:
        return None
    return _optional("session", policies.session, ask, memory)


def _limits(said: _Readings) -> Iterator[_Limit]:
    """Yield what must allow at every level."""
    if said.rcp is not None:
        yield _Limit("rcp", all_of(level.allows() for level in said.rcp), rules.RCP)
    if said.scp is not None:
        yield _Limit("scp", all_of(level.allows() for level in said.scp), rules.SCP)
    if said.endpoint is not None:
        yield _Limit("endpoint", said.endpoint.allows(), rules.ENDPOINT)


def _public_block(request: Request, policies: Policies) -> _Limit:
    """Setting RestrictPublicBuckets; one that was not read may be on."""
    allows: Truth = True
    block = policies.block_public_access
    if block and policies.resource is not None and scope.block_applies(request, policies):
        document = policies.resource.document
        if document is None:
            allows = maybe(policies.resource.missing or policies.resource.id)
        elif is_public(document):
            allows = False if block.restrict_public_buckets else Maybe(block.missing)
    return _Limit("block-public-access", allows, rules.PUBLIC_BLOCK)


class _Granted(Struct, frozen=True):
    """Whether something grants the request, and what."""

    truth: Truth
    kind: str
    rule: str
    because: tuple[Evidence, ...] = ()
    sides: tuple[tuple[Evidence, ...], ...] = ()


def _refused(kind: str, rule: str) -> _Granted:
    return _Granted(truth=False, kind=kind, rule=rule)


def _granted(request: Request, said: _Readings) -> _Granted:
    """Combine what grants with what limits the caller's own side."""
    owner = scope.owner(request)
    caller = request.principal
    if not scope.is_member(caller.type):
        return _from_resource_alone(said)
    if not owner:
        return _owner_unknown(request, said)
    if caller.account != owner:
        return _across(request, said)
    return _within(request, said)


def _owner_unknown(request: Request, said: _Readings) -> _Granted:
    """Without knowing whose the resource is, only what neither account allows is settled."""
    across, within = _across(request, said), _within(request, said)
    if across.truth is False and within.truth is False:
        return across
    doubts = [truth for truth in (across.truth, within.truth) if isinstance(truth, Maybe)]
    unknown = all_of((maybe(f"account of {request.resource.arn}"), *doubts))
    return _Granted(unknown, "resource", rules.NOT_KNOWN)


def _from_resource_alone(said: _Readings) -> _Granted:
    """Services, anonymous callers and holders of a foreign token have no policies of their own:
    the resource's decide.
    """
    truth = any_of((said.resource.allows(), said.grants.allows()))
    because = (*said.resource.granting, *said.grants.granting)
    whole = (*because, *said.resource.possible, *said.grants.possible)
    kind = "resource" if said.resource.granting or not said.grants.granting else "grant"
    rule = rules.NOTHING_ALLOWS if truth is False else rules.RESOURCE_ALLOWS
    return _Granted(truth, kind, rule, because, (whole,))


def _own_side(request: Request, said: _Readings) -> Truth:
    """Return whether the caller's own policies grant it: the root user's are without limit."""
    return True if request.principal.type is Caller.ROOT else said.identity.allows()


def _bounds(said: _Readings) -> tuple[_Limit, ...]:
    """Return the limits on what a principal was given: boundary and session policy."""
    found = []
    if said.boundary is not None:
        found.append(_Limit("boundary", said.boundary.allows(), rules.BOUNDARY))
    if said.session is not None:
        found.append(_Limit("session", said.session.allows(), rules.SESSION))
    return tuple(found)


def _within(request: Request, said: _Readings) -> _Granted:
    """Decide within one account, by the table "Resource-based policies and implicit denies in
    other policy types".
    """
    resource, grants = said.resource, said.grants
    bounds = _bounds(said)
    bounded = all_of(limit.allows for limit in bounds)
    named = scope.must_be_named(request)
    # (a) A user, a session or everyone named by the resource: no implicit deny limits that.
    direct = any_of((resource.direct, grants.direct))
    # (b) A role named by the resource: its boundary and session policy still limit.
    role = all_of((any_of((resource.role, grants.role)), bounded))
    # (c) The identity policies, within boundary and session policy; for a role's trust and for
    # a key only where the resource's policy leaves it to the account.
    delegated = any_of((resource.account, grants.account)) if named else True
    own = all_of((_own_side(request, said), bounded, delegated))
    truth = any_of((direct, role, own))
    if truth is False:
        return _refused_within(request, said, named=named)
    kind, rule = _reason_within(request, said, direct=direct, role=role, own=own)
    return _Granted(truth, kind, rule, *_sides_within(request, said, named=named))


def _reason_within(
    request: Request, said: _Readings, *, direct: Truth, role: Truth, own: Truth
) -> tuple[str, str]:
    if own is True:
        if request.principal.type is Caller.ROOT:
            return "root", rules.ROOT
        return "identity", rules.IDENTITY_ALLOWS
    if said.resource.direct is True or (role is True and said.resource.role is True):
        return "resource", rules.RESOURCE_ALLOWS
    if direct is True or role is True:
        return "grant", rules.GRANT
    return "identity", rules.NOT_KNOWN


def _refused_within(request: Request, said: _Readings, *, named: bool) -> _Granted:
    """Say which step found no allow."""
    own = _own_side(request, said)
    if named and said.resource.allows() is False and said.grants.allows() is False:
        return _refused("resource", rules.MUST_BE_NAMED)
    if own is False and (said.resource.role is not False or said.grants.role is not False):
        own = True
    if own is False:
        rule = rules.DELEGATED if named else rules.NOTHING_ALLOWS
        return _refused("identity", rule)
    for limit in _bounds(said):
        if limit.allows is False:
            return _refused(limit.kind, limit.rule)
    return _refused("identity", rules.NOTHING_ALLOWS)


def _sides_within(
    request: Request, said: _Readings, *, named: bool
) -> tuple[tuple[Evidence, ...], tuple[tuple[Evidence, ...], ...]]:
    """Return what allows, and the groups of which each must keep something."""
    resource, grants = said.resource, said.grants
    account = [*resource.by_account, *grants.by_account]
    named_self = [
        item
        for item in (*resource.granting, *grants.granting, *resource.possible, *grants.possible)
        if item not in account
    ]
    certain = [
        item
        for item in (*said.identity.granting, *resource.granting, *grants.granting)
        if named or item not in account
    ]
    own = (*said.identity.granting, *said.identity.possible)
    is_root = request.principal.type is Caller.ROOT
    sides = [] if is_root else [(*own, *named_self)]
    if named:
        sides.append((*account, *named_self))
    return tuple(certain), tuple(sides)


def _across(request: Request, said: _Readings) -> _Granted:
    """Decide across accounts: each account decides for its own side, and no way of naming the
    caller frees it from its own account's policies.
    """
    bounds = _bounds(said)
    own = _own_side(request, said)
    theirs = any_of((said.resource.allows(), said.grants.allows()))
    truth = all_of((own, theirs, *(limit.allows for limit in bounds)))
    if theirs is False:
        return _refused("resource", rules.RESOURCE_SIDE)
    if own is False:
        return _refused("identity", rules.CALLER_SIDE)
    for limit in bounds:
        if limit.allows is False:
            return _refused(limit.kind, limit.rule)
    granting = (*said.resource.granting, *said.grants.granting)
    side = (*granting, *said.resource.possible, *said.grants.possible)
    mine = (*said.identity.granting, *said.identity.possible)
    sides = (side,) if request.principal.type is Caller.ROOT else (mine, side)
    because = (*said.identity.granting, *granting)
    return _Granted(truth, "resource", rules.BOTH_ALLOW, because, sides)


def _explicitly_denied(said: _Readings) -> Decision:
    because = [item for reading in said.each() for item in reading.denying]
    first = next(reading.kind for reading in said.each() if reading.denying)
    return Decision(
        verdict=Denied(tuple(because)), by=first, explicit=True, rule=rules.EXPLICIT_DENY
    )


def _denied(by: str, rule: str) -> Decision:
    return Decision(verdict=Denied(), by=by, explicit=False, rule=rule)


def _unknown(truths: Sequence[Truth]) -> Decision:
    missing = {name for truth in truths if isinstance(truth, Maybe) for name in truth.missing}
    return Decision(
        verdict=Unknown(tuple(sorted(missing))),
        by="",
        explicit=False,
        rule=rules.NOT_KNOWN,
    )
