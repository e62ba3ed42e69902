# SPDX-License-Identifier: Apache-2.0
"""What may be kept of the content of files that say who can do what on a host.

Of all other files only a marker is kept. A line that holds a secret of well-known form is kept as
`?`, which no reader takes for anything.
"""

import re
from collections.abc import Iterator, Mapping
from enum import Enum

from bartizan.model import authorized_keys, crontab, sudoers
from bartizan.model.command_text import HIDDEN, shown
from bartizan.model.record import Json
from bartizan.model.secret import MARKER, find

LIMIT = 1_000_000
"""Characters of a file; of a longer one nothing is kept."""

_PASSWD = re.compile(r"\b(?:NO)?PASSWD\s*:")
_SETTING = re.compile(r"-?([a-z0-9_.*/-]{1,200})\s*=\s*([A-Za-z0-9_.,: \t-]{0,200})")
_NO_SECRET = frozenset({"unknown", "flag", "number", "arn", "high-entropy", "aws-access-key-id"})


class Form(Enum):
    """How the content of a file is read."""

    SUDOERS = "sudoers"
    KEYS = "authorized_keys"
    CRONTAB = "crontab"
    SYSCTL = "sysctl"


_FORMS = (
    (Form.SUDOERS, re.compile(r"/(?:usr/local/)?etc/sudoers(?:\.d/[^/]+)?")),
    (Form.KEYS, re.compile(r"/.*/\.ssh/authorized_keys2?|/etc/ssh/authorized_keys(?:\.d)?/.+")),
    (Form.CRONTAB, re.compile(r"/etc/crontab|/etc/cron\.d/[^/]+")),
    (Form.SYSCTL, re.compile(r"/etc/sysctl\.conf|/(?:etc|usr/lib|run)/sysctl\.d/[^/]+\.conf")),
)


def form(path: str) -> Form | None:
    """Return how the file at `path` is read; None for one that is not."""
    return next((form for form, pattern in _FORMS if pattern.fullmatch(path)), None)


def kept(content: str, form: Form) -> str | None:
    """Return what may be kept of a file's content; None where it is too long."""
    if len(content) > LIMIT:
        return None
    return "".join(f"{line}\n" for line in _lines(content, form))


def secrets_inside(content: Json) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the kinds of credential and the ids of access keys in a content or its marker."""
    if isinstance(content, str):
        return tuple(sorted({found.kind for found in find(content)})), ()
    marker = content.get(MARKER) if isinstance(content, dict) else None
    if not isinstance(marker, Mapping):
        return (), ()
    inside = marker.get("found")
    listed = [marker, *(inside if isinstance(inside, list) else [])]
    held = [one for one in listed if isinstance(one, Mapping)]
    kinds = {str(one.get("kind")) for one in held}
    ids = {str(one["id"]) for one in held if isinstance(one.get("id"), str)}
    return tuple(sorted(kinds - _NO_SECRET)), tuple(sorted(ids))


def _lines(content: str, form: Form) -> Iterator[str]:
    match form:
        case Form.SUDOERS:
            for _, line in sudoers.lines(content):
                # NOTE: `NOPASSWD: /bin/x` looks like a password that is given.
                yield HIDDEN if any(find(_PASSWD.sub(" ", line))) else line
        case Form.KEYS:
            yield from map(_key, authorized_keys.read(content))
        case Form.CRONTAB:
            yield from map(_entry, crontab.read(content))
        case Form.SYSCTL:
            yield from (_setting(line) for line in content.splitlines() if _says(line))


def _key(key: authorized_keys.PublicKey | None) -> str:
    """Write a key as it was, without what its options may hide; a public key is no secret."""
    if key is None:
        return HIDDEN
    name = HIDDEN if any(find(key.name)) else key.name
    return " ".join(part for part in (",".join(key.options), key.type, key.key, name) if part)


def _entry(entry: crontab.Entry | None) -> str:
    if entry is None:
        return HIDDEN
    return f"{entry.schedule} {entry.user} {shown(entry.command)}"


def _says(line: str) -> bool:
    return bool(line.strip()) and line.lstrip()[0] not in "#;"


def _setting(line: str) -> str:
    match = _SETTING.fullmatch(line.strip())
    return f"{match[1].replace('/', '.')}={match[2].strip()}" if match else HIDDEN
