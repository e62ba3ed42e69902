# SPDX-License-Identifier: Apache-2.0
"""`bartizan policy fit`: a policy for what was used."""

from pathlib import Path

import click

from bartizan.app import wiring
from bartizan.app.policy_fit import TYPES, policy_fit
from bartizan.cli.options import CLEAN, INCOMPLETE, write


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--used",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="Logs of CloudTrail, output of `lookup-events` or of last accessed details; repeatable.",
)
@click.option(
    "--principal",
    "principals",
    multiple=True,
    metavar="ARN",
    help="Role or user that the policy is attached to; repeatable.",
)
@click.option(
    "--logged",
    multiple=True,
    metavar="management|data:SERVICE",
    help="Vouch that the logs hold all such events of all regions; repeatable.",
)
@click.option(
    "--days",
    type=click.IntRange(min=1),
    default=90,
    show_default=True,
    help="Days that evidence must span before it counts as not used.",
)
@click.option("--type", "kind", type=click.Choice(TYPES), default="identity", show_default=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the proposed policy to a file.",
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--allow-incomplete", is_flag=True, help="Do not exit 3 because evidence does not cover all."
)
def fit(
    file: Path,
    *,
    used: tuple[Path, ...],
    principals: tuple[str, ...],
    logged: tuple[str, ...],
    days: int,
    kind: str,
    out: Path | None,
    format_: str,
    allow_incomplete: bool,
) -> int:
    """Propose a policy that allows what was used, proved within the policy in FILE.

    What the evidence does not cover stays as it was and is listed: absence of logs is not absence
    of use. Exits 3 when there is any.
    """
    found = policy_fit(file, used, principals=principals, logged=logged, days=days, kind=kind)
    if out is not None:
        write(wiring.rewritten_policy(found.text), out)
    write(wiring.fit_report(format_, found), None)
    return CLEAN if found.complete or allow_incomplete else INCOMPLETE
