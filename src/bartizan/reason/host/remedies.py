# SPDX-License-Identifier: Apache-2.0
"""Ways to take a step on a host away: each undoes all that the step rests on.

Costs are ordinal and say how much else a change is likely to break: what one user has costs less
than what many share.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from bartizan.model.facts.control import ControlMember, ControlRight
from bartizan.model.facts.host import AuthorizedKey, SudoRule
from bartizan.model.facts.host_control import HostControl
from bartizan.model.facts.host_part import HostFile
from bartizan.model.host_change import (
    ChangeFirstGroup,
    ClearSetuid,
    DropSudoRule,
    GiveToRoot,
    LeaveGroup,
    LeaveToolGroup,
    RemoveKey,
    RevokeRight,
    SignNoMore,
    TakeOneVersion,
)
from bartizan.model.remedy import Remedy
from bartizan.model.step import Breaker
from bartizan.reason.host import place
from bartizan.reason.host.estate import Machine
from bartizan.reason.host.people import Who

ONE, MANY = 2, 4
"""What is one user's or one file's, and what others have a part in."""


def without_rules(rules: Sequence[SudoRule]) -> Iterator[Breaker]:
    """Yield the way to take some rules of sudo out of their files."""
    if rules:
        yield Breaker(remedies=tuple(dict.fromkeys(map(_rule, rules))))


def out_of_groups(
    machine: Machine, who: Who, by: Callable[[frozenset[str]], bool]
) -> Iterator[Breaker]:
    """Yield the way to take a user out of every group that gives a step, where no other one and
    nothing else does; `by` tells whether being in some groups gives it.
    """
    if not who.name or by(frozenset()):
        return
    giving = [group for group in who.groups if by(frozenset({group}))]
    rows = [row for group in giving for row in machine.people.joined(who.name, group)]
    gone = {name for row in rows for name in machine.people.called(row.group)}
    first = machine.people.first(who.name)
    # A user stays in its first group whatever it is taken out of.
    kept = (who.groups.keys() - gone) | first
    moved = _first_group(machine, who) if first & set(giving) else ()
    left = (kept - first) | {who.name} if moved else kept
    if not (rows or moved) or by(frozenset(left)):
        return
    found = dict.fromkeys((row.group, place.told(row)) for row in rows)
    yield Breaker(
        remedies=(
            *moved,
            *(
                Remedy(
                    change=LeaveGroup(host=machine.id, user=who.name, group=group, at=at),
                    title=f"Take {who.name} out of the group {group} on {machine.id}",
                    cost=ONE,
                )
                for group, at in found
            ),
        )
    )


def _first_group(machine: Machine, who: Who) -> tuple[Remedy, ...]:
    """Return what gives a user a first group of its own; nothing where it has that, or where it is
    not told for sure.
    """
    row = machine.people.users.get(who.name)
    if row is None or who.name in machine.people.called(row.group):
        return ()
    change = ChangeFirstGroup(host=machine.id, user=who.name, group=row.group, at=place.told(row))
    title = f"Give {who.name} on {machine.id} a first group of its own, not {row.group}"
    return (Remedy(change=change, title=title, cost=MANY),)


def one_version(row: HostControl) -> Breaker:
    """Return the way to take a module in one version."""
    change = TakeOneVersion(tool=row.source, module=row.name, file=row.file, line=row.line)
    title = f"Take {row.name} in one fixed version in {row.file}:{row.line}"
    return Breaker(remedies=(Remedy(change=change, title=title, cost=ONE),))


def signed_by_hand(row: HostControl) -> Breaker:
    """Return the way to sign no certificates of some names unseen."""
    change = SignNoMore(tool=row.source, name=row.name, file=row.file, line=row.line)
    named = row.name or "whom a program says"
    title = f"Sign certificates of {named} by hand, not by {row.file}:{row.line}"
    return Breaker(remedies=(Remedy(change=change, title=title, cost=MANY),))


def without_right(row: ControlRight) -> Breaker:
    """Return the way to take a permission on a tool's server away."""
    change = RevokeRight(
        tool=row.source,
        kind=row.kind,
        name=row.name,
        action=row.action,
        holder_kind=row.holder_kind,
        holder=row.holder,
        file=row.file,
    )
    title = f"Let {row.holder} no longer {row.action} {row.kind}/{row.name} of {row.source}"
    cost = MANY if row.holder_kind == "group" else ONE
    return Breaker(remedies=(Remedy(change=change, title=title, cost=cost),))


def out_of_tool_group(row: ControlMember) -> Breaker:
    """Return the way to take a member out of a group of a tool's server."""
    change = LeaveToolGroup(
        tool=row.source, group=row.group, kind=row.kind, member=row.member, file=row.file
    )
    title = f"Take {row.member} out of the group {row.group} of {row.source}"
    return Breaker(remedies=(Remedy(change=change, title=title, cost=ONE),))


def to_root(files: Iterable[HostFile]) -> Iterator[Breaker]:
    """Yield the way to make some files and directories root's own."""
    remedies = tuple(
        Remedy(
            change=GiveToRoot(
                host=file.host, path=file.path, inside=file.inside, at=place.told(file)
            ),
            title=f"Give {file.path} on {file.host} to root, and let nobody else write it",
            cost=MANY if file.inside or file.kind == "directory" else ONE,
        )
        for file in dict.fromkeys(files)
    )
    if remedies:
        yield Breaker(remedies=remedies)


def without_bit(file: HostFile) -> Breaker:
    """Return the way to have a program run as whoever starts it."""
    change = ClearSetuid(host=file.host, path=file.path, at=place.told(file))
    title = f"Take the set-user-id bit off {file.path} on {file.host}"
    return Breaker(remedies=(Remedy(change=change, title=title, cost=ONE),))


def without_key(row: AuthorizedKey) -> Breaker:
    """Return the way to let a key sign in no longer."""
    change = RemoveKey(
        host=row.host,
        user=row.user,
        path=row.path,
        fingerprint=row.fingerprint,
        name=row.name,
        at=place.told(row),
    )
    named = row.name or row.fingerprint or "a key"
    title = f"Take {named} off the keys of {row.user} on {row.host}"
    return Breaker(remedies=(Remedy(change=change, title=title, cost=ONE),))


def _rule(row: SudoRule) -> Remedy:
    shared = len(row.users) > 1 or any(not one.isidentifier() or one == "ALL" for one in row.users)
    written = f"{', '.join(row.users)} {', '.join(row.hosts)} = ({', '.join(row.as_users)}) "
    written += "".join(f"{tag}: " for tag in row.tags) + ", ".join(row.commands)
    return Remedy(
        change=DropSudoRule(
            host=row.host, path=row.path, order=row.order, rule=written, at=place.told(row)
        ),
        title=f"Take `{written}` out of {row.path} on {row.host}",
        cost=MANY if shared else ONE,
    )
