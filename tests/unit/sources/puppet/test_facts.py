# SPDX-License-Identifier: Apache-2.0
"""What resources of each type say of a host."""

from typing import Any

import pytest

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import AuthorizedKey, Host, HostGroup, HostMember, HostUser
from bartizan.model.facts.host_part import (
    HostFile,
    HostJob,
    HostMount,
    HostPackage,
    HostRule,
    HostService,
    HostSysctl,
)
from tests.fakes.puppet import ED25519, facts, resource

DEFERRED = "Deferred({'name' => 'x'})"


def user(**given: Any) -> HostUser:  # noqa: ANN401 - JSON
    (found,) = facts(resource("User", "alice", **given)).rows(HostUser)
    return found


def file(title: str = "/srv/x", /, **given: Any) -> HostFile:  # noqa: ANN401 - JSON
    (found,) = facts(resource("File", title, **given)).rows(HostFile)
    return found


def job(type_: str, title: str = "x", /, **given: Any) -> HostJob:  # noqa: ANN401 - JSON
    (found,) = facts(resource(type_, title, **given)).rows(HostJob)
    return found


def test_a_row_says_where_it_is_written() -> None:
    (found,) = facts(resource("User", "alice", at=("/code/a.pp", 12))).rows(HostUser)

    assert (found.host, found.source, found.file, found.line) == (
        "web1",
        "puppet",
        "/code/a.pp",
        12,
    )


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ({"ensure": "present"}, "present"),
        ({}, "present"),
        ({"ensure": "absent"}, "absent"),
        ({"ensure": DEFERRED}, "unknown"),
        ({"ensure": "present", "noop": True}, "unknown"),
    ],
)
def test_a_user_is_there_as_puppet_says(given: dict[str, Any], state: str) -> None:
    assert user(**given).state == state


def test_numbers_of_users_may_be_written_as_text() -> None:
    assert (user(uid="0").uid, user(uid=5).uid, user(uid="x").uid) == (0, 5, None)


def test_a_value_that_is_worked_out_later_is_named() -> None:
    found = user(uid=DEFERRED, shell=DEFERRED, password=DEFERRED)

    assert found.unknown == ("password", "shell", "uid")
    assert (found.uid, found.password) == (None, "unknown")


@pytest.mark.parametrize(
    ("password", "said"),
    [("$6$aaaaaaaa$bbbbbbbbbbbb", "set"), ("!", "locked"), ("", "empty"), ("!old", "unknown")],
)
def test_passwords_are_told_apart_without_being_kept(password: str, said: str) -> None:
    assert user(password=password).password == said


def test_a_sensitive_password_may_be_no_password() -> None:
    hidden = resource("User", "alice", hidden=("password",), password="")

    (found,) = facts(hidden).rows(HostUser)

    assert found.password == "empty"


def test_groups_of_a_user_are_members_and_may_be_all() -> None:
    found = facts(resource("User", "alice", groups=["sudo", "docker"], membership="inclusive"))

    assert [(row.group, row.user) for row in found.rows(HostMember)] == [
        ("sudo", "alice"),
        ("docker", "alice"),
    ]
    assert found.rows(HostUser)[0].only_told_groups


def test_groups_that_are_worked_out_later_are_unread() -> None:
    found = facts(resource("User", "alice", groups=DEFERRED, membership="inclusive"))

    assert not found.rows(HostUser)[0].only_told_groups
    assert "web1/User[alice]" in {row.resource for row in found.rows(Unread)}


def test_members_of_a_group_are_read() -> None:
    found = facts(resource("Group", "adm", gid=4, members="bob", auth_membership=True))

    assert found.rows(HostGroup)[0].only_told_members
    assert found.rows(HostGroup)[0].gid == 4
    assert [row.user for row in found.rows(HostMember)] == ["bob"]


def test_keys_that_are_purged_are_all_that_are_told() -> None:
    assert user(purge_ssh_keys=True).only_told_keys
    assert user(purge_ssh_keys=["%h/.ssh/a"]).only_told_keys
    assert not user(purge_ssh_keys=False).only_told_keys
    assert not user().only_told_keys


