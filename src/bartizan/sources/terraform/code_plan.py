# SPDX-License-Identifier: Apache-2.0
"""Reads plans that were made of code here: as any plan, and with what was told beside it."""

from msgspec import structs

from bartizan.model.code_plan import CodePlan
from bartizan.sources.terraform.plan import Plan, read
from bartizan.sources.terraform.provider.schema import of_types, unknown_blocks

_BLIND = (
    "no state tells what is there already, so what the code no longer holds is not seen, and what "
    "AWS would give an id counts as new; give it with `--state`"
)


def of_code(made: CodePlan, name: str, *, blind: bool) -> Plan:
    """Read a plan that was made of code, without a state where it is `blind`.

    Raises:
        InputError: it is no plan.
    """
    found = evaluated(made, name)
    reasons = [f"not run: {what}" for what in made.programs]
    reasons += [f"not evaluated: {what}" for what in made.unevaluated]
    if blind:
        reasons.append(_BLIND)
    providers = {key: dict(arguments) for key, arguments in found.providers.items()}
    for key, (account, region) in made.places.items():
        held = providers.setdefault(key, {})
        if account:
            held["allowed_account_ids"] = [account]
        if region:
            held["region"] = region
    return structs.replace(
        found, providers=providers, partial=(*found.partial, *reasons), blind=blind
    )


def evaluated(made: CodePlan, name: str) -> Plan:
    """Read a plan that was made of code as it is: blocks that `dynamic` makes of what is not known
    count as written, which no other plan tells.

    Raises:
        InputError: it is no plan.
    """
    found = read(made.content, name)
    types = {one.type for one in found.changes if one.managed}
    known = of_types("hashicorp/aws", resources=types, data=()).resources
    changes = []
    for change in found.changes:
        names = set(made.computed.get(change.address, ()))
        if change.managed and change.type in known:
            names |= set(unknown_blocks(known[change.type], change.after))
        if names and change.written is not None:
            changes.append(structs.replace(change, written=change.written | names))
        else:
            changes.append(change)
    return structs.replace(found, changes=tuple(changes))
