# SPDX-License-Identifier: Apache-2.0
"""The whole configuration of a pipeline of GitLab: one file with what it takes in, and jobs with
what they extend.

Sources: https://docs.gitlab.com/ci/yaml/includes/ and
https://docs.gitlab.com/ci/yaml/yaml_optimization/
"""

import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct, field

from bartizan.sources.terraform.pipeline.content import content, digest
from bartizan.sources.terraform.pipeline.yaml_text import CannotReadError, Node, read

FILE = ".gitlab-ci.yml"
"""The file at the top of a repository that a pipeline is made of."""
_DEEPEST = 11
"""How far jobs may extend one another, and texts refer to one another."""
_MOST_FILES = 150


class Whole(Struct):
    """A configuration, while it is put together."""

    place: Callable[[str], Path | None]
    """Returns where a file of the repository lies; None where there is none."""
    node: Node = field(default_factory=lambda: Node(1, ""))
    files: dict[str, Node] = field(default_factory=dict)
    """The files that it is made of."""
    unclear: dict[str, str] = field(default_factory=dict)
    """What of it is not understood: a name, and why."""
    _digests: list[str | None] = field(default_factory=list)

    @classmethod
    def of(cls, place: Callable[[str], Path | None]) -> "Whole":
        """Read the configuration of a repository."""
        found = cls(place)
        found.node = found._file(FILE, ())
        return found

    @property
    def digest(self) -> str | None:
        """What stands in all of it, so that a change of it is seen; None where that is not
        known.
        """
        known = [one for one in self._digests if one is not None]
        return " ".join(known) if len(known) == len(self._digests) else None

    def file_of(self, job: str) -> str:
        """Return the file that a job stands in; the last one to name it counts."""
        held = (path for path, node in reversed(self.files.items()) if job in node.members)
        return FILE if job in self.files[FILE].members else next(held, FILE)

    def job(self, name: str) -> Node:
        """Return a job with what it extends."""
        return self._extended(name, _DEEPEST, self.node.get(name))

    def lines(self, node: Node, depth: int = _DEEPEST) -> Iterator[str]:
        """Yield the texts of a list, those of lists in it and that it refers to as well."""
        if isinstance(node.held, str):
            yield node.held
            return
        for one in self.elements(node, depth):
            if depth and not one.members:
                yield from self.lines(one, depth - 1)

    def elements(self, node: Node, depth: int = _DEEPEST) -> Iterator[Node]:
        """Yield the elements of a list, those of lists that stand or are referred to in it too.

        Tags are not kept by who reads the text, so `!reference [.a, script]` is known by what it
        leads to.
        """
        held = node.items
        if len(held) > 1 and all(one.text for one in held):
            led = self.node.get(*(one.text for one in held))
            if led.held and depth:
                yield from self.elements(led, depth - 1)
                return
            if held[0].text.startswith("."):
                self.unclear[f"{FILE}:{node.line}"] = "what it refers to is not found"
        for one in held:
            if isinstance(one.held, tuple) and depth:
                yield from self.elements(one, depth - 1)
            else:
                yield one

    def _file(self, path: str, around: tuple[str, ...]) -> Node:
        place = self.place(path)
        if place is None or path in around or len(self.files) >= _MOST_FILES:
            self.unclear[f"{FILE}: {path}"] = "what it takes in is not read"
            return Node(1, "")
        self._digests.append(digest(place))
        try:
            own = read(content(place))
        except CannotReadError as error:
            self.unclear[path] = str(error)
            own = Node(1, "")
        self.files[path] = own
        if "spec" in own.members:
            self.unclear[path] = "it is made with inputs"
        found = Node(1, {})
        for one in own.get("include").items or ((own.get("include"),) if own.members else ()):
            if one.held:
                found = _merged(found, self._included(one, path, around))
        return _merged(found, own)

    def _included(self, said: Node, path: str, around: tuple[str, ...]) -> Node:
        local = said.text or said.get("local").text
        if not local or "://" in local or set("*$") & set(local):
            what = local or "".join(said.texts())[:200]
            self.unclear[f"{FILE}: {what}"] = "what it takes in is not read"
            return Node(said.line, "")
        if {"rules", "inputs"} & said.members.keys():
            self.unclear[f"{FILE}: {local}"] = "whether it is taken in, or how, is computed"
        return self._file(posixpath.normpath(local.lstrip("/")), (*around, path))

    def _extended(self, name: str, depth: int, job: Node) -> Node:
        found = Node(job.line, {})
        for base in job.get("extends").items:
            held = self.node.get(base.text)
            if not held.members or not depth:
                self.unclear[f"{FILE}#{name}: {base.text}"] = "what it extends is not found"
                continue
            found = _merged(found, self._extended(base.text, depth - 1, held))
        return _merged(found, job)


def _merged(under: Node, over: Node) -> Node:
    """Return two values as one: members of mappings are put together, all else is replaced."""
    if not under.members or not over.members:
        return over if over.held or not under.members else under
    held = dict(under.members)
    for name, value in over.members.items():
        held[name] = _merged(held[name], value) if name in held else value
    return Node(over.line, held)
