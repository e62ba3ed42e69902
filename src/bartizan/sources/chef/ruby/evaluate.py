# SPDX-License-Identifier: Apache-2.0
"""Works out expressions that are literals, attributes and little else; all others are unknown.

Nothing is called: the methods below are ours, for values that are known.
"""

import itertools
import re
from collections.abc import Callable, Mapping
from textwrap import dedent
from typing import TypeAlias

from tree_sitter import Node

from bartizan.sources.chef.ruby import methods
from bartizan.sources.chef.ruby.scope import UNTOLD, Scope
from bartizan.sources.chef.ruby.syntax import named, part, text
from bartizan.sources.chef.ruby.value import (
    DEPTH,
    LONG,
    Absent,
    Symbol,
    Tree,
    Unknown,
    Value,
    heavy,
)
from bartizan.sources.chef.ruby.value import text as as_text

_RAW_ESCAPE = re.compile(r"\\([\\'])")
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\s": " ", "\\r": "\r", "\\0": "\0", "\\e": "\x1b"}


def evaluate(node: Node | None, scope: Scope) -> Value:
    """Return the value of an expression."""
    if node is None:
        return None
    if scope.depth > DEPTH or node.has_error:
        return scope.unknown(node, "what cannot be read stands")
    found = _READERS.get(node.type)
    return found(node, scope.deeper()) if found else _other(node, scope)


def path_of(node: Node, scope: Scope) -> tuple[str, tuple[Value, ...]] | None:
    """Return what is indexed and by what, of `node['a']['b']` or `default['a']`; None where an
    expression is nothing like it.
    """
    keys: list[Value] = []
    while node.type == "element_reference":
        inside = named(node)
        if len(inside) != 2 or len(keys) > DEPTH:  # noqa: PLR2004 - what is indexed, and by what
            return None
        keys.append(evaluate(inside[1], scope))
        node = inside[0]
    root = _root(node)
    return None if root is None else (root, tuple(reversed(keys)))


def _root(node: Node) -> str | None:
    if node.type == "identifier":
        return text(node)
    if node.type == "call" and part(node, "arguments") is None:
        receiver, method = part(node, "receiver"), part(node, "method")
        if receiver is not None and method is not None and text(receiver) == "node":
            return f"node.{text(method)}"
    return None


def truth(value: Value) -> bool | None:
    """Return whether a condition holds; None where it is not known."""
    if isinstance(value, Unknown):
        return None
    return value is not None and value is not False


def _other(node: Node, scope: Scope) -> Value:
    return scope.unknown(node, f"an expression that is not read (`{node.type}`) stands")


def _string(node: Node, scope: Scope) -> Value:
    if text(node).startswith(("'", "%q")):
        # NOTE: the grammar does not tell the two escapes that such a text has.
        plain = "".join(text(child) for child in node.named_children)
        return _RAW_ESCAPE.sub(r"\1", plain)
    found = ""
    for child in node.named_children:
        piece = _piece(child, scope)
        if isinstance(piece, Unknown):
            return piece
        found += piece
        if len(found) > LONG:
            return scope.unknown(node, "a text that is too long stands")
    return found


def _piece(node: Node, scope: Scope) -> str | Unknown:
    if node.type == "interpolation":
        inside = named(node)
        if len(inside) != 1:
            return scope.unknown(node, "an expression that is not read stands")
        value = as_text(evaluate(inside[0], scope))
        return value if isinstance(value, str) else scope.unknown(node, value.why)
    if node.type == "escape_sequence":
        written = text(node)
        if written[1:2] in "01234567uxcCM" and written not in _ESCAPES:
            return scope.unknown(node, "a character by number stands")
        return _ESCAPES.get(written, written[1:])
    return text(node)


def _heredoc(node: Node, scope: Scope) -> Value:
    body = scope.code.heredocs.get(node.start_byte)
    if body is None:
        return scope.unknown(node, "a text without end stands")
    pieces = []
    for child in body.named_children:
        if child.type == "heredoc_end":
            continue
        piece = _piece(child, scope)
        if isinstance(piece, Unknown):
            return piece
        if "\n" in piece and child.type != "heredoc_content":
            # Ruby takes the indentation of what is written, not of what is put in.
            return scope.unknown(node, "a text with lines put into it stands")
        pieces.append(piece)
    found = "".join(pieces).removeprefix("\n")
    found = found[: found.rfind("\n") + 1]
    return dedent(found) if text(node).startswith("<<~") else found


