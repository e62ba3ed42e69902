# SPDX-License-Identifier: Apache-2.0
"""`bartizan diff`: what is new since another snapshot."""

from pathlib import Path

import click

from bartizan.app import wiring
from bartizan.app.diff import diff as compare
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.cli.options import (
    assume_option,
    config_option,
    fail_option,
    out_option,
    status,
    write,
)


@click.command()
@click.argument("old")
@click.argument("new", default="latest")
@click.option("--format", "format_", type=click.Choice(wiring.COMPARISON_FORMATS), default="text")
@out_option
@assume_option
@config_option
@fail_option
def diff(
    old: str,
    new: str,
    *,
    format_: str,
    assume: tuple[str, ...] | None,
    out: Path | None,
    config: Path | None,
    fail_on: str,
    allow_incomplete: bool,
) -> int:
    """Compare the attack paths of two snapshots: exit 1 where new ones appeared."""
    store = wiring.store()
    engine = wiring.engine(Settings.read(config))
    comparison = compare(
        engine, store.open(old), store.open(new), Question(cut=False, assume=assume)
    )
    write(wiring.comparison_reporter(format_).render(comparison), out)
    return status(
        rank=max((path.jewel.rank for path in comparison.appeared), default=0),
        unread=len(comparison.unread_appeared),
        fail_on=fail_on,
        allow_incomplete=allow_incomplete,
    )
