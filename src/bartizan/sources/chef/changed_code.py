# SPDX-License-Identifier: Apache-2.0
"""Which statements of a file of Ruby that was edited do what they did before.

What a statement does depends on what stands before it in the file: variables, methods, attributes.
A resource whose arguments are written out gives others nothing that they could depend on, so one
that comes, goes or moves changes no other statement.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct
from tree_sitter import Node

from bartizan.sources.chef.resource_types import HARMLESS, TYPES
from bartizan.sources.chef.ruby.syntax import Code, line, named, parsed, part, text

_LITERALS = frozenset(
    {"string", "string_content", "escape_sequence", "simple_symbol", "delimited_symbol", "integer",
     "float", "true", "false", "nil", "array", "hash", "pair", "hash_key_symbol", "string_array",
     "symbol_array", "bare_string", "bare_symbol", "heredoc_beginning", "heredoc_content",
     "heredoc_end", "heredoc_body"}
)  # fmt: skip
_BRANCHES = frozenset({"if", "unless", "elsif", "else", "then", "if_modifier", "unless_modifier"})
_COMPARED = frozenset({"==", "!=", "&&", "||", "and", "or", "<", ">", "<=", ">="})
_REACHING = frozenset({"node", "run_context", "send", "eval"})
"""Names by which a statement may set attributes."""
_BETWEEN = "\x1f"


class CodeChange(Struct, frozen=True):
    """How a file of code differs."""

    kept: frozenset[int]
    """Lines of the new one on which nothing does otherwise than before."""
    reaches: bool
    """What changed may set attributes, which statements of other files depend on."""


def change_of(before: bytes, after: bytes) -> CodeChange | None:
    """Compare two texts of one file; None where they differ in comments, spaces and empty lines
    alone.

    Raises:
        MissingExtraError: the grammar of Ruby is not installed.
    """
    codes = [parsed(content, "") for content in (before, after)]
    # What Ruby tells code of its own text is more than its statements.
    if any(code is None or code.root.has_error for code in codes) or b"__LINE__" in after:
        return CodeChange(frozenset(), reaches=True)
    old, new = (_Statements.of(code) for code in codes if code is not None)
    if old.all == new.all:
        return None
    if old.others == new.others:
        known = Counter(old.all)
        lines = {number for key, held in new.lines for number in held if known[key]}
        return CodeChange(frozenset(lines), reaches=False)
    here, there = Counter(old.others), Counter(new.others)
    # Where they are in another order alone, any may do otherwise.
    changed = (here - there) + (there - here) or here
    words = (one.split(_BETWEEN) for one in changed)
    return CodeChange(frozenset(), reaches=any(not _REACHING.isdisjoint(one) for one in words))


class _Statements(Struct, frozen=True):
    all: Sequence[tuple[int, str]]
    """What each statement says, and how many before it others may depend on."""
    others: Sequence[str]
    """Those that others may depend on."""
    lines: Sequence[tuple[tuple[int, str], range]]

    @classmethod
    def of(cls, code: Code) -> "_Statements":
        found: list[tuple[int, str]] = []
        others: list[str] = []
        lines = []
        for node in named(code.root):
            told = _BETWEEN.join(_words(node, code))
            key = (len(others), told)
            found.append(key)
            lines.append((key, range(line(node), node.end_point[0] + 2)))
            if not _plain(node):
                others.append(told)
        return cls(found, others, lines)


def _words(node: Node, code: Code) -> Iterator[str]:
    """Yield the words and the structure of some code, without comments and spaces."""
    if node.type == "comment":
        return
    yield node.type
    if node.type == "heredoc_beginning":
        yield text(node)
        body = code.heredocs.get(node.start_byte)
        yield "" if body is None else text(body)
    elif not node.children or node.type in ("string_content", "heredoc_content"):
        yield text(node)
    elif node.type != "heredoc_body":
        for child in node.children:
            yield from _words(child, code)
        yield ""


def _plain(node: Node) -> bool:
    """Tell whether a statement is a resource that is written out, or several under conditions."""
    if node.type in _BRANCHES:
        condition = part(node, "condition")
        rest = [one for one in named(node) if one != condition]
        return (condition is None or _literal(condition)) and all(map(_plain, rest))
    if node.type in ("body_statement", "comment", "heredoc_body"):
        return all(map(_plain, named(node)))
    name = part(node, "method") if node.type == "call" else None
    if name is None or part(node, "receiver") is not None:
        return False
    known = text(name) in TYPES or text(name) in HARMLESS
    return known and text(name) != "include_recipe" and _written_out(node, inner=True)


def _written_out(call: Node, *, inner: bool) -> bool:
    """Tell whether all arguments of a call are literals; with `inner` it may have a block of
    properties of which the same holds.
    """
    given = part(call, "arguments")
    block = part(call, "block")
    if given is not None and not all(map(_literal, named(given))):
        return False
    if block is None:
        return True
    return inner and block.type == "do_block" and all(map(_property, _body(block)))


def _body(block: Node) -> list[Node]:
    return [
        one
        for held in named(block)
        for one in (named(held) if held.type == "body_statement" else [held])
    ]


def _property(node: Node) -> bool:
    return (
        node.type == "call" and part(node, "receiver") is None and _written_out(node, inner=False)
    )


def _literal(node: Node) -> bool:
    """Tell whether a value is written out, or an attribute of the node."""
    if node.type == "element_reference":
        first, *keys = named(node)
        return (text(first) == "node" or _literal(first)) and all(map(_literal, keys))
    if node.type == "binary":
        operator = part(node, "operator")
        if operator is None or text(operator) not in _COMPARED:
            return False
        return all(map(_literal, named(node)))
    if node.type in ("interpolation", "unary", "parenthesized_statements"):
        return all(map(_literal, named(node)))
    return node.type in _LITERALS and all(map(_literal, named(node)))
