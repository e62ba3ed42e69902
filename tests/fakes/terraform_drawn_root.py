# SPDX-License-Identifier: Apache-2.0
"""Roots of Terraform code, drawn: typed variables, modules in modules, `dynamic` blocks, repeated
objects and what moved.

No argument is refused, as each has something else to fall back to.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.fakes.dice import Dice
from tests.fakes.terraform_typed import BOOL, NUMBER, STRING, Held, Type, Typed

_TEXTS, _TAGS = Type("list", (STRING,)), Type("map", (STRING,))
_UNKNOWN = (
    "data.aws_subnets.s.ids", "data.aws_subnets.s.ids[*]", "toset(data.aws_subnets.s.ids)",
    "{ for x in data.aws_subnets.s.ids : x => x }", "terraform_data.u.output",
)  # fmt: skip
_BEGIN = """
provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { team = "x" }
  }
}
data "aws_caller_identity" "c" {}
data "aws_subnets" "s" {}
resource "terraform_data" "u" {
  input = ["a"]
}
locals {
  k = "q\\"${1 + 1}"
}
"""
_BESIDE = """
data "aws_subnets" "s" {}
resource "terraform_data" "u" {}
locals {
  k = "k"
}
"""
_REPEATED: Sequence[tuple[str, Held]] = (
    ("", []), ("", []), ("", []),
    ("  count = 2\n", [("count.index", NUMBER)]),
    (
        '  for_each = toset(["a", "é.x", local.k])\n',
        [("each.key", STRING), ("each.value", STRING)],
    ),
    (
        '  for_each = { for i in range(3) : "k${i}" => i if i != 1 }\n',
        [("each.key", STRING), ("each.value", NUMBER)],
    ),
)  # fmt: skip

Arguments = Callable[["_Block"], list[str]]


@dataclass
class _Block:
    """Draws what stands in a block; `held` are names that can be used there."""

    dice: Dice
    held: Held

    def argument(self, name: str, wanted: Type, depth: int = 1) -> str:
        return f"{name} = {self.value(wanted, depth)}"

    def value(self, wanted: Type, depth: int = 1) -> str:
        drawn = Typed(self.dice, held=list(self.held), depth=depth).of(wanted)
        return f"try({drawn}, {Typed(self.dice).plain(wanted)})"

    def blocks(self, name: str, body: Arguments) -> list[str]:
        """Draw up to two blocks, dynamic ones among them."""
        found: list[str] = []
        for _ in range(self.dice.below(3)):
            if self.dice.chance(60):
                found += self._dynamic(name, body)
            else:
                found += [f"{name} {{", *body(self), "}"]
        return found

    def _dynamic(self, name: str, body: Arguments) -> list[str]:
        dice = self.dice
        of = dice.one((STRING, NUMBER, Type("object", (STRING, NUMBER), ("a", "b"))))
        many = Type(dice.one(("list", "set", "map")), (of,))
        key = STRING if many.name == "map" else of if many.name == "set" else NUMBER
        each = dice.one(_UNKNOWN) if dice.chance(10) else self.value(many)
        iterator = dice.one((name, "it"))
        given = [(f"{iterator}.value", of)] * 2 + [(f"{iterator}.key", key)]
        around = [one for one in self.held if not one[0].startswith(f"{iterator}.")]
        return [
            f'dynamic "{name}" {{', f"for_each = {each}",
            *([] if iterator == name else [f"iterator = {iterator}"]),
            "content {", *body(_Block(dice, [*around, *given])), "}", "}",
        ]  # fmt: skip


def _rule(it: _Block) -> list[str]:
    more = [
        it.argument("cidr_blocks", _TEXTS), it.argument("description", STRING),
        it.argument("self", BOOL, 0),
    ]  # fmt: skip
    ports = [it.argument(name, NUMBER, 0) for name in ("from_port", "to_port")]
    return [*ports, 'protocol = "tcp"', *it.dice.some(more, most=3)]


def _entry(it: _Block) -> list[str]:
    fixed = ['protocol = "tcp"', 'action = "allow"', "from_port = 1", "to_port = 2"]
    return [*fixed, it.argument("rule_no", NUMBER, 0), it.argument("cidr_block", STRING)]


def _disk(it: _Block) -> list[str]:
    return [it.argument("device_name", STRING), it.argument("tags", _TAGS)]


def _inline(it: _Block) -> list[str]:
    said = it.value(Typed(it.dice).type())
    return [it.argument("name", STRING), f"policy = jsonencode({said})"]


def _who(it: _Block) -> list[str]:
    return ['type = "AWS"', it.argument("identifiers", _TEXTS)]


def _statement(it: _Block) -> list[str]:
    when: Arguments = lambda on: [  # noqa: E731 - one use
        'test = "StringEquals"', on.argument("variable", STRING), on.argument("values", _TEXTS)
    ]  # fmt: skip
    said = [it.argument(name, _TEXTS) for name in ("actions", "resources")]
    return [*said, *it.blocks("principals", _who), *it.blocks("condition", when)]


def _attribute(it: _Block) -> list[str]:
    return [it.argument("name", STRING), 'type = "S"']


_KINDS: Mapping[str, Arguments] = {
    "resource aws_security_group": lambda it: [
        it.argument("name", STRING), *it.blocks("ingress", _rule), *it.blocks("egress", _rule)
    ],
    "resource aws_network_acl": lambda it: ['vpc_id = "vpc-1"', *it.blocks("ingress", _entry)],
    "resource aws_instance": lambda it: [
        it.argument("ami", STRING), it.argument("user_data", STRING, 2),
        *it.blocks("ebs_block_device", _disk), it.argument("tags", _TAGS),
    ],
    "resource aws_iam_role": lambda it: [
        it.argument("name", STRING), *it.blocks("inline_policy", _inline),
        f"assume_role_policy = jsonencode([for s in {it.value(_TEXTS)} : {{ Action = s }}])",
    ],
    "data aws_iam_policy_document": lambda it: it.blocks("statement", _statement),
    "resource aws_dynamodb_table": lambda it: [
        it.argument("name", STRING), 'hash_key = "h"', *it.blocks("attribute", _attribute),
    ],
    "resource terraform_data": lambda it: [it.argument("input", Typed(it.dice).type(), 3)],
}  # fmt: skip


@dataclass
class _Root:
    dice: Dice
    files: dict[str, str] = field(default_factory=dict)

    def module(self, folder: str, *, depth: int, held: Held) -> None:
        """Draw a module, and those that it calls."""
        dice, known = self.dice, list(held)
        lines = [self.files.pop(f"{folder}main.tf", "")]
        for number in range(3):
            of = Typed(dice).type()
            drawn = _Block(dice, known).value(of, 2)
            lines.append(f"locals {{\n  l{number} = {drawn}\n}}")
            known.append((f"local.l{number}", of))
        for number in range(6):
            lines += self._object(number, known)
        if depth:
            for number in range(2):
                lines += self._call(folder, number, known, depth=depth)
        self.files[f"{folder}main.tf"] = "\n".join([*lines, ""])

    def _object(self, number: int, known: list[tuple[str, Type]]) -> list[str]:
        kind, type_ = self.dice.one(list(_KINDS)).split()
        meta, given = self.dice.one(_REPEATED)
        body = _KINDS[f"{kind} {type_}"](_Block(self.dice, [*known, *given, *given]))
        found = [f'{kind} "{type_}" "r{number}" {{', meta, *body, "}"]
        if self.dice.chance(20) and kind == "resource":
            found += ["moved {", f"from = {type_}.old{number}", f"to = {type_}.r{number}", "}"]
        if kind == "data" and not meta:
            known.append((f"data.{type_}.r{number}.json", STRING))
        return found

    def _call(
        self, folder: str, number: int, known: list[tuple[str, Type]], *, depth: int
    ) -> list[str]:
        dice, inner = self.dice, f"{folder}m{number}/"
        of = Typed(dice).type()
        constraint = "any" if dice.chance(10) else self._constraint(of)
        default = f"  default = {Typed(dice).literal(of)}\n" if dice.chance(30) else ""
        nullable = "  nullable = false\n" if default and dice.chance(50) else ""
        self.files[f"{inner}main.tf"] = (
            f'variable "v" {{\n  type = {constraint}\n{default}{nullable}}}\n'
            f'output "o" {{\n  value = {{ v = var.v, t = terraform_data.t.output }}\n}}\n'
            'resource "terraform_data" "t" {\n  input = var.v\n}\n'
        )
        self.module(inner, depth=depth - 1, held=[("var.v", of), ("path.module", STRING)])
        self.files[f"{inner}main.tf"] += _BESIDE
        meta, given = dice.one(_REPEATED)
        value = _Block(dice, [*known, *given]).value(of)
        if not meta:
            known.append((f"module.m{number}.o.v", of))
        return [f'module "m{number}" {{', f'  source = "./m{number}"', meta, f"  v = {value}", "}"]

    def _constraint(self, of: Type) -> str:
        """Return a constraint that values of a type satisfy, looser ones too."""
        if of.name == "object":
            members = []
            for name, inner in zip(of.names, of.inner, strict=True):
                said = self._constraint(inner)
                default = f", {Typed(self.dice).literal(inner)}" if self.dice.chance(50) else ""
                members.append(
                    f"{name} = optional({said}{default})" if self.dice.chance(40) else
                    f"{name} = {said}"
                )  # fmt: skip
            return f"object({{\n{chr(10).join(members)}\n}})"
        if of.name == "tuple":
            return f"tuple([{', '.join(map(self._constraint, of.inner))}])"
        if of.inner:
            return f"{of.name}({self._constraint(of.inner[0])})"
        return "string" if self.dice.chance(15) else of.name


def drawn_root(dice: Dice, *, depth: int = 2) -> Mapping[str, str]:
    """Draw the files of a root with modules in modules, two to each, as deep as is said."""
    root = _Root(dice)
    root.files["main.tf"] = _BEGIN
    held = [
        ("data.aws_caller_identity.c.account_id", STRING),
        *([("terraform_data.u.id", STRING)] if dice.chance(60) else []),
    ]
    root.module("", depth=depth, held=held)
    return root.files
