# SPDX-License-Identifier: Apache-2.0
"""Reads sudoers files: rules with their aliases replaced, settings, and what is neither.

Source: https://www.sudo.ws/docs/man/sudoers.man/#SUDOERS_FILE_FORMAT
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from msgspec import Struct

_ITEM = r'(?:![ \t]*)*(?:[%+#]*"(?:[^"\\]|\\.)*"|(?:\\.|[^\s,=:"\\])+)'
_LIST = rf"{_ITEM}(?:[ \t]*,[ \t]*{_ITEM})*"
_HEAD = re.compile(rf"({_LIST})[ \t]+({_LIST})[ \t]*=")
_HOSTS = re.compile(rf"[ \t]*({_LIST})[ \t]*=")
_ITEMS = re.compile(_ITEM)
_ALIAS = re.compile(r"(User|Runas|Host|Cmnd|Cmd)_Alias[ \t]+(.*)", re.DOTALL)
_NAMED = re.compile(r"[ \t]*([A-Z][A-Z0-9_]*)[ \t]*=(.*)", re.DOTALL)
_ALIAS_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_DEFAULTS = re.compile(r"Defaults([:@>!]\s*\S+)?\s+(.*)", re.DOTALL)
_INCLUDE = re.compile(r"[#@]include(?:dir)?\s+(.*)")
_RUNAS = re.compile(r"\(([^()]*)\)[ \t]*")
_OPTION = re.compile(
    r"(ROLE|TYPE|PRIVS|LIMITPRIVS|NOTBEFORE|NOTAFTER|TIMEOUT|CWD|CHROOT|APPARMOR_PROFILE)"
    r'[ \t]*=[ \t]*("[^"]*"|[^\s,]+)[ \t]+'
)
_TAG = re.compile(
    r"((?:NO)?(?:PASSWD|EXEC|SETENV|LOG_INPUT|LOG_OUTPUT|MAIL|FOLLOW|INTERCEPT))[ \t]*:[ \t]*"
)
_DIGEST = re.compile(r"sha(?:224|256|384|512)[ \t]*:[ \t]*[A-Za-z0-9+/=]+[ \t]*,?[ \t]*")
_COMMAND = re.compile(r'(?:\\.|"[^"]*"|[^,:=\\"])+')
_ESCAPED = re.compile(r"\\([,:=\\])")
_COMMENT = re.compile(r"(?<!\\)#(?!\d|-\d|include).*")
_LINE = 20_000
"""Characters of a logical line; a longer one counts as unreadable."""
_ROUNDS = 100
"""How far an alias may be from what it stands for, over others."""
_ITEMS_LIMIT = 10_000
"""What an alias may stand for; of a larger one the name is left."""


class Rule(Struct, frozen=True, kw_only=True):
    """One `Cmnd_Spec` of a `User_Spec`."""

    users: tuple[str, ...]
    hosts: tuple[str, ...]
    as_users: tuple[str, ...]
    as_groups: tuple[str, ...]
    commands: tuple[str, ...]
    tags: tuple[str, ...]


class Default(Struct, frozen=True, kw_only=True):
    """One setting of a `Defaults` line."""

    scope: str
    setting: str


class Include(Struct, frozen=True, kw_only=True):
    """Another file, or a directory of files, is read here."""

    path: str


class Unreadable(Struct, frozen=True, kw_only=True):
    """A line that is none of these."""

    line: int
    """First line is 1."""


Entry: TypeAlias = Rule | Default | Include | Unreadable
Aliases: TypeAlias = Mapping[tuple[str, str], tuple[str, ...]]
"""Kind (`User`, `Runas`, `Host`, `Cmnd`) and name to what they stand for."""


def is_read(name: str) -> bool:
    """Tell whether sudo reads a file of an included directory: not one with a dot in its name or
    `~` at its end (section `Including other files from within sudoers`).
    """
    return "." not in name and not name.endswith("~")


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each logical line with its number, without comments; continued lines are joined."""
    held, begun = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        begun = begun if held else number
        if line.endswith("\\"):
            held += line[:-1] + " "
            continue
        whole = _COMMENT.sub("", held + line).strip()
        held = ""
        if whole:
            yield begun, whole
    if whole := _COMMENT.sub("", held).strip():
        yield begun, whole


def aliases(texts: Sequence[str]) -> Aliases:
    """Return the aliases of all files together; the first of a name counts, as sudo refuses a
    second.
    """
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for text in texts:
        for _, line in lines(text):
            if match := _ALIAS.fullmatch(line):
                kind = "Cmnd" if match[1] == "Cmd" else match[1]
                for part in _parted(match[2], ":"):
                    if named := _NAMED.fullmatch(part):
                        found.setdefault((kind, named[1]), _alias_items(kind, named[2]))
    return _flat(found)


def read(text: str, known: Aliases) -> Iterator[Entry]:
    """Yield the entries of one file in order; `known` are the aliases of all files."""
    for number, line in lines(text):
        if len(line) > _LINE:
            yield Unreadable(line=number)
        elif _ALIAS.fullmatch(line):
            continue
        elif match := _INCLUDE.fullmatch(line):
            yield Include(path=match[1].strip().strip('"'))
        elif match := _DEFAULTS.fullmatch(line):
            scope = "".join((match[1] or "").split())
            for setting in _parted(match[2], ","):
                yield Default(scope=scope, setting=setting.strip())
        else:
            made: list[Rule] = _rules(line, known)
            yield from made or (Unreadable(line=number),)


