# SPDX-License-Identifier: Apache-2.0
"""Templates: text with expressions and directives in it.

A strip marker takes the white space of one piece of text only, and each line between marks is a
piece of its own.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#template-expressions
"""

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct, structs
from tree_sitter import Node

from bartizan.errors import InputError, Location
from bartizan.sources.terraform.evaluator.datum import text
from bartizan.sources.terraform.evaluator.expression import (
    Conditional,
    Expression,
    For,
    Joined,
    Literal,
    Template,
)
from bartizan.sources.terraform.evaluator.letters import written
from bartizan.sources.terraform.source.syntax import File

_OPENERS = {
    "template_interpolation": "value",
    "template_if_intro": "if",
    "template_else_intro": "else",
    "template_if_end": "endif",
    "template_for_start": "for",
    "template_for_end": "endfor",
}
_PASSED = frozenset({"template_directive", "template_if", "template_for"})
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""White space as Terraform has it: the property White_Space of Unicode."""
_DEEPEST = 100
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:([nrt\"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.?))", re.DOTALL)
_DOUBLED = re.compile(r"([$%])\1\{")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")

Inner = Callable[[Node, frozenset[str]], Expression]
"""Reads the expression of a node, in which some names are given."""


class Piece(Struct, frozen=True):
    """A stretch of text, or what stands between `${` or `%{` and `}`."""

    type: str
    """`text`, `value`, `if`, `else`, `endif`, `for`, `endfor`."""
    text: str = ""
    node: Node | None = None
    before: bool = False
    """White space in front of it is taken away."""
    after: bool = False
    """White space behind it is taken away."""


def pieces(file: File, node: Node, start: int, end: int, *, quoted: bool) -> list[Piece]:
    """Return the pieces of a template whose text lies between two bytes of its file.

    Raises:
        InputError: a quoted one has an escape or a newline in it that it may not have.
    """
    found: list[Piece] = []
    at = start
    place = Location(file.name, node.start_point.row + 1)
    for inner in _marked(file, node):
        found += _texts(file.content[at : inner.start_byte], place, quoted=quoted)
        parts = inner.children
        found.append(
            Piece(
                _OPENERS[inner.type],
                node=inner,
                before=parts[1].type == "strip_marker",
                after=parts[-2].type == "strip_marker",
            )
        )
        at = inner.end_byte
    return [*found, *_texts(file.content[at:end], place, quoted=quoted)]


def _marked(file: File, node: Node) -> Iterator[Node]:
    """Yield all openers of a template in their order, those in directives too."""
    stack = [(node, 0)]
    while stack:
        one, depth = stack.pop()
        if depth > _DEEPEST:
            at = Location(file.name, one.start_point.row + 1)
            raise InputError("directives are nested too deep", at=at)
        if one.type in _OPENERS:
            yield one
        elif one.type in _PASSED or not depth:
            stack += [(inner, depth + 1) for inner in reversed(one.named_children)]


def _texts(content: bytes, at: Location, *, quoted: bool) -> Iterator[Piece]:
    if not content:
        return
    held = content.decode(errors="replace")
    if not quoted:
        for one in _LINE.findall(held):
            yield Piece("text", _DOUBLED.sub(r"\1{", one))
        return
    if "\n" in held:
        raise InputError("a text between quotes that goes on over lines", at=at)

    def unescaped(match: re.Match[str]) -> str:
        if match[1]:
            return _ESCAPES[match[1]]
        if match[4] is not None:
            raise InputError(f"no escape: `\\{match[4]}`", at=at)
        code = int(match[2] or match[3], 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004 - Unicode's bounds
            raise InputError("an escape that is no character", at=at)
        return chr(code)

    # NOTE: doubled signs first, as `\u0024` is no sign that opens anything.
    yield Piece("text", _ESCAPE.sub(unescaped, _DOUBLED.sub(r"\1{", held)))


def template(
    file: File,
    found: Sequence[Piece],
    inner: Inner,
    own: frozenset[str],
    *,
    flush: bool,
    at: Location,
) -> Expression:
    """Return the expression that pieces make up; with `flush`, lines are moved to the left.

    Raises:
        InputError: its directives do not fit one another.
    """
    stripped = _stripped(found)
    if flush:
        stripped = _flushed(stripped)
    built = _Builder(file, stripped, inner, at)
    whole = built.until(frozenset(), own)
    if len(stripped) == 1 and stripped[0].type == "value":
        # A value alone stays what it is.
        return whole[0]
    return _whole(whole)


def _stripped(found: Sequence[Piece]) -> list[Piece]:
    held = list(found)
    for number, piece in enumerate(held):
        if piece.type != "text":
            continue
        told = piece.text
        if number and held[number - 1].after:
            told = told.lstrip(_SPACE)
        if number + 1 < len(held) and held[number + 1].before:
            told = told.rstrip(_SPACE)
        if told != piece.text:
            held[number] = structs.replace(piece, text=told)
    return held


def _flushed(found: list[Piece]) -> list[Piece]:
    """Take from each line as much white space as all lines begin with; blank ones do not count."""
    least: int | None = None
    adjusted = []
    begins = True
    for number, piece in enumerate(found):
        if begins:
            begins = False
            bare = piece.text.lstrip(_SPACE)
            blank = piece.type == "text" and not bare and piece.text.endswith("\n")
            spaces = len(piece.text) - len(bare)
            if piece.type == "text" and not blank:
                adjusted.append(number)
            if not blank:
                least = spaces if least is None else min(least, spaces)
        begins = begins or (piece.type == "text" and piece.text.endswith("\n"))
    moved = list(found)
    for number in adjusted:
        moved[number] = structs.replace(found[number], text=found[number].text[least or 0 :])
    return moved


def _whole(parts: Sequence[Expression]) -> Expression:
    """Return the text that parts make up."""
    held = [one.value.value if isinstance(one, Literal) else None for one in parts]
    texts = [one for one in held if isinstance(one, str)]
    if len(texts) == len(held):
        return Literal(written("".join(texts)))
    return Template(tuple(parts))


class _Builder(Struct):
    file: File
    found: Sequence[Piece]
    inner: Inner
    at: Location
    place: int = 0

    def until(self, ends: frozenset[str], own: frozenset[str]) -> list[Expression]:
        """Read pieces up to one of some types, which is left for the caller."""
        parts: list[Expression] = []
        while self.place < len(self.found):
            piece = self.found[self.place]
            if piece.type in ends:
                return parts
            self.place += 1
            match piece.type:
                case "text":
                    parts.append(Literal(text(piece.text)))
                case "value":
                    parts.append(self.inner(self._expression(piece), own))
                case "if":
                    parts.append(self._if(piece, own))
                case "for":
                    parts.append(self._for(piece, own))
                case other:
                    raise InputError(f"`{other}` ends nothing", at=self.at)
        if ends:
            raise InputError("a directive of a template does not end", at=self.at)
        return parts

    def _if(self, piece: Piece, own: frozenset[str]) -> Expression:
        condition = self.inner(self._expression(piece), own)
        yes = self.until(frozenset({"else", "endif"}), own)
        no: list[Expression] = []
        if self.found[self.place].type == "else":
            self.place += 1
            no = self.until(frozenset({"endif"}), own)
        self.place += 1
        return Conditional(condition, _whole(yes), _whole(no))

    def _for(self, piece: Piece, own: frozenset[str]) -> Expression:
        if piece.node is None:
            raise InputError("a directive without an expression", at=self.at)
        held = [one for one in piece.node.named_children if one.type == "identifier"]
        names = tuple(self.file.text(one) for one in held)
        source = self.inner(self._expression(piece), own)
        body = self.until(frozenset({"endfor"}), own | set(names))
        self.place += 1
        return Joined(
            For(
                names=names,
                source=source,
                key=None,
                value=_whole(body),
                condition=None,
                grouped=False,
            )
        )

    def _expression(self, piece: Piece) -> Node:
        for one in piece.node.named_children if piece.node is not None else ():
            if one.type == "expression":
                return one
        raise InputError("a directive without an expression", at=self.at)
