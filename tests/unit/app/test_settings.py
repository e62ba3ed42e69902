# SPDX-License-Identifier: Apache-2.0
from pathlib import Path

import pytest

from bartizan.app.settings import Settings, home, processes
from bartizan.errors import InputError, UsageError


def test_every_part_of_the_file_may_be_left_out(tmp_path: Path) -> None:
    place = tmp_path / "b.toml"
    place.write_text("")

    assert Settings.read(place) == Settings()


def test_no_file_in_the_folder_means_the_defaults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert Settings.read(None) == Settings()


def test_the_file_of_the_folder_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bartizan.toml").write_text('[jewels]\ntags = {class = ["pii"]}\n', encoding="utf-8")

    assert Settings.read(None).jewels.tags == {"class": ("pii",)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[entries", "not TOML"),
        (b"[entrees]", "unknown field"),
        (b"[entries]\nalso = 3", "array"),
        (b"\xff\xfe", "text"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    place = tmp_path / "b.toml"
    place.write_bytes(content)

    with pytest.raises(InputError, match=said) as caught:
        Settings.read(place)
    assert str(caught.value.at) == str(place)


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        Settings.read(tmp_path / "missing.toml")


def test_the_home_can_be_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", "/elsewhere")

    assert home() == Path("/elsewhere")


@pytest.mark.parametrize(("named", "count"), [("", None), ("1", 1), ("16", 16)])
def test_the_number_of_processes_can_be_set(
    monkeypatch: pytest.MonkeyPatch, named: str, count: int | None
) -> None:
    monkeypatch.setenv("BARTIZAN_PROCESSES", named)

    assert processes() == count


@pytest.mark.parametrize("named", ["0", "-1", "many", "257", "²", "9" * 5_000])
def test_what_is_no_number_of_processes_is_refused(
    monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    monkeypatch.setenv("BARTIZAN_PROCESSES", named)

    with pytest.raises(UsageError, match="not a number of processes"):
        processes()
