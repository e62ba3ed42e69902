# SPDX-License-Identifier: Apache-2.0
"""The blocks of a module by what they declare, read from its files.

Source: https://developer.hashicorp.com/terraform/language/files
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from bartizan.errors import InputError, Location
from bartizan.sources.terraform.evaluator.expression import Expression
from bartizan.sources.terraform.evaluator.parse import expression
from bartizan.sources.terraform.provider.code import content, is_code
from bartizan.sources.terraform.source import syntax
from bartizan.sources.terraform.source.syntax import Argument, Block, File

_NEEDS = "install `terraform` or `tofu`, or give the plan: `terraform show -json PLAN`"

_DECLARED = {"variable": 1, "output": 1, "module": 1, "resource": 2, "data": 2}
"""Kind of block to how many labels it has, by which there may be one of each."""
_PASSED = frozenset({"terraform", "moved", "removed", "check"})
"""Blocks that change nothing of what is made of nothing."""


class Body(Struct):
    """A block, whose expressions are read once."""

    block: Block
    arguments: Mapping[str, Argument]
    blocks: "tuple[Body, ...]"
    _read: dict[tuple[str, frozenset[str]], Expression] = field(default_factory=dict)

    @classmethod
    def of(cls, block: Block) -> "Body":
        """Return the body of a block.

        Raises:
            InputError: blocks are nested too deep.
        """
        return _body(block, 0)

    @property
    def type(self) -> str:
        """The word that the block begins with."""
        return self.block.type

    @property
    def labels(self) -> tuple[str, ...]:
        """What stands behind that word."""
        return self.block.labels

    @property
    def at(self) -> Location:
        """Where it begins."""
        return Location(self.block.file.name, self.block.node.start_point.row + 1)

    def named(self, type_: str) -> "Iterator[Body]":
        """Yield the blocks of one type that stand directly in it."""
        return (one for one in self.blocks if one.type == type_)

    def expression(self, name: str, own: frozenset[str] = frozenset()) -> Expression | None:
        """Return what an argument is set to; None where it is not written. `own` are names that
        the code around it gives.

        Raises:
            InputError: it is no expression that Terraform takes.
        """
        key = name, own
        if key not in self._read and name in self.arguments:
            argument = self.arguments[name]
            self._read[key] = expression(argument.file, argument.value, own)
        return self._read.get(key)

    def at_argument(self, name: str) -> Location:
        """Return where an argument stands; where the block does, if it has none."""
        argument = self.arguments.get(name)
        if argument is None:
            return self.at
        start = argument.node.start_point
        return Location(argument.file.name, start.row + 1, start.column + 1)


_DEEPEST = 30


def _body(block: Block, depth: int) -> Body:
    if depth > _DEEPEST:
        raise InputError(f"blocks are nested more than {_DEEPEST} deep", at=_at(block))
    inner = tuple(_body(one, depth + 1) for one in block.blocks())
    return Body(block, block.arguments(), inner)


def _at(block: Block) -> Location:
    return Location(block.file.name, block.node.start_point.row + 1)


class Configuration(Struct):
    """What one module declares."""

    name: str
    """What people call its folder."""
    declared: dict[tuple[str, ...], Body] = field(default_factory=dict)
    """Kind and labels of a block to it: `("resource", "aws_iam_role", "r")`."""
    locals: dict[str, Body] = field(default_factory=dict)
    """Name of a local value to the block that it stands in."""
    providers: dict[tuple[str, str], Body] = field(default_factory=dict)
    """Local name and alias of each configuration of a provider."""

    def of(self, kind: str) -> Iterator[tuple[tuple[str, ...], Body]]:
        """Yield the labels of all blocks of a kind with them, sorted."""
        for key in sorted(key for key in self.declared if key[0] == kind):
            yield key[1:], self.declared[key]


def read(folder: Path, name: str) -> Configuration:
    """Read the files of a module; `name` is what people call its folder.

    Raises:
        InputError: a file cannot be read, or says something that is not evaluated here.
    """
    found = Configuration(name)
    for path in sorted(one for one in folder.iterdir() if is_code(one)):
        shown = f"{name}/{path.name}"
        stem = path.name.partition(".")[0]
        if path.name.endswith(".json") or stem == "override" or stem.endswith("_override"):
            raise InputError(
                "code in JSON and files that override others are evaluated by Terraform alone",
                at=Location(shown),
                hint=_NEEDS,
            )
        file = File.parse(shown, content(path, shown), path)
        if (broken := file.broken) is not None:
            raise InputError(
                "no code of Terraform from here on",
                at=Location(shown, broken.line, broken.column),
                hint="`terraform fmt -check` says more",
            )
        for block in syntax.blocks(file):
            _add(found, Body.of(block))
    return found


def _add(found: Configuration, body: Body) -> None:
    if body.type == "locals":
        for name in body.arguments:
            _once(found.locals, name, body, f"local.{name}")
    elif body.type == "provider" and len(body.labels) == 1:
        alias = body.arguments.get("alias")
        told = syntax.literal(alias.file, alias.value) if alias else ""
        _once(found.providers, (body.labels[0], str(told)), body, f"provider `{body.labels[0]}`")
    elif _DECLARED.get(body.type) == len(body.labels):
        key = (body.type, *body.labels)
        _once(found.declared, key, body, f"{body.type} `{'.'.join(body.labels)}`")
    elif body.type not in _PASSED:
        raise InputError(
            f"a block `{body.type}` is evaluated by Terraform alone", at=body.at, hint=_NEEDS
        )


def _once(held: dict, key: object, body: Body, what: str) -> None:  # type: ignore[type-arg]
    if key in held:
        raise InputError(f"{what} is declared twice", at=body.at)
    held[key] = body
