# SPDX-License-Identifier: Apache-2.0
"""What the text of files says that say who can do what: sudoers, keys, crontabs, sysctl.

A file may be set as a whole (`File`), put together from parts (`Concat_fragment`), or have lines
added (`File_line`); what Augeas does to one is not read and stays visible.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from bartizan.model import host_written
from bartizan.model.host_text import form
from bartizan.model.host_written import ABSENT, Part
from bartizan.model.table import Row
from bartizan.sources.puppet.facts.said import Said
from bartizan.sources.puppet.hide import file_path

_PARTS = {"File": "content", "Concat_fragment": "content", "File_line": "line"}
_AUGEAS = re.compile(r"/files(/.*)")


def rows(resources: Iterable[Said], homes: Mapping[str, str]) -> Iterator[Row]:
    """Yield what the files of one host say; `homes` are its users' home directories."""
    parts: list[Part] = []
    for said in sorted(resources, key=_order):
        made = _part(said) if said.type in _PARTS else _edit(said)
        if isinstance(made, Part):
            parts.append(made)
        elif made is not None:
            yield said.gap(made, code="not-understood" if said.type == "Augeas" else "hidden")
    yield from host_written.rows(parts, homes)


def _order(said: Said) -> tuple[str, int, str, str]:
    """Sort pieces as they stand in their file: parts by their order, added lines at the end."""
    path = file_path(said.type, said.title, said.parameters)
    return path, said.type == "File_line", said.text("order", "10"), said.title


def _part(said: Said) -> Part | str | None:
    """Return the piece of a file that a resource sets; text says why there is none to be read,
    None that it is of no concern.
    """
    path = file_path(said.type, said.title, said.parameters)
    kind = form(path)
    state = said.state()
    if kind is None or said.text("ensure") in ("directory", "link"):
        return None
    if said.type == "File" and state == ABSENT:
        return None
    if not host_written.is_read(path, kind):
        return None
    state = host_written.state_of(path, kind, state)
    text = said.parameters.get(_PARTS[said.type])
    if isinstance(text, str):
        return Part(
            host=said.host,
            path=path,
            form=kind,
            text=text,
            tail=said.tail(state),
            gap=lambda code, reason: said.gap(reason, code=code),
        )
    where = "on the host" if said.hidden(_PARTS[said.type]) else "elsewhere"
    return f"what is written in `{path}` is hidden, or worked out {where}"


def _edit(said: Said) -> str | None:
    """Return what is not read of a file that Augeas edits; None where it is of no concern."""
    if said.type != "Augeas":
        return None
    match = _AUGEAS.fullmatch(said.text("context").rstrip("/"))
    places = (said.text("incl"), match[1] if match else "")
    # Below the file come the things in it: `/files/etc/sudoers/spec`.
    for place in places:
        names = place.split("/")
        for end in range(len(names), 1, -1):
            if form("/".join(names[:end])):
                return f"what Augeas does to `{'/'.join(names[:end])}` is not read"
    return None
