# SPDX-License-Identifier: Apache-2.0
"""The files of a repository as they lie on disk. Links are not followed."""

import os
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath

from msgspec import Struct

from bartizan.errors import InputError, Location

MOST = 100_000
"""Files of one repository."""
OF_OTHERS = frozenset(
    {
        ".azure", ".azure-pipelines", ".azuredevops", ".bitbucket", ".buildkite", ".circleci",
        ".forgejo", ".gitea", ".gitlab", ".harness", ".jenkins", ".semaphore", ".spacelift",
        ".tekton", ".terrateam", ".woodpecker",
    }
)  # fmt: skip
"""Folders at the top of a repository with files of pipelines that are not read."""
_HIDDEN = OF_OTHERS | {".github"}
"""Folders that are looked into although their names begin with a dot."""


class Tree(Struct, frozen=True, dict=True):
    """A repository."""

    root: Path

    @classmethod
    def read(cls, root: Path) -> "Tree":
        """List a folder.

        Raises:
            InputError: it is no folder, holds too many files, or one that cannot be listed.
        """
        if not root.is_dir():
            raise InputError(
                "no folder", at=Location(str(root)), hint="name the folder of the repository"
            )
        found = cls(root)
        if len(found.files) > MOST:
            raise InputError(
                f"more than {MOST:,} files",
                at=Location(str(root)),
                hint="name the folder of the repository, without what was built in it",
            )
        return found

    @cached_property
    def files(self) -> tuple[PurePosixPath, ...]:
        """All files, by their paths from its folder, sorted."""
        found: list[PurePosixPath] = []
        for folder, names, files in os.walk(self.root, onerror=_refuse):
            names[:] = [one for one in names if not one.startswith(".") or one in _HIDDEN]
            held = PurePosixPath(Path(folder).relative_to(self.root).as_posix())
            found += [held / one for one in files if not (Path(folder) / one).is_symlink()]
            if len(found) > MOST:
                break
        return tuple(sorted(found))

    def folders(self, endings: tuple[str, ...]) -> Iterator[PurePosixPath]:
        """Yield the folders that hold files of some endings, sorted."""
        yield from sorted({one.parent for one in self.files if one.name.endswith(endings)})

    def inside(self, place: Path) -> str | None:
        """Return the path of a folder from the repository's, `.` for itself; None where it lies
        elsewhere, perhaps by a link.
        """
        try:
            return place.resolve().relative_to(self.root.resolve()).as_posix()
        except (ValueError, OSError, RuntimeError):
            return None


def _refuse(error: OSError) -> None:
    message = f"cannot list the folder: {(error.strerror or 'error').lower()}"
    raise InputError(message, at=Location(str(error.filename))) from error
