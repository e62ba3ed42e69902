# SPDX-License-Identifier: Apache-2.0
"""What a person does on a host, and what is there afterwards."""

import shlex

import pytest

from bartizan.app.editor import EstateEditor
from bartizan.model.facts import Facts
from bartizan.model.facts.host import AuthorizedKey, HostMember, SudoRule
from bartizan.model.facts.host_part import HostFile
from bartizan.model.host_change import (
    ChangeFirstGroup,
    ClearSetuid,
    DropSudoRule,
    GiveToRoot,
    HostChange,
    LeaveGroup,
    LeaveToolGroup,
    RemoveKey,
    RevokeRight,
    SignNoMore,
    TakeOneVersion,
)
from bartizan.model.record import RecordList
from bartizan.model.remedy import Detach, Remedy
from bartizan.sources.aws.edit.editor import AwsEditor
from bartizan.sources.hosts.change import changed
from bartizan.sources.hosts.editor import HostEditor
from tests.fakes.hosts import WEB, file, key, member, rule

NOTHING = RecordList(())
AT = {"host": WEB, "at": "site.pp:7"}
RULE = DropSudoRule(path="/etc/sudoers.d/a", order=1, rule="bob ALL = (root) ALL", **AT)
KEY = RemoveKey(user="bob", path="", fingerprint="SHA256:abc", name="bob@laptop", **AT)
GROUP = LeaveGroup(user="bob", group="docker", **AT)
FILE = GiveToRoot(path="/srv/run me", inside=False, **AT)
BIT = ClearSetuid(path="/opt/find", **AT)


def remedy(change: HostChange | Detach) -> Remedy:
    return Remedy(change=change, title="t", cost=1)


def told(change: HostChange) -> list[str]:
    return HostEditor().command(remedy(change), NOTHING).splitlines()


@pytest.mark.parametrize(
    ("change", "command"),
    [
        (RULE, "visudo -f /etc/sudoers.d/a  # take out: bob ALL = (root) ALL"),
        (KEY, "${EDITOR:-vi} ~bob/.ssh/authorized_keys  # take out: SHA256:abc bob@laptop"),
        (GROUP, "gpasswd --delete bob docker"),
        (FILE, "chown root:root '/srv/run me' && chmod go-w '/srv/run me'"),
        (BIT, "chmod u-s /opt/find"),
        (
            ChangeFirstGroup(user="bob", group="ops", **AT),
            "groupadd --force -- bob && usermod --gid bob -- bob",
        ),
    ],
)
def test_a_person_is_told_what_to_do_and_which_code_would_undo_it(
    change: HostChange, command: str
) -> None:
    assert told(change) == [
        "# as root on web1; site.pp:7 says otherwise, so change it there first",
        command,
    ]


@pytest.mark.parametrize(
    ("change", "command"),
    [
        (TakeOneVersion(tool="puppet", module="acme/x", file="Puppetfile", line=3),
         "${EDITOR:-vi} Puppetfile  # line 3: take acme/x in one version or commit"),
        (SignNoMore(tool="puppet", name="*.example.org", file="autosign.conf", line=1),
         "${EDITOR:-vi} autosign.conf  # line 1: take out *.example.org"),
        (SignNoMore(tool="puppet", name="", file="puppet.conf", line=4),
         "${EDITOR:-vi} puppet.conf  # line 4: take out the program that signs"),
        (RevokeRight(tool="chef", kind="cookbooks", name="app", action="update",
                     holder_kind="group", holder="users", file="acls/cookbooks/app.json"),
         "knife acl remove group users cookbooks app update"),
        (LeaveToolGroup(tool="chef", group="admins", kind="actor", member="eve", file="g.json"),
         "knife group remove user eve admins"),
    ],
)  # fmt: skip
def test_those_who_keep_a_tool_are_told_what_to_do(change: HostChange, command: str) -> None:
    assert told(change) == [command]


