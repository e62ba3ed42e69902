# SPDX-License-Identifier: Apache-2.0
"""Settings of sudo that change what a rule is worth.

Source: https://www.sudo.ws/docs/man/sudoers.man/#SUDOERS_OPTIONS
"""

import re
from collections.abc import Iterable

from msgspec import Struct

from bartizan.model.facts.host import Host, SudoDefault, SudoRule
from bartizan.reason.host import place
from bartizan.reason.host.people import Who
from bartizan.reason.host.sudo import Said, listed, machine, user

_PRELOADED = frozenset({"LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT"})
"""Variables by which a caller has code of its own loaded into a program."""
_PASSWORDS = {"rootpw": "root", "targetpw": "target", "runaspw": "target"}
_WHOM = "runas_default"
"""As whom a rule lets run that names nobody; our rows say `root` then."""
_USED = frozenset(
    {_WHOM, "authenticate", "env_keep", "env_reset", "setenv", "noexec", *_PASSWORDS}
)


class Settings(Struct, frozen=True, kw_only=True):
    """What is in force for one user and one rule."""

    asks: str
    """Whose password is asked for: `own`, `root`, `target`, or `nobody`."""
    sets: bool
    """The caller may have code of its own loaded into what runs."""
    noexec: bool
    """What runs cannot run other programs."""
    missing: tuple[str, ...] = ()


BUILT_IN = Settings(asks="own", sets=False, noexec=False)
"""What is in force where nothing is said."""


def settings(rule: SudoRule, defaults: Iterable[SudoDefault], host: Host, who: Who) -> Settings:
    """Return what is in force for a rule; `defaults` are in the order in which they are read.

    Settings for some commands or targets alone are not looked at.
    """
    asks, sets, noexec = "own", False, False
    missing: list[str] = []
    for row in defaults:
        word = re.split(r"[=+\s-]", row.setting.lstrip("!"), maxsplit=1)[0]
        if row.state == "absent" or word not in _USED or not _scoped(row.scope, host, who):
            continue
        on = not row.setting.startswith("!")
        missing += place.doubt(row)
        match word:
            case "authenticate":
                asks = "own" if on else "nobody"
            case "env_keep":
                held = set(re.split(r'[\s="+]+', row.setting))
                sets = sets or (on and bool(held & _PRELOADED))
            case "env_reset":
                sets = not on
            case "setenv":
                sets = on
            case "noexec":
                noexec = on
            case "runas_default":
                missing.append(f"whom the rules of {row.host} mean that name nobody")
            case _:
                asks = _PASSWORDS[word] if on else "own"
    tags = frozenset(rule.tags)
    if "PASSWD" in tags and asks == "nobody":
        asks = "own"
    return Settings(
        asks="nobody" if "NOPASSWD" in tags else asks,
        sets=("SETENV" in tags or sets) and "NOSETENV" not in tags,
        noexec=("NOEXEC" in tags or noexec) and "EXEC" not in tags,
        missing=tuple(missing),
    )


def _scoped(scope: str, host: Host, who: Who) -> bool:
    names = scope[1:].split(",")
    if scope.startswith(":"):
        return listed(names, lambda item: user(item, who)) is Said.YES
    if scope.startswith("@"):
        return listed(names, lambda item: machine(item, host)) is Said.YES
    return not scope
