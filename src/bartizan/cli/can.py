# SPDX-License-Identifier: Apache-2.0
"""`bartizan can`: decide one request."""

from collections.abc import Sequence

import click

from bartizan.app import wiring
from bartizan.app.can import can as decide
from bartizan.cli.options import CLEAN, INCOMPLETE, snapshot_option, write
from bartizan.errors import UsageError
from bartizan.model.step import Ask
from bartizan.model.verdict import Unknown


def _context(pairs: Sequence[str]) -> dict[str, str | tuple[str, ...]]:
    """Read `K=V` pairs; a key that stands more than once has several values.

    Raises:
        UsageError: a pair has no `=`.
    """
    found: dict[str, list[str]] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise UsageError(f"not a context key and its value: `{pair}`", hint="write `K=V`")
        found.setdefault(key, []).append(value)
    return {key: tuple(v) if len(v) > 1 else v[0] for key, v in found.items()}


@click.command()
@click.argument("principal")
@click.argument("action")
@click.argument("resource")
@click.option("--context", multiple=True, metavar="K=V", help="A condition key; repeatable.")
@click.option("--complete", is_flag=True, help="Condition keys that are not given are absent.")
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
    explain: bool,
    format_: str,
    reference: str,
) -> int:
    """Decide whether PRINCIPAL may do ACTION on RESOURCE: allowed, denied, or unknown.

    Exits 0 when it is decided and 3 when it is unknown.
    """
    given = _context(context)
    facts = wiring.store().open(reference).facts()
    decision = decide(facts, principal, action, resource, context=given, complete=complete)
    pairs = (
        (k, v) for k, vs in sorted(given.items()) for v in ([vs] if isinstance(vs, str) else vs)
    )
    ask = Ask(principal=principal, action=action, resource=resource, context=tuple(pairs))
    write(wiring.explanation(ask, decision, format_=format_, explain=explain), None)
    return INCOMPLETE if isinstance(decision.verdict, Unknown) else CLEAN
