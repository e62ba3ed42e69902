# SPDX-License-Identifier: Apache-2.0
"""What names stand for in a module, as the call has it that leads to it."""

from pathlib import Path

from tests.fakes.terraform_code import write
from tests.unit.sources.terraform.evaluator.test_repeat import made, names

USER = 'resource "aws_iam_user" "u" {\n  name = %s\n}\n'
NAMED = 'variable "name" {}\n'
OUTPUT = 'output "name" {\n  value = %s\n}\n'


def call(name: str, more: str = "") -> str:
    return f'module "{name}" {{\n  source = "./{name}"\n  {more}\n}}\n'


def test_what_is_called_the_same_in_each_module_is_passed_in_and_out(tmp_path: Path) -> None:
    """A variable of the name of the one that it is given is no circle."""
    write(tmp_path, {
        "outer/main.tf": NAMED + call("inner", "name = var.name") + OUTPUT % "module.inner.name",
        "outer/inner/main.tf": NAMED + USER % '"${var.name}-in"' + OUTPUT % "aws_iam_user.u.name",
    })  # fmt: skip
    text = 'locals {\n  name = "n"\n}\n' + call("outer", "name = local.name")

    assert names(made(tmp_path, text + USER % "module.outer.name")) == {
        "module.outer.module.inner.aws_iam_user.u": "n-in", "aws_iam_user.u": "n-in",
    }  # fmt: skip


def test_each_of_several_modules_gives_its_own_outputs(tmp_path: Path) -> None:
    write(tmp_path, {"m/main.tf": NAMED + OUTPUT % "var.name"})
    many = call("m", 'for_each = { x = "a", y = "b" }\n  name = each.value')

    said = 'join("-", [module.m["y"].name, module.m.x.name], values(module.m)[*].name)'

    assert names(made(tmp_path, many + USER % said)) == {"aws_iam_user.u": "b-a-a-b"}


def test_of_two_calls_each_has_what_it_is_given(tmp_path: Path) -> None:
    write(tmp_path, {"m/main.tf": NAMED + USER % "var.name"})
    calls = "".join(
        call("m", f'name = "{name}"').replace('module "m"', f'module "{name}"') for name in "ab"
    )

    assert names(made(tmp_path, calls)) == {
        "module.a.aws_iam_user.u": "a", "module.b.aws_iam_user.u": "b",
    }  # fmt: skip
