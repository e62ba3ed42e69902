# SPDX-License-Identifier: Apache-2.0
import json
from importlib.resources import files

import jsonschema
from msgspec import structs

from bartizan.report.comparison import (
    JsonComparison,
    MarkdownComparison,
    TextComparison,
    outcome,
)
from tests.fakes.findings import TO_LEDGER, TO_LOGS, TO_RECORDS, compared

SCHEMA = json.loads((files("bartizan.report") / "schema/comparison.schema.json").read_text())
SAME = structs.replace(compared(), appeared=(), gone=(), unread_appeared=(), unread_gone=())


def test_what_came_and_what_went_is_told() -> None:
    said = TextComparison().render(compared()).decode()

    assert "1 new path, 1 gone, 7 unchanged" in said
    assert said.index(TO_RECORDS.jewel.name) < said.index("Paths that are gone")
    assert said.index("Paths that are gone") < said.index(TO_LEDGER.jewel.name)


def test_a_path_that_went_when_sight_went_is_not_called_closed() -> None:
    said = TextComparison().render(compared()).decode()

    assert "paths may be gone only from sight" in said
    assert "no longer read: s3:GetBucketPolicy" in said


def test_a_possible_path_is_not_counted_as_new() -> None:
    one = structs.replace(SAME, appeared=(TO_RECORDS, TO_LOGS))

    assert outcome(one) == "1 new path, 1 possible new, 0 gone, 7 unchanged"


def test_no_change_is_said_in_one_line() -> None:
    said = TextComparison().render(SAME).decode().splitlines()

    assert said[1:] == ["0 new paths, 0 gone, 7 unchanged"]


def test_markdown_tells_new_paths_first_and_sight_last() -> None:
    said = MarkdownComparison().render(compared()).decode()

    places = [said.index(title) for title in ("## New", "## Paths that are", "## No longer read")]
    assert places == sorted(places)
    assert "## Read again" in said


def test_markdown_of_no_change_has_no_sections() -> None:
    assert "##" not in MarkdownComparison().render(SAME).decode()


def test_the_document_is_what_its_schema_says() -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)

    for comparison in (compared(), SAME):
        document = json.loads(JsonComparison().render(comparison))
        assert [error.message for error in validator.iter_errors(document)] == []
