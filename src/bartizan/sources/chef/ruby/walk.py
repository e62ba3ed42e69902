# SPDX-License-Identifier: Apache-2.0
"""Goes through statements in the order in which Ruby would, and says of which it is not sure.

A condition that is known chooses its branch. Behind one that is not, all branches are gone through
in doubt: whatever they do may be done or not.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct, field
from tree_sitter import Node

from bartizan.sources.chef.ruby import methods
from bartizan.sources.chef.ruby.evaluate import evaluate, truth
from bartizan.sources.chef.ruby.scope import Scope
from bartizan.sources.chef.ruby.syntax import named, part, text
from bartizan.sources.chef.ruby.value import Tree, Unknown, Value

STEPS = 200_000
"""Statements of one run; what comes behind is not read."""
DEEP = 100
"""How deep statements may lie inside one another."""


class Budget(Struct):
    """Statements that may still be gone through."""

    left: int = STEPS


class Frame(Struct):
    """Where a walk is."""

    scope: Scope
    budget: Budget
    doubt: str = ""
    """Why what stands here may not be done; empty where it surely is."""
    ended: str = ""
    """`return` or `next`: what stands behind is not done."""
    depth: int = 0
    into: list[str] = field(default_factory=list)

    def inner(self, doubt: str = "") -> "Frame":
        """Return the frame of statements inside."""
        return Frame(
            self.scope, self.budget, self.doubt or doubt, depth=self.depth + 1, into=self.into
        )

    def take(self, other: "Frame", *, sure: bool) -> None:
        """Take over what statements inside say of those behind them."""
        if other.ended and sure:
            self.ended = other.ended
        elif other.ended or (other.doubt and not self.doubt and sure):
            self.doubt = self.doubt or other.doubt


Handle: TypeAlias = Callable[[Node, Frame], None]
"""What is done with a statement that is no control flow."""


def walk(nodes: Sequence[Node], frame: Frame, handle: Handle) -> None:
    """Go through statements."""
    for node in nodes:
        if frame.ended:
            return
        frame.budget.left -= 1
        if frame.budget.left < 0 or frame.depth > DEEP:
            frame.into.append(
                f"{frame.scope.code.place(node)} what stands from here on is too much"
            )
            frame.ended = "return"
            return
        _FLOWS.get(node.type, _leaf)(node, frame, handle)


def _leaf(node: Node, frame: Frame, handle: Handle) -> None:
    if node.type == "call" and _loop(node, frame, handle):
        return
    handle(node, frame)


def _branch(body: Node | None, frame: Frame, handle: Handle, *, doubt: str) -> None:
    inner = frame.inner(doubt)
    walk(_statements(body), inner, handle)
    frame.take(inner, sure=not doubt)


def _statements(body: Node | None) -> list[Node]:
    if body is None:
        return []
    wraps = ("then", "else", "block_body", "body_statement", "do", "parenthesized_statements")
    return named(body) if body.type in wraps else [body]


def _if(node: Node, frame: Frame, handle: Handle) -> None:
    held = truth(evaluate(part(node, "condition"), frame.scope))
    if node.type.startswith("unless") and held is not None:
        held = not held
    then = part(node, "body" if node.type.endswith("modifier") else "consequence")
    doubt = "" if held is not None else _doubt(node, frame)
    if held is not False:
        _branch(then, frame, handle, doubt=doubt)
    other = part(node, "alternative")
    if held is not True and other is not None:
        _branch(other, frame, handle, doubt=doubt)


def _doubt(node: Node, frame: Frame) -> str:
    return f"it depends on the condition at {frame.scope.code.place(node)}"


def _case(node: Node, frame: Frame, handle: Handle) -> None:
    asked = part(node, "value")
    value = None if asked is None else evaluate(asked, frame.scope)
    doubt = ""
    for child in named(node):
        if child.type == "else":
            _branch(child, frame, handle, doubt=doubt)
        if child.type != "when":
            continue
        held = _when(child, frame, value, plain=asked is None)
        if held is None:
            doubt = _doubt(child, frame)
        if held is not False:
            _branch(part(child, "body"), frame, handle, doubt=doubt)
        if held:
            return


def _when(node: Node, frame: Frame, value: Value, *, plain: bool) -> bool | None:
    answers = []
    for pattern in node.children_by_field_name("pattern"):
        inside = named(pattern)
        one = evaluate(inside[0] if len(inside) == 1 else None, frame.scope)
        same = one if plain else methods.equal(value, one)
        answers.append(truth(same))
    if True in answers and None not in answers[: answers.index(True)]:
        return True
    return None if None in answers or True in answers else False


def _loop(node: Node, frame: Frame, handle: Handle) -> bool:
    """Go through a block once for each item, or once in doubt; false where it is no loop."""
    method, block, receiver = part(node, "method"), part(node, "block"), part(node, "receiver")
    if method is None or block is None or receiver is None:
        return False
    name = text(method)
    if name not in ("each", "each_pair", "each_with_index", "each_key", "each_value"):
        return False
    turns = _turns(evaluate(receiver, frame.scope), name)
    names = [text(one) for one in named(part(block, "parameters"))]
    body = _statements(part(block, "body"))
    if turns is None:
        doubt = _doubt(node, frame)
        hidden = Unknown(f"what is gone through at {frame.scope.code.place(node)} is not known")
        turns = [(hidden,) * max(1, len(names))]
    else:
        doubt = ""
    for turn in turns:
        values = turn if len(turn) >= len(names) else turn + (None,) * (len(names) - len(turn))
        frame.scope.variables.update(zip(names, values, strict=False))
        inner = frame.inner(doubt)
        walk(body, inner, handle)
        if inner.ended == "next":
            inner.ended = ""
        frame.take(inner, sure=not doubt)
        if frame.ended:
            break
    return True


def _turns(value: Value, name: str) -> list[tuple[Value, ...]] | None:
    if isinstance(value, tuple):
        if name == "each_with_index":
            return [(one, place) for place, one in enumerate(value)]
        return [(one,) for one in value] if name == "each" else None
    if not isinstance(value, Tree) or value.rest is not None:
        return None
    turns: Mapping[str, list[tuple[Value, ...]]] = {
        "each_key": [(key,) for key in value.members],
        "each_value": [(one,) for one in value.members.values()],
        "each": list(value.members.items()),
        "each_pair": list(value.members.items()),
    }
    return turns.get(name)


def _begin(node: Node, frame: Frame, handle: Handle) -> None:
    """What stands before a `rescue` is done as long as nothing fails."""
    rescued = any(child.type == "rescue" for child in node.named_children)
    for child in named(node):
        if child.type == "rescue":
            _branch(part(child, "body"), frame, handle, doubt=_doubt(child, frame))
        elif child.type in ("ensure", "else"):
            walk(named(child), frame, handle)
        else:
            inner = frame.inner(_doubt(node, frame) if rescued else "")
            walk([child], inner, handle)
            frame.take(inner, sure=not rescued)


def _while(node: Node, frame: Frame, handle: Handle) -> None:
    _branch(part(node, "body"), frame, handle, doubt=_doubt(node, frame))


def _end(node: Node, frame: Frame, _handle: Handle) -> None:
    frame.ended = "next" if node.type in ("next", "break") else "return"
    if frame.doubt == "":
        return
    # NOTE: whether it ends here is in doubt, so what stands behind is as well.
    frame.doubt = f"whether it comes so far is not known, as of {frame.scope.code.place(node)}"


def _ignored(_node: Node, _frame: Frame, _handle: Handle) -> None:
    """A definition does nothing by itself."""


_FLOWS: Mapping[str, Callable[[Node, Frame, Handle], None]] = {
    "if": _if,
    "unless": _if,
    "elsif": _if,
    "if_modifier": _if,
    "unless_modifier": _if,
    "case": _case,
    "begin": _begin,
    "while": _while,
    "until": _while,
    "for": _while,
    "while_modifier": _while,
    "until_modifier": _while,
    "return": _end,
    "next": _end,
    "break": _end,
    "method": _ignored,
    "singleton_method": _ignored,
    "class": _ignored,
    "module": _ignored,
    "comment": _ignored,
    "empty_statement": _ignored,
    "uninterpreted": _ignored,
}
