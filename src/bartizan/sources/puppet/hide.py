# SPDX-License-Identifier: Apache-2.0
"""Keeps of parameters what tells who can do what, and nothing that may be a secret.

`Sensitive` is a label only: a compiled catalog carries the value in plain text and names the
parameter in `sensitive_parameters`, or, as rich data, wraps it. Whatever is not in the table below
is replaced by a marker, since modules pass passwords under any name.

Sources: https://www.puppet.com/docs/puppet/7/securing-sensitive-data,
https://www.puppet.com/docs/puppet/7/deferring_functions and
https://github.com/puppetlabs/puppet-specifications/blob/master/language/data-types/pcore-data-representation.md
"""

import functools
import re
from collections.abc import Callable, Mapping

from bartizan.model import authorized_keys, host_text
from bartizan.model.command_text import HIDDEN, shown
from bartizan.model.host_value import UNKNOWN, UNUSABLE, address, mount_options
from bartizan.model.record import Json
from bartizan.model.redact import marked
from bartizan.model.secret import find

_DEFERRED = "Deferred({"
_RICH = "__ptype"
_CHECKSUM = re.compile(r"\{[a-z0-9]+\}[0-9a-f]+")

_Keep = Callable[[Json], Json]


def _same(value: Json) -> Json:
    return value


def _each(keep: Callable[[str], str]) -> _Keep:
    """Apply to a string, or to each string of a list."""

    def kept(value: Json) -> Json:
        if isinstance(value, list):
            return [kept(item) for item in value]
        if isinstance(value, dict):
            return {UNKNOWN: "shape"}
        return keep(value) if isinstance(value, str) else value

    return kept


def _command(value: Json) -> Json:
    """Keep what may be kept of a command; a list is one without a shell."""
    if isinstance(value, list):
        words = (str(word).replace("'", "") for word in value if not isinstance(word, dict | list))
        return shown(" ".join(f"'{word}'" if re.search(r"\s", word) else word for word in words))
    return shown(value) if isinstance(value, str) else {UNKNOWN: "shape"}


def _rule_text(value: str) -> str:
    return HIDDEN if any(find(value)) else value


def _named(words: str) -> frozenset[str]:
    return frozenset(words.split())


_PLAIN: Mapping[str, frozenset[str]] = {
    "User": _named(
        "ensure uid gid groups home shell name membership purge_ssh_keys managehome system"
    ),
    "Group": _named("ensure gid members name auth_membership system"),
    "File": _named(
        "ensure path mode owner group target recurse recurselimit purge force links replace"
    ),
    "Ssh_authorized_key": _named("ensure user type name target"),
    "Cron": _named("ensure user minute hour monthday month weekday special name target"),
    "Exec": _named("user group refreshonly creates cwd path"),
    "Service": _named("ensure enable name provider"),
    "Package": _named("ensure name provider"),
    "Mount": _named("ensure name fstype target"),
    "Sysctl": _named("ensure name val value target"),
    "Firewall": _named(
        "ensure name chain table action jump proto protocol provider dport port sport source "
        "destination iniface outiface state ctstate"
    ),
    "Firewallchain": _named("ensure name policy purge"),
    "Nftables::Rule": _named("ensure rulename table"),
    "File_line": _named("ensure path"),
    "Concat_file": _named("ensure path owner group mode tag"),
    "Concat_fragment": _named("target order tag"),
    "Augeas": _named("context incl lens"),
}
"""Type to the parameters that are kept as they are. All other types are counted and not kept."""

_SHAPED: Mapping[str, Mapping[str, _Keep]] = {
    "File": {"source": _each(address)},
    "Ssh_authorized_key": {"options": _each(authorized_keys.option)},
    "Cron": {"command": _command},
    "Exec": {"command": _command, "unless": _command, "onlyif": _command},
    "Package": {"source": _each(address)},
    "Mount": {"device": _each(address), "options": _each(mount_options)},
    "Nftables::Rule": {"content": _each(_rule_text)},
}
"""Type to parameters of which a part is kept."""

TYPES = frozenset(_PLAIN)
"""Types of resources that are kept."""

_TEXTS = {"File": "content", "File_line": "line", "Concat_fragment": "content"}
"""Type to the parameter that is text of a file."""


def parameters(
    type_: str, title: str, given: Mapping[str, Json], *, sensitive: frozenset[str], key: bytes
) -> dict[str, Json]:
    """Return what is kept of the parameters of a resource of one of `TYPES`.

    `sensitive` names those that the code calls so; `key` is that of fingerprints.
    """
    found: dict[str, Json] = {}
    for name, value in given.items():
        if _has(value, "Sensitive") or name in sensitive:
            found[name] = marked(_unwrapped(value), key=key)
        elif _later(value):
            found[name] = {UNKNOWN: "deferred"}
        elif name == _TEXTS.get(type_):
            found[name] = _content(file_path(type_, title, given), value, key)
        else:
            found[name] = _parameter(type_, name, value, key)
    return found


@functools.lru_cache(maxsize=1 << 16)
def title(type_: str, said: str) -> str:
    """Return what may be kept of a title: that of an `Exec` is its command unless it has one."""
    if type_ == "Exec":
        return shown(said)
    return HIDDEN if any(find(said)) else said


def file_path(type_: str, said: str, given: Mapping[str, Json]) -> str:
    """Return the path of the file that a resource is about; empty where it is about none."""
    if type_ == "Concat_fragment":
        value = given.get("target")
    else:
        value = given.get("path", said if type_ in ("File", "Concat_file") else None)
    return _trimmed(value) if isinstance(value, str) else ""


def _trimmed(path: str) -> str:
    return re.sub(r"/{2,}", "/", path.rstrip("/")) or "/"


def _parameter(type_: str, name: str, value: Json, key: bytes) -> Json:
    if isinstance(value, bool) or value is None or name in _PLAIN[type_]:
        return value
    if keep := _SHAPED.get(type_, {}).get(name):
        return keep(value)
    if (type_, name) == ("Ssh_authorized_key", "key") and isinstance(value, str):
        return value if authorized_keys.fingerprint(value) else marked(value, key=key)
    if (type_, name) == ("User", "password") and isinstance(value, str) and value in UNUSABLE:
        return value
    return marked(value, key=key)


def _content(path: str, value: Json, key: bytes) -> Json:
    if not isinstance(value, str):
        return marked(value, key=key)
    if _CHECKSUM.fullmatch(value):
        return {UNKNOWN: "checksum"}
    form = host_text.form(path)
    kept = None if form is None else host_text.kept(value, form)
    return marked(value, key=key) if kept is None else kept


def _later(value: Json) -> bool:
    """Tell whether the agent works out a value, or a part of it: `Deferred`, or rich data."""
    if isinstance(value, str):
        return _DEFERRED in value
    if isinstance(value, dict):
        return _RICH in value or any(_later(item) for item in value.values())
    return isinstance(value, list) and any(_later(item) for item in value)


def _has(value: Json, ptype: str) -> bool:
    if isinstance(value, dict):
        return value.get(_RICH) == ptype or any(_has(item, ptype) for item in value.values())
    return isinstance(value, list) and any(_has(item, ptype) for item in value)


def _unwrapped(value: Json) -> Json:
    """Return the value inside a `Sensitive`, so that equal secrets have equal fingerprints."""
    if isinstance(value, dict) and value.get(_RICH) == "Sensitive":
        return value.get("__pvalue")
    return value
