# SPDX-License-Identifier: Apache-2.0
"""What the text of files says that say who can do what: sudoers, keys, crontabs, sysctl.

Whoever knows the text of such a file, or a part of it, gets the rows that it makes.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypedDict

from msgspec import Struct

from bartizan.model import authorized_keys, crontab, sudoers
from bartizan.model.command_text import HIDDEN, paths
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.host import AuthorizedKey, SudoDefault, SudoRule
from bartizan.model.facts.host_part import HostJob, HostSysctl
from bartizan.model.host_text import Form
from bartizan.model.table import Row

PRESENT, ABSENT, UNCERTAIN = "present", "absent", "unknown"
"""What `state` of a row may be."""

_CRON_NAME = re.compile(r"[A-Za-z0-9_-]+")
"""Names in /etc/cron.d that Debian's cron(8) reads; other systems read more."""
_HOME = re.compile(r"(/root|/home/([^/]+))/\.ssh/[^/]+")


class Tail(TypedDict):
    """The columns with which the rows of all tables of hosts end."""

    source: str
    file: str
    line: int
    state: str
    unknown: tuple[str, ...]


class Part(Struct, frozen=True, kw_only=True):
    """A piece of a file, in the order of pieces."""

    host: str
    path: str
    form: Form
    text: str
    tail: Tail
    """Who says so; `unknown` is not looked at."""
    gap: Callable[[str, str], Unread]
    """Makes of a code and a reason the row that says what of it could not be read."""


def is_read(path: str, form: Form) -> bool:
    """Tell whether the programs that a file is for read one of its name."""
    in_folder = form is Form.SUDOERS and "/sudoers.d/" in path
    return not in_folder or sudoers.is_read(_name(path))


def state_of(path: str, form: Form, state: str) -> str:
    """Return the state of what a file says, of which itself it is `state`."""
    if form is Form.CRONTAB and path.startswith("/etc/cron.d/") and state == PRESENT:
        return PRESENT if _CRON_NAME.fullmatch(_name(path)) else UNCERTAIN
    return state


def rows(parts: Sequence[Part], homes: Mapping[str, str]) -> Iterator[Row]:
    """Yield what the files of one host say; `homes` are its users' home directories."""
    known = sudoers.aliases([part.text for part in parts if part.form is Form.SUDOERS])
    places: dict[str, int] = {}
    for part in parts:
        match part.form:
            case Form.SUDOERS:
                yield from _sudo(part, known, places)
            case Form.KEYS:
                yield from _keys(part, homes)
            case Form.CRONTAB:
                yield from _jobs(part)
            case Form.SYSCTL:
                yield from _settings(part)


def _sudo(part: Part, known: sudoers.Aliases, places: dict[str, int]) -> Iterator[Row]:
    for entry in sudoers.read(part.text, known):
        order = places.get(part.path, 0)
        places[part.path] = order + 1
        match entry:
            case sudoers.Rule():
                yield _sudo_rule(part, entry, order)
            case sudoers.Default():
                yield SudoDefault(
                    host=part.host,
                    path=part.path,
                    order=order,
                    scope=entry.scope,
                    setting=entry.setting,
                    **_tail(part),
                )
            case sudoers.Include():
                if entry.path.rstrip("/") != "/etc/sudoers.d":
                    yield part.gap("not-understood", f"`{part.path}` includes `{entry.path}`")
            case sudoers.Unreadable():
                yield part.gap(
                    "malformed", f"line {entry.line} of what `{part.path}` says is no rule"
                )


def _sudo_rule(part: Part, rule: sudoers.Rule, order: int) -> SudoRule:
    lists = {
        "as_groups": rule.as_groups,
        "as_users": rule.as_users,
        "commands": rule.commands,
        "hosts": rule.hosts,
        "users": rule.users,
    }
    unknown = (name for name, items in lists.items() if sudoers.unresolved(items))
    return SudoRule(
        host=part.host,
        path=part.path,
        order=order,
        users=rule.users,
        hosts=rule.hosts,
        as_users=rule.as_users,
        as_groups=rule.as_groups,
        commands=rule.commands,
        tags=rule.tags,
        **_tail(part, tuple(unknown)),
    )


def _keys(part: Part, homes: Mapping[str, str]) -> Iterator[Row]:
    user = _user(part.path, homes)
    for key in authorized_keys.read(part.text):
        if key is None:
            yield part.gap("malformed", f"a line of `{part.path}` is no key")
            continue
        yield AuthorizedKey(
            host=part.host,
            user=user,
            path=part.path,
            type=key.type,
            fingerprint=key.fingerprint,
            name=key.name,
            options=key.options,
            **_tail(part, () if user else ("user",)),
        )


def _user(path: str, homes: Mapping[str, str]) -> str:
    """Return whose keys a file lists: by the homes that are told, else by the usual ones."""
    home = path.partition("/.ssh/")[0]
    if home in homes:
        return homes[home]
    if match := _HOME.fullmatch(path):
        return match[2] or "root"
    return _name(path) if path.startswith("/etc/ssh/") else ""


def _jobs(part: Part) -> Iterator[Row]:
    for entry in crontab.read(part.text):
        if entry is None:
            yield part.gap("malformed", f"a line of `{part.path}` is no job")
            continue
        yield HostJob(
            host=part.host,
            kind="cron",
            name=part.path,
            user=entry.user,
            schedule=entry.schedule,
            command=entry.command,
            paths=paths(entry.command),
            conditional=False,
            **_tail(part, ("command",) if HIDDEN in entry.command else ()),
        )


def _settings(part: Part) -> Iterator[Row]:
    for line in part.text.splitlines():
        name, equals, value = line.partition("=")
        if not equals:
            yield part.gap("malformed", f"a line of `{part.path}` is no setting")
            continue
        yield HostSysctl(host=part.host, name=name, value=value, **_tail(part))


def _tail(part: Part, unknown: tuple[str, ...] = ()) -> Tail:
    return part.tail | {"unknown": unknown}


def _name(path: str) -> str:
    return path.rpartition("/")[2]
