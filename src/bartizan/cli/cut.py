# SPDX-License-Identifier: Apache-2.0
"""`bartizan cut`: the cheapest changes after which no path is left."""

from pathlib import Path

import click

from bartizan.app import wiring
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.cli.options import (
    assume_option,
    config_option,
    fail_option,
    out_option,
    snapshot_option,
    status,
    write,
)


@click.command()
@snapshot_option
@click.option("--to", multiple=True, metavar="Y", help="Only for this jewel; repeatable.")
@click.option("--budget", type=click.IntRange(min=0), help="What the changes may cost together.")
@click.option("--possible", is_flag=True, help="Cover paths that are only possible, too.")
@click.option("--format", "format_", type=click.Choice(wiring.CUT_FORMATS), default="text")
@out_option
@assume_option
@config_option
@fail_option
def cut(
    *,
    reference: str,
    to: tuple[str, ...],
    budget: int | None,
    possible: bool,
    format_: str,
    assume: tuple[str, ...] | None,
    out: Path | None,
    config: Path | None,
    fail_on: str,
    allow_incomplete: bool,
) -> int:
    """Name the cheapest changes that close every path; nothing is changed."""
    engine = wiring.engine(Settings.read(config))
    question = Question(to=to, budget=budget, possible=possible, assume=assume)
    findings = engine.find(wiring.store().open(reference), question)
    write(wiring.cut_report(format_, findings), out)
    return status(
        rank=max((path.jewel.rank for path in findings.proved), default=0),
        unread=len(findings.unread),
        fail_on=fail_on,
        allow_incomplete=allow_incomplete,
    )
