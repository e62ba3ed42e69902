# SPDX-License-Identifier: Apache-2.0
"""Roles and environments, as JSON or as the few calls of Ruby that make one.

Sources: https://docs.chef.io/roles/, https://docs.chef.io/environments/
"""

from collections.abc import Mapping

from msgspec import Struct
from tree_sitter import Node

from bartizan.errors import InputError, Location
from bartizan.model.record import Json
from bartizan.sources.chef.folder import Folder
from bartizan.sources.chef.ruby.evaluate import arguments
from bartizan.sources.chef.ruby.scope import UNTOLD, Scope
from bartizan.sources.chef.ruby.syntax import SIZE, named, parsed, part, text
from bartizan.sources.chef.ruby.value import Absent, Tree, Unknown, Value, of_json
from bartizan.sources.chef.ruby.walk import Budget, Frame, walk


class Definition(Struct, frozen=True, kw_only=True):
    """A role or an environment."""

    name: str
    file: str
    run_list: Value
    run_lists: Value
    """Of a role, by environment."""
    default: Tree
    override: Tree
    versions: Value
    """Of an environment, by cookbook."""
    gaps: tuple[tuple[str, str], ...]
    """Place and reason of what could not be read."""


class _Nowhere:
    """The world of code that knows no node."""

    def attribute(self, path: tuple[str, ...]) -> Value | Absent:
        """Return nothing that is known."""
        return Unknown(f"`{path[0]}` is not known here")

    def about(self, _name: str) -> Value:
        """Return nothing that is known."""
        return UNTOLD


def calls(
    content: bytes | None, name: str
) -> tuple[Mapping[str, list[tuple[Value, ...]]], list[tuple[str, str]]]:
    """Return the calls that a file consists of by name, with their arguments; and the place and
    reason of all else in it. What may not be called has unknown arguments. `content` is None for a
    file that is too long.

    Raises:
        MissingExtraError: the grammar of Ruby is not installed.
    """
    code = None if content is None else parsed(content, name)
    if code is None:
        reason = "the file is too long" if content is None else "the file takes too long to parse"
        return {}, [(name, reason)]
    found: dict[str, list[tuple[Value, ...]]] = {}
    odd: list[tuple[str, str]] = []

    def statement(node: Node, frame: Frame) -> None:
        method = part(node, "method") if node.type == "call" else None
        if method is None or part(node, "receiver") is not None or part(node, "block") is not None:
            odd.append((code.place(node), "a statement is not read"))
            return
        given = arguments(node, frame.scope)
        if frame.doubt:
            given = tuple(Unknown(frame.doubt) for _ in given)
        found.setdefault(text(method), []).append(given)

    frame = Frame(Scope(code, _Nowhere(), {}), Budget())
    walk(named(code.root), frame, statement)
    odd.extend((one.partition(" ")[0], one.partition(" ")[2]) for one in frame.into)
    return found, odd


def definition(folder: Folder, path: str) -> Definition:
    """Return the role or environment that a file holds.

    Raises:
        InputError: it is damaged.
        MissingExtraError: the grammar of Ruby is not installed.
    """
    stem = path.rpartition("/")[2].rpartition(".")[0]
    return _of_ruby(folder, path, stem) if path.endswith(".rb") else _of_json(folder, path, stem)


def _of_json(folder: Folder, path: str, stem: str) -> Definition:
    held = folder.json(path)

    def tree(name: str) -> Tree:
        value = of_json(held.get(name) or {})
        if not isinstance(value, Tree):
            raise InputError(f"`{name}` is no object", at=Location(path))
        return value

    return Definition(
        name=str(held.get("name") or stem),
        file=path,
        run_list=_items(held.get("run_list"), "run_list", path),
        run_lists=tree("env_run_lists"),
        default=tree("default_attributes"),
        override=tree("override_attributes"),
        versions=tree("cookbook_versions"),
        gaps=(),
    )


def _items(value: Json, name: str, path: str) -> Value:
    if value is not None and not isinstance(value, list):
        raise InputError(f"`{name}` is no list", at=Location(path))
    return of_json(value or [])


def _of_ruby(folder: Folder, path: str, stem: str) -> Definition:
    content = folder.read(path, SIZE)
    said, odd = calls(content, path)
    lost: Unknown | None = None
    if odd:
        # What is not read may set anything.
        lost = Unknown(f"{odd[0][1]} at {odd[0][0]}")

    def tree(name: str) -> Tree:
        given = said.get(name, [])
        value: Value = Tree()
        if given:
            value = given[-1][0] if len(given[-1]) == 1 else Unknown(f"`{name}` is not read")
        if isinstance(value, Tree):
            return Tree(dict.fromkeys(value.members, lost), lost) if lost else value
        return Tree(rest=value if isinstance(value, Unknown) else Unknown(f"`{name}` is no hash"))

    names = [one[0] for one in said.get("name", []) if one and isinstance(one[0], str)]
    return Definition(
        name=str(names[-1]) if names else stem,
        file=path,
        run_list=lost or _listed(said.get("run_list", [])),
        run_lists=lost or _or_tree(said.get("env_run_lists", [])),
        default=tree("default_attributes"),
        override=tree("override_attributes"),
        versions=lost or _versions(said),
        gaps=tuple(odd),
    )


def _listed(given: list[tuple[Value, ...]]) -> Value:
    """`run_list` takes items, or one list of them."""
    if not given:
        return ()
    last = given[-1]
    return last[0] if len(last) == 1 and isinstance(last[0], tuple | Unknown) else last


def _or_tree(given: list[tuple[Value, ...]]) -> Value:
    return given[-1][0] if given and given[-1] else Tree()


def _versions(said: Mapping[str, list[tuple[Value, ...]]]) -> Value:
    found = _or_tree(said.get("cookbook_versions", []))
    members = dict(found.members) if isinstance(found, Tree) else {}
    rest = found.rest if isinstance(found, Tree) else Unknown("`cookbook_versions` is not read")
    for given in said.get("cookbook", []):
        if len(given) == 2 and isinstance(given[0], str):  # noqa: PLR2004 - a name and a version
            members[str(given[0])] = given[1]
        else:
            rest = Unknown("`cookbook` is not read")
    return Tree(members, rest)
