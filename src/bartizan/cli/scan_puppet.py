# SPDX-License-Identifier: Apache-2.0
"""`bartizan scan puppet` and `scan puppetdb`: read hosts that Puppet looks after."""

import contextlib
from pathlib import Path

import click

from bartizan.app import host_wiring, wiring
from bartizan.app.scan import scan as run
from bartizan.cli.options import over_option, resumable, scanned
from bartizan.cli.progress import ShownProgress, console


@click.command()
@click.argument(
    "places", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path)
)
@over_option
@click.option("--allow-incomplete", is_flag=True, help="Do not exit 3 when something is unread.")
def puppet(places: tuple[Path, ...], *, over: str | None, allow_incomplete: bool) -> int:
    """Read hosts from catalogs that Puppet compiled, from facts of nodes, and who changes them
    from a control repository and the settings of servers.

    A folder is read with all that is in it; nothing is run. docs/guides/puppet.md says how to
    write catalogs.
    """
    with ShownProgress(console()).shown() as progress:
        manifest = run(
            host_wiring.puppet_files(places),
            wiring.store(),
            progress,
            scope=repr(("puppet", *map(str, places))),
            sources=tuple(place.name for place in places),
            resume=False,
            now=wiring.now,
            over=over,
        )
    return scanned(manifest, allow_incomplete=allow_incomplete)


@click.command()
@click.argument("url", metavar="URL")
@click.option("--cert", type=click.Path(path_type=Path), help="Client certificate, PEM.")
@click.option("--key", type=click.Path(path_type=Path), help="Its private key, PEM.")
@click.option("--ca-cert", type=click.Path(path_type=Path), help="Certificate of Puppet's CA.")
@click.option("--token-file", type=click.Path(path_type=Path), help="File with an access token.")
@click.option("--resume", is_flag=True, help="Take up the scan that was interrupted.")
@over_option
@click.option("--allow-incomplete", is_flag=True, help="Do not exit 3 when something is unread.")
def puppetdb(
    url: str,
    *,
    cert: Path | None,
    key: Path | None,
    ca_cert: Path | None,
    token_file: Path | None,
    resume: bool,
    over: str | None,
    allow_incomplete: bool,
) -> int:
    """Read hosts from the PuppetDB at URL, `https://puppetdb.example.org:8081`.

    Every query is a read: nodes, their catalogs, some facts, and how their last run ended.
    """
    source = host_wiring.puppetdb(
        url, certificate=cert, key=key, authority=ca_cert, token=token_file
    )
    kept = resumable() if over is None else contextlib.nullcontext()
    with kept, ShownProgress(console()).shown() as progress:
        manifest = run(
            source,
            wiring.store(),
            progress,
            scope=repr(("puppetdb", url)),
            sources=("puppetdb",),
            resume=resume,
            now=wiring.now,
            over=over,
        )
    return scanned(manifest, allow_incomplete=allow_incomplete)
