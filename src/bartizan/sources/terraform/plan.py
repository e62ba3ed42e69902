# SPDX-License-Identifier: Apache-2.0
"""Reads the plan of a change, as `terraform show -json` and OpenTofu's twin of it write it.

Source: https://developer.hashicorp.com/terraform/internals/json-format
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import TypeAlias

import msgspec
from msgspec import Struct, field, structs

from bartizan.errors import InputError, Location
from bartizan.model.json_text import parse
from bartizan.model.record import Json
from bartizan.sources.terraform.configured import alone, taken
from bartizan.sources.terraform.encrypted import refuse_encrypted
from bartizan.sources.terraform.value import Hidden, Value, joined
from bartizan.sources.terraform.wire import (
    WireConfiguredResource,
    WireModule,
    WirePlan,
    WireResourceChange,
    WireShownState,
    WireValues,
)

MOST = 500_000
"""Resources of one plan or state."""

_MAJORS = frozenset({"0", "1"})
"""Major versions of the format that are understood; a minor one only adds to it."""


_Blocks: TypeAlias = Mapping[str, WireConfiguredResource]


class Action(Enum):
    """What a plan does to one object."""

    NO_OP = "no-op"
    """Nothing, though it may have another address, or be taken into the state."""
    READ = "read"
    """It is data that is read while the change is applied."""
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    REPLACE = "replace"
    """It goes and another one of its kind comes, which has other unique ids."""
    FORGET = "forget"
    """It leaves the state and stays where it is."""


_ACTIONS: Mapping[tuple[str, ...], Action] = {
    ("no-op",): Action.NO_OP,
    ("read",): Action.READ,
    ("create",): Action.CREATE,
    ("update",): Action.UPDATE,
    ("delete",): Action.DELETE,
    ("delete", "create"): Action.REPLACE,
    ("create", "delete"): Action.REPLACE,
    ("forget",): Action.FORGET,
    ("create", "forget"): Action.CREATE,
    ("forget", "create"): Action.CREATE,
}
"""What `actions` holds to what is done; where one is forgotten and another made, the old stays."""


class Change(Struct, frozen=True, kw_only=True):
    """What happens to one object."""

    address: str
    """`module.m.aws_iam_role.r["a"]`."""
    previous_address: str
    """Where it was before the code moved it; empty where it did not move."""
    type: str
    """`aws_iam_role`."""
    managed: bool
    """It is a resource; else it is data."""
    provider: str
    """Key of its provider's configuration: `aws`, `aws.prod`, `module.m:aws`; empty where the plan
    does not say."""
    written: frozenset[str] | None
    """Arguments that its code writes, those in blocks as `block.argument`; None where the plan
    does not hold the code."""
    action: Action
    before: Value
    """None where there is nothing before."""
    after: Value
    """None where there is nothing after."""
    importing: str
    """Id of the object that is taken into the state; empty for none."""
    deposed: str
    """Key of what an earlier replacement left over; empty for none."""
    reason: str
    """Why, in the plan's word: `replace_because_cannot_update`; mostly empty."""
    ignored: tuple[str, ...] = ()
    """Paths of attributes that the code leaves as they were, where the plan does not know what
    that is."""


class Held(Struct, frozen=True, kw_only=True):
    """One object of a state."""

    address: str
    type: str
    managed: bool
    provider: str
    """Key of its provider's configuration; empty where it is not told."""
    values: Value


class Plan(Struct, frozen=True, kw_only=True):
    """A change, as it was planned."""

    name: str
    """What people call the file."""
    tool_version: str
    changes: tuple[Change, ...]
    """Sorted by address."""
    drift: tuple[Change, ...]
    """What changed by itself since the last time; not this change's doing."""
    prior: tuple[Held, ...]
    """What the state held before."""
    providers: Mapping[str, Mapping[str, Value]]
    """Key of a provider's configuration to its arguments, as far as they are constant."""
    partial: tuple[str, ...]
    """Why the plan does not tell of the whole change, a phrase for each reason."""
    variables: Mapping[str, Json] = field(default_factory=dict)
    """Values of the root's variables, secrets too: to evaluate the code, and for nothing else."""
    blind: bool = False
    """It was made without a state, so that what it makes may be there already."""
    code: WireModule
    """What the code names, without its values; empty where the plan does not hold it."""

    def __repr__(self) -> str:
        """Show what it is called, and none of its values."""
        return f"Plan({self.name!r})"


