# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.reason.host.people import People
from tests.fakes.hosts import WEB, group, member, user


def test_groups_are_known_by_name_and_number() -> None:
    people = People(
        WEB, [user("bob", group="100")], [group("users", gid=100)], [member("bob", "docker")]
    )

    assert set(people.who("bob").groups) == {"100", "users", "docker"}
    assert set(people.in_group("users").groups) == {"100", "users"}
    assert people.groups() == {"users", "docker"}


def test_what_is_absent_is_not_there() -> None:
    people = People(
        WEB,
        [user("bob", state="absent"), user("carl", group="old")],
        [group("old", state="absent")],
        [member("bob", "docker", state="absent"), member("carl", "old")],
    )

    assert people.named() == {"carl"}
    assert people.who("carl").groups == {}


def test_a_membership_that_is_surely_told_goes_before_one_that_is_not() -> None:
    rows = [member("bob", "docker", state="unknown", line=1), member("bob", "docker", line=2)]

    found = People(WEB, (), (), rows).who("bob")

    assert found.groups["docker"] == ()
    assert found.evidence["docker"].subject == "web1 site.pp:2"
    assert People(WEB, (), (), rows[::-1]).who("bob").groups["docker"] == ()


@pytest.mark.parametrize(
    ("shell", "refuses"),
    [("/usr/sbin/nologin", True), ("/bin/false", True), ("/bin/bash", False), ("", False)],
)
def test_some_shells_end_at_once(shell: str, *, refuses: bool) -> None:
    people = People(WEB, [user("bob", shell=shell)], (), ())

    assert people.shell_refuses("bob") is refuses
    assert not people.shell_refuses("carl")


def test_number_0_is_root_by_any_name() -> None:
    people = People(WEB, [user("toor", uid=0)], (), ())

    assert people.who("toor").root
    assert people.who("root").root
    assert not people.somebody().root
