# SPDX-License-Identifier: Apache-2.0
"""Files, directories and links of a host, and what the text of some says.

Sources: https://docs.chef.io/resources/file/, .../template/, .../cookbook_file/, .../remote_file/,
.../directory/, .../link/
"""

import re
from collections.abc import Iterable, Iterator

from bartizan.model import host_written
from bartizan.model.facts.host_part import HostFile
from bartizan.model.host_text import form, secrets_inside
from bartizan.model.host_value import is_unknown, why
from bartizan.model.host_written import ABSENT, PRESENT, UNCERTAIN, Part
from bartizan.model.record import Json
from bartizan.model.table import Row
from bartizan.sources.chef.facts.said import Said, nameless

_OCTAL = re.compile(r"0?[0-7]{3,4}")
_KINDS = {"directory": "directory", "remote_directory": "directory", "link": "link"}
_FETCHED = frozenset({"remote_file", "remote_directory"})
_MODES = 0o7777


def rows(said: Said) -> Iterator[Row]:
    """Yield the row of a file."""
    path = path_of(said)
    if said.of not in ("file", "sudo"):
        return
    if not path:
        yield nameless(said, "file")
        return
    if said.type == "remote_directory":
        yield said.gap(f"the files that it puts into `{path}` are not read", code="not-understood")
    kind = _KINDS.get(said.type, "file")
    if said.type == "link" and said.text("link_type") == "hard":
        kind = "file"
    text = said.parameters.get("content")
    told = text is not None and not is_unknown(text)
    source = said.texts("source")
    elsewhere = said.type in _FETCHED and bool(source)
    secrets, keys = secrets_inside(text)
    tail = said.tail(_state(said), columns=_COLUMNS)
    if is_unknown(text):
        tail["unknown"] = tuple(sorted({*tail["unknown"], "content"}))
    sudo = said.of == "sudo"
    yield HostFile(
        host=said.host,
        path=path,
        kind=kind,
        owner="root" if sudo else said.text("owner") or said.text("user"),
        group=said.text("group"),
        mode=0o440 if sudo else _mode(said.parameters.get("mode")),
        inside=False,
        only_told=said.type == "remote_directory" and said.text("purge") == "true",
        target=said.text("to") if kind == "link" else "",
        content="told" if told else "elsewhere" if elsewhere else "unknown",
        origin=source[0] if elsewhere and not told else "",
        secrets=secrets,
        access_keys=keys,
        **tail,
    )


_COLUMNS = {"group": "group", "mode": "mode", "origin": "source", "owner": "owner", "target": "to"}


def path_of(said: Said) -> str:
    """Return the file that a resource is about; empty where that is not known."""
    if said.of == "sudo":
        return said.text("path")
    path = said.called
    return re.sub(r"/{2,}", "/", path.rstrip("/")) or "/" if path else ""


def written(resources: Iterable[Said], homes: dict[str, str]) -> Iterator[Row]:
    """Yield what the text of files says; `homes` are the home directories of users."""
    parts: list[Part] = []
    for said in sorted(resources, key=lambda one: (path_of(one), one.file, one.line)):
        made = _part(said)
        if isinstance(made, Part):
            parts.append(made)
        elif made is not None:
            yield said.gap(made, code="hidden")
    yield from host_written.rows(parts, homes)


def _part(said: Said) -> Part | str | None:
    """Return the text of a file that says who can do what; text says why it is not to be had,
    None that it is of no concern.
    """
    path = path_of(said)
    how = form(path)
    state = said.state()
    if how is None or said.of not in ("file", "sudo") or said.type in _KINDS:
        return None
    if state == ABSENT or not host_written.is_read(path, how):
        return None
    text = said.parameters.get("content")
    if not isinstance(text, str):
        if text is None and not said.texts("source") and said.type == "file":
            # A file without content is left as it is, or made empty.
            return None
        return f"what is written in `{path}` is not known{_because(text)}"
    if "create_if_missing" in said.actions:
        state = UNCERTAIN
    return Part(
        host=said.host,
        path=path,
        form=how,
        text=text,
        tail=said.tail(host_written.state_of(path, how, state)),
        gap=lambda code, reason: said.gap(reason, code=code),
    )


def _because(text: Json) -> str:
    reason = why(text)
    return f": {reason}" if reason else ""


def _state(said: Said) -> str:
    """`create_if_missing` leaves what is there as it is."""
    state = said.state()
    return UNCERTAIN if state == PRESENT and "create_if_missing" in said.actions else state


def _mode(written: Json) -> int | None:
    """A mode is text, or a number as Ruby reads it: `0644` is octal, and 644 is not."""
    if type(written) is int:
        return written if 0 <= written <= _MODES else None
    if isinstance(written, str) and _OCTAL.fullmatch(written):
        return int(written, 8)
    return None
