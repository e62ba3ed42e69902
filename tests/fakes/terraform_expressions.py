# SPDX-License-Identifier: Apache-2.0
"""Expressions of Terraform's language, drawn, and what the program itself makes of them."""

import contextlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct, field
from msgspec.structs import replace

from bartizan.errors import InputError
from bartizan.sources.terraform.evaluator.datum import Datum, RefusedError, unknown
from bartizan.sources.terraform.evaluator.evaluate import evaluate
from bartizan.sources.terraform.evaluator.expression import Reference
from bartizan.sources.terraform.evaluator.functions.place import Place
from bartizan.sources.terraform.evaluator.kind import (
    Collection,
    Kind,
    Object,
    Primitive,
    Tuple,
)
from bartizan.sources.terraform.evaluator.parse import expression
from bartizan.sources.terraform.evaluator.scope import Budget, Scope
from bartizan.sources.terraform.source.syntax import File, arguments
from tests.fakes.dice import Dice

PROGRAM = shutil.which("terraform") or shutil.which("tofu") or ""

needs_program = pytest.mark.skipif(not PROGRAM, reason="Terraform is not installed")
"""Marks tests that run the program."""

LOCALS = {
    "n": "3",
    "s": '"text"',
    "t": "true",
    "z": "null",
    "l": '["a", "b", "c"]',
    "e": "[]",
    "m": '{ a = 1, b = 2, "c d" = 3 }',
    "o": '{ name = "x", list = [1, 2], inner = { deep = true, none = null } }',
    "os": '[{ name = "x", v = 1 }, { name = "y", v = 2 }]',
    "ts": 'tolist(["p", "q"])',
    "st": 'toset(["b", "a"])',
    "tm": 'tomap({ k = "v", j = "w" })',
    "el": "tolist([])",
}
"""Local values that expressions use."""

_TEXTS = (
    "a",
    "",
    "x y",
    "1",
    "true",
    "é",
    "a\\nb",
    "$",
    "%",
    "$$",
    'q\\"q',
    "\\\\",
    "  p ",
    "<&>",
    "$${x}",
    "%%{y}",
    "$$${x}$$$${x}%%%{y}%%{ if x }$%%{y}",
)
_NUMBERS = ("0", "1", "2", "7", "0.5", "1e3", "-1", "1.25", "0.1", "100000", "3.0")
_NAMES = ("a", "b", "name", "list", "inner", "v", "deep", "none")


class Told(Struct, frozen=True):
    """What the program says of an expression."""

    value: Any
    """A list with the value in it; text where it is refused."""
    type: Any


