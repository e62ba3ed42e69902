# SPDX-License-Identifier: Apache-2.0
"""What rows the text of files makes."""

import pytest
from msgspec import structs

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import AuthorizedKey, SudoDefault, SudoRule
from bartizan.model.facts.host_part import HostJob, HostSysctl
from bartizan.model.host_text import Form, form
from bartizan.model.host_written import Part, Tail, is_read, rows, state_of
from bartizan.model.table import Row
from tests.fakes.puppet import ED25519, HOMES, ROOT


def gap(code: str, reason: str) -> Unread:
    return Unread(
        provider="chef", account="web1", region="", service="", operation="", action="", kind="",
        resource="", code=code, reason=reason,
    )  # fmt: skip


def said(path: str, text: str) -> list[Row]:
    how = form(path)
    assert how is not None
    tail = Tail(source="chef", file="a.rb", line=3, state="present", unknown=("x",))
    part = Part(host="web1", path=path, form=how, text=text, tail=tail, gap=gap)
    return list(rows([part], {"/srv/app": "app"}))


def test_rules_and_settings_of_sudo_keep_their_order() -> None:
    text = "Defaults:bob targetpw\nbob ALL=(ALL) NOPASSWD: ALL\nOPS ALL=ALL\n#include /etc/x\n=\n"

    default, rule, alias, include, broken = said("/etc/sudoers.d/a", text)

    assert isinstance(default, SudoDefault)
    assert isinstance(rule, SudoRule)
    assert isinstance(alias, SudoRule)
    assert (default.order, rule.order, rule.users, rule.unknown) == (0, 1, ("bob",), ())
    assert alias.unknown == ("users",)
    assert isinstance(include, Unread)
    assert isinstance(broken, Unread)
    assert [include.code, broken.code] == ["not-understood", "malformed"]


def test_the_usual_folder_is_no_news() -> None:
    assert said("/etc/sudoers", "#includedir /etc/sudoers.d\n") == []


@pytest.mark.parametrize(
    ("path", "user", "unknown"),
    [
        ("/srv/app/.ssh/authorized_keys", "app", ()),
        (f"{ROOT}/.ssh/authorized_keys", "root", ()),
        (f"{HOMES}/eve/.ssh/authorized_keys", "eve", ()),
        ("/etc/ssh/authorized_keys/bob", "bob", ()),
        ("/opt/x/.ssh/authorized_keys", "", ("user",)),
    ],
)
def test_whose_keys_a_file_lists_is_told_by_homes(
    path: str, user: str, unknown: tuple[str, ...]
) -> None:
    key, broken = said(path, f"ssh-ed25519 {ED25519} bob\nnone\n")

    assert isinstance(key, AuthorizedKey)
    assert (key.user, key.unknown, key.name) == (user, unknown, "bob")
    assert isinstance(broken, Unread)


def test_jobs_and_settings_are_read_line_by_line() -> None:
    job, hidden, broken = said("/etc/cron.d/a", "@daily root /x\n@daily bob /y ?\nnone\n")
    setting, odd = said("/etc/sysctl.conf", "kernel.a=1\n?\n")

    assert isinstance(job, HostJob)
    assert isinstance(hidden, HostJob)
    assert isinstance(setting, HostSysctl)
    assert (job.user, job.paths, job.unknown) == ("root", ("/x",), ())
    assert hidden.unknown == ("command",)
    assert (setting.name, setting.value) == ("kernel.a", "1")
    assert isinstance(broken, Unread)
    assert isinstance(odd, Unread)
    assert structs.asdict(job)["line"] == 3


def test_files_that_nobody_reads_are_known_by_name() -> None:
    assert is_read("/etc/sudoers.d/a", Form.SUDOERS)
    assert not is_read("/etc/sudoers.d/a.conf", Form.SUDOERS)
    assert state_of("/etc/cron.d/a.b", Form.CRONTAB, "present") == "unknown"
    assert state_of("/etc/cron.d/a", Form.CRONTAB, "present") == "present"
    assert state_of("/etc/cron.d/a.b", Form.CRONTAB, "absent") == "absent"
