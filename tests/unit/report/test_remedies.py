# SPDX-License-Identifier: Apache-2.0
import json
from importlib.resources import files

import jsonschema
import pytest
from msgspec import structs

from bartizan.model.path import Cut
from bartizan.report.remedies import CUT_FORMATS
from tests.fakes.findings import acme
from tests.fakes.strained_findings import hostile

SCHEMA = json.loads((files("bartizan.report") / "schema/cut.schema.json").read_text())


def _cut() -> Cut:
    cut = acme().cut
    assert cut is not None
    return cut


def test_the_document_is_what_its_schema_says() -> None:
    document = json.loads(CUT_FORMATS["json"](_cut(), acme()))

    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert [error.message for error in validator.iter_errors(document)] == []


def test_text_names_the_paths_that_each_change_closes() -> None:
    assert "closing 2 paths: #1, #3" in CUT_FORMATS["text"](_cut(), acme()).decode()


def test_a_change_that_a_form_cannot_say_is_still_named() -> None:
    said = CUT_FORMATS["terraform"](_cut(), acme()).decode()

    assert "# Take the public statement off thumbnailer\n# to be done where" in said
    assert 'resource "aws_iam_role" "builder" {' in said


@pytest.mark.parametrize("form", ["shell", "terraform"])
def test_a_title_cannot_leave_its_comment(form: str) -> None:
    findings = hostile()
    assert findings.cut is not None
    silent = tuple(structs.replace(one, command="", terraform="") for one in findings.cut.remedies)

    said = CUT_FORMATS[form](structs.replace(findings.cut, remedies=silent), findings)

    assert all(line.startswith("#") for line in said.decode().splitlines() if line)


@pytest.mark.parametrize("form", ["shell", "terraform"])
@pytest.mark.parametrize(
    ("uncut", "said"), [((), "# no path is open"), (("a",), "# no remedy is known for 1 path")]
)
def test_where_there_is_nothing_to_run_it_says_why(
    form: str, uncut: tuple[str, ...], said: str
) -> None:
    nothing = structs.replace(_cut(), remedies=(), uncut=uncut)

    assert CUT_FORMATS[form](nothing, acme()).decode() == f"{said}\n"
