# SPDX-License-Identifier: Apache-2.0
"""Theorems that hold for every request and every set of policies."""

from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bartizan.model.verdict import Allowed, Denied, Unknown
from bartizan.reason.authz.aws.definition.decide import decide
from bartizan.reason.authz.aws.policy.document import (
    ConditionTest,
    Document,
    Effect,
    Principals,
    Statement,
)
from bartizan.reason.authz.aws.request import (
    Attached,
    Caller,
    Context,
    Decision,
    Level,
    Policies,
    Request,
    RequestPrincipal,
    RequestResource,
)

T = TypeVar("T")
HOME, AWAY = "111111111111", "222222222222"
ROLE = f"arn:aws:iam::{HOME}:role/r"
SESSION = f"arn:aws:sts::{HOME}:assumed-role/r/s"
USER = f"arn:aws:iam::{HOME}:user/u"
KEYS = ("aws:SourceIp", "aws:PrincipalTag/team", "aws:TagKeys", "aws:UserAgent")

CALLERS = (
    RequestPrincipal(arn=ROLE, type=Caller.ROLE, account=HOME, session=SESSION),
    RequestPrincipal(arn=USER, type=Caller.USER, account=HOME, organization="o-1"),
    RequestPrincipal(arn=f"arn:aws:iam::{HOME}:root", type=Caller.ROOT, account=HOME),
    RequestPrincipal(arn="logs.amazonaws.com", type=Caller.SERVICE),
    RequestPrincipal(arn="", type=Caller.ANONYMOUS),
)
RESOURCES = (
    ("s3:GetObject", RequestResource(arn="arn:aws:s3:::b/k", account=HOME)),
    ("s3:GetObject", RequestResource(arn="arn:aws:s3:::b/k", account=AWAY)),
    ("kms:Decrypt", RequestResource(arn=f"arn:aws:kms:us-east-1:{HOME}:key/k", account=HOME)),
    ("sts:AssumeRole", RequestResource(arn=f"arn:aws:iam::{HOME}:role/t", account=HOME)),
    ("sts:AssumeRole", RequestResource(arn=f"arn:aws:iam::{AWAY}:role/t", account=AWAY)),
)
VALUES = {
    "aws:SourceIp": ("10.1.1.1", "203.0.113.9"),
    "aws:PrincipalTag/team": ("red", "blue", "k"),
    "aws:TagKeys": (("a",), ("a", "b"), ()),
    "aws:UserAgent": ("x", "curl"),
}
TESTS = (
    ConditionTest("IpAddress", "aws:SourceIp", ("10.0.0.0/8",)),
    ConditionTest("NotIpAddress", "aws:SourceIp", ("10.0.0.0/8",)),
    ConditionTest("StringEquals", "aws:PrincipalTag/team", ("red",)),
    ConditionTest("StringNotEqualsIfExists", "aws:PrincipalTag/team", ("red",)),
    ConditionTest("StringNotEquals", "aws:UserAgent", ("${aws:PrincipalTag/team}",)),
    ConditionTest("ForAllValues:StringEquals", "aws:TagKeys", ("a",)),
    ConditionTest("ForAnyValue:StringNotEquals", "aws:TagKeys", ("a",)),
    ConditionTest("Null", "aws:TagKeys", ("true",)),
)
ACTIONS = (("*",), ("s3:*",), ("s3:Get*", "kms:*"), ("sts:*",), ("ec2:*",))
PATTERNS = (("*",), ("arn:aws:s3:::b/*",), ("arn:aws:s3:::*/${aws:PrincipalTag/team}",))
NAMED = (
    Principals(any=True),
    Principals(aws=(ROLE,)),
    Principals(aws=(SESSION,)),
    Principals(aws=(USER,)),
    Principals(aws=(HOME,)),
    Principals(aws=(ROLE, f"arn:aws:iam::{HOME}:root")),
    Principals(service=("logs.amazonaws.com",)),
)


def _either(draw: st.DrawFn, values: tuple[T, ...]) -> tuple[T | None, T | None]:
    """Draw an element or its negated twin."""
    value = draw(st.sampled_from(values))
    return (None, value) if draw(st.integers(0, 4)) == 0 else (value, None)


