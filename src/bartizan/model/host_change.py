# SPDX-License-Identifier: Apache-2.0
"""Changes to a host, whichever tool looks after it.

Each says what is to be on the host afterwards, and where the code is that says otherwise now: a
tool that is not told so brings back what was there.
"""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class DropSudoRule:
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


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class RemoveKey:
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


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LeaveGroup:
    """Take a user out of a group that is not the user's first one."""

    host: str
    """Id of the host."""
    user: str
    """Name of the user."""
    group: str
    """Name or number of the group, as in the `host_member` table."""
    at: str
    """File and line of code that say so; empty where not known."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class GiveToRoot:
    """Make a file or directory root's own, which nobody else may write."""

    host: str
    """Id of the host."""
    path: str
    """Its absolute path."""
    inside: bool
    """All that lies in it as well."""
    at: str
    """File and line of code that say so; empty where not known."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ClearSetuid:
    """Take the set-user-id bit off a program."""

    host: str
    """Id of the host."""
    path: str
    """Its absolute path."""
    at: str
    """File and line of code that say so; empty where not known."""


HostChange: TypeAlias = DropSudoRule | RemoveKey | LeaveGroup | GiveToRoot | ClearSetuid
"""A change to who may do what on a host."""
