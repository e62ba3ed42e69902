# SPDX-License-Identifier: Apache-2.0
from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Comparison, Findings
from bartizan.model.step import ONE_OF_MANY, Condition, Step
from bartizan.paths import comparison
from bartizan.paths.analysis import analyse
from bartizan.paths.differing import differing
from tests.fakes.attack_steps import entry, jewel, step

ENTRIES = (entry("net"),)
JEWELS = tuple(jewel(name) for name in "abc")


def compare(old: Sequence[Step], new: Sequence[Step], *, doubts: bool = False) -> Comparison:
    """Compare what some steps lead to."""
    among = differing(old, new, ())
    one, two = findings("one", old), findings("two", new)
    return comparison.compare(one, two, old, new, among=among, doubts=doubts)


def findings(snapshot: str, steps: Sequence[Step], *, unread: Sequence[Unread] = ()) -> Findings:
    proved, possible = analyse(steps, ENTRIES, JEWELS, alternatives=1)
    return Findings(
        snapshot=snapshot,
        tool_version="0",
        estate={},
        names={snapshot: snapshot},
        entries=ENTRIES,
        jewels=JEWELS,
        proved=proved,
        possible=possible,
        cut=None,
        unread=tuple(unread),
    )


def gap(resource: str, reason: str = "") -> Unread:
    return Unread(
        provider="aws",
        account="1",
        region="",
        service="s3",
        operation="GetBucketPolicy",
        action="s3:GetBucketPolicy",
        kind="AWS::S3::BucketPolicy",
        resource=resource,
        code="denied",
        reason=reason,
    )


def test_paths_appear_and_go_by_what_they_do() -> None:
    old = [step("net > a"), step("net > b", cost=2)]
    new = [step("net > b", cost=3), step("net > c")]

    found = compare(old, new)

    assert (found.old, found.new) == ("one", "two")
    assert [path.jewel.name for path in found.appeared] == ["c"]
    assert [path.jewel.name for path in found.gone] == ["a"]
    assert found.unchanged == 1
    assert found.names == {"one": "one", "two": "two"}


def test_a_path_that_can_no_longer_be_proved_has_not_gone() -> None:
    sure = [step("net > a")]
    unsure = [step("net > a", missing=["x"])]

    assert compare(sure, unsure).gone == ()
    assert compare(sure, unsure).appeared == ()
    assert [path.jewel.name for path in compare(unsure, sure).appeared] == ["a"]


def test_the_same_findings_differ_in_nothing() -> None:
    one = [step("net > a"), step("a > b", missing=["x"])]

    found = compare(one, one)

    assert (found.appeared, found.gone, found.unchanged) == ((), (), 2)


def test_a_gap_is_the_same_whatever_words_the_system_used_for_it() -> None:
    old = findings("one", [], unread=[gap("a", "no"), gap("b")])
    new = findings("two", [], unread=[gap("c"), gap("a", "not allowed")])

    found = comparison.compare(old, new, [], [], among=())

    assert [row.resource for row in found.unread_appeared] == ["c"]
    assert [row.resource for row in found.unread_gone] == ["b"]


def test_a_path_that_is_merely_dearer_than_a_new_one_is_neither_gone_nor_told_again() -> None:
    old = [step("net > x"), step("x > a", cost=9)]

    found = compare(old, [*old, step("net > a")])
    back = compare([*old, step("net > a")], old)

    assert [[one.cost for one in path.steps] for path in found.appeared] == [[1]]
    assert found.gone == ()
    assert [[one.cost for one in path.steps] for path in back.gone] == [[1]]
    assert back.appeared == ()


def circle(name: str, members: str, goals: str, missing: Sequence[str] = ()) -> list[Step]:
    """Many who may do the same, as one; the name tells how many."""
    into = [replace(step(f"{one} > {name}"), technique=ONE_OF_MANY) for one in members]
    return [*into, *(step(f"{name} > {goal}", missing=missing) for goal in goals)]


