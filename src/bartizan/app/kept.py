# SPDX-License-Identifier: Apache-2.0
"""Steps of a snapshot, derived once and kept beside it."""

import hashlib
import logging
import re
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from bartizan.app.reasoner import Reasoner
from bartizan.model.packed import packed, unpacked
from bartizan.model.step import Step
from bartizan.ports import Snapshot

_logger = logging.getLogger(__name__)
_NAME = "steps"
"""What they are kept under."""

_ROOMS = ("model", "reason")
"""Folders of all that steps are derived by."""


def version() -> str:
    """Return a name for the code and data that steps are derived by: who changes it cannot forget
    to say so.
    """
    digest = hashlib.sha256()
    for room in _ROOMS:
        top = Path(str(resources.files("bartizan") / room))
        for place in sorted(path for path in top.rglob("*") if path.suffix != ".pyc"):
            if place.is_file():
                digest.update(place.relative_to(top).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(place.read_bytes()).digest())
    return digest.hexdigest()[:32]


def own_steps(
    snapshot: Snapshot, reasoners: Sequence[Reasoner], version: str
) -> Mapping[str, tuple[Step, ...]]:
    """Return what each reasoner says of a snapshot by itself, by its name.

    Kept are the steps of one `version` of what derives them, of the facts that they are beside,
    and of the time of the snapshot; empty for none to be kept.
    """
    at = snapshot.manifest.finished_at
    if not version:
        return {one.name: tuple(one.steps(snapshot.facts(), at)) for one in reasoners}
    # The same estate, read again, has the same name and another time, which conditions look at.
    kept_as = f"{version}-{re.sub('[^0-9A-Za-z]', '', at)}"
    held = snapshot.compiled(_NAME, kept_as)
    if held is not None:
        try:
            return {one.name: unpacked(held[one.name]) for one in reasoners}
        except (KeyError, ValueError) as reason:
            _logger.info("steps of %s are derived again: %s", snapshot.manifest.id, reason)
    found = {one.name: tuple(one.steps(snapshot.facts(), at)) for one in reasoners}
    snapshot.keep(_NAME, kept_as, {name: packed(steps) for name, steps in found.items()})
    return found
