# SPDX-License-Identifier: Apache-2.0
"""Whatever is to be said of a judgement is said in every format, and a comment stays short."""

import json
from typing import Any

import pytest
from msgspec import structs

from bartizan.model.evidence import Evidence
from bartizan.model.gate import Gate, Judgement
from bartizan.model.path import Path
from bartizan.report.gate import GATE_FORMATS
from tests.fakes.findings import TO_ADMIN, TO_LEDGER, TO_LOGS, TO_RECORDS
from tests.unit.report.test_gate import ALL, DOUBTFUL, EACH, GAP, PLACE, comparison, gate, run

LONGEST_COMMENT = 65_536
LET_THROUGH = "let through by jane"


def told(found: Gate, format_: str) -> str:
    return GATE_FORMATS[format_](found).decode()


def test_a_path_that_is_proved_to_appear_is_one_whatever_else_cannot_be_told() -> None:
    found = structs.replace(DOUBTFUL, comparison=comparison(TO_ADMIN, TO_LOGS))

    assert found.judgement is Judgement.NEW
    assert "1 new attack path by 1 changed object" in told(found, "text")


def test_a_path_that_does_not_count_neither_counts_nor_hides_one() -> None:
    let = {path.id: LET_THROUGH for path in (TO_ADMIN, TO_LOGS)}
    found = gate(comparison=comparison(TO_ADMIN, TO_LOGS), excused=let)

    assert found.judgement is Judgement.CLEAN
    assert "no new attack path by" in told(found, "text")
    doubtful = structs.replace(found, gaps=(GAP,))
    assert "cannot tell whether 1 changed object open" in told(doubtful, "text")
    one = structs.replace(found, comparison=comparison(TO_ADMIN, TO_LOGS, TO_LEDGER))
    assert "1 new attack path by" in told(one, "text")


@pytest.mark.parametrize("format_", ["text", "markdown", "sarif"])
@pytest.mark.parametrize(
    "more",
    [
        {"partial": ("p.json: it ends with an error",)},
        {"others": {"aws_unheard_of": 2}},
        {"unread_code": ("main.tf: no HCL",)},
        {"remarks": ("advice alone: nothing here fails",)},
        {"gaps": (GAP,)},
    ],
    ids=lambda held: next(iter(held)),
)
def test_what_is_to_be_known_of_a_judgement_is_told(more: dict[str, Any], format_: str) -> None:
    (held,) = more.values()
    words = [getattr(one, "operation", one) for one in held]

    found = told(gate(**more), format_)

    assert all(word.replace("_", "\\_") in found or word in found for word in words)
    assert not any(word in told(gate(), format_) for word in words)


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_what_changed_by_itself_and_who_let_a_path_through_is_told_to_people(format_: str) -> None:
    found = gate(drift=("aws_x.y",), excused={TO_ADMIN.id: LET_THROUGH})

    assert "1 object changed by themselves" in told(found, format_)
    assert LET_THROUGH in told(found, format_)


def test_a_list_that_is_cut_says_how_much_is_left_out() -> None:
    gaps = tuple(structs.replace(GAP, operation=f"a.b{number}") for number in range(25))

    assert "- and 5 more\n" in told(gate(gaps=gaps), "markdown")
    assert " more\n" not in told(gate(gaps=gaps[:20]), "markdown")


@pytest.mark.parametrize(("count", "words"), [(50, ""), (51, "and 1 more"), (52, "and 2 more")])
def test_access_that_is_cut_says_how_much_is_left_out(count: int, words: str) -> None:
    found = told(gate(access=TO_ADMIN.steps[:1] * count), "text")

    assert found.count("can now") == 50
    assert words in found
    assert bool(words) is (" more" in found)


def long(path: Path, *, steps: int, reasons: int, number: int) -> Path:
    """Return a path of as many steps, each for as many reasons of 100 letters."""
    step = path.steps[0]
    why = tuple(
        Evidence(subject=step.grants.entity, statement="", why="x" * 100) for _ in range(reasons)
    )
    return structs.replace(
        path, id=f"{number:012}", steps=(structs.replace(step, evidence=why),) * steps
    )


@pytest.mark.parametrize(
    ("steps", "reasons", "shown"), [(4, 2, 10), (20, 5, 1), (100, 20, 0)], ids=str
)
def test_of_long_paths_a_comment_tells_as_many_as_it_holds(
    steps: int, reasons: int, shown: int
) -> None:
    paths = [long(TO_ADMIN, steps=steps, reasons=reasons, number=n) for n in range(12)]

    found = told(gate(comparison=comparison(*paths)), "markdown")

    assert len(found) <= LONGEST_COMMENT
    assert found.count("<summary>1") + found.count("<summary>2") == (3 if shown == 10 else shown)
    assert f"{shown} of 12 are shown" in found
    assert "12 new attack paths by 1 changed object" in found


def test_a_comment_whose_lists_alone_are_too_long_says_so() -> None:
    lists = dict.fromkeys(("partial", "remarks"), ("<" * 900,) * 20)

    found = told(gate(**lists, unread_code=("<" * 900,) * 20), "markdown")

    assert len(found) <= LONGEST_COMMENT
    assert "1 new attack path by 1 changed object" in found
    assert "More than one comment can hold" in found


def test_all_that_appears_is_written_down_as_known() -> None:
    """What is known already, and what is only possible, is not to be forgotten."""
    found = gate(comparison=comparison(TO_RECORDS, TO_LOGS, TO_ADMIN), excused={TO_ADMIN.id: "x"})

    paths = json.loads(told(found, "baseline"))["paths"]
    assert paths == sorted([TO_RECORDS.id, TO_LOGS.id, TO_ADMIN.id])


@EACH
def test_a_result_is_open_where_it_is_not_proved_and_has_a_rule(name: str) -> None:
    log = run(ALL[name])
    appeared = {path.id: path for path in ALL[name].comparison.appeared}
    rules = {rule["id"]: rule for rule in log["tool"]["driver"]["rules"]}

    for result in log["results"]:
        path = appeared.get(result["partialFingerprints"].get("bartizanPath/v1", ""))
        proved = path is not None and path.proved
        assert result["kind"] == ("fail" if proved else "open")
        # Section 3.27.10: what has not failed has no level.
        assert (result["level"] == "none") is not proved
        assert result["ruleId"] in rules
    told_ = [one for one in log["results"] if "bartizanPath/v1" in one["partialFingerprints"]]
    assert len(told_) == len(appeared)
    # There is no taxonomy in the log that one could point into.
    assert all("relationships" not in rule for rule in rules.values())


def test_a_rule_is_as_bad_as_the_worst_path_that_ends_with_it() -> None:
    (rule,) = run(gate())["tool"]["driver"]["rules"]

    assert rule["id"] == TO_ADMIN.steps[-1].technique
    assert rule["defaultConfiguration"]["level"] == "error"
    assert float(rule["properties"]["security-severity"]) >= 9


def test_a_region_ends_where_its_text_does() -> None:
    place = structs.replace(PLACE, line=4, column=3, end_line=7, end_column=9)
    (result,) = run(gate(places=dict.fromkeys(gate().places, place)))["results"]

    region = result["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 4, "startColumn": 3, "endLine": 7, "endColumn": 9}
