# SPDX-License-Identifier: Apache-2.0
"""Which changes take a step away, and what they cost."""

import pytest

from bartizan.model.remedy import Detach, DropStatement, Forbid, Guard, Untrust
from bartizan.model.step import Breaker
from tests.fakes.derived import gained
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import FULL, allow, trusts

A, B, MANAGEMENT = "111111111111", "222222222222", "999999999999"


@pytest.fixture
def estate() -> EstateBuilder:
    built = EstateBuilder()
    built.account(A)
    return built


def kinds(breakers: tuple[Breaker, ...]) -> list[list[str]]:
    return sorted(sorted(type(r.change).__name__ for r in b.remedies) for b in breakers)


def test_an_access_that_is_granted_twice_is_taken_away_twice(estate: EstateBuilder) -> None:
    user = estate.user("u", A, allows=[allow("s3:GetObject")])
    bucket = estate.bucket("b", A, policy=[trusts({"AWS": user}, "s3:GetObject", Resource="*")])

    (step,) = gained(estate, f"act-as {user}", f"read {bucket}")

    assert kinds(step.breakers) == [["DropStatement", "Untrust"], ["Forbid"]]


def test_two_statements_that_grant_the_same_go_together(estate: EstateBuilder) -> None:
    allows = [allow("s3:*"), allow("ec2:*"), allow("s3:GetObject")]
    user = estate.user("u", A, allows=allows)
    bucket = estate.bucket("b", A)

    (step,) = gained(estate, f"act-as {user}", f"read {bucket}", technique="read-bucket")

    dropped = [
        [r.change.statement for r in breaker.remedies if isinstance(r.change, DropStatement)]
        for breaker in step.breakers
    ]
    assert [0, 2] in dropped


def test_across_accounts_either_side_is_enough(estate: EstateBuilder) -> None:
    estate.account(B)
    user = estate.user("u", A, allows=[allow("sts:AssumeRole")])
    role = estate.role("r", B, trust=[trusts({"AWS": user})])

    (step,) = gained(estate, f"act-as {user}", f"act-as {role}")

    assert kinds(step.breakers) == [["DropStatement"], ["Forbid"], ["Untrust"]]


def test_a_policy_that_aws_manages_is_detached(estate: EstateBuilder) -> None:
    policy = estate.policy("arn:aws:iam::aws:policy/AdministratorAccess", FULL, managed="aws")
    user = estate.user("u", A)
    estate.attach(policy, user)

    step, *_ = gained(estate, f"act-as {user}", f"administer {A}")

    changes = [r.change for b in step.breakers for r in b.remedies]
    assert changes == [Detach(policy=policy, target=user)]


def test_a_policy_of_a_group_is_detached_from_the_group(estate: EstateBuilder) -> None:
    user = estate.user("u", A)
    group = estate.group("g", A, members=[user])
    policy = estate.policy(f"arn:aws:iam::{A}:policy/p", [allow("s3:*")], target=group)
    estate.attach(policy, estate.user("other", A))
    bucket = estate.bucket("b", A)

    (step,) = gained(estate, f"act-as {user}", f"read {bucket}", technique="read-bucket")

    changes = [r.change for b in step.breakers for r in b.remedies]
    assert Detach(policy=policy, target=group) in changes


def test_the_service_can_be_taken_out_of_the_trust(estate: EstateBuilder) -> None:
    user = estate.user("u", A, allows=[allow(["lambda:*", "iam:PassRole"])])
    role = estate.service_role("r", A, "lambda.amazonaws.com")

    (step,) = gained(estate, f"act-as {user}", f"act-as {role}", technique="lambda-new-function")

    changes = [r.change for b in step.breakers for r in b.remedies]
    trust = Untrust(policy=f"{role}#trust", statement=0, principal="lambda.amazonaws.com")
    assert trust in changes
    assert step.asks[0].principal == "lambda.amazonaws.com"


def test_members_can_be_guarded_and_the_management_account_cannot() -> None:
    estate = EstateBuilder()
    estate.organization()
    for account in (MANAGEMENT, A):
        estate.account(account, management=account == MANAGEMENT, member=account == A)
    guarded = {}
    for account in (MANAGEMENT, A):
        user = estate.user("u", account, allows=[allow("s3:GetObject")])
        bucket = estate.bucket(f"b-{account}", account)
        (step,) = gained(estate, f"act-as {user}", f"read {bucket}")
        changes = [r.change for b in step.breakers for r in b.remedies]
        guarded[account] = any(isinstance(change, Guard) for change in changes)

    assert guarded == {MANAGEMENT: False, A: True}


def test_the_narrower_change_costs_less(estate: EstateBuilder) -> None:
    narrow = estate.user("narrow", A, allows=[allow("s3:GetObject")])
    wide = estate.user("wide", A, allows=[allow("s3:*")])
    bucket = estate.bucket("b", A)

    costs = {}
    for user in (narrow, wide):
        (step,) = gained(estate, f"act-as {user}", f"read {bucket}", technique="read-bucket")
        remedies = [r for b in step.breakers for r in b.remedies]
        costs[user] = {type(r.change): r.cost for r in remedies}

    assert costs[narrow][DropStatement] < costs[wide][DropStatement]
    assert costs[narrow][Forbid] == costs[wide][Forbid] <= costs[narrow][DropStatement]
