# SPDX-License-Identifier: Apache-2.0
"""Users, groups and keys that recipes make.

Expected values: https://docs.chef.io/resources/ and the page of each resource below it.
"""

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import (
    AuthorizedKey,
    HostGroup,
    HostMember,
    HostUser,
    SudoRule,
)
from tests.fakes.chef import RECIPE, of_recipe
from tests.fakes.puppet import ED25519

HASH = "$6$abcdefgh$1234567890123456789012345678901234567890"
KEYS = "/srv/app/.ssh/authorized_keys"


def reasons(found: Facts) -> list[str]:
    return [row.reason for row in found.rows(Unread)]


def test_a_user_has_its_properties_and_its_place() -> None:
    (row,) = of_recipe(
        f"\nuser 'alice' do\n uid 1001\n gid 'staff'\n home '/srv/a'\n shell '/bin/sh'\n"
        f" password '{HASH}'\nend\n"
    ).rows(HostUser)

    assert (row.name, row.uid, row.group, row.home, row.shell) == (
        "alice", 1001, "staff", "/srv/a", "/bin/sh",
    )  # fmt: skip
    assert (row.password, row.source, row.file, row.line) == ("set", "chef", RECIPE, 2)


@pytest.mark.parametrize(
    ("password", "expected"),
    [("password ''", "empty"), ("password '!'", "locked"), ("action [:create, :lock]", "locked"),
     ("uid 1", "unknown"), ("password 'short'", "unknown"), ("password foo", "unknown")],
)  # fmt: skip
def test_a_password_is_told_by_what_it_is(password: str, expected: str) -> None:
    (row,) = of_recipe(f"user 'alice' do\n {password}\nend").rows(HostUser)

    assert row.password == expected


def test_members_of_a_group_are_all_there_are_unless_they_are_appended() -> None:
    found = of_recipe(
        "group 'a' do\n gid 5\n members %w(x y)\nend\n"
        "group 'b' do\n members 'z'\n append true\n excluded_members ['q']\nend\n"
        "group 'c' do\n members foo\nend\n"
    )

    assert [(row.name, row.gid, row.only_told_members) for row in found.rows(HostGroup)] == [
        ("a", 5, True),
        ("b", None, False),
        ("c", None, False),
    ]
    assert [(row.group, row.user, row.state) for row in found.rows(HostMember)] == [
        ("a", "x", "present"),
        ("a", "y", "present"),
        ("b", "z", "present"),
        ("b", "q", "absent"),
    ]
    assert "the members of the group are not known" in reasons(found)


def test_sudo_without_commands_is_for_all_of_them_with_a_password() -> None:
    (row,) = of_recipe("sudo 'a' do\n user 'alice'\nend\n").rows(SudoRule)

    assert (row.commands, row.as_users, row.tags) == (("ALL",), ("ALL",), ())


def test_users_of_a_data_bag_are_made_with_their_groups_and_keys() -> None:
    files: dict[str, object] = {
        "data_bags/users/alice.json": {
            "id": "alice", "uid": 2001, "groups": ["ops"], "home": "/srv/alice",
            "ssh_keys": [f"ssh-ed25519 {ED25519} alice@laptop"], "password": HASH,
        },
        "data_bags/users/bob.json": {"id": "bob", "groups": ["ops"], "action": "remove"},
        "data_bags/users/eve.json": {"id": "eve", "groups": ["dev"]},
    }  # fmt: skip

    found = of_recipe("users_manage 'ops' do\n group_id 9\nend\nusers_manage foo\n", **files)

    assert sorted((row.name, row.uid, row.state) for row in found.rows(HostUser)) == [
        ("alice", 2001, "present"),
        ("bob", None, "absent"),
    ]
    assert ("ops", 9, True) in [
        (row.name, row.gid, row.only_told_members) for row in found.rows(HostGroup)
    ]
    assert [row.user for row in found.rows(HostMember)] == ["alice"]
    assert [(row.user, row.name) for row in found.rows(AuthorizedKey)] == [
        ("alice", "alice@laptop")
    ]


def test_a_key_resource_is_a_key() -> None:
    (row,) = of_recipe(
        f"ssh_authorize_key 'alice@laptop' do\n key '{ED25519}'\n user 'alice'\n"
        " keytype 'ssh-ed25519'\nend\n"
    ).rows(AuthorizedKey)

    assert (row.user, row.type, row.name, row.unknown) == (
        "alice", "ssh-ed25519", "alice@laptop", (),
    )  # fmt: skip
    assert row.fingerprint.startswith("SHA256:")
