# SPDX-License-Identifier: Apache-2.0
"""Folders, and that nothing outside of them is read."""

from pathlib import Path

import pytest

from bartizan.errors import InputError
from bartizan.sources.chef import folder
from bartizan.sources.chef.folder import opened
from tests.fakes.chef import collected, node, put


def test_files_are_listed_without_those_of_version_control(tmp_path: Path) -> None:
    put(tmp_path, {"nodes/a.json": {}, ".git/x.json": {}, "roles/b/c.json": {}})

    found = opened(tmp_path)

    assert found.files == ("nodes/a.json", "roles/b/c.json")
    assert found.below("roles", ".json") == []
    assert found.under("roles") == ["roles/b/c.json"]


def test_links_that_lead_out_are_told_and_not_followed(tmp_path: Path) -> None:
    outside = put(tmp_path / "outside", {"secret.json": node("stolen"), "nodes/x.json": {}})
    inside = put(tmp_path / "repo", {"nodes/a.json": node("a", run_list=[])})
    (inside / "nodes" / "b.json").symlink_to(outside / "secret.json")
    (inside / "roles").symlink_to(outside)
    (inside / "nodes" / "same.json").symlink_to(inside / "nodes" / "a.json")
    (inside / "nodes" / "gone.json").symlink_to(inside / "nowhere")

    found = opened(inside)

    assert found.files == ("nodes/a.json", "nodes/same.json")
    assert found.outside == ("nodes/b.json", "nodes/gone.json", "roles")
    (inside / "nodes" / "same.json").unlink()
    told = [one["operation"] for one in collected(inside).unread()]
    assert told == ["nodes/b.json", "nodes/gone.json", "roles"]


def test_a_backup_of_one_organisation_is_read_in_its_folder(tmp_path: Path) -> None:
    put(tmp_path, {"organizations/acme/nodes/a.json": {}, "users/b.json": {}})

    assert opened(tmp_path).files == ("nodes/a.json",)


def test_several_organisations_are_an_error(tmp_path: Path) -> None:
    put(tmp_path, {"organizations/a/x": "", "organizations/b/x": ""})

    with pytest.raises(InputError, match="holds 2 organisations"):
        opened(tmp_path)


def test_a_place_that_is_no_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        opened(tmp_path / "none")


def test_too_many_files_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "FILES", 1)
    put(tmp_path, {"a": "", "b": ""})

    with pytest.raises(InputError, match="more than 1 files"):
        opened(tmp_path)


def test_a_file_that_is_gone_or_too_large_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = opened(put(tmp_path, {"a.json": {}, "b.json": {"x": 1}}))
    (tmp_path / "a.json").unlink()
    monkeypatch.setattr(folder.Folder.read, "__defaults__", (3,))

    with pytest.raises(InputError, match="cannot read the file"):
        found.json("a.json")
    with pytest.raises(InputError, match="larger than"):
        found.json("b.json")