@st.composite
def statements(draw: st.DrawFn, *, named: bool = False) -> Statement:
    effect = draw(st.sampled_from((Effect.ALLOW, Effect.ALLOW, Effect.DENY)))
    action, not_action = _either(draw, ACTIONS)
    resource, not_resource = _either(draw, PATTERNS)
    principal, not_principal = _either(draw, NAMED) if named else (None, None)
    return Statement(
        position=0,
        sid="",
        effect=effect,
        action=action,
        not_action=not_action,
        resource=resource,
        not_resource=not_resource,
        principal=principal,
        not_principal=not_principal,
        conditions=tuple(draw(st.lists(st.sampled_from(TESTS), max_size=2))),
        text="",
    )


@st.composite
def attached(draw: st.DrawFn, *, named: bool = False) -> Attached:
    if draw(st.integers(0, 9)) == 0:
        return Attached(id="p", document=None, missing="read of p")
    version = draw(st.sampled_from(("2012-10-17", "2012-10-17", "2008-10-17")))
    body = draw(st.lists(statements(named=named), max_size=3))
    return Attached(id="p", document=Document(version, tuple(body)))


def _several(*, named: bool = False) -> st.SearchStrategy[tuple[Attached, ...]]:
    return st.lists(attached(named=named), max_size=2).map(tuple)


def _levels(*, named: bool = False) -> st.SearchStrategy[tuple[Level, ...] | None]:
    level = _several(named=named).map(lambda found: Level(target="t", policies=found))
    return st.none() | st.lists(level, max_size=2).map(tuple)


policies = st.builds(
    Policies,
    identity=_several(),
    boundary=st.none() | _several(),
    session=st.none() | _several(),
    resource=st.none() | attached(named=True),
    scp=_levels(),
    rcp=_levels(named=True),
    endpoint=st.none() | _several(named=True),
)


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    values = {
        key: draw(st.sampled_from(VALUES[key])) for key in KEYS if draw(st.integers(0, 2)) > 0
    }
    return Context(values=values, complete=draw(st.booleans()))


@st.composite
def requests(draw: st.DrawFn) -> Request:
    action, resource = draw(st.sampled_from(RESOURCES))
    who = draw(st.sampled_from(CALLERS))
    return Request(principal=who, action=action, resource=resource, context=draw(contexts()))


def _all(effect: Effect, *, named: bool = False) -> Attached:
    everything = Statement(
        position=0,
        sid="",
        effect=effect,
        action=("*",),
        not_action=None,
        resource=("*",),
        not_resource=None,
        principal=Principals(any=True) if named else None,
        not_principal=None,
        conditions=(),
        text="",
    )
    return Attached(id="all", document=Document("2012-10-17", (everything,)))


def _openness(decision: Decision) -> int:
    """Order the verdicts: denied, unknown, allowed."""
    match decision.verdict:
        case Denied():
            return 0
        case Unknown():
            return 1
        case Allowed():
            return 2


def _member(request: Request) -> bool:
    return bool(request.principal.account)


@given(requests(), policies)
def test_deny_wins(request: Request, said: Policies) -> None:
    after = decide(request, replace(said, endpoint=(_all(Effect.DENY, named=True),)))

    assert isinstance(after.verdict, Denied)
    assert after.explicit


@given(requests(), policies, st.lists(contexts(), max_size=12), st.sampled_from(CALLERS))
def test_what_was_found_of_a_request_never_changes_what_is_found_of_another(
    request: Request, said: Policies, held: list[Context], who: RequestPrincipal
) -> None:
    fresh = replace(said)
    asked = [replace(request, context=context) for context in held]
    for one in (request, *asked, replace(request, principal=who), *asked, request):
        assert decide(one, said) == decide(one, replace(fresh))


@given(requests())
def test_default_deny(request: Request) -> None:
    found = decide(request, Policies())

    own_root = request.principal.type is Caller.ROOT and request.resource.account == HOME
    trusted_only = request.action in {"kms:Decrypt", "sts:AssumeRole"}
    assert isinstance(found.verdict, Allowed) == (own_root and not trusted_only)


