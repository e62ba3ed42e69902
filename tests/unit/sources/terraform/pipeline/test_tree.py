# SPDX-License-Identifier: Apache-2.0
"""The files of a repository."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bartizan.errors import InputError
from bartizan.sources.terraform.pipeline import tree
from bartizan.sources.terraform.pipeline.tree import Tree
from tests.fakes.repository import put


def test_links_and_hidden_folders_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, {"a/x.tf": "", ".git/y.tf": "", ".github/workflows/w.yml": "", "b.tf": ""})
    (tmp_path / "z.tf").symlink_to(tmp_path / "b.tf")
    (tmp_path / "c").symlink_to(tmp_path / "a")

    found = Tree.read(tmp_path)

    assert [one.as_posix() for one in found.files] == [".github/workflows/w.yml", "a/x.tf", "b.tf"]
    assert [one.as_posix() for one in found.folders((".tf",))] == [".", "a"]


def test_what_lies_elsewhere_is_not_inside(tmp_path: Path) -> None:
    found = Tree.read(put(tmp_path / "r", {"a/x.tf": ""}))
    (tmp_path / "r" / "l").symlink_to(tmp_path)

    assert found.inside(tmp_path / "r" / "a") == "a"
    assert found.inside(tmp_path / "r") == "."
    assert found.inside(tmp_path / "r" / "a" / ".." / "..") is None
    assert found.inside(tmp_path / "r" / "l") is None


def test_what_is_no_folder_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MOST", 1)

    with pytest.raises(InputError, match="no folder"):
        Tree.read(tmp_path / "nothing")
    with pytest.raises(InputError, match="more than 1 files"):
        Tree.read(put(tmp_path / "r", {"a": "", "b": ""}))


def test_a_folder_that_cannot_be_listed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, {"a/x.tf": ""})
    listed = os.scandir

    def locked(place: str) -> Iterator[os.DirEntry[str]]:
        if place.endswith("/a"):
            raise PermissionError(13, "Permission denied", place)
        return listed(place)

    monkeypatch.setattr(os, "scandir", locked)

    with pytest.raises(InputError, match="cannot list the folder: permission denied"):
        Tree.read(tmp_path)
