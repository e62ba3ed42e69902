# SPDX-License-Identifier: Apache-2.0
"""Changes to a host, whichever tool looks after it.

Each says what is to be on the host afterwards, and where the code is that says otherwise now: a
tool that is not told so brings back what was there.
"""

from typing import TypeAlias

from msgspec import Struct


class DropSudoRule(Struct, frozen=True, order=True):
    """Take one rule out of a file of sudo."""

    host: str
    """Id of the host."""
    path: str
    """File of the host that holds it."""
    order: int
    """Place in that file, as in the `sudo_rule` table."""
    rule: str
    """The rule, for people."""
    at: str
    """File and line of code that say so; empty where not known."""


class RemoveKey(Struct, frozen=True, order=True):
    """Take a key off the list of those that sign in as a user."""

    host: str
    """Id of the host."""
    user: str
    """Name of the user."""
    path: str
    """File of the host that lists it; empty for the user's usual one."""
    fingerprint: str
    """As in the `authorized_key` table."""
    name: str
    """Its comment, for people."""
    at: str
    """File and line of code that say so; empty where not known."""


class LeaveGroup(Struct, frozen=True, order=True):
    """Take a user out of a group that is not the user's first one."""

    host: str
    """Id of the host."""
    user: str
    """Name of the user."""
    group: str
    """Name or number of the group, as in the `host_member` table."""
    at: str
    """File and line of code that say so; empty where not known."""


class GiveToRoot(Struct, frozen=True, order=True):
    """Make a file or directory root's own, which nobody else may write."""

    host: str
    """Id of the host."""
    path: str
    """Its absolute path."""
    inside: bool
    """All that lies in it as well."""
    at: str
    """File and line of code that say so; empty where not known."""


class ClearSetuid(Struct, frozen=True, order=True):
    """Take the set-user-id bit off a program."""

    host: str
    """Id of the host."""
    path: str
    """Its absolute path."""
    at: str
    """File and line of code that say so; empty where not known."""


class ChangeFirstGroup(Struct, frozen=True, order=True):
    """Give a user a first group of its own, which nobody else is in."""

    host: str
    """Id of the host."""
    user: str
    """Name of the user, and of the group."""
    group: str
    """Name or number of the group that was its first one, as in the `host_user` table."""
    at: str
    """File and line of code that say so; empty where not known."""


class TakeOneVersion(Struct, frozen=True, order=True):
    """Take a module from elsewhere in one fixed version."""

    tool: str
    """Which tool's code takes it in."""
    module: str
    """Its name."""
    file: str
    """File that takes it in."""
    line: int
    """Line in it."""


class SignNoMore(Struct, frozen=True, order=True):
    """Sign no certificates unseen for names of one kind."""

    tool: str
    """Which tool's authority signs them."""
    name: str
    """Name or pattern; empty where a program decides."""
    file: str
    """File that says so."""
    line: int
    """Line in it."""


class RevokeRight(Struct, frozen=True, order=True):
    """Take a permission on a thing of a tool's server away."""

    tool: str
    """Which tool's server."""
    kind: str
    """Kind of the thing, as in the `control_right` table."""
    name: str
    """Name of the thing."""
    action: str
    """`create`, `read`, `update`, `delete` or `grant`."""
    holder_kind: str
    """As in the `control_right` table."""
    holder: str
    """Who may no longer."""
    file: str
    """File that says so."""


class LeaveToolGroup(Struct, frozen=True, order=True):
    """Take a member out of a group of a tool's server."""

    tool: str
    """Which tool's server."""
    group: str
    """Name of the group."""
    kind: str
    """As in the `control_member` table."""
    member: str
    """Who is in it no longer."""
    file: str
    """File that says so."""


OnHost: TypeAlias = (
    DropSudoRule | RemoveKey | LeaveGroup | ChangeFirstGroup | GiveToRoot | ClearSetuid
)
"""A change to who may do what on a host."""

OfTool: TypeAlias = TakeOneVersion | SignNoMore | RevokeRight | LeaveToolGroup
"""A change to who decides what is on hosts."""

HostChange: TypeAlias = OnHost | OfTool
