# SPDX-License-Identifier: Apache-2.0
"""The files of a folder that Chef's tools wrote, without a step out of it.

Source: https://docs.chef.io/chef_repo/ for the layout, which `knife download` and
`knife ec backup` share.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.files import content
from bartizan.model.json_text import SIZE, parse
from bartizan.model.record import Json

FILES = 500_000
"""Files of one folder; more are refused."""

_PASSED = frozenset({".git", ".svn", "node_modules", ".kitchen", "vendor"})


class Folder(Struct, frozen=True):
    """A repository or a backup."""

    root: Path
    files: tuple[str, ...]
    """Paths of all files below it, with `/`, sorted."""
    outside: tuple[str, ...]
    """Links that were not followed: out of the folder, or to folders."""

    def below(self, place: str, *ends: str) -> list[str]:
        """Return the files right in one folder whose names end with one of `ends`."""
        begin = f"{place}/"
        return [
            path
            for path in self.files
            if path.startswith(begin) and "/" not in path[len(begin) :] and path.endswith(ends)
        ]

    def under(self, place: str) -> list[str]:
        """Return all files below a folder."""
        return [path for path in self.files if path.startswith(f"{place}/")]

    def read(self, path: str, limit: int = SIZE) -> bytes | None:
        """Return what a file holds; None where it is longer than `limit` bytes.

        Raises:
            InputError: it cannot be read.
        """
        held = content(self.root / path, most=limit, shown=path)
        return None if len(held) > limit else held

    def json(self, path: str) -> dict[str, Json]:
        """Return the object that a file of JSON holds.

        Raises:
            InputError: it cannot be read, or holds none.
        """
        held = self.read(path)
        if held is None:
            raise InputError(f"the file is larger than {SIZE // 1024**2} MiB", at=Location(path))
        found = parse(held, path)
        if not isinstance(found, dict):
            raise InputError("the file holds no object", at=Location(path))
        return found


def opened(place: Path) -> Folder:
    """Return the files of a folder; of a backup of a whole server, those of its organisation.

    Raises:
        InputError: it is no folder, holds too much, or several organisations.
    """
    if not place.is_dir():
        raise InputError(
            "no such folder", at=Location(str(place)), hint="name a repository or a backup"
        )
    root = _organisation(place)
    files: list[str] = []
    outside: list[str] = []
    for path, inside in _walk(root):
        (files if inside else outside).append(path)
        if len(files) + len(outside) > FILES:
            raise InputError(f"more than {FILES:,} files", at=Location(str(place)))
    return Folder(root, tuple(sorted(files)), tuple(sorted(outside)))


def _organisation(place: Path) -> Path:
    held = place / "organizations"
    if not held.is_dir():
        return place
    found = sorted(one for one in held.iterdir() if one.is_dir() and not one.is_symlink())
    if len(found) != 1:
        raise InputError(
            f"the backup holds {len(found)} organisations",
            at=Location(str(held)),
            hint="name the folder of one",
        )
    return found[0]


def _walk(root: Path) -> Iterator[tuple[str, bool]]:
    """Yield each file with whether it is taken; links are taken where they stay inside."""
    real = root.resolve()
    for folder, folders, names in os.walk(root, followlinks=False):
        here = Path(folder)
        for name in (*folders, *names):
            path = here / name
            if path.is_symlink():
                target = path.resolve()
                yield (
                    path.relative_to(root).as_posix(),
                    target.is_file() and target.is_relative_to(real),
                )
            elif name in names:
                yield path.relative_to(root).as_posix(), True
        folders[:] = sorted(
            name for name in folders if name not in _PASSED and not (here / name).is_symlink()
        )
