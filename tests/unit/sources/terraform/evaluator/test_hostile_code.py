# SPDX-License-Identifier: Apache-2.0
"""Code that means harm is refused by name, or its values are unknown; nothing runs or is read."""

from pathlib import Path

import pytest

from bartizan.errors import BartizanError, InputError, SourceError
from bartizan.model.code_plan import CodePlan
from bartizan.sources.terraform.evaluator.planned import plan
from bartizan.sources.terraform.provider.asked import Asked
from tests.fakes.terraform_code import after, write


def _locals(*lines: str) -> str:
    return "\n".join(["locals {", *lines, "}"]) + "\n"


def _nested(begin: str, inner: str, end: str, times: int) -> str:
    return _locals(f"a = {begin * times}{inner}{end * times}")


_CHAIN = _locals(*(f"a{n} = local.a{n + 1}" for n in range(1000, 4000)), "a4000 = 1")
_LAUGHS = _locals(
    "a0 = [1]", *(f"a{n} = [{', '.join([f'local.a{n - 1}'] * 8)}]" for n in range(1, 30))
)
_MANY = _locals(
    "r = range(1000)",
    "a = [for x in local.r : [for y in range(300) : y]]",
    *(f"b{n} = [for x in local.a : x]" for n in range(30)),
)
_LOOPS = _locals(
    "r = range(1000)", "a = [for a in local.r : [for b in local.r : [for c in local.r : a]]]"
)
_USER = 'resource "aws_iam_user" "u" {\n  %s\n  name = "x"\n}\n'

REFUSED = {
    "a billion objects": (_USER % "count = 1000000000", "more than 100,000"),
    "a million keys": (
        _locals("r = range(1000)", "p = setproduct(local.r, local.r)")
        + _USER % 'for_each = toset([for p in local.p : "${p[0]}-${p[1]}"])',
        "a value of more than 1,000,000 parts",
    ),
    "a value that holds itself over and over": (_LAUGHS, "a value of more than 1,000,000 parts"),
    "many large values": (_MANY, "values of more than 5,000,000 parts"),
    "values behind one another": (_CHAIN, "more than 1000 deep"),
    "lists in lists": (_nested("[", "", "]", 5000), "more than 80 levels deep"),
    "parentheses": (_nested("(", "1", ")", 3000), "more than 80 levels deep"),
    "operators": (_nested("1 + ", "1", "", 3000), "more than 80 levels deep"),
    "conditions": (_nested("true ? 1 : ", "2", "", 2000), "more than 80 levels deep"),
    "splats": (_nested("[1]", "", "[*]", 3000), "too many attributes|more than 80 levels"),
    "attributes": (_locals("a = x" + ".b" * 5000), "too many attributes"),
    "directives": (
        _locals('a = "' + "%{if true}" * 1500 + "%{endif}" * 1500 + '"'),
        "directives are nested too deep",
    ),
    "blocks in blocks": (
        'resource "aws_s3_bucket" "b" {\n' + "x {\n" * 3000 + "}\n" * 3001,
        "blocks are nested more than 30 deep",
    ),
    "a cycle of values": (_locals("a = local.b", "b = local.a"), "a cycle of values: local.a, "),
    "a module that calls itself": ('module "m" {\n  source = "./"\n}\n', "20 levels deep"),
    "a module from elsewhere": (
        'module "m" {\n  source = "git::https://x.test/y.git"\n}\n',
        "does not come from this disk",
    ),
    "a program": ('data "external" "e" {\n  program = ["touch", "ran"]\n}\n', "run a program"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_means_harm_is_refused_by_name_and_place(tmp_path: Path, name: str) -> None:
    text, reason = REFUSED[name]
    folder = write(tmp_path / "code", text)

    with pytest.raises(InputError, match=reason) as caught:
        _planned(folder)

    assert str(caught.value.at).startswith(str(folder))
    assert not list(tmp_path.rglob("ran"))


def test_what_takes_too_long_is_ended_in_time(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", _LOOPS)

    with pytest.raises(SourceError, match="takes too long") as caught:
        plan(Asked(folder=folder, accounts={}, seconds=1))

    assert "--timeout" in caught.value.hint


@pytest.mark.parametrize("path", ["/etc/passwd", "../../../../../etc/hostname", "link"])
def test_files_outside_of_the_code_are_not_read(tmp_path: Path, path: str) -> None:
    text = f'resource "aws_iam_user" "u" {{\n  name = file("{path}")\n}}\n'
    folder = write(tmp_path / "top" / "code", text)
    (folder / "link").symlink_to("/etc/passwd")

    found = _planned(folder)

    assert "name" not in after(found)["aws_iam_user.u"]
    assert any("aws_iam_user.u.name" in one for one in found.unevaluated)


def test_texts_that_double_are_unknown_before_they_are_large(tmp_path: Path) -> None:
    doubled = (f'a{n} = "${{local.a{n - 1}}}${{local.a{n - 1}}}"' for n in range(1, 60))
    text = _locals('a0 = "aaaaaaaaaa"', *doubled) + 'resource "aws_iam_user" "u" {\n'
    folder = write(tmp_path / "code", text + "  name = local.a59\n}\n")

    found = _planned(folder)

    assert "name" not in after(found)["aws_iam_user.u"]
    assert not found.whole


@pytest.mark.parametrize(
    "text",
    [
        'import {\n  to = aws_iam_user.u\n  id = "u"\n}\nresource "aws_iam_user" "u" {}\n',
        'ephemeral "aws_x" "y" {}\n',
    ],
)
def test_what_is_not_evaluated_here_says_what_to_do(tmp_path: Path, text: str) -> None:
    with pytest.raises(BartizanError) as caught:
        _planned(write(tmp_path / "code", text))

    assert caught.value.hint


def test_files_that_override_others_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", {"main.tf": "", "x_override.tf": ""})

    with pytest.raises(InputError, match="override others"):
        _planned(folder)


def test_a_state_needs_terraform(tmp_path: Path) -> None:
    folder = write(tmp_path / "code", "")

    with pytest.raises(InputError, match="over a state") as caught:
        plan(Asked(folder=folder, accounts={}, state=folder / "s.json"))

    assert "install" in caught.value.hint


def _planned(folder: Path) -> CodePlan:
    return plan(Asked(folder=folder, accounts={"aws": "111111111111/eu-west-1"}, seconds=60))
