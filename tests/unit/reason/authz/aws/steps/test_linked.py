# SPDX-License-Identifier: Apache-2.0
"""Values that policy variables ask for."""

from typing import Any

import pytest

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.steps.attempt import Attempt, Attempts
from tests.fakes.estate import EstateBuilder
from tests.fakes.statements import FULL, allow, deny, trusts

A = "111111111111"
TEAM, REQUESTED = "aws:principaltag/team", "aws:requesttag/team"


def attempt(*statements: dict[str, Any], thing: str = "arn:aws:s3:::data/red/k") -> Attempt | None:
    """Try to read an object as a role whose sessions may have tags."""
    estate = EstateBuilder()
    estate.account(A)
    estate.bucket("data", A)
    trust = [trusts({"AWS": A}), trusts({"AWS": A}, "sts:TagSession")]
    role = estate.role("r", A, trust=trust, allows=statements)
    return Attempts(Estate(estate.facts()))(role, "s3:GetObject", thing)


def chosen(found: Attempt | None) -> dict[str, str]:
    assert found is not None
    assert not found.missing
    return {key.lower(): value for key, value in found.ask.context}


@pytest.mark.parametrize(
    ("resource", "tag"),
    [
        (f"arn:aws:s3:::data/${{{TEAM}}}/*", "red"),
        (f"arn:aws:s3:::data/r${{{TEAM}}}d/?", "e"),
        (f"arn:aws:s3:::*/${{{TEAM}, 'blue'}}/${{s3:prefix}}", "red"),
        (f"arn:aws:s3:::data/${{{TEAM}}}", "red/k"),
    ],
)
def test_a_tag_that_the_resource_asks_for_is_brought(resource: str, tag: str) -> None:
    assert chosen(attempt(allow("s3:GetObject", resource)))[TEAM] == tag


def test_a_name_that_stands_twice_is_the_same_both_times() -> None:
    twice = allow("s3:GetObject", f"arn:aws:s3:::data/${{{TEAM}}}/${{{TEAM}}}")

    assert attempt(twice) is None
    assert chosen(attempt(twice, thing="arn:aws:s3:::data/a/a")) == {TEAM: "a"}


def test_a_text_with_too_many_holes_is_not_looked_into() -> None:
    assert attempt(allow("s3:GetObject", f"arn:aws:s3:::d*a*/*e*/${{{TEAM}}}")) is None


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        (TEAM, f"${{{REQUESTED}}}", {TEAM: "bartizan", REQUESTED: "bartizan"}),
        (TEAM, "${aws:username, 'red'}", {TEAM: "red"}),
        (TEAM, f"${{{TEAM}}}", {TEAM: "bartizan"}),
        (TEAM, "${aws:PrincipalAccount}-*", {TEAM: f"{A}-bartizan"}),
        (TEAM, "${aws:PrincipalAccount}?", {TEAM: f"{A}x"}),
        ("aws:PrincipalAccount", f"1${{{TEAM}}}", {TEAM: A[1:]}),
    ],
)
def test_keys_that_are_compared_with_each_other_are_brought_alike(
    key: str, value: str, wanted: dict[str, str]
) -> None:
    found = attempt(allow("s3:GetObject", Condition={"StringLike": {key: value}}))

    assert chosen(found) == wanted


def test_what_has_no_value_and_no_default_is_left_to_others() -> None:
    nobody = allow("s3:GetObject", Condition={"StringEquals": {TEAM: "${aws:username}"}})

    assert attempt(nobody) is None


def test_a_value_that_fits_nothing_keeps_a_deny_off() -> None:
    denied = deny("s3:*", f"arn:aws:s3:::data/${{{TEAM}, 'red'}}/*")

    assert chosen(attempt(*FULL, denied)) == {TEAM: "bartizan"}


def test_a_text_that_could_be_parted_in_too_many_ways_is_not_tried() -> None:
    # A value at both ends, which differ: without a bound each way to part the middle is tried.
    blown = allow("s3:GetObject", f"arn:aws:s3:::data/${{{TEAM}}}a*a*${{{TEAM}}}b")

    assert attempt(blown, thing=f"arn:aws:s3:::data/x{'a' * 4_000}yb") is None