def is_plan(found: Json) -> bool:
    """Tell whether a JSON document is a plan."""
    return isinstance(found, dict) and "format_version" in found and "values" not in found


def read(content: bytes, name: str) -> Plan:
    """Read a plan; `name` is what errors call its file.

    Raises:
        InputError: it is no plan, damaged, or of a format that is not known.
    """
    found = parse(content, name)
    refuse_encrypted(found, name)
    if not isinstance(found, dict) or "format_version" not in found:
        raise InputError(
            "no plan of Terraform or OpenTofu",
            at=Location(name),
            hint="write it with `terraform show -json PLAN`",
        )
    version = str(found["format_version"])
    if version.partition(".")[0] not in _MAJORS:
        raise InputError(
            f"plans of format {version[:20]} are not understood",
            at=Location(name),
            hint="formats 0 and 1 are; write the plan with a tool that knows them",
        )
    try:
        plan = msgspec.convert(found, WirePlan)
    except msgspec.ValidationError as error:
        message = f"not as a plan should be: {str(error)[:200].lower()}"
        raise InputError(message, at=Location(name)) from error
    if len(plan.resource_changes) > MOST:
        raise InputError(f"more than {MOST:,} resources", at=Location(name))
    return _plan(plan, name)


def _plan(plan: WirePlan, name: str) -> Plan:
    held_by = taken(plan.configuration.provider_config)
    held = {
        address: structs.replace(
            one, provider_config_key=held_by.get(one.provider_config_key, one.provider_config_key)
        )
        for address, one in blocks(plan.configuration.root_module)
    }
    only = alone(plan.configuration.provider_config, held_by)
    return Plan(
        name=name,
        tool_version=plan.terraform_version,
        changes=tuple(
            sorted(
                (_change(one, held, only, name) for one in plan.resource_changes),
                key=lambda one: (one.address, one.deposed),
            )
        ),
        drift=tuple(_change(one, held, only, name) for one in plan.resource_drift),
        prior=tuple(shown(plan.prior_state, held, only)) if plan.prior_state else (),
        providers={
            key: dict(_constants(one.expressions, plan))
            for key, one in sorted(plan.configuration.provider_config.items())
            if key not in held_by
        },
        partial=tuple(_partial(plan)),
        variables={name: one.value for name, one in plan.variables.items()},
        code=plan.configuration.root_module,
    )


def _partial(plan: WirePlan) -> Iterator[str]:
    if plan.errored:
        yield "planning ended with an error"
    if plan.complete is False:
        yield "the plan is for a part of the code, and another one must follow"
    if plan.deferred_changes:
        yield f"{len(plan.deferred_changes)} changes are put off to a later plan"


def blocks(module: WireModule, prefix: str = "") -> Iterator[tuple[str, WireConfiguredResource]]:
    """Yield each block of the code by its address, which has no indices."""
    for one in module.resources:
        yield prefix + one.address, one
    for name, call in module.module_calls.items():
        if call.module is not None:
            yield from blocks(call.module, f"{prefix}module.{name}.")


def _constants(expressions: Mapping[str, object], plan: WirePlan) -> Iterator[tuple[str, Value]]:
    """Yield the arguments of a provider that are constant, or are one variable of the root."""
    for name, expression in expressions.items():
        if isinstance(expression, list):
            inner = [dict(_constants(one, plan)) for one in expression if isinstance(one, dict)]
            yield name, list[Value](inner)
        elif isinstance(expression, dict) and "constant_value" in expression:
            yield name, expression["constant_value"]


