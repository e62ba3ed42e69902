# SPDX-License-Identifier: Apache-2.0
from collections.abc import Mapping
from typing import Any

import pytest

from bartizan.reason.authz.aws import masks
from bartizan.reason.authz.aws.kernel.openings import Openings
from bartizan.reason.authz.aws.masks import Mask
from tests.fakes.estate import EstateBuilder
from tests.fakes.reach_of_caller import reached
from tests.fakes.statements import allow

HOME, AWAY = "111111111111", "222222222222"
READ = masks.matching("s3:GetObject")


@pytest.fixture
def built() -> EstateBuilder:
    built = EstateBuilder()
    for account in (HOME, AWAY):
        built.account(account)
    return built


def opened(built: EstateBuilder, caller: str, *things: str) -> Mapping[int, Mask]:
    reach, estate = reached(built, caller)
    return reach.open_to(Openings(estate, enumerate(things)))


def lent(built: EstateBuilder, principal: object, **more: Any) -> str:  # noqa: ANN401 - elements of a policy
    statement = {**allow("s3:GetObject", "arn:aws:s3:::lent/*"), "Principal": principal, **more}
    return built.bucket("lent", AWAY, policy=[statement])


@pytest.mark.parametrize(
    ("principal", "opened_to"),
    [
        ("*", {0: READ}),
        ({"AWS": HOME}, {0: READ}),
        ({"AWS": f"arn:aws:iam::{HOME}:root"}, {0: READ}),
        ({"AWS": f"arn:aws:iam::{HOME}:user/u"}, {0: READ}),
        ({"AWS": AWAY}, {}),
        ({"AWS": f"arn:aws:iam::{HOME}:user/other"}, {}),
        ({"Service": "lambda.amazonaws.com"}, {}),
    ],
)
def test_a_statement_is_found_by_every_name_of_the_caller(
    built: EstateBuilder, principal: object, opened_to: Mapping[int, Mask]
) -> None:
    user = built.user("u", HOME)

    assert opened(built, user, lent(built, principal)) == opened_to


@pytest.mark.parametrize(
    ("condition", "opened_to"),
    [
        ({"StringEquals": {"aws:PrincipalAccount": HOME}}, {0: READ}),
        ({"StringEquals": {"aws:PrincipalAccount": AWAY}}, {}),
        ({"StringNotEquals": {"aws:PrincipalAccount": AWAY}}, {0: READ}),
        ({"StringNotEquals": {"aws:PrincipalAccount": HOME}}, {}),
        (
            {"StringEqualsIgnoreCase": {"aws:PrincipalArn": f"ARN:aws:iam::{HOME}:user/U"}},
            {0: READ},
        ),
        ({"StringEqualsIfExists": {"aws:PrincipalAccount": HOME}}, {0: READ}),
        ({"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:user/*"}}, {0: READ}),
        ({"StringEquals": {"aws:UserAgent": "x"}}, {0: READ}),
    ],
)
def test_a_statement_to_everybody_is_found_by_what_it_asks_of_the_caller(
    built: EstateBuilder, condition: dict[str, dict[str, str]], opened_to: Mapping[int, Mask]
) -> None:
    user = built.user("u", HOME)
    thing = lent(built, "*", Condition=condition)

    assert opened(built, user, thing) == opened_to


def test_somebody_whose_account_is_not_settled_may_be_meant(built: EstateBuilder) -> None:
    thing = lent(built, "*", Condition={"StringEqualsIfExists": {"aws:PrincipalAccount": HOME}})

    assert opened(built, "lambda.amazonaws.com", thing) == {0: READ}


def test_what_was_not_read_may_be_open(built: EstateBuilder) -> None:
    user = built.user("u", HOME)
    dark = built.key("dark", AWAY, policy=None)

    assert opened(built, user, dark) == {0: masks.every()}


def test_a_key_with_grants_may_be_open_by_them(built: EstateBuilder) -> None:
    user = built.user("u", HOME)
    key = built.key("k", AWAY, policy=[])
    built.grant(key, user, ("Decrypt",))

    assert opened(built, user, key) == {0: masks.matching("kms:*")}


def test_each_thing_has_its_own_place(built: EstateBuilder) -> None:
    user = built.user("u", HOME)
    things = [built.bucket("none", AWAY), lent(built, "*")]

    assert opened(built, user, *things) == {1: READ}
