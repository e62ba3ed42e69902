# SPDX-License-Identifier: Apache-2.0
"""Blocks and arguments of a file, and where they stand."""

import pytest

from bartizan.errors import InputError
from bartizan.sources.terraform.provider.hcl import DEPTH, parse

CODE = r"""
# A comment with a { in it.
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
    file = parse(CODE, "main.tf")

    role, module = file.blocks
    assert (role.kind, role.labels, role.line) == ("resource", ("aws_iam_role", "r"), 3)
    assert list(role.arguments) == ["name", "policy"]
    assert [one.kind for one in role.blocks] == ["inline_policy"]
    assert list(role.blocks[0].arguments) == ["name"]
    assert (module.labels, module.arguments["source"].literal) == (("m",), "./m")
    assert module.line == 16


def test_a_range_holds_an_argument_and_nothing_else() -> None:
    file = parse(CODE, "main.tf")
    policy = file.blocks[0].arguments["policy"]

    text = CODE[policy.start : policy.end]
    assert text.startswith("policy = <<-EOT\n")
    assert text.endswith("\n  EOT")


def test_references_are_found_in_expressions_and_templates_and_not_in_text() -> None:
    text = 'a = "x.y ${b.c.d} $${e.f}"\ng = [h.i[j.k].l, m.n-o.p]\nq = <<E\nr.s ${t.u}\nE\n'

    found = [(one.type, one.name) for one in parse(text, "main.tf").references]
    assert found == [("b", "c"), ("h", "i"), ("j", "k"), ("m", "n-o"), ("t", "u")]


@pytest.mark.parametrize(
    ("text", "literal"),
    [
        ('a = "x"', "x"),
        (r'a = "x\"\\"', 'x"\\'),
        ('a = "$x" # y', "$x"),
        ('a = "${x}"', None),
        ("a = x", None),
        ('a = "x" + "y"', None),
    ],
)
def test_a_plain_string_is_one_and_nothing_else_is(text: str, literal: str | None) -> None:
    assert parse(text, "main.tf").arguments["a"].literal == literal


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('a {\n  b = "x\n}', "main.tf:2:9"),
        ("a {", "main.tf:1:4"),
        ("}", "main.tf:1:1"),
        ("a = (1", "main.tf:1:7"),
        ("a = <<X\nb\n", "main.tf:1:5"),
        ("= 1", "main.tf:1:1"),
        ('a = "${b', "main.tf:1:9"),
    ],
)
def test_what_is_no_code_is_refused_with_its_place(text: str, place: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, "main.tf")

    assert str(caught.value.at) == place


@pytest.mark.parametrize(
    "text", ["a = " + "[" * DEPTH * 3, "a {\n" * DEPTH * 3, '"${' * DEPTH * 3]
)
def test_what_lies_too_deep_is_refused_before_the_stack_ends(text: str) -> None:
    with pytest.raises(InputError):
        parse(text if text.startswith("a") else f"a = {text}", "main.tf")
