# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.verdict import Allowed, Unknown
from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.reason.authz.aws.masks import matching
from tests.fakes.estate import EstateBuilder
from tests.fakes.reach_of_caller import judged, reached
from tests.fakes.statements import FULL, allow, deny

HOME, AWAY = "111111111111", "222222222222"
OBJECT = "arn:aws:s3:::box/k"


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    for account in (HOME, AWAY):
        built.account(account)
    built.bucket("box", HOME)
    return built


def test_all_actions_on_a_thing_are_decided_at_once(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("s3:*"), deny("s3:Put*")])

    allowed, unknown = judged(*reached(built, user), OBJECT, "s3:*Object")

    assert "s3:GetObject" in allowed
    assert "s3:PutObject" not in allowed
    assert unknown == set()


def test_what_a_request_decides_is_unknown_and_under_a_witness_it_is_not(
    built: EstateBuilder,
) -> None:
    condition = {"StringEquals": {"aws:UserAgent": "x"}}
    user = built.user("u", HOME, allows=[allow("s3:GetObject", Condition=condition)])
    reach, estate = reached(built, user)

    assert judged(reach, estate, OBJECT, "s3:GetObject") == (set(), {"s3:GetObject"})
    under = reach.under({"aws:UserAgent": "x"})
    assert judged(under, estate, OBJECT, "s3:GetObject") == ({"s3:GetObject"}, set())
    assert judged(reach.under({}), estate, OBJECT, "s3:GetObject") == (set(), set())


def test_things_about_which_the_same_is_written_are_alike(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("s3:*", "arn:aws:s3:::a*")])
    for name in ("a1", "a2", "b1"):
        built.bucket(name, HOME)
    reach, estate = reached(built, user)

    a1, a2, b1 = (
        reach.likeness(estate, f"arn:aws:s3:::{name}", trust=False) for name in ("a1", "a2", "b1")
    )

    assert a1 == a2
    assert a1 != b1
    assert a1.stable


def test_a_thing_with_a_policy_is_like_none_without(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=FULL)
    policy = [{**allow("s3:GetObject", "arn:aws:s3:::lent/*"), "Principal": {"AWS": user}}]
    lent = built.bucket("lent", HOME, policy=policy)
    reach, estate = reached(built, user)

    one = reach.likeness(estate, f"{lent}/k", trust=False)

    assert one != reach.likeness(estate, OBJECT, trust=False)
    assert not one.stable


ASKING = {"StringEquals": {"aws:ResourceTag/team": "a"}}


@pytest.mark.parametrize("asks", ["nobody", "the caller", "the thing", "the account"])
def test_tags_tell_things_apart_where_something_asks_for_them(
    asks: str,
) -> None:
    def asking(who: str) -> dict[str, Any]:
        return {"Condition": ASKING} if asks == who else {}

    built = EstateBuilder()
    built.organization()
    built.account(HOME, member=True)
    built.guardrail(HOME, [deny("secretsmanager:Put*", "*", **asking("the account"))], use="rcp")
    user = built.user("u", HOME, allows=[allow("secretsmanager:*", **asking("the caller"))])
    policy = [{**allow("secretsmanager:Get*", **asking("the thing")), "Principal": {"AWS": user}}]
    one, other, third = (
        built.secret(name, HOME, tags=tags, policy=policy)
        for name, tags in (("one", {"team": "a"}), ("other", {"team": "b"}), ("third", {}))
    )
    reach, estate = reached(built, user)

    likeness = [reach.likeness(estate, thing, trust=False) for thing in (one, other, third)]

    assert len({like.key for like in likeness}) == (1 if asks == "nobody" else 3)
    for thing in (one, other, third):
        allowed, unknown = judged(reach, estate, thing, "secretsmanager:*")
        for action in (f"secretsmanager:{verb}SecretValue" for verb in ("Get", "Put")):
            verdict = decide(estate, user, action, thing).verdict
            assert (action in allowed) == isinstance(verdict, Allowed)
            assert (action in unknown) == isinstance(verdict, Unknown)


def test_tags_that_are_not_read_are_not_those_of_a_thing_without(built: EstateBuilder) -> None:
    user = built.user("u", HOME, allows=[allow("sqs:*"), allow("secretsmanager:*")])
    policy = [{**deny("*", Condition=ASKING), "Principal": {"AWS": user}}]
    queue = built.store("AWS::SQS::Queue", f"arn:aws:sqs:us-east-1:{HOME}:q", HOME, policy=policy)
    secret = built.secret("s", HOME, policy=policy)
    reach, estate = reached(built, user)

    unread, without = (reach.likeness(estate, one, trust=False) for one in (queue, secret))

    assert unread.key != without.key


def test_the_root_user_is_granted_everything_and_others_what_they_hold(
    built: EstateBuilder,
) -> None:
    user = built.user("u", HOME, allows=[allow("s3:GetObject")])

    assert reached(built, user)[0].granted() == matching("s3:GetObject")
    assert reached(built, f"arn:aws:iam::{HOME}:root")[0].granted() == masks.every()
