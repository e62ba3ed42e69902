# SPDX-License-Identifier: Apache-2.0
"""What sudo says to one command."""

import pytest

from bartizan.reason.host.people import People
from bartizan.reason.host.program import Use
from bartizan.reason.host.sudo import Said, command, decide, listed, machine, ordered, user
from tests.fakes.hosts import WEB, group, host, member, rule
from tests.fakes.hosts import user as person

PEOPLE = People(WEB, [person("bob", uid=1500)], [group("ops", gid=100)], [member("bob", "ops")])
BOB = PEOPLE.who("bob")


@pytest.mark.parametrize(
    ("item", "fits"),
    [
        ("ALL", True), ("bob", True), ("carl", False), ("#1500", True), ("#1", False),
        ("%ops", True), ("%#100", True), ("%wheel", False), ("%:ad", None), ("+net", None),
    ],
)  # fmt: skip
def test_items_name_users_in_many_ways(item: str, *, fits: bool | None) -> None:
    assert user(item, BOB) is fits


def test_the_number_of_a_user_may_not_be_known() -> None:
    assert user("#1500", PEOPLE.who("carl")) is None
    assert user("#1500", PEOPLE.somebody()) is False


@pytest.mark.parametrize(
    ("item", "use", "fits"),
    [
        ("ALL", Use("/x", ""), True),
        ("/usr/bin/", Use("/usr/bin/x", "y"), True),
        ("/usr/bin/", Use("/usr/bin/a/x", ""), False),
        ("/usr/*/x", Use("/usr/bin/x", "y"), True),
        ("/usr/*", Use("/usr/bin/x", ""), False),
        ("/x", Use("/x", "y"), True),
        ("/x y*", Use("/x", "yes /etc"), True),
        ("/x y", Use("/x", "z"), False),
        ('/x ""', Use("/x", ""), True),
        ('/x ""', Use("/x", "y"), False),
        ("/x ^y$", Use("/x", "y"), None),
        ("^/x", Use("/x", ""), None),
        ("/bin/x", Use("/usr/bin/x", ""), None),
        ("/usr/sbin/", Use("/sbin/x", ""), None),
        ("/bin/x y", Use("/usr/bin/x", "z"), False),
        ("/bin/y", Use("/usr/bin/x", ""), False),
        ("sudoedit /a", Use("sudoedit", "/a"), True),
        ("sudoedit /a", Use("/a", ""), False),
    ],
)
def test_items_name_commands_in_many_ways(item: str, use: Use, *, fits: bool | None) -> None:
    assert command(item, use) is fits


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ("", Said.NOTHING),
        ("no", Said.NOTHING),
        ("yes", Said.YES),
        ("!yes", Said.NO),
        ("yes !yes", Said.NO),
        ("!yes yes", Said.YES),
        ("!!yes", Said.YES),
        ("maybe", Said.MAYBE),
        ("yes maybe", Said.YES),
        ("yes !maybe", Said.MAYBE),
        ("!yes !maybe", Said.NO),
        ("maybe yes", Said.YES),
    ],
)
def test_the_last_item_that_fits_counts(items: str, said: Said) -> None:
    fits = {"yes": True, "no": False, "maybe": None}

    assert listed(items.split(), lambda item: fits[item]) is said


def test_rules_are_read_in_the_order_of_their_files() -> None:
    rows = [
        rule("c", path="/etc/sudoers.d/b"),
        rule("b", path="/etc/sudoers.d/a", order=1),
        rule("a", path="/etc/sudoers", order=9),
    ]

    assert [row.users for row in ordered(rows)] == [("a",), ("b",), ("c",)]


def test_root_may_be_named_by_its_number() -> None:
    for whom, said in (
        ("#0", Said.YES),
        ("root", Said.YES),
        ("app", Said.NO),
        ("+n", Said.MAYBE),
        ("ALL", Said.YES),
    ):
        given = rule("bob", "ALL", as_users=(whom,))
        assert decide([given], host(), BOB, Use("/x", ""), as_user="root").said is said


def test_an_answer_that_is_not_sure_becomes_sure_by_a_later_rule() -> None:
    unsure = rule("bob", "ALL", state="unknown")

    answer = decide([unsure, rule("bob", "ALL")], host(), BOB, Use("/x", ""), as_user="root")
    doubt = decide([unsure], host(), BOB, Use("/x", ""), as_user="root")

    assert (answer.said, answer.missing) == (Said.YES, ())
    assert doubt.said is Said.MAYBE
    assert doubt.missing


def test_what_is_not_sure_and_says_the_same_changes_nothing() -> None:
    unsure = rule("bob", "ALL", state="unknown")

    answer = decide([rule("bob", "ALL"), unsure], host(), BOB, Use("/x", ""), as_user="root")

    assert answer.said is Said.YES


def test_hosts_without_patterns_are_names() -> None:
    assert machine("db1", host()) is False
    assert machine("+n", host()) is None
