# SPDX-License-Identifier: Apache-2.0
"""`bartizan exposed`: everything that the Internet reaches, and why."""

import click

from bartizan.app import network_wiring, wiring
from bartizan.app.exposed import exposed as answer
from bartizan.cli.options import CLEAN, INCOMPLETE, snapshot_option, write
from bartizan.cli.question import network_options


@click.command()
@click.option(
    "--from",
    "source",
    default="internet",
    show_default=True,
    metavar="SOURCE",
    help="Who sends the packets: as FROM of `bartizan reach`.",
)
@network_options
@snapshot_option
def exposed(
    source: str,
    *,
    blockers: bool,
    most: int,
    format_: str,
    allow_incomplete: bool,
    reference: str,
) -> int:
    """Name everything that the Internet reaches: ports, from where, by which rules and routes.

    Also the ways in that have no interface, and the rules that are open to the world although
    nothing of it arrives, with what stops it. Exits 3 when a part of the answer is unknown.
    """
    found = answer(wiring.store().open(reference), source)
    write(network_wiring.exposed_report(format_, found, most=most, every_way=blockers), None)
    return CLEAN if found.whole or allow_incomplete else INCOMPLETE
