# SPDX-License-Identifier: Apache-2.0
"""Services that policies let in for anybody."""

from typing import Any

import pytest

from bartizan.model.step import Step
from bartizan.reason.authz.aws.steps.derivation import steps
from bartizan.reason.authz.aws.steps.recheck import recheck
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import trusts

Json = Any  # a statement, or a part of one
A = "111111111111"
CDN = {"Service": "cloudfront.amazonaws.com"}


def found(*policy: Json, key: Json | None = None, blocked: bool = False) -> list[Step]:
    estate = EstateBuilder()
    estate.account(A)
    if blocked:
        estate.block_public_access("arn:aws:s3:::site")
    more = {}
    if key is not None:
        more["key"] = estate.key("k", A, policy=[key])
    estate.bucket("site", A, policy=list(policy) or None, **more)
    facts = estate.facts()
    every = [s for s in steps(facts) if s.technique == "read-through-distribution"]
    recheck(every, facts)
    return every


def lets_in(who: Json, **more: Json) -> Json:
    return trusts(who, "s3:GetObject", Resource="arn:aws:s3:::site/*", **more)


def test_anybody_reads_what_is_open_to_every_distribution() -> None:
    (step,) = found(lets_in(CDN))

    assert [str(need) for need in step.needs] == ["start any-aws-account"]
    assert str(step.grants) == "read arn:aws:s3:::site"
    assert step.proved
    assert step.evidence
    assert step.breakers


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:SourceArn": f"arn:aws:cloudfront::{A}:distribution/E"}},
        {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{A}:*"}},
        {"StringEquals": {"aws:SourceAccount": A}},
        {"StringEquals": {"aws:SourceOrgID": "o-acme"}},
    ],
)
def test_a_condition_on_whom_it_acts_for_closes_it(condition: Json) -> None:
    assert found(lets_in(CDN, Condition=condition)) == []


def test_another_service_an_account_and_no_policy_are_no_such_thing() -> None:
    assert found(lets_in({"Service": "logs.amazonaws.com"})) == []
    assert found(lets_in({"AWS": f"arn:aws:iam::{A}:root"})) == []
    assert found() == []


def test_a_statement_for_every_service_lets_this_one_in() -> None:
    condition = {"Bool": {"aws:PrincipalIsAWSService": "true"}}

    (step,) = found(lets_in({"AWS": "*"}, Condition=condition))

    assert step.proved


def test_whether_a_block_of_public_access_spares_it_is_a_doubt_where_it_is_not_named() -> None:
    (anybody,) = found(lets_in("*"), blocked=True)
    (named,) = found(lets_in(CDN), blocked=True)

    assert not anybody.proved
    assert anybody.missing == (
        "whether the block of public access of arn:aws:s3:::site spares CloudFront",
    )
    assert named.proved


def test_a_denial_closes_it() -> None:
    deny = lets_in({"AWS": "*"}) | {"Effect": "Deny"}

    assert found(lets_in(CDN), deny) == []


def test_a_key_of_its_own_must_let_the_service_in_as_well() -> None:
    root = trusts({"AWS": f"arn:aws:iam::{A}:root"}, "kms:*", Resource="*")
    service = trusts(CDN, "kms:Decrypt", Resource="*")

    assert found(lets_in(CDN), key=root) == []
    assert len(found(lets_in(CDN), key=service)) == 1
