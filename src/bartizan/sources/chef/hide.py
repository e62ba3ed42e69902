# SPDX-License-Identifier: Apache-2.0
"""Keeps of a resource what tells who can do what, and nothing that may be a secret.

What is not in the tables of `resource_types` becomes a marker: recipes pass passwords under any
name, and `sensitive true` hides from logs only.
"""

from collections.abc import Callable, Mapping

from bartizan.model import authorized_keys, host_text
from bartizan.model.command_text import HIDDEN, shown
from bartizan.model.host_value import UNKNOWN, UNUSABLE, address, is_unknown, mount_options
from bartizan.model.record import Json
from bartizan.model.redact import marked
from bartizan.model.secret import find
from bartizan.sources.chef.resource_types import PLAIN
from bartizan.sources.chef.ruby.value import Tree, Unknown, Value

_COMMANDS = frozenset({"command", "code", "not_if", "only_if"})


def as_json(value: Value) -> Json:
    """Return a value as JSON; what is unknown stays so, with its reason."""
    if isinstance(value, Unknown):
        return {UNKNOWN: value.why}
    if isinstance(value, tuple):
        return [as_json(item) for item in value]
    if isinstance(value, Tree):
        found: dict[str, Json] = {name: as_json(item) for name, item in value.members.items()}
        return {UNKNOWN: value.rest.why} if value.rest is not None else found
    return str(value) if isinstance(value, str) else value


def title(of: str, name: Json) -> str:
    """Return what may be kept of what a resource is called: some are called by their command."""
    if isinstance(name, list):
        return ", ".join(title(of, item) for item in name)
    if not isinstance(name, str):
        return HIDDEN
    if of == "exec":
        return shown(name)
    return HIDDEN if any(find(name)) else name


def name(of: str, value: Json) -> Json:
    """Return what may be kept of what a resource is about; a list stays one, and what is unknown
    does as well.
    """
    if isinstance(value, list):
        return [name(of, item) for item in value]
    return value if is_unknown(value) else title(of, value)


def parameters(of: str, given: Mapping[str, Json], *, path: str, key: bytes) -> dict[str, Json]:
    """Return what is kept of the properties of a resource.

    `of` is its kind, `path` the file that it is about, and `key` that of fingerprints.
    """
    return {
        name: content(path, value, key) if name == "content" else _parameter(of, name, value, key)
        for name, value in given.items()
    }


def _parameter(of: str, name: str, value: Json, key: bytes) -> Json:
    if value is None or isinstance(value, bool) or is_unknown(value):
        return value
    keep = shown if name in _COMMANDS else _plain if name in PLAIN[of] else _SHAPED.get((of, name))
    if keep is not None:
        return _each(keep, value)
    if of == "user" and name == "password" and value in UNUSABLE:
        return value
    if of == "key" and name == "key":
        return value if authorized_keys.fingerprint(str(value)) else marked(value, key=key)
    return marked(value, key=key)


_SHAPED: Mapping[tuple[str, str], Callable[[str], str]] = {
    ("file", "source"): address,
    ("mount", "device"): address,
    ("mount", "options"): mount_options,
    ("key", "options"): authorized_keys.option,
}
"""Kind and property of which a part is kept."""


def content(path: str, value: Json, key: bytes) -> Json:
    """Return what is kept of the text of a file: of those that say who can do what all but what
    may be a secret, of others a marker.
    """
    if is_unknown(value) or value is None:
        return value
    if isinstance(value, str):
        form = host_text.form(path)
        kept = None if form is None else host_text.kept(value, form)
        if kept is not None:
            return kept
    return marked(value, key=key)


def _each(keep: Callable[[str], str], value: Json) -> Json:
    if isinstance(value, list):
        return [_each(keep, item) for item in value]
    if isinstance(value, dict):
        return value if is_unknown(value) else {UNKNOWN: "it is of a shape that is not read"}
    return keep(value) if isinstance(value, str) else value


def _plain(value: str) -> str:
    return HIDDEN if any(find(value)) else value
