# SPDX-License-Identifier: Apache-2.0
"""Which blocks and arguments a file of Terraform code holds, and where; evaluates nothing.

What is found here only names things to people and says what to serve. Nothing runs that this look
might miss: see `workspace`.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bartizan.errors import InputError, Location

DEPTH = 60
"""How deep blocks and templates may lie inside one another."""

_NAME = re.compile(r"[^\W\d][\w-]*")
_PAIR = re.compile(r"([^\W\d][\w-]*)(?:\.([^\W\d][\w-]*))?[\w.-]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*|//[^\n]*|/\*.*?\*/)+", re.DOTALL)
_INLINE = re.compile(r"(?:[ \t]|/\*.*?\*/)+", re.DOTALL)
_HEREDOC = re.compile(r"<<-?([^\W\d][\w-]*)\r?\n")
_LITERAL = re.compile(r'\s*"((?:[^"\\$%]|\\["\\]|[$%](?!\{))*)"\s*(?:#.*|//.*)?', re.DOTALL)
_TEMPLATE = re.compile(r"\$?\$\{|%?%\{")
_CLOSERS = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """An argument of a block."""

    text: str
    """Its expression, as it stands there."""
    start: int
    """Where it begins in the text of the file, its name included."""
    end: int
    """Behind its expression."""

    @property
    def literal(self) -> str | None:
        """Its value where it is a plain string; None otherwise."""
        found = _LITERAL.fullmatch(self.text)
        return found.group(1).replace('\\"', '"').replace("\\\\", "\\") if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """How a reference in an expression begins: `aws_iam_role.r` of `aws_iam_role.r.arn`."""

    type: str
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block, or all of a file."""

    kind: str
    """`resource`; empty for the file."""
    labels: tuple[str, ...]
    line: int
    """Where it begins; the first line is 1."""
    start: int = 0
    """Where it begins in the text of the file."""
    end: int = 0
    """Behind its closing brace."""
    arguments: dict[str, Argument] = field(default_factory=dict)
    blocks: "list[Block]" = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    """What its expressions name, for the file all of them."""

    def named(self, kind: str) -> "Iterator[Block]":
        """Yield the blocks of one kind that stand directly in this one."""
        return (one for one in self.blocks if one.kind == kind)


def parse(text: str, name: str) -> Block:
    """Return what a file holds; `name` is what errors call it.

    Raises:
        InputError: it is no code of Terraform.
    """
    return _Reader(text, name).file()


class _Reader:
    """Goes through one text; every method begins at `at` and leaves it behind what it took."""

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.at = 0
        self.depth = 0
        self.references: list[Reference] = []

    def file(self) -> Block:
        found = Block(kind="", labels=(), line=1, references=self.references)
        self._body(found)
        if self.at < len(self.text):
            raise self._wrong("a bracket that nothing opens")
        return found

    def _body(self, block: Block) -> None:
        """Read arguments and blocks up to the end of the text or a closing brace."""
        self._deeper()
        while True:
            self._skip(_BLANK)
            if self.at >= len(self.text) or self.text[self.at] == "}":
                self.depth -= 1
                return
            start = self.at
            name = self._name()
            self._skip(_INLINE)
            if self._next() == "=":
                self.at += 1
                begin = self.at
                self._expression("\n")
                text = self.text[begin : self.at]
                block.arguments[name] = Argument(text=text, start=start, end=self.at)
            else:
                block.blocks.append(self._block(name, start))

    def _block(self, kind: str, start: int) -> Block:
        labels = []
        while self._next() != "{":
            if self._next() == '"':
                begin = self.at + 1
                self._string()
                labels.append(self.text[begin : self.at - 1])
            else:
                labels.append(self._name())
            self._skip(_INLINE)
        self.at += 1
        line = self.text.count("\n", 0, start) + 1
        found = Block(kind=kind, labels=tuple(labels), line=line, start=start)
        self._body(found)
        if self._next() != "}":
            raise self._wrong("a block that nothing closes")
        self.at += 1
        return dataclasses.replace(found, end=self.at)

    def _expression(self, end: str) -> None:
        """Go on to `end`, which is left: the end of a line, or a closing bracket. A closing brace
        ends the expression of a block in one line, too.
        """
        self._deeper()
        while self.at < len(self.text):
            letter = self.text[self.at]
            if letter == end or (end == "\n" and letter in "})]"):
                break
            if letter == '"':
                self._string()
            elif letter == "<" and (heredoc := _HEREDOC.match(self.text, self.at)):
                self._heredoc(heredoc.group(1), heredoc.end())
            elif letter in _CLOSERS:
                self.at += 1
                self._expression(_CLOSERS[letter])
                if self._next() != _CLOSERS[letter]:
                    raise self._wrong(f"`{letter}` that nothing closes")
                self.at += 1
            elif pair := _PAIR.match(self.text, self.at):
                self._reference(pair)
            elif letter in "#/" and (blank := _BLANK.match(self.text, self.at)):
                self._comment(blank)
            else:
                self.at += 1
        self.depth -= 1

    def _reference(self, found: re.Match[str]) -> None:
        type_, name = found.groups()
        # What follows a dot is a part of something that was named before.
        if name and self.text[self.at - 1 : self.at] != ".":
            start, end = found.start(), found.end(2)
            self.references.append(Reference(type=type_, name=name, start=start, end=end))
        self.at = found.end()

    def _comment(self, found: re.Match[str]) -> None:
        """Skip one comment, and not the line's end behind it."""
        text = found.group()
        if text.startswith("/*"):
            self.at += text.index("*/") + 2
        else:
            end = self.text.find("\n", self.at)
            self.at = len(self.text) if end < 0 else end

    def _string(self) -> None:
        self.at += 1
        while (letter := self._next()) != '"':
            if letter in ("", "\n"):
                raise self._wrong("a string that nothing closes")
            if letter == "\\":
                self.at += 2
            elif letter in "$%" and self.text.startswith(("${", "%{"), self.at):
                self._template()
            elif self.text.startswith(("$${", "%%{"), self.at):
                self.at += 3
            else:
                self.at += 1
        self.at += 1

    def _template(self) -> None:
        self.at += 2
        self._expression("}")
        if self._next() != "}":
            raise self._wrong("a template that nothing closes")
        self.at += 1

    def _heredoc(self, word: str, begin: int) -> None:
        ending = re.compile(rf"^[ \t]*{re.escape(word)}[ \t]*(?=\r?$)", re.MULTILINE)
        found = ending.search(self.text, begin)
        if found is None:
            raise self._wrong(f"a text that `{word}` does not end")
        end = found.end()
        self.at = begin
        while (template := _TEMPLATE.search(self.text, self.at, found.start())) is not None:
            self.at = template.end() - 2
            if template.group().startswith(("$$", "%%")):
                self.at = template.end()
            else:
                self._template()
        self.at = end

    def _name(self) -> str:
        found = _NAME.match(self.text, self.at)
        if found is None:
            raise self._wrong("neither an argument nor a block")
        self.at = found.end()
        return found.group()

    def _next(self) -> str:
        return self.text[self.at : self.at + 1]

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self.text, self.at)
        if found is not None:
            self.at = found.end()

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise self._wrong(f"more than {DEPTH} levels deep")

    def _wrong(self, what: str) -> InputError:
        line = self.text.count("\n", 0, self.at) + 1
        column = self.at - self.text.rfind("\n", 0, self.at)
        return InputError(
            f"no code of Terraform: {what}",
            at=Location(self.name, line, column),
            hint="`terraform fmt -check` says more",
        )
