# SPDX-License-Identifier: Apache-2.0
"""Where a value is defined that an argument takes from a variable, a local value or a call.

Sources: https://developer.hashicorp.com/terraform/language/values/variables and
https://developer.hashicorp.com/terraform/language/values/locals
"""

from collections.abc import Iterator

from msgspec import Struct
from tree_sitter import Node

from bartizan.model.code_place import CodePlace
from bartizan.sources.terraform.source.module import Code, Module
from bartizan.sources.terraform.source.syntax import Argument, File, reference

_DEEPEST = 20


class CannotFixError(Exception):
    """An edit of the source text would not do what it should, or more than that."""

    def __init__(self, reason: str, at: CodePlace | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at


class Value(Struct, frozen=True):
    """An expression, and the module that it stands in."""

    file: File
    node: Node
    calls: tuple[str, ...]
    """Names of the calls that lead to its module."""

    @property
    def place(self) -> CodePlace:
        """Where it stands."""
        return self.file.place(self.node)


def defined(code: Code, value: Value) -> Value:
    """Follow a value to where it is written out; one that is computed is where it is computed.

    Raises:
        CannotFixError: something else uses the same definition, or it is not in the text.
    """
    for _ in range(_DEEPEST):
        names = reference(value.file, value.node)
        if len(names) != 2 or names[0] not in ("var", "local"):  # noqa: PLR2004 - `var.name`
            return value
        module = code.module(value.calls)
        if module is None:
            raise CannotFixError("its module is not on disk", value.place)
        used = sum(1 for _ in uses(module, names))
        if used > 1:
            raise CannotFixError(f"`{'.'.join(names)}` is used {used} times", value.place)
        found = _local(module, names[1]) if names[0] == "local" else None
        if names[0] == "local" and found is not None:
            value = Value(found.file, found.value, value.calls)
        else:
            value = _variable(code, module, names[1], value)
    raise CannotFixError("it is passed on too often", value.place)


def _local(module: Module, name: str) -> Argument | None:
    found = None
    for block in module.blocks("locals"):
        found = block.arguments().get(name, found)
    return found


def _variable(code: Code, module: Module, name: str, value: Value) -> Value:
    """Return what a variable is set to: by the call of its module, a file of values, or its
    default.
    """
    if value.calls:
        call = code.called(value.calls)
        given = call.arguments().get(name) if call else None
        if given is not None:
            return Value(given.file, given.value, value.calls[:-1])
    elif (given := module.given(name)) is not None:
        return Value(given.file, given.value, ())
    for block in reversed(module.blocks("variable", name)):
        if (default := block.arguments().get("default")) is not None:
            return Value(default.file, default.value, value.calls)
    raise CannotFixError(f"nothing in the text says what `var.{name}` is", value.place)


def uses(module: Module, names: tuple[str, ...]) -> Iterator[Node]:
    """Yield each place in a module that refers to something by its names."""
    for file in module.files:
        stack = [file.root]
        while stack:
            node = stack.pop()
            stack += node.named_children
            if node.type == "variable_expr" and _named(file, node, names):
                yield node


def _named(file: File, node: Node, names: tuple[str, ...]) -> bool:
    """Tell whether a reference begins with some names."""
    at: Node | None = node
    for name in names:
        if at is None or file.text(at).lstrip(".") != name:
            return False
        at = at.next_named_sibling
    return True
