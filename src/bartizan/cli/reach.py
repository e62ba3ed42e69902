# SPDX-License-Identifier: Apache-2.0
"""`bartizan reach`: whether packets arrive, and why."""

import click

from bartizan.app import network_wiring, wiring
from bartizan.app.reach import reach as answer
from bartizan.cli.options import CLEAN, INCOMPLETE, snapshot_option, write
from bartizan.cli.question import network_options
from bartizan.errors import UsageError


@click.command()
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO[:PORT[/PROTOCOL]]")
@click.option("--open", "open_", is_flag=True, help="Name the cheapest changes that open it.")
@click.option("--close", is_flag=True, help="Name the cheapest changes that close it.")
@network_options
@snapshot_option
def reach(
    source: str,
    target: str,
    *,
    open_: bool,
    close: bool,
    blockers: bool,
    most: int,
    format_: str,
    allow_incomplete: bool,
    reference: str,
) -> int:
    """Say whether FROM can send packets to TO, how they go, or all that stops them.

    Both are an id, an ARN, a name, `tag:Key=Value`, an address, a CIDR block or `internet`; of a
    group, a subnet or a network all interfaces are meant. The protocol is TCP unless said
    otherwise; without a port, every port is asked for. An IPv6 address before a port stands in
    brackets. Exits 3 when a part of the answer is unknown.
    """
    if open_ and close:
        raise UsageError("it cannot be opened and closed at once", hint="choose one")
    aim = "open" if open_ else "close" if close else ""
    found = answer(wiring.store().open(reference), source, target, aim=aim)
    write(network_wiring.reach_report(format_, found, most=most, every_way=blockers), None)
    return CLEAN if found.whole or allow_incomplete else INCOMPLETE
