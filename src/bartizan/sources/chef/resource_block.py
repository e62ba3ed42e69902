# SPDX-License-Identifier: Apache-2.0
"""One resource of a recipe: its type, name, properties, actions and guards.

Sources: https://docs.chef.io/resources/ and https://docs.chef.io/resource_common/ for guards,
notifications and actions.
"""

from collections.abc import Mapping

from msgspec import Struct
from tree_sitter import Node

from bartizan.sources.chef.resource_types import TYPES
from bartizan.sources.chef.ruby.evaluate import arguments, evaluate, truth
from bartizan.sources.chef.ruby.scope import Scope
from bartizan.sources.chef.ruby.syntax import line, named, part, text
from bartizan.sources.chef.ruby.value import Unknown, Value
from bartizan.sources.chef.ruby.walk import Frame, walk

_GUARDS = {"only_if": True, "not_if": False}
_COMMON = frozenset({
    "notifies", "subscribes", "ignore_failure", "retries", "retry_delay", "sensitive",
    "umask", "compile_time", "live_stream", "returns", "timeout", "supports", "provider",
    "guard_interpreter", "backup", "checksum", "description",
})  # fmt: skip
"""Properties that change nothing that is told."""


class Resource(Struct, frozen=True, kw_only=True):
    """A resource as a recipe says it."""

    type: str
    name: Value
    file: str
    line: int
    properties: Mapping[str, Value]
    actions: tuple[Value, ...]
    """What is done, in order."""
    doubt: str
    """Why it may not be there at all; empty where it surely is."""
    guarded: bool
    """A guard that is worked out on the host decides whether it is done."""


class _Block(Struct):
    properties: dict[str, Value]
    actions: tuple[Value, ...] | None = None
    guarded: bool = False
    skipped: bool = False
    doubt: str = ""


def resource(node: Node, type_: str, frame: Frame, *, skip: int = 0) -> Resource | None:
    """Return the resource that a call declares; None for one that a guard surely skips.

    The first `skip` arguments are not its name.
    """
    given = arguments(node, frame.scope)[skip:]
    held = _Block({})
    block = part(node, "block")
    if block is not None:
        _read(block, frame, held)
    if held.skipped:
        return None
    nameless = Unknown(f"it has no name at {frame.scope.code.place(node)}")
    return Resource(
        type=type_,
        name=given[0] if given else nameless,
        file=frame.scope.code.name,
        line=line(node),
        properties=held.properties,
        actions=held.actions if held.actions is not None else (TYPES[type_].action,),
        doubt=frame.doubt or held.doubt,
        guarded=held.guarded,
    )


def _read(block: Node, frame: Frame, held: _Block) -> None:
    inner = frame.inner()

    def statement(node: Node, at: Frame) -> None:
        name = _property(node)
        if name in _GUARDS:
            _guard(node, name, at, held)
        elif name == "action":
            held.actions = _actions(node, at)
        elif name in _COMMON:
            return
        elif name and at.doubt == frame.doubt:
            held.properties[name] = _value(node, at.scope)
        elif name:
            held.properties[name] = Unknown(at.doubt)
        elif not _assigned(node, at):
            held.doubt = f"a statement at {at.scope.code.place(node)} is not read"

    body = part(block, "body")
    walk([] if body is None else named(body), inner, statement)


def _property(node: Node) -> str:
    """Return the property that a statement sets; empty where it sets none."""
    if node.type == "identifier":
        return text(node)
    if node.type != "call" or part(node, "receiver") is not None:
        return ""
    method = part(node, "method")
    return "" if method is None else text(method)


def _value(node: Node, scope: Scope) -> Value:
    if part(node, "block") is not None:
        return scope.unknown(node, "what a block makes stands")
    given = arguments(node, scope)
    return given[0] if len(given) == 1 else given


def _assigned(node: Node, at: Frame) -> bool:
    left = part(node, "left") if node.type == "assignment" else None
    if left is None or left.type != "identifier":
        return False
    doubtful = Unknown(at.doubt)
    at.scope.variables[text(left)] = (
        doubtful if at.doubt else evaluate(part(node, "right"), at.scope)
    )
    return True


def _actions(node: Node, at: Frame) -> tuple[Value, ...]:
    if at.doubt:
        return (Unknown(at.doubt),)
    value = _value(node, at.scope)
    return value if isinstance(value, tuple) else (value,)


def _guard(node: Node, name: str, at: Frame, held: _Block) -> None:
    """A guard is a command for the shell, or a block, of which one plain expression is read."""
    block = part(node, "block")
    body = None if block is None else part(block, "body")
    inside = [] if body is None else named(body)
    answer = truth(evaluate(inside[0], at.scope)) if len(inside) == 1 and not at.doubt else None
    if answer is None:
        held.guarded = True
    elif answer is not _GUARDS[name]:
        held.skipped = True
