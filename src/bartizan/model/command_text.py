# SPDX-License-Identifier: Apache-2.0
"""What may be kept of a shell command: its programs, options and paths, never its other words.

A command line is where people put passwords, and nothing tells a password from another word. So
words are kept by their place and form alone: the first word of each simple command, names of long
options and single letters, and absolute paths. `?` stands for every other word.
"""

import re
from collections.abc import Iterator

from bartizan.model.secret import recognise

LIMIT = 20_000
"""Characters of a command that are looked at; `?` stands for the rest."""

HIDDEN = "?"

_WORD = re.compile(r"""[;&|()<>\n]+|(?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s;&|()<>"'\\])+|["'\\]""")
_BREAKS = re.compile(r"[;&|(\n]")
_PROGRAM = re.compile(r"[A-Za-z0-9_.+-]{1,64}")
_PATH = re.compile(r"/[A-Za-z0-9_.@+*/-]{0,1023}")
_OPTION = re.compile(r"-[A-Za-z0-9]?|--[A-Za-z][A-Za-z-]{0,40}")
_ASSIGNED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*=.*", re.DOTALL)


def shown(command: str) -> str:
    """Return what may be kept of `command`, its words parted by single spaces."""
    words = list(_shown(command[:LIMIT], deep=True))
    if len(command) > LIMIT:
        words.append(HIDDEN)
    return " ".join(words)


def paths(kept: str) -> tuple[str, ...]:
    """Return the absolute paths in what `shown` returned, sorted."""
    words = (word.strip("\"'").rpartition("=")[2] for word in kept.split())
    return tuple(sorted({word for word in words if _PATH.fullmatch(word)}))


def _shown(command: str, *, deep: bool) -> Iterator[str]:
    first, script = True, False
    for match in _WORD.finditer(command):
        word = match.group()
        if word[0] in ";&|()<>\n":
            # NOTE: after `>` and `<` comes a file, not a program.
            first = bool(_BREAKS.search(word))
            yield word.replace("\n", ";")
            continue
        bare = _bare(word)
        if first and _ASSIGNED.fullmatch(bare):
            yield HIDDEN
            continue
        if script and deep and bare != word:
            inner = " ".join(_shown(bare, deep=False))
            yield f'"{inner}"'
        else:
            yield _kept(bare, first=first)
        first, script = False, bare == "-c"


def _bare(word: str) -> str:
    quoted = word[0] in "\"'" and word[-1] == word[0] and len(word) > 1
    return word[1:-1] if quoted else word


def _kept(word: str, *, first: bool) -> str:
    name, equals, value = word.partition("=")
    if equals and _OPTION.fullmatch(name) and name.startswith("--"):
        return f"{name}={value if _is_path(value) else HIDDEN}"
    if _OPTION.fullmatch(word) or _is_path(word):
        return word
    if first and _PROGRAM.fullmatch(word) and recognise(word) is None:
        return word
    return HIDDEN


def _is_path(word: str) -> bool:
    return bool(_PATH.fullmatch(word)) and recognise(word) is None
