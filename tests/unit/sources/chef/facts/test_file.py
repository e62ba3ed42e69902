# SPDX-License-Identifier: Apache-2.0
"""Files that recipes make, and what the text of some says.

Expected values: https://docs.chef.io/resources/ and the page of each resource below it.
"""

import json

import pytest

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import (
    AuthorizedKey,
    SudoDefault,
    SudoRule,
)
from bartizan.model.facts.host_part import (
    HostFile,
    HostJob,
)
from tests.fakes.chef import files_of, of_recipe, read
from tests.fakes.puppet import ED25519

HASH = "$6$abcdefgh$1234567890123456789012345678901234567890"
KEYS = "/srv/app/.ssh/authorized_keys"


def reasons(found: Facts) -> list[str]:
    return [row.reason for row in found.rows(Unread)]


def test_sudo_is_what_it_writes() -> None:
    (row,) = of_recipe(
        "sudo 'a.b' do\n users 'alice, bob'\n groups 'ops'\n commands ['/usr/bin/find']\n"
        " nopasswd true\n runas 'app'\nend\n"
    ).rows(SudoRule)

    assert row.path == "/etc/sudoers.d/a__b"
    assert (row.users, row.commands) == (("alice", "bob", "%ops"), ("/usr/bin/find",))
    assert (row.as_users, row.tags, row.line) == (("app",), ("NOPASSWD",), 1)


def test_settings_and_aliases_of_sudo_are_read() -> None:
    found = of_recipe(
        "sudo 'a' do\n user 'alice'\n commands ['ED']\n defaults ['!requiretty']\n"
        " env_keep_add ['HOME']\n env_keep_subtract ['LANG']\n setenv true\n noexec true\n"
        " command_aliases [{ name: 'ED', command_list: ['/usr/bin/ed'] }]\nend\n"
    )

    assert [row.setting for row in found.rows(SudoDefault)] == [
        "!requiretty", 'env_keep+="HOME"', 'env_keep-="LANG"',
    ]  # fmt: skip
    (row,) = found.rows(SudoRule)
    assert (row.commands, row.tags) == (("/usr/bin/ed",), ("NOEXEC", "SETENV"))


def test_sudo_that_is_not_known_says_so() -> None:
    found = of_recipe(
        "sudo 'a' do\n user foo\nend\nsudo 'b' do\n template 'x.erb'\nend\n"
        "sudo foo do\n user 'x'\nend\nsudo 'd' do\n action :delete\n user 'x'\nend\n"
    )

    assert found.rows(SudoRule) == ()
    told = " ".join(reasons(found))
    assert "`/etc/sudoers.d/a` is not known" in told
    assert "`/etc/sudoers.d/b` is not known" in told
    assert "which file it is about is not known" in told


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("'0644'", 0o644), ("'4755'", 0o4755), ("0644", 0o644), ("644", 644), ("'u+x'", None),
     ("99999", None)],
)  # fmt: skip
def test_a_mode_is_read_as_ruby_reads_it(mode: str, expected: int | None) -> None:
    (row,) = of_recipe(f"file '/x' do\n mode {mode}\nend").rows(HostFile)

    assert row.mode == expected


def test_files_directories_and_links_have_their_kinds() -> None:
    found = of_recipe(
        "file '/a//b' do\n owner 'x'\n group 'y'\n content 'c'\nend\n"
        "directory '/d' do\n user 'x'\nend\n"
        "link '/l' do\n to '/t'\nend\n"
        "link '/h' do\n to '/t'\n link_type :hard\nend\n"
        "remote_file '/r' do\n source 'https://u:p@example.org/x?t=1'\nend\n"
        "remote_directory '/m' do\n purge true\nend\n"
        "file '/gone' do\n action :delete\nend\n"
        "file '/once' do\n action :create_if_missing\n content 'x'\nend\n"
    )

    told = {row.path: row for row in found.rows(HostFile)}
    assert [(path, row.kind, row.content) for path, row in sorted(told.items())] == [
        ("/a/b", "file", "told"),
        ("/d", "directory", "unknown"),
        ("/gone", "file", "unknown"),
        ("/h", "file", "unknown"),
        ("/l", "link", "unknown"),
        ("/m", "directory", "unknown"),
        ("/once", "file", "told"),
        ("/r", "file", "elsewhere"),
    ]
    assert (told["/a/b"].owner, told["/a/b"].group, told["/d"].owner) == ("x", "y", "x")
    assert (told["/l"].target, told["/h"].target) == ("/t", "")
    assert told["/r"].origin == "https://example.org/x"
    assert (told["/gone"].state, told["/once"].state) == ("absent", "unknown")
    assert "the files that it puts into `/m` are not read" in reasons(found)


