# SPDX-License-Identifier: Apache-2.0
"""Hashes of files that are not there, as what a build makes is not where only its code is at hand.

Terraform refuses such a call. In a copy of the code something unknown stands in its place.

Source: https://developer.hashicorp.com/terraform/language/functions/filebase64sha256
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from tree_sitter import Node

from bartizan.model.record import Json
from bartizan.sources.terraform.provider.code import Edit
from bartizan.sources.terraform.source.syntax import File

FUNCTIONS = frozenset(
    "file" + digest
    for digest in ("base64", "base64sha256", "base64sha512", "md5", "sha1", "sha256", "sha512")
)
"""Functions of what a file holds, of which nothing else in the code can be read."""

_SAID = re.compile(r'Call to function "(\w+)" failed: open (.*): no such file or directory')


class Absent(Struct, frozen=True, kw_only=True, order=True):
    """A call that asks for a file which is not there."""

    file: str
    """The code that it stands in, as seen from the root module."""
    line: int
    function: str
    path: str
    """The file that is not there, as the code names it."""

    @property
    def at(self) -> str:
        """The place alone, as the name of a file may be a secret."""
        return f"{self.file}:{self.line}"

    def __str__(self) -> str:
        """Name the file and the place, for people."""
        return f"`{self.path[:200]}` ({self.at})"


def absent(complaints: Iterable[Mapping[str, Json]]) -> frozenset[Absent]:
    """Return the calls that Terraform complains of; none where it complains of anything else."""
    found = set()
    for one in complaints:
        if one.get("severity") != "error":
            continue
        said = _SAID.match(str(one.get("detail", "")))
        place = one.get("range")
        held = place if isinstance(place, dict) else {}
        start = held.get("start")
        line = start.get("line") if isinstance(start, dict) else None
        if not said or said[1] not in FUNCTIONS or not isinstance(line, int):
            return frozenset()
        file = str(held.get("filename", ""))
        found.add(Absent(file=file, line=line, function=said[1], path=said[2]))
    return frozenset(found)


def without(content: bytes, name: str, calls: Iterable[Absent], instead: str) -> Iterator[Edit]:
    """Yield the edits that put something in the place of calls in a file."""
    wanted = {(one.line, one.function) for one in calls}
    stack = [File.parse(name, content).root] if wanted else []
    while stack:
        node = stack.pop()
        if node.type == "function_call" and _called(node) in wanted:
            yield Edit(node.start_byte, node.end_byte, instead)
        else:
            stack += node.named_children


def _called(node: Node) -> tuple[int, str]:
    name = node.named_children[0]
    return name.start_point.row + 1, (name.text or b"").decode(errors="replace")
