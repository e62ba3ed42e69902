# SPDX-License-Identifier: Apache-2.0
"""Catalogs from before and after an edit of Puppet's code, judged as a user types it."""

import json
from pathlib import Path
from typing import Any

import pytest

from bartizan.cli.main import run
from tests.e2e.test_host_paths import CODE, cloud, hosts, newest
from tests.fakes.puppet import catalog, resource

ROOT = "/etc/puppetlabs/code/environments/production"
SITE = f"{ROOT}/modules/site/manifests/init.pp"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)


def put(place: Path, *resources: dict[str, Any]) -> str:
    place.write_text(json.dumps(catalog(resource("User", "alice", at=(SITE, 2)), *resources)))
    return place.name


def sudo(text: object, *, line: int = 9) -> dict[str, Any]:
    return resource("File", "/etc/sudoers.d/a", at=(SITE, line), ensure="file", content=text)


ALL = "alice ALL=(ALL) NOPASSWD: ALL\n"
ID = "alice ALL=(ALL) NOPASSWD: /usr/bin/id\n"


def judged(tmp_path: Path, *words: str) -> tuple[int, dict[str, Any]]:
    out = tmp_path / "out.json"
    status = run(["gate", *words, "--format", "json", "--out", str(out)])
    found: dict[str, Any] = json.loads(out.read_bytes())
    return status, found


def test_a_new_line_of_sudo_is_a_new_path_with_its_line(tmp_path: Path) -> None:
    before, after = put(tmp_path / "b.json", sudo(ID)), put(tmp_path / "a.json", sudo(ALL))

    status, found = judged(tmp_path, before, after)

    assert status == 1
    (path,) = found["comparison"]["appeared"]
    assert path["jewel"]["name"] == "root on web1"
    address = "web1/File[/etc/sudoers.d/a]"
    assert found["causes"] == {path["id"]: [address]}
    place = found["places"][address]
    assert (place["file"], place["line"]) == ("modules/site/manifests/init.pp", 9)


def test_a_password_that_is_no_longer_asked_for_is_news(tmp_path: Path) -> None:
    asks = "alice ALL=(ALL) ALL\n"
    before, after = put(tmp_path / "b.json", sudo(asks)), put(tmp_path / "a.json", sudo(ALL))

    assert judged(tmp_path, before, after)[0] == 1
    assert judged(tmp_path, after, before)[1]["comparison"]["gone"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((sudo(ALL),), (sudo(ALL, line=12),)),
        ((sudo(ALL),), (sudo(ID),)),
        ((), (sudo(ID),)),
        ((sudo(ALL),), ()),
        ((), (resource("Package", "vim"),)),
        ((), (resource("Notify", "hello"),)),
        ((), (resource("Profile::Web", "x"),)),
        ((), (resource("User", "carl", at=(SITE, 3)),)),
    ],
    ids=range(8),
)
def test_a_change_that_opens_nothing_is_clean(
    tmp_path: Path, before: tuple[dict[str, Any], ...], after: tuple[dict[str, Any], ...]
) -> None:
    words = put(tmp_path / "b.json", *before), put(tmp_path / "a.json", *after)

    status, found = judged(tmp_path, *words)

    assert (status, found["judgement"], found["comparison"]["appeared"]) == (0, "no-new-path", [])


@pytest.mark.parametrize(
    ("after", "named"),
    [
        (sudo("Deferred({'name' => 'x'})"), "web1/File[/etc/sudoers.d/a]"),
        (sudo(ALL) | {"sensitive_parameters": ["content"]}, "web1/File[/etc/sudoers.d/a]"),
        (resource("User", "bob", at=(SITE, 5), groups="Deferred({})"), "web1/User[bob]"),
        (resource("File", "/usr/local/bin/x", at=(SITE, 5), owner="Deferred({})"),
         "web1/File[/usr/local/bin/x].owner"),
        (resource("Cron", "x", at=(SITE, 5), command="Deferred({})"), "web1/Cron[x].command"),
        (resource("Ini_setting", "x"), "Ini_setting"),
    ],
    ids=range(6),
)  # fmt: skip
def test_what_cannot_be_told_is_named_with_its_line(
    tmp_path: Path, after: dict[str, Any], named: str
) -> None:
    words = put(tmp_path / "b.json"), put(tmp_path / "a.json", after)

    status, found = judged(tmp_path, *words)

    assert (status, found["judgement"]) == (3, "cannot-tell")
    assert named in json.dumps([found["gaps"], found["others"]])


def test_what_was_not_known_before_is_no_news(tmp_path: Path) -> None:
    hidden = sudo("Deferred({})")
    words = put(tmp_path / "b.json", hidden), put(tmp_path / "a.json", hidden)

    assert judged(tmp_path, *words)[0] == 0


def test_folders_hold_the_hosts_of_each_side(tmp_path: Path) -> None:
    for name, text in (("b", ID), ("a", ALL)):
        (tmp_path / name).mkdir()
        put(tmp_path / name / "web1.json", sudo(text))

    status, found = judged(tmp_path, "b", "a")

    assert (status, found["changed"]) == (1, 1)


def test_a_path_that_the_change_closes_is_told(tmp_path: Path) -> None:
    words = put(tmp_path / "b.json", sudo(ALL)), put(tmp_path / "a.json", sudo(ID))

    _, found = judged(tmp_path, *words)

    assert [path["jewel"]["name"] for path in found["comparison"]["gone"]] == ["root on web1"]


