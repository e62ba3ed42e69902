# SPDX-License-Identifier: Apache-2.0
"""What the facts say of each host, by host."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Protocol, TypeVar

from msgspec import Struct

from bartizan.model.facts import Facts
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import (
    AuthorizedKey,
    Host,
    HostGroup,
    HostMember,
    HostUser,
    SudoDefault,
    SudoRule,
)
from bartizan.model.facts.host_part import HostFile, HostJob, HostMount, HostRule, HostService
from bartizan.reason.host import place
from bartizan.reason.host.people import People, Who
from bartizan.reason.host.sudo import ordered


class _OnHost(Protocol):
    @property
    def host(self) -> str: ...


R = TypeVar("R", bound=_OnHost)


class Machine(Struct, frozen=True, dict=True):
    """All that is told of one host."""

    row: Host
    people: People
    keys: tuple[AuthorizedKey, ...]
    rules: tuple[SudoRule, ...]
    """In the order in which sudo reads them."""
    defaults: tuple[SudoDefault, ...]
    """The same."""
    files: tuple[HostFile, ...]
    jobs: tuple[HostJob, ...]
    services: tuple[HostService, ...]
    mounts: tuple[HostMount, ...]
    filters: tuple[HostRule, ...]
    unread: tuple[Unread, ...]

    @property
    def id(self) -> str:
        """The tool's own name of it."""
        return self.row.id

    @cached_property
    def everybody(self) -> tuple[Who, ...]:
        """All users but root that are named somewhere, all groups, and somebody unknown."""
        users = {name for name in self._named() if name and name != place.ROOT}
        held = [self.people.who(name) for name in sorted(users)]
        groups = {*self.people.groups(), *self._groups_in_rules()}
        named = [self.people.in_group(name) for name in sorted(groups - {place.ROOT})]
        return (*(who for who in held if not who.root), *named, self.people.somebody())

    @cached_property
    def users(self) -> tuple[str, ...]:
        """Names of all users but root, sorted."""
        return tuple(who.name for who in self.everybody if who.name)

    def _named(self) -> Iterator[str]:
        yield from self.people.named()
        yield from (row.user for row in self.keys if row.state != "absent")
        yield from (row.user for row in self.jobs if row.state != "absent")
        for rule in self.rules:
            if rule.state != "absent":
                named = (item.lstrip("!") for item in (*rule.users, *rule.as_users))
                yield from (n for n in named if n[:1] not in {"%", "#", "+"} and n != "ALL")
        for file in self.files:
            if file.state != "absent" and not file.owner.isdecimal():
                yield file.owner

    def _groups_in_rules(self) -> Iterator[str]:
        for rule in self.rules:
            for item in rule.users if rule.state != "absent" else ():
                if item.startswith("%") and item[1:2] not in {"#", ":"}:
                    yield item[1:]


def machines(facts: Facts, only: Iterable[str] | None = None) -> Iterator[Machine]:
    """Yield every host, or `only` some, in the order of their names."""
    held = {row.id: row for row in facts.rows(Host)}
    users, groups = _by_host(facts.rows(HostUser)), _by_host(facts.rows(HostGroup))
    members = _by_host(facts.rows(HostMember))
    keys, files = _by_host(facts.rows(AuthorizedKey)), _by_host(facts.rows(HostFile))
    rules, defaults = _by_host(facts.rows(SudoRule)), _by_host(facts.rows(SudoDefault))
    jobs, services = _by_host(facts.rows(HostJob)), _by_host(facts.rows(HostService))
    mounts, filters = _by_host(facts.rows(HostMount)), _by_host(facts.rows(HostRule))
    unread: dict[str, list[Unread]] = defaultdict(list)
    for row in facts.rows(Unread):
        if row.account in held:
            unread[row.account].append(row)
    for name in sorted(held if only is None else held.keys() & set(only)):
        yield Machine(
            row=held[name],
            people=People(name, users[name], groups[name], members[name]),
            keys=tuple(keys[name]),
            rules=tuple(ordered(rules[name])),
            defaults=tuple(ordered(defaults[name])),
            files=tuple(files[name]),
            jobs=tuple(jobs[name]),
            services=tuple(services[name]),
            mounts=tuple(mounts[name]),
            filters=tuple(filters[name]),
            unread=tuple(unread[name]),
        )


def _by_host(rows: Iterable[R]) -> Mapping[str, list[R]]:
    found: dict[str, list[R]] = defaultdict(list)
    for row in rows:
        found[row.host].append(row)
    return found
