# SPDX-License-Identifier: Apache-2.0
"""What the text of files says that say who can do what: sudoers, keys, crontabs, sysctl.

A file may be set as a whole (`File`), put together from parts (`Concat_fragment`), or have lines
added (`File_line`); what Augeas does to one is not read and stays visible.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bartizan.model import authorized_keys, crontab, sudoers
from bartizan.model.command_text import HIDDEN, paths
from bartizan.model.facts.host import AuthorizedKey, SudoDefault, SudoRule
from bartizan.model.facts.host_part import HostJob, HostSysctl
from bartizan.model.table import Row
from bartizan.sources.puppet.facts.said import ABSENT, PRESENT, UNCERTAIN, Said, Tail
from bartizan.sources.puppet.hide import file_path
from bartizan.sources.puppet.text import Form, form

_PARTS = {"File": "content", "Concat_fragment": "content", "File_line": "line"}
_CRON_NAME = re.compile(r"[A-Za-z0-9_-]+")
"""Names in /etc/cron.d that Debian's cron(8) reads; other systems read more."""
_AUGEAS = re.compile(r"/files(/.*)")
_HOME = re.compile(r"(/root|/home/([^/]+))/\.ssh/[^/]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A piece of a file, in the order of pieces."""

    said: Said
    path: str
    form: Form
    text: str
    state: str


def rows(resources: Iterable[Said], homes: Mapping[str, str]) -> Iterator[Row]:
    """Yield what the files of one host say; `homes` are its users' home directories."""
    parts: list[_Part] = []
    for said in sorted(resources, key=_order):
        made = _part(said) if said.type in _PARTS else _edit(said)
        if isinstance(made, _Part):
            parts.append(made)
        elif made is not None:
            yield said.gap(made, code="not-understood" if said.type == "Augeas" else "hidden")
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


def _order(said: Said) -> tuple[str, int, str, str]:
    """Sort pieces as they stand in their file: parts by their order, added lines at the end."""
    path = file_path(said.type, said.title, said.parameters)
    return path, said.type == "File_line", said.text("order", "10"), said.title


def _part(said: Said) -> _Part | str | None:
    """Return the piece of a file that a resource sets; text says why there is none to be read,
    None that it is of no concern.
    """
    path = file_path(said.type, said.title, said.parameters)
    kind = form(path)
    state = said.state()
    if kind is None or said.text("ensure") in ("directory", "link"):
        return None
    if said.type == "File" and state == ABSENT:
        return None
    if kind is Form.SUDOERS and path.count("/sudoers.d/") and not sudoers.is_read(_name(path)):
        return None
    if kind is Form.CRONTAB and path.startswith("/etc/cron.d/") and state == PRESENT:
        state = PRESENT if _CRON_NAME.fullmatch(_name(path)) else UNCERTAIN
    text = said.parameters.get(_PARTS[said.type])
    if isinstance(text, str):
        return _Part(said=said, path=path, form=kind, text=text, state=state)
    where = "on the host" if said.hidden(_PARTS[said.type]) else "elsewhere"
    return f"what is written in `{path}` is hidden, or worked out {where}"


def _edit(said: Said) -> str | None:
    """Return what is not read of a file that Augeas edits; None where it is of no concern."""
    if said.type != "Augeas":
        return None
    match = _AUGEAS.fullmatch(said.text("context").rstrip("/"))
    places = (said.text("incl"), match[1] if match else "")
    # Below the file come the things in it: `/files/etc/sudoers/spec`.
    for place in places:
        names = place.split("/")
        for end in range(len(names), 1, -1):
            if form("/".join(names[:end])):
                return f"what Augeas does to `{'/'.join(names[:end])}` is not read"
    return None


def _sudo(part: _Part, known: sudoers.Aliases, places: dict[str, int]) -> Iterator[Row]:
    for entry in sudoers.read(part.text, known):
        order = places.get(part.path, 0)
        places[part.path] = order + 1
        match entry:
            case sudoers.Rule():
                yield _sudo_rule(part, entry, order)
            case sudoers.Default():
                yield SudoDefault(
                    host=part.said.host,
                    path=part.path,
                    order=order,
                    scope=entry.scope,
                    setting=entry.setting,
                    **_tail(part),
                )
            case sudoers.Include():
                if entry.path.rstrip("/") != "/etc/sudoers.d":
                    yield part.said.gap(
                        f"`{part.path}` includes `{entry.path}`", code="not-understood"
                    )
            case sudoers.Unreadable():
                yield part.said.gap(f"line {entry.line} of what `{part.path}` says is no rule")


def _sudo_rule(part: _Part, rule: sudoers.Rule, order: int) -> SudoRule:
    lists = {
        "as_groups": rule.as_groups,
        "as_users": rule.as_users,
        "commands": rule.commands,
        "hosts": rule.hosts,
        "users": rule.users,
    }
    unknown = (name for name, items in lists.items() if sudoers.unresolved(items))
    return SudoRule(
        host=part.said.host,
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


def _keys(part: _Part, homes: Mapping[str, str]) -> Iterator[Row]:
    user = _user(part.path, homes)
    for key in authorized_keys.read(part.text):
        if key is None:
            yield part.said.gap(f"a line of `{part.path}` is no key")
            continue
        yield AuthorizedKey(
            host=part.said.host,
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


def _jobs(part: _Part) -> Iterator[Row]:
    for entry in crontab.read(part.text):
        if entry is None:
            yield part.said.gap(f"a line of `{part.path}` is no job")
            continue
        yield HostJob(
            host=part.said.host,
            kind="cron",
            name=part.path,
            user=entry.user,
            schedule=entry.schedule,
            command=entry.command,
            paths=paths(entry.command),
            conditional=False,
            **_tail(part, ("command",) if HIDDEN in entry.command else ()),
        )


def _settings(part: _Part) -> Iterator[Row]:
    for line in part.text.splitlines():
        name, equals, value = line.partition("=")
        if not equals:
            yield part.said.gap(f"a line of `{part.path}` is no setting")
            continue
        yield HostSysctl(host=part.said.host, name=name, value=value, **_tail(part))


def _tail(part: _Part, unknown: tuple[str, ...] = ()) -> Tail:
    tail = part.said.tail(part.state)
    tail["unknown"] = unknown
    return tail


def _name(path: str) -> str:
    return path.rpartition("/")[2]
