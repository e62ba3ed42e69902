# SPDX-License-Identifier: Apache-2.0
"""What a JMESPath expression gives when it is evaluated over answers of a botocore shape."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import jmespath
from botocore.model import ListShape, MapShape, Shape, StructureShape


class NoSuchMemberError(Exception):
    """The expression asks for something that answers of the shape never have."""


@dataclass(frozen=True)
class Text:
    """A string."""


@dataclass(frozen=True)
class Truth:
    """True or false."""


@dataclass(frozen=True)
class Anything:
    """A value of whatever kind."""


@dataclass(frozen=True)
class Many:
    """A list."""

    of: "Given"


@dataclass(frozen=True)
class Members:
    """An object that an expression made."""

    of: Mapping[str, "Given"]


Given: TypeAlias = Shape | Text | Truth | Anything | Many | Members

_GIVES: Mapping[str, Given] = {
    "join": Text(),
    "to_string": Text(),
    "split": Many(Text()),
    "keys": Many(Text()),
}


def shape_of(expression: str, over: Given) -> Given:
    """Infer what `expression` gives; raises where it names what cannot be there."""
    return _infer(jmespath.compile(expression).parsed, over)


def is_text(given: Given) -> bool:
    return isinstance(given, Text) or (
        isinstance(given, Shape) and given.type_name in ("string", "timestamp")
    )


def is_object(given: Given) -> bool:
    return isinstance(given, (Members, StructureShape, MapShape))


def element(given: Given) -> Given | None:
    """What the elements of a list are; None where it is no list."""
    if isinstance(given, Many):
        return given.of
    if isinstance(given, ListShape):
        member: Shape = given.member
        return member
    return Anything() if isinstance(given, Anything) else None


def member(given: Given, name: str) -> Given:
    if isinstance(given, Anything):
        return given
    if isinstance(given, MapShape):
        value: Shape = given.value
        return value
    held: Mapping[str, Given] = {}
    if isinstance(given, Members):
        held = given.of
    elif isinstance(given, StructureShape):
        held = given.members
    if name not in held:
        raise NoSuchMemberError(f"{given} has no `{name}`")
    return held[name]


def _elements(given: Given, node: Mapping[str, Any]) -> Given:
    held = element(given)
    if held is None:
        raise NoSuchMemberError(f"{given} is no list for {node['type']}")
    return held


def _infer(node: Mapping[str, Any], over: Given) -> Given:  # noqa: C901, PLR0911, PLR0912 - a case for each kind of node
    children = node.get("children", [])
    match node["type"]:
        case "field":
            return member(over, node["value"])
        case "subexpression" | "pipe" | "index_expression":
            given = over
            for child in children:
                given = _infer(child, given)
            return given
        case "current" | "identity" | "slice":
            return over
        case "literal":
            return Text() if isinstance(node["value"], str) else Anything()
        case "index":
            return _elements(over, node)
        case "projection":
            return Many(_infer(children[1], _elements(_infer(children[0], over), node)))
        case "value_projection":
            held = _infer(children[0], over)
            value = held.value if isinstance(held, MapShape) else Anything()
            return Many(_infer(children[1], value))
        case "filter_projection":
            held = _elements(_infer(children[0], over), node)
            _infer(children[2], held)
            return Many(_infer(children[1], held))
        case "flatten":
            inner = _elements(_infer(children[0], over), node)
            deeper = element(inner)
            return Many(inner if deeper is None else deeper)
        case "multi_select_list":
            first, *_ = [_infer(child, over) for child in children]
            return Many(first)
        case "multi_select_dict":
            return Members({c["value"]: _infer(c["children"][0], over) for c in children})
        case "or_expression":
            first, *_ = [_infer(child, over) for child in children]
            return first
        case "and_expression":
            return [_infer(child, over) for child in children][-1]
        case "function_expression":
            for child in children:
                _infer(child, over)
            return _GIVES.get(node["value"], Anything())
        case "comparator" | "not_expression":
            for child in children:
                _infer(child, over)
            return Truth()
        case other:
            raise NotImplementedError(other)
