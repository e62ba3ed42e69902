# SPDX-License-Identifier: Apache-2.0
"""What is told of hosts by catalogs that Puppet itself compiled."""

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bartizan.cli.main import run
from bartizan.model.facts import Facts
from bartizan.model.facts.host_part import HostFile
from bartizan.model.record import RecordList
from bartizan.sources.puppet.normalise import PuppetNormaliser
from tests.e2e.puppet.manifests import CASES, Case
from tests.fakes.puppet import read
from tests.fakes.puppet_compiler import Manifest, compiled, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "-")

FILES = """
file { 'DIR/a': ensure => directory, mode => '0640' }
file { 'DIR/a/b': content => 'x', mode => '4755' }
file { 'DIR/c': ensure => link, target => 'DIR/a' }
file { 'DIR/d': ensure => 'DIR/a' }
"""


@pytest.fixture(scope="module")
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, dict[str, Any]]:
    """Compile all manifests in one process."""
    folder = tmp_path_factory.mktemp("puppet")
    asked = []
    for number, case in enumerate(CASES.values()):
        place = folder / str(number) / "site.pp"
        place.parent.mkdir()
        place.write_text(case.code)
        asked.append(Manifest(file=place, facts=dict(case.facts)))
    return dict(zip(CASES, compiled(asked, folder), strict=True))


def facts(catalog: dict[str, Any]) -> Facts:
    return PuppetNormaliser()(RecordList(read(catalog)))


def told(case: Case, found: Facts) -> list[tuple[Any, ...]]:
    """Return what the case asks for; files of code without their folders."""
    rows = []
    for row in found.rows(case.table):
        values = [getattr(row, name) for name in case.columns.split()]
        rows.append(
            tuple(
                value.rpartition("/")[2]
                if str(value).rpartition(":")[0].endswith(".pp")
                else value
                for value in values
            )
        )
    return rows


@pytest.mark.parametrize("name", CASES)
def test_a_compiled_catalog_says_what_its_manifest_means(
    name: str, catalogs: Mapping[str, dict[str, Any]]
) -> None:
    case = CASES[name]

    assert told(case, facts(catalogs[name])) == case.rows


def test_what_puppet_makes_of_files_is_what_is_told_of_them(tmp_path: Path) -> None:
    place, made = tmp_path / "site.pp", tmp_path / "made"
    made.mkdir()
    place.write_text(FILES.replace("DIR", str(made)))

    (catalog,) = compiled([Manifest(file=place, apply=True)], tmp_path)

    rows = {row.path: row for row in facts(catalog).rows(HostFile)}
    assert {path.relative_to(made).as_posix() for path in made.rglob("*")} >= {
        "a",
        "a/b",
        "c",
        "d",
    }
    for path, row in rows.items():
        found = Path(path).lstat()
        assert row.kind == ("link" if stat.S_ISLNK(found.st_mode) else row.kind)
        if row.kind == "link":
            assert row.target == str(Path(path).readlink())
        else:
            assert row.mode == stat.S_IMODE(found.st_mode)


def test_a_scan_of_compiled_catalogs_makes_a_snapshot(
    tmp_path: Path,
    catalogs: Mapping[str, dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    folder = tmp_path / "catalogs"
    folder.mkdir()
    for catalog in catalogs.values():
        text = f"Notice: Compiled catalog for {catalog['name']}\n{json.dumps(catalog)}\n"
        (folder / f"{catalog['name']}.json").write_text(text)

    status = run(["scan", "puppet", str(folder)])

    assert status == 0
    assert run(["paths"]) == 3
    kept = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())
    assert b"hunter2" not in kept
    assert "hunter2" not in "".join(capsys.readouterr())
