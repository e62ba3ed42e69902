# SPDX-License-Identifier: Apache-2.0
"""Who may change what a tool does to hosts: actors, groups, permissions, secrets, keys, and which
hosts each thing of the tool decides about.
"""

from typing import ClassVar

from bartizan.model.table import Row


class ControlActor(Row, frozen=True):
    """Somebody, or some machine, that the tool's server knows by a key."""

    table: ClassVar[str] = "control_actor"

    source: str
    """Which tool: `chef`."""
    kind: str
    """`user` or `client`."""
    name: str
    """Its name on the server."""
    power: str
    """`validator` (it registers clients), `superuser` (no permission is asked), else empty."""
    host: str
    """Id of the host that holds its key; empty where none is known to."""
    file: str
    """File that says so."""


class ControlMember(Row, frozen=True):
    """An actor or a group is in a group of the tool's server."""

    table: ClassVar[str] = "control_member"

    source: str
    """Which tool."""
    group: str
    """Name of the group."""
    kind: str
    """`user`, `client`, `group`, or `actor` where it is not said which."""
    member: str
    """Name of the member."""
    file: str
    """File that says so."""


class ControlRight(Row, frozen=True):
    """A permission on a thing of the tool's server."""

    table: ClassVar[str] = "control_right"

    source: str
    """Which tool."""
    kind: str
    """Kind of the thing, as the server spells it: `nodes`, `cookbooks`, `data_bags`, ...;
    `containers` for what holds for new things of a kind."""
    name: str
    """Name of the thing; of a container, the kind of what is in it."""
    action: str
    """`create`, `read`, `update`, `delete` or `grant`."""
    holder_kind: str
    """`user`, `client`, `group`, or `actor` where it is not said which."""
    holder: str
    """Who may."""
    file: str
    """File that says so."""


class ControlObject(Row, frozen=True):
    """A thing of the tool's server that decides what runs on hosts."""

    table: ClassVar[str] = "control_object"

    source: str
    """Which tool."""
    kind: str
    """As in `control_right`."""
    name: str
    """Its name."""
    hosts: tuple[str, ...]
    """Ids of the hosts on which it decides what runs as root, sorted."""
    whole: bool
    """There are no others among the hosts that are told."""


class ControlSecret(Row, frozen=True):
    """What the tool's server keeps for hosts and may be a secret."""

    table: ClassVar[str] = "control_secret"

    source: str
    """Which tool."""
    bag: str
    """Where it lies: the data bag."""
    name: str
    """Its name in it."""
    kind: str
    """`plain` (whoever may read it there has it), `encrypted` (and holds the shared secret),
    `mixed` (some of it is plain), or `vault` (and is among those it was encrypted for)."""
    version: int | None
    """Format of what is encrypted; null where nothing is."""
    cipher: str
    """What encrypts it; empty where nothing does."""
    clients: tuple[str, ...]
    """Of a vault, the clients that open it, sorted."""
    admins: tuple[str, ...]
    """Of a vault, the users who open it and may encrypt it for others, sorted."""
    query: str
    """Of a vault, the search by which it is encrypted for more clients at the next refresh: nodes
    write what it asks about themselves."""
    secrets: tuple[str, ...]
    """Kinds of credential in what is plain, sorted."""
    access_keys: tuple[str, ...]
    """Ids of AWS access keys in what is plain, sorted."""
    file: str
    """File that says so."""


class ControlKey(Row, frozen=True):
    """A key of the tool that lies somewhere; it was seen, and not read."""

    table: ClassVar[str] = "control_key"

    source: str
    """Which tool."""
    kind: str
    """`validator`, `superuser`, `actor` (of a user or client), or `shared-secret` (opens data
    bags)."""
    name: str
    """Whose key it is by the file's name; empty for a shared secret."""
    place: str
    """File in which it lies."""
    host: str
    """Id of the host on which it lies; empty where it lies among the files that were read."""
