# SPDX-License-Identifier: Apache-2.0
"""YAML as texts with lines."""

import pytest

from bartizan.sources.terraform.pipeline import yaml_text
from bartizan.sources.terraform.pipeline.yaml_text import CannotReadError, read


def test_nothing_is_taken_for_a_truth_value_or_a_number() -> None:
    found = read(b"on: push\nno: off\nx: 010\n'on2': ~\n")

    assert {name: one.text for name, one in found.members.items()} == {
        "on": "push", "no": "off", "x": "010", "on2": "~",
    }  # fmt: skip


def test_values_know_their_lines_and_what_is_not_there_is_empty() -> None:
    found = read(b"a:\n  b: [x, {c: d}]\n")

    assert found.get("a", "b").line == 2
    assert found.get("a", "b").items[1].get("c").text == "d"
    assert found.get("a", "z", "y").text == ""
    assert found.get("a", "z").items == ()
    assert found.get("a", "b").members == {}
    assert [one.text for one in read(b"x").items] == ["x"]
    assert read(b"").text == ""
    assert sorted(found.texts()) == ["d", "x"]


def test_an_alias_is_the_node_that_it_names() -> None:
    found = read(b"a: &x {k: [v]}\nb: *x\nc: &y t\nd: *y\n")

    assert found.get("a") is found.get("b")
    assert found.get("d").text == "t"
    assert sorted(found.texts()) == ["t", "v"]


def test_a_text_that_names_itself_many_times_takes_no_more_room() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]

    found = read("\n".join(lines).encode())

    assert [*found.texts()] == ["x", "x"]


@pytest.mark.parametrize(
    "text",
    [
        b"a: [", b"a: *gone", b"&a [*a]", b"<<: {a: b}", b"a: 1\na: 2", b"? [a]\n: b", b"\xff",
        b"a: \x00", b"[" * 100, b"a: b: c", b"%YAML 9.9\n---\na", b"!!python/object:x [",
        b"a: " + b"x" * yaml_text.LARGEST, b"[" + b"x," * 60_000 + b"]", b"\xf0\x28",
    ],
    ids=range(15),
)  # fmt: skip
def test_what_is_no_yaml_or_too_much_is_refused(text: bytes) -> None:
    with pytest.raises(CannotReadError):
        read(text)


def test_tags_make_nothing() -> None:
    assert read(b"a: !!python/object/apply:os.system [x]").get("a").items[0].text == "x"
