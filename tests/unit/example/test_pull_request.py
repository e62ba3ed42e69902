# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path

import pytest

from bartizan.example import description, pull_request
from bartizan.example.description import Part

CALLED = {
    "data": "222222222222",
    "production": "333333333333",
    "organization": "o-1",
    "group:plant-host": "sg-1",
}
SILENT: Part = {"judgement": "no-new-path", "techniques": [], "mended": False}


def test_every_change_has_an_answer_written_by_hand() -> None:
    answers = [one["id"] for one in description.read().expected["change"]]

    assert sorted(answers) == list(pull_request.names())


def test_code_and_plan_are_written_with_the_ids_of_what_was_built(tmp_path: Path) -> None:
    written = tuple(pull_request.written(tmp_path, CALLED))

    assert [one.name for one in written] == list(pull_request.names())
    for one in written:
        text = (one.code / "main.tf").read_text() + one.plan.read_text()
        assert not [name for name in CALLED if f"<{name}>" in text]
        assert json.loads(one.plan.read_text())["resource_changes"]


@pytest.mark.parametrize("key", ["judgement", "techniques", "mended"])
def test_whatever_is_not_as_expected_of_a_change_is_told(key: str) -> None:
    expected: Part = {"change": [{"id": "a", **SILENT}]}

    assert list(pull_request.differences({"a": SILENT}, expected)) == []
    assert list(pull_request.differences({"a": {**SILENT, key: "other"}}, expected)) == [
        "the change `a` was not judged so"
    ]