class Drawn(Struct):
    """Draws expressions; `names` are those that a loop gives."""

    dice: Dice
    depth: int = 3
    names: tuple[str, ...] = ()

    def anything(self) -> str:
        return self.dice.one([self.text, self.number, self.truth, self.tuple_, self.mapping])()

    def deeper(self, *names: str) -> "Drawn":
        return replace(self, depth=self.depth - 1, names=(*self.names, *names))

    def _leaf(self, kinds: Sequence[str], written: Sequence[str]) -> str:
        held = [f"local.{one}" for one in kinds] + list(self.names) * 2
        return self.dice.one([*written, *held])

    def text(self) -> str:
        plain = f'"{self.dice.one(_TEXTS)}"'
        if self.depth <= 0:
            return self._leaf(("s", "o.name", "tm.k", "l[1]"), [plain])
        inner = self.deeper()
        ways: list[Callable[[], str]] = [
            lambda: plain,
            self.template,
            self.template,
            self.heredoc,
            lambda: self.choice(inner.text),
            lambda: self.access(inner),
        ]
        return self.dice.one(ways)() if not self.dice.chance(7) else self.anything()

    def number(self) -> str:
        if self.depth <= 0:
            return self._leaf(("n", "m.a", "o.list[1]"), _NUMBERS)
        inner = self.deeper()
        ways = [
            lambda: self.dice.one(_NUMBERS),
            lambda: f"{inner.number()} {self.dice.one('+-*/%')} {inner.number()}",
            lambda: f"({inner.number()} {self.dice.one('+-*/%')} {inner.number()})",
            lambda: f"-{inner.number()}",
            lambda: self.choice(inner.number),
            lambda: self.access(inner),
        ]
        return self.dice.one(ways)() if not self.dice.chance(7) else self.anything()

    def truth(self) -> str:
        if self.depth <= 0:
            return self._leaf(("t", "o.inner.deep"), ["true", "false", '"true"'])
        inner = self.deeper()
        ways = [
            lambda: self.dice.one(["true", "false"]),
            lambda: f"{inner.number()} {self.dice.one(['<', '>', '<=', '>='])} {inner.number()}",
            lambda: f"{inner.anything()} {self.dice.one(['==', '!='])} {inner.anything()}",
            lambda: f"{inner.text()} {self.dice.one(['==', '!='])} {inner.text()}",
            lambda: f"{inner.truth()} {self.dice.one(['&&', '||'])} {inner.truth()}",
            lambda: f"!{inner.truth()}",
            lambda: f"can({inner.anything()})",
            lambda: self.choice(inner.truth),
        ]
        return self.dice.one(ways)() if not self.dice.chance(7) else self.anything()

    def tuple_(self) -> str:
        if self.depth <= 0:
            return self._leaf(("l", "e", "o.list", "ts", "st", "os", "el"), ["[]", '["a"]'])
        inner = self.deeper()
        ways: list[Callable[[], str]] = [
            lambda: "[" + ", ".join(inner.anything() for _ in range(self.dice.below(4))) + "]",
            self._for,
            lambda: f"{self._source(inner)}[*]{self._tail()}",
            lambda: f"{self._source(inner)}.*{self._tail(attributes=True)}",
            lambda: self.choice(inner.tuple_),
        ]
        return self.dice.one(ways)() if not self.dice.chance(7) else self.anything()

    def mapping(self) -> str:
        if self.depth <= 0:
            return self._leaf(("m", "o", "tm", "o.inner"), ["{}", "{ a = 1 }"])
        inner = self.deeper()
        ways = [
            lambda: "{ " + ", ".join(inner.member() for _ in range(self.dice.below(4))) + " }",
            lambda: "{\n" + "\n".join(inner.member() for _ in range(self.dice.below(4))) + "\n}",
            lambda: self._for(keyed=True),
            lambda: self.choice(inner.mapping),
        ]
        return self.dice.one(ways)() if not self.dice.chance(7) else self.anything()

    def member(self) -> str:
        key = self.dice.one(
            [*_NAMES, '"x y"', f"({self.text()})", f'"${{{self.text()}}}"', "1", "true", "null"]
        )
        return f"{key} {self.dice.one('=:')} {self.anything()}"

    def choice(self, arm: Any) -> str:  # noqa: ANN401 - one of the methods
        other = self.deeper().anything if self.dice.chance(15) else arm
        told = f"{self.deeper().truth()} ? {arm()} : {other()}"
        return told if self.dice.chance(40) else f"({told})"

    def access(self, inner: "Drawn") -> str:
        ways = [
            lambda: f"try({inner.anything()}, {inner.anything()})",
            lambda: f"{self._source(inner)}.{self.dice.one(_NAMES)}",
            lambda: f"{self._source(inner)}[{inner.number()}]",
            lambda: f"{self._source(inner)}[{inner.text()}]",
            lambda: f"{self._source(inner)}.{self.dice.below(3)}",
            lambda: f"local.os[*].{self.dice.one(_NAMES)}",
            lambda: f"[for x in {inner.tuple_()} : x][0]",
        ]
        return self.dice.one(ways)()

    def _source(self, inner: "Drawn") -> str:
        held = [f"local.{self.dice.one(list(LOCALS))}", f"({inner.anything()})", *self.names]
        return self.dice.one(held)

    def _tail(self, *, attributes: bool = False) -> str:
        ways = ["", f".{self.dice.one(_NAMES)}", ".name", ".v", "[0]", ".0", ".name[*]"]
        return self.dice.one([*ways[:4], "[0]", ".0"] if attributes else ways)

    def _for(self, *, keyed: bool = False) -> str:
        names = self.dice.one([("v",), ("k", "v"), ("x", "y")])
        inner = self.deeper(*names)
        source = self.deeper().tuple_() if self.dice.chance(50) else self.deeper().mapping()
        condition = f" if {inner.truth()}" if self.dice.chance(30) else ""
        head = f"for {', '.join(names)} in {source} :"
        if not keyed:
            return f"[{head} {inner.anything()}{condition}]"
        group = "..." if self.dice.chance(40) else ""
        return f"{{{head} {inner.text()} => {inner.anything()}{group}{condition}}}"

    def template(self) -> str:
        held = self._pieces(("a", " ", "b ", " c", "-", "$", "%", "\\n", "  ", "\\t"))
        return f'"{held}"'

    def heredoc(self) -> str:
        flush = self.dice.one(["<<-", "<<"])
        texts = (
            "a",
            " ",
            "\n",
            "  \n",
            "  b\n",
            "\n    c",
            "    ",
            "\n  ",
            "$",
            "\\n",
            "\n\n",
            "é",
        )
        body = "  " * self.dice.below(3) + self._pieces(texts)
        return f"({flush}EOT\n{body}\n  EOT\n)"

    def _pieces(self, texts: Sequence[str]) -> str:
        inner = self.deeper()
        found = []
        for _ in range(self.dice.below(5)):
            left, right = ("~" if self.dice.chance(25) else "" for _ in range(2))
            ways = [
                lambda: self.dice.one(texts),
                lambda: self.dice.one(texts),
                lambda: f"${{{left}{inner.anything()}{right}}}",  # noqa: B023 - called at once
                lambda: (
                    f"%{{{left}if {inner.truth()}{right}}}{self.dice.one(texts)}"  # noqa: B023
                    f"%{{{right}else{left}}}{self.dice.one(texts)}%{{{left}endif{right}}}"  # noqa: B023
                ),
                lambda: (
                    f"%{{{left}for x in {inner.tuple_()}{right}}}{self.dice.one(texts)}${{x}}"  # noqa: B023
                    f"{self.dice.one(texts)}%{{{right}endfor{left}}}"  # noqa: B023
                ),
            ]
            found.append(self.dice.one(ways)())
        return "".join(found)


