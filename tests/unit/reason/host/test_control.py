# SPDX-License-Identifier: Apache-2.0
"""What decides on hosts; each way with one beside it that looks alike and opens nothing."""

from typing import Any

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.host_control import HostControl
from bartizan.model.facts.identity import AccessKey
from bartizan.model.step import Step
from bartizan.reason.host.control import fits, steps
from bartizan.reason.host.derivation import steps as all_steps
from bartizan.reason.host.recheck import recheck
from tests.fakes.hosts import file, host

PUPPET = host("puppet", names=("puppet.example.org",))
WEB, DB = host(), host("db1", environment="staging")
KEY = AccessKey(id="AKIAEXAMPLE", principal="arn:u", active=True, created="", last_used="")


def control(kind: str, name: str = "", **more: Any) -> HostControl:  # noqa: ANN401 - any column
    plain: dict[str, Any] = {
        "source": "puppet", "kind": kind, "name": name, "version": "", "environments": (),
        "file": "puppet.conf", "line": 3, "state": "present", "unknown": (),
    }  # fmt: skip
    return HostControl(**(plain | more))


def held(need: str, *rows: Any) -> dict[str, bool]:  # noqa: ANN401 - rows of any table
    """Return what a foothold leads to, over any number of steps, and whether that is sure."""
    found = list(steps(Facts.of(rows)))
    reached = {need: True}
    for _ in range(len(found) + 1):
        for step in found:
            needs = [str(one) for one in step.needs]
            if all(one in reached for one in needs):
                sure = step.proved and all(reached[one] for one in needs)
                grants = str(step.grants)
                reached[grants] = reached.get(grants, False) or sure
    del reached[need]
    return reached


def test_whoever_writes_the_code_of_one_part_is_root_where_it_is_got() -> None:
    found = held("write puppet-code:production", WEB, DB, PUPPET)

    assert found == {"run-code root@web1": True, "run-code root@puppet": True}


def test_whoever_writes_all_code_is_root_everywhere() -> None:
    found = held("write puppet-code", WEB, DB)

    assert {"run-code root@web1", "run-code root@db1"} <= found.keys()
    assert "run-code root@web1" not in held("write chef-code", WEB, DB)


def test_a_host_of_no_part_gets_all_code() -> None:
    assert held("write puppet-code", host(environment=""))["run-code root@web1"] is True


def test_root_on_the_server_changes_the_code() -> None:
    server = control("server", "puppet.example.org")

    assert held("run-code root@puppet", WEB, PUPPET, server)["run-code root@web1"] is True
    assert held("run-code root@puppet", WEB, PUPPET) == {}
    assert held("run-code root@puppet", WEB, PUPPET, control("server", "other")) == {}
    assert "run-code root@puppet" not in held("run-code root@web1", WEB, PUPPET, server)


def test_root_on_the_server_has_the_keys_of_data() -> None:
    rows = (WEB, PUPPET, control("secrets-key", "/etc/eyaml/k.pem"))

    with_server = held("run-code root@puppet", *rows, control("server", "puppet"))

    assert with_server["decrypt puppet-data:/etc/eyaml/k.pem"] is True
    assert held("run-code root@puppet", *rows) == {}


def test_root_on_the_authority_is_told_what_any_host_is_told() -> None:
    found = held("run-code root@puppet", WEB, PUPPET, control("authority", "puppet"))

    assert found["read catalog:web1"] is True
    assert "run-code root@web1" not in found


@pytest.mark.parametrize(
    ("row", "opens"),
    [
        (control("module", "a/b"), True),
        (control("module", "a/b", environments=("production",)), True),
        (control("module", "a/b", environments=("staging",)), None),
        (control("module", "a/b", version="1.0.0"), None),
        (control("module", "a/b", unknown=("version",)), False),
        (control("module", "c/d"), None),
    ],
    ids=repr,
)
def test_whoever_publishes_a_module_of_no_one_version_is_root(
    row: HostControl, *, opens: bool | None
) -> None:
    assert held("write module:a/b", WEB, row).get("run-code root@web1") is opens


