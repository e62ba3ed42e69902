# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest
from msgspec import structs

from bartizan.model.finding import Findings
from bartizan.report.sarif import SarifReport
from tests.fakes.findings import TO_ADMIN, TO_LOGS, TO_RECORDS, acme
from tests.fakes.strained_findings import empty, hostile, many

SCHEMA = json.loads((Path(__file__).parents[2] / "schemas/sarif-2.1.0.json").read_text())


def _run(findings: Findings) -> dict[str, Any]:
    run: dict[str, Any] = json.loads(SarifReport().render(findings))["runs"][0]
    return run


@pytest.mark.parametrize("findings", [acme(), empty(), hostile(), many(50)])
def test_the_log_is_what_the_schema_of_sarif_says(findings: Findings) -> None:
    log = json.loads(SarifReport().render(findings))
    validator = jsonschema.Draft4Validator(SCHEMA)

    assert [error.message for error in validator.iter_errors(log)] == []


def test_every_path_is_a_result_that_stays_the_same_from_run_to_run() -> None:
    results = _run(acme())["results"]

    ids = [result["partialFingerprints"]["bartizanPath/v1"] for result in results]
    assert ids == [path.id for path in (*acme().proved, *acme().possible)]


def test_a_possible_path_is_open_and_never_an_error() -> None:
    last = _run(acme())["results"][-1]

    assert (last["kind"], last["level"]) == ("open", "none")
    assert last["properties"]["missing"] == list(TO_LOGS.missing)


def test_techniques_are_rules_and_each_result_points_to_its_own() -> None:
    run = _run(acme())
    rules = run["tool"]["driver"]["rules"]

    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    assert run["results"][0]["ruleId"] == "attach-administrator"


def test_a_rule_is_as_severe_as_the_worst_path_that_ends_with_it() -> None:
    rules = {rule["id"]: rule for rule in _run(acme())["tool"]["driver"]["rules"]}

    assert rules["attach-administrator"]["properties"]["security-severity"] == "9.5"
    assert rules["web-identity"]["properties"]["security-severity"] == "2.0"


def test_rules_point_into_the_taxonomy_by_ids_that_are_there() -> None:
    run = _run(acme())
    taxa = {taxon["id"] for taxon in run["taxonomies"][0]["taxa"]}
    targets = {
        relation["target"]["id"]
        for rule in run["tool"]["driver"]["rules"]
        for relation in rule.get("relationships", [])
    }

    assert targets == taxa
    assert "T1190" in taxa


def test_the_flow_goes_from_the_entry_through_every_step() -> None:
    flow = _run(acme())["results"][1]["codeFlows"][0]["threadFlows"][0]["locations"]

    assert [one["executionOrder"] for one in flow] == [0, 1, 2, 3, 4, 5]
    assert len(flow) == 1 + len(TO_RECORDS.steps)
    assert "Why:" in flow[1]["location"]["message"]["text"]


def test_what_was_not_read_is_a_notification_of_the_run() -> None:
    notifications = _run(acme())["invocations"][0]["toolExecutionNotifications"]

    assert [one["descriptor"]["id"] for one in notifications] == [
        "unread/denied",
        "unread/not-enabled",
        "unread/unsupported",
    ]


def test_no_name_becomes_a_placeholder_or_a_link() -> None:
    text = _run(hostile())["results"][0]["message"]["text"]

    assert "{0}" not in text.replace("{{", "").replace("}}", "")
    assert "\\[x\\](javascript" in text


def test_a_path_without_steps_needs_no_rule() -> None:
    findings = structs.replace(acme(), proved=(structs.replace(TO_ADMIN, steps=()),))

    assert "ruleId" not in _run(findings)["results"][0]


def _locations(found: object) -> list[dict[str, Any]]:
    """Return every location that a result has, wherever it stands."""
    if isinstance(found, list):
        return [one for element in found for one in _locations(element)]
    if not isinstance(found, dict):
        return []
    own = [found] if "logicalLocations" in found or "physicalLocation" in found else []
    return own + [one for element in found.values() for one in _locations(element)]


@pytest.mark.parametrize("findings", [acme(), hostile(), many(5)])
def test_every_location_has_a_file_as_code_scanning_demands(findings: Findings) -> None:
    results = _run(findings)["results"]

    assert all(result["locations"] for result in results)
    for location in _locations(results):
        place = location["physicalLocation"]
        uri = place["artifactLocation"]["uri"]
        assert place["region"]["startLine"] == 1
        assert uri == urlsplit(uri).path
        assert uri.split("/")[0] == "estate"
        assert len(uri.split("/")) == 2


def test_results_about_one_thing_are_in_one_file_and_others_in_others() -> None:
    results = _run(acme())["results"]
    files: dict[str, set[str]] = {}
    for result in results:
        (location,) = result["locations"]
        named = location["logicalLocations"][0]["fullyQualifiedName"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        files.setdefault(named, set()).add(uri)

    assert all(len(uris) == 1 for uris in files.values())
    assert len(set.union(*files.values())) == len(files)
