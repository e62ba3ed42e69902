# SPDX-License-Identifier: Apache-2.0
"""`bartizan paths`: attack paths and the cut that closes them."""

from pathlib import Path

import click

from bartizan.app import wiring
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.cli.options import (
    assume_option,
    config_option,
    fail_option,
    format_option,
    out_option,
    snapshot_option,
    status,
    write,
)


@click.command()
@snapshot_option
@click.option("--from", "start", multiple=True, metavar="X", help="Only from here; repeatable.")
@click.option("--to", multiple=True, metavar="Y", help="Only to this jewel; repeatable.")
@click.option(
    "--max", "alternatives", type=click.IntRange(1, 50), default=3, show_default=True,
    help="How many paths to one jewel.",
)  # fmt: skip
@click.option("--possible", is_flag=True, help="Let the cut cover paths that are only possible.")
@assume_option
@format_option
@out_option
@config_option
@fail_option
def paths(
    *,
    reference: str,
    start: tuple[str, ...],
    to: tuple[str, ...],
    alternatives: int,
    possible: bool,
    format_: str,
    assume: tuple[str, ...] | None,
    out: Path | None,
    config: Path | None,
    fail_on: str,
    allow_incomplete: bool,
) -> int:
    """Show how an attacker gets from an entry to a jewel, and the cheapest way to stop it."""
    question = Question(
        start=start, to=to, alternatives=alternatives, possible=possible, assume=assume
    )
    engine = wiring.engine(Settings.read(config))
    findings = engine.find(wiring.store().open(reference), question)
    write(wiring.reporter(format_, out=out).render(findings), out)
    return status(
        rank=max((path.jewel.rank for path in findings.proved), default=0),
        unread=len(findings.unread),
        fail_on=fail_on,
        allow_incomplete=allow_incomplete,
    )
