# SPDX-License-Identifier: Apache-2.0
"""Who becomes root by sudo; the first two tables are what sudo itself did when it was tried."""

import pytest

from bartizan.model.step import Step
from tests.fakes.hosts import derived, file, host, member, rule, setting, told, user

YES, MAYBE = [("bob", "root", True)], [("bob", "root", False)]


def sudo(*rows: object) -> list[tuple[str, str, bool]]:
    """Return who gains what by sudo."""
    found = derived(*rows)  # type: ignore[arg-type]
    return sorted((*told(found, "sudo"), *told(found, "sudo-with-password")))


@pytest.mark.parametrize(
    "commands",
    [
        ("ALL",),
        ("ALL", "!/usr/bin/cat"),
        ("/usr/bin/find",),
        ("/usr/bin/apt-get",),
        ("/usr/bin/tar cf home:*",),
        ("/usr/bin/",),
        ("/usr/bin/*",),
        ("/usr/bin/python3.11",),
        ('/bin/bash ""',),
        ("/usr/bin/vim /etc/motd",),
        ("/usr/bin/systemctl *",),
        ("sudoedit /etc/sudoers.d/b",),
        ("sudoedit",),
    ],
)
def test_what_runs_anything_or_writes_anything_makes_root(commands: tuple[str, ...]) -> None:
    assert sudo(rule("bob", *commands)) == YES


@pytest.mark.parametrize(
    "given",
    [
        rule("bob", "/usr/bin/id"),
        rule("bob", '/usr/bin/find ""'),
        rule("bob", "/usr/bin/date -u"),
        rule("bob", "ALL", hosts=("db1",)),
        rule("bob", "ALL", as_users=()),
        rule("ALL,!bob", "/usr/bin/id"),
        rule("bob", "!ALL"),
        rule("bob", "list"),
        rule("bob", "ALL", state="absent"),
    ],
    ids=repr,
)
def test_what_gives_nothing_away_gives_no_step(given: object) -> None:
    assert ("bob", "root", True) not in sudo(given)
    if getattr(given, "commands", ()) != ("/usr/bin/date -u",):
        assert ("bob", "root", False) not in sudo(given)


@pytest.mark.parametrize(
    "given",
    [
        rule("bob", "/usr/bin/systemctl restart nginx"),
        rule("bob", "/opt/app/bin/find"),
        rule("bob", "/opt/app/bin/"),
        rule("bob", "/usr/bin/find", tags=("NOEXEC", "NOPASSWD")),
        rule("bob", "sudoedit /etc/motd"),
        rule("bob", "^/usr/bin/[a-z]+$"),
        rule("bob", "/usr/bin/tar ^cf"),
        rule("bob,!+staff", "ALL"),
        rule("bob", "ALL", hosts=("+servers",)),
        rule("bob", "ALL", as_users=("%wheel",)),
        rule("bob", "ALL", state="unknown"),
        rule("bob", "ALL", unknown=("users",)),
        rule("bob", "ALL", tags=("CHROOT=/srv", "NOPASSWD")),
        rule("#1500", "ALL"),
    ],
    ids=repr,
)
def test_what_is_not_known_is_possible_and_says_what_is_missing(given: object) -> None:
    found = [step for step in derived(given, user("bob")) if step.technique == "sudo"]  # type: ignore[arg-type]

    assert [(step.needs[0].entity, step.proved) for step in found] == [("bob@web1", False)]
    assert all("web1" in step.missing[0] or "site.pp" in step.missing[0] for step in found)


def test_a_program_in_a_folder_of_its_own_may_be_changed_by_its_owner() -> None:
    mine = file("/opt/app/run", owner="bob", mode=0o755)

    assert sudo(rule("bob", "/opt/app/run"), mine) == MAYBE
    assert sudo(rule("bob", "/usr/local/bin/run"), file("/usr/local/bin/run", owner="bob")) == YES


def test_whoever_may_set_variables_loads_code_of_its_own() -> None:
    kept = setting('env_keep+="LD_PRELOAD"')
    tags = ("NOPASSWD", "SETENV")

    assert sudo(rule("bob", "/usr/bin/id"), kept) == YES
    assert sudo(rule("bob", "/usr/bin/id", tags=tags)) == YES
    assert sudo(rule("bob", "/usr/bin/id"), setting('env_keep+="HTTP_PROXY"')) == []


def only(*rows: object) -> Step:
    (step,) = [step for step in derived(*rows) if step.technique.startswith("sudo")]  # type: ignore[arg-type]
    return step


def test_a_password_that_is_asked_for_is_a_condition() -> None:
    (condition,) = only(rule("bob", "ALL", tags=())).conditions

    assert condition.text == "knows the password of bob on web1"
    assert condition.key == "assume:password"


