# SPDX-License-Identifier: Apache-2.0
"""Which files of a folder changed, and what that may change beside what recipes plainly say.

Source: https://docs.chef.io/cookbooks/ for what lies where in a cookbook.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from bartizan.files import content, unreadable
from bartizan.files import opened as opened_file
from bartizan.model.json_text import SIZE
from bartizan.model.record import Record
from bartizan.sources.chef.changed_code import CodeChange, change_of
from bartizan.sources.chef.folder import opened
from bartizan.sources.chef.policy import LOCK

_COOKBOOKS = ("cookbooks/", "cookbook_artifacts/", "site-cookbooks/")
_CHOOSES = ("data_bags/", "environments/", "policies/", "policy_groups/", "roles/")
"""What says which code runs and with which attributes, or is read by it."""
_PLAIN = frozenset({"spec", "test"})
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
            with opened_file(folder.root / path) as held:
                found[path] = hashlib.file_digest(held, "sha256").digest()
        except OSError as error:
            raise unreadable(error, path) from error
    return found


def edits(before: Path, after: Path) -> Mapping[str, CodeChange]:
    """Return how files of two folders differ, by their paths; code that differs in comments and
    spaces alone does not.

    Raises:
        InputError: one is no folder, holds too much, or a file of it cannot be read.
        MissingExtraError: the grammar of Ruby is not installed.
    """
    old, new = files(before), files(after)
    sides = ((before, old), (after, new))
    found: dict[str, CodeChange] = {}
    for path in sorted(old.keys() | new.keys()):
        if old.get(path) == new.get(path):
            continue
        change: CodeChange | None = CodeChange(frozenset(), reaches=True)
        if path.endswith(".rb"):
            texts = (
                content(place / path, most=SIZE, shown=path) if path in held else b""
                for place, held in sides
            )
            change = change_of(*texts)
        if change is not None:
            found[path] = change
    return found


def stale(edits: Mapping[str, CodeChange], place: Path) -> Mapping[str, str]:
    """Return the policies of a folder that are written otherwise than what is locked was made of,
    by the paths of their files, and why: what such a policy will be is in no file.

    Source: https://docs.chef.io/policyfile/ (a lock is made anew by `chef update`)
    """
    found: dict[str, str] = {}
    for path in edits:
        lock = f"{path.removesuffix('.rb')}{LOCK}"
        there = (place / lock).is_file()
        if not path.endswith(".rb") or not (place / path).is_file() or lock in edits:
            continue
        if there:
            found[path] = f"it is changed and `{lock}` is not, so what it comes to is not known"
        elif path.rpartition("/")[2] == "Policyfile.rb":
            found[path] = f"there is no `{lock}`, so what it comes to is not known"
    return found


def blurred(node: Record, edits: Mapping[str, CodeChange]) -> bool:
    """Tell whether files that changed may change what statements do on a node that nobody
    understands: its attributes, its run list, or what a cookbook of it has beside what its recipes
    plainly declare.
    """
    loaded = node.body.get("cookbooks")
    names = set(map(str, loaded)) if isinstance(loaded, list) else set()
    return any(_concerns(path, node, names, edit) for path, edit in edits.items())


def _concerns(path: str, node: Record, cookbooks: set[str], edit: CodeChange) -> bool:
    if path.startswith("nodes/"):
        return path == node.body.get("file")
    if not path.startswith(_COOKBOOKS):
        return path.startswith(_CHOOSES) or path.endswith(".lock.json")
    _, name, inside = (*path.split("/", 2), "")[:3]
    own = name in cookbooks or name.rpartition("-")[0] in cookbooks
    if inside.partition("/")[0] == "recipes":
        return own and edit.reaches
    return own and inside.partition("/")[0] not in _PLAIN and not inside.endswith(".md")
