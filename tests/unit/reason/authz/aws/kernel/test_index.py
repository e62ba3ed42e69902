# SPDX-License-Identifier: Apache-2.0
"""What an index finds is what trying everything would find."""

import numpy as np
import pytest

from bartizan.reason.authz.aws.kernel.form import FormBuilder
from bartizan.reason.authz.aws.kernel.index import (
    ActionIndex,
    ConditionIndex,
    ResourceIndex,
    pattern_table,
)
from bartizan.reason.authz.aws.kernel.index import condition_tables as tables_of
from bartizan.reason.authz.aws.kernel.logic import MAYBE, NO, YES
from bartizan.reason.authz.aws.kernel.statement import (
    EVERYTHING,
    ActionSet,
    Pattern,
    ResourceSet,
    Settled,
)
from bartizan.reason.authz.aws.kernel.values import SettledTest, State, Values, holds
from bartizan.reason.authz.aws.policy.wildcard import Variable, Wild

ACTIONS = (
    ActionSet(negated=False, patterns=("s3:get*",)),
    ActionSet(negated=True, patterns=("s3:*", "sqs:sendmessage")),
    ActionSet(negated=False, patterns=("*",)),
    ActionSet(negated=False, patterns=("s?:getobject", "sqs:sendmessage")),
)
HOME: Pattern = ("arn:aws:s3:::home/", Variable("aws:RequestTag/who", None), "/", Wild.MANY)
SETS = (
    EVERYTHING,
    ResourceSet(negated=False, patterns=("arn:aws:s3:::b/*", "arn:aws:s3:::b")),
    ResourceSet(negated=False, patterns=("arn:aws:sqs:*:111111111111:q-*",)),
    ResourceSet(negated=True, patterns=("arn:aws:s3:::b/*",)),
    ResourceSet(negated=False, patterns=(HOME,)),
    ResourceSet(negated=True, patterns=(HOME,)),
    ResourceSet(negated=True, patterns=("arn:aws:s3:::c/*",), doubtful=True),
    ResourceSet(negated=False, patterns=("arn:aws:s3",)),
)
ARNS = (
    *("arn:aws:s3:::b/k", "arn:aws:s3:::b", "arn:aws:s3:::c/k", "arn:aws:s3:::home/ann/x"),
    *("arn:aws:sqs:us-east-1:111111111111:q-1", "arn:aws:sqs:us-east-1:222222222222:q-1", "*"),
)
TESTS = (
    SettledTest("StringEquals", "aws:SourceVpc", (("vpc-1",), ("vpc-2",))),
    SettledTest("StringNotEqualsIgnoreCase", "AWS:SourceVpc", (("VPC-1",),)),
    SettledTest("StringLike", "aws:SourceVpc", (("vpc-", Wild.MANY),)),
    SettledTest("StringEqualsIfExists", "aws:SourceVpc", (("vpc-3",),)),
    SettledTest("Null", "aws:SourceVpc", (("true",),)),
    SettledTest("", "", ()),
    SettledTest("StringEquals", "k", (((Variable("aws:SourceVpc", None)),),), ("vpc-1",)),
)


def single(key: str) -> bool:
    del key
    return False


@pytest.mark.parametrize("action", ["s3:getobject", "sqs:sendmessage", "ec2:runinstances"])
def test_the_sets_that_cover_an_action_are_found(action: str) -> None:
    wanted = {
        "s3:getobject": [0, 2, 3],
        "sqs:sendmessage": [2, 3],
        "ec2:runinstances": [1, 2],
    }[action]

    assert ActionIndex(ACTIONS).covering(action).tolist() == wanted


@pytest.mark.parametrize("who", [("ann",), State.ABSENT, State.UNKNOWN])
@pytest.mark.parametrize("arn", ARNS)
def test_the_sets_that_cover_an_arn_are_found(arn: str, who: Values) -> None:
    builder = FormBuilder()
    for one in SETS:
        builder.statement(Settled(allow=True, actions=ACTIONS[0], resources=one, tests=()))
    form = builder.form(np.zeros((4, 0), dtype=np.int32))
    index = ResourceIndex(form, pattern_table(form))

    found = index.codes(arn, lambda _: who, single)

    assert found.tolist() == [one.covers(arn, lambda _: who, single) for one in SETS]
    assert index.keys == {"aws:requesttag/who"}


@pytest.mark.parametrize("vpc", [("vpc-1",), ("vpc-9",), ("a", "b"), State.ABSENT, State.UNKNOWN])
def test_tests_are_answered_as_one_by_one(vpc: Values) -> None:
    index = ConditionIndex(TESTS, tables_of(TESTS))

    found = index.codes(lambda _: vpc, single)

    assert found.tolist() == [holds(test, vpc, lambda _: vpc, single) for test in TESTS]
    assert {NO, MAYBE, YES} >= set(found.tolist())
