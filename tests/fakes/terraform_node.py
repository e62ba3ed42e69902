# SPDX-License-Identifier: Apache-2.0
"""Expressions of Terraform's language, as code and as our evaluator works them out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    mapping,
    null,
    number,
    sequence,
    truth,
)
from bartizan.sources.terraform.evaluator.functions import FUNCTIONS
from bartizan.sources.terraform.evaluator.functions.place import Place
from bartizan.sources.terraform.evaluator.letters import written
from bartizan.sources.terraform.evaluator.number import number_from

NOWHERE = Place(module=Path("/nowhere"), root=Path("/nowhere"), below=Path("/nowhere"))
"""A place without files."""


@dataclass(frozen=True)
class Node:
    """An expression: its code, and how our evaluator works it out."""

    code: str
    answer: Callable[[Place], Datum]


def literal(code: str, value: Datum) -> Node:
    return Node(code, lambda _place: value)


_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(value: str) -> Node:
    code = "".join(
        _ESCAPES.get(one) or (one if one.isprintable() else f"\\u{ord(one):04x}") for one in value
    )
    return literal(f'"{code.replace("${", "$${").replace("%{", "%%{")}"', written(value))


def counted(code: str) -> Node:
    value = number_from(code)
    assert value is not None
    return literal(code, number(value))


NULL = literal("null", null())
BOOLS = [literal("false", truth(value=False)), literal("true", truth(value=True))]


def row(parts: Sequence[Node]) -> Node:
    return Node(
        f"[{', '.join(one.code for one in parts)}]",
        lambda place: sequence([one.answer(place) for one in parts]),
    )


def members(parts: Mapping[str, Node]) -> Node:
    code = ", ".join(f"{quoted(name).code} = {one.code}" for name, one in parts.items())
    return Node(
        f"{{{code}}}",
        lambda place: mapping({name: one.answer(place) for name, one in parts.items()}),
    )


def call(name: str, arguments: Sequence[Node]) -> Node:
    return Node(
        f"{name}({', '.join(one.code for one in arguments)})",
        lambda place: FUNCTIONS[name]([one.answer(place) for one in arguments], place),
    )
