# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.authz.aws.diff.effort import Effort, ExhaustedError
from bartizan.reason.authz.aws.diff.glob import globbed, joined, spell
from bartizan.reason.authz.aws.diff.text import NAME, find, fits, sample


def one_of(*patterns: str) -> tuple:  # type: ignore[type-arg] # of patterns
    return tuple(globbed(pattern) for pattern in patterns)


@pytest.mark.parametrize(
    ("wanted", "unwanted"),
    [
        (["*"], ["*"]),
        (["a*"], ["a", "a?*"]),
        (["a*", "b*"], []),
        (["a*b"], ["a*"]),
        (["?"], ["?*"]),
        (["*a", "a*"], ["a", "a*a"]),
    ],
)
def test_where_nothing_fits_nothing_is_found(wanted: list[str], unwanted: list[str]) -> None:
    assert find([one_of(one) for one in wanted], one_of(*unwanted), Effort(10_000)) is None


@pytest.mark.parametrize(
    ("wanted", "unwanted"),
    [
        (["*"], ["x*", "y*", "example*", ""]),
        (["a*b"], ["axb", "ayb", "aexampleb", "ab"]),
        (["*a*", "*b*"], ["*ab*"]),
        (["arn:aws:s3:::*"], ["arn:aws:s3:::*x*", "arn:aws:s3:::?", "arn:aws:s3:::e*"]),
    ],
)
def test_what_is_found_fits(wanted: list[str], unwanted: list[str]) -> None:
    sides = [one_of(one) for one in wanted]

    found = find(sides, one_of(*unwanted), Effort(100_000))

    assert found is not None
    assert fits(found, sides, one_of(*unwanted))


def test_what_people_can_read_is_preferred() -> None:
    arn = joined((globbed("arn:*:ec2:*:*:instance/*"),))

    assert sample(arn) == "arn:aws:ec2:us-east-1:111111111111:instance/x"
    assert sample(arn, account="222222222222").split(":")[4] == "222222222222"


def test_no_other_characters_than_those_of_an_alphabet_are_used() -> None:
    everything = [globbed(f"{letter}*") for letter in NAME if letter != "q"]

    found = find([one_of("?*")], everything, Effort(10_000), alphabet=NAME)

    assert found is not None
    assert found.startswith("q")
    assert (
        find([one_of("?*")], [*everything, globbed("q*")], Effort(10_000), alphabet=NAME) is None
    )


def test_no_side_at_all_is_no_text() -> None:
    assert find([()], [], Effort(100)) is None


def test_work_is_bounded() -> None:
    stars = globbed("*" + "?" * 40 + "a" + "*")

    with pytest.raises(ExhaustedError):
        find([(globbed("*b"),)], [stars, spell("xb"), globbed("?*b"), globbed("b")], Effort(20))
