# SPDX-License-Identifier: Apache-2.0
"""Manifests, and what each must say of its host, by hand from Puppet's documentation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import (
    AuthorizedKey,
    HostGroup,
    HostMember,
    HostUser,
    SudoDefault,
    SudoRule,
)
from bartizan.model.facts.host_part import (
    HostFile,
    HostJob,
    HostMount,
    HostPackage,
    HostRule,
    HostService,
    HostSysctl,
)
from bartizan.model.table import Row
from tests.fakes.puppet import ED25519


@dataclass(frozen=True, kw_only=True)
class Case:
    """A manifest and some columns of the rows of one table, in their order."""

    code: str
    table: type[Row]
    columns: str
    """Names of columns, apart by blanks."""
    rows: list[tuple[Any, ...]]
    facts: Mapping[str, Any] = field(default_factory=dict)


def _case(
    table: type[Row], columns: str, code: str, *rows: tuple[Any, ...], **facts: object
) -> Case:
    return Case(code=code, table=table, columns=columns, rows=list(rows), facts=facts)


_SUDO = "users as_users commands tags line"
_CONF = """
define sudo::conf($content, $priority = 10) {
  file { "${priority}_${title}":
    path => "/etc/sudoers.d/${priority}_${title}", mode => '0440', content => "${content}\\n",
  }
}
sudo::conf { 'ops': content => '%ops ALL=(ALL) NOPASSWD: ALL' }
"""
_LOOP = """
$people = { 'ann' => 1001, 'bob' => 1002 }
$people.each |$name, $uid| {
  user { $name: ensure => present, uid => $uid }
}
"""
_DEFAULTS = """
User { shell => '/bin/zsh' }
user { 'ann': ensure => present }
user { 'bob': ensure => present, shell => '/bin/sh' }
"""
_COLLECT = """
@user { 'ann': ensure => present, tag => 'ops' }
@user { 'bob': ensure => present, tag => 'dev' }
User <| tag == 'ops' |>
"""
_OVERRIDE = """
class base { user { 'ann': ensure => present, uid => 1 } }
class derived inherits base { User['ann'] { uid => 0 } }
include derived
"""
_BY_FACT = """
if $facts['role'] == 'db' { user { 'dba': ensure => present } }
else { user { 'web': ensure => present } }
"""
_STAGES = """
exec { 'fetch': command => '/usr/bin/curl https://example.org/x', creates => '/srv/x' }
-> exec { '/srv/x --install': }
~> exec { 'restart': command => '/bin/systemctl restart x', refreshonly => true }
"""
_ENSURE = """
file { '/srv/a': ensure => directory, mode => '0644' }
file { '/srv/b': ensure => absent }
file { '/srv/c': mode => '0777' }
file { '/srv/d': content => 'x', mode => 'u=rw,go=r' }
"""
_FIREWALL = """
firewall { '100 ssh': proto => 'tcp', dport => [22, '8000-8010'], action => 'accept',
  source => '10.0.0.0/8', iniface => 'eth0' }
