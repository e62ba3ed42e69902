# SPDX-License-Identifier: Apache-2.0
"""Theorems about policies that are written anew: shorter, or narrowed to what is used."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bartizan.model.usage import Call, Use
from bartizan.model.verdict import Allowed, Denied
from bartizan.reason.authz.aws.definition.decide import decide
from bartizan.reason.authz.aws.policy.document import Document
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.request import (
    Attached,
    Caller,
    Context,
    Policies,
    Request,
    RequestPrincipal,
    RequestResource,
)
from bartizan.reason.authz.aws.rewrite.equivalence import no_wider
from bartizan.reason.authz.aws.rewrite.fit import fit
from bartizan.reason.authz.aws.rewrite.minimize import minimize
from bartizan.reason.authz.aws.usage.evidence import Claim
from tests.fakes.observed_use import HOME, ROLE, call, use

PROFILE = settings(max_examples=40, deadline=None)
FEWER = settings(max_examples=15, deadline=None)

BUCKET, OBJECT = "arn:aws:s3:::b", "arn:aws:s3:::b/k"
ACTIONS = ("*", "s3:*", "s3:Get*", "s3:GetObject", "S3:getobject", "s3:*Object", "sqs:*", "iam:*")
RESOURCES = ("*", "arn:aws:s3:::*", "arn:aws:s3:::b*", "arn:aws:s3:::b/*", BUCKET, OBJECT)
CONDITIONS: tuple[dict[str, Any], ...] = (
    {},
    {"Bool": {"aws:SecureTransport": "false"}},
    {"StringLike": {"aws:UserAgent": ["a*", "ab"]}},
    {"StringEquals": {"aws:UserAgent": "ab"}},
    {"StringNotLike": {"aws:UserAgent": ["a*", "ab"]}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
)
PRINCIPALS = (
    "*",
    {"AWS": HOME},
    {"AWS": [ROLE, HOME]},
    {"AWS": ["*", ROLE]},
    {"Service": "logs.amazonaws.com"},
)
CALLERS = (
    RequestPrincipal(arn=ROLE, type=Caller.ROLE, account=HOME),
    RequestPrincipal(arn=f"arn:aws:iam::{HOME}:user/u", type=Caller.USER, account=HOME),
    RequestPrincipal(arn="logs.amazonaws.com", type=Caller.SERVICE),
    RequestPrincipal(arn="", type=Caller.ANONYMOUS),
)
KEYS: Mapping[str, Sequence[Any]] = {
    "aws:SecureTransport": ("true", "false"),
    "aws:UserAgent": ("ab", "a", "x"),
    "aws:TagKeys": (("a",), ("c",), ("a", "b")),
}
ASKED = (
    ("s3:GetObject", OBJECT),
    ("s3:PutObject", OBJECT),
    ("s3:ListBucket", BUCKET),
    ("s3:ListAllMyBuckets", "*"),
    ("sqs:SendMessage", f"arn:aws:sqs:eu-west-1:{HOME}:q"),
    ("iam:GetRole", ROLE),
)
ALL = Attached(
    id="all",
    document=read(
        '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}', name="all"
    ),
)


@st.composite
def statements(draw: st.DrawFn, *, named: bool = False, narrow: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {"Effect": draw(st.sampled_from(("Allow", "Allow", "Deny")))}
    if named:
        found["Principal"] = draw(st.sampled_from(PRINCIPALS))
    # All actions of all services are known well enough, and slow to go through each time.
    for element, values in (("Action", ACTIONS[narrow:]), ("Resource", RESOURCES)):
        excluded = draw(st.integers(0, 5)) == 0 and not (narrow and element == "Action")
        twin = f"Not{element}" if excluded else element
        found[twin] = draw(st.lists(st.sampled_from(values), min_size=1, max_size=3))
    found["Condition"] = draw(st.sampled_from(CONDITIONS))
    return found


def texts(*, named: bool = False, narrow: bool = False) -> st.SearchStrategy[str]:
    held = st.lists(statements(named=named, narrow=narrow), min_size=1, max_size=4)
    return held.map(lambda some: json.dumps({"Version": "2012-10-17", "Statement": some}))


@st.composite
def requests(draw: st.DrawFn) -> Request:
    action, arn = draw(st.sampled_from(ASKED))
    values = {key: draw(st.sampled_from(KEYS[key])) for key in KEYS if draw(st.booleans())}
    return Request(
        principal=draw(st.sampled_from(CALLERS)),
        action=action,
        resource=RequestResource(arn=arn, account=HOME),
        context=Context(values=values, complete=True),
    )


def _said(request: Request, document: Document, *, named: bool) -> list[object]:
    """Decide with the document alone, and beside one that allows everything."""
    own = Attached(id="p", document=document)
    if named:
        alone, beside = Policies(resource=own), Policies(identity=(ALL,), resource=own)
    else:
        alone, beside = Policies(identity=(own,)), Policies(identity=(own, ALL))
    return [
        (type(found.verdict), found.explicit)
        for found in (decide(request, policies) for policies in (alone, beside))
    ]


@PROFILE
@given(texts(), st.lists(requests(), min_size=1, max_size=8))
def test_minimise_preserves(text: str, asked: list[Request]) -> None:
    short = minimize(text, name="p", type="identity").text
    old, new = read(text, name="p"), read(short, name="p")

    for request in asked:
        assert _said(request, old, named=False) == _said(request, new, named=False)


@PROFILE
@given(texts(named=True), st.lists(requests(), min_size=1, max_size=8))
def test_minimise_preserves_whom_a_resource_names(text: str, asked: list[Request]) -> None:
    short = minimize(text, name="p", type="resource").text
    old, new = read(text, name="p"), read(short, name="p")

    for request in asked:
        assert _said(request, old, named=True) == _said(request, new, named=True)


@PROFILE
@given(texts())
def test_minimise_never_grows(text: str) -> None:
    found = minimize(text, name="p", type="identity")
    again = minimize(found.text, name="p", type="identity")

    assert found.after <= found.before
    assert again.after == found.after


CALLS = (
    call("GetObject", resources=[OBJECT]),
    call("ListBuckets"),
    call("SendMessage", source="sqs", resources=[f"arn:aws:sqs:eu-west-1:{HOME}:q"]),
    call("GetRole", source="iam", resources=[ROLE]),
    call("CreateKey", source="kms"),
    call("Mystery", source="sqs"),
)
seen = st.lists(st.sampled_from(CALLS), unique_by=lambda one: one.name).map(lambda c: use(*c))
CLAIM = Claim(principals=(ROLE,), management=True, data=frozenset({"s3"}))


def _fit(text: str, found: Use, claim: Claim = CLAIM) -> Document:
    fitted = fit(text, found, claim, name="p", type="identity")
    return read(fitted.text, name="p")


@FEWER
@given(texts(narrow=True), seen)
def test_fit_is_within_the_old(text: str, found: Use) -> None:
    fitted = fit(text, found, CLAIM, name="p", type="identity")

    assert no_wider(read(fitted.text, name="p"), read(text, name="p"), type="identity").holds in {
        True,
        None,
    }


@FEWER
@given(texts(narrow=True), seen, st.lists(requests(), min_size=1, max_size=8))
def test_fit_never_allows_what_was_not(text: str, found: Use, asked: list[Request]) -> None:
    old, new = read(text, name="p"), _fit(text, found)

    for request in asked:
        before, after = (
            decide(request, Policies(identity=(Attached(id="p", document=one),)))
            for one in (old, new)
        )
        assert not (isinstance(before.verdict, Denied) and isinstance(after.verdict, Allowed))


@FEWER
@given(texts(narrow=True), st.sampled_from(CALLS[:2]), seen)
def test_fit_keeps_all_that_was_used(text: str, used: Call, others: Use) -> None:
    found = use(*{one.name: one for one in (*others.logs.calls, used)}.values())
    old, new = read(text, name="p"), _fit(text, found)
    action = "s3:GetObject" if used.name == "GetObject" else "s3:ListAllMyBuckets"
    request = Request(
        principal=CALLERS[0],
        action=action,
        resource=RequestResource(arn=(*used.resources, "*")[0], account=HOME),
        context=Context(complete=True),
    )

    before, after = (_said(request, one, named=False) for one in (old, new))
    assert before == after


@FEWER
@given(texts(narrow=True), seen, st.sampled_from((Claim(), Claim(principals=(ROLE,)))))
def test_more_coverage_never_widens(text: str, found: Use, less: Claim) -> None:
    loose, tight = _fit(text, found, less), _fit(text, found)

    assert no_wider(tight, loose, type="identity").holds is not False
