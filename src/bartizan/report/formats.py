# SPDX-License-Identifier: Apache-2.0
"""The list of all reports: one more is one file and one line here."""

from collections.abc import Callable, Mapping

from bartizan.ports import Reporter
from bartizan.report.json_ import JsonReport
from bartizan.report.text import TextReport

REPORTERS: Mapping[str, Callable[[], Reporter]] = {
    "text": TextReport,
    "json": JsonReport,
}
"""Name of a format to what makes its reporter with its usual settings."""
