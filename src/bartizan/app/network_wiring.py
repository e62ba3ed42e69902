# SPDX-License-Identifier: Apache-2.0
"""Which implementation stands behind questions about packets; the rest is `wiring`."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from bartizan.model.facts import Facts
from bartizan.model.network_comparison import Analysis, NetworkComparison
from bartizan.model.reach import ExposedAnswer, ReachAnswer
from bartizan.ports import Editor
from bartizan.reason.network.aws.question.engine import Engine
from bartizan.report import exposed as told_exposed
from bartizan.report import network_comparison as told_comparison
from bartizan.report import reach as told_reach

REACH_FORMATS = tuple(told_reach.REACH_FORMATS)
"""Names of the formats in which answers about packets can be had."""

NETWORK_COMPARISON_FORMATS = tuple(told_comparison.NETWORK_COMPARISON_FORMATS)
"""Names of the formats in which the vendor's verdicts beside ours can be had."""


def editor() -> Editor:
    """Return what turns remedies into changed records and into words."""
    from bartizan.sources.aws.edit.editor import AwsEditor  # noqa: PLC0415 - slow to import

    return AwsEditor()


def kernel(facts: Facts) -> Engine:
    """Return the fast engine over networks."""
    from bartizan.reason.network.aws.kernel.kernel import Kernel  # noqa: PLC0415 - slow to import

    return Kernel.compile(facts)


def insights(places: Sequence[Path]) -> Sequence[Analysis]:
    """Read what the vendor's analyzer of networks found.

    Raises:
        InputError: a file cannot be read.
    """
    from bartizan.sources.aws.insights import analyses  # noqa: PLC0415 - slow to import

    return analyses(places)


def reach_report(
    format_: str, answer: ReachAnswer, *, most: int = 0, every_way: bool = False
) -> bytes:
    """Render what reaches what; `most` and `every_way` are for text."""
    if format_ == "text":
        return told_reach.as_text(answer, most=most, every_way=every_way, colour=_colour())
    return told_reach.REACH_FORMATS[format_](answer)


def exposed_report(
    format_: str, answer: ExposedAnswer, *, most: int = 0, every_way: bool = False
) -> bytes:
    """Render what is exposed; `most` and `every_way` are for text."""
    if format_ == "text":
        return told_exposed.as_text(answer, most=most, every_way=every_way, colour=_colour())
    return told_exposed.EXPOSED_FORMATS[format_](answer)


def network_comparison_report(format_: str, found: NetworkComparison) -> bytes:
    """Render the vendor's verdicts beside ours."""
    if format_ == "text":
        return told_comparison.as_text(found, colour=_colour())
    return told_comparison.NETWORK_COMPARISON_FORMATS[format_](found)


def network_comparison_numbers(found: NetworkComparison) -> Mapping[str, int]:
    """Count the verdicts that are the same, different, and undecided."""
    return told_comparison.numbers(found)


def _colour() -> bool:
    """Tell whether a terminal will show it, of somebody who did not refuse colours."""
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
