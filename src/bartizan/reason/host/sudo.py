# SPDX-License-Identifier: Apache-2.0
"""What sudo says to one command of one user, rule by rule as sudoers(5) writes it.

Source: https://www.sudo.ws/docs/man/sudoers.man/
"""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum
from fnmatch import fnmatchcase
from typing import TypeVar

from msgspec import Struct

from bartizan.model.facts.host import Host, SudoDefault, SudoRule
from bartizan.reason.host import place
from bartizan.reason.host.people import Who
from bartizan.reason.host.program import Use

R = TypeVar("R", SudoRule, SudoDefault)

_PLAIN_OPTIONS = frozenset({"CWD", "TIMEOUT"})
"""Options behind a command that limit nothing: not `CHROOT=...`, not `NOTAFTER=...`."""


class Said(Enum):
    """What a list says of one thing."""

    YES = "yes"
    NO = "no"
    NOTHING = "nothing"
    """No item fits."""
    MAYBE = "maybe"
    """It cannot be told."""


class Answer(Struct, frozen=True, kw_only=True):
    """What the last rule that fits says."""

    said: Said
    """Never `MAYBE` without something that is missing."""
    rule: SudoRule | None = None
    missing: tuple[str, ...] = ()


def ordered(rules: Iterable[R]) -> list[R]:
    """Return rules or settings as sudo reads them: `/etc/sudoers`, and then the folder that it
    includes at its end, by name.
    """
    return sorted(rules, key=lambda rule: (rule.path != "/etc/sudoers", rule.path, rule.order))


def decide(rules: Iterable[SudoRule], host: Host, who: Who, use: Use, *, as_user: str) -> Answer:
    """Decide whether a user may run a command as another; `rules` are in the order of `ordered`.

    Where several entries fit, the last one counts (section `SUDOERS FILE FORMAT`), and without
    one the answer is no.
    """
    answer = Answer(said=Said.NO)
    for rule in rules:
        if rule.state == "absent":
            continue
        fits = _both(_for(rule, host, who), _as(rule, as_user))
        said = listed(rule.commands, lambda item: command(item, use))
        if fits is Said.NO or said is Said.NOTHING:
            continue
        missing = _doubt(rule, who)
        if fits is Said.YES and said is not Said.MAYBE and not missing:
            answer = Answer(said=said, rule=rule)
        elif said is not answer.said:
            missing = missing or (f"whom and what the rule in {place.at(rule)} is about",)
            known = tuple(sorted({*answer.missing, *missing}))
            answer = Answer(said=Said.MAYBE, rule=rule, missing=known)
    return answer


def concerns(rule: SudoRule, host: Host, who: Who) -> bool:
    """Tell whether a rule may be for a user on a host."""
    return rule.state != "absent" and _for(rule, host, who) is not Said.NO


def _for(rule: SudoRule, host: Host, who: Who) -> Said:
    users = _named(rule.users, lambda item: user(item, who))
    if not who.name and users is Said.YES and any(item.startswith("!") for item in rule.users):
        users = Said.MAYBE
    return _both(users, _named(rule.hosts, lambda item: machine(item, host)))


def _as(rule: SudoRule, name: str) -> Said:
    return _named(rule.as_users, lambda item: _runas(item, name))


def _named(items: Sequence[str], fits: Callable[[str], bool | None]) -> Said:
    """Return what a list of names says: one in which nothing but `!` may fit says no."""
    if all(item.startswith("!") or fits(item) is False for item in items):
        return Said.NO
    return listed(items, fits)


def listed(items: Iterable[str], fits: Callable[[str], bool | None]) -> Said:
    """Return what a list says: the last item that fits counts; `!` before it turns it round."""
    found = Said.NOTHING
    for item in items:
        bare = item.lstrip("!")
        said = Said.NO if (len(item) - len(bare)) % 2 else Said.YES
        match fits(bare):
            case True:
                found = said
            case None if found is not said:
                found = Said.MAYBE
            case _:
                pass
    return found


def user(item: str, who: Who) -> bool | None:
    """Tell whether an item of a `User_List` fits."""
    if item == "ALL":
        return True
    if item.startswith(("%:", "+")):
        return None
    if item.startswith("%"):
        return item[1:].removeprefix("#") in who.groups
    if item.startswith("#"):
        return None if who.uid is None and who.name else item[1:] == str(who.uid)
    return item == who.name


def _runas(item: str, name: str) -> bool | None:
    if item == "ALL":
        return True
    if item[:1] in "%+":
        return None
    return item == name or (item == "#0" and name == place.ROOT)


def machine(item: str, host: Host) -> bool | None:
    """Tell whether an item of a `Host_List` fits."""
    if item == "ALL":
        return True
    if item.startswith("+") or "/" in item:
        return None
    named = {host.id, *host.names}
    named |= {name.partition(".")[0] for name in named} | set(host.addresses)
    return any(fnmatchcase(name, item) for name in named)


def command(item: str, use: Use) -> bool | None:
    """Tell whether an item of a `Cmnd_List` fits a command.

    `*` in a path does not stand for `/`; in arguments it stands for anything, blanks included
    (section `Wildcards`). One file is one command under all its names, and whether `/bin` is
    another name of `/usr/bin` differs from system to system.
    """
    path, _, arguments = item.partition(" ")
    if item == "ALL":
        return True
    if path.startswith("^"):
        return None
    same = _path(path, use.path)
    if not same and not _path(path, _other_name(use.path)):
        return False
    told = " " not in item or _arguments(arguments, use.arguments)
    return told if same or told is False else None


def _path(pattern: str, path: str) -> bool:
    if pattern.endswith("/"):
        return path.rpartition("/")[0] == pattern.rstrip("/")
    # NOTE: `sudoedit` and `list` are spelled without a path.
    return _glob(pattern, path)


def _other_name(path: str) -> str:
    if path.startswith(("/bin/", "/sbin/")):
        return f"/usr{path}"
    return path.removeprefix("/usr") if path.startswith(("/usr/bin/", "/usr/sbin/")) else path


def _arguments(pattern: str, given: str) -> bool | None:
    if pattern.startswith("^"):
        return None
    return not given if pattern == '""' else fnmatchcase(given, pattern)


def _glob(pattern: str, path: str) -> bool:
    parts, given = pattern.split("/"), path.split("/")
    return len(parts) == len(given) and all(map(fnmatchcase, given, parts))


def _both(one: Said, other: Said) -> Said:
    """Return `NO` unless both say yes; a list that says nothing says no."""
    if {one, other} & {Said.NO, Said.NOTHING}:
        return Said.NO
    return Said.YES if one is other is Said.YES else Said.MAYBE


def _doubt(rule: SudoRule, who: Who) -> tuple[str, ...]:
    """Name what of a rule is not known, and what of a membership that it rests on."""
    by_name = [item for item in rule.users if "%" not in item]
    groups = {item.lstrip("!%#") for item in rule.users if "%" in item}
    if listed(by_name, lambda item: user(item, who)) is Said.YES:
        groups = set()
    return (
        *place.doubt(rule, "users", "hosts", "commands", "as_users"),
        *(one for name in sorted(groups) for one in who.groups.get(name, ())),
        *(
            f"what `{tag}` allows in {place.at(rule)}"
            for tag in rule.tags
            if "=" in tag and tag.partition("=")[0] not in _PLAIN_OPTIONS
        ),
    )
