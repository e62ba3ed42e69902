# SPDX-License-Identifier: Apache-2.0
"""`bartizan plan`: the plan of code, made without credentials, network or providers."""

from pathlib import Path

import click

from bartizan.app import code_wiring
from bartizan.app.code import Coded
from bartizan.cli.code import code_options
from bartizan.cli.options import CLEAN, INCOMPLETE, out_option, write


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@code_options
@click.option(
    "--allow-incomplete", is_flag=True, help="Do not exit 3 where something is left out."
)
@out_option
def plan(folder: Path, *, coded: Coded, allow_incomplete: bool, out: Path | None) -> int:
    """Plan Terraform code without credentials: the same JSON as `terraform show -json`.

    Terraform itself evaluates the code where it is installed; else bartizan does, and what it
    cannot tell is unknown. Nothing is fetched, run or looked up. What only AWS makes up begins
    with `predicted-` and is the same in every run.
    """
    made = code_wiring.code_plan(folder, coded)
    write(made.content + b"\n", out)
    if made.evaluator != "terraform":
        click.echo("evaluated without terraform, which is not installed", err=True)
    for what in made.unevaluated:
        click.echo(f"not evaluated: {what}", err=True)
    for key in made.untold:
        click.echo(
            f"the account of provider `{key}` is not told, so ARNs in it are unknown; "
            f"say it with `--account {key}=ID`",
            err=True,
        )
    for what in made.absent:
        click.echo(f"not there, so its hash is unknown: {what}", err=True)
    for what in made.programs:
        click.echo(f"not run: {what}", err=True)
    return CLEAN if made.whole or allow_incomplete else INCOMPLETE
