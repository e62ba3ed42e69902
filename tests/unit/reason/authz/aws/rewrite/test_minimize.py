# SPDX-License-Identifier: Apache-2.0
import json
from typing import Any

import pytest

from bartizan.errors import PolicyError
from bartizan.model.rewrite import Minimized
from bartizan.reason.authz.aws.rewrite import minimize as room
from bartizan.reason.authz.aws.rewrite.minimize import minimize
from tests.fakes.policy_text import text
from tests.fakes.statements import allow, deny, trusts

BUCKET, OBJECTS = "arn:aws:s3:::b", "arn:aws:s3:::b/*"
TLS = {"Bool": {"aws:SecureTransport": "false"}}
Statement = dict[str, Any]


def _short(*statements: Statement, kind: str = "identity") -> Minimized:
    return minimize(text(*statements), name="p.json", type=kind)


def _statements(found: Minimized) -> list[Statement]:
    held: list[Statement] = json.loads(found.text)["Statement"]
    return held


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([allow(["s3:Get*", "s3:GetObject", "S3:getobject"])], [allow("s3:Get*")]),
        ([allow("s3:**")], [allow("s3:*")]),
        ([allow("s3:*", [OBJECTS, "arn:aws:s3:::b/a*"])], [allow("s3:*", OBJECTS)]),
        ([allow("s3:*", BUCKET), allow("s3:*", OBJECTS)], [allow("s3:*", [BUCKET, OBJECTS])]),
        ([allow("s3:*"), allow("s3:GetObject", OBJECTS)], [allow("s3:*")]),
        ([deny("s3:*"), allow("s3:GetObject")], [deny("s3:*")]),
        (
            [allow("s3:*"), allow(["s3:GetObject", "ec2:RunInstances"], OBJECTS)],
            [allow("s3:*"), allow("ec2:RunInstances", OBJECTS)],
        ),
        (
            [allow("s3:*", Condition={"StringLike": {"aws:UserAgent": ["a*", "ab", "ab"]}})],
            [allow("s3:*", Condition={"StringLike": {"aws:UserAgent": "a*"}})],
        ),
        (
            [
                allow("s3:*", Condition={"StringEquals": {"aws:UserAgent": "a"}}),
                allow("s3:*", Condition={"StringEquals": {"aws:UserAgent": "b"}}),
            ],
            [allow("s3:*", Condition={"StringEquals": {"aws:UserAgent": ["a", "b"]}})],
        ),
    ],
)
def test_a_document_is_written_shorter(given: list[Statement], wanted: list[Statement]) -> None:
    found = _short(*given)

    assert _statements(found) == wanted
    assert found.after < found.before
    assert found.done


@pytest.mark.parametrize(
    "given",
    [
        [allow(["s3:GetObject", "s3:GetObjectAcl"])],
        [allow("s3:*", OBJECTS), deny("s3:*", OBJECTS, Condition=TLS)],
        [deny("iam:*"), deny("s3:DeleteBucket", BUCKET)],
        [
            allow("s3:*", Condition={"StringNotEquals": {"aws:UserAgent": "a"}}),
            allow("s3:*", Condition={"StringNotEquals": {"aws:UserAgent": "b"}}),
        ],
        [
            allow("s3:*", Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "a"}}),
            allow("s3:*", Condition={"ForAllValues:StringEquals": {"aws:TagKeys": "b"}}),
        ],
    ],
)
def test_what_means_something_is_left(given: list[Statement]) -> None:
    found = _short(*given)

    assert (_statements(found), found.done, found.left) == (given, (), ())


def test_a_deny_that_denies_what_nothing_here_allows_is_left_for_other_policies() -> None:
    found = _short(allow("s3:GetObject"), deny("iam:*"))

    assert len(_statements(found)) == 2


def test_sids_and_the_id_stay_where_their_statement_does() -> None:
    given = text(allow("s3:*", Sid="Wide"), allow("s3:GetObject", Sid="Narrow"), Id="mine")

    found = minimize(given, name="p", type="identity")

    assert json.loads(found.text)["Id"] == "mine"
    assert [one["Sid"] for one in _statements(found)] == ["Wide"]
    assert found.done == ("drop Narrow, since Wide covers it",)


def test_principals_are_joined_and_named_once() -> None:
    service = {"Service": "lambda.amazonaws.com"}

    found = _short(
        trusts({"Service": "ec2.amazonaws.com"}), trusts(service), trusts(service), kind="trust"
    )

    (statement,) = _statements(found)
    assert statement["Principal"]["Service"] == ["ec2.amazonaws.com", "lambda.amazonaws.com"]


def test_who_is_named_otherwise_is_not_dropped_for_being_of_a_named_account() -> None:
    role = {"AWS": "arn:aws:iam::111111111111:role/r"}
    given = [
        allow("s3:GetObject", OBJECTS, Principal=role),
        allow(["s3:GetObject", "s3:PutObject"], OBJECTS, Principal={"AWS": "111111111111"}),
    ]

    assert _statements(_short(*given, kind="resource")) == given


def test_beside_everyone_nobody_needs_a_name() -> None:
    given = allow("s3:GetObject", OBJECTS, Principal={"AWS": ["*", "111111111111"]})

    (statement,) = _statements(_short(given, kind="resource"))
    assert statement["Principal"] == "*"


def test_nothing_is_kept_without_a_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_PATTERNS", 1)

    found = _short(allow("s3:*"), allow("s3:GetObject", OBJECTS))

    assert len(_statements(found)) == 2
    assert found.left == ("drop #1, since #0 covers it: more than 1 patterns to compare",)


def test_work_ends_when_too_much_was_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_PROOFS", 1)

    found = _short(allow("s3:*"), *(allow(f"s3:Get{n}*") for n in range(5)))

    assert len(_statements(found)) == 5
    assert found.left == ("what else there may be: too many proofs were tried",)


def test_what_is_no_policy_is_an_error() -> None:
    with pytest.raises(PolicyError):
        minimize("{", name="p", type="identity")