def test_a_key_is_told_with_its_options() -> None:
    given: dict[str, Any] = {
        "user": "bob",
        "type": "ed25519",
        "key": ED25519,
        "options": ["no-pty", 'from="a"'],
    }

    (found,) = facts(resource("Ssh_authorized_key", "bob@x", **given)).rows(AuthorizedKey)

    assert (found.user, found.type, found.name) == ("bob", "ssh-ed25519", "bob@x")
    assert found.fingerprint.startswith("SHA256:")
    assert found.options == ("no-pty", 'from="a"')


@pytest.mark.parametrize(
    ("written", "kind", "mode"),
    [
        ("0644", "file", 0o644),
        ("4755", "file", 0o4755),
        ("644", "directory", 0o755),
        ("0640", "directory", 0o750),
        ("u+w", "file", None),
        ("0999", "file", None),
    ],
)
def test_modes_are_numbers_and_directories_can_be_searched(
    written: str, kind: str, mode: int | None
) -> None:
    assert file(ensure=kind, mode=written).mode == mode


def test_a_link_is_told_in_two_ways() -> None:
    for given in ({"ensure": "link", "target": "/a"}, {"ensure": "/a"}):
        assert (file(**given).kind, file(**given).target) == ("link", "/a")


def test_a_path_is_the_title_unless_it_is_said() -> None:
    assert file("/srv//x/", ensure="directory").path == "/srv/x"
    assert file("name", path="/srv/y", content="").path == "/srv/y"


@pytest.mark.parametrize(
    ("given", "content", "origin"),
    [
        ({"content": "x"}, "told", ""),
        ({"source": "puppet:///modules/a/b"}, "elsewhere", "puppet:///modules/a/b"),
        ({"ensure": "file"}, "unknown", ""),
        ({"content": DEFERRED}, "unknown", ""),
    ],
)
def test_where_content_comes_from_is_told(
    given: dict[str, Any], content: str, origin: str
) -> None:
    assert (file(**given).content, file(**given).origin) == (content, origin)


def test_what_puppet_only_changes_may_not_be_there() -> None:
    assert [file(mode="0644").state, file(content="x").state] == ["unknown", "present"]
    assert [file(ensure="absent").state, file(ensure=False).state] == ["absent", "absent"]


def test_credentials_in_content_are_told_by_kind_and_key_id() -> None:
    content = "key=AKIAIOSFODNN7EXAMPLE\nsecret=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n"

    assert file(content=content).secrets == ("aws-secret-access-key",)
    assert file(content=content).access_keys == ("AKIAIOSFODNN7EXAMPLE",)
    assert file(content="hello").secrets == ()


def test_a_directory_that_is_purged_holds_what_is_told() -> None:
    both = file("/etc/sudoers.d", ensure="directory", recurse=True, purge=True)

    assert (both.inside, both.only_told) == (True, True)
    assert not file("/etc/sudoers.d", ensure="directory", purge=True).only_told


def test_jobs_are_told_with_their_times_users_and_paths() -> None:
    found = job("Cron", command="/opt/x /srv/y", minute=["0", "30"], hour=2, user="app")

    assert (found.schedule, found.user) == ("0,30 2 * * *", "app")
    assert (found.paths, found.conditional, found.unknown) == (("/opt/x", "/srv/y"), False, ())
    assert job("Cron", command="/x", special="daily").schedule == "@daily"


def test_commands_that_puppet_runs_are_root_s_unless_they_say_so() -> None:
    assert job("Exec", "/bin/x /srv/y").user == "root"
    assert job("Exec", "/bin/x /srv/y").paths == ("/bin/x", "/srv/y")
    assert job("Exec", command="/bin/x", user="app").user == "app"


@pytest.mark.parametrize(
    "given", [{"refreshonly": True}, {"unless": "/x"}, {"onlyif": "/x"}, {"creates": "/x"}]
)
def test_a_command_with_a_condition_says_so(given: dict[str, Any]) -> None:
    assert job("Exec", "/bin/x", **given).conditional


def test_a_word_that_was_left_out_makes_the_command_unknown() -> None:
    assert job("Exec", "/bin/x hunter2").unknown == ("command",)


