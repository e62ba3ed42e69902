# SPDX-License-Identifier: Apache-2.0
"""Rules that hold for every test: a test that is skipped where all must run is a failure."""

import os
from collections.abc import Generator, Iterable
from pathlib import Path

import pytest

ALLOWED = Path(__file__).with_name("allowed_skips.txt")


def allowed_reasons() -> tuple[str, ...]:
    """Return the beginnings of reasons for which a test may be skipped even in CI."""
    lines = (line.strip() for line in ALLOWED.read_text().splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def _reason(longrepr: object) -> str:
    """Return why a report says that it was skipped."""
    text = str(longrepr[-1]) if isinstance(longrepr, tuple) else str(longrepr)
    return text.removeprefix("Skipped: ")


def refuse_skips(
    reports: Iterable[pytest.TestReport | pytest.CollectReport], allowed: tuple[str, ...]
) -> None:
    """Turn each report of a skip into one of a failure, unless its reason is allowed."""
    for report in reports:
        if report.outcome != "skipped" or hasattr(report, "wasxfail"):
            continue
        reason = _reason(report.longrepr)
        if not reason.startswith(allowed):
            report.outcome = "failed"
            report.longrepr = f"skipped, and tests/allowed_skips.txt does not list why: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Judge the skip of one test."""
    report = yield
    if os.environ.get("CI"):
        refuse_skips([report], allowed_reasons())
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Judge the skip of a whole module."""
    report = yield
    if os.environ.get("CI"):
        refuse_skips([report], allowed_reasons())
    return report
