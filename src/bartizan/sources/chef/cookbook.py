# SPDX-License-Identifier: Apache-2.0
"""Cookbooks of a folder: their names, versions, dependencies and files.

Sources: https://docs.chef.io/cookbooks/, https://docs.chef.io/config_rb_metadata/, and
https://docs.chef.io/resources/template/ (`File Specificity`)
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from bartizan.model.record import Json
from bartizan.sources.chef.definition import calls
from bartizan.sources.chef.folder import Folder
from bartizan.sources.chef.ruby.syntax import SIZE, Code, parsed
from bartizan.sources.chef.ruby.value import Value

_WRITTEN = 1_000_000
"""Bytes of a file that a recipe writes to a host; a longer one is not read."""


class Cookbook(Struct, frozen=True, kw_only=True):
    """One version of a cookbook."""

    name: str
    version: str
    """Empty where it is not told."""
    place: str
    """Its folder."""
    depends: tuple[str, ...]
    folder: Folder
    files: frozenset[str]
    """Paths below its folder."""
    unsure: str = ""
    """Why it may be another than the one that runs; empty where it is not."""
    _codes: dict[str, Code | None] = field(default_factory=dict)

    def path(self, inside: str) -> str:
        """Return the path of one of its files in the whole folder."""
        return f"{self.place}/{inside}"

    def attribute_files(self) -> list[str]:
        """Return its attribute files in the order in which they are read: `default.rb` first."""
        found = [
            one
            for one in self.files
            if one == "attributes.rb" or (one.startswith("attributes/") and one.endswith(".rb"))
        ]
        return sorted(found, key=lambda one: (one.rpartition("/")[2] != "default.rb", one))

    def recipe(self, name: str) -> str | None:
        """Return the file of a recipe; None where there is none that is Ruby."""
        places = [f"recipes/{name}.rb", *(["recipe.rb"] if name == "default" else [])]
        return next((one for one in places if one in self.files), None)

    def code(self, inside: str) -> Code | None:
        """Return one of its files of code; None for one that is no UTF-8, too long, or slow to
        parse.
        """
        if inside not in self._codes:
            path = self.path(inside)
            content = self.folder.read(path, SIZE)
            self._codes[inside] = (
                None if content is None or not _is_text(content) else parsed(content, path)
            )
        return self._codes[inside]

    def content(self, kind: str, name: str, hosts: tuple[str, ...]) -> str | None:
        """Return the text of `files/.../NAME` or `templates/.../NAME`: of the first that there is
        for this host, from its own name to `default`.
        """
        places = [f"{kind}/{host}/{name}" for host in hosts]
        for one in (*places, f"{kind}/default/{name}", f"{kind}/{name}"):
            if one in self.files:
                content = self.folder.read(self.path(one), _WRITTEN)
                usable = content is not None and _is_text(content)
                return content.decode() if usable and content is not None else None
        return None


def _is_text(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def cookbooks(folder: Folder, parent: str) -> list[Cookbook]:
    """Return the cookbooks right below one folder: `cookbooks`, `site-cookbooks`, ...

    Raises:
        InputError: a file of metadata is damaged.
    """
    files: dict[str, set[str]] = {}
    for path in folder.under(parent):
        name, _, inside = path[len(parent) + 1 :].partition("/")
        if inside:
            files.setdefault(name, set()).add(inside)
    return [
        _cookbook(folder, f"{parent}/{name}", name, frozenset(held))
        for name, held in sorted(files.items())
    ]


def _cookbook(folder: Folder, place: str, called: str, files: frozenset[str]) -> Cookbook:
    if "metadata.json" in files:
        about = folder.json(f"{place}/metadata.json")
        depends = about.get("dependencies")
        return Cookbook(
            name=_word(about.get("name")) or called,
            version=_word(about.get("version")),
            place=place,
            depends=tuple(depends) if isinstance(depends, dict) else (),
            folder=folder,
            files=files,
        )
    said: Mapping[str, list[tuple[Value, ...]]] = {}
    unsure = ""
    if "metadata.rb" in files:
        content = folder.read(f"{place}/metadata.rb", SIZE)
        said, odd = calls(content, f"{place}/metadata.rb")
        # What names the cookbook and what it needs is all that matters of it.
        lost = [one for name in ("name", "depends", "version") for one in said.get(name, ())
                if not one or not isinstance(one[0], str)]  # fmt: skip
        unsure = f"`{place}/metadata.rb` is not plain" if lost or odd else ""
    return Cookbook(
        name=_first(said, "name") or called,
        version=_first(said, "version"),
        place=place,
        depends=tuple(_firsts(said, "depends")),
        folder=folder,
        files=files,
        unsure=unsure,
    )


def _first(said: Mapping[str, list[tuple[Value, ...]]], name: str) -> str:
    return next(_firsts(said, name), "")


def _firsts(said: Mapping[str, list[tuple[Value, ...]]], name: str) -> Iterator[str]:
    for given in said.get(name, ()):
        if given and isinstance(given[0], str):
            yield str(given[0])


def _word(value: Json) -> str:
    return value if isinstance(value, str) else ""