firewall { '999 drop': proto => 'all', action => 'drop' }
"""
_ODD = """
user { ["o'brien", 'Ann Smith', 'zo\u00eb']: ensure => present }
"""
_ODD_FILES = """
file { ['/srv/a b/[c]', "/srv/\u00e4\\"x"]: ensure => file, mode => '0600' }
"""
_STAGE = """
stage { 'first': before => Stage['main'] }
class early {
  user { 'ann': ensure => present }
}
class { 'early': stage => 'first' }
"""
_CONTAINED = """
class inner {
  user { 'ann': ensure => present }
}
class outer { contain inner }
include outer
"""
_ACCOUNTS = """
define account($uid) {
  user { $title: ensure => present, uid => $uid }
}
define team($members) {
  $members.each |$name, $uid| { account { $name: uid => $uid } }
}
@team { 'ops': members => { 'ann' => 3 } }
@team { 'dev': members => { 'bob' => 4 } }
Team <| title == 'ops' |>
"""
_MADE_TWICE = """
ensure_resource('user', 'ann', { 'ensure' => 'present', 'uid' => 7 })
ensure_resource('user', 'ann', { 'ensure' => 'present', 'uid' => 7 })
"""
_MERGED = """
$people = { 'ann' => { 'uid' => 1001 }, 'bob' => { 'shell' => '/bin/sh' } }
create_resources('user', $people, { 'ensure' => 'present', 'shell' => '/bin/false' })
"""
_COLLECTED_OVER = """
user { 'ann': ensure => present, uid => 5 }
User <| title == 'ann' |> { uid => 0 }
"""
_HEREDOC = """
file { '/etc/sudoers.d/a':
  content => @(END),
    # ops
    ann ALL=(ALL) \\
      NOPASSWD: /bin/a, \\
      /bin/b
    | END
}
"""
_CHAINED = """
file { '/srv/x': ensure => file, mode => '0777' }
file { '/srv/y': ensure => file } -> File['/srv/x']
File <| title == '/srv/y' |> { mode => '0700' }
"""
_GONE_SUDO = """
file { '/etc/sudoers.d/a': ensure => absent, content => "ann ALL=ALL\\n" }
file_line { 'l': ensure => absent, path => '/etc/sudoers', line => 'bob ALL=ALL' }
"""

CASES: Mapping[str, Case] = {
    "user": _case(
        HostUser, "name uid group home shell state line",
        "\nuser { 'ann': uid => 0, gid => 'adm', home => '/h', shell => '/bin/sh' }",
        ("ann", 0, "adm", "/h", "/bin/sh", "present", 2),
    ),
    "user that goes": _case(
        HostUser, "name state", "user { 'ann': ensure => absent }", ("ann", "absent")
    ),
    "users in a loop": _case(HostUser, "name uid line", _LOOP, ("ann", 1001, 4), ("bob", 1002, 4)),
    "defaults of a type": _case(
        HostUser, "name shell", _DEFAULTS, ("ann", "/bin/zsh"), ("bob", "/bin/sh")
    ),
    "users that are collected": _case(HostUser, "name", _COLLECT, ("ann",)),
    "virtual user": _case(HostUser, "name", "@user { 'ann': ensure => present }"),
    "realized user": _case(
        HostUser, "name", "@user { 'ann': ensure => present } realize(User['ann'])", ("ann",)
    ),
    "overridden in a class": _case(HostUser, "name uid", _OVERRIDE, ("ann", 0)),
    "chosen by a fact": _case(HostUser, "name", _BY_FACT, ("dba",), role="db"),
    "chosen by another fact": _case(HostUser, "name", _BY_FACT, ("web",), role="web"),
    "user under noop": _case(
        HostUser, "name state", "user { 'ann': ensure => present, noop => true }",
        ("ann", "unknown"),
    ),
    "sensitive password": _case(
        HostUser, "name password",
        "user { 'ann': password => Sensitive('$6$aaaaaaaa$bbbbbbbbbbbb') }", ("ann", "set"),
    ),
    "locked password": _case(
        HostUser, "name password", "user { 'ann': password => '!' }", ("ann", "locked")
    ),
    "deferred password": _case(
        HostUser, "password unknown",
        "user { 'ann': password => Deferred('sprintf', ['hunter2']) }", ("unknown", ("password",)),
    ),
    "groups of a user": _case(
        HostMember, "group user", "user { 'ann': groups => ['sudo', 'docker'] }",
        ("sudo", "ann"), ("docker", "ann"),
    ),
    "members of a group": _case(
        HostMember, "group user", "group { 'adm': members => ['ann'] }", ("adm", "ann")
    ),
    "group": _case(HostGroup, "name gid", "group { 'adm': gid => '4' }", ("adm", 4)),
    "key": _case(
        AuthorizedKey, "user type name options",
        f"ssh_authorized_key {{ 'a@b': user => 'ann', type => 'ed25519', key => '{ED25519}', "
        "options => ['no-pty', 'command=\"/bin/x\"'] }",
        ("ann", "ssh-ed25519", "a@b", ("no-pty", 'command="/bin/x"')),
    ),
    "exported key": _case(
        AuthorizedKey, "user",
        f"@@ssh_authorized_key {{ 'a': user => 'ann', type => 'rsa', key => '{ED25519}' }}",
    ),
    "exported key is seen": _case(
        Unread, "code operation",
        f"\n\n@@ssh_authorized_key {{ 'a': user => 'ann', type => 'rsa', key => '{ED25519}' }}",
        ("not-understood", "site.pp:3"),
    ),
    "keys in a file": _case(
        AuthorizedKey, "user name path",
        "user { 'app': home => '/srv/app' } file { '/srv/app/.ssh/authorized_keys': content => "
        f'"ssh-ed25519 {ED25519} a@b\\n" }}',
        ("app", "a@b", "/srv/app/.ssh/authorized_keys"),
    ),
    "sudo in a file": _case(
        SudoRule, _SUDO,
        "file { '/etc/sudoers.d/a': content => \"ann ALL=(www) NOPASSWD: /bin/x, !/bin/y\\n\" }",
        (("ann",), ("www",), ("/bin/x",), ("NOPASSWD",), 1),
        (("ann",), ("www",), ("!/bin/y",), ("NOPASSWD",), 1),
    ),
    "sudo by a definition": _case(
        SudoRule, _SUDO, _CONF, (("%ops",), ("ALL",), ("ALL",), ("NOPASSWD",), 3)
    ),
    "sudo by an added line": _case(
        SudoRule, _SUDO,
        "file_line { 'x': path => '/etc/sudoers', line => 'ann ALL=ALL' }",
        (("ann",), ("root",), ("ALL",), (), 1),
    ),
    "sudo from an inline template": _case(
        SudoRule, _SUDO,
        "$who = ['ann', 'bob'] file { '/etc/sudoers.d/a': content => "
        "inline_epp('<%= $w.join(\",\") %> ALL=ALL', { 'w' => $who }) }",
        (("ann", "bob"), ("root",), ("ALL",), (), 1),
    ),
    "settings of sudo": _case(
        SudoDefault, "scope setting",
        "file { '/etc/sudoers.d/a': content => \"Defaults:ann !authenticate\\n\" }",
        (":ann", "!authenticate"),
    ),
    "sudo that is sensitive": _case(
        Unread, "code operation",
        "\nfile { '/etc/sudoers.d/a': content => Sensitive('ann ALL=ALL') }",
        ("hidden", "site.pp:2"),
    ),
    "sudo that is deferred": _case(
        Unread, "code operation",
        "file { '/etc/sudoers.d/a': content => Deferred('sprintf', ['ann ALL=ALL']) }",
        ("hidden", "site.pp:1"),
    ),
    "sudo from elsewhere": _case(
        Unread, "code operation",
        "file { '/etc/sudoers.d/a': source => 'puppet:///modules/a/b' }",
        ("hidden", "site.pp:1"),
    ),
    "files": _case(
        HostFile, "path kind mode state", _ENSURE,
        ("/srv/a", "directory", 0o755, "present"), ("/srv/b", "", None, "absent"),
        ("/srv/c", "", 0o777, "unknown"), ("/srv/d", "file", None, "present"),
    ),
    "link": _case(
        HostFile, "kind target", "file { '/srv/a': ensure => link, target => '/srv/b' }",
        ("link", "/srv/b"),
    ),
    "file of a numbered owner": _case(
        HostFile, "owner group", "file { '/srv/a': ensure => file, owner => 0, group => '0' }",
        ("0", "0"),
    ),
    "cron": _case(
        HostJob, "user schedule paths",
        "cron { 'a': command => '/opt/x /srv/y', user => 'app', minute => [0, 30], "
        "hour => '*/2' }",
        ("app", "0,30 */2 * * *", ("/opt/x", "/srv/y")),
    ),
    "cron of root": _case(
        HostJob, "user schedule", "cron { 'a': command => '/opt/x', special => 'reboot' }",
        ("root", "@reboot"),
    ),
    "commands": _case(
        HostJob, "name user command conditional", _STAGES,
        ("/srv/x --install", "root", "/srv/x --install", False),
        ("fetch", "root", "/usr/bin/curl ?", True),
        ("restart", "root", "/bin/systemctl ? ?", True),
    ),
    "command of a user": _case(
        HostJob, "user", "exec { '/bin/true': user => 'app' }", ("app",)
    ),
    "services": _case(
        HostService, "name running enabled",
        "service { 'a': ensure => running, enable => true } service { 'b': ensure => stopped }",
        ("a", True, True), ("b", False, None),
    ),
    "packages": _case(
        HostPackage, "name version state",
        "package { 'a': ensure => '1.2' } package { ['b', 'c']: ensure => purged }",
        ("a", "1.2", "present"), ("b", "", "absent"), ("c", "", "absent"),
    ),
    "mount": _case(
        HostMount, "path device options mounted",
        "mount { '/srv': ensure => mounted, device => 'tmpfs', fstype => 'tmpfs', "
        "options => 'nosuid,nodev' }",
        ("/srv", "tmpfs", ("nosuid", "nodev"), True),
    ),
    "sysctl": _case(
        HostSysctl, "name value", "sysctl { 'kernel.yama.ptrace_scope': val => '1' }",
        ("kernel.yama.ptrace_scope", "1"),
    ),
    "firewall": _case(
        HostRule, "name protocol ports sources interface action", _FIREWALL,
        ("100 ssh", "tcp", ("22", "8000-8010"), ("10.0.0.0/8",), "eth0", "accept"),
        ("999 drop", "all", (), (), "", "drop"),
    ),
    "odd names": _case(
        HostUser, "name line", _ODD, ("Ann Smith", 2), ("o'brien", 2), ("zo\u00eb", 2)
    ),
    "odd paths": _case(
        HostFile, "path mode", _ODD_FILES, ("/srv/a b/[c]", 0o600), ('/srv/\u00e4"x', 0o600)
    ),
    "user of an early stage": _case(HostUser, "name line", _STAGE, ("ann", 4)),
    "user of a contained class": _case(HostUser, "name line", _CONTAINED, ("ann", 3)),
    "definitions in virtual ones": _case(HostUser, "name uid line", _ACCOUNTS, ("ann", 3, 3)),
    "made once by a function": _case(HostUser, "name uid line", _MADE_TWICE, ("ann", 7, 2)),
    "made of a hash": _case(
        HostUser, "name uid shell line", _MERGED,
        ("ann", 1001, "/bin/false", 3), ("bob", None, "/bin/sh", 3),
    ),
    "overridden by a collector": _case(HostUser, "name uid", _COLLECTED_OVER, ("ann", 0)),
    "overridden by a collector in a chain": _case(
        HostFile, "path mode line", _CHAINED, ("/srv/x", 0o777, 2), ("/srv/y", 0o700, 3)
    ),
    "sudo over several lines": _case(
        SudoRule, _SUDO, _HEREDOC,
        (("ann",), ("ALL",), ("/bin/a",), ("NOPASSWD",), 2),
        (("ann",), ("ALL",), ("/bin/b",), ("NOPASSWD",), 2),
    ),
    "sudo that goes": _case(SudoRule, "users state", _GONE_SUDO, (("bob",), "absent")),
    "key that goes": _case(
        AuthorizedKey, "user state",
        f"ssh_authorized_key {{ 'k': ensure => absent, user => 'ann', type => 'rsa', "
        f"key => '{ED25519}' }}",
        ("ann", "absent"),
    ),
    "cron that goes": _case(
        HostJob, "name state", "cron { 'c': ensure => absent, command => '/opt/x' }",
        ("c", "absent"),
    ),
    "mount that goes": _case(
        HostMount, "path mounted state", "mount { '/srv': ensure => absent }",
        ("/srv", False, "absent"),
    ),
    "files below a folder": _case(
        HostFile, "mode owner inside only_told",
        "file { '/srv': ensure => directory, recurse => true, purge => true, mode => '0644', "
        "owner => 'ann' }",
        (0o755, "ann", True, True),
    ),
    "keys that are purged": _case(
        HostUser, "name only_told_keys",
        "user { 'ann': purge_ssh_keys => true } user { 'bob': ensure => present }",
        ("ann", True), ("bob", False),
    ),
    "sensitive number": _case(
        HostUser, "name uid unknown", "user { 'ann': uid => Sensitive(0) }",
        ("ann", None, ("uid",)),
    ),
    "deferred groups": _case(
        Unread, "code operation",
        "\nuser { 'ann': groups => [Deferred('sprintf', ['sudo'])] }", ("hidden", "site.pp:2"),
    ),
}  # fmt: skip
"""Name to case."""
