# SPDX-License-Identifier: Apache-2.0
"""Every format says the judgement of a change, with the lines of what does it."""

import json
import xml.etree.ElementTree as ET
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from markdown_it import MarkdownIt
from msgspec import structs

from bartizan.model.code_place import CodePlace
from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Comparison
from bartizan.model.gate import Gate, Judgement
from bartizan.report.gate import GATE_FORMATS
from tests.fakes.findings import TO_ADMIN, TO_LOGS, acme
from tests.fakes.strained_findings import hostile, many

SARIF = json.loads((Path(__file__).parents[2] / "schemas/sarif-2.1.0.json").read_text())
GROUP, INSTANCE = "aws_security_group.web", "aws_instance.web"
PLACE = CodePlace(file="infra/main file.tf", line=4, column=3, end_line=4, end_column=9)
GAP = Unread(
    provider="aws", account="1", region="", service="ec2", operation=f"{INSTANCE}.private_ip",
    action="", kind="AWS::EC2::Instance", resource=INSTANCE, code="not-known",
    reason="p.json: it is known only after the change is applied",
)  # fmt: skip


def gate(**more: Any) -> Gate:  # noqa: ANN401 - whatever a judgement has
    told: dict[str, Any] = {
        "plans": ("p.json",), "comparison": comparison(TO_ADMIN), "changed": 1, "gaps": (),
        "partial": (), "drift": (), "others": {}, "causes": {TO_ADMIN.id: (GROUP, INSTANCE)},
        "places": {GROUP: PLACE, INSTANCE: structs.replace(PLACE, line=9, end_line=9)},
    }  # fmt: skip
    return Gate(**{**told, **more})


def comparison(*paths: Any) -> Comparison:  # noqa: ANN401 - paths of the fakes
    return Comparison(
        old="a", new="b", appeared=paths, gone=(), unchanged=0, unread_appeared=(), unread_gone=(),
        names=acme().names, techniques=acme().techniques,
    )  # fmt: skip


CLEAN = gate(comparison=comparison(), causes={}, places={})
DOUBTFUL = gate(
    comparison=comparison(), causes={}, gaps=(GAP,), partial=("it ends with an error",),
    others={"aws_unheard_of": 2}, places={GAP.operation: PLACE},
)  # fmt: skip
EXCUSED = gate(excused={TO_ADMIN.id: "let through by jane until 2026-12-31: a drill"})
HOSTILE = gate(
    comparison=Comparison(
        old="a", new="b", appeared=hostile().proved, gone=(), unchanged=0, unread_appeared=(),
        unread_gone=(), names=hostile().names, techniques=hostile().techniques,
    ),
    causes={path.id: ('module.m["</script>\x1b]"].aws_x.y',) for path in hostile().proved},
    unread_code=("a\x00b",),
)  # fmt: skip
ALL = {
    "new": gate(), "clean": CLEAN, "doubtful": DOUBTFUL, "excused": EXCUSED, "hostile": HOSTILE,
    "possible": gate(comparison=comparison(TO_LOGS)), "access": gate(access=TO_ADMIN.steps),
}  # fmt: skip
EACH = pytest.mark.parametrize("name", ALL)


def run(found: Gate) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(GATE_FORMATS["sarif"](found))["runs"][0]
    return told


@EACH
def test_the_log_for_code_scanning_is_what_its_schema_says(name: str) -> None:
    log = json.loads(GATE_FORMATS["sarif"](ALL[name]))

    errors = jsonschema.Draft4Validator(SARIF).iter_errors(log)
    assert [error.message for error in errors] == []


@EACH
def test_the_json_is_what_its_schema_says(name: str) -> None:
    schema = json.loads((files("bartizan.report") / "schema/gate.schema.json").read_text())

    document = json.loads(GATE_FORMATS["json"](ALL[name]))

    jsonschema.Draft202012Validator(schema).validate(document)


@EACH
def test_the_test_report_counts_what_it_holds(name: str) -> None:
    (suite,) = ET.fromstring(GATE_FORMATS["junit"](ALL[name]).decode())  # noqa: S314 - our own

    counted = [len(suite.findall(f"testcase/{one}")) for one in ("failure", "error", "skipped")]
    assert [int(suite.attrib[one]) for one in ("failures", "errors", "skipped")] == counted
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))


