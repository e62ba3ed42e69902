# SPDX-License-Identifier: Apache-2.0
"""Reads expressions from the syntax tree of a file.

The grammar behind the tree takes `a ? b : c ? d : e` for `(a ? b : c) ? d : e`; it is put right
here.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from collections.abc import Sequence

from msgspec import Struct
from tree_sitter import Node

from bartizan.errors import InputError, Location
from bartizan.sources.terraform.evaluator.datum import null, number, text, truth, unknown
from bartizan.sources.terraform.evaluator.expression import (
    ELEMENT,
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Literal,
    ObjectOf,
    Reference,
    Splat,
    TupleOf,
    Unary,
    Variable,
)
from bartizan.sources.terraform.evaluator.kind import NUMBER
from bartizan.sources.terraform.evaluator.number import NoNumberError, number_from
from bartizan.sources.terraform.evaluator.template import Piece, pieces, template
from bartizan.sources.terraform.source.syntax import File

DEPTH = 80
"""How deep expressions may hold one another."""

_NAMES = {"data": 3, "ephemeral": 3, "resource": 3, "self": 1}
"""First name of a reference to how many names it has; all others have two."""

_Own = frozenset[str]
_POSTFIX = frozenset({"get_attr", "index", "splat"})


def expression(file: File, node: Node, own: frozenset[str] = frozenset()) -> Expression:
    """Return the expression that a node covers; `own` are names that the code around it gives.

    Raises:
        InputError: it is none that Terraform takes, or nested too deep.
    """
    return _Reader(file).expression(node, own, 0)


def bare(file: File, node: Node) -> Expression:
    """Return the expression that a node covers, in which all words stand for themselves.

    Raises:
        InputError: it is none that Terraform takes, or nested too deep.
    """
    return _Reader(file, bare=True).expression(node, frozenset(), 0)


def file_template(name: str, content: str) -> Expression:
    """Return the template that a text file is; `name` is what errors call it.

    Raises:
        InputError: it is none, or nested too deep.
    """
    mark = "END"
    while mark in content:
        mark += "_"
    # A template of its own follows the rules of one that is written between marks, but for the
    # newline in front of the mark.
    file = File.parse(name, f"x = <<{mark}\n{content}\n{mark}\n".encode())
    if (place := file.broken) is not None:
        raise InputError("no template from here on", at=Location(name, place.line - 1))
    stack = [file.root]
    while stack:
        node = stack.pop()
        if node.type == "heredoc_template":
            return _Reader(file, bare=True).heredoc(node, frozenset(), 0, whole=True)
        stack += node.named_children
    raise InputError("no template", at=Location(name))


class _Reader(Struct, frozen=True):
    file: File
    bare: bool = False
    """All names are those of values that a template is given."""

    def expression(self, node: Node, own: _Own, depth: int) -> Expression:
        if depth > DEPTH:
            raise self.refused(node, f"expressions are nested more than {DEPTH} levels deep")
        return self._term(_held(node), own, depth + 1)

    def _term(self, parts: Sequence[Node], own: _Own, depth: int) -> Expression:
        """Read an operand with the attributes, indices and splats that follow it."""
        first = parts[0]
        if first.type == "(":
            return self._followed(self.expression(parts[1], own, depth), parts[3:], own, depth)
        if first.type == "variable_expr":
            found, used = self._named(parts, own)
            return self._followed(found, parts[used:], own, depth)
        return self._followed(self._operand(first, own, depth), parts[1:], own, depth)

    def _named(self, parts: Sequence[Node], own: _Own) -> tuple[Expression, int]:
        """Return what a name stands for, and how many parts of the expression it takes up."""
        name = self.file.text(parts[0])
        if name in own or self.bare:
            return Variable(name), 1
        wanted = _NAMES.get(name, 2)
        if name == "module" and len(parts) > 2 and parts[2].type == "get_attr":  # noqa: PLR2004 - `module.m.output`
            # One output may rest on less than all of them.
            wanted = 3
        names = [name]
        for part in parts[1:wanted]:
            if part.type != "get_attr":
                break
            names.append(self._attribute(part))
        if len(names) < wanted:
            raise self.refused(parts[0], f"`{name}` alone names nothing")
        told = names[1:] if name == "resource" else names
        return Reference(tuple(told), self.at(parts[0])), wanted

    def _operand(self, node: Node, own: _Own, depth: int) -> Expression:  # noqa: PLR0911 - one line to each form
        match node.type:
            case "expression":
                return self.expression(node, own, depth)
            case "literal_value":
                return self._literal(node.named_children[0])
            case "template_expr":
                return self._template(node.named_children[0], own, depth)
            case "collection_value":
                return self._collection(node.named_children[0], own, depth)
            case "function_call":
                return self._call(node, own, depth)
            case "for_expr":
                return self._for(node.named_children[0], own, depth)
            case "operation":
                return self._operation(node.named_children[0], own, depth)
            case "conditional":
                return self._conditional(node, own, depth)
            case other:
                raise self.refused(node, f"an expression that is not understood: {other}")

    def _followed(
        self, source: Expression, parts: Sequence[Node], own: _Own, depth: int
    ) -> Expression:
        for number_, part in enumerate(parts):
            if depth + number_ > 2 * DEPTH:
                raise self.refused(part, "too many attributes behind one another")
            match part.type:
                case "get_attr":
                    source = Attribute(source, self._attribute(part))
                case "index":
                    source = Index(source, self._key(part.named_children[0], own, depth))
                case "splat":
                    return self._splat(source, parts[number_:], own, depth + 1)
                case _:
                    raise self.refused(part, "an expression that is not understood")
        return source

    def _splat(
        self, source: Expression, parts: Sequence[Node], own: _Own, depth: int
    ) -> Expression:
        """Read a splat. Behind `[*]` all else is of each element; behind `.*` only attributes are,
        and what comes after the first index is of the whole.
        """
        node, rest = parts[0].named_children[0], parts[1:]
        if depth > DEPTH:
            raise self.refused(node, f"expressions are nested more than {DEPTH} levels deep")
        inner = [one for one in node.named_children if one.type in _POSTFIX]
        element = Variable(ELEMENT)
        if node.type == "full_splat":
            each = self._followed(element, [*inner, *rest], own, depth)
            return Splat(source, each)
        count = next((n for n, one in enumerate(inner) if not _attributive(one)), len(inner))
        each = self._followed(element, inner[:count], own, depth)
        return self._followed(Splat(source, each), [*inner[count:], *rest], own, depth)

    def _attribute(self, node: Node) -> str:
        return self.file.text(next(one for one in node.named_children if _plain(one)))

    def _key(self, node: Node, own: _Own, depth: int) -> Expression:
        if node.type == "legacy_index":
            return self._number(self.file.text(node).lstrip(". \t"), node)
        inner = next(one for one in node.named_children if one.type == "expression")
        return self.expression(inner, own, depth)

    def _literal(self, node: Node) -> Expression:
        match node.type:
            case "string_lit":
                return self._template(node, frozenset(), 0)
            case "bool_lit":
                return Literal(truth(self.file.text(node) == "true"))
            case "null_lit":
                return Literal(null())
            case _:
                return self._number(self.file.text(node), node)

    def _number(self, written: str, node: Node) -> Expression:
        try:
            found = number_from(written)
        except NoNumberError as error:
            raise self.refused(node, f"no number: `{written[:40]}`") from error
        if found is None:
            return Literal(unknown(NUMBER, str(self.at(node))))
        return Literal(number(found))

    def _template(self, node: Node, own: _Own, depth: int) -> Expression:
        if node.type == "heredoc_template":
            return self.heredoc(node, own, depth)
        start, end = node.children[0].end_byte, node.children[-1].start_byte
        found = pieces(self.file, node, start, end, quoted=True)
        return self._filled(node, found, own, depth)

    def heredoc(self, node: Node, own: _Own, depth: int, *, whole: bool = False) -> Expression:
        """Read what stands between marks; of a file of its own the last newline is not part."""
        marks = [one for one in node.children if one.type == "heredoc_identifier"]
        start = self.file.content.index(b"\n", marks[0].end_byte) + 1
        end = self.file.content.rindex(b"\n", 0, marks[-1].start_byte) + 1
        found = pieces(self.file, node, start, max(start, end - whole), quoted=False)
        flush = self.file.text(node.children[0]).endswith("-")
        return self._filled(node, found, own, depth, flush=flush)

    def _filled(
        self,
        node: Node,
        found: Sequence[Piece],
        own: _Own,
        depth: int,
        *,
        flush: bool = False,
    ) -> Expression:
        def inner(part: Node, names: _Own) -> Expression:
            return self.expression(part, names, depth + 1)

        return template(self.file, found, inner, own, flush=flush, at=self.at(node))

    def _collection(self, node: Node, own: _Own, depth: int) -> Expression:
        if node.type == "tuple":
            held = [one for one in node.named_children if one.type == "expression"]
            return TupleOf(tuple(self.expression(one, own, depth) for one in held))
        members = []
        for one in node.named_children:
            if one.type == "object_elem":
                key, value = (part for part in one.named_children if part.type == "expression")
                members.append((self._name(key, own, depth), self.expression(value, own, depth)))
        return ObjectOf(tuple(members))

    def _name(self, node: Node, own: _Own, depth: int) -> Expression:
        """Read the key of an object: a bare word is that word."""
        parts = _held(node)
        first = parts[0]
        word = first.type == "variable_expr" or (
            first.type == "literal_value" and first.named_children[0].type in _WORDS
        )
        if word and len(parts) == 1:
            return Literal(text(self.file.text(first)))
        if word:
            raise self.refused(node, "an ambiguous key; put it between parentheses")
        return self.expression(node, own, depth)

    def _call(self, node: Node, own: _Own, depth: int) -> Expression:
        name = self.file.text(node.named_children[0])
        given = [one for one in node.named_children if one.type == "function_arguments"]
        held = [part for one in given for part in _held(one)]
        return Call(
            name=name.removeprefix("core::"),
            arguments=tuple(
                self.expression(one, own, depth) for one in held if one.type == "expression"
            ),
            expanded=bool(held) and held[-1].type == "ellipsis",
            place=self.at(node),
        )

    def _for(self, node: Node, own: _Own, depth: int) -> Expression:
        intro = next(one for one in node.children if one.type == "for_intro")
        names, source = self.intro(intro)
        inner = own | set(names)
        held = [one for one in node.children if one.type == "expression"]
        condition = next((one for one in node.children if one.type == "for_cond"), None)
        told = None
        if condition is not None:
            told = next(one for one in condition.named_children if one.type == "expression")
        return For(
            names=names,
            source=self.expression(source, own, depth),
            key=self.expression(held[0], inner, depth) if len(held) > 1 else None,
            value=self.expression(held[-1], inner, depth),
            condition=None if told is None else self.expression(told, inner, depth),
            grouped=any(one.type == "ellipsis" for one in node.children),
        )

    def intro(self, node: Node) -> tuple[tuple[str, ...], Node]:
        """Return the names that a `for` gives, and what it goes over."""
        names = [self.file.text(one) for one in node.named_children if one.type == "identifier"]
        source = next(one for one in node.named_children if one.type == "expression")
        return tuple(names), source

    def _operation(self, node: Node, own: _Own, depth: int) -> Expression:
        parts = _held(node)
        if node.type == "unary_operation":
            return Unary(self.file.text(parts[0]), self._term(parts[1:], own, depth + 1))
        place = next(n for n, one in enumerate(parts) if n and one.type in _OPERATORS)
        if depth > DEPTH:
            raise self.refused(node, f"expressions are nested more than {DEPTH} levels deep")
        return Binary(
            parts[place].type,
            self._term(parts[:place], own, depth + 1),
            self._term(parts[place + 1 :], own, depth + 1),
        )

    def _conditional(self, node: Node, own: _Own, depth: int) -> Expression:
        condition, yes, no = (one for one in node.named_children if _plain(one))
        arms = [(yes, no)]
        while len(held := _held(condition)) == 1 and held[0].type == "conditional":
            condition, yes, no = (one for one in held[0].named_children if _plain(one))
            arms.append((yes, no))
        return self._chained(condition, arms, own, depth)

    def _chained(
        self, condition: Node, arms: list[tuple[Node, Node]], own: _Own, depth: int
    ) -> Expression:
        """Read `a ? b : c ? d : e`, whose innermost arms are the last ones of `arms`."""
        yes, no = arms[-1]
        told = self.expression(condition, own, depth)
        first = self.expression(yes, own, depth)
        if len(arms) == 1:
            return Conditional(told, first, self.expression(no, own, depth))
        if depth > DEPTH:
            raise self.refused(no, f"expressions are nested more than {DEPTH} levels deep")
        return Conditional(told, first, self._chained(no, arms[:-1], own, depth + 1))

    def at(self, node: Node) -> Location:
        """Return where a node stands."""
        return Location(self.file.name, node.start_point.row + 1, node.start_point.column + 1)

    def refused(self, node: Node, why: str) -> InputError:
        """Return the error of an expression that is not taken."""
        return InputError(why, at=self.at(node), hint="`terraform validate` says more")


_WORDS = frozenset({"bool_lit", "null_lit"})
_OPERATORS = frozenset(
    {"+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||"}
)  # fmt: skip


def _held(node: Node) -> list[Node]:
    """Return the parts of a node without comments."""
    return [one for one in node.children if one.type != "comment"]


def _plain(node: Node) -> bool:
    return node.type != "comment"


def _attributive(node: Node) -> bool:
    """Tell whether something behind `.*` is of each element."""
    return node.type == "get_attr" or (
        node.type == "index" and node.named_children[0].type == "legacy_index"
    )
