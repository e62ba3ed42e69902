# SPDX-License-Identifier: Apache-2.0
"""What lies and runs on a host: files, jobs, services, packages, mounts, kernel, packet filter.

The rows of all tables end with the same five columns, as those of `host` do.
"""

from typing import ClassVar

from bartizan.model.table import Row


class HostFile(Row, frozen=True):
    """A file, directory or link."""

    table: ClassVar[str] = "host_file"

    host: str
    """Id of the host."""
    path: str
    """Its absolute path."""
    kind: str
    """`file`, `directory`, `link`; empty where not told."""
    owner: str
    """Name or number of its owner; empty where not told."""
    group: str
    """Name or number of its group; empty where not told."""
    mode: int | None
    """Its mode, set-id and sticky bits included; null where not told. 0o4755 is 2541."""
    inside: bool
    """The same holds for all that lies in it, as a directory that is looked after recursively."""
    only_told: bool
    """Nothing lies in it but what is told: the rest is removed."""
    target: str
    """Where a link leads; else empty."""
    content: str
    """`told` (the tool sets it, see `secrets`), `elsewhere` (the tool fetches it from `origin`) or
    `unknown`."""
    origin: str
    """Where the content comes from, as the tool spells it; empty where it is told or unknown."""
    secrets: tuple[str, ...]
    """Kinds of credential in its content, sorted."""
    access_keys: tuple[str, ...]
    """Ids of AWS access keys in its content, which are no secrets, sorted."""
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


class HostJob(Row, frozen=True):
    """Something that runs by itself as a user: at a time, or with every run of a tool."""

    table: ClassVar[str] = "host_job"

    host: str
    """Id of the host."""
    kind: str
    """`cron`, or `exec` (the tool runs it, with its own powers unless it names another user)."""
    name: str
    """What the tool calls it, values that may hold secrets replaced."""
    user: str
    """As whom it runs."""
    schedule: str
    """Minute, hour, day, month and weekday, or `@daily` and the like; empty for `exec`."""
    command: str
    """What it runs: names of programs, their options, and absolute paths; `?` for every other
    word, as it may hold a secret."""
    paths: tuple[str, ...]
    """Absolute paths that the command names, sorted: whoever can write one may change what
    runs."""
    conditional: bool
    """It runs only where something else is so, or changed."""
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


class HostService(Row, frozen=True):
    """A service of the operating system."""

    table: ClassVar[str] = "host_service"

    host: str
    """Id of the host."""
    name: str
    """Its name."""
    running: bool | None
    """It runs; null where not told."""
    enabled: bool | None
    """It starts with the host; null where not told, or where that is left to others."""
    source: str
    """Which tool said so."""
    file: str
    """File of code or of the host that says so; empty where not known."""
    line: int
    """Line in it; 0 where not known."""
    state: str
    """`present`, `absent` (it is masked), or `unknown`."""
    unknown: tuple[str, ...]
    """Columns of this row whose values are there but could not be read, sorted."""


class HostPackage(Row, frozen=True):
    """An installed package."""

    table: ClassVar[str] = "host_package"

    host: str
    """Id of the host."""
    name: str
    """Its name."""
    version: str
    """The version; `latest` where the newest is taken; empty where any will do."""
    manager: str
    """`apt`, `yum`, `pip`, ...; empty for that of the operating system."""
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


class HostMount(Row, frozen=True):
    """A mounted file system."""

    table: ClassVar[str] = "host_mount"

    host: str
    """Id of the host."""
    path: str
    """Where it is mounted."""
    device: str
    """What is mounted; empty where not told."""
    type: str
    """Type of the file system; empty where not told."""
    options: tuple[str, ...]
    """`nosuid`, `noexec`, `ro`, ..., as they stand; empty where not told."""
    mounted: bool | None
    """It is mounted now, not only listed; null where not told."""
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


class HostSysctl(Row, frozen=True):
    """A setting of the kernel."""

    table: ClassVar[str] = "host_sysctl"

    host: str
    """Id of the host."""
    name: str
    """Dotted: `kernel.yama.ptrace_scope`."""
    value: str
    """Its value; empty where not told."""
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


class HostRule(Row, frozen=True):
    """A rule of the host's packet filter, or what a chain of it does with the rest."""

    table: ClassVar[str] = "host_rule"

    host: str
    """Id of the host."""
    name: str
    """What the tool calls it; rules are sorted by it."""
    default: bool
    """It is what happens to packets that no rule of the chain decides."""
    chain: str
    """`INPUT`, `FORWARD`, ...; empty where not told."""
    filter: str
    """Table of the packet filter: `filter`, `nat`, ..."""
    family: str
    """`ipv4`, `ipv6`, or `both`; empty where not told."""
    action: str
    """`accept`, `drop`, `reject`, or the chain that it goes on to, lower case; empty for a rule
    that only counts."""
    protocol: str
    """`tcp`, `udp`, `all`, ...; empty where not told."""
    ports: tuple[str, ...]
    """Ports that packets are sent to, `22` or `8000-8010`, in their order; empty for all."""
    sources: tuple[str, ...]
    """Where packets come from, as it is written; empty for anywhere."""
    destinations: tuple[str, ...]
    """Where packets go to, as it is written; empty for anywhere."""
    interface: str
    """Interface on which packets arrive; empty for all."""
    others: tuple[str, ...]
    """Names of further conditions that narrow it and are not told here, sorted."""
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
