# SPDX-License-Identifier: Apache-2.0
"""The same objects in Terraform code that is spelled in many ways.

Labels, files, modules, `count` and `for_each`, and how documents are written are drawn; what the
code makes is not.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

WORDS = ("alpha", "bravo", "main", "this", "own", "x1", "some_role", "it")


@dataclass(frozen=True)
class Ref:
    """An attribute of another object."""

    object: str
    attribute: str


@dataclass(frozen=True)
class Document:
    """A policy document."""

    statements: Sequence[Mapping[str, object]]
    """Effect, Action and Resource as lists; Principal as a kind with a list. A resource may be a
    `Ref`."""


Argument: TypeAlias = str | Ref | Document


@dataclass(frozen=True)
class Thing:
    """One object."""

    type: str
    arguments: Mapping[str, Argument]


Things: TypeAlias = Mapping[str, Thing]
"""Name to object; no two share what AWS calls them."""


@dataclass
class Spelled:
    """Code being written."""

    things: Things
    dice: Random
    place: dict[str, str] = field(default_factory=dict)
    """Object to its module; empty for the root."""
    label: dict[str, str] = field(default_factory=dict)
    """Object to how code names it: `aws_iam_user.alpha["u1"]`."""
    counted: set[str] = field(default_factory=set)
    """The first object of each block with a `count`."""
    inputs: dict[Ref, str] = field(default_factory=dict)
    outputs: dict[Ref, str] = field(default_factory=dict)
    blocks: dict[str, list[str]] = field(default_factory=lambda: {"": [], "inner": []})

    def files(self) -> dict[str, str]:
        """Return the files of code, by their names."""
        taken: set[str] = set()
        groups = list(self._groups())
        for group in groups:
            place = self.dice.choice(["", "", "inner"])
            type_ = self.things[group[0]].type
            label = self._fresh(type_, taken)
            if self.dice.random() < 1 / 2:
                self.counted.add(group[0])
            for index, name in enumerate(group):
                self.place[name] = place
                self.label[name] = f"{type_}.{label}" + self._index(group, index)
        for group in groups:
            self.blocks[self.place[group[0]]].append(self._resource(group))
        return dict(self._written())

    def _groups(self) -> Iterator[list[str]]:
        """Yield the objects that one block makes: those that differ in one text, or one alone."""
        left = list(self.things)
        self.dice.shuffle(left)
        while left:
            first = left.pop()
            alike = [one for one in left if _differ_in_one(self.things[first], self.things[one])]
            group = [first, *alike] if alike and self.dice.random() < 2 / 3 else [first]
            left = [one for one in left if one not in group]
            yield group

    def _fresh(self, type_: str, taken: set[str]) -> str:
        label = self.dice.choice(WORDS)
        while f"{type_}.{label}" in taken:
            label += self.dice.choice("abc_")
        taken.add(f"{type_}.{label}")
        return label

    def _index(self, group: Sequence[str], index: int) -> str:
        if len(group) == 1:
            return ""
        return f"[{index}]" if group[0] in self.counted else f"[{json.dumps(group[index])}]"

    def _resource(self, group: Sequence[str]) -> str:
        first = self.things[group[0]]
        label = self.label[group[0]].partition(".")[2].partition("[")[0]
        lines = [f'resource "{first.type}" "{label}" {{']
        said: dict[str, str] = {}
        if len(group) > 1:
            (name,) = _apart(first, self.things[group[1]])
            values = {one: self.things[one].arguments[name] for one in group}
            if group[0] in self.counted:
                lines.append(f"  count = {len(group)}")
                said[name] = f"{json.dumps(list(values.values()))}[count.index]"
            else:
                lines.append(f"  for_each = {json.dumps(values)}")
                said[name] = "each.value"
        names = list(first.arguments)
        self.dice.shuffle(names)
        for name in names:
            if name not in said:
                said[name] = self._said(first.arguments[name], self.place[group[0]])
            lines.append(f"  {name} = {said[name]}")
        return "\n".join([*lines, "}"])

    def _said(self, argument: Argument, place: str) -> str:
        if isinstance(argument, Ref):
            return self._ref(argument, place)
        if isinstance(argument, Document):
            return self._document(argument, place)
        return self.dice.choice([json.dumps(argument), self._local(json.dumps(argument), place)])

    def _local(self, text: str, place: str) -> str:
        name = f"v{len(self.blocks[place])}"
        self.blocks[place].append(f"locals {{\n  {name} = {text}\n}}")
        return f"local.{name}"

    def _ref(self, ref: Ref, place: str) -> str:
        where = self.place[ref.object]
        direct = f"{self.label[ref.object]}.{ref.attribute}"
        if where == place:
            return direct
        if where:
            name = self.outputs.setdefault(ref, f"o{len(self.outputs)}")
            return f"module.inner.{name}"
        return "var." + self.inputs.setdefault(ref, f"i{len(self.inputs)}")

    def _document(self, document: Document, place: str) -> str:
        statements = list(document.statements)
        match self.dice.randrange(4):
            case 0:
                return f"jsonencode({self._object(statements, place)})"
            case 1:
                return self._local(f"jsonencode({self._object(statements, place)})", place)
            case 2:
                text = self._text({"Version": "2012-10-17", "Statement": statements}, place)
                return f"<<-EOT\n    {text}\n  EOT"
            case _:
                return self._data(statements, place)

    def _object(self, statements: Sequence[Mapping[str, object]], place: str) -> str:
        held: dict[str, object] = {"Version": "2012-10-17", "Statement": statements}
        return self._hcl(held, place)

    def _hcl(self, value: object, place: str) -> str:
        if isinstance(value, Ref):
            return self._ref(value, place)
        if isinstance(value, Mapping):
            items = list(value.items())
            self.dice.shuffle(items)
            sign = self.dice.choice([" = ", ": "])
            inner = ", ".join(f"{json.dumps(n)}{sign}{self._hcl(v, place)}" for n, v in items)
            return f"{{ {inner} }}"
        if isinstance(value, list | tuple):
            if (
                len(value) == 1
                and not isinstance(value[0], Mapping)
                and self.dice.random() < 1 / 2
            ):
                return self._hcl(value[0], place)
            return f"[{', '.join(self._hcl(one, place) for one in value)}]"
        return json.dumps(value)

    def _text(self, value: object, place: str) -> str:
        if isinstance(value, Ref):
            return f'"${{{self._ref(value, place)}}}"'
        if isinstance(value, Mapping):
            inner = ", ".join(f"{json.dumps(n)}: {self._text(v, place)}" for n, v in value.items())
            return f"{{{inner}}}"
        if isinstance(value, list | tuple):
            return f"[{', '.join(self._text(v, place) for v in value)}]"
        return json.dumps(value)

    def _data(self, statements: Sequence[Mapping[str, object]], place: str) -> str:
        name = f"d{len(self.blocks[place])}"
        lines = [f'data "aws_iam_policy_document" "{name}" {{']
        for one in statements:
            lines += ["  statement {", f"    effect = {json.dumps(one['Effect'])}"]
            lines.append(f"    actions = {self._all(one['Action'], place)}")
            if "Resource" in one:
                lines.append(f"    resources = {self._all(one['Resource'], place)}")
            principal = one.get("Principal")
            if isinstance(principal, Mapping):
                for kind, held in principal.items():
                    lines += ["    principals {", f"      type = {json.dumps(kind)}"]
                    lines += [f"      identifiers = {self._all(held, place)}", "    }"]
            lines.append("  }")
        self.blocks[place].append("\n".join([*lines, "}"]))
        return f"data.aws_iam_policy_document.{name}.json"

    def _all(self, values: object, place: str) -> str:
        assert isinstance(values, list | tuple)
        return f"[{', '.join(self._hcl(one, place) for one in values)}]"

    def _written(self) -> Iterator[tuple[str, str]]:
        """Yield each file with what is in it."""
        root, inner = self.blocks[""], self.blocks["inner"]
        root.append('provider "aws" {\n  region = "eu-west-1"\n}')
        if inner:
            told = [f"  {name} = {self._ref(ref, '')}" for ref, name in self.inputs.items()]
            root.append("\n".join(['module "inner" {', '  source = "./inner"', *told, "}"]))
            inner += [f'variable "{name}" {{}}' for name in self.inputs.values()]
            inner += [
                f'output "{name}" {{\n  value = {self._ref(ref, "inner")}\n}}'
                for ref, name in self.outputs.items()
            ]
        for folder, blocks in (("", root), ("inner/", inner)):
            self.dice.shuffle(blocks)
            files: dict[str, list[str]] = {}
            for block in blocks:
                files.setdefault(self.dice.choice(["main", "a", "z"]), []).append(block)
            for name, held in files.items():
                yield f"{folder}{name}.tf", "\n\n".join(held) + "\n"


def spelled(things: Things, dice: Random) -> dict[str, str]:
    """Return the files of code that makes some objects, in a spelling that is drawn."""
    return Spelled(things, dice).files()


def _differ_in_one(one: Thing, other: Thing) -> bool:
    """Tell whether one block can make both, which a single text tells apart."""
    if one.type != other.type or one.arguments.keys() != other.arguments.keys():
        return False
    apart = _apart(one, other)
    return len(apart) == 1 and all(isinstance(it.arguments[apart[0]], str) for it in (one, other))


def _apart(one: Thing, other: Thing) -> list[str]:
    return [name for name, held in one.arguments.items() if held != other.arguments[name]]
