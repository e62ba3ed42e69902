# SPDX-License-Identifier: Apache-2.0
"""Files, directories and links of a host.

Source: https://www.puppet.com/docs/puppet/7/types/file
"""

import re
from collections.abc import Iterator

from bartizan.model.facts.host_part import HostFile
from bartizan.model.host_text import secrets_inside
from bartizan.model.host_written import ABSENT, PRESENT, UNCERTAIN
from bartizan.model.record import Json
from bartizan.model.secret import MARKER
from bartizan.sources.puppet.facts.said import Said
from bartizan.sources.puppet.hide import file_path

_OCTAL = re.compile(r"0?[0-7]{3,4}")
_READ = 0o444
_KINDS = {"file": "file", "directory": "directory", "link": "link", "present": ""}


def rows(said: Said) -> Iterator[HostFile]:
    """Yield the row of a file."""
    if said.type != "File":
        return
    ensure, source = said.text("ensure"), said.texts("source")
    linked = ensure if ensure.startswith("/") else said.text("target")
    # `ensure` may be where a link leads (attribute `ensure`).
    kind = _KINDS.get(ensure, "link" if linked else "")
    recurse = said.text("recurse", "false") != "false"
    text = said.parameters.get("content")
    told = text is not None and not _deferred(text)
    secrets, keys = secrets_inside(text)
    if told and not kind:
        kind = "file"
    content = "told" if told else "elsewhere" if source else "unknown"
    tail = said.tail(_state(said), columns=_COLUMNS)
    if _deferred(text):
        tail["unknown"] = ("content", *tail["unknown"])
    yield HostFile(
        host=said.host,
        path=file_path("File", said.title, said.parameters),
        kind=kind,
        owner=said.text("owner"),
        group=said.text("group"),
        mode=_mode(said.text("mode"), kind),
        inside=recurse,
        only_told=recurse and said.flag("purge") is True,
        target=linked if kind == "link" else "",
        content=content if kind in ("", "file") else "unknown",
        origin="" if told or not source else source[0],
        secrets=secrets,
        access_keys=keys,
        **tail,
    )


_COLUMNS = {
    "group": "group",
    "kind": "ensure",
    "mode": "mode",
    "origin": "source",
    "owner": "owner",
    "target": "target",
}


def _state(said: Said) -> str:
    """A file that says neither `ensure` nor what is in it changes only what is there already."""
    makes = {"content", "source", "target"} & said.parameters.keys()
    state = said.state(PRESENT if makes else UNCERTAIN)
    return ABSENT if said.parameters.get("ensure") is False else state


def _mode(written: str, kind: str) -> int | None:
    """Return a mode that is a number; None for a symbolic one, which changes what is there.

    Whoever may read a directory may search it (attribute `mode`: `Puppet sets the search/traverse
    permission wherever the read permission is set`).
    """
    if not _OCTAL.fullmatch(written):
        return None
    mode = int(written, 8)
    return mode | (mode & _READ) >> 2 if kind == "directory" else mode


def _deferred(content: Json) -> bool:
    return isinstance(content, dict) and MARKER not in content
