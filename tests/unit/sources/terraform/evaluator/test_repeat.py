# SPDX-License-Identifier: Apache-2.0
"""How often a block stands for something, or that nobody can tell."""

from pathlib import Path
from typing import Any

import pytest

from bartizan.errors import InputError
from bartizan.sources.terraform.evaluator.planned import plan
from bartizan.sources.terraform.provider.asked import Asked
from tests.fakes.terraform_code import ACCOUNTS, after, write

USERS = 'resource "aws_iam_user" "u" {\n  %s\n}\n'
LIST = 'resource "aws_sqs_queue" "q" {\n  name = join("-", %s)\n}\n'


def made(place: Path, text: str) -> dict[str, Any]:
    found: dict[str, Any] = after(plan(Asked(folder=write(place, text), accounts=ACCOUNTS)))
    return found


def names(found: dict[str, Any]) -> dict[str, str]:
    return {address: values["name"] for address, values in found.items()}


def test_counted_things_are_numbered_from_0_on_and_stand_in_their_order(tmp_path: Path) -> None:
    text = USERS % "count = 3\n  name  = count.index" + LIST % "aws_iam_user.u[*].name"

    assert names(made(tmp_path, text)) == {
        "aws_iam_user.u[0]": "0", "aws_iam_user.u[1]": "1", "aws_iam_user.u[2]": "2",
        "aws_sqs_queue.q": "0-1-2",
    }  # fmt: skip


@pytest.mark.parametrize("none", ["count = 0", "for_each = {}", "for_each = toset([])"])
def test_a_block_may_stand_for_nothing(tmp_path: Path, none: str) -> None:
    text = USERS % f'{none}\n  name  = "u"' + LIST % "[for one in aws_iam_user.u : one.name]"

    assert names(made(tmp_path, text)) == {"aws_sqs_queue.q": ""}


@pytest.mark.parametrize(
    ("each", "wanted"),
    [
        ('{ b = "x", a = "y" }', {"a": "a=y", "b": "b=x"}),
        ('toset(["b", "a"])', {"a": "a=a", "b": "b=b"}),
    ],
)
def test_each_thing_has_its_own_key_and_value(
    tmp_path: Path, each: str, wanted: dict[str, str]
) -> None:
    text = USERS % f'for_each = {each}\n  name = "${{each.key}}=${{each.value}}"'

    found = names(made(tmp_path, text))

    assert found == {f'aws_iam_user.u["{key}"]': name for key, name in wanted.items()}


def test_so_have_the_modules_of_a_call(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m/main.tf").write_text('variable "n" {}\n' + USERS % "name = var.n")
    call = 'module "m" {\n  source = "./m"\n  for_each = toset(["b", "a"])\n  n = each.key\n}\n'

    assert names(made(tmp_path, call)) == {
        'module.m["a"].aws_iam_user.u': "a", 'module.m["b"].aws_iam_user.u': "b",
    }  # fmt: skip


@pytest.mark.parametrize("block", [USERS, 'module "m" {\n  source = "./m"\n  %s\n}\n'])
@pytest.mark.parametrize(
    ("meta", "what"),
    [
        ('count = timestamp() == "x" ? 1 : 0', "`count` is not known"),
        ("for_each = toset([timestamp()])", "`for_each` is not known"),
        ('for_each = timestamp() == "x" ? toset(["a"]) : toset([])', "`for_each` is not known"),
    ],
)
def test_how_many_there_are_is_never_guessed(
    tmp_path: Path, block: str, meta: str, what: str
) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m/main.tf").write_text('resource "aws_iam_user" "v" {\n  name = "v"\n}\n')

    with pytest.raises(InputError) as caught:
        made(tmp_path, block % meta)

    assert caught.value.message.startswith(what)
    assert caught.value.at is not None
