# SPDX-License-Identifier: Apache-2.0
"""Folders that go whole or not at all."""

from pathlib import Path

import pytest

from bartizan.store import disk


def test_a_folder_that_cannot_be_removed_whole_is_out_of_sight_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "a").write_text("a")

    def crash(place: Path, *, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            raise KeyboardInterrupt(place)

    monkeypatch.setattr("shutil.rmtree", crash)
    with pytest.raises(KeyboardInterrupt):
        disk.discard(folder)

    assert not folder.exists()
    assert [one.name for one in tmp_path.iterdir()] == [".old.partial"]


def test_what_a_crash_left_of_a_removed_folder_goes_with_the_next(tmp_path: Path) -> None:
    (tmp_path / ".old.partial").mkdir()
    (tmp_path / ".old.partial" / "b").write_text("b")
    (tmp_path / "old").mkdir()

    disk.discard(tmp_path / "old")

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_left_to_do_where_there_is_no_folder(tmp_path: Path) -> None:
    disk.discard(tmp_path / "old")

    assert list(tmp_path.iterdir()) == []
