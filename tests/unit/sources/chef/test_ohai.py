# SPDX-License-Identifier: Apache-2.0
"""What Ohai saw on a host.

`tests/fakes/ohai.json` is what Ohai 16.13 printed on Debian 12 with the plugins `Passwd` and
`Sysctl`, cut down, with the names of host and kernel replaced.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.host import Host, HostGroup, HostMember, HostUser
from bartizan.model.facts.host_part import HostMount, HostPackage, HostSysctl
from bartizan.sources.chef.ohai import kept
from tests.fakes.chef import facts, node, read

SEEN: dict[str, Any] = json.loads((Path(__file__).parents[3] / "fakes" / "ohai.json").read_text())


def of(automatic: dict[str, Any]) -> Facts:
    return facts({"nodes/web1.json": node("web1", "recipe[app]", automatic=automatic)})


def test_a_host_has_its_names_addresses_and_system() -> None:
    (row,) = of(SEEN).rows(Host)

    assert (row.id, row.source, row.names, row.system, row.release, row.kernel) == (
        "web1", "chef", ("web1",), "Debian", "12", "6.1.0-18-amd64",
    )  # fmt: skip
    assert row.addresses == (
        "127.0.0.1", "192.0.2.2", "::1", "fd00::2", "fe80::fc:ff:fe00:1",
    )  # fmt: skip
    assert (row.environment, row.whole) == ("_default", False)


def test_users_groups_packages_mounts_and_settings_are_told() -> None:
    found = of(SEEN)

    assert [(row.name, row.uid, row.group, row.shell) for row in found.rows(HostUser)] == [
        ("daemon", 1, "1", "/usr/sbin/nologin"),
        ("root", 0, "0", "/bin/bash"),
        ("www-data", 33, "33", "/usr/sbin/nologin"),
    ]
    assert [(row.name, row.gid) for row in found.rows(HostGroup)] == [
        ("adm", 4), ("root", 0), ("shadow", 42),
    ]  # fmt: skip
    assert ("bash", "5.2.15-2+b8") in [(row.name, row.version) for row in found.rows(HostPackage)]
    root = next(row for row in found.rows(HostMount) if row.path == "/")
    assert (root.device, root.type, root.mounted, root.file) == (
        "/dev/vda", "ext4", True, "nodes/web1.json",
    )  # fmt: skip
    assert ("kernel.randomize_va_space", "2") in [
        (row.name, row.value) for row in found.rows(HostSysctl)
    ]


def test_the_machine_of_the_cloud_is_told_by_its_id() -> None:
    ec2 = {"instance_id": "i-0123456789abcdef0", "account_id": "111111111111", "userdata": "pw"}

    (row,) = of({"ec2": ec2}).rows(Host)

    assert (row.instance, row.account) == ("i-0123456789abcdef0", "111111111111")
    (other,) = of({"ec2": {"instance_id": "x", "account_id": "y"}}).rows(Host)
    assert (other.instance, other.account) == ("", "")


def test_members_of_groups_and_older_shapes_are_read() -> None:
    found = of(
        {
            "etc": {"group": {"docker": {"gid": 9, "members": ["alice", 1]}, "odd": None}},
            "filesystem2": {"by_mountpoint": {"/x": {"mount_options": ["ro", "password=y"]}}},
            "packages": {"a": {"version": "1", "release": "2.el9"}, "b": {"version": "hunter 2"}},
            "sysctl": {"kernel.x": "a\tb", "kernel.y": "$$$"},
        }
    )

    assert [(row.group, row.user) for row in found.rows(HostMember)] == [("docker", "alice")]
    assert [row.options for row in found.rows(HostMount)] == [("ro", "password=?")]
    assert [row.version for row in found.rows(HostPackage)] == ["1-2.el9"]
    assert [row.value for row in found.rows(HostSysctl)] == ["a b"]


def test_what_plugins_say_besides_is_not_kept() -> None:
    automatic = SEEN | {"ec2": {"userdata": "hunter2"}, "custom": {"password": "hunter2"}}
    automatic["etc"] = {"passwd": {"a": {"gecos": "hunter2", "dir": "hunter2\n"}}}

    records = read({"nodes/web1.json": node("web1", "app", automatic=automatic)})

    assert "hunter2" not in json.dumps([dict(one.body) for one in records])


@pytest.mark.parametrize(
    "odd",
    [
        {"etc": 1}, {"etc": {"passwd": []}}, {"network": {"interfaces": {"a": 1}}},
        {"kernel": "x"}, {"packages": {"a": 1}}, {"filesystem": {"by_mountpoint": {"/": {}}}},
        {"platform": 5}, {"ec2": []}, {"lsb": {"id": 1}}, {"sysctl": {"a": 1}},
    ],
)  # fmt: skip
def test_shapes_that_ohai_never_writes_are_left_out(odd: dict[str, Any]) -> None:
    assert kept(odd) == {"addresses": []}


def test_a_node_that_never_ran_is_a_host_of_which_nothing_is_known() -> None:
    (row,) = facts({"nodes/a.json": {"name": "a", "run_list": []}}).rows(Host)

    assert (row.id, row.names, row.system, row.addresses) == ("a", (), "", ())
