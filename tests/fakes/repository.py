# SPDX-License-Identifier: Apache-2.0
"""Repositories on disk, and the facts that they tell."""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from bartizan.model.facts import Facts
from bartizan.model.record import RecordList
from bartizan.sources.terraform.pipeline.normalise import RepositoryNormaliser
from bartizan.sources.terraform.pipeline.read import Repository
from bartizan.sources.terraform.pipeline.workflow import Whereabouts

NOWHERE = Whereabouts()
"""Nothing is said of where it is."""


def put(place: Path, files: Mapping[str, str]) -> Path:
    """Write files below a folder."""
    place.mkdir(exist_ok=True)
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


def unreadable(place: Path) -> None:
    """Make a file that nobody can read, not even root: the socket of a program that is gone."""
    place.parent.mkdir(parents=True, exist_ok=True)
    os.mknod(place, stat.S_IFSOCK | 0o600)


def told(
    place: Path, files: Mapping[str, str], where: Whereabouts = NOWHERE
) -> tuple[Facts, dict[str, str]]:
    """Return the facts that some files tell, and what is not understood, by its name."""
    found = Repository.read(put(place, files), where)
    facts = RepositoryNormaliser()(RecordList(found.records))
    return facts, {one.id: one.reason for one in found.unclear}