def _array(node: Node, scope: Scope) -> Value:
    inside = named(node)
    if any(child.type == "splat_argument" for child in inside):
        return scope.unknown(node, "a list whose length is not known stands")
    found = tuple(evaluate(child, scope) for child in inside)
    return scope.unknown(node, "a list that is too long stands") if heavy(found) else found


def _symbols(node: Node, scope: Scope) -> Value:
    return tuple(Symbol(item) if isinstance(item, str) else item for item in _items(node, scope))


def _items(node: Node, scope: Scope) -> tuple[Value, ...]:
    return tuple(_string(child, scope) for child in named(node))


def pairs(nodes: list[Node], scope: Scope) -> Value:
    """Return the hash that pairs make."""
    found: dict[str, Value] = {}
    rest: Unknown | None = None
    for pair in nodes:
        key = _key(pair, scope)
        value = part(pair, "value")
        if isinstance(key, str) and value is not None:
            found[key] = evaluate(value, scope)
        else:
            rest = scope.unknown(pair, "a name that is not known stands")
    if rest is not None:
        # A later pair with an unknown name may take the place of any.
        found = dict.fromkeys(found, rest)
    made = Tree(found, rest)
    return Unknown("a hash that is too large stands") if heavy(made) else made


def _key(pair: Node, scope: Scope) -> str | Unknown:
    key = part(pair, "key")
    if pair.type != "pair" or key is None:
        return scope.unknown(pair, "a name that is not known stands")
    if key.type == "hash_key_symbol":
        return text(key)
    return as_text(evaluate(key, scope))


def _reference(node: Node, scope: Scope) -> Value:
    found = path_of(node, scope)
    if found is not None and found[0] == "node":
        names = tuple(str(key) for key in itertools.takewhile(_is_name, found[1]))
        value = _attribute(node, names, scope)
        for key in found[1][len(names) :]:
            value = methods.item(value, key)
        return value
    inside = named(node)
    if len(inside) != 2:  # noqa: PLR2004 - what is indexed, and by what
        return _other(node, scope)
    return methods.item(evaluate(inside[0], scope), evaluate(inside[1], scope))


def _is_name(key: Value) -> bool:
    return isinstance(key, str)


def _attribute(node: Node, names: tuple[str, ...], scope: Scope) -> Value:
    if not names:
        return scope.unknown(node, "an attribute whose name is not known stands")
    value = scope.world.attribute(names)
    name = ".".join(names)
    if isinstance(value, Unknown):
        return Unknown(f"attribute `{name}`: {value.why}")
    if not isinstance(value, Absent):
        return value
    # Of an attribute that is not there, nothing can be asked; the run would end.
    whole = len(names) == 1 or isinstance(scope.world.attribute(names[:-1]), Tree)
    return None if whole else scope.unknown(node, f"attribute `{name}` is not set, it")


def _identifier(node: Node, scope: Scope) -> Value:
    name = text(node)
    if name in scope.variables:
        return scope.variables[name]
    return scope.unknown(node, f"`{name}` is not known, it stands")


def _unary(node: Node, scope: Scope) -> Value:
    operand, sign = part(node, "operand"), text(node).lstrip()
    value = evaluate(operand, scope)
    if sign.startswith(("!", "not")):
        held = truth(value)
        return value if held is None else not held
    if sign.startswith("-") and isinstance(value, int | float):
        return -value
    return _other(node, scope)


def _binary(node: Node, scope: Scope) -> Value:
    left, right = part(node, "left"), part(node, "right")
    sign = part(node, "operator")
    operator = "" if sign is None else text(sign)
    first = evaluate(left, scope)
    if operator in ("&&", "and", "||", "or"):
        held, stops = truth(first), operator in ("||", "or")
        if held is None:
            second = truth(evaluate(right, scope))
            # NOTE: `unknown || true` is true, and `unknown && false` is false.
            return second if second is stops else first
        return first if held is stops else evaluate(right, scope)
    return methods.combined(operator, first, evaluate(right, scope))


def _conditional(node: Node, scope: Scope) -> Value:
    held = truth(condition := evaluate(part(node, "condition"), scope))
    if held is None:
        return condition
    return evaluate(part(node, "consequence" if held else "alternative"), scope)


def _inside(node: Node, scope: Scope) -> Value:
    inside = named(node)
    return evaluate(inside[0], scope) if len(inside) == 1 else _other(node, scope)


def arguments(node: Node, scope: Scope) -> tuple[Value, ...]:
    """Return the arguments of a call; pairs at the end are one hash."""
    inside = named(part(node, "arguments"))
    plain = [child for child in inside if child.type != "pair"]
    found = tuple(evaluate(child, scope) for child in plain)
    rest = [child for child in inside if child.type == "pair"]
    return (*found, pairs(rest, scope)) if rest else found


