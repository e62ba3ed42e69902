# SPDX-License-Identifier: Apache-2.0
"""`bartizan demo`: an example organisation, scanned like a real one."""

from pathlib import Path

import click

from bartizan.app import wiring
from bartizan.app.demo import FILES, Judged
from bartizan.app.demo import demo as run
from bartizan.cli.options import CLEAN, FOUND, write
from bartizan.cli.progress import ShownProgress, console


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-out"),
    show_default=True,
    help="Where reports and the snapshot are left.",
)
def demo(out: Path) -> int:
    """Start an AWS emulator with an example organisation, scan it and show its paths. Then judge
    two pull requests on it, as `bartizan gate` does.

    Exits 0 when the answer is the one that was written down by hand beside the example.
    """
    with ShownProgress(console()).shown() as progress:
        shown = run(out, progress)
    write(wiring.reporter("text").render(shown.findings), None)
    for one in shown.changes:
        _tell(one)
    click.echo(f"\nReports: {', '.join(str(out / name) for name in FILES)}", err=True)
    click.echo(f"Ask more: BARTIZAN_HOME={out / 'home'} bartizan paths --help", err=True)
    for line in shown.differences:
        click.echo(f"not as expected: {line}", err=True)
    return FOUND if shown.differences else CLEAN


def _tell(change: Judged) -> None:
    """Show what is said of a pull request, and the edit that mends it."""
    click.echo(f"\n$ bartizan gate {change.plan} --source {change.code} --fix\n")
    write(wiring.gate_report("text", change.gate), None)
    for title in change.fix.remedies:
        click.echo(f"\nfix: {title}\n")
    write(wiring.fix_report(change.fix), None)
