# SPDX-License-Identifier: Apache-2.0
from collections.abc import Sequence
from dataclasses import replace

from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Findings
from bartizan.model.step import Step
from bartizan.paths.analysis import analyse
from bartizan.paths.comparison import compare
from tests.fakes.attack_steps import entry, jewel, step


def findings(snapshot: str, steps: Sequence[Step], *, unread: Sequence[Unread] = ()) -> Findings:
    proved, possible = analyse(steps, [entry("net")], [jewel(name) for name in "abc"])
    return Findings(
        snapshot=snapshot,
        tool_version="0",
        estate={},
        names={snapshot: snapshot},
        entries=(),
        jewels=(),
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
    old = findings("one", [step("net > a"), step("net > b", cost=2)])
    new = findings("two", [step("net > b", cost=3), step("net > c")])

    found = compare(old, new)

    assert (found.old, found.new) == ("one", "two")
    assert [path.jewel.name for path in found.appeared] == ["c"]
    assert [path.jewel.name for path in found.gone] == ["a"]
    assert found.unchanged == 1
    assert found.names == {"one": "one", "two": "two"}


def test_a_path_that_can_no_longer_be_proved_has_not_gone() -> None:
    sure = findings("one", [step("net > a")])
    unsure = findings("two", [step("net > a", missing=["x"])])

    assert compare(sure, unsure).gone == ()
    assert compare(sure, unsure).appeared == ()
    assert [path.jewel.name for path in compare(unsure, sure).appeared] == ["a"]


def test_the_same_findings_differ_in_nothing() -> None:
    one = findings("one", [step("net > a"), step("a > b", missing=["x"])])

    found = compare(one, replace(one, snapshot="two"))

    assert (found.appeared, found.gone, found.unchanged) == ((), (), 2)


def test_a_gap_is_the_same_whatever_words_the_system_used_for_it() -> None:
    old = findings("one", [], unread=[gap("a", "no"), gap("b")])
    new = findings("two", [], unread=[gap("c"), gap("a", "not allowed")])

    found = compare(old, new)

    assert [row.resource for row in found.unread_appeared] == ["c"]
    assert [row.resource for row in found.unread_gone] == ["b"]
