# SPDX-License-Identifier: Apache-2.0
"""What is on a host: who its users are, and what they may do there without asking anybody.

The rows of all tables but `host` end with the same five columns: which tool said so and where, and
how sure it is. A table names what was told, not all there is: `Host.whole` says which it is.
"""

from typing import ClassVar

from bartizan.model.table import Row


class Host(Row, frozen=True):
    """A machine that runs an operating system, under the name that its tool gives it."""

    table: ClassVar[str] = "host"

    id: str
    """The tool's own name of it: `certname` in Puppet. The other tables call it `host`."""
    source: str
    """Which tool told of it: `puppet`, ..."""
    names: tuple[str, ...]
    """Names of it in DNS, sorted."""
    addresses: tuple[str, ...]
    """Its addresses without prefix lengths, sorted."""
    system: str
    """Name of the operating system, `Debian`; empty where not known."""
    release: str
    """Its version, `12.4`; empty where not known."""
    kernel: str
    """Version of its kernel; empty where not known."""
    instance: str
    """Id of the cloud's machine that it runs on, `i-...`; empty where not known."""
    account: str
    """Cloud account of that machine; empty where not known."""
    environment: str
    """The part of the tool's code that it gets; empty where there are no parts."""
    whole: bool
    """The other tables tell of all that there is on it, not only of what the tool looks after."""


class HostUser(Row, frozen=True):
    """A user of the operating system."""

    table: ClassVar[str] = "host_user"

    host: str
    """Id of the host."""
    name: str
    """Its login name."""
    uid: int | None
    """Its number; null where not told. 0 is root by whatever name."""
    group: str
    """Name or number of its primary group; empty where not told."""
    home: str
    """Its home directory; empty where not told."""
    shell: str
    """What runs when it logs in; empty where not told."""
    password: str
    """`set`, `locked` (no password fits), `empty` (none is asked), or `unknown`."""
    only_told_groups: bool
    """It is in no groups but those that `host_member` names."""
    only_told_keys: bool
    """No key logs in as it but those that `authorized_key` names."""
    source: str
    """Which tool said so."""
    file: str
    """File of code or of the host that says so; empty where not known."""
    line: int
    """Line in it; 0 where not known."""
    state: str
    """`present`, `absent` (the tool takes it away), or `unknown`."""
    unknown: tuple[str, ...]
    """Columns of this row whose values are there but could not be read, sorted."""


class HostGroup(Row, frozen=True):
    """A group of the operating system."""

    table: ClassVar[str] = "host_group"

    host: str
    """Id of the host."""
    name: str
    """Its name."""
    gid: int | None
    """Its number; null where not told."""
    only_told_members: bool
    """Nobody is in it but those that `host_member` names."""
    source: str
    """Which tool said so."""
    file: str
    """File of code or of the host that says so; empty where not known."""
    line: int
    """Line in it; 0 where not known."""
    state: str
    """`present`, `absent` (the tool takes it away), or `unknown`."""
    unknown: tuple[str, ...]
    """Columns of this row whose values are there but could not be read, sorted."""


class HostMember(Row, frozen=True):
    """A user is in a group of the operating system."""

    table: ClassVar[str] = "host_member"

    host: str
    """Id of the host."""
    group: str
    """Name or number of the group."""
    user: str
    """Name of the user."""
    source: str
    """Which tool said so."""
    file: str
    """File of code or of the host that says so; empty where not known."""
    line: int
    """Line in it; 0 where not known."""
    state: str
    """`present`, `absent` (the tool takes it away), or `unknown`."""
    unknown: tuple[str, ...]
    """Columns of this row whose values are there but could not be read, sorted."""


class AuthorizedKey(Row, frozen=True):
    """A key pair whose holder may log in as a user over SSH."""

    table: ClassVar[str] = "authorized_key"

    host: str
    """Id of the host."""
    user: str
    """Name of the user; empty where not known."""
    path: str
    """File of the host that lists it; empty for the user's usual one."""
    type: str
    """`ssh-ed25519`, `ssh-rsa`, ...; empty where not known."""
    fingerprint: str
    """`SHA256:...` of the public key, as `ssh-keygen -l` and logs write it; empty where not
    known."""
    name: str
    """What people call it: its comment."""
    options: tuple[str, ...]
    """What limits it, as sshd(8) names it: `command="..."`, `from="..."`, `cert-authority`, ..."""
    source: str
    """Which tool said so."""
    file: str
    """File of code or of the host that says so; empty where not known."""
    line: int
    """Line in it; 0 where not known."""
    state: str
    """`present`, `absent` (the tool takes it away), or `unknown`."""
    unknown: tuple[str, ...]
    """Columns of this row whose values are there but could not be read, sorted."""


class SudoRule(Row, frozen=True):
    """One command, or all, that some users may run as others: sudoers(5), `User_Spec`."""

    table: ClassVar[str] = "sudo_rule"

    host: str
    """Id of the host."""
    path: str
    """File of the host that holds it."""
    order: int
    """Place in that file, from 0. Files are read in the order of their names, and the last rule
    that fits decides."""
    users: tuple[str, ...]
    """Who may: `alice`, `%group`, `#uid`, `%#gid`, `+netgroup`, `ALL`, each perhaps after `!`;
    aliases are replaced by what they stand for."""
    hosts: tuple[str, ...]
    """On which hosts, spelled alike."""
    as_users: tuple[str, ...]
    """As whom; `root` where the rule names nobody; empty where it names groups alone."""
    as_groups: tuple[str, ...]
    """As which groups."""
    commands: tuple[str, ...]
    """Which commands, with their arguments: paths, folders (`/usr/bin/`), `ALL`, `sudoedit ...`,
    each perhaps after `!`."""
    tags: tuple[str, ...]
    """`NOPASSWD`, `NOEXEC`, `SETENV`, ..., and options such as `ROLE=...`, in force for these
    commands as they are written, sorted: the command `ALL` implies `SETENV`."""
    source: str
    """Which tool said so."""
    file: str
    """File of code or of the host that says so; empty where not known."""
    line: int
    """Line in it; 0 where not known."""
    state: str
    """`present`, `absent` (the tool takes it away), or `unknown`."""
    unknown: tuple[str, ...]
    """Columns of this row whose values are there but could not be read, sorted."""


class SudoDefault(Row, frozen=True):
    """A setting of sudo: sudoers(5), `Defaults`."""

    table: ClassVar[str] = "sudo_default"

    host: str
    """Id of the host."""
    path: str
    """File of the host that holds it."""
    order: int
    """Place in that file among rules and settings, from 0; later ones win."""
    scope: str
    """For whom: empty for all, else `:user`, `@host`, `>runas` or `!command` with its list."""
    setting: str
    """As it is written: `!authenticate`, `env_keep+="HTTP_PROXY"`, `targetpw`."""
    source: str
    """Which tool said so."""
    file: str
    """File of code or of the host that says so; empty where not known."""
    line: int
    """Line in it; 0 where not known."""
    state: str
    """`present`, `absent` (the tool takes it away), or `unknown`."""
    unknown: tuple[str, ...]
    """Columns of this row whose values are there but could not be read, sorted."""
