# SPDX-License-Identifier: Apache-2.0
"""Which accounts are alike but for names, and what tells them apart."""

from collections.abc import Callable
from typing import Any

import pytest

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps.alike.likeness import Likenesses
from bartizan.reason.authz.aws.steps.alike.rows import Side
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import allow, trusts

ONE, OTHER = "111111111111", "222222222222"
Statement = dict[str, Any]


def _estate(of: Callable[[str], Statement], *, extra: str = "") -> Estate:
    """Return two accounts, each with a role that has the statement `of` its account."""
    made = EstateBuilder()
    for account in (ONE, OTHER):
        made.account(account)
        made.role("app", account, trust=[trusts({"AWS": account})], allows=[of(account)])
    if extra:
        made.role(extra, OTHER, trust=[trusts({"AWS": OTHER})])
    return Estate(made.facts())


def _alike(estate: Estate, side: Side = Side.HOME) -> bool:
    one, other = Likenesses(estate, strangers=()).of(side)
    return one.shape == other.shape


def test_accounts_with_the_same_texts_over_their_own_names_are_alike() -> None:
    estate = _estate(lambda account: allow("sts:AssumeRole", f"arn:aws:iam::{account}:role/*"))

    assert _alike(estate)


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(
            lambda _: allow("sts:AssumeRole", f"arn:aws:iam::{ONE}:role/*"), id="one-name-for-both"
        ),
        pytest.param(
            lambda _: allow("s3:GetObject", "arn:aws:s3:::data-1*"), id="a-part-of-one-name"
        ),
        pytest.param(
            lambda account: allow("s3:*", f"arn:aws:s3:::{account}${{aws:username}}"),
            id="a-variable-joined-to-a-name",
        ),
        pytest.param(
            lambda account: allow("s3:*", Condition={"NumericLessThan": {"s3:max-keys": account}}),
            id="a-name-as-a-number",
        ),
    ],
)
def test_what_could_tell_two_accounts_apart_does(of: Callable[[str], Statement]) -> None:
    assert not _alike(_estate(of))


def test_one_more_role_makes_an_account_another() -> None:
    estate = _estate(lambda _: allow("s3:GetObject"), extra="more")

    assert not _alike(estate)


def test_a_wildcard_after_another_sign_takes_in_whole_names_only() -> None:
    assert _alike(_estate(lambda _: allow("s3:GetObject", "arn:aws:s3:::data-*")))


def test_stores_are_alike_where_their_accounts_are_and_their_policies() -> None:
    made = EstateBuilder()
    for account in (ONE, OTHER):
        made.account(account)
        made.bucket(f"data-{account}", account)
    made.bucket(f"more-{OTHER}", OTHER)

    first, second, third = Likenesses(Estate(made.facts()), strangers=()).of_things(Side.OWNER)

    assert first.shape == second.shape != third.shape
    assert first.thing == f"arn:aws:s3:::data-{ONE}"


def test_a_policy_that_speaks_of_a_part_of_anothers_name_ties_the_two() -> None:
    made = EstateBuilder()
    for account in (ONE, OTHER):
        made.account(account)
    made.role("app", ONE, trust=[trusts({"AWS": ONE})], allows=[allow("s3:*", f"*{ONE}*")])
    made.role(f"x{ONE}y", OTHER, trust=[trusts({"AWS": OTHER})])

    found = Likenesses(Estate(made.facts()), strangers=())

    assert (ONE, OTHER) in found.beside


def _things_alike(one: str, other: str, pattern: str = "x") -> bool:
    """Tell it of a bucket of each of two accounts, whose people may read what a pattern says."""
    made = EstateBuilder()
    for account, name in ((ONE, one), (OTHER, other)):
        made.account(account)
        reads = allow("s3:GetObject", f"arn:aws:s3:::{pattern.format(account)}/*")
        made.user("u", account, allows=[reads])
        made.bucket(name, account)
    first, second = Likenesses(Estate(made.facts()), strangers=()).of_things(Side.HOME)
    return first.shape == second.shape


def test_stores_whose_names_stand_elsewhere_among_those_there_are_not_alike() -> None:
    assert _things_alike("0aaaaaa1", "0bbbbbb1")
    assert not _things_alike("0aaaaaa1", "9aaaaaa1")


def test_stores_of_whose_names_a_pattern_takes_in_one_are_not_alike() -> None:
    assert _things_alike(f"{ONE}x", f"{OTHER}x", "*{}*")
    assert not _things_alike(f"{ONE}x", "333333333333x", "*{}*")


@pytest.mark.parametrize(("tie", "alike"), [("vpc", True), ("subnet", True), ("cluster", False)])
def test_in_which_network_a_workload_is_tells_no_accounts_apart(tie: str, *, alike: bool) -> None:
    made = EstateBuilder()
    for account, name in ((ONE, "x-1"), (OTHER, "x-2")):
        made.account(account)
        made.workload("AWS::ECS::Task", "ecs:task/c/t", account, related={tie: name})

    assert _alike(Estate(made.facts()), Side.OWNER) is alike
