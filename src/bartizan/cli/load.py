# SPDX-License-Identifier: Apache-2.0
"""`bartizan load`: make a snapshot from files that other tools wrote."""

from pathlib import Path

import click

from bartizan.app import wiring
from bartizan.app.scan import scan
from bartizan.cli.options import console, scanned
from bartizan.cli.progress import ShownProgress


@click.command()
@click.argument(
    "places", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@click.option("--kind", type=click.Choice(["aws-cli", "aws-config"]), help="What the files are.")
@click.option("--allow-incomplete", is_flag=True, help="Do not exit 3 when something is unread.")
def load(places: tuple[Path, ...], *, kind: str | None, allow_incomplete: bool) -> int:
    """Make a snapshot from files: `aws` CLI output and AWS Config snapshots.

    A folder is read with all that is in it; docs/guides/load.md says how files are named.
    """
    with ShownProgress(console()).shown() as progress:
        manifest = scan(
            wiring.files(places, kind=kind),
            wiring.store(),
            progress,
            scope=repr(("load", *map(str, places))),
            sources=tuple(place.name for place in places),
            resume=False,
            now=wiring.now,
        )
    return scanned(manifest, allow_incomplete=allow_incomplete)