def test_where_another_password_is_asked_for_that_is_said() -> None:
    (root,) = only(rule("bob", "ALL", tags=()), setting("rootpw")).conditions
    (target,) = only(rule("bob", "ALL", tags=()), setting("targetpw")).conditions

    assert root.text == "knows the password of root on web1"
    assert target.text == "knows the password of the other user on web1"


def test_where_no_password_fits_there_is_no_step() -> None:
    assert sudo(rule("bob", "ALL", tags=()), user("bob", password="locked")) == []
    assert sudo(rule("bob", "ALL"), user("bob", password="locked")) == YES


def test_the_last_rule_that_fits_decides() -> None:
    first, last = rule("bob", "ALL"), rule("bob", "!ALL", path="/etc/sudoers.d/b")

    assert sudo(first, last) == []
    assert sudo(last, rule("bob", "ALL", path="/etc/sudoers.d/c")) == YES
    assert only(first, rule("bob", "ALL", path="/etc/sudoers.d/b", tags=())).conditions
    assert sudo(last, rule("bob", "ALL", path="/etc/sudoers")) == []


def test_what_a_later_rule_takes_back_perhaps_is_possible() -> None:
    unsure = rule("bob", "!ALL", path="/etc/sudoers.d/b", state="unknown")

    assert sudo(rule("bob", "ALL"), unsure) == MAYBE


def test_a_later_rule_with_other_powers_leaves_it_open() -> None:
    later = rule("bob", "/usr/bin/f*", path="/etc/sudoers.d/b", tags=("NOEXEC", "NOPASSWD"))

    assert sudo(rule("bob", "/usr/bin/find"), later) == MAYBE


def test_a_later_rule_with_the_same_powers_decides_alike() -> None:
    later = rule("bob", "/usr/bin/f*", path="/etc/sudoers.d/b", tags=("NOPASSWD",))

    assert sudo(rule("bob", "/usr/bin/find"), later) == YES


def test_members_of_a_group_and_the_group_itself_have_its_rules() -> None:
    found = sudo(rule("%ops", "ALL"), member("bob", "ops"))

    assert found == [("%ops", "root", True), ("bob", "root", True)]


def test_a_member_whom_a_later_rule_forbids_has_none() -> None:
    forbidden = rule("bob", "!ALL", path="/etc/sudoers.d/b")

    found = sudo(rule("%ops", "ALL"), member("bob", "ops"), forbidden)

    assert found == [("%ops", "root", True)]


def test_a_membership_that_is_not_sure_makes_the_step_possible() -> None:
    unsure = member("bob", "ops", state="unknown")

    assert ("bob", "root", False) in sudo(rule("%ops", "ALL"), unsure)
    assert ("bob", "root", True) in sudo(rule("%ops,bob", "ALL"), unsure)


def test_everybody_may_what_all_may() -> None:
    assert sudo(rule("ALL", "ALL")) == [("web1", "root", True)]
    assert sudo(rule("ALL,!carl", "ALL")) == [("web1", "root", False)]


def test_another_user_is_gained_where_the_rule_names_one() -> None:
    found = sudo(rule("bob", "/usr/bin/find", "/usr/bin/psql -c x", as_users=("postgres",)))

    assert found == [("bob", "postgres", True)]


def test_root_gains_nothing_by_sudo() -> None:
    assert sudo(rule("root", "ALL"), user("toor", uid=0), rule("toor", "ALL")) == []


def test_groups_of_the_system_may_have_a_rule_in_a_file_that_is_not_told() -> None:
    found = derived(member("bob", "wheel"), whole=False)

    (step,) = [one for one in found if "sudo" in one.technique and one.needs[0].entity[0] == "b"]
    assert step.missing == ("/etc/sudoers of web1",)
    assert step.conditions
    assert sudo(member("bob", "wheel"), user("bob", password="locked"))[1:] == []
    assert sudo(member("bob", "wheel"), setting("!lecture", path="/etc/sudoers")) == []


def test_hosts_are_known_by_all_their_names() -> None:
    web = host(names=("web1.example.org",), addresses=("10.0.0.5",))

    for name in ("web*", "web1", "web1.example.org", "10.0.0.5"):
        assert sudo(web, rule("bob", "ALL", hosts=(name,))) == YES
    assert sudo(web, rule("bob", "ALL", hosts=("10.0.0.0/8",))) == MAYBE


def test_the_rule_is_the_evidence_with_its_line() -> None:
    found = derived(rule("%ops", "ALL"), member("bob", "ops", line=9))

    (said, belongs) = next(
        step.evidence
        for step in found
        if step.needs[0].entity == "bob@web1" and step.technique == "sudo"
    )
    assert (said.subject, said.why) == ("web1 site.pp:7", "lets bob run `/own/x` as root")
    assert belongs.subject == "web1 site.pp:9"
