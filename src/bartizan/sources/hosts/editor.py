# SPDX-License-Identifier: Apache-2.0
"""Does remedies on hosts, and says how a person does them.

Tools tell of hosts in many ways: one resource, one file of many rules, one recipe. What counts is
what is on the host afterwards, so a remedy becomes a record of its own, and the facts of all tools
are changed by it (`change`).
"""

import dataclasses
import shlex
from collections.abc import Iterable
from typing import assert_never

from bartizan.model.host_change import (
    ClearSetuid,
    DropSudoRule,
    GiveToRoot,
    HostChange,
    LeaveGroup,
    RemoveKey,
)
from bartizan.model.record import Overlay, Record, Records
from bartizan.model.remedy import Remedy
from bartizan.sources.hosts.change import KIND


class HostEditor:
    """Does those of some remedies that are on hosts."""

    def apply(self, remedies: Iterable[Remedy], records: Records) -> Overlay:
        """Return the estate as it would be with the remedies on hosts done."""
        changes = {one.change for one in remedies if isinstance(one.change, HostChange)}
        held = (_record(change) for change in changes)
        return Overlay(records, {record.key: record for record in held})

    def command(self, remedy: Remedy, records: Records, *, after: Iterable[Remedy] = ()) -> str:
        """Return what root runs on the host, quoted for a POSIX shell, under a comment that names
        the code which would bring back what was there; empty for what is on no host.
        """
        del records, after
        change = remedy.change
        if not isinstance(change, HostChange):
            return ""
        undone = f"; {change.at} says otherwise, so change it there first" if change.at else ""
        return "\n".join((_plain(f"# as root on {change.host}{undone}"), _command(change)))

    def terraform(self, remedy: Remedy, records: Records) -> str:
        """Return nothing: what is on a host is no resource of Terraform."""
        del remedy, records
        return ""


def _command(change: HostChange) -> str:
    match change:
        case DropSudoRule():
            what = _plain(f"  # take out: {change.rule}")
            return shlex.join(("visudo", "-f", change.path)) + what
        case RemoveKey():
            what = _plain(f"  # take out: {change.fingerprint} {change.name}")
            usual = f"~{shlex.quote(change.user)}/.ssh/authorized_keys"
            return f"${{EDITOR:-vi}} {shlex.quote(change.path) if change.path else usual}{what}"
        case LeaveGroup():
            return shlex.join(("gpasswd", "--delete", change.user, change.group))
        case GiveToRoot():
            deep = ("--recursive",) if change.inside else ()
            own = shlex.join(("chown", *deep, "root:root", change.path))
            return f"{own} && {shlex.join(('chmod', *deep, 'go-w', change.path))}"
        case ClearSetuid():
            return shlex.join(("chmod", "u-s", change.path))
        case _:
            assert_never(change)


def _plain(text: str) -> str:
    """Return one line of a comment: what a host calls something must not end it."""
    return "".join(one if one.isprintable() else "?" for one in text)


def _record(change: HostChange) -> Record:
    return Record(
        provider="hosts",
        account=change.host,
        region="",
        service="host",
        kind=KIND,
        id=repr(change),
        body={"change": type(change).__name__, **dataclasses.asdict(change)},
    )
