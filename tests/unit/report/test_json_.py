# SPDX-License-Identifier: Apache-2.0
import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from msgspec import structs

from bartizan.model.finding import Findings
from bartizan.model.remedy import BlockPublicAccess, Change, Detach, Guard
from bartizan.report import json_
from bartizan.report.json_ import JsonReport
from tests.fakes.findings import NAMES, TO_ADMIN, TO_LEDGER, TO_LOGS, acme
from tests.fakes.strained_findings import empty, hostile, many

SCHEMA = json.loads((files("bartizan.report") / "schema/paths.schema.json").read_text())


def _document(findings: Findings) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(JsonReport().render(findings))
    return document


@pytest.mark.parametrize("findings", [acme(), empty(), hostile(), many(50)])
def test_the_document_is_what_its_schema_says(findings: Findings) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)

    assert [error.message for error in validator.iter_errors(_document(findings))] == []


def test_a_path_that_lacks_its_steps_is_not_what_the_schema_says() -> None:
    document = _document(acme())
    del document["paths"][0]["steps"]

    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(document)


def test_proved_and_possible_paths_are_two_lists() -> None:
    document = _document(acme())

    assert [path["id"] for path in document["possible"]] == [TO_LOGS.id]
    assert {path["certainty"] for path in document["paths"]} == {"proved"}
    assert document["summary"] == {
        "paths": 3,
        "possible": 1,
        "levels": {"critical": 2, "high": 1},
        "unread": 3,
        "complete": False,
    }


def test_a_step_says_what_it_needs_and_grants() -> None:
    step = _document(acme())["paths"][0]["steps"][2]

    assert step["technique"] == "assume-role"
    assert step["needs"] == [
        {"ability": "act-as", "entity": "arn:aws:iam::444444444444:role/thumbnailer"}
    ]
    assert step["grants"]["entity"] == "arn:aws:iam::111111111111:role/deploy"
    assert step["asks"][0]["context"] == [["sts:ExternalId", "acme-deploy"]]


def test_the_cut_says_how_far_it_is_proved() -> None:
    cut = _document(acme())["cut"]

    assert (cut["cost"], cut["lower_bound"], cut["optimal"], cut["paths_left"]) == (4, 4, True, 0)
    assert cut["remedies"][0]["closes"] == sorted([TO_ADMIN.id, TO_LEDGER.id])
    assert cut["remedies"][0]["change"]["kind"] == "drop-statement"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (Detach(policy="p", target="t"), {"kind": "detach", "policy": "p", "target": "t"}),
        (BlockPublicAccess(target="t"), {"kind": "block-public-access", "target": "t"}),
        (
            Guard(target="t", actions=("a",), resources=()),
            {"kind": "guard", "target": "t", "actions": ["a"], "resources": []},
        ),
    ],
)
def test_a_change_is_said_with_its_kind_and_fields(change: Change, said: object) -> None:
    assert json_.change(change) == said


def test_the_order_of_a_mapping_changes_nothing() -> None:
    other = structs.replace(acme(), names=dict(reversed(NAMES.items())))

    assert JsonReport().render(other) == JsonReport().render(acme())


def test_the_bytes_are_ascii_and_a_broken_surrogate_survives() -> None:
    rendered = JsonReport().render(hostile())

    assert rendered.isascii()
    assert "\udce9" in json.loads(rendered)["paths"][0]["jewel"]["name"]


def test_a_path_without_entries_is_said_without_one() -> None:
    assert json_.path(structs.replace(TO_ADMIN, entries=()))["entry"] is None


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(TypeError, match="no JSON"):
        json_.change(Detach(policy="p", target=object()))  # type: ignore[arg-type] # on purpose


@pytest.mark.parametrize(
    "value",
    [
        {},
        [],
        {"a": {}, "b": [], "c": [[], {}, [1]], "": [""]},
        ["\ud800", "\udc00\ud800", "é\u2028 \U0001f600", '"\\/\x00\x1f\x7f', "{\n [", "a: b, c"],
        [1.5, 1e300, -0.0, 1e-7, 0, -1, 10**40, None, True, False],
        {"many": [{"n": [n, str(n), {"of": [n] * 3}]} for n in range(300)]},
    ],
)
def test_indents_as_the_standard_library_does(value: Any) -> None:  # noqa: ANN401 - any JSON
    # Whole numbers and texts, also those on which the faster way gives up.
    assert json_.encode(value) == json.dumps(value, indent=2, ensure_ascii=True).encode() + b"\n"
