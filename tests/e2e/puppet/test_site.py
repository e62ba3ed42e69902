# SPDX-License-Identifier: Apache-2.0
"""A whole site: nodes, roles, profiles, templates, data in Hiera. Its catalogs are what
`puppet catalog compile` writes, with notices before them.
"""

import json
import subprocess
from pathlib import Path

import pytest

from bartizan.app import wiring
from bartizan.cli.main import run
from bartizan.model.facts import Facts
from bartizan.model.facts.host import AuthorizedKey, HostMember, HostUser, SudoRule
from bartizan.model.facts.host_part import HostFile, HostJob
from bartizan.model.table import Row
from tests.fakes.puppet import ED25519
from tests.fakes.puppet_compiler import MODULES, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "-")

WEB, DB = "web1.example.org", "db1.example.org"
SITE = {
    "site.pp": """
node 'web1.example.org' {
  notice('a web server')
  include role::web
}
node default { include role::plain }
""",
    "modules/role/manifests/plain.pp": "class role::plain {\n  include profile::base\n}\n",
    "modules/role/manifests/web.pp": """
class role::web {
  include profile::base
  class { 'profile::app': require => Class['profile::base'] }
}
""",
    "modules/profile/manifests/base.pp": """
class profile::base(Hash $people = {}, Array $admins = [], String $root_password = '!') {
  $people.each |$name, $told| {
    profile::person { $name: * => $told }
  }
  file { '/etc/sudoers.d/admins':
    mode    => '0440',
    content => epp('profile/sudoers.epp', { 'admins' => $admins }),
  }
  user { 'root': password => Sensitive($root_password) }
}
""",
    "modules/profile/manifests/person.pp": """
define profile::person(Integer $uid, Optional[String] $key = undef, Array $groups = []) {
  user { $title:
    ensure => present,
    uid    => $uid,
    groups => $groups,
  }
  if $key {
    ssh_authorized_key { "${title}@site":
      user => $title, type => 'ssh-ed25519', key => $key,
    }
  }
}
""",
    "modules/profile/manifests/app.pp": """
class profile::app {
  file { '/srv/app/job':
    ensure => file,
    owner  => 'app',
    mode   => '0755',
    source => 'puppet:///modules/profile/job',
  }
  -> cron { 'job': command => '/srv/app/job', user => 'root', hour => 3 }
}
""",
    "modules/profile/templates/sudoers.epp": """<%- | Array $admins | -%>
# <%= $facts['place'] %>
<% $admins.each |$name| { -%>
<%= $name %> ALL=(ALL) NOPASSWD: ALL
<% } -%>
""",
    "hiera.yaml": """
version: 5
defaults: {datadir: data, data_hash: yaml_data}
hierarchy:
  - {name: place, path: "place/%{facts.place}.yaml"}
  - {name: all, path: common.yaml}
""",
    "data/common.yaml": f"""
lookup_options:
  profile::base::people: {{merge: deep}}
  profile::base::admins: {{merge: unique}}
profile::base::admins: [ann]
profile::base::root_password: $6$aaaaaaaa$hunter2hunter2
profile::base::people:
  ann: {{uid: 1001, key: '{ED25519}'}}
""",
    "data/place/front.yaml": """
profile::base::admins: [bob]
profile::base::people:
  bob: {uid: 1002, groups: [docker]}
  ann: {groups: [adm]}
""",
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the site, and compile two of its nodes as a user does."""
    place = tmp_path_factory.mktemp("site")
    for name, text in SITE.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    (place / "catalogs").mkdir()
    for name, where in ((WEB, "front"), (DB, "back")):
        told = place / "var/yaml/facts" / f"{name}.yaml"
        told.parent.mkdir(parents=True, exist_ok=True)
        told.write_text(
            f"--- !ruby/object:Puppet::Node::Facts\nname: {name}\nvalues:\n  place: {where}\n"
        )
        words = [
            "puppet", "catalog", "compile", name, "--manifest", str(place / "site.pp"),
            "--modulepath", f"{place}/modules:{MODULES}", "--hiera_config", f"{place}/hiera.yaml",
            "--render-as", "json", "--vardir", f"{place}/var", "--confdir", f"{place}/conf",
            "--facts_terminus", "yaml",
        ]  # fmt: skip
        with (place / "catalogs" / f"{name}.json").open("wb") as out:
            subprocess.run(words, stdout=out, check=True, timeout=300)
    return place


@pytest.fixture
def found(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Facts:
    """Return what a scan of the catalogs leaves."""
    monkeypatch.setenv("BARTIZAN_HOME", str(tmp_path / "home"))
    assert run(["scan", "puppet", str(site / "catalogs"), "--allow-incomplete"]) == 0
    return wiring.store().open("latest").facts()


def test_notices_stand_before_the_catalog(site: Path) -> None:
    text = (site / "catalogs/web1.example.org.json").read_bytes()

    assert b"a web server" in text.partition(b"{")[0]


def test_data_of_each_node_decides_what_is_on_it(found: Facts) -> None:
    users = {(row.host, row.name, row.uid) for row in found.rows(HostUser) if row.name != "root"}
    members = {(row.host, row.group, row.user) for row in found.rows(HostMember)}
    keys = {(row.host, row.user) for row in found.rows(AuthorizedKey)}
    rules = {(row.host, *row.users) for row in found.rows(SudoRule)}

    # By Hiera's documentation: `deep` joins the hashes of both levels, `unique` the arrays.
    assert users == {(DB, "ann", 1001), (WEB, "ann", 1001), (WEB, "bob", 1002)}
    assert members == {(WEB, "adm", "ann"), (WEB, "docker", "bob")}
    assert keys == {(DB, "ann"), (WEB, "ann")}
    assert rules == {(DB, "ann"), (WEB, "bob"), (WEB, "ann")}


def test_what_is_told_stands_where_the_code_declares_it(site: Path, found: Facts) -> None:
    def places(table: type[Row]) -> set[tuple[str, int]]:
        return {
            (Path(str(row.file)).relative_to(site / "modules").as_posix(), row.line)  # type: ignore[attr-defined]  # all rows of hosts have a place
            for row in found.rows(table)
        }

    assert places(HostUser) == {
        ("profile/manifests/person.pp", 3), ("profile/manifests/base.pp", 10),
    }  # fmt: skip
    assert places(AuthorizedKey) == {("profile/manifests/person.pp", 9)}
    assert places(SudoRule) == {("profile/manifests/base.pp", 6)}
    assert places(HostJob) == {("profile/manifests/app.pp", 9)}
    assert places(HostFile) == {
        ("profile/manifests/app.pp", 3), ("profile/manifests/base.pp", 6),
    }  # fmt: skip


def test_secrets_of_the_data_are_kept_nowhere(found: Facts, tmp_path: Path) -> None:
    kept = b"".join(path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file())

    assert {row.password for row in found.rows(HostUser) if row.name == "root"} == {"set"}
    assert b"hunter2" not in kept


def test_what_ann_may_do_leads_to_root(found: Facts, tmp_path: Path) -> None:
    out = tmp_path / "paths.json"

    ends = ("--from", f"run-code:ann@{DB}", "--to", f"run-code:root@{DB}")
    run(["paths", *ends, "--format", "json", "--out", str(out)])

    assert found.rows(SudoRule)
    (path,) = json.loads(out.read_bytes())["paths"]
    assert [step["technique"] for step in path["steps"]] == ["sudo"]
