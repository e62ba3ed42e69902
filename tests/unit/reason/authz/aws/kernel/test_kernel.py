# SPDX-License-Identifier: Apache-2.0
"""Requests that there cannot be: an action on a thing of another service."""

import pytest

from bartizan.reason.authz.aws.estate.estate import Chosen, Estate
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.kernel.logic import ALLOWED, DENIED, UNKNOWN
from tests.fakes.engines import defined
from tests.fakes.estate import EstateBuilder
from tests.fakes.generated_request import Question
from tests.fakes.statements import allow, deny, trusts

A = "111111111111"
READ = "s3:GetObject"


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    built.account(A)
    return built


def test_nobody_can_do_to_a_thing_what_cannot_be_done_to_such_things(built: EstateBuilder) -> None:
    user = built.user("u", A, allows=[allow("*")])
    key = built.key("k", A, policy=[trusts({"AWS": A}, "kms:*", Resource="*")])
    kernel = Kernel.compile(built.facts())

    assert kernel.decide(user, READ, key) == DENIED
    assert set(kernel.who_can(READ, key).tolist()) == {DENIED}


def test_whom_a_grant_that_was_not_read_could_let_in_is_unknown(built: EstateBuilder) -> None:
    user = built.user("u", A)
    other = built.user("other", A, allows=[deny("*")])
    key = built.key("k", A, policy=[trusts({"AWS": A}, "kms:*", Resource="*")])
    built.unread(A, "kms:ListGrants", resource=key)
    kernel = Kernel.compile(built.facts())

    # As the definition says of it.
    asked = [(user, "kms:Decrypt"), (other, "kms:Decrypt"), (user, READ)]
    assert [kernel.decide(one, action, key) for one, action in asked] == [UNKNOWN, DENIED, DENIED]
    assert UNKNOWN in kernel.who_can("kms:Decrypt", key)


@pytest.mark.parametrize(
    ("listed", "wanted"), [({}, UNKNOWN), ({"kms:EncryptionContextKeys": ()}, ALLOWED)]
)
def test_who_lists_no_encryption_context_has_no_more_than_is_stated(
    built: EstateBuilder, listed: dict[str, tuple[str, ...]], wanted: int
) -> None:
    user, key = built.user("u", A), built.key("k", A, policy=[])
    built.grant(key, user, ("Decrypt",), equals=("app=red",))
    facts = built.facts()
    chosen: Chosen = {"kms:EncryptionContext:app": "red", **listed}
    question = Question(action="kms:Decrypt", resource=key, chosen=chosen, complete=False)

    found = Kernel.compile(facts).decide(user, "kms:Decrypt", key, chosen=chosen)

    assert found == wanted == defined(Estate(facts), user, question)


def test_what_everybody_may_does_not_ask_what_it_is_done_to(built: EstateBuilder) -> None:
    user = built.user("u", A, allows=[deny("*")])

    kernel = Kernel.compile(built.facts())

    assert kernel.decide(user, "sts:GetCallerIdentity", built.bucket("b", A)) == ALLOWED


def test_the_organization_of_one_caller_is_not_that_of_others_who_look_like_it() -> None:
    built = EstateBuilder()
    built.account(A, member=True)
    built.account("222222222222")
    built.unread("", "organizations:DescribeOrganization")
    built.role("first", A, trust=[trusts({"AWS": A})])
    abroad = {"StringEqualsIfExists": {"aws:ResourceOrgPaths": ["o-other/r-other/"]}}
    role = built.role(
        "second",
        "222222222222",
        trust=[trusts({"AWS": "222222222222"})],
        allows=[allow("s3:*", Condition=abroad)],
    )
    facts = built.facts()
    kernel = Kernel.compile(facts)

    found = kernel.who_can("s3:ListAllMyBuckets", "*")[list(kernel.names).index(role)]

    asked = Question(action="s3:ListAllMyBuckets", resource="*", chosen={}, complete=False)
    assert defined(Estate(facts), role, asked) == UNKNOWN
    assert found == UNKNOWN
