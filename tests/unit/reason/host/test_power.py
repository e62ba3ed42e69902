# SPDX-License-Identifier: Apache-2.0
import pytest

from tests.fakes.hosts import derived, group, member, service, told, user


@pytest.mark.parametrize("name", ["docker", "lxd", "incus-admin", "disk"])
def test_some_groups_are_root(name: str) -> None:
    found = derived(member("bob", name))

    assert told(found, "group-power") == [(f"%{name}", "root", True), ("bob", "root", True)]


@pytest.mark.parametrize("name", ["kvm", "users", "sudo"])
def test_other_groups_are_not(name: str) -> None:
    assert told(derived(member("bob", name)), "group-power") == []


def test_a_daemon_that_is_told_to_run_is_no_assumption() -> None:
    def conditions(*rows: object) -> list[str]:
        found = derived(member("bob", "docker"), *rows)  # type: ignore[arg-type]
        return [held.key for step in found for held in step.conditions][:1]

    assert conditions() == ["assume:daemon"]
    assert conditions(service("docker")) == []
    assert conditions(service("docker", state="unknown")) == ["assume:daemon"]


def test_groups_that_read_gain_what_they_read() -> None:
    found = derived(user("bob", group="shadow"), member("carl", "adm", state="unknown"))

    gained = {
        (s.needs[0].entity, str(s.grants), s.proved) for s in found if "reads" in s.technique
    }
    assert ("bob@web1", "read web1:/etc/shadow", True) in gained
    assert ("carl@web1", "read web1:/var/log", False) in gained


def test_the_membership_is_the_evidence() -> None:
    found = derived(group("docker", line=3), member("bob", "docker", line=9))

    said = {s.needs[0].entity: s.evidence[0] for s in found if s.technique == "group-power"}
    assert said["bob@web1"].subject == "web1 site.pp:9"
    assert said["%docker@web1"].why == "has the group docker"
