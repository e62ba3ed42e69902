# SPDX-License-Identifier: Apache-2.0
import json
from typing import Any

from msgspec import structs

from bartizan.model.finding import Findings
from bartizan.report.ocsf import OcsfReport
from tests.fakes.findings import CLOSE_URL, NAMES, acme
from tests.fakes.strained_findings import empty, hostile

BASE = {"activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"}
"""What every event must have."""


def _events(findings: Findings) -> list[dict[str, Any]]:
    return [json.loads(line) for line in OcsfReport().render(findings).splitlines()]


def test_every_event_has_what_its_class_requires() -> None:
    scan, *found = _events(acme())

    assert BASE | {"scan"} <= scan.keys()
    for event in found:
        assert BASE | {"finding_info"} <= event.keys()
        assert {"uid", "title"} <= event["finding_info"].keys()
        assert {"product", "version"} <= event["metadata"].keys()


def test_type_uids_are_made_of_class_and_activity() -> None:
    events = _events(acme())

    assert [event["type_uid"] for event in events] == [
        event["class_uid"] * 100 + event["activity_id"] for event in events
    ]


def test_the_scan_carries_what_was_not_read_even_when_nothing_was_found() -> None:
    (scan,) = _events(structs.replace(acme(), proved=(), possible=()))

    assert (scan["num_detections"], scan["num_skipped_items"]) == (0, 3)
    assert scan["unmapped"]["unread"][0]["action"] == "s3:GetBucketPolicy"


def test_the_graph_joins_only_nodes_that_it_has() -> None:
    for event in _events(acme())[1:]:
        graph = event["finding_info"]["attack_graph"]
        nodes = {node["uid"] for node in graph["nodes"]}

        assert {edge["source"] for edge in graph["edges"]} <= nodes
        assert {edge["target"] for edge in graph["edges"]} <= nodes


def test_a_possible_path_is_no_alert_and_of_low_confidence() -> None:
    last = _events(acme())[-1]

    assert (last["is_alert"], last["confidence"]) == (False, "Low")


def test_the_remediation_is_what_the_cut_chose() -> None:
    first = _events(acme())[1]

    assert first["remediation"]["desc"] == CLOSE_URL.title


def test_without_a_cut_the_remediation_is_what_would_remove_a_step() -> None:
    first = _events(structs.replace(acme(), cut=None))[1]

    assert first["remediation"]["desc"].startswith(f"{CLOSE_URL.title}; or ")


def test_time_is_when_the_estate_was_read() -> None:
    assert {event["time"] for event in _events(acme())} == {1_772_424_306_000}
    assert _events(empty())[0]["time"] == 0


def test_an_owner_is_named() -> None:
    third = _events(acme())[3]

    assert third["resources"][0]["owner"]["account"] == {
        "uid": "222222222222",
        "name": NAMES["222222222222"],
    }


def test_one_event_is_one_line_whatever_the_names() -> None:
    rendered = OcsfReport().render(hostile())

    assert rendered.count(b"\n") == 2
    assert rendered.isascii()
