# SPDX-License-Identifier: Apache-2.0
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bartizan.model.policy_check import (
    CheckedPolicy,
    Level,
    PolicyCheck,
    PolicyFinding,
    Related,
    RuleNote,
    Span,
)
from bartizan.report.policy_check import POLICY_CHECK_FORMATS, as_json, as_text
from bartizan.report.policy_check_sarif import as_sarif

SCHEMA = json.loads((files("bartizan.report") / "schema/policy-check.schema.json").read_text())
SARIF = json.loads((Path(__file__).parents[2] / "schemas/sarif-2.1.0.json").read_text())
HOSTILE = "\x1b[31m{0} [x](y) \u202e`q`"


def _note(id_: str, level: Level) -> RuleNote:
    return RuleNote(
        id=id_, level=level, title="Something", why="It is so.", fix="do", page="https://x.example"
    )


def _finding(rule: str, level: Level, message: str, *, places: int = 1) -> PolicyFinding:
    return PolicyFinding(
        rule=rule,
        level=level,
        message=message,
        span=Span(3, 5, 3, 9),
        fix="write `this`",
        related=tuple(Related(Span(n + 1, 1, n + 1, 2), "beside") for n in range(places)),
    )


def some() -> PolicyCheck:
    """One policy with findings of each level, a clean one, and one that could not be read."""
    findings = (
        _finding("one", Level.ERROR, "the first"),
        _finding("two", Level.WARNING, HOSTILE, places=6),
        _finding("two", Level.NOTE, "the second", places=0),
        _finding("two", Level.NOTE, "the second", places=0),
    )
    return PolicyCheck(
        tool_version="1.2.3",
        policies=(
            CheckedPolicy(
                name="dir with space/p.json",
                type="identity",
                told=False,
                findings=findings,
                unchecked=("two: stopped",),
            ),
            CheckedPolicy(name="clean.json", type="scp", told=True, findings=()),
            CheckedPolicy(name="/a:b/x", type="", told=False, findings=findings[:1]),
        ),
        rules=(_note("one", Level.ERROR), _note("three", Level.NOTE), _note("two", Level.WARNING)),
    )


def _run() -> dict[str, Any]:
    run: dict[str, Any] = json.loads(as_sarif(some()))["runs"][0]
    return run


@pytest.mark.parametrize("format_", POLICY_CHECK_FORMATS)
def test_the_same_findings_give_the_same_bytes(format_: str) -> None:
    write = POLICY_CHECK_FORMATS[format_]

    assert write(some()) == write(some())


def test_the_text_gives_places_as_compilers_do_and_a_line_for_each_file() -> None:
    text = as_text(some()).decode()

    assert "dir with space/p.json:3:5: error[one]\n  the first\n" in text
    assert "see  dir with space/p.json:1:1 beside" in text
    assert "fix  write `this`" in text
    assert "https://x.example" in text
    assert "(identity policy, by its form): 1 error, 1 warning, 2 notes" in text
    assert "clean.json (scp policy): nothing found" in text
    assert "not checked  two: stopped" in text
    assert "\n/a:b/x: 1 error\n" in text


def test_the_text_shows_few_of_many_other_places() -> None:
    text = as_text(some()).decode()

    assert "and 2 more places" in text
    assert "p.json:5:1" not in text


def test_nothing_of_a_document_reaches_a_terminal_as_a_command() -> None:
    text = as_text(some()).decode()

    assert "\x1b" not in text
    assert "\u202e" not in text


def test_the_json_is_what_its_schema_says() -> None:
    said = json.loads(as_json(some()))

    assert [e.message for e in jsonschema.Draft202012Validator(SCHEMA).iter_errors(said)] == []
    assert said["policies"][0]["levels"] == {"error": 1, "warning": 1, "note": 2}
    assert sorted(said["rules"]) == ["one", "two"]


def test_the_log_is_what_the_schema_of_sarif_says() -> None:
    log = json.loads(as_sarif(some()))

    assert [e.message for e in jsonschema.Draft4Validator(SARIF).iter_errors(log)] == []


def test_a_result_has_a_region_of_real_lines_and_columns() -> None:
    place = _run()["results"][0]["locations"][0]["physicalLocation"]

    assert place["artifactLocation"] == {"uri": "dir%20with%20space/p.json"}
    assert place["region"] == {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9}
    assert _run()["columnKind"] == "unicodeCodePoints"


def test_a_file_is_named_by_a_uri_that_is_relative_or_has_a_scheme() -> None:
    uris = [artifact["location"]["uri"] for artifact in _run()["artifacts"]]

    assert uris == ["dir%20with%20space/p.json", "clean.json", "file:///a%3Ab/x"]


def test_results_point_at_their_rules_and_have_marks_of_their_own() -> None:
    run = _run()
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]

    marks = [result["partialFingerprints"]["bartizanPolicyCheck/v1"] for result in run["results"]]
    assert rules == ["one", "two"]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])
    assert len(set(marks)) == len(marks)


def test_a_message_of_the_log_has_no_placeholders_and_no_links() -> None:
    message = _run()["results"][1]["message"]["text"]

    assert "{{0}} \\[x\\](y)" in message


def test_what_was_not_checked_is_in_the_log() -> None:
    (said,) = _run()["invocations"][0]["toolExecutionNotifications"]

    assert said["message"]["text"] == "Not checked in dir with space/p.json: two: stopped."
