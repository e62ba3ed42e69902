# SPDX-License-Identifier: Apache-2.0
"""`bartizan gate`: what a proposed change would open."""

from pathlib import Path

import click

from bartizan.app import wiring
from bartizan.app.gate import gate as judge
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.cli.options import (
    CLEAN,
    FOUND,
    INCOMPLETE,
    assume_option,
    config_option,
    out_option,
    snapshot_option,
    write,
)
from bartizan.cli.question import pairs
from bartizan.model.finding import LEVELS


@click.command()
@click.argument(
    "plans", nargs=-1, required=True, metavar="PLAN...", type=click.Path(path_type=Path)
)
@snapshot_option
@click.option(
    "--account", "accounts", multiple=True, metavar="PROVIDER=ID[/REGION]",
    help="Where the objects of a provider lie, `aws.prod=222222222222`; repeatable.",
)  # fmt: skip
@click.option("--format", "format_", type=click.Choice(wiring.GATE_FORMATS), default="text")
@click.option(
    "--fail-on", type=click.Choice([*LEVELS, "never"]), default="low", show_default=True,
    help="Exit 1 when a new path leads to a jewel of this rank or above.",
)  # fmt: skip
@click.option("--allow-incomplete", is_flag=True, help="Do not exit 3 where it cannot tell.")
@assume_option
@out_option
@config_option
def gate(
    plans: tuple[Path, ...],
    *,
    reference: str,
    accounts: tuple[str, ...],
    format_: str,
    fail_on: str,
    allow_incomplete: bool,
    assume: tuple[str, ...] | None,
    out: Path | None,
    config: Path | None,
) -> int:
    """Lay a Terraform plan over a snapshot: exit 1 where attack paths appear.

    PLAN is what `terraform show -json` prints; several are one change.
    """
    said = pairs(accounts, what="a provider and its account", like="aws.prod=222222222222")
    change = wiring.planned(plans, accounts=dict(said))
    engine = wiring.engine(Settings.read(config))
    question = Question(cut=False, assume=assume)
    found = judge(engine, wiring.store().open(reference), change, question)
    write(wiring.gate_report(format_, found), out)
    ranks = [path.jewel.rank for path in found.comparison.appeared if path.proved]
    if fail_on != "never" and max(ranks, default=0) > LEVELS.index(fail_on):
        return FOUND
    return INCOMPLETE if found.doubtful and not allow_incomplete else CLEAN
