# SPDX-License-Identifier: Apache-2.0
"""Sudoers files, form by form."""

import pytest

from bartizan.model.sudoers import (
    Default,
    Entry,
    Include,
    Rule,
    Unreadable,
    aliases,
    is_read,
    read,
    unresolved,
)


def entries(text: str) -> list[Entry]:
    return list(read(text, aliases([text])))


def rule(text: str) -> Rule:
    (found,) = entries(text)
    assert isinstance(found, Rule)
    return found


def test_a_rule_that_names_nobody_runs_as_root() -> None:
    assert rule("alice web = /bin/ls /tmp") == Rule(
        users=("alice",),
        hosts=("web",),
        as_users=("root",),
        as_groups=(),
        commands=("/bin/ls /tmp",),
        tags=(),
    )


def test_a_rule_that_names_groups_alone_runs_as_the_caller() -> None:
    found = rule("alice ALL=(:adm) ALL")

    assert (found.as_users, found.as_groups) == ((), ("adm",))


def test_whom_and_tags_hold_for_what_follows() -> None:
    first, second, third = entries(
        "a ALL=(www) NOPASSWD: NOEXEC: /bin/x, /bin/y, (root) PASSWD: ALL"
    )

    assert isinstance(first, Rule)
    assert isinstance(second, Rule)
    assert isinstance(third, Rule)
    assert (second.as_users, second.tags) == (first.as_users, first.tags)
    assert first.tags == ("NOEXEC", "NOPASSWD")
    assert (third.as_users, third.tags) == (("root",), ("NOEXEC", "PASSWD"))


def test_each_group_of_hosts_begins_anew() -> None:
    first, second = entries("a web=(www) NOPASSWD: /bin/x : db, !db2=/bin/y")

    assert isinstance(first, Rule)
    assert isinstance(second, Rule)
    assert (second.hosts, second.as_users, second.tags) == (("db", "!db2"), ("root",), ())


def test_aliases_are_replaced_and_denied_item_by_item() -> None:
    commands = "Cmnd_Alias SH = /bin/sh, !/bin/dash : MORE = SH, /bin/more"
    text = f"{commands}\nUser_Alias A = bob, %ops\nA ALL = !MORE"

    found = rule(text)

    assert found.users == ("bob", "%ops")
    assert found.commands == ("!/bin/sh", "/bin/dash", "!/bin/more")


def test_aliases_of_one_kind_are_none_of_another() -> None:
    found = rule("Host_Alias ADMINS = web\nADMINS ALL = ALL")

    assert found.users == ("ADMINS",)
    assert unresolved(found.users)
    assert not unresolved(("ALL", "!ALL", "alice", "%OPS"))


def test_aliases_in_a_circle_or_of_endless_size_keep_their_names() -> None:
    circle = rule("User_Alias A = B : B = A\nA ALL = ALL")
    bomb = "\n".join(f"User_Alias A{n} = A{n + 1}, A{n + 1}" for n in range(40))

    assert circle.users == ("A",)
    burst = rule(f"{bomb}\nUser_Alias A40 = x\nA0 ALL = ALL").users
    assert unresolved(burst)
    assert len(burst) < 10_000


@pytest.mark.parametrize(
    ("written", "users"),
    [
        ("#1000", ("#1000",)),
        ("%#100", ("%#100",)),
        ('"%domain users"', ("%domain users",)),
        (r"%domain\ users", ("%domain users",)),
        ("!!alice, ! bob", ("alice", "!bob")),
        ("+netgroup", ("+netgroup",)),
    ],
)
def test_users_are_spelled_in_many_ways(written: str, users: tuple[str, ...]) -> None:
    assert rule(f"{written} ALL = ALL").users == users


def test_comments_continued_lines_options_and_digests_are_read() -> None:
    found = rule('# all\na ALL = \\\n CWD=/tmp sha256:aGk= /bin/x "y z" # b')

    assert found.commands == ('/bin/x "y z"',)
    assert found.tags == ("CWD=/tmp",)


def test_what_is_escaped_in_a_command_parts_nothing() -> None:
    assert rule(r"a ALL = /bin/x a\,b\:c\=d\\e \*").commands == (r"/bin/x a,b:c=d\e \*",)


def test_settings_are_told_apart_with_whom_they_are_for() -> None:
    assert entries('Defaults env_keep += "A B", !authenticate\nDefaults:alice,bob targetpw') == [
        Default(scope="", setting='env_keep += "A B"'),
        Default(scope="", setting="!authenticate"),
        Default(scope=":alice,bob", setting="targetpw"),
    ]


def test_includes_are_told() -> None:
    assert entries("@includedir /etc/sudoers.d\n#include /etc/other") == [
        Include(path="/etc/sudoers.d"),
        Include(path="/etc/other"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "garbage",
        "a ALL",
        "a ALL =",
        "a ALL = ,",
        "a ALL = x = y",
        'a ALL = "x',
        'a ALL = "/bin/x y"',
        "a ALL = !",
        "a ALL = x : y",
        "x" * 30_000,
    ],
)
def test_a_line_that_is_nothing_is_told_by_its_number(line: str) -> None:
    assert entries(f"\n{line}\n") == [Unreadable(line=2)]


def test_files_with_a_dot_or_a_tilde_are_not_read() -> None:
    assert [is_read(name) for name in ("a", "10_x", "a.conf", "a~")] == [True, True, False, False]
