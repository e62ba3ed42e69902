# SPDX-License-Identifier: Apache-2.0
"""`bartizan policy minimize`: a shorter document that means the same."""

from pathlib import Path

import click

from bartizan.app import wiring
from bartizan.app.policy_minimize import TYPES, policy_minimize
from bartizan.cli.options import CLEAN, write


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--type",
    "kind",
    type=click.Choice(TYPES),
    help="What the policy is for; else its form tells.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the shorter policy to a file.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def minimize(file: Path, *, kind: str | None, out: Path | None, format_: str) -> int:
    """Rewrite the policy in FILE to a shorter one that means the same, and prove that it does.

    `-` is standard input. What could not be proved is left as it was, and said.
    """
    found = policy_minimize(file, kind=kind or "")
    if out is not None:
        write(wiring.rewritten_policy(found.text), out)
    write(wiring.minimize_report(format_, found), None)
    return CLEAN
