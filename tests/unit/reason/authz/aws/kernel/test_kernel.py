# SPDX-License-Identifier: Apache-2.0
"""Requests that there cannot be: an action on a thing of another service."""

import pytest

from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.kernel.logic import ALLOWED, DENIED, UNKNOWN
from tests.fakes.estate import EstateBuilder
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


def test_of_a_key_whose_grants_were_not_read_even_that_is_not_known(built: EstateBuilder) -> None:
    user = built.user("u", A, allows=[allow("*")])
    other = built.user("other", A, allows=[deny("*")])
    key = built.key("k", A, policy=[trusts({"AWS": A}, "kms:*", Resource="*")])
    built.unread(A, "kms:ListGrants", resource=key)
    kernel = Kernel.compile(built.facts())

    # As the definition says of it.
    assert [kernel.decide(one, READ, key) for one in (user, other)] == [UNKNOWN, DENIED]
    assert UNKNOWN in kernel.who_can(READ, key)


def test_what_everybody_may_does_not_ask_what_it_is_done_to(built: EstateBuilder) -> None:
    user = built.user("u", A, allows=[deny("*")])

    kernel = Kernel.compile(built.facts())

    assert kernel.decide(user, "sts:GetCallerIdentity", built.bucket("b", A)) == ALLOWED