def test_content_is_told_by_the_kinds_of_secrets_in_it_alone() -> None:
    text = "-----BEGIN PRIVATE KEY-----hunter2"
    files = files_of(f"file '/x' do\n content '{text}'\nend\n")

    (row,) = of_recipe(f"file '/x' do\n content '{text}'\nend\n").rows(HostFile)

    assert row.secrets == ("private-key",)
    assert "hunter2" not in json.dumps([dict(one.body) for one in read(files)])


def test_text_that_says_who_can_do_what_is_read() -> None:
    found = of_recipe(
        "user 'app' do\n home '/srv/app'\nend\n"
        f"file '{KEYS}' do\n content 'ssh-ed25519 {ED25519} bob'\nend\n"
        "file '/etc/sudoers.d/x' do\n content <<~EOH\n"
        "   bob ALL=(ALL) NOPASSWD: ALL\n EOH\nend\n"
        "file '/etc/cron.d/once' do\n action :create_if_missing\n"
        ' content "@daily root /x\\n"\nend\n'
    )

    assert [(row.user, row.name) for row in found.rows(AuthorizedKey)] == [("app", "bob")]
    assert [row.users for row in found.rows(SudoRule)] == [("bob",)]
    assert [(row.command, row.state) for row in found.rows(HostJob)] == [("/x", "unknown")]


def test_text_that_says_who_can_do_what_and_is_not_known_is_a_gap() -> None:
    found = of_recipe(
        "file '/etc/sudoers.d/x' do\n content foo\nend\n"
        "remote_file '/etc/sudoers.d/y' do\n source 'https://example.org/y'\nend\n"
        "cookbook_file '/etc/sudoers.d/z'\n"
        "file '/etc/sudoers.d/a' do\n mode '0440'\nend\n"
        "file '/etc/sudoers.d/b' do\n content foo\n action :delete\nend\n"
        "file '/etc/sudoers.d/b.bak' do\n content foo\nend\n"
    )

    told = sorted(one.split(" is ")[1] for one in reasons(found) if "what is written" in one)
    assert [one.split("`")[1] for one in told] == [
        "/etc/sudoers.d/x", "/etc/sudoers.d/y", "/etc/sudoers.d/z",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("place", "expected"),
    [("host-web1.example.org", "host"), ("debian-12.4", "exact"), ("debian-12", "major"),
     ("debian", "platform"), ("default", "default")],
)  # fmt: skip
def test_a_file_is_taken_from_the_folder_that_fits_best(place: str, expected: str) -> None:
    order = ("default", "debian", "debian-12", "debian-12.4", "host-web1.example.org")
    files = {
        f"cookbooks/app/files/{name}/keys": f"ssh-ed25519 {ED25519} {word}\n"
        for name, word in zip(order, ("default", "platform", "major", "exact", "host"),
                              strict=True)
        if order.index(name) <= order.index(place)
    }  # fmt: skip

    found = of_recipe(f"cookbook_file '{KEYS}' do\n source 'keys'\nend", **files)

    assert [row.name for row in found.rows(AuthorizedKey)] == [expected]


def test_plain_tags_of_a_template_are_put_in_their_place() -> None:
    files: dict[str, object] = {
        "cookbooks/app/templates/x.erb": "<%= @who %> ALL=(ALL) <%= node['cmd'] %>\n"
    }
    recipe = "template '/etc/sudoers.d/x' do\n variables who: 'bob'\nend\n"

    (row,) = of_recipe(recipe, attributes="default['cmd'] = '/bin/a'\n", **files).rows(SudoRule)

    assert (row.users, row.commands) == (("bob",), ("/bin/a",))


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("<% if x %>a<% end %>", "has code that is not read"),
        ("<%= @other %>", "has a value that is not known"),
        ("<%= node['n'] %>", "has a value that is not known"),
        ("<%= @long %>" * 3, "what the template makes is too long"),
    ],
)
def test_other_templates_are_unknown(template: str, reason: str) -> None:
    files: dict[str, object] = {"cookbooks/app/templates/default/x.erb": template}

    long = "x" * 400_000
    recipe = f"template '/etc/sudoers.d/x' do\n variables long: '{long}'\nend\n"

    found = of_recipe(recipe, **files)

    assert any(reason in one for one in reasons(found))


def test_a_file_of_another_cookbook_is_looked_for_there() -> None:
    files: dict[str, object] = {
        "cookbooks/base/files/default/keys": f"ssh-ed25519 {ED25519} base\n",
        "cookbooks/base/metadata.rb": "name 'base'\n",
    }
    recipe = f"cookbook_file '{KEYS}' do\n source 'keys'\n cookbook 'base'\nend"

    assert [row.name for row in of_recipe(recipe, **files).rows(AuthorizedKey)] == ["base"]
