# SPDX-License-Identifier: Apache-2.0
"""Which files of a folder changed, and what that may change beside what recipes plainly say.

Source: https://docs.chef.io/cookbooks/ for what lies where in a cookbook.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from bartizan.errors import InputError, Location
from bartizan.model.record import Record
from bartizan.sources.chef.folder import opened

_COOKBOOKS = ("cookbooks/", "cookbook_artifacts/", "site-cookbooks/")
_CHOOSES = ("data_bags/", "environments/", "policies/", "policy_groups/", "roles/")
"""What says which code runs and with which attributes, or is read by it."""
_PLAIN = frozenset({"recipes", "spec", "test"})
"""Folders of a cookbook whose files no statement elsewhere depends on."""


def files(place: Path) -> Mapping[str, bytes]:
    """Return the digests of the files of a folder by their paths.

    Raises:
        InputError: it is no folder, holds too much, or a file of it cannot be read.
    """
    folder = opened(place)
    found: dict[str, bytes] = {}
    for path in folder.files:
        try:
            with (folder.root / path).open("rb") as held:
                found[path] = hashlib.file_digest(held, "sha256").digest()
        except OSError as error:
            reason = (error.strerror or "error").lower()
            raise InputError(f"cannot read the file: {reason}", at=Location(path)) from error
    return found


def blurred(node: Record, paths: Iterable[str]) -> bool:
    """Tell whether files that changed may change what statements do on a node that nobody
    understands: its attributes, its run list, or what a cookbook of it has beside recipes.
    """
    loaded = node.body.get("cookbooks")
    names = set(map(str, loaded)) if isinstance(loaded, list) else set()
    return any(_concerns(path, node, names) for path in paths)


def _concerns(path: str, node: Record, cookbooks: set[str]) -> bool:
    if path.startswith("nodes/"):
        return path == node.body.get("file")
    if not path.startswith(_COOKBOOKS):
        return path.startswith(_CHOOSES) or path.endswith(".lock.json")
    _, name, inside = (*path.split("/", 2), "")[:3]
    own = name in cookbooks or name.rpartition("-")[0] in cookbooks
    return own and inside.partition("/")[0] not in _PLAIN and not inside.endswith(".md")
