# SPDX-License-Identifier: Apache-2.0
"""Reads public keys as sshd(8) does, `AUTHORIZED_KEYS FILE FORMAT`."""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator

from msgspec import Struct

from bartizan.model.command_text import shown

_TYPES = re.compile(
    r"(?:sk-)?(?:ssh|ecdsa-sha2)-[a-z0-9-]{1,40}(?:@openssh\.com)?(?:-cert-v01@openssh\.com)?"
)
_OPTION = re.compile(r'[A-Za-z0-9-]+(?:="(?:\\"|[^"])*")?')
_KEPT_VALUES = frozenset({"from", "permitopen", "permitlisten", "principals", "tunnel"})
_LENGTH = 4


class PublicKey(Struct, frozen=True, kw_only=True):
    """One key that may log in."""

    type: str
    """`ssh-ed25519`, ..."""
    key: str
    """The public key in base64."""
    fingerprint: str
    """`SHA256:...`, as `ssh-keygen -l` writes it."""
    name: str
    """Its comment."""
    options: tuple[str, ...]
    """What limits it; programs of `command` as `command_text` keeps them, and no values of other
    options that may hold secrets."""


def fingerprint(key: str) -> str:
    """Return the fingerprint of a key as it is written in base64; empty where it is no key."""
    try:
        blob = base64.b64decode("".join(key.split()), validate=True)
    except (binascii.Error, ValueError):
        return ""
    length = int.from_bytes(blob[:_LENGTH], "big")
    named = blob[_LENGTH : _LENGTH + length].decode("ascii", "replace")
    if len(blob) <= _LENGTH + length or not _TYPES.fullmatch(named):
        return ""
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode()
    return f"SHA256:{digest.rstrip('=')}"


def option(written: str) -> str:
    """Return what may be kept of one option."""
    name, equals, value = written.strip().partition("=")
    lower = name.lower()
    if not equals:
        return lower
    value = value.removeprefix('"').removesuffix('"').replace('\\"', '"')
    if lower == "command":
        value = shown(value)
    elif lower not in _KEPT_VALUES:
        value = "?"
    escaped = value.replace('"', '\\"')
    return f'{lower}="{escaped}"'


def read(text: str) -> Iterator[PublicKey | None]:
    """Yield the key of each line of a file, None for a line that is none; comments and empty
    lines are passed over.
    """
    for line in text.splitlines():
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            yield _line(stripped)


def _line(line: str) -> PublicKey | None:
    options: list[str] = []
    if not _TYPES.fullmatch(line.split(maxsplit=1)[0]):
        while match := _OPTION.match(line):
            options.append(option(match.group()))
            line = line[match.end() :]
            if not line.startswith(","):
                break
            line = line[1:]
    type_, _, rest = line.strip().partition(" ")
    key, _, name = rest.strip().partition(" ")
    found = fingerprint(key) if _TYPES.fullmatch(type_) else ""
    if not found:
        return None
    return PublicKey(
        type=type_, key=key, fingerprint=found, name=name.strip(), options=tuple(options)
    )
