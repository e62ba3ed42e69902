# SPDX-License-Identifier: Apache-2.0
"""`bartizan can`: decide one request."""

import click

from bartizan.app import wiring
from bartizan.app.can import can as decide
from bartizan.app.can import stated
from bartizan.app.what_if import what_if
from bartizan.cli.options import CLEAN, INCOMPLETE, snapshot_option, write
from bartizan.cli.question import context_options, pairs, what_if_options
from bartizan.model.step import Ask
from bartizan.model.verdict import Unknown


@click.command()
@click.argument("principal")
@click.argument("action")
@click.argument("resource")
@context_options
@what_if_options
@click.option(
    "--explain", is_flag=True, help="Say which statements decided it, and by which rule."
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
@snapshot_option
def can(
    principal: str,
    action: str,
    resource: str,
    *,
    context: tuple[str, ...],
    complete: bool,
    detach: tuple[str, ...],
    replace: tuple[str, ...],
    explain: bool,
    format_: str,
    reference: str,
) -> int:
    """Decide whether PRINCIPAL may do ACTION on RESOURCE: allowed, denied, or unknown.

    Exits 0 when it is decided and 3 when it is unknown.
    """
    given = pairs(context)
    supposed = what_if(wiring.store().open(reference).facts(), detach=detach, replace=replace)
    decision = decide(
        supposed.facts, principal, action, resource, context=stated(given), complete=complete
    )
    ask = Ask(principal=principal, action=action, resource=resource, context=given)
    told = wiring.explanation(
        ask, decision, format_=format_, explain=explain, supposing=supposed.changes
    )
    write(told, None)
    return INCOMPLETE if isinstance(decision.verdict, Unknown) else CLEAN
