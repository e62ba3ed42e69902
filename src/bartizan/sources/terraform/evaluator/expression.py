# SPDX-License-Identifier: Apache-2.0
"""Expressions of the language, as a tree that can be evaluated any number of times.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from bartizan.errors import Location
from bartizan.sources.terraform.evaluator.datum import Datum


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that is written out."""

    value: Datum


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that the expression itself gives: that of a `for`, or the element of a splat."""

    name: str


@dataclass(frozen=True, slots=True)
class Reference:
    """What the module or its caller gives a value: `("var", "a")`, `("data", "aws_ami", "a")`."""

    names: tuple[str, ...]
    place: Location


@dataclass(frozen=True, slots=True)
class Attribute:
    """`source.name`."""

    source: "Expression"
    name: str


@dataclass(frozen=True, slots=True)
class Index:
    """`source[key]`."""

    source: "Expression"
    key: "Expression"


@dataclass(frozen=True, slots=True)
class Splat:
    """`source[*]...`; `each` is what is made of an element, which is the variable `ELEMENT`."""

    source: "Expression"
    each: "Expression"


ELEMENT = "*"
"""Name of the element of a splat; nothing in code can be called so."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function."""

    name: str
    arguments: "tuple[Expression, ...]"
    expanded: bool
    """The elements of the last argument are arguments: `f(list...)`."""
    place: Location


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x` or `!x`."""

    operator: str
    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two operands."""

    operator: str
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Conditional:
    """`condition ? yes : no`."""

    condition: "Expression"
    yes: "Expression"
    no: "Expression"


@dataclass(frozen=True, slots=True)
class TupleOf:
    """`[...]`."""

    elements: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class ObjectOf:
    """`{...}`: keys and values in the order in which they stand there."""

    members: "tuple[tuple[Expression, Expression], ...]"


@dataclass(frozen=True, slots=True)
class For:
    """`[for ...]`, and `{for ...}` where it has a `key`."""

    names: tuple[str, ...]
    """The one of the value, or those of key and value."""
    source: "Expression"
    key: "Expression | None"
    value: "Expression"
    condition: "Expression | None"
    grouped: bool
    """Values of one key are gathered: `...`."""


@dataclass(frozen=True, slots=True)
class Template:
    """Text with what is put into it."""

    parts: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Joined:
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
    for field in dataclasses.fields(expression):
        yield from _held(getattr(expression, field.name))


def _held(value: object) -> Iterator[Expression]:
    if isinstance(value, tuple):
        for one in value:
            yield from _held(one)
    elif isinstance(value, Expression):
        yield value
