# SPDX-License-Identifier: Apache-2.0
from typing import Any

from msgspec import structs

from bartizan.report.page import LONGEST_EXCERPT, payload
from tests.fakes.findings import CALL_URL, TO_ADMIN, TO_RECORDS, acme
from tests.fakes.strained_findings import hostile, many


def _page(**change: object) -> dict[str, Any]:
    return payload(structs.replace(acme(), **change))


def test_a_step_that_paths_share_is_said_once() -> None:
    page = _page()

    assert page["proved"][0]["steps"][0] == page["proved"][2]["steps"][0]
    assert len(page["steps"]) == 4 + 5 + 2 + 1


def test_equal_steps_that_are_not_the_same_object_are_said_once_too() -> None:
    twin = structs.replace(TO_ADMIN, steps=tuple(map(structs.replace, TO_ADMIN.steps)))

    page = _page(proved=(TO_ADMIN, twin), possible=())

    assert len(page["steps"]) == len(TO_ADMIN.steps)


def test_positions_lead_back_to_what_was_said() -> None:
    page = _page()
    last = page["steps"][page["proved"][1]["steps"][-1]]

    assert [page["footholds"][need][0] for need in last["needs"]] == [
        "decrypt with key 5b1f in data",
        "read bucket acme-customer-records, still encrypted",
    ]
    assert page["footholds"][last["grants"]][3] == TO_RECORDS.jewel.foothold.entity


def test_the_cut_points_at_paths_by_position() -> None:
    page = _page()

    assert [remedy["closes"] for remedy in page["cut"]["remedies"]] == [[0, 2], [1]]


def test_no_cut_is_none() -> None:
    assert _page(cut=None)["cut"] is None


def test_a_possible_path_says_what_would_have_to_be_read() -> None:
    page = _page()

    assert "missing" not in page["proved"][0]
    assert page["possible"][0]["missing"]


def test_a_huge_statement_is_cut_on_the_page() -> None:
    evidence = structs.replace(CALL_URL.evidence[0], excerpt="x" * 10_000_000)
    step = structs.replace(CALL_URL, evidence=(evidence,))
    path = structs.replace(TO_ADMIN, steps=(step,))

    page = _page(proved=(path,), possible=())

    assert len(page["steps"][0]["evidence"][0][3]) == LONGEST_EXCERPT


def test_control_characters_are_shown_and_not_carried() -> None:
    page = payload(hostile())

    assert "\x1b" not in repr(page)
    assert "\\\\x1b[2J" in repr(page)


def test_ten_times_the_paths_need_far_less_than_ten_times_the_steps() -> None:
    few, lots = payload(many(200)), payload(many(2_000))

    shared = [len(page["footholds"]) / len(page["proved"]) for page in (few, lots)]  # type: ignore[arg-type] # both are lists
    assert shared[1] < shared[0]
