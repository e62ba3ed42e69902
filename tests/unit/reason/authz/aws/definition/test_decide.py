# SPDX-License-Identifier: Apache-2.0
"""What a decision says beside its verdict: evidence, sides, and the missing."""

import pytest

from bartizan.reason.authz.aws.definition.condition import conditions_hold
from bartizan.reason.authz.aws.definition.context import Surroundings
from bartizan.reason.authz.aws.definition.decide import decide
from bartizan.reason.authz.aws.policy.document import ConditionTest
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.request import (
    Attached,
    Caller,
    Context,
    Grant,
    Policies,
    Request,
    RequestPrincipal,
    RequestResource,
)

HOME, AWAY = "111111111111", "222222222222"
ROLE = RequestPrincipal(
    arn=f"arn:aws:iam::{HOME}:role/r",
    type=Caller.ROLE,
    account=HOME,
    session=f"arn:aws:sts::{HOME}:assumed-role/r/s",
)
KEY = RequestResource(arn=f"arn:aws:kms:us-east-1:{HOME}:key/k", account=HOME)


def policy(name: str, *statements: str) -> Attached:
    text = f'{{"Version": "2012-10-17", "Statement": [{", ".join(statements)}]}}'
    return Attached(id=name, document=read(text, name=name))


ALLOW = '{"Sid": "Yes", "Effect": "Allow", "Action": "*", "Resource": "*"}'
IF_IP = (
    '{"Sid": "If", "Effect": "Allow", "Action": "*", "Resource": "*",'
    ' "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}'
)
TO_ACCOUNT = (
    f'{{"Sid": "Account", "Effect": "Allow", "Action": "*", "Resource": "*",'
    f' "Principal": {{"AWS": "{HOME}"}}}}'
)
DENY = '{"Effect": "Deny", "Action": "*", "Resource": "*"}'


def request(
    resource: RequestResource, *, action: str = "s3:GetObject", context: Context | None = None
) -> Request:
    return Request(principal=ROLE, action=action, resource=resource, context=context or Context())


def objects(account: str) -> RequestResource:
    return RequestResource(arn="arn:aws:s3:::b/k", account=account)


def test_evidence_names_policy_statement_and_place() -> None:
    found = decide(request(objects(HOME)), Policies(identity=(policy("p", IF_IP, ALLOW),)))

    (item,) = found.because
    assert (item.subject, item.statement, item.position) == ("p", "Yes", 1)
    assert item.why == "identity policy allows `*` on `*`"
    assert '"Sid":"Yes"' in item.excerpt


def test_what_may_allow_is_in_the_side_and_not_in_the_reason() -> None:
    found = decide(request(objects(HOME)), Policies(identity=(policy("p", IF_IP, ALLOW),)))

    assert [[item.statement for item in side] for side in found.sides] == [["Yes", "If"]]


def test_across_accounts_there_are_two_sides() -> None:
    found = decide(
        request(objects(AWAY)),
        Policies(identity=(policy("mine", ALLOW),), resource=policy("theirs", TO_ACCOUNT)),
    )

    assert [[item.subject for item in side] for side in found.sides] == [["mine"], ["theirs"]]


def test_a_key_left_to_the_account_has_two_sides() -> None:
    found = decide(
        request(KEY, action="kms:Decrypt"),
        Policies(identity=(policy("mine", ALLOW),), resource=policy("key", TO_ACCOUNT)),
    )

    assert [[item.subject for item in side] for side in found.sides] == [["mine"], ["key"]]
    assert {item.subject for item in found.because} == {"mine", "key"}


def test_a_grant_stands_on_every_side_of_a_key() -> None:
    grant = Grant(id="g", grantee=ROLE.arn, operations=("Decrypt",))
    found = decide(
        request(KEY, action="kms:Decrypt"),
        Policies(
            identity=(policy("mine", ALLOW),),
            resource=policy("key", TO_ACCOUNT),
            kms_grants=(grant,),
        ),
    )

    assert [{item.subject for item in side} for side in found.sides] == [
        {"mine", "g"},
        {"key", "g"},
    ]


def test_all_denies_are_told() -> None:
    found = decide(
        request(objects(HOME)),
        Policies(identity=(policy("a", DENY), policy("b", DENY)), boundary=(policy("c", DENY),)),
    )

    assert [item.subject for item in found.because] == ["a", "b", "c"]
    assert found.because[0].statement == "#0"


def test_a_key_that_is_known_to_be_absent_is_absent() -> None:
    when_absent = Context(absent=frozenset({"AWS:sourceip"}))
    found = decide(
        request(objects(HOME), context=when_absent), Policies(identity=(policy("p", IF_IP),))
    )

    assert not found.allowed
    assert found.missing == ()


def test_what_is_missing_comes_once_and_in_order() -> None:
    found = decide(
        request(objects(HOME)),
        Policies(identity=(policy("p", IF_IP, IF_IP), Attached(id="a", document=None))),
    )

    assert found.missing == ("a", "context:aws:SourceIp")


def test_long_lists_are_cut_in_reasons() -> None:
    actions = '["s3:A", "s3:B", "s3:C", "s3:*"]'
    many = f'{{"Effect": "Allow", "Action": {actions}, "NotResource": "arn:aws:s3:::x/*"}}'
    found = decide(request(objects(HOME)), Policies(identity=(policy("p", many),)))

    assert found.because[0].why == (
        "identity policy allows `s3:A`, `s3:B`, `s3:C` and 1 more on all but `arn:aws:s3:::x/*`"
    )


def test_of_a_key_it_counts_whether_a_request_may_hold_many_though_this_one_holds_one() -> None:
    if_one = (
        '{"Effect": "Allow", "Action": "*", "Resource": "*",'
        ' "Condition": {"StringEquals": {"house:key": "x"}}}'
    )
    said = Policies(identity=(policy("p", if_one),))
    one, many = (Context(values={"house:key": value}) for value in ("x", ("x",)))

    found = [decide(request(objects(HOME), context=held), said) for held in (one, many, one)]

    assert [decision.allowed for decision in found] == [True, False, True]


def test_an_operator_that_no_document_can_have_is_a_defect() -> None:
    tests = (ConditionTest("Sounds", "aws:SourceIp", ("x",)),)

    with pytest.raises(ValueError, match="unknown condition operator"):
        conditions_hold(tests, Surroundings(request(objects(HOME))), variables=True)
