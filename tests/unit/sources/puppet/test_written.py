# SPDX-License-Identifier: Apache-2.0
"""What the text of files says of a host."""

from typing import Any

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import AuthorizedKey, SudoDefault, SudoRule
from bartizan.model.facts.host_part import HostJob
from tests.fakes.puppet import ED25519, HOMES, ROOT, facts, resource

ALL = "alice ALL=(ALL) NOPASSWD: ALL\n"


def sudo(*resources: dict[str, Any]) -> tuple[SudoRule, ...]:
    return facts(*resources).rows(SudoRule)


def gaps(found: Facts) -> list[str]:
    return [row.reason for row in found.rows(Unread)]


def test_a_rule_is_told_with_its_file_and_its_place_in_the_code() -> None:
    (found,) = sudo(resource("File", "/etc/sudoers.d/a", at=("a.pp", 3), content=ALL))

    assert (found.path, found.order, found.file, found.line) == ("/etc/sudoers.d/a", 0, "a.pp", 3)
    assert (found.users, found.commands, found.tags) == (("alice",), ("ALL",), ("NOPASSWD",))
    assert (found.state, found.unknown) == ("present", ())


def test_aliases_of_one_file_hold_in_the_others() -> None:
    (found,) = sudo(
        resource("File", "/etc/sudoers.d/z", content="User_Alias OPS = bob\n"),
        resource("File", "/etc/sudoers.d/a", content="OPS ALL=ALL\n"),
    )

    assert found.users == ("bob",)


def test_a_name_that_no_file_defines_is_unknown() -> None:
    (found,) = sudo(resource("File", "/etc/sudoers.d/a", content="OPS ALL=ALL\n"))

    assert found.unknown == ("users",)


def test_settings_and_rules_share_one_order() -> None:
    content = f"Defaults !authenticate\n{ALL}Defaults:bob targetpw\n"

    found = facts(resource("File", "/etc/sudoers", content=content))

    assert [(row.order, row.scope) for row in found.rows(SudoDefault)] == [(0, ""), (2, ":bob")]
    assert [row.order for row in found.rows(SudoRule)] == [1]


def test_files_that_sudo_does_not_read_say_nothing() -> None:
    assert sudo(resource("File", "/etc/sudoers.d/a.conf", content=ALL)) == ()
    assert sudo(resource("File", "/etc/sudoers.d/a", ensure="absent", content=ALL)) == ()
    assert sudo(resource("File", "/srv/sudoers", content=ALL)) == ()


@pytest.mark.parametrize(
    "given",
    [
        {"source": "puppet:///modules/a/b"},
        {"ensure": "file"},
        {"content": "Deferred({'name' => 'x'})"},
        {"content": "{md5}0123456789abcdef"},
    ],
)
def test_a_file_whose_text_is_not_told_stays_visible(given: dict[str, Any]) -> None:
    found = facts(resource("File", "/etc/sudoers.d/a", **given))

    assert found.rows(SudoRule) == ()
    assert len(gaps(found)) == 1


def test_a_sensitive_text_stays_visible() -> None:
    found = facts(resource("File", "/etc/sudoers.d/a", hidden=("content",), content=ALL))

    assert found.rows(SudoRule) == ()
    assert len(gaps(found)) == 1


def test_lines_that_are_no_rules_and_other_includes_stay_visible() -> None:
    content = "garbage\n@include /srv/x\n@includedir /etc/sudoers.d\n"

    assert gaps(facts(resource("File", "/etc/sudoers", content=content))) == [
        "line 1 of what `/etc/sudoers` says is no rule",
        "`/etc/sudoers` includes `/srv/x`",
    ]


def test_parts_are_put_together_in_their_order_and_added_lines_come_last() -> None:
    rows = sudo(
        resource("File_line", "x", path="/etc/sudoers", line="c ALL=ALL"),
        resource("Concat_fragment", "b", target="/etc/sudoers", order="20", content="b ALL=ALL\n"),
        resource("Concat_fragment", "a", target="/etc/sudoers", order="10", content="a ALL=ALL\n"),
        resource("Concat_file", "/etc/sudoers"),
    )

    assert [(row.users, row.order) for row in rows] == [(("a",), 0), (("b",), 1), (("c",), 2)]


def test_a_line_that_is_taken_away_is_absent() -> None:
    (found,) = sudo(
        resource("File_line", "x", ensure="absent", path="/etc/sudoers", line="c ALL=ALL")
    )

    assert found.state == "absent"


@pytest.mark.parametrize(
    "given",
    [
        {"context": "/files/etc/sudoers"},
        {"context": "/files/etc/sudoers/spec[1]/"},
        {"incl": "/etc/sudoers", "lens": "Sudoers.lns"},
    ],
)
def test_what_augeas_does_stays_visible(given: dict[str, Any]) -> None:
    assert gaps(facts(resource("Augeas", "x", changes=["set a b"], **given))) == [
        "what Augeas does to `/etc/sudoers` is not read"
    ]


def test_what_augeas_does_elsewhere_is_of_no_concern() -> None:
    assert gaps(facts(resource("Augeas", "x", context="/files/etc/hosts"))) == []


@pytest.mark.parametrize(
    ("path", "user"),
    [
        ("/srv/app/.ssh/authorized_keys", "app"),
        (f"{HOMES}/bob/.ssh/authorized_keys", "bob"),
        (f"{ROOT}/.ssh/authorized_keys2", "root"),
        ("/etc/ssh/authorized_keys/carol", "carol"),
        ("/srv/x/.ssh/authorized_keys", ""),
    ],
)
def test_keys_in_a_file_are_those_of_its_user(path: str, user: str) -> None:
    (found,) = facts(
        resource("User", "app", home="/srv/app"),
        resource("File", path, content=f"ssh-ed25519 {ED25519} x\n"),
    ).rows(AuthorizedKey)

    assert (found.user, found.path, found.name) == (user, path, "x")
    assert found.unknown == (() if user else ("user",))


def test_a_line_that_is_no_key_stays_visible() -> None:
    found = facts(resource("File", f"{ROOT}/.ssh/authorized_keys", content="hunter2\n"))

    assert gaps(found) == [f"a line of `{ROOT}/.ssh/authorized_keys` is no key"]


def test_crontabs_are_read() -> None:
    content = "PATH=/bin\n* * * * * app /opt/x /srv/y\nwhat\n"
    found = facts(
        resource("File", "/etc/cron.d/a", content=content),
        resource("File", "/etc/cron.d/a.conf", content="@daily root /x\n"),
    )

    first, dotted = found.rows(HostJob)
    assert (first.user, first.schedule, first.paths) == (
        "app",
        "* * * * *",
        ("/opt/x", "/srv/y"),
    )
    assert (first.state, dotted.state) == ("present", "unknown")
    assert gaps(found) == ["a line of `/etc/cron.d/a` is no job"]


def test_a_line_of_sysctl_that_is_no_setting_stays_visible() -> None:
    found = facts(resource("File", "/etc/sysctl.conf", content="what\n"))

    assert gaps(found) == ["a line of `/etc/sysctl.conf` is no setting"]