def unresolved(items: Sequence[str]) -> bool:
    """Tell whether a list holds a name that looks like an alias which no file defines."""
    bare = (item.lstrip("!") for item in items)
    return any(_ALIAS_NAME.fullmatch(item) and item != "ALL" for item in bare)


def _rules(line: str, known: Aliases) -> list[Rule]:
    """Return the rules of a `User_Spec`; nothing where it is none."""
    head = _HEAD.match(line)
    if head is None:
        return []
    users = _expanded(_items(head[1]), "User", known)
    hosts, rest = head[2], line[head.end() :]
    found: list[Rule] = []
    while True:
        whom = _Whom(users, _expanded(_items(hosts), "Host", known))
        at = _specs(rest, whom, known, found)
        if at is None:
            return []
        if at >= len(rest):
            return found
        again = _HOSTS.match(rest, at + 1)
        if again is None:
            return []
        hosts, rest = again[1], rest[again.end() :]


class _Whom(NamedTuple):
    """Whom a list of commands is for, and where."""

    users: tuple[str, ...]
    hosts: tuple[str, ...]


def _specs(text: str, whom: _Whom, known: Aliases, found: list[Rule]) -> int | None:
    """Add the rules of a `Cmnd_Spec_List`; return where it ends, None where it is none."""
    as_users: tuple[str, ...] = ("root",)
    as_groups: tuple[str, ...] = ()
    tags: dict[str, str] = {}
    at = 0
    while True:
        at += len(text[at:]) - len(text[at:].lstrip())
        if match := _RUNAS.match(text, at):
            as_users, as_groups = _runas(match[1], known)
            at = match.end()
        at = _marks(text, at, tags)
        match = _COMMAND.match(text, at)
        if match is None or not match.group().strip(" !\t") or match.group().startswith('"'):
            return None
        command = _spelled(match.group())
        found.append(
            Rule(
                users=whom.users,
                hosts=whom.hosts,
                as_users=as_users,
                as_groups=as_groups,
                commands=_expanded((command,), "Cmnd", known),
                tags=tuple(sorted(tags.values())),
            )
        )
        at = match.end()
        if at >= len(text) or text[at] == ":":
            return at
        if text[at] != ",":
            return None
        at += 1


def _marks(text: str, at: int, tags: dict[str, str]) -> int:
    """Read options, tags and digests, which hold for all commands that follow."""
    while True:
        if match := _OPTION.match(text, at):
            tags[match[1]] = f"{match[1]}={match[2]}"
        elif match := _TAG.match(text, at):
            tags[match[1].removeprefix("NO")] = match[1]
        elif match := _DIGEST.match(text, at):
            pass
        else:
            return at
        at = match.end()


def _runas(text: str, known: Aliases) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the users and groups of a `Runas_Spec`; without users, only the caller's own."""
    users, _, groups = text.partition(":")
    return (
        _expanded(_items(users), "Runas", known),
        _expanded(_items(groups), "Runas", known),
    )


def _items(text: str) -> tuple[str, ...]:
    return tuple(_plain(match.group()) for match in _ITEMS.finditer(text))


def _alias_items(kind: str, text: str) -> tuple[str, ...]:
    if kind == "Cmnd":
        parts = (_spelled(_DIGEST.sub("", part)) for part in _parted(text, ","))
        return tuple(part for part in parts if part)
    return _items(text)


def _spelled(command: str) -> str:
    """Return a command with single blanks, and without the escapes that lists ask for."""
    return _ESCAPED.sub(r"\1", " ".join(command.split()))


def _plain(item: str) -> str:
    """Return an item without quotes, escapes and pairs of `!`."""
    bare = item.lstrip("! \t")
    negated = item[: len(item) - len(bare)].count("!") % 2
    return ("!" if negated else "") + re.sub(r"\\(.)", r"\1", bare.replace('"', ""))


def _expanded(items: Sequence[str], kind: str, known: Aliases) -> tuple[str, ...]:
    """Replace aliases by what they stand for; `!` before one turns each of its items round."""
    found: list[str] = []
    for item in items:
        bare = item.lstrip("! \t")
        negated = item[: len(item) - len(bare)].count("!") % 2
        inner = known.get((kind, bare), (bare,))
        found += [_turned(one) if negated else one for one in inner]
    return tuple(found)


def _flat(named: Aliases) -> Aliases:
    """Return aliases that stand for no other alias; one in a circle, of too many items, or too
    far from what it stands for, is left out, so that its name stays where it is used.
    """
    flat: dict[tuple[str, str], tuple[str, ...]] = {}
    waiting = dict(named)
    for _ in range(_ROUNDS):
        ready = [
            (kind, name)
            for (kind, name), items in waiting.items()
            if not any((kind, item.lstrip("! \t")) in waiting for item in items)
        ]
        for key in ready:
            items = _expanded(waiting.pop(key), key[0], flat)
            if len(items) <= _ITEMS_LIMIT:
                flat[key] = items
    return flat


def _turned(item: str) -> str:
    return item[1:] if item.startswith("!") else f"!{item}"


def _parted(text: str, mark: str) -> list[str]:
    """Split at `mark` where it stands neither in quotes nor behind a backslash."""
    found = re.findall(rf'(?:\\.|"(?:[^"\\]|\\.)*"|[^{mark}\\"])+', text, re.DOTALL)
    return [part for part in found if part.strip()]
