# SPDX-License-Identifier: Apache-2.0

import pytest
from msgspec import structs

from bartizan.model.path import Cut
from bartizan.model.step import Ability, Foothold
from bartizan.report import wording
from tests.fakes.findings import NAMES, PROD, TO_LEDGER, UNREAD, acme

NAMED = wording.Names(NAMES)


@pytest.mark.parametrize(
    ("entity", "name"),
    [
        (f"arn:aws:iam::{PROD}:role/path/deploy", "role deploy in prod"),
        ("arn:aws:iam::000000000000:user/u", "user u in 000000000000"),
        ("arn:aws:s3:::bucket/prefix/key", "bucket bucket/prefix/key"),
        (f"arn:aws:sqs:eu-west-1:{PROD}:jobs", "queue jobs in prod"),
        (f"arn:aws:lambda:eu-west-1:{PROD}:function:f", "function f in prod"),
        (PROD, "prod"),
        ("internet", "the Internet"),
        ("no arn at all", "no arn at all"),
    ],
)
def test_things_are_called_what_people_call_them(entity: str, name: str) -> None:
    assert NAMED.entity(entity) == name


def test_a_given_name_wins_over_the_one_in_the_arn() -> None:
    assert wording.Names({"arn:aws:s3:::b": "the vault"}).entity("arn:aws:s3:::b") == "the vault"


def test_braces_in_a_name_are_no_place_for_another_name() -> None:
    foothold = Foothold(Ability.READ.value, "{} {0}")

    assert NAMED.foothold(foothold) == "read {} {0}"


@pytest.mark.parametrize("ability", Ability)
def test_every_ability_has_words(ability: Ability) -> None:
    assert ability.value in wording.ABILITIES
    assert "{" not in wording.verb(Foothold(ability.value, "x"))


def test_an_ability_of_a_users_own_step_is_said_as_it_is_spelt() -> None:
    assert NAMED.foothold(Foothold("bribe", "internet")) == "bribe the Internet"


def test_every_level_of_a_path_is_counted_once_and_the_worst_comes_first() -> None:
    assert wording.by_level(acme().proved) == {"critical": 2, "high": 1}


@pytest.mark.parametrize(
    ("rank", "level"), [(0, "low"), (1, "low"), (4, "critical"), (9, "critical")]
)
def test_a_rank_outside_the_scale_is_the_nearest_level(rank: int, level: str) -> None:
    assert wording.level(rank) == level


def test_a_gap_says_what_where_and_why() -> None:
    told = wording.gap(UNREAD[0])

    assert told == "s3:GetBucketPolicy on arn:aws:s3:::acme-logs in 222222222222: access denied"


def test_a_gap_without_an_account_concerns_the_organisation() -> None:
    row = structs.replace(UNREAD[0], account="", resource="", code="odd")

    assert wording.gap(row) == "s3:GetBucketPolicy in the organisation: odd"


def test_what_was_refused_comes_before_what_was_left_out() -> None:
    skipped = structs.replace(UNREAD[0], code="skipped")

    rows = wording.worst_gaps_first([skipped, UNREAD[2], UNREAD[0]])

    assert [row.code for row in rows] == ["denied", "unsupported", "skipped"]


def test_what_was_left_out_on_purpose_still_makes_the_answer_incomplete() -> None:
    skipped = structs.replace(UNREAD[0], code="skipped")

    assert wording.completeness([skipped]) == (
        "1 thing was left out by the settings: there may be more paths than these"
    )
    assert wording.completeness([skipped, skipped, UNREAD[0]]) == (
        "1 thing could not be read (1 denied) and 2 were left out by the settings:"
        " there may be more paths than these"
    )


def test_changes_that_close_the_most_come_first() -> None:
    cut = _cut(remedies=tuple(reversed(_cut().remedies)))

    assert [len(one.closes) for one in wording.most_closing_first(cut)] == [2, 1]


def test_one_is_not_a_plural() -> None:
    assert wording.estate({"accounts": 1, "policies": 1, "keys": 2}) == [
        "1 account",
        "1 policy",
        "2 keys",
    ]


def _cut(**change: object) -> Cut:
    base = acme().cut
    assert base is not None
    return structs.replace(base, **change)


def test_a_cut_that_is_proved_and_checked_says_so() -> None:
    told = wording.verdict_on(_cut())

    assert told == (
        "2 changes close every path (cost 4, proved the cheapest);"
        " paths left after it: 0 (checked)"
    )


def test_a_cut_that_is_not_proved_names_its_bound() -> None:
    assert "nothing below 3 can do it" in wording.verdict_on(_cut(optimal=False, lower_bound=3))


def test_a_cut_that_leaves_paths_never_says_that_it_closes_them_all() -> None:
    open_ones = _cut(uncut=(TO_LEDGER.id,))
    still = _cut(paths_left=2)

    assert "leave 1 path open" in wording.verdict_on(open_ones)
    assert "2 jewels are still reached (checked)" in wording.verdict_on(still)
    assert "every path" not in wording.verdict_on(open_ones) + wording.verdict_on(still)
