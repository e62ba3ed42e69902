# SPDX-License-Identifier: Apache-2.0
"""Blocks and arguments of a file, and where they stand."""

import pytest

from bartizan.errors import InputError
from bartizan.sources.terraform.provider.hcl import parse

CODE = rb"""
# A comment with a { in it, and an \xc3\xa4 before what is counted in bytes.
resource "aws_iam_role" "r" { /* } */
  name = "a } \" ${jsonencode({ a = "}" })} $${b"   // } behind it
  policy = <<-EOT
    { "Statement": "${data.aws_x.y.arn}" }
  EOT
  inline_policy {
    name = join("-", [
      "x", # ]
      var.y,
    ])
  }
}

module m { source = "./m" }
"""


def test_blocks_arguments_and_lines_are_found_past_all_that_only_looks_like_them() -> None:
    role, module = parse(CODE, "main.tf")

    assert (role.kind, role.labels, role.line) == ("resource", ("aws_iam_role", "r"), 3)
    assert list(role.arguments) == ["name", "policy"]
    assert [one.kind for one in role.blocks] == ["inline_policy"]
    assert list(role.blocks[0].arguments) == ["name"]
    assert (module.labels, module.arguments["source"].literal) == (("m",), "./m")
    assert module.line == 16


def test_a_range_holds_an_argument_and_nothing_else() -> None:
    policy = parse(CODE, "main.tf")[0].arguments["policy"]

    text = CODE[policy.start : policy.end]
    assert text.startswith(b"policy = <<-EOT\n")
    assert text.rstrip().endswith(b"\n  EOT")


def test_references_of_data_are_found_in_expressions_and_templates_and_not_in_text() -> None:
    inner = 'a = "x.y ${b.c.d} $${e.f}"\ng = [h.i[j.k].l, m.n-o.p]\nq = <<E\nr.s ${t.u}\nE\n'
    text = f'resource "r" "r" {{\n{inner}}}\ndata "d" "d" {{\nw {{\n{inner}}}\n}}\n'.encode()

    resource, data = parse(text, "main.tf")

    assert resource.references == ()
    found = [(one.type, one.name) for one in data.references]
    assert found == [("b", "c"), ("h", "i"), ("j", "k"), ("m", "n-o"), ("t", "u")]
    first = data.references[0]
    assert text[first.start : first.end] == b"b.c"


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ('a = "x"', "x"),
        (r'a = "x\"\\"', 'x"\\'),
        ('a = "$x" # y', "$x"),
        ('a = "${x}"', None),
        ("a = x", None),
        ('a = "x" == "y"', None),
    ],
)
def test_a_plain_string_is_one_and_nothing_else_is(text: str, literal: str | None) -> None:
    block = parse(f"b {{\n{text}\n}}\n".encode(), "main.tf")[0]

    assert block.arguments["a"].literal == literal


def test_the_plain_strings_of_an_object_are_told_by_name() -> None:
    text = b'b {\n  a = { source = "x/y", version = var.v, "n" = "z" }\n}\n'

    assert parse(text, "main.tf")[0].arguments["a"].members == {"source": "x/y", "n": "z"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a {\n  b = "x\n}', 1),
        ("a {", 1),
        ("}", 1),
        ("b {\n}\na = (1", 3),
        ("a = <<X\nb\n", 1),
        ("= 1", 1),
        ('a = "${b', 1),
        ("a = " + "[" * 5000, 1),
        ("a {\n" * 5000, 1),
    ],
)
def test_what_is_no_code_is_refused_with_its_place(text: str, line: int) -> None:
    with pytest.raises(InputError, match="no code of Terraform") as caught:
        parse(text.encode(), "main.tf")

    assert caught.value.at is not None
    assert caught.value.at.line is not None
    assert caught.value.at.line >= line


def test_what_lies_deep_does_not_end_the_stack() -> None:
    deep = b"a {\n" * 3000 + b"}\n" * 3000 + b'data "d" "d" {\n  a = ' + b"[" * 3000 + b"]" * 3000

    assert [one.kind for one in parse(deep + b"\n}\n", "main.tf")] == ["a", "data"]