@given(requests(), policies)
def test_order_of_statements_irrelevant(request: Request, said: Policies) -> None:
    def turned(found: tuple[Attached, ...]) -> tuple[Attached, ...]:
        return tuple(
            item
            if item.document is None
            else replace(
                item,
                document=Document(item.document.version, item.document.statements[::-1]),
            )
            for item in reversed(found)
        )

    resource = None if said.resource is None else turned((said.resource,))[0]
    after = decide(request, replace(said, identity=turned(said.identity), resource=resource))

    before = decide(request, said)
    assert _openness(after) == _openness(before)
    assert set(after.missing) == set(before.missing)


@given(requests(), policies)
def test_more_grants_never_close(request: Request, said: Policies) -> None:
    before = decide(request, said)

    for more in (
        replace(said, identity=(*said.identity, _all(Effect.ALLOW))),
        replace(said, boundary=None),
        replace(said, scp=None),
    ):
        # Without a boundary a deny by exception may spare whom it could not spare before.
        assert _openness(decide(request, more)) >= _openness(before)


@given(requests(), policies, statements())
def test_more_denies_and_limits_never_open(
    request: Request, said: Policies, extra: Statement
) -> None:
    before = decide(request, said)
    limit = Attached(id="new", document=Document("2012-10-17", (extra,)))
    deny = replace(limit, document=Document("2012-10-17", (replace(extra, effect=Effect.DENY),)))

    lesser = [
        replace(said, identity=(*said.identity, deny)),
        replace(said, scp=(*(said.scp or ()), Level(target="new", policies=(limit,)))),
    ]
    if said.boundary is None:
        lesser.append(replace(said, boundary=(limit,)))
    for less in lesser:
        assert _openness(decide(request, less)) <= _openness(before)


@given(requests(), policies)
def test_across_accounts_both_sides_are_needed(request: Request, said: Policies) -> None:
    if not _member(request) or request.resource.account == HOME:
        return
    without_theirs = decide(request, replace(said, resource=None))
    without_mine = decide(request, replace(said, identity=()))

    assert isinstance(without_theirs.verdict, Denied)
    if request.principal.type is not Caller.ROOT:
        assert isinstance(without_mine.verdict, Denied)


@given(requests(), policies, st.data())
def test_more_knowledge_never_contradicts(
    request: Request, said: Policies, data: st.DataObject
) -> None:
    """What was decided in part-darkness stands when a key becomes known or a document is read."""
    before = decide(request, said)
    added = {
        key: data.draw(st.sampled_from(VALUES[key]))
        for key in KEYS
        if key not in request.context.values and not request.context.complete
    }
    context = Context(values={**added, **request.context.values}, complete=True)

    def known(item: Attached, *, named: bool = False) -> Attached:
        return data.draw(attached(named=named)) if item.document is None else item

    resource = said.resource and known(said.resource, named=True)
    read = replace(said, identity=tuple(known(item) for item in said.identity), resource=resource)
    after = decide(replace(request, context=context), read)

    if not isinstance(before.verdict, Unknown):
        assert _openness(after) == _openness(before)


@given(requests(), policies)
def test_taking_one_side_away_closes(request: Request, said: Policies) -> None:
    """Each group of `sides` is enough to undo what was allowed."""
    apart = replace(
        said,
        identity=tuple(_numbered(item, f"identity-{n}") for n, item in enumerate(said.identity)),
        resource=said.resource and _numbered(said.resource, "resource"),
    )
    before = decide(request, apart)
    for side in before.sides:
        gone = {(item.subject, item.position) for item in side}

        resource = apart.resource and _without(apart.resource, gone)
        identity = tuple(_without(item, gone) for item in apart.identity)
        after = decide(request, replace(apart, identity=identity, resource=resource))
        assert not after.allowed


def _numbered(item: Attached, name: str) -> Attached:
    if item.document is None:
        return replace(item, id=name)
    body = tuple(replace(s, position=n) for n, s in enumerate(item.document.statements))
    return Attached(id=name, document=Document(item.document.version, body))


def _without(item: Attached, gone: set[tuple[str, int | None]]) -> Attached:
    if item.document is None:
        return item
    body = tuple(s for s in item.document.statements if (item.id, s.position) not in gone)
    return replace(item, document=Document(item.document.version, body))
