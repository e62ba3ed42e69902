# SPDX-License-Identifier: Apache-2.0
"""`bartizan who-can`: everybody who can do something, and why."""

import click

from bartizan.app import wiring
from bartizan.app.who_can import who_can as answer
from bartizan.cli.options import CLEAN, INCOMPLETE, snapshot_option, write
from bartizan.cli.question import answer_options, context_options, pairs, what_if_options
from bartizan.model.access import Asked


@click.command("who-can")
@click.argument("action")
@click.argument("resource")
@context_options
@click.option(
    "--all-accounts",
    is_flag=True,
    help="Keep accounts apart and explain each caller, however alike they are.",
)
@what_if_options
@answer_options
@snapshot_option
def who_can(
    action: str,
    resource: str,
    *,
    context: tuple[str, ...],
    complete: bool,
    all_accounts: bool,
    detach: tuple[str, ...],
    replace: tuple[str, ...],
    most: int,
    explain: bool,
    format_: str,
    allow_incomplete: bool,
    reference: str,
) -> int:
    """Name everybody who can do ACTION on RESOURCE, by which statements and under what condition.

    Both may have wildcards. Callers that differ in nothing but name and account stand together.
    Exits 3 when a part of the answer is unknown.
    """
    asked = Asked(action=action, resource=resource, context=pairs(context), complete=complete)
    found = answer(
        wiring.store().open(reference),
        asked,
        each=all_accounts or format_ == "json",
        by_account=all_accounts,
        detach=detach,
        replace=replace,
    )
    write(wiring.access_report(format_, found, most=most, explain=explain), None)
    return CLEAN if found.whole or allow_incomplete else INCOMPLETE
