# SPDX-License-Identifier: Apache-2.0
"""What access control lists of buckets open, and what takes their effect away."""

import pytest
from msgspec import structs

from bartizan.model.facts.estate import Share
from bartizan.model.facts.policy import PublicAccessBlock
from bartizan.reason.authz.aws.steps.derivation import steps
from bartizan.reason.authz.aws.steps.recheck import recheck
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import deny, trusts

A, VENDOR = "111111111111", "333333333333"


@pytest.fixture
def built() -> EstateBuilder:
    estate = EstateBuilder()
    estate.organization()
    estate.account("999999999999", management=True)
    estate.account(A, member=True)
    return estate


def opened(
    estate: EstateBuilder, with_whom: str, *, access: str = "write", key: str = ""
) -> set[tuple[str, str]]:
    """Return who gains what by a bucket's list that lets `with_whom` in."""
    bucket = estate.bucket("shared", A, key=key)
    estate.share(bucket, with_whom, via="acl")
    estate.rows = [
        structs.replace(row, access=access) if isinstance(row, Share) else row
        for row in estate.rows
    ]
    facts = estate.facts()
    found = [step for step in steps(facts) if step.technique == "read-share"]
    recheck(found, facts)
    return {(str(step.needs[0]), str(step.grants)) for step in found}


def ignoring(estate: EstateBuilder, target: str) -> None:
    estate.block_public_access(target)
    estate.rows = [
        structs.replace(row, restrict_public_buckets=False)
        if isinstance(row, PublicAccessBlock)
        else row
        for row in estate.rows
    ]


@pytest.mark.parametrize(
    ("with_whom", "start"),
    [("anonymous", "internet"), ("all", "any-aws-account"), (VENDOR, VENDOR)],
)
def test_a_list_lets_in_whom_it_names(built: EstateBuilder, with_whom: str, start: str) -> None:
    assert opened(built, with_whom) == {(f"start {start}", "write arn:aws:s3:::shared")}


@pytest.mark.parametrize("with_whom", ["anonymous", "all"])
@pytest.mark.parametrize("target", [A, "arn:aws:s3:::shared"])
def test_ignored_public_lists_have_no_effect(
    built: EstateBuilder, with_whom: str, target: str
) -> None:
    ignoring(built, target)

    assert not opened(built, with_whom)


def test_a_list_that_names_an_account_is_not_public_and_is_not_ignored(
    built: EstateBuilder,
) -> None:
    ignoring(built, A)

    assert opened(built, VENDOR)


@pytest.mark.parametrize(
    ("access", "denied", "open_"),
    [
        ("write", "s3:GetObject", True),
        ("write", "s3:PutObject", False),
        ("read", "s3:GetObject", False),
        ("read", "s3:PutObject", True),
    ],
)
def test_a_guardrail_on_resources_closes_what_it_denies(
    built: EstateBuilder, access: str, denied: str, *, open_: bool
) -> None:
    built.guardrail("r-1", [deny(denied)], use="rcp")

    assert bool(opened(built, "all", access=access)) == open_


@pytest.mark.parametrize(
    ("access", "allowed", "open_"),
    [
        ("write", "kms:GenerateDataKey", True),
        ("write", "kms:Decrypt", False),
        ("read", "kms:Decrypt", True),
    ],
)
def test_the_key_must_let_the_stranger_do_as_much(
    built: EstateBuilder, access: str, allowed: str, *, open_: bool
) -> None:
    key = built.key("k", A, policy=[trusts({"AWS": "*"}, allowed, Resource="*")])

    assert bool(opened(built, "all", access=access, key=key)) == open_


@pytest.mark.parametrize(
    ("action", "with_whom", "certain"),
    [
        ("s3:GetBucketOwnershipControls", "all", False),
        ("s3:GetBucketOwnershipControls", VENDOR, False),
        ("s3:GetBucketPublicAccessBlock", "all", False),
        ("s3:GetBucketPublicAccessBlock", VENDOR, True),
    ],
)
def test_what_may_take_the_effect_away_must_be_read_to_be_sure(
    built: EstateBuilder, action: str, with_whom: str, *, certain: bool
) -> None:
    built.unread(A, action, resource="arn:aws:s3:::shared")
    assert opened(built, with_whom)

    (step,) = (s for s in steps(built.facts()) if s.technique == "read-share")

    assert step.proved == certain
    assert step.missing == (() if certain else (f"{action} of arn:aws:s3:::shared",))
