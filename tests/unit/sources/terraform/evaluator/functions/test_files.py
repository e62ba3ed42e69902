# SPDX-License-Identifier: Apache-2.0
"""Functions of files and paths: what is in the folder of code is told, and nothing outside."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from bartizan.sources.terraform.evaluator.functions.place import Place
from tests.fakes.asked_function import REFUSED, UNKNOWN, said


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> Place:
    code = tmp_path / "code"
    for name, content in (
        ("a.txt", b"hello"),
        ("sub/b.json", b"{}"),
        ("sub/deep/c.txt", b"x"),
        ("bin.dat", b"\xff"),
        ("large.dat", b"x" * 101),
    ):
        (code / name).parent.mkdir(parents=True, exist_ok=True)
        (code / name).write_bytes(content)
    (tmp_path / "secret").write_text("outside")
    return Place(module=code, root=code, below=code, most_bytes=100)


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        (("file", "a.txt"), "hello"),
        (("file", "./sub/../a.txt"), "hello"),
        (("file", "missing"), REFUSED),
        (("file", "bin.dat"), REFUSED),
        (("file", "sub"), REFUSED),
        (("file", "large.dat"), UNKNOWN),
        (("file", "../secret"), UNKNOWN),
        (("file", "/etc/hostname"), UNKNOWN),
        (("file", "~/x"), UNKNOWN),
        (("file", "a\0b"), UNKNOWN),
        (("file", "a.txt/b"), REFUSED),
        (("filebase64", "bin.dat"), "/w=="),
        (("filemd5", "a.txt"), "5d41402abc4b2a76b9719d911017c592"),
        (("filesha256", "../secret"), UNKNOWN),
        (("fileexists", "a.txt"), True),
        (("fileexists", "missing"), False),
        (("fileexists", "sub"), REFUSED),
        (("fileexists", "../secret"), UNKNOWN),
        (("fileset", "sub", "*"), ["b.json"]),
        (("fileset", ".", "**/*.txt"), ["a.txt", "sub/deep/c.txt"]),
        (("fileset", "sub", "**"), ["b.json", "deep/c.txt"]),
        (("fileset", ".", "?.txt"), ["a.txt"]),
        (("fileset", ".", "**"), UNKNOWN),
        (("fileset", ".", "{a,b}.txt"), UNKNOWN),
        (("fileset", ".", "../*"), UNKNOWN),
        (("fileset", "missing", "*"), []),
        (("fileset", "..", "*"), UNKNOWN),
        (("basename", "foo/bar/baz.txt"), "baz.txt"),
        (("basename", ""), "."),
        (("basename", "/"), "/"),
        (("basename", "a/b//"), "b"),
        (("dirname", "foo/bar/baz.txt"), "foo/bar"),
        (("dirname", "a/b/"), "a/b"),
        (("dirname", "a"), "."),
        (("dirname", "//a"), "/"),
        (("pathexpand", "a/../b"), "a/../b"),
        (("pathexpand", "~/b"), UNKNOWN),
    ],
)
def test_a_call_returns_what_terraform_returns(
    call: tuple[object, ...], wanted: object, place: Place
) -> None:
    name, *arguments = call

    assert said(str(name), *arguments, place=place) == wanted


def test_a_path_is_made_absolute_in_the_folder_of_the_root(place: Place) -> None:
    assert said("abspath", "x/../y", place=place) == f"{place.root}/y"
    assert said("abspath", "/z//", place=place) == "/z"


@pytest.mark.parametrize(
    "call", [("file", "link"), ("fileexists", "link"), ("fileset", ".", "*.x")]
)
def test_links_that_lead_out_are_not_followed(call: tuple[str, ...], place: Place) -> None:
    (place.root / "link").symlink_to(place.root.parent / "secret")

    assert said(call[0], *call[1:], place=place) == UNKNOWN


def test_a_link_within_the_code_is_followed(place: Place) -> None:
    (place.root / "link").symlink_to("a.txt")

    assert said("file", "link", place=place) == "hello"


def test_a_loop_of_links_is_unknown(place: Place) -> None:
    (place.root / "loop").symlink_to("loop")

    assert said("file", "loop", place=place) in {UNKNOWN, REFUSED}


@pytest.mark.parametrize("make", [lambda path: path.mkdir(mode=0o700), lambda _path: None])
def test_an_empty_folder_or_none_has_no_files(make: Callable[[Path], None], place: Place) -> None:
    make(place.root / "empty")

    assert said("fileset", "empty", "*", place=place) == []


def test_what_is_no_plain_file_is_not_opened(place: Place) -> None:
    os.mkfifo(place.root / "pipe")

    assert said("file", "pipe", place=place) == UNKNOWN
    assert said("fileexists", "pipe", place=place) == UNKNOWN


def test_a_folder_of_too_many_files_is_unknown(place: Place) -> None:
    assert said("fileset", "sub", "**", place=replace(place, most_files=1)) == UNKNOWN