def _call(node: Node, scope: Scope) -> Value:
    receiver, method = part(node, "receiver"), part(node, "method")
    name = "" if method is None else text(method)
    if part(node, "block") is not None:
        return scope.unknown(node, f"what `{name}` makes of a block stands")
    if receiver is None:
        return _function(node, name, scope)
    if text(receiver) == "node":
        return _of_node(node, name, scope)
    if text(receiver) in ("File", "::File") and name == "join":
        return methods.joined(arguments(node, scope), "/")
    value = evaluate(receiver, scope)
    found = methods.called(value, name, arguments(node, scope))
    return scope.unknown(node, f"`{name}` stands") if isinstance(found, Absent) else found


def _of_node(node: Node, name: str, scope: Scope) -> Value:
    given = arguments(node, scope)
    words = tuple(str(one) for one in given if isinstance(one, str))
    if name in ("read", "dig", "attribute?") and words and len(words) == len(given):
        value = scope.world.attribute(words)
        if name == "attribute?":
            return value if isinstance(value, Unknown) else not isinstance(value, Absent)
        return None if isinstance(value, Absent) else value
    if not given:
        value = scope.world.about(name)
        return scope.unknown(node, f"`node.{name}` stands") if value is UNTOLD else value
    return scope.unknown(node, f"`node.{name}` stands")


def _function(node: Node, name: str, scope: Scope) -> Value:
    if name in _ASKED:
        held = scope.world.attribute((_ASKED[name],))
        given = arguments(node, scope)
        if isinstance(held, Unknown) or any(isinstance(one, Unknown) for one in given):
            return scope.unknown(node, f"`{name}` stands")
        return held in given
    if name == "value_for_platform_family":
        return _by_family(node, scope)
    return scope.unknown(node, f"`{name}` stands")


_ASKED = {"platform?": "platform", "platform_family?": "platform_family"}


def _by_family(node: Node, scope: Scope) -> Value:
    """`value_for_platform_family`: https://docs.chef.io/infra_language/checking_platforms/."""
    family = scope.world.attribute(("platform_family",))
    inside = named(part(node, "arguments"))
    if len(inside) == 1 and inside[0].type == "hash":
        inside = named(inside[0])
    if isinstance(family, Unknown | Absent) or any(one.type != "pair" for one in inside):
        return scope.unknown(node, "`value_for_platform_family` stands")
    otherwise: Value = None
    for pair in inside:
        key = part(pair, "key")
        named_ = text(key) if key is not None and key.type == "hash_key_symbol" else None
        keys = named_ or evaluate(key, scope)
        each = keys if isinstance(keys, tuple) else (keys,)
        if any(isinstance(one, Unknown) for one in each):
            return scope.unknown(pair, "`value_for_platform_family` stands")
        if family in each:
            return evaluate(part(pair, "value"), scope)
        if "default" in each:
            otherwise = evaluate(part(pair, "value"), scope)
    return otherwise


def _number(node: Node, scope: Scope) -> Value:
    written = text(node).replace("_", "").lower()
    try:
        if node.type == "float":
            return float(written)
        if len(written) > 1 and written[0] == "0" and written[1:].isdecimal():
            return int(written, 8)
        return int(written, 0)
    except ValueError:
        return scope.unknown(node, "a number that is not read stands")


def _symbol(node: Node, _scope: Scope) -> Value:
    return Symbol(text(node)[1:])


def _quoted_symbol(node: Node, scope: Scope) -> Value:
    found = _string(node, scope)
    return Symbol(found) if isinstance(found, str) else found


def _hash(node: Node, scope: Scope) -> Value:
    return pairs(named(node), scope)


_Reader: TypeAlias = Callable[[Node, Scope], Value]

_READERS: Mapping[str, _Reader] = {
    "string": _string,
    "bare_string": _string,
    "chained_string": lambda node, scope: methods.joined(_items(node, scope), ""),
    "heredoc_beginning": _heredoc,
    "simple_symbol": _symbol,
    "delimited_symbol": _quoted_symbol,
    "integer": _number,
    "float": _number,
    "true": lambda _node, _scope: True,
    "false": lambda _node, _scope: False,
    "nil": lambda _node, _scope: None,
    "array": _array,
    "string_array": _items,
    "symbol_array": _symbols,
    "hash": _hash,
    "element_reference": _reference,
    "identifier": _identifier,
    "unary": _unary,
    "binary": _binary,
    "conditional": _conditional,
    "parenthesized_statements": _inside,
    "call": _call,
}
