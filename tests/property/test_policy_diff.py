# SPDX-License-Identifier: Apache-2.0
"""Theorems about the comparison of two policies."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bartizan.model.verdict import Allowed, Denied
from bartizan.reason.authz.aws.definition.decide import decide
from bartizan.reason.authz.aws.diff.within import Within, within
from bartizan.reason.authz.aws.diff.witness import policies
from bartizan.reason.authz.aws.policy.document import (
    ConditionTest,
    Document,
    Effect,
    Principals,
    Statement,
)
from bartizan.reason.authz.aws.request import (
    Caller,
    Context,
    Request,
    RequestPrincipal,
    RequestResource,
)

HOME = "111111111111"
ROLE = RequestPrincipal(
    arn=f"arn:aws:iam::{HOME}:role/r",
    type=Caller.ROLE,
    account=HOME,
    session=f"arn:aws:sts::{HOME}:assumed-role/r/s",
    unique_id="AROA1",
)
USER = RequestPrincipal(
    arn=f"arn:aws:iam::{HOME}:user/bob", type=Caller.USER, account=HOME, unique_id="AIDA1"
)
ACTIONS = ("*", "s3:*", "s3:Get*", "s3:GetObject", "s3:*Object", "s3:?etObject", "*:Get*", "iam:*")
RESOURCES = (
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b*",
    "arn:aws:s3:::b/k",
    "arn:aws:s3:::b/?",
    "arn:*:s3:::b/*",
    "arn:aws:s3:::*/${aws:username}",
    "arn:aws:s3:::b/${aws:PrincipalTag/team, 'k'}",
    "arn:aws:iam::*:user/*",
    "arn:aws:s3",
)
TESTS = (
    ConditionTest("IpAddress", "aws:SourceIp", ("10.0.0.0/8",)),
    ConditionTest("NotIpAddress", "aws:SourceIp", ("10.0.0.0/9", "10.128.0.0/9")),
    ConditionTest("StringEquals", "aws:PrincipalTag/team", ("k", "red")),
    ConditionTest("StringNotEquals", "aws:PrincipalTag/team", ("k",)),
    ConditionTest("StringLikeIfExists", "aws:PrincipalTag/team", ("r*", "?")),
    ConditionTest("StringEqualsIgnoreCase", "aws:PrincipalTag/team", ("RED",)),
    ConditionTest("StringNotEquals", "aws:UserAgent", ("${aws:PrincipalTag/team}",)),
    ConditionTest("ForAllValues:StringEquals", "aws:TagKeys", ("a",)),
    ConditionTest("ForAllValues:StringLike", "aws:TagKeys", ("a*", "b")),
    ConditionTest("ForAnyValue:StringNotEquals", "aws:TagKeys", ("a",)),
    ConditionTest("ForAnyValue:StringEquals", "aws:TagKeys", ("b",)),
    ConditionTest("StringEquals", "aws:TagKeys", ("b",)),
    ConditionTest("Null", "aws:TagKeys", ("true",)),
    ConditionTest("Bool", "aws:SecureTransport", ("true",)),
    ConditionTest("NumericLessThan", "s3:max-keys", ("10",)),
    ConditionTest("NumericGreaterThanEquals", "s3:max-keys", ("10", "20")),
    ConditionTest("ArnLike", "aws:PrincipalArn", ("arn:aws:iam::*:role/*",)),
    ConditionTest("StringLike", "aws:PrincipalArn", ("arn:aws:iam::*:user/b*",)),
)
VALUES: dict[str, tuple[str | tuple[str, ...], ...]] = {
    "aws:SourceIp": ("10.1.1.1", "10.200.0.1", "203.0.113.9"),
    "aws:PrincipalTag/team": ("red", "RED", "k", "x"),
    "aws:TagKeys": (("a",), ("a", "b"), ("b",), ("aa", "c"), ("",), ()),
    "aws:UserAgent": ("x", "red"),
    "aws:SecureTransport": ("true", "false"),
    "s3:max-keys": ("9.5", "10", "15", "x"),
}
ASKED = (
    ("s3:GetObject", "arn:aws:s3:::b/k"),
    ("s3:GetObject", "arn:aws:s3:::b/bob"),
    ("s3:GetObject", "arn:aws:s3:::b2/x/y"),
    ("s3:PutObject", "arn:aws:s3:::b/k"),
    ("s3:ListBucket", "arn:aws:s3:::b"),
    ("s3:GetWonder", "arn:aws:s3:::b/k"),
    ("s3:ListAllMyBuckets", "*"),
    ("iam:GetUser", f"arn:aws:iam::{HOME}:user/bob"),
    ("wonder:GetObject", "arn:aws:wonder:::b/k"),
)


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    def several(of: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(draw(st.lists(st.sampled_from(of), min_size=1, max_size=2)))

    actions, resources = several(ACTIONS), several(RESOURCES)
    not_action, not_resource = draw(st.integers(0, 5)) == 0, draw(st.integers(0, 5)) == 0
    return Statement(
        position=0,
        sid="",
        effect=draw(st.sampled_from((Effect.ALLOW, Effect.ALLOW, Effect.DENY))),
        action=None if not_action else actions,
        not_action=actions if not_action else None,
        resource=None if not_resource else resources,
        not_resource=resources if not_resource else None,
        principal=None,
        not_principal=None,
        conditions=tuple(draw(st.lists(st.sampled_from(TESTS), max_size=2))),
        text="",
    )


AWAY = "222222222222"
NAMED = (
    Principals(any=True),
    Principals(any=True),
    Principals(aws=(ROLE.arn,)),
    Principals(aws=(ROLE.session,)),
    Principals(aws=(USER.arn, HOME)),
    Principals(aws=(f"arn:aws:iam::{HOME}:root",)),
    Principals(aws=("AROA1",)),
    Principals(service=("logs.amazonaws.com",)),
    Principals(federated=("accounts.google.com",)),
)
CALLERS = (
    ROLE,
    USER,
    replace(ROLE, session=f"arn:aws:sts::{HOME}:assumed-role/r/t", unique_id="AROA2"),
    RequestPrincipal(
        arn="arn:aws:iam::333333333333:role/r",
        type=Caller.ROLE,
        account="333333333333",
        session="arn:aws:sts::333333333333:assumed-role/r/s",
        unique_id="AROA3",
    ),
    RequestPrincipal(arn=f"arn:aws:iam::{HOME}:root", type=Caller.ROOT, account=HOME),
    RequestPrincipal(arn="logs.amazonaws.com", type=Caller.SERVICE),
    RequestPrincipal(arn="accounts.google.com", type=Caller.OIDC),
    RequestPrincipal(arn="", type=Caller.ANONYMOUS),
)
ASKED_OF_OTHERS = (
    *ASKED[:5],
    ("kms:Decrypt", f"arn:aws:kms:us-east-1:{HOME}:key/k"),
    ("sqs:SendMessage", f"arn:aws:sqs:us-east-1:{HOME}:q"),
)


@st.composite
def naming(draw: st.DrawFn, *, trust: bool = False) -> Statement:
    """Draw a statement that names callers."""
    element = draw(st.sampled_from(NAMED))
    negated = draw(st.integers(0, 5)) == 0 and not trust
    one = draw(statements())
    return replace(
        one,
        action=("sts:*",) if trust else one.action and (*one.action, "sqs:*", "kms:*"),
        not_action=None if trust else one.not_action,
        resource=None if trust else one.resource,
        not_resource=None if trust else one.not_resource,
        principal=None if negated else element,
        not_principal=element if negated else None,
    )


@st.composite
def naming_documents(draw: st.DrawFn, *, trust: bool = False) -> Document:
    return Document("2012-10-17", tuple(draw(st.lists(naming(trust=trust), max_size=3))))


@st.composite
def naming_requests(draw: st.DrawFn, *, kind: str) -> Request:
    request = draw(requests())
    action, arn = draw(st.sampled_from(ASKED_OF_OTHERS))
    if kind == "trust":
        action = draw(st.sampled_from(("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity")))
        arn = f"arn:aws:iam::{AWAY}:role/t"
    owner = arn.split(":")[4] or draw(st.sampled_from((HOME, AWAY)))
    who = draw(st.sampled_from(CALLERS))
    if who.type is Caller.ROOT and owner == who.account:
        # What it may do in its own account no policy of a resource gives it.
        who = ROLE
    return replace(
        request,
        principal=who,
        action=action,
        resource=RequestResource(arn=arn, account=owner),
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    version = draw(st.sampled_from(("2012-10-17", "2012-10-17", "2008-10-17")))
    return Document(version, tuple(draw(st.lists(statements(), max_size=3))))


@st.composite
def requests(draw: st.DrawFn) -> Request:
    action, arn = draw(st.sampled_from(ASKED))
    values = {key: draw(st.sampled_from(VALUES[key])) for key in VALUES if draw(st.booleans())}
    return Request(
        principal=draw(st.sampled_from((ROLE, USER))),
        action=action,
        resource=RequestResource(arn=arn, account=HOME),
        context=Context(values=values, complete=True),
    )


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Document, Document]:
    """Draw two policies that are like each other."""
    old = draw(documents())
    new = draw(documents())
    shared = tuple(s for s in old.statements if draw(st.booleans()))
    return old, replace(new, statements=new.statements[: draw(st.integers(0, 3))] + shared)


types = st.sampled_from(("identity", "identity", "scp", "boundary"))
COMMON = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def _verdicts(pair: tuple[Document, Document], request: Request, kind: str) -> list[type]:
    return [
        type(decide(request, policies(document, request, type=kind)).verdict) for document in pair
    ]


@given(pairs(), st.lists(requests(), min_size=8, max_size=8), types)
@COMMON
def test_what_is_proved_within_no_request_refutes(
    pair: tuple[Document, Document], asked: list[Request], kind: str
) -> None:
    found = within(*pair, type=kind)

    for request in asked:
        if found.holds:
            assert _verdicts(pair, request, kind) != [Allowed, Denied]


@given(pairs(), types)
@COMMON
def test_a_witness_is_true(pair: tuple[Document, Document], kind: str) -> None:
    found = within(*pair, type=kind)

    assert (found.holds is False) is (found.witness is not None)
    if found.witness is not None:
        assert _verdicts(pair, found.witness.request, kind) == [Allowed, Denied]


@given(documents(), types)
def test_within_is_reflexive(document: Document, kind: str) -> None:
    assert within(document, document, type=kind) == Within(holds=True)


@given(pairs(), documents())
@COMMON
def test_within_is_transitive_where_decided(
    pair: tuple[Document, Document], third: Document
) -> None:
    first, second = pair
    steps = within(first, second), within(second, third)

    if all(step.holds for step in steps):
        assert within(first, third).holds is not False


@given(documents(), statements())
@COMMON
def test_adding_an_allow_never_shrinks(document: Document, more: Statement) -> None:
    grown = replace(
        document, statements=(*document.statements, replace(more, effect=Effect.ALLOW))
    )

    assert within(document, grown).holds


@given(documents(), statements())
@COMMON
def test_adding_a_deny_never_widens(document: Document, more: Statement) -> None:
    cut = replace(document, statements=(*document.statements, replace(more, effect=Effect.DENY)))

    assert within(cut, document).holds


@pytest.mark.parametrize("kind", ["resource", "rcp", "trust"])
@given(data=st.data())
@COMMON
def test_what_is_proved_of_policies_that_name_callers_no_request_refutes(
    kind: str, data: st.DataObject
) -> None:
    old, more = (data.draw(naming_documents(trust=kind == "trust")) for _ in range(2))
    kept = tuple(s for s in old.statements if data.draw(st.booleans()))
    new = replace(more, statements=more.statements[: data.draw(st.integers(0, 2))] + kept)

    found = within(old, new, type=kind)

    if found.witness is not None:
        assert _verdicts((old, new), found.witness.request, kind) == [Allowed, Denied]
    for request in data.draw(st.lists(naming_requests(kind=kind), min_size=8, max_size=8)):
        if found.holds:
            assert _verdicts((old, new), request, kind) != [Allowed, Denied]
