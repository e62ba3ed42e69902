# SPDX-License-Identifier: Apache-2.0
"""`bartizan scan chef` from the command line to a path."""

import json
from pathlib import Path

import pytest

from bartizan.cli.main import run
from tests.fakes.chef import files_of, put


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))


RECIPE = "user 'alice'\nsudo 'alice' do\n user 'alice'\n nopasswd true\nend\n"


def test_a_line_of_a_recipe_makes_a_path_to_root(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = put(tmp_path / "repo", files_of(RECIPE))

    assert run(["scan", "chef", str(place)]) == 0
    capsys.readouterr()
    way = ["--from", "run-code alice@web1", "--to", "run-code root@web1"]
    status = run(["paths", *way, "--format", "json"])

    found = json.loads(capsys.readouterr().out)
    assert status == 1
    (path,) = found["paths"]
    assert "cookbooks/app/recipes/default.rb:2" in json.dumps(path["steps"])


def test_what_is_not_read_is_the_exit_status(tmp_path: Path) -> None:
    place = put(tmp_path / "repo", files_of("nginx_site 'x'\n"))

    assert run(["scan", "chef", str(place)]) == 3
    assert run(["scan", "chef", str(place), "--allow-incomplete"]) == 0


def test_a_damaged_folder_is_one_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = put(tmp_path / "repo", {"nodes/a.json": "{"})

    assert run(["scan", "chef", str(place)]) == 2
    assert "error[input]: no JSON" in capsys.readouterr().err


def test_a_permission_on_a_cookbook_makes_a_path_to_root(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    may = {"actors": ["pivotal"], "groups": ["admins"]}
    acl: dict[str, object] = dict.fromkeys(("create", "read", "delete", "grant"), may)
    files = files_of("user 'app'\n") | {
        "acls/cookbooks/app.json": acl | {"update": {"actors": [], "groups": ["users"]}},
        "groups/users.json": {"name": "users", "users": ["alice"], "groups": []},
        "users/alice.json": {"username": "alice"},
        "users/eve.json": {"username": "eve"},
    }
    assert run(["scan", "chef", str(put(tmp_path / "repo", files))]) == 0
    capsys.readouterr()

    def paths(user: str) -> int:
        run(
            ["paths", "--from", f"act-as chef:user/{user}", "--to", "run-code root@web1",
             "--format", "json"]
        )  # fmt: skip
        return len(json.loads(capsys.readouterr().out)["paths"])

    assert (paths("alice"), paths("eve")) == (1, 0)
