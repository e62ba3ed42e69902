# SPDX-License-Identifier: Apache-2.0
"""`bartizan scan chef`: read hosts that Chef looks after."""

from pathlib import Path

import click

from bartizan.app import host_wiring, wiring
from bartizan.app.scan import scan as run
from bartizan.cli.options import over_option, scanned
from bartizan.cli.progress import ShownProgress, console


@click.command()
@click.argument("place", metavar="PATH", type=click.Path(path_type=Path))
@over_option
@click.option("--allow-incomplete", is_flag=True, help="Do not exit 3 when something is unread.")
def chef(place: Path, *, over: str | None, allow_incomplete: bool) -> int:
    """Read hosts from a repository or a backup of Chef.

    PATH is a folder as `knife download /` or `knife ec backup` writes it: nodes, roles,
    environments, policies, data bags, permissions, cookbooks. Neither Chef nor Ruby is run.
    """
    with ShownProgress(console()).shown() as progress:
        manifest = run(
            host_wiring.chef_files(place),
            wiring.store(),
            progress,
            scope=repr(("chef", str(place))),
            sources=(place.name,),
            resume=False,
            now=wiring.now,
            over=over,
        )
    return scanned(manifest, allow_incomplete=allow_incomplete)
