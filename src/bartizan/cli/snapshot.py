# SPDX-License-Identifier: Apache-2.0
"""`bartizan snapshot`: what is kept, whether it is sound, and how to let it go."""

import click

from bartizan.app import wiring
from bartizan.cli.options import CLEAN, FOUND


@click.group()
def snapshot() -> None:
    """List, show, verify and prune snapshots."""


@snapshot.command("list")
def list_() -> int:
    """List all snapshots, newest first."""
    for manifest in wiring.store().list():
        records = sum(manifest.counts.values())
        click.echo(
            f"{manifest.id}  {manifest.finished_at}  {records} records  "
            f"{', '.join(manifest.sources)}"
        )
    return CLEAN


@snapshot.command()
@click.argument("reference", default="latest")
def show(reference: str) -> int:
    """Show what a snapshot says about itself."""
    manifest = wiring.store().open(reference).manifest
    click.echo(f"id        {manifest.id}")
    click.echo(f"sources   {', '.join(manifest.sources)}")
    click.echo(f"read      {manifest.started_at} to {manifest.finished_at}")
    click.echo(f"written   by bartizan {manifest.tool_version}, format {manifest.format}")
    click.echo(f"parent    {manifest.parent or '-'}")
    for kind, count in sorted(manifest.counts.items()):
        click.echo(f"{count:>9} {kind}")
    return CLEAN


@snapshot.command()
@click.argument("reference", default="latest")
def verify(reference: str) -> int:
    """Check every file of a snapshot against its digests; exit 1 where one is wrong."""
    wrong = wiring.store().verify(reference)
    for line in wrong:
        click.echo(line)
    if not wrong:
        click.echo("all files are as they were written")
    return FOUND if wrong else CLEAN


@snapshot.command()
@click.option("--keep", type=click.IntRange(min=1), required=True, help="How many of the newest.")
@click.option("--apply", is_flag=True, help="Really remove; else only say what would go.")
def prune(keep: int, *, apply: bool) -> int:
    """Remove old snapshots, but none that a newer one rests on."""
    store = wiring.store()
    for name in store.prune(keep=keep) if apply else store.prunable(keep=keep):
        click.echo(f"{'removed' if apply else 'would remove'} {name}")
    return CLEAN