class _Batch(Struct):
    """Expressions in one root."""

    folder: Path
    expressions: list[str]
    lines: dict[int, int] = field(default_factory=dict)
    """Line of the file to the expression that stands there."""

    def write(self) -> None:
        lines = ["locals {", *(f"  {name} = {value}" for name, value in LOCALS.items()), "}"]
        for number, one in enumerate(self.expressions):
            start = len(lines)
            lines += ["locals {", f"  x{number} = try([", *one.split("\n"), '], "refused")', "}"]
            lines += [f'output "o{number}" {{', f"  value = local.x{number}", "}"]
            self.lines.update(dict.fromkeys(range(start, len(lines) + 1), number))
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "main.tf").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [PROGRAM, *arguments],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "TF_CLI_CONFIG_FILE": os.devnull,
                "CHECKPOINT_DISABLE": "1",
                "HOME": str(self.folder),
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )


def told(folder: Path, expressions: Sequence[str]) -> dict[str, Told]:
    """Return what the program makes of expressions, all in one root; those are left out that it
    refuses as a whole, or that are infinite.
    """
    held, wrong = list(expressions), {0}
    while wrong:
        batch = _Batch(folder, held)
        batch.write()
        found = batch.run("plan", "-input=false", "-no-color", "-out=plan.bin")
        if not found.returncode:
            shown = batch.run("show", "-json", "plan.bin").stdout
            outputs = json.loads(shown)["planned_values"]["outputs"]
            return {
                one: Told(outputs[f"o{n}"].get("value"), outputs[f"o{n}"].get("type"))
                for n, one in enumerate(held)
            }
        wrong = {int(n) for n in re.findall(r'value\s+"o(\d+)"', found.stderr)}
        places = re.findall(r"main.tf line (\d+)", found.stderr)
        wrong |= {batch.lines[int(line)] for line in places}
        held = [one for n, one in enumerate(held) if n not in wrong]
    raise AssertionError("nothing is left")


def ours(folder: Path, written: str) -> Datum | None:
    """Return what we make of an expression; None where we refuse it."""
    place = Place(module=folder, root=folder, below=folder)

    def resolve(reference: Reference) -> Datum:
        name = reference.names[1]
        if name not in _KNOWN:
            _KNOWN[name] = evaluate(read(LOCALS[name]), scope)
        return _KNOWN[name]

    scope = Scope(resolve=resolve, place=place, budget=Budget.of(60))
    try:
        found = evaluate(read(written), scope)
    except RefusedError:
        return None
    return unknown() if scope.budget.doubts else found


_KNOWN: dict[str, Datum] = {}


def read(written: str) -> Any:  # noqa: ANN401
    file = File.parse("main.tf", f"x = (\n{written}\n)\n".encode())
    if file.broken:
        raise InputError("broken")
    return expression(file, arguments(file)["x"].value)


def drawn(dice: Dice, count: int) -> list[str]:
    """Draw expressions that can be read."""
    found: dict[str, None] = {}
    while len(found) < count:
        one = Drawn(dice).anything()
        with contextlib.suppress(InputError):
            read(one)
            found[one] = None
    return list(found)


def verdict(told: Told, ours: Datum | None) -> str:
    """Say how ours compares: `same`, `refused`, `unknown`, or `WRONG`."""
    if ours is None:
        return "refused" if told.value == "refused" else "WRONG"
    if not ours.wholly_known:
        return "unknown"
    both = _floats(told.value) == [shown(ours)] and told.type == ["tuple", [typed(ours.kind)]]
    return "same" if both else "WRONG"


def _floats(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, list):
        return [_floats(one) for one in value]
    if isinstance(value, dict):
        return {name: _floats(one) for name, one in value.items()}
    return value if value is None or isinstance(value, bool | str) else float(value)


def shown(datum: Datum) -> Any:  # noqa: ANN401
    """Return a wholly known value as JSON has it."""
    if isinstance(datum.value, tuple):
        return [shown(one) for one in datum.value]
    if isinstance(datum.value, dict):
        return {name: shown(one) for name, one in datum.value.items()}
    if datum.value is None or isinstance(datum.value, bool | str):
        return datum.value
    return float(datum.value)  # type: ignore[arg-type]


def typed(kind: Kind) -> Any:  # noqa: ANN401
    """Return a type as JSON has it."""
    match kind:
        case Primitive(name):
            return name
        case Collection(name, element):
            return [name, typed(element)]
        case Tuple(elements):
            return ["tuple", [typed(one) for one in elements]]
        case Object(attributes):
            return ["object", {name: typed(one) for name, one in attributes}]
