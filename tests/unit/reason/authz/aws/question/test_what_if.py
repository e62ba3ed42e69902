# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.errors import PolicyError, UsageError
from bartizan.model.facts import Facts
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.model.verdict import Allowed, Denied
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.reason.authz.aws.question import what_if
from tests.fakes.estate import EstateBuilder
from tests.fakes.policies import identity
from tests.fakes.statements import allow

ACCOUNT = "111111111111"
SHARED = f"arn:aws:iam::{ACCOUNT}:policy/shared"


@pytest.fixture
def facts() -> Facts:
    built = EstateBuilder()
    built.account(ACCOUNT)
    built.policy(SHARED, [allow("s3:ListAllMyBuckets")])
    for name in ("a", "b"):
        built.attach(SHARED, built.user(name, ACCOUNT))
    return built.facts()


def user(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:user/{name}"


def verdict(facts: Facts, name: str, action: str = "s3:ListAllMyBuckets") -> type:
    return type(decide(Estate(facts), user(name), action, "*").verdict)


def test_a_policy_is_taken_off_everybody(facts: Facts) -> None:
    changed = what_if.detached(facts, SHARED)

    assert verdict(changed, "a") is verdict(changed, "b") is Denied
    assert verdict(facts, "a") is Allowed, "the snapshot is as it was"


def test_a_policy_is_taken_off_one(facts: Facts) -> None:
    changed = what_if.detached(facts, SHARED, user("a"))

    assert verdict(changed, "a") is Denied
    assert verdict(changed, "b") is Allowed


def test_a_policy_is_written_anew(facts: Facts) -> None:
    changed = what_if.rewritten(facts, SHARED, identity(Action="iam:ListUsers"), name="f")

    assert verdict(changed, "a") is Denied
    assert verdict(changed, "a", "iam:ListUsers") is Allowed
    assert len(changed.rows(Policy)) == len(facts.rows(Policy))
    assert changed.rows(Attachment) == facts.rows(Attachment)


def test_an_unknown_policy_is_bad_usage_with_the_nearest_name(facts: Facts) -> None:
    with pytest.raises(UsageError) as raised:
        what_if.detached(facts, f"arn:aws:iam::{ACCOUNT}:policy/shred")

    assert raised.value.hint == f"did you mean `{SHARED}`"


def test_an_unknown_target_is_bad_usage_with_the_nearest_name(facts: Facts) -> None:
    with pytest.raises(UsageError) as raised:
        what_if.detached(facts, SHARED, f"arn:aws:iam::{ACCOUNT}:role/a")

    assert raised.value.hint == f"did you mean `{user('a')}`"


def test_a_text_that_is_no_such_policy_is_refused_in_its_place(facts: Facts) -> None:
    text = '{"Version": "2012-10-17",\n "Statement": [{"Effect": "Alow"}]}'

    with pytest.raises(PolicyError) as raised:
        what_if.rewritten(facts, SHARED, text, name="new.json")

    assert str(raised.value.at).startswith("new.json:2:")