@pytest.mark.parametrize("missing", [[], ["x"]])
def test_one_more_in_a_circle_brings_and_takes_no_path_of_the_others(missing: list[str]) -> None:
    more = [step("net > m"), step("net > n")]
    few = [*more, *circle("any-of-1", "m", "ab", missing)]
    many = [*more, *circle("any-of-2", "mo", "ab", missing)]
    reached = [*more, *circle("any-of-2", "mn", "ab", missing)]
    longer = [*more, *circle("any-of-1", "m", "abc", missing)]

    same = (compare(few, many), compare(many, few))

    assert [(one.appeared, one.gone, one.unchanged) for one in same] == [((), (), 2)] * 2
    assert [path.jewel.name for path in compare(few, longer).appeared] == ["c"]
    assert [path.jewel.name for path in compare(longer, few).gone] == ["c"]
    told = compare(few, reached)
    assert bool(told.appeared) == (not missing)
    assert told.gone == ()


def test_what_becomes_possible_is_told_once_by_who_may_do_what() -> None:
    few, many = circle("any-of-1", "m", "a"), circle("any-of-2", "mo", "a")

    found = comparison.opened(few, [*many, step("o > b"), step("o > c", missing=["x"])], ())

    assert [(one.needs[0].entity, one.grants.entity) for one in found] == [
        ("o", "any-of-2"),
        ("o", "b"),
    ]


def test_a_path_that_is_told_because_a_cheaper_one_goes_is_not_new() -> None:
    ways = [
        one
        for cost, name in enumerate("xyzw", start=1)
        for one in (step(f"net > {name}", cost=cost, breakers=[name]), step(f"{name} > a"))
    ]

    for left in range(0, len(ways), 2):
        found, back = compare(ways, ways[left:]), compare(ways[left:], ways)

        assert found.appeared == ()
        assert bool(found.gone) is (left > 0)
        # Nor is one gone that is not told because a cheaper one came.
        assert back.gone == ()
        assert bool(back.appeared) is (left > 0)


def test_what_is_on_a_path_that_appears_is_not_told_beside_it() -> None:
    old, new = [step("net > m")], [step("net > m"), step("m > a"), step("m > z")]

    appeared = compare(old, new).appeared

    assert [path.jewel.name for path in appeared] == ["a"]
    beside = comparison.opened(old, new, appeared)
    assert [one.grants.entity for one in beside] == ["z"]


def test_a_path_that_is_possible_for_want_of_something_else_is_a_new_doubt() -> None:
    """What was unknown may be so for another reason now: then what differs may open the path."""
    old = [step("net > m"), step("m > a", missing=["x"])]
    other = [step("net > m"), step("m > a", missing=["y"])]
    fewer = [step("net > m"), step("m > a", missing=[])]
    both = [step("net > m"), step("m > a", missing=["x", "z"])]

    def told(new: Sequence[Step], **how: bool) -> list[str]:
        return [path.jewel.name for path in compare(old, new, **how).appeared]

    assert told(other, doubts=True) == ["a"]
    assert told(both, doubts=True) == ["a"]
    assert told(old, doubts=True) == []
    assert told(fewer, doubts=True) == ["a"]
    assert told(other) == told(both) == []
    assert compare(both, old, doubts=True).appeared == ()


@pytest.mark.parametrize("missing", [(), ("s3:GetBucketPolicy",)], ids=["proved", "possible"])
def test_a_path_that_asks_for_less_than_before_appears(missing: tuple[str, ...]) -> None:
    condition = Condition(text="comes from an office", key="aws:SourceIp", effort=3)
    free = step("net > a", missing=missing)
    bound = replace(free, conditions=(condition,))

    assert [path.conditions for path in compare([bound], [free]).appeared] == [()]
    assert compare([free], [bound]).appeared == ()
    assert compare([bound], [bound]).appeared == ()
