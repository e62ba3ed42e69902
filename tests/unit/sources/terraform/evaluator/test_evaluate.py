# SPDX-License-Identifier: Apache-2.0
"""Values of expressions, by the vendor's pages; thousands more are in `differential`."""

from pathlib import Path

import pytest

from bartizan.errors import InputError
from tests.fakes.terraform_expressions import ours, shown

TOLD = [
    ("1 + 2 * 3 - 4", 3),
    ("-1 + 7 % 4", 2),
    ('true ? "a" : 1', "a"),
    ('false ? 1 : true ? "b" : 3', "b"),
    ("!true == false", True),
    ('1 == "1"', False),
    ('"${local.n}x" == "3x"', True),
    ('"${local.n}" == "3"', False),
    ('"a${local.n}$${x}"', "a3${x}"),
    # Terraform 1.11.4 says so; the specification is silent on three signs and more.
    ('"$$${x} $$$${x} %%%{ if x }"', "$${x} $$${x} %%{ if x }"),
    ('"%{ if local.n > 2 }yes%{ else }no%{ endif }"', "yes"),
    ('"%{ for v in local.l ~} ${v} %{ endfor ~}"', "a b c "),
    ("(<<-EOT\n    a\n      b ${local.n}\n  EOT\n)", "a\n  b 3\n"),
    ("(<<EOT\n  a\\n\nEOT\n)", "  a\\n\n"),
    ('[for i, v in local.l : "${i}${v}" if v != "b"]', ["0a", "2c"]),
    ("{for k, v in local.tm : v => k...}", {"v": ["k"], "w": ["j"]}),
    ("local.os[*].name", ["x", "y"]),
    ("local.os.*.name[0]", "x"),
    ("local.z[*]", []),
    ("local.s[*]", ["text"]),
    ("local.l.1", "b"),
    ('local.m["c d"]', 3),
    ("try(local.o.nope, local.o.inner.deep)", True),
    ("can(local.l[7])", False),
    ("local.t ? 1 : local.e[0]", 1),
    ('{ (local.s) = 1, "b" : 2, true = 3 }', {"b": 2, "text": 1, "true": 3}),
]
REFUSED = [
    "local.l[3]",
    "local.o.nope",
    "local.z + 1",
    '"a${local.z}"',
    "true ? [] : {a = 1}",
    '{for v in ["a", "a"] : v => 1}',
    "[for v in local.s : v]",
    '-"x1"',
]


@pytest.mark.parametrize(("written", "value"), TOLD)
def test_expressions_have_the_value_that_the_language_gives_them(
    tmp_path: Path, written: str, value: object
) -> None:
    found = ours(tmp_path, written)

    assert found is not None
    assert shown(found) == value


@pytest.mark.parametrize("written", REFUSED)
def test_what_has_no_value_is_refused(tmp_path: Path, written: str) -> None:
    assert ours(tmp_path, written) is None


@pytest.mark.parametrize("written", ["1 / 3", "1 / 0", "0.1 + 0.2", "-0", "uuid()"])
def test_what_is_not_sure_is_unknown(tmp_path: Path, written: str) -> None:
    found = ours(tmp_path, written)

    assert found is not None
    assert not found.known


def test_a_condition_whose_sides_leave_types_open_is_not_sure(tmp_path: Path) -> None:
    """Terraform refuses the first; of the others it makes the same as we do."""
    found = ours(tmp_path, "true ? { p = tolist([true]), q = tolist([]) } : tomap({})")
    sets = ours(tmp_path, 'toset(true ? toset([]) : toset(["a"]))')
    lists = ours(tmp_path, 'true ? tolist(["a"]) : tolist([])')

    assert found is not None
    assert not found.known
    assert sets is not None
    assert shown(sets) == []
    assert lists is not None
    assert shown(lists) == ["a"]


@pytest.mark.parametrize("written", ["nothing()", "local", "[" * 100 + "]" * 100, "{ a.b = 1 }"])
def test_what_cannot_be_read_for_sure_is_refused_with_its_place(
    tmp_path: Path, written: str
) -> None:
    with pytest.raises(InputError) as caught:
        ours(tmp_path, written)

    assert caught.value.at is not None
