# SPDX-License-Identifier: Apache-2.0
"""The list of all reports: one more is one file and one line here."""

from collections.abc import Callable, Mapping

from bartizan.ports import Reporter
from bartizan.report.html_ import HtmlReport
from bartizan.report.json_ import JsonReport
from bartizan.report.markdown import MarkdownReport
from bartizan.report.ocsf import OcsfReport
from bartizan.report.sarif import SarifReport
from bartizan.report.text import TextReport

REPORTERS: Mapping[str, Callable[[], Reporter]] = {
    "text": TextReport,
    "json": JsonReport,
    "markdown": MarkdownReport,
    "html": HtmlReport,
    "sarif": SarifReport,
    "ocsf": OcsfReport,
}
"""Name of a format to what makes its reporter with its usual settings."""
