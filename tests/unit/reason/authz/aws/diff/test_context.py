# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws.diff.condition import Test as Asked
from bartizan.reason.authz.aws.diff.condition import test_of as asked_of
from bartizan.reason.authz.aws.diff.context import Held, Keys, UndecidedError
from bartizan.reason.authz.aws.diff.effort import Effort
from bartizan.reason.authz.aws.diff.glob import Holes
from bartizan.reason.authz.aws.policy.document import ConditionTest

HOLES = Holes()


def that(operator: str, key: str, *values: str) -> Asked:
    return asked_of(ConditionTest(operator, key, values), HOLES, variables=True)


def held(*wanted: tuple[Asked, bool], loose: bool = False) -> Held | None:
    key = wanted[0][0].key
    return Keys(Effort(100_000), {}).value(key, frozenset(wanted), loose=loose)


@pytest.mark.parametrize(
    "wanted",
    [
        [(that("StringEquals", "k", "a"), True),
         (that("StringLike", "k", "a*"), False)],
        [(that("StringEquals", "aws:UserAgent", "a"), True),
         (that("StringLike", "aws:UserAgent", "?"), False)],
        [(that("IpAddress", "k", "10.0.0.0/8"), True),
         (that("IpAddress", "k", "10.0.0.0/9"), False),
         (that("IpAddress", "k", "10.128.0.0/9"), False)],
        [(that("NumericLessThan", "k", "5"), True),
         (that("NumericGreaterThan", "k", "5"), True)],
        [(that("DateLessThan", "k", "2024-01-01"), True),
         (that("DateLessThan", "k", "2025"), False)],
        [(that("Bool", "k", "true"), True),
         (that("Bool", "k", "false"), True)],
        [(that("Null", "k", "true"), True),
         (that("StringEquals", "k", "a"), True)],
        [(that("ForAllValues:StringEquals", "aws:TagKeys", "a"), True),
         (that("ForAnyValue:StringEquals", "aws:TagKeys", "b"), True)],
        [(that("StringEquals", "aws:TagKeys", "a"), True)],
        [(that("StringEqualsIgnoreCase", "k", "ab"), True),
         (that("StringLike", "k", "AB", "Ab", "aB", "ab"), False)],
    ],
    ids=lambda wanted: " & ".join(f"{test.name}={want}" for test, want in wanted),
)  # fmt: skip
def test_no_value_does_what_contradicts_itself(wanted: list[tuple[Asked, bool]]) -> None:
    assert held(*wanted) is None


@pytest.mark.parametrize(
    "wanted",
    [
        [(that("StringNotEquals", "k", "a"), True)],
        [(that("StringLike", "k", "a*"), True),
         (that("StringEquals", "k", "ax", "ay"), False)],
        [(that("IpAddress", "k", "10.0.0.0/8"), True),
         (that("IpAddress", "k", "10.0.0.0/9"), False)],
        [(that("NumericLessThan", "k", "5"), True),
         (that("NumericGreaterThan", "k", "4"), True)],
        [(that("DateGreaterThan", "k", "2024-01-01"), True),
         (that("DateLessThan", "k", "2024-01-02"), True)],
        [(that("Bool", "k", "true"), False),
         (that("Null", "k", "false"), True)],
        [(that("BinaryEquals", "k", "YQ=="), True)],
        [(that("ForAnyValue:StringLike", "aws:TagKeys", "a*"), True),
         (that("ForAnyValue:StringLike", "aws:TagKeys", "b*"), True),
         (that("ForAllValues:StringLike", "aws:TagKeys", "?"), True)],
        [(that("ForAllValues:StringLike", "aws:TagKeys", "a*"), True),
         (that("ForAllValues:StringLike", "aws:TagKeys", "b*"), True),
         (that("Null", "aws:TagKeys", "false"), True)],
        [(that("StringEquals", "k", "10"), True),
         (that("NumericEquals", "k", "10"), True)],
        [(that("ArnLike", "k", "arn:aws:iam::*:role/*"), True),
         (that("StringLike", "k", "*:role/x*"), False)],
    ],
    ids=lambda wanted: " & ".join(f"{test.name}={want}" for test, want in wanted),
)  # fmt: skip
def test_what_is_held_does_what_is_wanted(wanted: list[tuple[Asked, bool]]) -> None:
    found = held(*wanted)

    assert found is not None
    assert [t.holds(found.values, many=found.many) for t, _ in wanted] == [w for _, w in wanted]


def test_a_key_that_nearly_every_request_has_is_there_if_it_can_be() -> None:
    assert held((that("NotIpAddress", "aws:SourceIp", "10.0.0.0/8"), True)) != Held(None)
    assert held((that("StringNotEquals", "k", "a"), True)) == Held(None)


def test_a_variable_is_as_one_wants_it_in_a_proof_alone() -> None:
    test = that("StringEquals", "aws:PrincipalTag/a", "${aws:PrincipalTag/b}")
    other = that("StringEquals", "aws:PrincipalTag/a", "x")

    assert held((test, True), (other, True)) is None
    assert held((test, True), (other, True), loose=True) is not None
    assert held((test, True), (test, False), loose=True) is None


def test_what_is_not_modelled_is_not_decided() -> None:
    vague = that("StringEqualsIgnoreCase", "aws:UserAgent", "stra\u00dfe")
    mixed = (
        (that("NumericLessThan", "k", "5"), True),
        (that("StringNotLike", "k", "?", "??", "-?", "0*", "4*", "5*", "-*"), True),
        (that("Null", "k", "false"), True),
    )

    assert held((vague, False), (that("Null", "aws:UserAgent", "false"), True)) is None
    assert (
        held((vague, False), (that("Null", "aws:UserAgent", "false"), True), loose=True)
        is not None
    )
    with pytest.raises(UndecidedError):
        held(*mixed)


def test_an_unknown_key_may_have_one_value_or_many() -> None:
    found = held(
        (that("ForAnyValue:StringEquals", "k", "a"), True),
        (that("ForAnyValue:StringEquals", "k", "b"), True),
    )

    assert found == Held(("a", "b"), many=True)
