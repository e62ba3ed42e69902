# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws import masks
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


def test_the_root_user_is_granted_everything_and_others_what_they_hold(
    built: EstateBuilder,
) -> None:
    user = built.user("u", HOME, allows=[allow("s3:GetObject")])

    assert reached(built, user)[0].granted() == matching("s3:GetObject")
    assert reached(built, f"arn:aws:iam::{HOME}:root")[0].granted() == masks.every()
