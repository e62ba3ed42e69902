# SPDX-License-Identifier: Apache-2.0
from importlib.resources import files
from pathlib import Path

import pytest

from bartizan.report.formats import REPORTERS
from tests.fakes.findings import UNREAD, acme
from tests.fakes.strained_findings import empty, hostile


@pytest.mark.parametrize("name", REPORTERS)
def test_every_report_shows_what_was_not_read(name: str) -> None:
    said = REPORTERS[name]().render(acme()).decode()

    assert all(row.action in said for row in UNREAD)


@pytest.mark.parametrize("name", REPORTERS)
def test_every_report_takes_hostile_and_empty_findings(name: str) -> None:
    for findings in (hostile(), empty()):
        rendered = REPORTERS[name]().render(findings)

        assert rendered.decode()
        assert b"\x1b" not in rendered


@pytest.mark.parametrize("name", REPORTERS)
def test_every_report_gives_the_same_bytes_again(name: str) -> None:
    assert REPORTERS[name]().render(acme()) == REPORTERS[name]().render(acme())


def test_the_published_schemas_are_those_in_the_package() -> None:
    shipped = files("bartizan.report") / "schema"
    published = Path(__file__).parents[3] / "docs" / "reference"

    for place in shipped.iterdir():
        assert (published / place.name).read_text() == place.read_text()
