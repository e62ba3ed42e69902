# SPDX-License-Identifier: Apache-2.0
"""What the commands of a step do with the code beside them: run it, leave it, or who knows.

Commands are compared with a list and never run.
"""

import posixpath
import re
from collections.abc import Iterator

ANY = "*"
"""A folder that could not be read."""

_TOOL = r"(?:terraform|tofu|terragrunt)"
_OPTIONS = r"(?:\s{1,9}-\S{1,200}){0,20}"
_BEGIN = r"(?:^|[;&|(\n])[ \t]{0,40}"
"""Where a command begins. Repeats are bounded, so that no text makes matching slow."""
_PLANS = re.compile(
    rf"\b{_TOOL}{_OPTIONS}(?:\s{{1,9}}run-all|\s{{1,9}}run\s{{1,9}}--)?\s{{1,9}}"
    r"(?:plan|apply|destroy|refresh|import|test)\b"
)
_CHDIR = re.compile(r"-chdir=[\"']?([^\s\"']+)")
_MOVES = re.compile(rf"{_BEGIN}(?:cd|pushd)\s")
_RUNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_TOOL}{_OPTIONS}\s{{1,9}}(?:validate|console)\b",
        rf"{_BEGIN}(?:make|tox|nox|pytest|rake|mvn|gradle|yarn|pnpm)\b",
        rf"{_BEGIN}(?:npm\s{{1,9}}(?:ci|i|install|run|test)|bundle\s{{1,9}}(?:install|exec))\b",
        rf"{_BEGIN}(?:go\s{{1,9}}(?:test|run|generate)|cargo\s{{1,9}}(?:build|run|test))\b",
        rf"{_BEGIN}pip\d?\s{{1,9}}install{_OPTIONS}\s{{1,9}}(?:\.|-r)",
        rf"{_BEGIN}(?:(?:bash|sh|python\d?|node|ruby|source)\s{{1,9}})?\.{{1,2}}/\S",
        rf"{_BEGIN}(?:bash|sh|python\d?|node|ruby|source)\s{{1,9}}[\w/.-]{{1,200}}\.\w",
    )
)
_LEAVES = frozenset(
    {"cat", "cd", "date", "echo", "exit", "export", "false", "ls", "mkdir", "printf", "pwd", "set",
     "sleep", "true", "umask"}
)  # fmt: skip
_SPLIT = re.compile(r"[;&|\n]+")
_FORMATS = re.compile(rf"{_TOOL}\s+(?:fmt|version)\b[^`$]*")
_GIT = re.compile(r"git\s+(?:config|diff|log|rev-parse|show|status)\b[^`$]*")


def runs(text: str) -> bool | None:
    """Tell whether commands run code that lies beside them; None where nobody knows."""
    if plans(text) or any(pattern.search(text) for pattern in _RUNS):
        return True
    commands = (one.strip() for one in _SPLIT.split(text))
    return False if all(map(_leaves, commands)) else None


def _leaves(command: str) -> bool:
    """Tell whether a command surely leaves the code alone."""
    if not command or command.startswith("#"):
        return True
    if _FORMATS.fullmatch(command) or _GIT.fullmatch(command):
        return True
    return command.split(maxsplit=1)[0] in _LEAVES and not re.search(r"`|\$\(", command)


def plans(text: str) -> bool:
    """Tell whether commands plan or apply code."""
    return _PLANS.search(text) is not None


def folders(text: str, place: str) -> Iterator[str]:
    """Yield the folders that commands plan or apply, which are run in some place."""
    first = _MOVES.search(text)
    for found in _PLANS.finditer(text):
        chosen = _CHDIR.search(found[0])
        moved = first is not None and first.start() < found.start()
        yield ANY if moved else within(place, chosen[1] if chosen else ".")


def within(place: str, path: str) -> str:
    """Return a path from a place in the repository; `ANY` where it is computed or lies outside."""
    if "$" in place or "$" in path or ANY in (place, path):
        return ANY
    found = posixpath.normpath(posixpath.join(place or ".", path))
    return ANY if found.startswith(("..", "/")) else found
