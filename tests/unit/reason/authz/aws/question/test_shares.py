# SPDX-License-Identifier: Apache-2.0
from collections.abc import Sequence

import pytest

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.question.crops import Crops
from bartizan.reason.authz.aws.question.engine import ALLOWED, UNKNOWN
from bartizan.reason.authz.aws.question.lots import Lot
from bartizan.reason.authz.aws.question.shares import Share, Shares
from tests.fakes.estate import EstateBuilder
from tests.fakes.reach_of_caller import reached
from tests.fakes.statements import allow, deny

HOME = "111111111111"
A, B = "arn:aws:s3:::a/k", "arn:aws:s3:::b/k"
CONDITION = {"StringEquals": {"aws:UserAgent": "x"}}


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    built.account(HOME)
    built.bucket("a", HOME)
    built.bucket("b", HOME)
    return built


def shares(built: EstateBuilder, allows: Sequence[dict[str, object]]) -> list[Share]:
    user = built.user("u", HOME, allows=allows)
    reach, estate = reached(built, user)
    crops = Crops(reach)
    for thing in (A, B):
        wanted = masks.matching("s3:*Object")
        crops.add(Lot.of_one(thing, wanted), wanted, estate)
    found = Shares(user)
    for crop in crops:
        for heard in crop.judge(reach, crop.actions):
            found.add(crop, heard, where="own")
    return list(found)


def actions(share: Share) -> set[str]:
    return set(masks.names(masks.joined(mask for _, mask in share.parts)))


def test_what_is_denied_is_in_no_share(built: EstateBuilder) -> None:
    assert shares(built, [deny("s3:*")]) == []


def test_requests_of_which_one_statement_speaks_are_one_share(built: EstateBuilder) -> None:
    (share,) = shares(built, [allow(["s3:GetObject", "s3:PutObject"])])

    assert (share.code, actions(share)) == (ALLOWED, {"s3:GetObject", "s3:PutObject"})
    action, thing, _ = share.first()
    assert (action, thing) == ("s3:GetObject", A)


def test_requests_of_which_different_statements_speak_are_apart(built: EstateBuilder) -> None:
    found = shares(built, [allow("s3:GetObject"), allow("s3:PutObject")])

    assert [actions(share) for share in found] == [{"s3:GetObject"}, {"s3:PutObject"}]


def test_a_thing_of_which_a_statement_speaks_is_apart(built: EstateBuilder) -> None:
    found = shares(built, [allow("s3:GetObject", "arn:aws:s3:::a/*"), allow("s3:GetObject", B)])

    assert [share.first()[1] for share in found] == [A, B]


def test_what_is_allowed_and_what_is_not_known_are_apart(built: EstateBuilder) -> None:
    found = shares(built, [allow("s3:GetObject"), allow("s3:PutObject", Condition=CONDITION)])

    assert {share.code: actions(share) for share in found} == {
        ALLOWED: {"s3:GetObject"},
        UNKNOWN: {"s3:PutObject"},
    }


def test_two_statements_under_one_condition_ask_the_same(built: EstateBuilder) -> None:
    one, other, third = shares(
        built,
        [
            allow("s3:GetObject", Condition=CONDITION),
            allow("s3:PutObject", Condition=CONDITION),
            allow("s3:DeleteObject", Condition={"StringEquals": {"aws:Referer": "x"}}),
        ],
    )

    asks = [share.asks for share in (one, other, third)]

    assert len(set(asks)) == 2
    assert None not in asks
