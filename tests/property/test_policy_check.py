# SPDX-License-Identifier: Apache-2.0
"""What the check of policies says holds for every document and every request."""

import itertools
import json
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bartizan.model.policy_check import CheckedPolicy
from bartizan.reason.authz.aws.check.checker import check
from bartizan.reason.authz.aws.check.pattern import meets, resource_within, within
from bartizan.reason.authz.aws.check.rule import TYPES
from bartizan.reason.authz.aws.definition.decide import decide
from bartizan.reason.authz.aws.policy.arn_pattern import resource_pattern
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.policy.wildcard import glob
from bartizan.reason.authz.aws.request import (
    Attached,
    Caller,
    Context,
    Policies,
    Request,
    RequestPrincipal,
    RequestResource,
)

HOME = "111111111111"
USER = RequestPrincipal(arn=f"arn:aws:iam::{HOME}:user/u", type=Caller.USER, account=HOME)
KINDS = st.sampled_from(("", *TYPES))
WORDS = st.sampled_from(
    (
        *("Version", "Statement", "Sid", "Effect", "Allow", "Deny", "Action", "NotAction"),
        *("Resource", "NotResource", "Principal", "NotPrincipal", "AWS", "Service", "Federated"),
        *("Condition", "StringEquals", "ForAllValues:StringLike", "NullIfExists", "IpAddress"),
        *("2012-10-17", "*", "s3:*", "s3:GetObject", "iam:PassRole", "arn:aws:s3:::b/${x", "?"),
        *("aws:SourceIp", "aws:TagKeys", "aws:PrincipalArn", "sts:AssumeRole", "10.0.0.0/8"),
    )
)
SCALARS = st.none() | st.booleans() | st.integers() | WORDS | st.text(max_size=8)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(WORDS | st.text(max_size=4), inner)
    ),
    max_leaves=10,
)
STATEMENT = st.fixed_dictionaries(
    {"Effect": st.sampled_from(("Allow", "Deny"))},
    optional={
        "Sid": WORDS,
        "Action": st.lists(WORDS, max_size=3) | JSON,
        "NotAction": WORDS,
        "Resource": st.lists(WORDS, max_size=3) | JSON,
        "Principal": st.just("*") | st.dictionaries(WORDS, WORDS, max_size=2) | JSON,
        "Condition": st.dictionaries(WORDS, st.dictionaries(WORDS, JSON, max_size=2), max_size=2),
    },
)


def _sound(content: bytes, kind: str) -> CheckedPolicy:
    """Check and hold the outcome to what every outcome must be."""
    found = check(content, name="p", kind=kind)
    lines = content.decode(errors="replace").split("\n")
    for finding in found.findings:
        span = finding.span
        assert 1 <= span.line <= span.end_line <= len(lines)
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        assert finding.message
        assert finding.fix
    assert found == check(content, name="p", kind=kind)
    return found


@given(st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode()), KINDS)
@example(b'{"Statement": "\\ud800"}', "")
@example(b'{"a": 1, "a": [[]]} x', "")
@example(b'{"Version": 1e400, "Statement": {"Effect": {}}}', "trust")
def test_whatever_a_file_holds_it_is_told_and_nothing_else_is_raised(
    content: bytes, kind: str
) -> None:
    _sound(content, kind)


@given(st.lists(STATEMENT, max_size=3) | JSON, KINDS, st.integers(0, 2))
def test_whatever_a_policy_says_every_finding_has_a_place_in_it(
    statements: object, kind: str, indent: int
) -> None:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=indent or None)

    _sound(text.encode(), kind)


PATTERNS = st.text("ab*?", max_size=5)
TEXTS = [
    "".join(letters) for size in range(6) for letters in itertools.product("abc", repeat=size)
]


@given(PATTERNS, PATTERNS)
@example("?*", "*?")
@example("a*b", "a*a*b")
def test_patterns_meet_exactly_where_a_text_matches_both(one: str, other: str) -> None:
    common = any(glob(one)(text) and glob(other)(text) for text in TEXTS)

    assert meets(one, other) >= common
    if len(one) + len(other) <= 5:
        assert meets(one, other) == common


@given(PATTERNS, PATTERNS)
@example("*a", "*")
@example("a?", "a*")
@example("*?", "?*")
def test_a_pattern_within_another_matches_nothing_beside_it(one: str, other: str) -> None:
    beside = [text for text in TEXTS if glob(one)(text) and not glob(other)(text)]

    assert not (within(one, other) and beside)


PARTS = st.sampled_from(("arn", "aws", "s3", "a*", "*", "?", "b", "a", "", "a/b", "*/b"))
ARN_PATTERNS = st.lists(PARTS, min_size=3, max_size=4).map(
    lambda tail: ":".join(("arn", "aws", "s3", *tail))
)
ARNS = [
    ":".join(("arn", "aws", "s3", *tail))
    for tail in itertools.product(("", "a", "ab", "b"), ("", "a", "b"), ("a", "a/b", "b:b", "b"))
]


@given(ARN_PATTERNS, ARN_PATTERNS)
def test_a_resource_within_another_covers_no_arn_beside_it(one: str, other: str) -> None:
    beside = [
        arn for arn in ARNS if resource_pattern(one)(arn) and not resource_pattern(other)(arn)
    ]

    assert not (resource_within(one, other) and beside)


