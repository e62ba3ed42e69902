# SPDX-License-Identifier: Apache-2.0
"""Reports of runs as evidence of what is on a host.

Expected shapes: https://docs.chef.io/automate/data_collection/.
"""

import json
from typing import Any

import pytest

from bartizan.errors import InputError
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import HostUser, SudoRule
from bartizan.model.facts.host_part import HostFile, HostJob
from bartizan.sources.chef import report
from tests.fakes.chef import facts, gaps, node, read

ALL = "alice ALL=(ALL) NOPASSWD: ALL\n"


def run(*resources: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "message_type": "run_converge",
        "message_version": "1.1.0",
        "node_name": "web1",
        "status": "success",
        "resources": list(resources),
        **more,
    }


def resource(type_: str, name: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "type": type_,
        "name": name,
        "id": name,
        "before": {},
        "after": more,
        "result": "create",
        "status": "updated",
        "cookbook_name": "app",
    }


def files(*resources: Any, **more: Any) -> dict[str, object]:  # noqa: ANN401 - JSON
    return {
        "nodes/web1.json": node("web1", run_list=[]),
        "reports/web1.json": run(*resources, **more),
    }


def test_what_a_run_did_is_told_as_present_with_its_report() -> None:
    found = facts(
        files(
            resource("user", "alice", username="alice", uid=7, password="hunter2"),
            resource("file", "sudo rule", path="/etc/sudoers.d/a", content=ALL, mode="0440"),
            resource("execute", "/opt/x hunter2") | {"result": "run"},
        )
    )

    (user,) = found.rows(HostUser)
    assert (user.name, user.uid, user.state, user.file) == (
        "alice", 7, "present", "reports/web1.json",
    )  # fmt: skip
    assert [row.users for row in found.rows(SudoRule)] == [("alice",)]
    assert [row.mode for row in found.rows(HostFile)] == [0o440]
    assert [row.command for row in found.rows(HostJob)] == ["/opt/x ?"]


def test_no_secret_of_a_report_is_kept() -> None:
    held = files(
        resource("user", "alice", username="alice", password="hunter2", odd="hunter2"),
        resource("file", "/x", path="/x", content="hunter2"),
    )

    assert "hunter2" not in json.dumps([dict(one.body) for one in read(held)])


@pytest.mark.parametrize(
    "change",
    [{"status": "skipped"}, {"status": "failed"}, {"status": "unprocessed"},
     {"result": "nothing"}, {"type": "nginx_site"}, {"type": 1}, {"after": None}],
)  # fmt: skip
def test_what_a_run_did_not_do_says_nothing(change: dict[str, Any]) -> None:
    assert facts(files(resource("user", "alice") | change)).rows(HostUser) == ()


def test_what_was_so_already_is_told_too() -> None:
    up = resource("user", "alice") | {"status": "up-to-date"}

    assert [row.name for row in facts(files(up)).rows(HostUser)] == ["alice"]


def test_a_run_that_failed_leaves_a_gap() -> None:
    (row,) = facts(files(status="failure")).rows(Unread)

    assert (row.account, row.code) == ("web1", "failed")


def test_sudo_and_users_are_told_by_what_is_inside_them() -> None:
    assert facts(files(resource("sudo", "a"), resource("users_manage", "b"))).rows(HostFile) == ()


def test_other_files_beside_reports_are_told() -> None:
    held: dict[str, object] = {"nodes/web1.json": node(run_list=[]), "reports/x.json": {}}

    assert gaps(held) == [("reports/x.json", "the file is no report of a run")]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"node_name": None}, "names no node"),
        ({"resources": 1}, "names no node, or has no resources"),
        ({"resources": [1]}, "resource 1 of the report is none"),
    ],
)
def test_a_damaged_report_is_an_error(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        facts(files(**change))


def test_a_report_that_is_too_long_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "RESOURCES", 1)

    with pytest.raises(InputError, match="more than 1 resources"):
        facts(files(resource("user", "a"), resource("user", "b")))
