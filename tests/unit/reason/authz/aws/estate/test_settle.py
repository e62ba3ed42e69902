# SPDX-License-Identifier: Apache-2.0
"""Keys that cannot be in a request settle what could not be told otherwise."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from bartizan.model.verdict import Allowed, Denied, Unknown, Verdict
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import FULL, allow, deny, trusts

A, B = "111111111111", "222222222222"
UNLESS_TAGGED = {"StringNotLike": {"aws:PrincipalTag/stage": "blue"}}


def with_unread_grants(*statements: Mapping[str, Any]) -> tuple[Estate, str, str]:
    built = EstateBuilder()
    built.account(A)
    user = built.user("u", A, allows=list(statements))
    key = built.key("k", A, policy=[trusts({"AWS": A}, "kms:*", Resource="*")])
    built.unread(A, "kms:ListGrants", resource=key)
    return Estate(built.facts()), user, key


def test_grants_that_were_not_read_could_allow_what_nothing_else_does() -> None:
    estate, user, key = with_unread_grants(allow("s3:*"))

    found = decide(estate, user, "kms:Decrypt", key)

    assert found.verdict == Unknown((f"kms:ListGrants of {key}",))


def test_no_grant_helps_against_a_deny_on_a_key_that_is_absent() -> None:
    estate, user, key = with_unread_grants(deny("*", Condition=UNLESS_TAGGED))

    found = decide(estate, user, "kms:Decrypt", key)

    assert isinstance(found.verdict, Denied)
    assert found.explicit


def test_no_grant_makes_a_request_that_does_not_exist() -> None:
    estate, user, key = with_unread_grants(*FULL)

    found = decide(estate, user, "lambda:InvokeFunction", key)

    assert isinstance(found.verdict, Denied)


def test_a_grant_that_was_not_read_lets_in_nobody_of_another_account_who_may_nothing() -> None:
    built = EstateBuilder()
    for account in (A, B):
        built.account(account)
    key = built.key("k", A, policy=[])
    built.unread(A, "kms:ListGrants", resource=key)
    idle, able = built.user("idle", B), built.user("able", B, allows=[allow("kms:Decrypt")])
    estate = Estate(built.facts())

    assert isinstance(decide(estate, idle, "kms:Decrypt", key).verdict, Denied)
    assert decide(estate, able, "kms:Decrypt", key).verdict == Unknown(
        (f"kms:ListGrants of {key}",)
    )


def public(*names: str) -> Sequence[Mapping[str, Any]]:
    return [trusts({"AWS": list(names)}, "s3:GetObject", Resource="*")]


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [([], Denied), (public(B), Allowed), (public("*"), Unknown), (None, Unknown)],
)
def test_a_block_of_public_access_that_was_not_read_matters_to_public_policies_alone(
    policy: Sequence[Mapping[str, Any]] | None, wanted: type[Verdict]
) -> None:
    built = EstateBuilder()
    for account in (A, B):
        built.account(account)
    bucket = built.bucket("b", A, policy=policy)
    if policy is None:
        built.unread(A, "s3:GetBucketPolicy", resource=bucket)
    built.unread(A, "s3:GetPublicAccessBlock", resource=bucket)
    user = built.user("u", B, allows=[allow("s3:GetObject")])

    found = decide(Estate(built.facts()), user, "s3:GetObject", f"{bucket}/k")

    assert isinstance(found.verdict, wanted)


def test_a_grant_on_a_key_that_is_absent_is_none_whoever_owns_the_thing() -> None:
    built = EstateBuilder()
    built.account(A)
    user = built.user("u", A)
    everyone = trusts(
        "*",
        "s3:*",
        Resource="*",
        Condition={"StringEquals": {"aws:PrincipalTag/team": "${aws:PrincipalTag/team}"}},
    )
    built.policy(
        "arn:aws:s3:::b#resource",
        [everyone],
        type_="resource",
        target="arn:aws:s3:::b",
        use="resource",
    )

    found = decide(Estate(built.facts()), user, "s3:GetObject", "arn:aws:s3:::b/k")

    assert isinstance(found.verdict, Denied)


def test_what_full_access_allows_is_not_doubted_for_grants() -> None:
    estate, user, key = with_unread_grants(*FULL)

    assert decide(estate, user, "kms:Decrypt", key).allowed


def test_a_tag_stated_as_a_list_of_one_is_that_tag() -> None:
    built = EstateBuilder()
    built.account(A)
    may_tag = trusts({"AWS": A}, "sts:*")
    denied = deny("*", Condition=UNLESS_TAGGED)
    role = built.role("r", A, trust=[may_tag], allows=[denied, *FULL], tags={"stage": "red"})
    estate = Estate(built.facts())

    for stated in ("red", ("red",)):
        chosen = {"aws:PrincipalTag/stage": stated}
        found = decide(estate, role, "ec2:RunInstances", "*", chosen=chosen)

        # Another session may have another stage, so that this one's does not settle it.
        assert isinstance(found.verdict, Unknown)
