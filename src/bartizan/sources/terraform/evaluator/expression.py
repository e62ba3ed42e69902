# SPDX-License-Identifier: Apache-2.0
"""Expressions of the language, as a tree that can be evaluated any number of times.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct, structs

from bartizan.errors import Location
from bartizan.sources.terraform.evaluator.datum import Datum


class Literal(Struct, frozen=True):
    """A value that is written out."""

    value: Datum


class Variable(Struct, frozen=True):
    """A name that the expression itself gives: that of a `for`, or the element of a splat."""

    name: str


class Reference(Struct, frozen=True):
    """What the module or its caller gives a value: `("var", "a")`, `("data", "aws_ami", "a")`."""

    names: tuple[str, ...]
    place: Location


class Attribute(Struct, frozen=True):
    """`source.name`."""

    source: "Expression"
    name: str


class Index(Struct, frozen=True):
    """`source[key]`."""

    source: "Expression"
    key: "Expression"


class Splat(Struct, frozen=True):
    """`source[*]...`; `each` is what is made of an element, which is the variable `ELEMENT`."""

    source: "Expression"
    each: "Expression"


ELEMENT = "*"
"""Name of the element of a splat; nothing in code can be called so."""


class Call(Struct, frozen=True):
    """A call of a function."""

    name: str
    arguments: "tuple[Expression, ...]"
    expanded: bool
    """The elements of the last argument are arguments: `f(list...)`."""
    place: Location


class Unary(Struct, frozen=True):
    """`-x` or `!x`."""

    operator: str
    operand: "Expression"


class Binary(Struct, frozen=True):
    """An operator between two operands."""

    operator: str
    left: "Expression"
    right: "Expression"


class Conditional(Struct, frozen=True):
    """`condition ? yes : no`."""

    condition: "Expression"
    yes: "Expression"
    no: "Expression"


class TupleOf(Struct, frozen=True):
    """`[...]`."""

    elements: "tuple[Expression, ...]"


class ObjectOf(Struct, frozen=True):
    """`{...}`: keys and values in the order in which they stand there."""

    members: "tuple[tuple[Expression, Expression], ...]"


class For(Struct, frozen=True):
    """`[for ...]`, and `{for ...}` where it has a `key`."""

    names: tuple[str, ...]
    """The one of the value, or those of key and value."""
    source: "Expression"
    key: "Expression | None"
    value: "Expression"
    condition: "Expression | None"
    grouped: bool
    """Values of one key are gathered: `...`."""


class Template(Struct, frozen=True):
    """Text with what is put into it."""

    parts: "tuple[Expression, ...]"


class Joined(Struct, frozen=True):
    """`%{ for ... }`: the texts of a tuple, one after another."""

    source: For


Expression: TypeAlias = (
    Literal
    | Variable
    | Reference
    | Attribute
    | Index
    | Splat
    | Call
    | Unary
    | Binary
    | Conditional
    | TupleOf
    | ObjectOf
    | For
    | Template
    | Joined
)


def parts(expression: Expression) -> Iterator[Expression]:
    """Yield the expressions that one directly holds."""
    for part in structs.astuple(expression):
        yield from _held(part)


def _held(value: object) -> Iterator[Expression]:
    if isinstance(value, tuple):
        for one in value:
            yield from _held(one)
    elif isinstance(value, Expression):
        yield value
