# SPDX-License-Identifier: Apache-2.0
"""`bartizan gate`: what a proposed change would open."""

from pathlib import Path

import click

from bartizan.app import wiring
from bartizan.app.gate import gate as judge
from bartizan.app.paths import Question
from bartizan.app.settings import Settings
from bartizan.cli.gate_options import Rules, plan_options, rules_options
from bartizan.cli.options import assume_option, config_option, out_option, snapshot_option, write
from bartizan.cli.question import pairs


@click.command()
@click.argument(
    "plans", nargs=-1, required=True, metavar="PLAN...", type=click.Path(path_type=Path)
)
@snapshot_option
@plan_options
@click.option("--format", "format_", type=click.Choice(wiring.GATE_FORMATS), default="text")
@click.option(
    "--show", type=click.Choice(["access"]), help="Also tell access that is on no path yet."
)
@rules_options
@assume_option
@out_option
@config_option
def gate(
    plans: tuple[Path, ...],
    *,
    reference: str,
    accounts: tuple[str, ...],
    source: Path | None,
    format_: str,
    show: str | None,
    rules: Rules,
    assume: tuple[str, ...] | None,
    out: Path | None,
    config: Path | None,
) -> int:
    """Lay a Terraform plan over a snapshot: exit 1 where attack paths appear.

    PLAN is what `terraform show -json` prints; several are one change.
    """
    said = pairs(accounts, what="a provider and its account", like="aws.prod=222222222222")
    change = wiring.planned(plans, accounts=dict(said), source=source)
    engine = wiring.engine(Settings.read(config))
    question = Question(cut=False, assume=assume)
    snapshot = wiring.store().open(reference)
    found = judge(engine, snapshot, change, question, access=show == "access")
    ruled = rules.enforcement.applied(found, wiring.today())
    write(wiring.gate_report(format_, ruled), out)
    return rules.status(ruled)
