# SPDX-License-Identifier: Apache-2.0
from bartizan.model.facts import Facts
from bartizan.reason.host.derivation import steps
from tests.fakes.hosts import derived, file, job, key, member, rule, told, user


def test_root_is_anybody_and_everybody_is_somebody() -> None:
    found = told(derived(user("bob")), "be-anybody")

    assert found == [("bob", "web1", True), ("root", "bob", True), ("root", "web1", True)]


def test_number_0_is_root() -> None:
    assert told(derived(user("toor", uid=0)), "be-root-by-number") == [("toor", "root", True)]
    unsure = user("toor", uid=0, state="unknown")
    assert told(derived(unsure), "be-root-by-number") == [("toor", "root", False)]


def test_whoever_is_named_anywhere_is_a_user() -> None:
    rows = (
        user("a"), member("b", "g"), key("c"), job("x", user="d"),
        rule("e,%f,ALL,+n", "ALL"), rule("%#9,%:x", "ALL"), rule("!h", "ALL", as_users=("i",)),
        rule("x", "ALL", state="absent"), file("/x", owner="g1"), file("/y", owner="1000"),
    )  # fmt: skip

    found = told(derived(*rows), "be-anybody")

    assert {one for _, one, _ in found} - {"web1"} == {*"abcdehi", "g1"}
    assert "%f" in {one for one, _, _ in found}


def test_without_hosts_there_are_no_steps() -> None:
    assert list(steps(Facts.of(()))) == []


def test_steps_are_in_order_and_without_repeats() -> None:
    rows = (user("bob"), rule("bob", "ALL"), rule("bob", "ALL", order=1))

    assert derived(*rows) == derived(*rows[::-1])
    assert len(derived(*rows)) == len(set(derived(*rows)))