def _change(one: WireResourceChange, held: _Blocks, only: Mapping[str, str], name: str) -> Change:
    change = one.change
    action = _ACTIONS.get(tuple(change.actions))
    if action is None:
        shown_actions = ", ".join(change.actions)[:80]
        raise InputError(
            f"unknown actions `{shown_actions}` at `{one.address[:200]}`",
            at=Location(name),
            hint="the plan may come from a newer tool than this one knows",
        )
    block = held.get(unindexed(one.address))
    before = joined(change.before, unknown=None, sensitive=change.before_sensitive)
    after = joined(change.after, unknown=change.after_unknown, sensitive=change.after_sensitive)
    stays = before if action is Action.UPDATE else None
    code = block.expressions if block else {}
    return Change(
        address=one.address,
        previous_address=one.previous_address,
        type=one.type,
        managed=one.mode == "managed",
        provider=block.provider_config_key if block else only.get(one.provider_name, ""),
        written=frozenset((*_written(code), *_computed(code, stays, after))) if block else None,
        action=action,
        before=before,
        after=after,
        importing=(change.importing.id or "") if change.importing else "",
        deposed=one.deposed,
        reason=one.action_reason,
    )


def _written(expressions: Mapping[str, object], within: str = "") -> Iterator[str]:
    """Yield the arguments that code writes; blocks are lists of such objects.

    Source: https://developer.hashicorp.com/terraform/internals/json-format#block-expressions-representation
    """
    for name, held in expressions.items():
        yield f"{within}{name}"
        for block in held if isinstance(held, list) else ():
            if isinstance(block, dict):
                yield from _written(block, f"{within}{name}.")


def _computed(code: Mapping[str, object], before: Value, after: Value) -> Iterator[str]:
    """Yield the blocks that the code computes (`dynamic`) and that change, with all that stands in
    them: a plan's code does not show them. Of what no code writes, a new object has nothing that
    is known, and an old one what it had.
    """
    held = before if isinstance(before, dict) else {}
    for name, value in after.items() if isinstance(after, dict) else ():
        old = held.get(name)
        if name in code:
            continue
        if isinstance(value, list) and (value or old) and value != old:
            yield from _within(value, name)
        elif isinstance(value, Hidden) and isinstance(old, list):
            yield name


def _within(blocks: list[Value], name: str) -> Iterator[str]:
    yield name
    for block in blocks:
        for argument, value in block.items() if isinstance(block, dict) else ():
            yield from _within(value if isinstance(value, list) else [], f"{name}.{argument}")


def unindexed(address: str) -> str:
    """Return an address without its indices: that of the block in the code.

    An index may hold anything, brackets and dots too, between its quotes.
    """
    kept: list[str] = []
    inside = quoted = escaped = False
    for letter in address:
        if inside:
            if quoted and not escaped and letter == "\\":
                escaped = True
                continue
            if letter == '"' and not escaped:
                quoted = not quoted
            elif letter == "]" and not quoted:
                inside = False
            escaped = False
        elif letter == "[":
            inside = True
        else:
            kept.append(letter)
    return "".join(kept)


def shown(state: WireShownState, held: _Blocks, only: Mapping[str, str]) -> Iterator[Held]:
    """Yield the objects of a state as `terraform show -json` tells it; `held` are the blocks of
    the code, and `only` is which configuration those have that are in none.
    """
    if state.values is not None:
        yield from _values(state.values.root_module, held, only)


def _values(module: WireValues, held: _Blocks, only: Mapping[str, str]) -> Iterator[Held]:
    for one in module.resources:
        block, who = held.get(unindexed(one.address)), one.provider_name
        yield Held(
            address=one.address,
            type=one.type,
            managed=one.mode == "managed",
            provider=block.provider_config_key if block else only.get(who, ""),
            values=joined(one.values, unknown=None, sensitive=one.sensitive_values),
        )
    for child in module.child_modules:
        yield from _values(child, held, only)
