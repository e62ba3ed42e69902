# SPDX-License-Identifier: Apache-2.0
"""Changes of manifests that Puppet itself compiled, each with one that looks alike."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bartizan.cli.main import run
from bartizan.model.facts import TABLES
from bartizan.model.facts.gap import Unread
from bartizan.model.record import RecordList
from bartizan.sources.puppet.normalise import PuppetNormaliser
from tests.fakes.puppet import ED25519, read
from tests.fakes.puppet_compiler import Manifest, compiled, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "-")

BASE = """
user { 'ann': ensure => present, shell => '/bin/bash' }
file { '/usr/local/bin/job': ensure => file, content => 'x', owner => 'root', mode => '0755' }
cron { 'job': command => '/usr/local/bin/job -q', user => 'root' }
"""


def _sudo(rule: str) -> str:
    return f"file {{ '/etc/sudoers.d/ann': content => '{rule}\n', mode => '0440' }}"


_OWN = "file { '/opt/own': ensure => file, content => 'x', owner => 'ann', mode => '0755' }"
_APP = "file { '/srv/app': ensure => directory, owner => 'ann', mode => '0755' }"
_UNIT = "'/etc/systemd/system/x.service': ensure => file, content => 'x'"
CHANGES: Mapping[str, tuple[str, str]] = {
    "sudo": (_sudo("ann ALL=(ALL) NOPASSWD: ALL"), _sudo("ann ALL=(ALL) NOPASSWD: /usr/bin/id")),
    "sudo of a pager": (
        _sudo("ann ALL=(root) NOPASSWD: /usr/bin/less /var/log/syslog"),
        _sudo('ann ALL=(root) NOPASSWD: /usr/bin/find ""'),
    ),
    "group": (
        "user { 'bob': ensure => present, groups => ['docker'] }",
        "user { 'bob': ensure => present, groups => ['users'] }",
    ),
    "member": (
        "group { 'lxd': ensure => present, members => ['ann'] }",
        "group { 'web': ensure => present, members => ['ann'] }",
    ),
    "set-user-id": (
        "file { '/usr/bin/find': ensure => file, owner => 'root', mode => '4755' }",
        "file { '/usr/bin/find': ensure => file, owner => 'root', mode => '0755' }",
    ),
    "job": (
        f"{_OWN} cron {{ 'own': command => '/opt/own', user => 'root' }}",
        f"{_OWN} cron {{ 'own': command => '/opt/own', user => 'ann' }}",
    ),
    "unit": (f"file {{ {_UNIT}, owner => 'ann' }}", f"file {{ {_UNIT}, owner => 'root' }}"),
    "second root": (
        "user { 'toor': ensure => present, uid => 0, allowdupe => true }",
        "user { 'toor': ensure => present, uid => 1999 }",
    ),
    "key of root": (
        f"ssh_authorized_key {{ 'k': user => 'root', type => 'ssh-ed25519', key => '{ED25519}' }}",
        f"ssh_authorized_key {{ 'k': user => 'ann', type => 'ssh-ed25519', key => '{ED25519}' }}",
    ),
    "exec": (
        f"{_APP} exec {{ '/srv/app/bin/update': }}",
        f"{_APP} exec {{ '/usr/bin/true /srv/app/bin/update': }}",
    ),
}
"""What is added to the manifest: what opens a way to root, and what looks alike."""


@pytest.fixture(scope="module")
def catalogs(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, dict[str, Any]]:
    """Compile all manifests in one process; each is said to be of the same node."""
    folder = tmp_path_factory.mktemp("puppet")
    texts = {"base": BASE}
    for name, (opens, alike) in CHANGES.items():
        texts |= {f"{name}+": BASE + opens, f"{name}-": BASE + alike}
    asked = []
    for number, text in enumerate(texts.values()):
        place = folder / str(number) / "site.pp"
        place.parent.mkdir()
        place.write_text(text)
        asked.append(Manifest(file=place))
    made = compiled(asked, folder)
    named = [one | {"name": "web1.example.org"} for one in made]
    return dict(zip(texts, named, strict=True))


def judged(
    tmp_path: Path, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[int, dict[str, Any]]:
    for name, catalog in (("before", before), ("after", after)):
        (tmp_path / f"{name}.json").write_text(json.dumps(catalog))
    out = tmp_path / "out.json"
    words = [str(tmp_path / "before.json"), str(tmp_path / "after.json"), "--out", str(out)]
    status = run(["gate", *words, "--format", "json"])
    found: dict[str, Any] = json.loads(out.read_bytes())
    return status, found


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))


@pytest.mark.parametrize("name", CHANGES)
def test_what_opens_a_way_to_root_is_caught_at_its_line(
    name: str, tmp_path: Path, catalogs: Mapping[str, dict[str, Any]]
) -> None:
    status, found = judged(tmp_path, catalogs["base"], catalogs[f"{name}+"])

    assert (status, found["judgement"]) == (1, "new-paths")
    assert found["comparison"]["appeared"][0]["jewel"]["name"] == "root on web1.example.org"
    assert {place["line"] for place in found["places"].values()} & {5, 6}


@pytest.mark.parametrize("name", CHANGES)
def test_what_looks_alike_opens_nothing(
    name: str, tmp_path: Path, catalogs: Mapping[str, dict[str, Any]]
) -> None:
    status, found = judged(tmp_path, catalogs["base"], catalogs[f"{name}-"])

    assert (status, found["judgement"]) == (0, "no-new-path")


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_taken_back_is_told_as_closed(
    name: str, tmp_path: Path, catalogs: Mapping[str, dict[str, Any]]
) -> None:
    status, found = judged(tmp_path, catalogs[f"{name}+"], catalogs["base"])

    assert status == 0
    assert found["comparison"]["gone"]


def stored(catalog: Mapping[str, Any]) -> dict[str, Any]:
    """Return a catalog as PuppetDB answers it."""
    return {
        "certname": catalog["name"],
        "version": str(catalog["version"]),
        "environment": catalog["environment"],
        "resources": {
            "data": [
                {**one, "certname": catalog["name"], "resource": "0" * 40}
                for one in catalog["resources"]
            ]
        },
        "edges": {"data": []},
    }


@pytest.mark.parametrize("name", CHANGES)
def test_puppetdb_and_the_compiler_tell_the_same(
    name: str, catalogs: Mapping[str, dict[str, Any]]
) -> None:
    def facts(content: Any) -> list[Any]:  # noqa: ANN401 - JSON
        made = PuppetNormaliser()(RecordList(read(content)))
        return [made.rows(table) for table in TABLES if table is not Unread]

    assert facts(stored(catalogs[f"{name}+"])) == facts(catalogs[f"{name}+"])
