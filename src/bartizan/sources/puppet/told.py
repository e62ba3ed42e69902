# SPDX-License-Identifier: Apache-2.0
"""Tells what Puppet and PuppetDB wrote from what others did, and reads its JSON.

It stands apart from what makes records of that, so that a plan of Terraform need not wait for it.
"""

import itertools
import re
from pathlib import Path

from bartizan.errors import InputError
from bartizan.files import content, document
from bartizan.model.json_text import SIZE, decoded, parse
from bartizan.model.record import Json
from bartizan.sources.puppet import control
from bartizan.sources.puppet.document import documents

FILES = 1_000_000
"""Files of one folder; more is no folder of catalogs."""
_TRIED = 8
"""Files of a folder that are looked at to tell what is in it."""
_TERRAFORM = (".tf", ".tf.json", ".tofu", ".tofu.json")
_HEAD = 4096
"""Bytes within which a plan of Terraform says what it is."""
_BEGINS = re.compile(r"^[ \t]*(?:\{|\[\s*(?:\{|\]))", re.MULTILINE)
"""Where the JSON begins: `puppet catalog compile` prints its notices before it."""


def told_by_puppet(place: Path) -> bool | None:
    """Tell whether a file is a catalog or the facts of a node, or a folder holds some, or code of
    Puppet, and no code of Terraform; None for a file that cannot be read, of which nobody knows.
    """
    if not place.is_dir():
        return told(place, named=True)
    inside = sorted(itertools.islice(place.rglob("*"), FILES))
    if any(path.name.endswith(_TERRAFORM) for path in inside):
        return False
    if any(control.is_root(path.name) for path in inside):
        return True
    named = (path for path in inside if path.name.endswith((".json", ".json.gz")))
    return any(told(path, named=False) for path in itertools.islice(named, _TRIED))


def told(place: Path, *, named: bool) -> bool | None:
    """Tell of one file, as `told_by_puppet` does; only what the user `named` may be a pipe."""
    if place.is_dir():
        return False
    try:
        head = (document if named else content)(place, most=_HEAD)
        plan = b'"format_version"' in head
        return not plan and any(documents(read(place, named=named), str(place)))
    except InputError:
        return None


def read(path: Path, *, named: bool) -> Json:
    """Return the JSON of a file, which may be packed, or stand behind notices. Only what the user
    `named` may be a pipe.

    Raises:
        InputError: it cannot be read, is too large or too deep, or is no JSON.
    """
    held = (document if named else content)(path, most=SIZE)
    if held.lstrip()[:1] not in {b"{", b"["}:
        text = decoded(held, str(path))
        begin = _BEGINS.search(text)
        held = text[begin.start() if begin else 0 :].encode()
    return parse(held, str(path))
