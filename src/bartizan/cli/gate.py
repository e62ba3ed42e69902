# SPDX-License-Identifier: Apache-2.0
"""`bartizan gate`: what a proposed change would open."""

from pathlib import Path

import click

from bartizan.app import wiring
from bartizan.app.code import Coded
from bartizan.app.fix import fix as mend
from bartizan.app.gate import gate as judge
from bartizan.app.paths import Question
from bartizan.app.proposal import proposed
from bartizan.app.settings import Settings
from bartizan.cli.code import code_options
from bartizan.cli.gate_options import (
    Rules,
    pipeline_options,
    rules_options,
    source_options,
    tell_fix,
)
from bartizan.cli.options import assume_option, config_option, out_option, snapshot_option, write
from bartizan.errors import UsageError


@click.command()
@click.argument("plans", nargs=-1, metavar="PLAN...", type=click.Path(path_type=Path))
@snapshot_option
@code_options
@source_options
@pipeline_options
@click.option("--format", "format_", type=click.Choice(wiring.GATE_FORMATS), default="text")
@click.option(
    "--show", type=click.Choice(["access"]), help="Also tell access that is on no path yet."
)
@click.option("--fix", is_flag=True, help="Print edits of the code that close what it opens.")
@click.option("--apply", "apply_", is_flag=True, help="With --fix: write these edits.")
@rules_options
@assume_option
@out_option
@config_option
def gate(
    plans: tuple[Path, ...],
    *,
    reference: str,
    coded: Coded,
    source: Path | None,
    format_: str,
    show: str | None,
    fix: bool,
    apply_: bool,
    rules: Rules,
    assume: tuple[str, ...] | None,
    out: Path | None,
    config: Path | None,
) -> int:
    """Lay a change of code over a snapshot: exit 1 where attack paths appear.

    PLAN is what `terraform show -json` prints, or a folder of code, which is planned as by
    `bartizan plan`; several are one change. Of Puppet it is a catalog or a folder of them: two are
    before and after, one is what comes after that in the snapshot. Of Chef it is two folders,
    before and after. A change of pipelines alone needs none: `--repository-before` and
    `--repository` are before and after.
    """
    if apply_ and not fix:
        raise UsageError(
            "`--apply` writes the edits of `--fix`", hint="give both: `--fix --apply`"
        )
    asked = proposed(plans, reference, coded, source=source, fix=fix)
    snapshot, change = asked.snapshot, asked.change
    engine = wiring.engine(Settings.read(config))
    question = Question(cut=False, assume=assume, hosts=asked.hosts)
    if fix:
        fixed = mend(engine, snapshot, change, question, ruled=rules.ruled)
        tell_fix(fixed)
        write(wiring.fix_report(fixed.fix), out)
        if apply_:
            fixed.change.write()
        return rules.status(fixed.judged)
    found = judge(engine, snapshot, change, question, access=show == "access")
    ruled = rules.ruled(found)
    write(wiring.gate_report(format_, ruled), out)
    return rules.status(ruled)