@EACH
@pytest.mark.parametrize("format_", GATE_FORMATS)
def test_the_same_judgement_gives_the_same_bytes(name: str, format_: str) -> None:
    assert GATE_FORMATS[format_](ALL[name]) == GATE_FORMATS[format_](ALL[name])


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_paths_that_are_only_possible_are_told_in_the_first_sentence(format_: str) -> None:
    told = GATE_FORMATS[format_](ALL["possible"]).decode()

    assert "1 new attack path may open by 1 changed object: cannot tell" in told
    assert "1 changed object open an" not in told


def test_a_new_path_is_a_result_at_the_line_of_what_does_it() -> None:
    (result,) = run(gate())["results"]

    (location,) = result["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"]["uri"] == "infra/main%20file.tf"
    assert physical["region"]["startLine"] == 4
    assert [
        one["physicalLocation"]["region"]["startLine"] for one in result["relatedLocations"]
    ] == [9]
    assert (result["kind"], result["level"]) == ("fail", "error")


def test_what_cannot_be_told_is_an_open_result_at_its_line() -> None:
    (result,) = run(DOUBTFUL)["results"]

    assert (result["kind"], result["level"]) == ("open", "none")
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 4
    assert GAP.operation in result["message"]["text"]


@EACH
def test_every_result_is_in_a_file_or_code_scanning_takes_none_of_them(name: str) -> None:
    # https://github.com/github/codeql-action/issues/1738: "expected at least one location"; a
    # location without a file is refused as well.
    unplaced = structs.replace(ALL[name], places={})

    for found in (ALL[name], unplaced):
        for result in run(found)["results"]:
            (location,) = result["locations"]
            place = location["physicalLocation"]
            assert place["artifactLocation"]["uri"]
            assert place["region"]["startLine"] >= 1


def test_a_result_without_a_line_is_in_the_plan_and_named_in_words() -> None:
    found = gate(causes={TO_ADMIN.id: ("aws_organizations_policy_attachment.gone",)}, places={})

    (result,) = run(found)["results"]

    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "p.json"
    assert "It rests on aws_organizations_policy_attachment.gone" in result["message"]["text"]


def test_a_path_that_is_let_through_is_suppressed_and_does_not_fail() -> None:
    (result,) = run(EXCUSED)["results"]

    assert "jane" in result["suppressions"][0]["justification"]
    assert EXCUSED.judgement is Judgement.CLEAN
    assert "jane" in GATE_FORMATS["text"](EXCUSED).decode()
    assert 'skipped="1"' in GATE_FORMATS["junit"](EXCUSED).decode()


@pytest.mark.parametrize("format_", ["text", "markdown", "junit"])
def test_reports_for_people_name_file_and_line(format_: str) -> None:
    assert "main file.tf:4" in GATE_FORMATS[format_](gate()).decode()
    assert "main file.tf:4" in GATE_FORMATS[format_](DOUBTFUL).decode() or format_ == "sarif"


def test_access_that_is_on_no_path_is_told_where_it_was_asked_for() -> None:
    told = gate(access=TO_ADMIN.steps)

    assert "Access that is opened" in GATE_FORMATS["text"](told).decode()
    assert "Access that is opened" not in GATE_FORMATS["text"](gate()).decode()
    assert "none" in GATE_FORMATS["text"](gate(access=())).decode()


def test_a_comment_is_never_longer_than_a_comment_may_be() -> None:
    paths = many(3000).proved
    found = gate(
        comparison=comparison(*paths), causes={path.id: (GROUP,) for path in paths},
        gaps=tuple(structs.replace(GAP, reason="x" * 900) for _ in range(400)),
    )  # fmt: skip

    assert len(GATE_FORMATS["markdown"](found).decode()) <= 65_536


def test_long_lists_of_a_comment_are_folded_away() -> None:
    found = gate(gaps=tuple(structs.replace(GAP, operation=f"a.b{n}") for n in range(9)))

    html = MarkdownIt("gfm-like", {"linkify": False}).render(
        GATE_FORMATS["markdown"](found).decode()
    )

    assert html.index("<details>") < html.index("a.b8") < html.index("</details>")


def test_what_appears_can_be_written_down_as_known() -> None:
    assert json.loads(GATE_FORMATS["baseline"](gate())) == {
        "schema": "bartizan/gate-baseline/1",
        "paths": [TO_ADMIN.id],
    }


def test_nothing_of_the_estate_gets_into_markup() -> None:
    for name in ("junit", "text"):
        told = GATE_FORMATS[name](HOSTILE).decode()

        assert "\x1b" not in told
        assert "\x00" not in told