def test_scripts_in_the_folders_of_cron_are_jobs_of_root() -> None:
    found = job("File", "/etc/cron.daily/backup", content="x")
    dotted = job("File", "/etc/cron.daily/backup.sh", content="x")

    assert (found.user, found.schedule, found.paths) == (
        "root",
        "@daily",
        ("/etc/cron.daily/backup",),
    )
    assert (found.state, dotted.state) == ("present", "unknown")


def test_services_run_and_start() -> None:
    rows = facts(
        resource("Service", "a", ensure="running", enable=True),
        resource("Service", "b", ensure=False, enable="mask"),
        resource("Service", "c", enable="manual"),
        resource("Service", "d", ensure=DEFERRED),
    ).rows(HostService)

    assert [(row.running, row.enabled, row.state) for row in rows] == [
        (True, True, "present"),
        (False, False, "absent"),
        (None, None, "present"),
        (None, None, "present"),
    ]
    assert rows[3].unknown == ("running",)


def test_packages_have_versions() -> None:
    rows = facts(
        resource("Package", "a", ensure="1.2-3", provider="pip"),
        resource("Package", "b", ensure="latest"),
        resource("Package", "c"),
        resource("Package", "d", ensure="purged"),
    ).rows(HostPackage)

    assert [(row.version, row.manager, row.state) for row in rows] == [
        ("1.2-3", "pip", "present"),
        ("latest", "", "present"),
        ("", "", "present"),
        ("", "", "absent"),
    ]


def test_mounts_have_options() -> None:
    (found,) = facts(
        resource("Mount", "/mnt/x", ensure="mounted", device="tmpfs", fstype="tmpfs",
                 options="nosuid,nodev")
    ).rows(HostMount)  # fmt: skip

    assert (found.path, found.device, found.options) == ("/mnt/x", "tmpfs", ("nosuid", "nodev"))
    assert found.mounted is True


def test_settings_of_the_kernel_are_named_by_either_module() -> None:
    rows = facts(
        resource("Sysctl", "a.b", val="1"),
        resource("Sysctl", "a.c", value=2),
        resource("File", "/etc/sysctl.d/x.conf", content="a/d = 3\n"),
    ).rows(HostSysctl)

    assert sorted((row.name, row.value) for row in rows) == [
        ("a.b", "1"),
        ("a.c", "2"),
        ("a.d", "3"),
    ]


def test_rules_of_the_packet_filter_are_told_with_what_narrows_them() -> None:
    (rule, chain, native) = facts(
        resource("Firewall", "100 ssh", proto="tcp", dport=[22, "8000-8010"], action="accept",
                 source="10.0.0.0/8", state=["NEW"]),
        resource("Firewallchain", "INPUT:filter:IPv6", policy="drop"),
        resource("Nftables::Rule", "default_in-ssh", content="tcp dport 22 accept"),
    ).rows(HostRule)  # fmt: skip

    assert (rule.chain, rule.family, rule.action, rule.ports) == (
        "INPUT", "ipv4", "accept", ("22", "8000-8010"),
    )  # fmt: skip
    assert (rule.sources, rule.others) == (("10.0.0.0/8",), ("state",))
    assert (chain.default, chain.chain, chain.family, chain.action) == (
        True, "INPUT", "ipv6", "drop",
    )  # fmt: skip
    assert (native.chain, "ports" in native.unknown) == ("default_in", True)


def test_names_of_the_newer_firewall_module_are_read() -> None:
    (found,) = facts(resource("Firewall", "1 x", jump="REJECT", protocol="IPv6")).rows(HostRule)

    assert (found.action, found.family) == ("reject", "ipv6")


def test_what_is_exported_is_not_on_this_host_and_stays_visible() -> None:
    found = facts(resource("Ssh_authorized_key", "k", exported=True, user="root", key=ED25519))

    assert found.rows(AuthorizedKey) == ()
    assert [row.code for row in found.rows(Unread)] == ["not-understood"]


def test_what_is_virtual_is_nowhere() -> None:
    assert facts(resource("User", "a") | {"virtual": True}).rows(HostUser) == ()


def test_a_catalog_never_tells_of_the_whole_host() -> None:
    (host,) = facts().rows(Host)

    assert not host.whole
