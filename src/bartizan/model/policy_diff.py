# SPDX-License-Identifier: Apache-2.0
"""What two policies allow each that the other does not, ready for any report."""

from msgspec import Struct


class Shown(Struct, frozen=True, kw_only=True):
    """A request that one of two policies allows and the other does not."""

    principal: str
    """The caller's ARN, a service's name, or empty for somebody without credentials."""
    caller: str
    """What kind of caller: `role`, `user`, `service`, ..."""
    session: str
    """ARN of the caller's session; empty for none."""
    action: str
    known: bool
    """The catalogue has the action; else it is an example of those that it does not have."""
    resource: str
    account: str
    """Account of the resource."""
    context: tuple[tuple[str, tuple[str, ...]], ...]
    """Condition keys with their values; every other key is absent."""


class Gain(Struct, frozen=True, kw_only=True):
    """Whether one policy allows anything that another does not."""

    any: bool | None
    """None where it could not be told."""
    shown: Shown | None = None
    """A request that shows it."""
    missing: tuple[str, ...] = ()
    """Why it could not be told."""


class PolicyDiff(Struct, frozen=True, kw_only=True):
    """Two policies compared."""

    old: str
    """What the user calls the old policy."""
    new: str
    type: str
    gained: Gain
    """What the new one allows and the old one does not."""
    lost: Gain
    """What the old one allows and the new one does not."""
