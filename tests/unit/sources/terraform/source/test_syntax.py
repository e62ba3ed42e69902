# SPDX-License-Identifier: Apache-2.0
"""Files that are parsed, and what stands in them that is no HCL."""

import time
from pathlib import Path

import pytest

from bartizan.sources.terraform.source.module import LARGEST, Code
from bartizan.sources.terraform.source.syntax import File, arguments, blocks, reference

_BLOCK = b'resource "a" "b" {\n  x { y = "z" }\n}\n'


@pytest.mark.parametrize(
    "begin",
    [b"}", b"a =", b'a = "', b"a = (", b"a = <<EOT\n", b"} /*"],
)
@pytest.mark.parametrize("more", [b" ", b" \n"])
def test_what_follows_an_error_is_not_read_again_for_each_byte(begin: bytes, more: bytes) -> None:
    # Read again for each byte, one of these takes about an hour.
    content = begin + more * (LARGEST // len(more) - len(begin))

    file = File.parse("a.tf", content)

    assert not file.whole
    assert file.broken is not None


@pytest.mark.parametrize(
    "content",
    [
        _BLOCK * 10_000,
        b"a = <<EOT\n" + b"some ${var.x} %{ if a }b%{ endif }\n" * 10_000 + b"EOT\n",
        b'a = "' + b"x${y}" * 50_000 + b'"\n',
        b"a = (\n" + b"  x ||\n\n" * 20_000 + b"1)\n",
        b"\n" * 200_000 + _BLOCK + b" " * 200_000,
        b"a = {\n" + b'  x = { y = "z" }\n' * 20_000 + b"}\n",
        b"/* " + b"c " * 100_000 + b"*/\n" + _BLOCK,
        b"a {\n" * 150 + b"x = 1\n" + b"}\n" * 150,
        b"",
    ],
)
def test_hcl_is_read_to_its_end_however_much_it_is(content: bytes) -> None:
    file = File.parse("a.tf", content)

    assert file.whole
    assert file.broken is None
    assert file.root.end_byte == len(content)


def test_pieces_fit_together_wherever_they_are_cut() -> None:
    for padding in range(4080, 4100):
        content = b"#" * padding + "\nä = 1\n".encode() + _BLOCK
        (found,) = blocks(File.parse("a.tf", content))
        assert content[found.node.start_byte : found.node.end_byte] == _BLOCK.rstrip()


def test_a_file_that_is_not_parsed_to_its_end_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_bytes(_BLOCK + b"}" + b" " * 200_000)

    code = Code.read(tmp_path)

    assert [one.rpartition(": ")[2] for one in code.unread.values()] == ["no HCL from here on"]


@pytest.mark.parametrize("piece", [b"a = b ? c : ", b"a = <<A\n${"])
def test_what_is_nested_without_end_is_given_up(piece: bytes) -> None:
    begin = time.process_time()
    file = File.parse("a.tf", piece * 20_000)

    assert time.process_time() - begin < 10
    assert not file.whole
    assert file.broken is not None


@pytest.mark.parametrize("number", ["1e3", "1E-3", "2e+21", "-1e3", "[1e3, 2]", "{ a = 1e3 }"])
def test_numbers_with_an_exponent_and_no_fraction_are_read(number: str) -> None:
    """https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#numeric-literals"""
    file = File.parse("main.tf", f"x = {number}\ny = {{ for k, v in z : k => 1e3... }}\n".encode())

    assert file.broken is None
    assert file.text(arguments(file)["x"].value) == number


@pytest.mark.parametrize("name", ["a1e3", "x-1e3", "é1e3", "x.a1e3"])
def test_names_that_look_like_them_stay_names(name: str) -> None:
    file = File.parse("main.tf", f"x = {name}\n".encode())

    assert file.broken is None
    assert reference(file, arguments(file)["x"].value)[0] == name.partition(".")[0]
