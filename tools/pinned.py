# SPDX-License-Identifier: Apache-2.0
"""Refuses lists that do not pin what `pyproject.toml` asks for, without a network."""

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
GROUPS = {"run": ("build",), "test": ("test",), "check": ("check",)}
"""Which dependency groups each list holds, beside the package's own dependencies and extras."""

PIN = re.compile(r"([a-z0-9-]+)==([^ ]+)( ;.+)? \\")


def name_of(requirement: str) -> str:
    """Return the normalised name that a requirement starts with."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    return re.sub(r"[-_.]+", "-", found.group()).lower() if found else requirement


def _group(project: dict[str, Any], name: str) -> Iterator[str]:
    """Yield the names in a dependency group, those of the groups it includes too."""
    for entry in project["dependency-groups"][name]:
        if isinstance(entry, str):
            yield name_of(entry)
        else:
            yield from _group(project, entry["include-group"])


def asked(project: dict[str, Any], groups: Sequence[str] = ()) -> set[str]:
    """Return the names that the package with all its extras needs, and those of `groups`."""
    extras = project["project"]["optional-dependencies"].values()
    direct = [*project["project"]["dependencies"], *(entry for extra in extras for entry in extra)]
    grouped = (name for group in groups for name in _group(project, group))
    return {*map(name_of, direct), *grouped} - {project["project"]["name"]}


def pinned(text: str) -> set[str]:
    """Return the names that a list pins."""
    return {found.group(1) for line in text.splitlines() if (found := PIN.fullmatch(line))}


def complaints(project: dict[str, Any], lists: dict[str, str]) -> Iterator[str]:
    """Yield what is wrong with the lists, one line each."""
    for name, text in lists.items():
        for missing in sorted(asked(project, GROUPS[name]) - pinned(text)):
            yield f"requirements/{name}.txt does not pin {missing}: run `make lock`"
        for number, line in enumerate(text.splitlines(), 1):
            if not (
                PIN.fullmatch(line) or re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
            ):
                yield f"requirements/{name}.txt:{number} is neither a pin nor a hash"


def main() -> int:
    """Print complaints; return 1 when there are any."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lists = {name: (ROOT / f"requirements/{name}.txt").read_text() for name in GROUPS}
    found = list(complaints(project, lists))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