@pytest.mark.parametrize(
    ("rows", "opens"),
    [
        ((control("autosign", "*"),), True),
        ((control("autosign", ""),), True),
        ((control("autosign", "*.example.org"),), False),
        ((control("autosign", "web1"),), False),
        ((control("autosign", "*"), control("autosign-off")), False),
        ((control("authority", "puppet"),), False),
        ((), False),
    ],
    ids=range(7),
)
def test_names_that_are_signed_unseen_may_get_what_a_host_gets(
    rows: tuple[HostControl, ...], *, opens: bool
) -> None:
    found = held("send puppet-server:8140/tcp", WEB, *rows)

    assert found == ({"read catalog:web1": False} if opens else {})


@pytest.mark.parametrize(
    ("pattern", "name", "fit"),
    [("*", "a", True), ("*.b.c", "a.b.c", True), ("*.b.c", "b.c", False), ("a.b", "a.b", False),
     ("*.c", "a.b.c", True), ("", "a", True)],
)  # fmt: skip
def test_a_pattern_stands_for_parts_before_the_rest(pattern: str, name: str, *, fit: bool) -> None:
    assert fits(pattern, name) is fit


def test_every_host_that_is_looked_after_reaches_the_server() -> None:
    assert held("run-code web1", WEB)["send puppet-server:8140/tcp"] is True


def test_an_open_inventory_tells_what_every_host_is_told() -> None:
    open_port = "send puppet-inventory:8080/tcp"

    assert held(open_port, WEB, control("inventory", "8080/http"))["read catalog:web1"] is True
    assert held(open_port, WEB, control("inventory", "8081/https")) == {}
    assert held(open_port, WEB) == {}


@pytest.mark.parametrize(
    ("rows", "sure"),
    [
        ((), False),
        ((control("allowlist", "/x"),), False),
        ((control("allowlist", "/x"), control("reader", "web1")), True),
        ((control("allowlist", "/x"), control("reader", "puppet")), None),
    ],
    ids=range(4),
)
def test_an_inventory_answers_those_on_its_list(
    rows: tuple[HostControl, ...], *, sure: bool | None
) -> None:
    found = held("run-code root@web1", WEB, DB, control("inventory", "8081/https"), *rows)

    assert found.get("read catalog:db1") is sure


def test_an_access_key_in_what_a_host_is_told_is_read_with_it() -> None:
    row = file("/etc/aws", access_keys=("AKIAEXAMPLE", "AKIAOTHER"))

    assert held("read catalog:web1", WEB, row, KEY) == {"act-as arn:u": True}
    assert held("read catalog:web1", WEB, file("/etc/aws", access_keys=("AKIAOTHER",)), KEY) == {}
    gone = file("/etc/aws", access_keys=("AKIAEXAMPLE",), state="absent")
    assert held("read catalog:web1", WEB, gone, KEY) == {}


def test_what_is_told_names_its_file_and_line() -> None:
    found = list(steps(Facts.of((WEB, control("autosign", "*")))))

    (step,) = [one for one in found if one.technique == "claim-certificate"]
    assert (step.evidence[0].subject, step.evidence[0].why) == (
        "puppet.conf:3",
        "signs whoever asks as *",
    )


def test_each_step_follows_again_from_the_facts() -> None:
    facts = Facts.of((
        WEB, DB, PUPPET, KEY, file("/etc/aws", access_keys=("AKIAEXAMPLE",)),
        *(control(kind, "puppet") for kind in ("server", "authority")),
        control("autosign", "*"), control("inventory", "8080/http"), control("module", "a/b"),
    ))  # fmt: skip
    found: list[Step] = list(all_steps(facts))

    for step in found:
        assert recheck([step], facts) == (step,)
