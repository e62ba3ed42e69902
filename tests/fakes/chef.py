# SPDX-License-Identifier: Apache-2.0
"""Folders as Chef's tools write them, and what is made of them."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bartizan.model.facts import Facts
from bartizan.model.record import Record, RecordList
from bartizan.sources.chef.attributes import Attributes
from bartizan.sources.chef.files import ChefFiles
from bartizan.sources.chef.normalise import ChefNormaliser
from bartizan.sources.chef.ruby.scope import UNTOLD
from bartizan.sources.chef.ruby.syntax import parsed
from tests.fakes.aws_scan import CountingProgress, MemoryDraft

KEY = b"0" * 32
RECIPE = "cookbooks/app/recipes/default.rb"
ATTRIBUTES = "cookbooks/app/attributes/default.rb"
OHAI: dict[str, Any] = {
    "platform": "debian", "platform_version": "12.4", "platform_family": "debian",
    "fqdn": "web1.example.org", "hostname": "web1",
}  # fmt: skip


def node(name: str = "web1", *run_list: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a node as the server keeps it."""
    return {
        "name": name,
        "chef_environment": "_default",
        "run_list": list(run_list or ("recipe[app]",)),
        "normal": {},
        "automatic": OHAI,
        **more,
    }


def put(place: Path, files: Mapping[str, object]) -> Path:
    """Write files, text as it is and all else as JSON."""
    for name, content in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content))
    return place


def collected(place: Path) -> MemoryDraft:
    """Return what is read of a folder."""
    draft = MemoryDraft()
    ChefFiles(place, key=KEY).collect(draft, CountingProgress())
    return draft


def read(files: Mapping[str, object]) -> tuple[Record, ...]:
    """Return the records of a folder."""
    with tempfile.TemporaryDirectory() as place:
        draft = collected(put(Path(place), files))
    return tuple(record for piece in draft.pieces.values() for record in piece)


def facts(files: Mapping[str, object]) -> Facts:
    """Return the facts of a folder."""
    return ChefNormaliser()(RecordList(read(files)))


def of_recipe(text: str, **more: object) -> Facts:
    """Return the facts of one node with one recipe; `more` are further files."""
    return facts(files_of(text, **more))


def files_of(text: str, **more: object) -> dict[str, object]:
    """Return a folder with one node and one recipe."""
    attributes = {ATTRIBUTES: more.pop("attributes")} if "attributes" in more else {}
    return {
        "nodes/web1.json": more.pop("node", node()),
        "cookbooks/app/metadata.rb": "name 'app'\nversion '1.0.0'\n",
        RECIPE: text,
        **attributes,
        **more,
    }


def gaps(files: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return place and reason of all that was not read, but that no permissions are there."""
    return [
        (str(one.body["operation"]), str(one.body["reason"]))
        for one in read(files)
        if one.kind == "Bartizan::Unread" and one.body["operation"] != "acls"
    ]


class World:
    """A node of which some attributes are known."""

    def __init__(self, attributes: Attributes | None = None) -> None:
        self._attributes = attributes or Attributes({})

    def attribute(self, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - any value
        """Return the attribute at `path`."""
        return self._attributes.read(path)

    def about(self, name: str) -> Any:  # noqa: ANN401 - any value
        """Return what is told of the node itself."""
        return {"name": "web1"}.get(name, UNTOLD)


def code(text: str) -> Any:  # noqa: ANN401 - a tree
    """Return the tree of some code."""
    return parsed(text.encode(), "a.rb")
