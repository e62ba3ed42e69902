# SPDX-License-Identifier: Apache-2.0
"""`bartizan load`: make a snapshot from files that other tools wrote."""

from pathlib import Path

import click

from bartizan.app import code_wiring, wiring
from bartizan.app.code import Coded
from bartizan.app.scan import scan
from bartizan.cli.code import code_options
from bartizan.cli.options import scanned
from bartizan.cli.progress import ShownProgress, console
from bartizan.errors import UsageError

_KINDS = ("aws-cli", "aws-config", "terraform")


@click.command()
@click.argument(
    "places", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@click.option("--kind", type=click.Choice(_KINDS), help="What the files are.")
@code_options
@click.option("--whole", is_flag=True, help="Of code: there is nothing else in its accounts.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER",
    help="Also leave the snapshot in a folder of its own.",
)  # fmt: skip
@click.option("--allow-incomplete", is_flag=True, help="Do not exit 3 when something is unread.")
def load(
    places: tuple[Path, ...],
    *,
    kind: str | None,
    coded: Coded,
    whole: bool,
    out: Path | None,
    allow_incomplete: bool,
) -> int:
    """Make a snapshot from files: `aws` CLI output, AWS Config snapshots, plans and states of
    Terraform, and folders of its code, which is planned as by `bartizan plan`.

    A folder is read with all that is in it; docs/guides/load.md says how files are named.
    """
    if kind == "terraform" or (kind is None and code_wiring.made_by_code(places)):
        source = code_wiring.loaded(places, coded, whole=whole, at=wiring.now())
    elif whole or coded != Coded():
        raise UsageError(
            "these are files of AWS tools, and options were given for code",
            hint="leave out `--account`, `--var`, `--whole` and their like",
        )
    else:
        source = wiring.files(places, kind=kind)
    store = wiring.store()
    with ShownProgress(console()).shown() as progress:
        manifest = scan(
            source,
            store,
            progress,
            scope=repr(("load", *map(str, places))),
            sources=tuple(place.name for place in places),
            resume=False,
            now=wiring.now,
        )
    if out is not None:
        store.export(manifest.id, out)
    return scanned(manifest, allow_incomplete=allow_incomplete)