def test_over_a_cloud_the_role_of_the_machine_is_part_of_the_path(tmp_path: Path) -> None:
    assert run(["load", str(cloud(tmp_path / "cloud")), "--allow-incomplete"]) == 0
    place = hosts(tmp_path / "hosts", sudo=ID)
    run(["scan", "puppet", str(place), "--over", "latest", "--allow-incomplete"])
    again = hosts(tmp_path / "again", sudo=ALL)

    status, found = judged(tmp_path, str(again), "-s", newest())

    assert status == 1
    lost = {path["jewel"]["name"] for path in found["comparison"]["appeared"]}
    assert lost == {"root on web1", "data of bucket books"}
    assert CODE.rpartition("/")[2] in json.dumps(found["comparison"]["appeared"])


def test_lines_are_those_of_the_code_at_hand(tmp_path: Path) -> None:
    manifest = tmp_path / "control" / "modules/site/manifests/init.pp"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("class site {}\n")
    words = put(tmp_path / "b.json"), put(tmp_path / "a.json", sudo(ALL))
    out = tmp_path / "out.sarif"

    run(["gate", *words, "--source", "control", "--format", "sarif", "--out", str(out)])

    (result,) = json.loads(out.read_text())["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "control/modules/site/manifests/init.pp"
    assert place["region"]["startLine"] == 9


PINNED = "mod 'puppetlabs/stdlib', '9.0.0'\n"


def sides(tmp_path: Path, before: str, after: str, *, catalogs: bool = True) -> tuple[str, str]:
    """Two folders with a Puppetfile each, and with the same catalog beside the code."""
    for name, text in (("before", before), ("after", after)):
        code = tmp_path / name / "code" if catalogs else tmp_path / name
        code.mkdir(parents=True)
        (code / "Puppetfile").write_text(text)
        if catalogs:
            put(tmp_path / name / "web1.json")
    return "before", "after"


def test_a_module_of_no_one_version_is_a_path_from_whoever_publishes_it(tmp_path: Path) -> None:
    words = sides(tmp_path, PINNED, "# modules\nmod 'puppetlabs/stdlib'\n")

    status, found = judged(tmp_path, *words)

    assert status == 1
    (path,) = found["comparison"]["appeared"]
    assert path["entries"][0]["name"] == "whoever publishes the module puppetlabs/stdlib"
    assert path["jewel"]["name"] == "root on web1"
    assert found["causes"] == {path["id"]: ["code/Puppetfile:2"]}
    place = found["places"]["code/Puppetfile:2"]
    assert (place["file"], place["line"]) == ("code/Puppetfile", 2)


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        (PINNED, PINNED.replace("9.0.0", "9.1.0"), 0),
        (PINNED, "\n" + PINNED, 0),
        ("mod 'puppetlabs/stdlib'\n", "\n\nmod 'puppetlabs/stdlib'\n", 0),
        ("mod 'puppetlabs/stdlib'\n", PINNED, 0),
        (PINNED, PINNED + "mod 'own', :local => true\n", 0),
        (PINNED, PINNED + "eval(File.read('x'))\n", 3),
        ("eval(File.read('x'))\n", "eval(File.read('y'))\n", 3),
        ("eval(File.read('x'))\n", "eval(File.read('x'))\n", 0),
    ],
    ids=range(8),
)
def test_a_puppetfile_opens_nothing_else_and_what_it_runs_cannot_be_told(
    tmp_path: Path, before: str, after: str, status: int
) -> None:
    words = sides(tmp_path, before, after)

    assert judged(tmp_path, *words)[0] == status


def test_a_puppetfile_alone_is_judged_over_the_hosts_of_a_snapshot(tmp_path: Path) -> None:
    put(tmp_path / "web1.json")
    assert run(["scan", "puppet", "web1.json", "--allow-incomplete"]) == 0
    words = sides(tmp_path, PINNED, "mod 'puppetlabs/stdlib'\n", catalogs=False)

    assert judged(tmp_path, *words)[0] == 1
    assert judged(tmp_path, "before", "before")[0] == 0


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["gate", *words]) == 2
    return capsys.readouterr().err


def test_what_does_not_go_together_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = put(tmp_path / "b.json"), put(tmp_path / "a.json")
    (tmp_path / "plan.json").write_text('{"format_version": "1.2", "resource_changes": []}')

    assert "before and after" in refused(capsys, one, two, one)
    assert "judge them apart" in refused(capsys, one, "plan.json")
    assert "given for Terraform" in refused(capsys, one, two, "--account", "aws=111111111111")
    assert "no snapshot" in refused(capsys, one)
    assert "no such file" in refused(capsys, one, "none.json").lower()


def test_a_damaged_catalog_is_named_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = put(tmp_path / "b.json"), put(tmp_path / "a.json")
    Path(one).write_text(Path(one).read_text()[:80])

    for words in ((one, two), (two, one), (one, one)):
        told = refused(capsys, *words)
        assert told.startswith("error[input]: no JSON")
        assert f"{one}:1:" in told


def test_code_without_hosts_and_catalogs_inside_code_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = sides(tmp_path, PINNED, "mod 'puppetlabs/stdlib'\n", catalogs=False)
    assert "so no host is known" in refused(capsys, *words)

    (tmp_path / "after" / "catalogs").mkdir()
    put(tmp_path / "after" / "catalogs" / "web1.json")
    told = refused(capsys, *words)
    assert "below a folder of code" in told
    assert "after/catalogs/web1.json" in told


def test_there_is_no_edit_of_puppet_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = put(tmp_path / "b.json"), put(tmp_path / "a.json", sudo(ALL))

    assert run(["gate", *words, "--source", ".", "--fix"]) == 1
    assert "no edit of this code closes" in capsys.readouterr().err
