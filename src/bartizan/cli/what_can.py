# SPDX-License-Identifier: Apache-2.0
"""`bartizan what-can`: everything that somebody can do, and why."""

import click

from bartizan.app import wiring
from bartizan.app.what_can import what_can as answer
from bartizan.cli.options import CLEAN, INCOMPLETE, snapshot_option, write
from bartizan.cli.question import answer_options, context_options, pairs, what_if_options
from bartizan.model.access import Asked


@click.command("what-can")
@click.argument("principal")
@click.option("--action", default="", metavar="PATTERN", help="Only these actions: `s3:Get*`.")
@click.option("--resource", default="", metavar="PATTERN", help="Only on these things.")
@context_options
@what_if_options
@answer_options
@snapshot_option
def what_can(
    principal: str,
    *,
    action: str,
    resource: str,
    context: tuple[str, ...],
    complete: bool,
    detach: tuple[str, ...],
    replace: tuple[str, ...],
    most: int,
    explain: bool,
    format_: str,
    allow_incomplete: bool,
    reference: str,
) -> int:
    """Name everything that PRINCIPAL can do, by which statements and under what condition.

    Requests with one answer by the same statements stand together: every action of a group on
    those of its resources that it acts on. Exits 3 when a part of the answer is unknown.
    """
    asked = Asked(
        principal=principal,
        action=action,
        resource=resource,
        context=pairs(context),
        complete=complete,
    )
    opened = wiring.store().open(reference)
    found = answer(opened, asked, detach=detach, replace=replace)
    write(wiring.access_report(format_, found, most=most, explain=explain), None)
    return CLEAN if found.whole or allow_incomplete else INCOMPLETE
