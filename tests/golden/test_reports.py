# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.report.comparison import COMPARISONS
from bartizan.report.formats import REPORTERS
from tests.fakes.findings import acme, compared
from tests.fakes.golden import expected

ENDINGS = {"text": "txt", "markdown": "md", "json": "json", "sarif": "sarif", "ocsf": "jsonl"}


@pytest.mark.parametrize("name", sorted(ENDINGS))
def test_a_report_of_the_same_findings_has_the_same_bytes(name: str) -> None:
    now = REPORTERS[name]().render(acme())

    assert now.decode() == expected(f"acme.{ENDINGS[name]}", now).decode()


@pytest.mark.parametrize("name", sorted(COMPARISONS))
def test_a_report_of_the_same_comparison_has_the_same_bytes(name: str) -> None:
    now = COMPARISONS[name]().render(compared())

    assert now.decode() == expected(f"compared.{ENDINGS[name]}", now).decode()