def test_names_of_a_tool_start_no_command_of_their_own() -> None:
    evil = "x\nrm -rf /; $(id) `id`"
    changes = (
        TakeOneVersion(tool="puppet", module=evil, file=evil, line=1),
        SignNoMore(tool="puppet", name=evil, file=evil, line=1),
        RevokeRight(tool="chef", kind=evil, name=evil, action=evil, holder_kind="user",
                    holder=evil, file=evil),
        LeaveToolGroup(tool="chef", group=evil, kind="user", member=evil, file=evil),
    )  # fmt: skip

    for change in changes:
        text = HostEditor().command(remedy(change), NOTHING)
        words = shlex.split(text, comments=True)
        assert words[0] in {"${EDITOR:-vi}", "knife"}
        assert "rm" not in words
        assert len(words) <= 8


def test_all_that_lies_in_a_directory_is_given_too() -> None:
    (_, command) = told(GiveToRoot(host=WEB, path="/srv", inside=True, at=""))

    assert command == "chown --recursive root:root /srv && chmod --recursive go-w /srv"


def test_names_of_a_host_start_no_command_of_their_own() -> None:
    evil = "x\nrm -rf /; $(id) `id`"
    changes = (
        DropSudoRule(host=evil, path=evil, order=0, rule=evil, at=evil),
        RemoveKey(host=evil, user=evil, path="", fingerprint=evil, name=evil, at=evil),
        RemoveKey(host=evil, user="a", path=evil, fingerprint=evil, name=evil, at=evil),
        LeaveGroup(host=evil, user=evil, group=evil, at=evil),
    )

    for change in changes:
        text = HostEditor().command(remedy(change), NOTHING)
        words = shlex.split(text, comments=True)
        assert words[0] in {"visudo", "${EDITOR:-vi}", "gpasswd"}
        assert "rm" not in words
        assert len(words) <= 4


def test_only_what_is_named_is_changed() -> None:
    facts = Facts.of(
        [
            *(rule("bob", "ALL", order=number) for number in range(3)),
            rule("bob", "ALL", order=1, host="db1"),
            key("bob"), key("eve"), key("bob", fingerprint="SHA256:def"),
            member("bob", "docker"), member("bob", "adm"), member("eve", "docker"),
            file("/srv/run me", owner="bob", group="ops", mode=0o4777, unknown=("mode", "target")),
            file("/opt/find", mode=0o4755), file("/opt/none", mode=None),
        ]
    )  # fmt: skip
    changes: list[HostChange] = [RULE, KEY, GROUP, FILE, BIT]
    overlay = HostEditor().apply(map(remedy, changes), NOTHING)

    after = changed(facts, overlay)

    assert [(r.host, r.order) for r in after.rows(SudoRule)] == [
        (WEB, 0), (WEB, 2), ("db1", 1),
    ]  # fmt: skip
    assert [(r.user, r.fingerprint) for r in after.rows(AuthorizedKey)] == [
        ("eve", "SHA256:abc"), ("bob", "SHA256:def"),
    ]  # fmt: skip
    assert [(r.user, r.group) for r in after.rows(HostMember)] == [
        ("bob", "adm"), ("eve", "docker"),
    ]  # fmt: skip
    assert [(r.owner, r.group, r.mode, r.unknown) for r in after.rows(HostFile)] == [
        ("root", "root", 0o4755, ("target",)),
        ("root", "root", 0o755, ()),
        ("root", "root", None, ()),
    ]
    assert changed(facts, NOTHING) is facts


def test_each_editor_does_its_own() -> None:
    both = EstateEditor(AwsEditor(), (HostEditor(),))

    assert both.command(remedy(GROUP), NOTHING).endswith("gpasswd --delete bob docker")
    assert both.terraform(remedy(GROUP), NOTHING) == ""
    assert HostEditor().command(remedy(Detach(policy="p", target="t")), NOTHING) == ""
    assert [r.account for r in both.apply([remedy(GROUP)], NOTHING).of("Host::Change")] == [WEB]