ACTIONS = ("s3:GetObject", "s3:PutObject", "s3:ListBucket", "s3:Get*", "s3:*", "*", "s3:?etObject")
RESOURCES = ("arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::*/k", "arn:aws:s3:::b/k", "*")
TEAM = "aws:PrincipalTag/team"
TESTS = (
    ("StringEquals", TEAM, ["red"]),
    ("StringEquals", TEAM, ["red", "blue"]),
    ("StringLike", TEAM, ["r*"]),
    ("StringNotEquals", TEAM, ["red"]),
    ("StringNotLike", TEAM, ["r*", "x"]),
    ("StringEqualsIfExists", TEAM, ["blue"]),
    ("StringEqualsIgnoreCase", TEAM, ["RED"]),
    ("Null", TEAM, ["true"]),
    ("Null", TEAM, ["false"]),
    ("NumericLessThan", "s3:max-keys", ["5"]),
    ("NumericGreaterThanEquals", "s3:max-keys", ["5", "9"]),
    ("NumericEqualsIfExists", "s3:max-keys", ["7"]),
    ("Bool", "aws:SecureTransport", ["true"]),
    ("BoolIfExists", "aws:SecureTransport", ["false"]),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a"]),
    ("ForAllValues:StringEquals", "aws:TagKeys", ["a", "b"]),
    ("ForAnyValue:StringNotEquals", "aws:TagKeys", ["a"]),
)
VALUES: dict[str, tuple[Any, ...]] = {
    TEAM: (None, "red", "RED", "blue", "rx", ""),
    "s3:max-keys": (None, "4", "5", "7", "10", "x"),
    "aws:SecureTransport": (None, "true", "false"),
    "aws:TagKeys": (None, ("a",), ("b",), ("a", "b")),
}


@st.composite
def drawn(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a statement whose parts collide with those of others."""
    turned = st.integers(0, 5).map(lambda number: "Not" if number == 0 else "")
    conditions: dict[str, dict[str, list[str]]] = {}
    for operator, key, values in draw(st.lists(st.sampled_from(TESTS), max_size=3)):
        conditions.setdefault(operator, {})[key] = values
    some = st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=2)
    where = st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2)
    return {
        "Effect": draw(st.sampled_from(("Allow", "Allow", "Deny"))),
        draw(turned) + "Action": draw(some),
        draw(turned) + "Resource": draw(where),
        **({"Condition": conditions} if conditions else {}),
    }


@st.composite
def requests(draw: st.DrawFn) -> Request:
    """Draw a request that the statements may be about, with a known context."""
    action, arn = draw(
        st.sampled_from(
            (
                ("s3:GetObject", "arn:aws:s3:::b/k"),
                ("s3:PutObject", "arn:aws:s3:::b/other"),
                ("s3:GetObject", "arn:aws:s3:::c/k"),
                ("s3:ListBucket", "arn:aws:s3:::b"),
                ("s3:ListAllMyBuckets", "*"),
            )
        )
    )
    context = {key: draw(st.sampled_from(values)) for key, values in VALUES.items()}
    given_ = {key: value for key, value in context.items() if value is not None}
    return Request(
        principal=USER,
        action=action,
        resource=RequestResource(arn=arn, account=HOME),
        context=Context(values=given_, complete=True),
    )


def _allowed(statements: list[dict[str, Any]], request: Request) -> bool:
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    document = read(text, name="p", type="identity")
    return decide(request, Policies(identity=(Attached(id="p", document=document),))).allowed


def _places(statements: list[dict[str, Any]], rule: str) -> list[int]:
    """Return the positions of the statements that a rule speaks of; each is on a line of its
    own.
    """
    lines = ",\n".join(json.dumps(one) for one in statements)
    text = f'{{"Version": "2012-10-17", "Statement": [\n{lines}]}}'
    found = check(text.encode(), name="p", kind="identity").findings
    return [finding.span.line - 2 for finding in found if finding.rule == rule]


@given(st.lists(drawn(), min_size=2, max_size=4), requests())
def test_taking_a_redundant_or_shadowed_statement_away_changes_no_decision(
    statements: list[dict[str, Any]], request: Request
) -> None:
    for rule in ("redundant-statement", "shadowed-statement"):
        for place in _places(statements, rule):
            rest = [one for number, one in enumerate(statements) if number != place]

            assert _allowed(statements, request) == _allowed(rest, request)


@given(drawn(), requests())
def test_a_statement_that_cannot_apply_never_does(
    statement: dict[str, Any], request: Request
) -> None:
    allow = statement | {"Effect": "Allow"}

    if _places([allow], "contradictory-conditions"):
        assert not _allowed([allow], request)


@given(drawn(), requests())
def test_an_action_that_acts_on_none_of_the_resources_is_never_allowed(
    statement: dict[str, Any], request: Request
) -> None:
    actions = statement.get("Action", ["s3:GetObject"])
    allow = {**statement, "Effect": "Allow", "Action": [actions[0]]}
    allow.pop("NotAction", None)

    inert = _places([allow], "action-without-resource") + _places([allow], "wildcard-only-action")
    if inert:
        assert not _allowed([allow], request)
