# SPDX-License-Identifier: Apache-2.0
"""The facts of hosts as changes leave them, whichever tool told of them."""

import typing
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeVar, assert_never

from msgspec import structs

from bartizan.model.facts import Facts
from bartizan.model.facts.control import ControlMember, ControlRight
from bartizan.model.facts.host import AuthorizedKey, HostMember, HostUser, SudoRule
from bartizan.model.facts.host_control import HostControl
from bartizan.model.facts.host_part import HostFile
from bartizan.model.host_change import (
    ChangeFirstGroup,
    ClearSetuid,
    DropSudoRule,
    GiveToRoot,
    HostChange,
    LeaveGroup,
    LeaveToolGroup,
    RemoveKey,
    RevokeRight,
    SignNoMore,
    TakeOneVersion,
)
from bartizan.model.record import Records
from bartizan.model.table import Row, to_arrow

KIND = "Host::Change"
"""Kind of the records that say a change; no scan reads any."""
_CHANGES: Mapping[str, Callable[..., HostChange]] = {
    kind.__name__: kind for kind in typing.get_args(HostChange)
}
_OTHERS_WRITE, _SETUID = 0o022, 0o4000
_ONE = "one"
"""Stands for the version that people choose."""
_SETTLED = frozenset({"owner", "group", "mode"})
R = TypeVar("R", bound=Row)


def changed(facts: Facts, records: Records) -> Facts:
    """Return facts with the changes done that records tell of."""
    for change in _told(records):
        match change:
            case DropSudoRule():
                facts = _each(facts, SudoRule, partial(_other_rule, change))
            case RemoveKey():
                facts = _each(facts, AuthorizedKey, partial(_other_key, change))
            case LeaveGroup():
                facts = _each(facts, HostMember, partial(_other_group, change))
            case ChangeFirstGroup():
                facts = _each(facts, HostUser, partial(_own_group, change))
            case GiveToRoot() | ClearSetuid():
                facts = _each(facts, HostFile, partial(_file, change))
            case TakeOneVersion() | SignNoMore():
                facts = _each(facts, HostControl, partial(_control, change))
            case RevokeRight():
                facts = _each(facts, ControlRight, partial(_other_right, change))
            case LeaveToolGroup():
                facts = _each(facts, ControlMember, partial(_other_member, change))
            case _:
                assert_never(change)
    return facts


def _told(records: Records) -> Iterator[HostChange]:
    for record in records.of(KIND):
        held = {name: value for name, value in record.body.items() if name != "change"}
        yield _CHANGES[str(record.body["change"])](**held)


def _each(facts: Facts, kind: type[R], after: Callable[[R], R | None]) -> Facts:
    """Return facts with each row of a table as it is `after`; None for no longer there."""
    rows = tuple(row for row in map(after, facts.rows(kind)) if row is not None)
    return facts.replaced({kind.table: to_arrow(kind, rows)})


def _other_rule(change: DropSudoRule, row: SudoRule) -> SudoRule | None:
    named = (row.host, row.path, row.order) == (change.host, change.path, change.order)
    return None if named else row


def _other_key(change: RemoveKey, row: AuthorizedKey) -> AuthorizedKey | None:
    named = ("host", "user", "path", "fingerprint")
    return None if all(getattr(row, one) == getattr(change, one) for one in named) else row


def _other_group(change: LeaveGroup, row: HostMember) -> HostMember | None:
    named = (row.host, row.user, row.group) == (change.host, change.user, change.group)
    return None if named else row


def _own_group(change: ChangeFirstGroup, row: HostUser) -> HostUser:
    named = (row.host, row.name, row.group) == (change.host, change.user, change.group)
    return structs.replace(row, group=row.name) if named else row


def _control(change: TakeOneVersion | SignNoMore, row: HostControl) -> HostControl | None:
    kind, name = (
        ("module", change.module)
        if isinstance(change, TakeOneVersion)
        else ("autosign", change.name)
    )
    told = (row.source, row.kind, row.name, row.file, row.line)
    if told != (change.tool, kind, name, change.file, change.line):
        return row
    if isinstance(change, SignNoMore):
        return None
    known = tuple(one for one in row.unknown if one != "version")
    return structs.replace(row, version=_ONE, unknown=known)


def _other_right(change: RevokeRight, row: ControlRight) -> ControlRight | None:
    named = ("kind", "name", "action", "holder_kind", "holder", "file")
    same = row.source == change.tool and all(
        getattr(row, one) == getattr(change, one) for one in named
    )
    return None if same else row


def _other_member(change: LeaveToolGroup, row: ControlMember) -> ControlMember | None:
    named = ("group", "kind", "member", "file")
    same = row.source == change.tool and all(
        getattr(row, one) == getattr(change, one) for one in named
    )
    return None if same else row


def _file(change: GiveToRoot | ClearSetuid, row: HostFile) -> HostFile:
    if (row.host, row.path) != (change.host, change.path):
        return row
    if isinstance(change, ClearSetuid):
        return structs.replace(row, mode=row.mode and row.mode & ~_SETUID)
    return structs.replace(
        row,
        owner="root",
        group="root",
        mode=row.mode and row.mode & ~_OTHERS_WRITE,
        unknown=tuple(name for name in row.unknown if name not in _SETTLED),
    )
