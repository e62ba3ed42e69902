# SPDX-License-Identifier: Apache-2.0
"""The users and groups of one host, so far as they are told."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field

from bartizan.model.evidence import Evidence
from bartizan.model.facts.host import HostGroup, HostMember, HostUser
from bartizan.model.step import Foothold
from bartizan.reason.host import place

UNPRIVILEGED_SHELLS = ("nologin", "false", "true", "sync", "halt", "shutdown")
"""Names of shells that end at once."""


class Who(Struct, frozen=True, kw_only=True):
    """Somebody who runs code on a host."""

    foothold: Foothold
    name: str = ""
    """Login name; empty for a group, and for somebody of whom nothing is known."""
    uid: int | None = None
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name or number of each group that they are in to what is missing to be sure."""
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    """The same groups to what says so, where something does."""

    @property
    def root(self) -> bool:
        """They may do everything already."""
        return self.name == place.ROOT or self.uid == 0


class People:
    """Everybody on one host who is named."""

    def __init__(
        self,
        host: str,
        users: Iterable[HostUser],
        groups: Iterable[HostGroup],
        members: Iterable[HostMember],
    ) -> None:
        self.host = host
        self.users = {row.name: row for row in users if row.state != "absent"}
        self._groups = {row.name: row for row in groups if row.state != "absent"}
        self._gone = {row.name for row in groups if row.state == "absent"}
        self._members: dict[str, list[HostMember]] = defaultdict(list)
        for row in members:
            if row.state != "absent" and row.group not in self._gone:
                self._members[row.user].append(row)

    def named(self) -> set[str]:
        """Name all users that are told of, or are in a group."""
        return {*self.users, *self._members}

    def groups(self) -> set[str]:
        """Name all groups that are told of, or have members."""
        return {*self._groups, *(row.group for held in self._members.values() for row in held)}

    def who(self, name: str) -> Who:
        """Return a user with the groups that it is told to be in."""
        row = self.users.get(name)
        groups: dict[str, tuple[str, ...]] = {}
        evidence: dict[str, Evidence] = {}
        for said, missing, why in self._in(name, row):
            for called in self.called(said):
                if called not in groups or (groups[called] and not missing):
                    groups[called], evidence[called] = missing, why
        return Who(
            foothold=place.user(self.host, name),
            name=name,
            uid=None if row is None else row.uid,
            groups=groups,
            evidence=evidence,
        )

    def in_group(self, name: str) -> Who:
        """Return somebody of whom it is known only that they are in a group."""
        return Who(
            foothold=place.group(self.host, name),
            groups=dict.fromkeys(self.called(name), ()),
        )

    def somebody(self) -> Who:
        """Return somebody of whom nothing is known."""
        return Who(foothold=place.somebody(self.host))

    def _in(
        self, name: str, row: HostUser | None
    ) -> Iterator[tuple[str, tuple[str, ...], Evidence]]:
        if row is not None and row.group and row.group not in self._gone:
            why = place.because(row, f"{name} is in {row.group}")
            yield row.group, place.doubt(row, "group"), why
        for member in self._members.get(name, ()):
            why = place.because(member, f"{name} is in {member.group}")
            yield member.group, place.doubt(member, "group", "user"), why

    def first(self, name: str) -> set[str]:
        """Return what the first group of a user is called; nothing where that is not told."""
        row = self.users.get(name)
        return self.called(row.group) if row is not None and row.group else set()

    def joined(self, name: str, group: str) -> Iterator[HostMember]:
        """Yield what says that a user is in a group which is not the user's first one."""
        yield from (row for row in self._members.get(name, ()) if group in self.called(row.group))

    def called(self, said: str) -> set[str]:
        """Return the name and the number of a group that is told by either."""
        found = {said}
        for row in self._groups.values():
            if said in {row.name, str(row.gid)}:
                found |= {row.name} | ({str(row.gid)} if row.gid is not None else set())
        return found

    def shell_refuses(self, name: str) -> bool:
        """Tell whether a login as a user ends at once."""
        row = self.users.get(name)
        shell = "" if row is None or row.state != "present" else row.shell
        return shell.rpartition("/")[2] in UNPRIVILEGED_SHELLS
