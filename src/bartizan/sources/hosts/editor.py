# SPDX-License-Identifier: Apache-2.0
"""Does remedies on hosts, and says how a person does them.

Tools tell of hosts in many ways: one resource, one file of many rules, one recipe. What counts is
what is on the host afterwards, so a remedy becomes a record of its own, and the facts of all tools
are changed by it (`change`).
"""

import shlex
from collections.abc import Iterable
from typing import assert_never

from msgspec import structs

from bartizan.model.host_change import (
    ChangeFirstGroup,
    ClearSetuid,
    DropSudoRule,
    GiveToRoot,
    HostChange,
    LeaveGroup,
    LeaveToolGroup,
    OfTool,
    OnHost,
    RemoveKey,
    RevokeRight,
    SignNoMore,
    TakeOneVersion,
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
        the code which would bring back what was there; of a tool's server or code, what those who
        keep it run. Empty for what is neither.
        """
        del records, after
        change = remedy.change
        if isinstance(change, OfTool):
            return _of_tool(change)
        if not isinstance(change, OnHost):
            return ""
        undone = f"; {change.at} says otherwise, so change it there first" if change.at else ""
        return "\n".join((_plain(f"# as root on {change.host}{undone}"), _command(change)))

    def terraform(self, remedy: Remedy, records: Records) -> str:
        """Return nothing: what is on a host is no resource of Terraform."""
        del remedy, records
        return ""


def _command(change: OnHost) -> str:
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
        case ChangeFirstGroup():
            made = shlex.join(("groupadd", "--force", "--", change.user))
            return f"{made} && {shlex.join(('usermod', '--gid', change.user, '--', change.user))}"
        case GiveToRoot():
            deep = ("--recursive",) if change.inside else ()
            own = shlex.join(("chown", *deep, "root:root", change.path))
            return f"{own} && {shlex.join(('chmod', *deep, 'go-w', change.path))}"
        case ClearSetuid():
            return shlex.join(("chmod", "u-s", change.path))
        case _:
            assert_never(change)


def _of_tool(change: OfTool) -> str:
    match change:
        case TakeOneVersion():
            what = f"  # line {change.line}: take {change.module} in one version or commit"
            return f"${{EDITOR:-vi}} {shlex.quote(change.file)}{_plain(what)}"
        case SignNoMore():
            what = f"  # line {change.line}: take out {change.name or 'the program that signs'}"
            return f"${{EDITOR:-vi}} {shlex.quote(change.file)}{_plain(what)}"
        case RevokeRight():
            # An actor is a user or a client; nothing tells which where neither is listed.
            holder = "user" if change.holder_kind == "actor" else change.holder_kind
            words = (holder, change.holder, change.kind, change.name, change.action)
            return shlex.join(("knife", "acl", "remove", *words))
        case LeaveToolGroup():
            member = "user" if change.kind == "actor" else change.kind
            return shlex.join(("knife", "group", "remove", member, change.member, change.group))
        case _:
            assert_never(change)


def _plain(text: str) -> str:
    """Return one line of a comment: what a host calls something must not end it."""
    return "".join(one if one.isprintable() else "?" for one in text)


def _record(change: HostChange) -> Record:
    return Record(
        provider="hosts",
        account=change.host if isinstance(change, OnHost) else "",
        region="",
        service="host",
        kind=KIND,
        id=repr(change),
        body={"change": type(change).__name__, **structs.asdict(change)},
    )
