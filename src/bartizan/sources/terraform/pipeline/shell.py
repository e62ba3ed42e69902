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
_PLANS = re.compile(
    rf"\b{_TOOL}(?:\s+-\S+)*(?:\s+run-all|\s+run\s+--)?\s+(?:plan|apply|destroy|refresh|import|test)\b"
)
_CHDIR = re.compile(r"-chdir=[\"']?([^\s\"']+)")
_MOVES = re.compile(r"(?:^|[;&|(]|\n)\s*(?:cd|pushd)\s")
_RUNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_TOOL}(?:\s+-\S+)*\s+(?:validate|console)\b",
        r"(?:^|[;&|(]|\n)\s*(?:make|tox|nox|pytest|rake|mvn|gradle|yarn|pnpm)\b",
        r"(?:^|[;&|(]|\n)\s*(?:npm\s+(?:ci|i|install|run|test)|bundle\s+(?:install|exec))\b",
        r"(?:^|[;&|(]|\n)\s*(?:go\s+(?:test|run|generate)|cargo\s+(?:build|run|test))\b",
        r"(?:^|[;&|(]|\n)\s*pip\d?\s+install\s+(?:-\S+\s+)*(?:\.|-r)",
        r"(?:^|[;&|(]|\n)\s*(?:(?:bash|sh|python\d?|node|ruby|source)\s+)?\.{1,2}/\S",
        r"(?:^|[;&|(]|\n)\s*(?:bash|sh|python\d?|node|ruby|source)\s+[\w/.-]+\.\w+",
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
    for found in _PLANS.finditer(text):
        chosen = _CHDIR.search(found[0])
        moved = bool(_MOVES.search(text[: found.start()]))
        yield ANY if moved else within(place, chosen[1] if chosen else ".")


def within(place: str, path: str) -> str:
    """Return a path from a place in the repository; `ANY` where it is computed or lies outside."""
    if "$" in place or "$" in path or ANY in (place, path):
        return ANY
    found = posixpath.normpath(posixpath.join(place or ".", path))
    return ANY if found.startswith(("..", "/")) else found
