# SPDX-License-Identifier: Apache-2.0
"""The modules of some code as they lie on disk: the folder that was named, and what it calls.

Calls are followed to local folders, and to those that `terraform init` has fetched already.

Sources: https://developer.hashicorp.com/terraform/language/files,
https://developer.hashicorp.com/terraform/language/files/override and
https://developer.hashicorp.com/terraform/language/modules/sources#local-paths
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from msgspec import Struct, field

from bartizan.errors import InputError, Location
from bartizan.sources.terraform.content import whole_of
from bartizan.sources.terraform.source.syntax import (
    Argument,
    Block,
    File,
    arguments,
    blocks,
    literal,
)
from bartizan.sources.terraform.value_files import value_files

LARGEST = 4_000_000
"""Bytes of one file."""
MOST = 5_000
"""Files of all modules together."""
_DEEPEST = 20
_ENDINGS = (".tf", ".tofu")
_JSON = (".tf.json", ".tofu.json")
CODE = (*_ENDINGS, *_JSON)
"""Ends of the names of files of code."""
_MANIFEST = Path(".terraform") / "modules" / "modules.json"


class Module(Struct, frozen=True, dict=True):
    """One module: the blocks of all files in its folder."""

    folder: Path
    files: tuple[File, ...]
    """Those that override others last."""
    values: tuple[File, ...]
    """Files of values for the variables, in the order in which they count."""

    def blocks(self, kind: str, *labels: str) -> Sequence[Block]:
        """Return the blocks of a kind with these labels; one that overrides others last."""
        return self._indexed.get((kind, *labels), ())

    @cached_property
    def _indexed(self) -> Mapping[tuple[str, ...], tuple[Block, ...]]:
        """Blocks by kind and each beginning of their labels."""
        found: dict[tuple[str, ...], list[Block]] = {}
        for file in self.files:
            for block in blocks(file):
                for count in range(len(block.labels) + 1):
                    found.setdefault((block.type, *block.labels[:count]), []).append(block)
        return {key: tuple(held) for key, held in found.items()}

    def given(self, variable: str) -> Argument | None:
        """Return what a file of values says for a variable; None for nothing."""
        found = None
        for file in self.values:
            found = arguments(file).get(variable, found)
        return found


class Code(Struct):
    """All modules of some code, read when they are asked for."""

    root: Path
    contents: Mapping[Path, bytes] = field(default_factory=dict)
    """What some files are supposed to hold, by their path."""
    unread: dict[Path, str] = field(default_factory=dict)
    """Files of it that could not be read, with a phrase for each."""
    _modules: dict[Path, Module] = field(default_factory=dict)
    _fetched: Mapping[str, Path] = field(default_factory=dict)
    _count: int = 0

    @classmethod
    def read(cls, root: Path, contents: Mapping[Path, bytes] | None = None) -> "Code":
        """Read the root module; `contents` are what some files are supposed to hold.

        Raises:
            InputError: `root` is no folder, holds no Terraform, or cannot be read.
        """
        code = cls(root, contents or {})
        try:
            code._fetched = _manifest(root)
        except InputError as error:
            code.unread[root / _MANIFEST] = f"{code._name(root / _MANIFEST)}: {error.message}"
        if not root.is_dir() or not code._module(root).files:
            raise InputError(
                "no folder with Terraform in it",
                at=Location(str(root)),
                hint="name the folder in which `terraform plan` was run",
            )
        return code

    def module(self, calls: Sequence[str]) -> Module | None:
        """Return the module that calls lead to, from the root on; None where it is not on disk."""
        folder: Path | None = self.root
        for depth, name in enumerate(calls[:_DEEPEST], start=1):
            folder = self._called(folder, name, ".".join(calls[:depth])) if folder else None
        return self._module(folder) if folder is not None and len(calls) <= _DEEPEST else None

    def called(self, calls: Sequence[str]) -> Block | None:
        """Return the block that calls the last of some modules."""
        outer = self.module(calls[:-1])
        found = outer.blocks("module", calls[-1]) if outer else ()
        return found[-1] if found else None

    def fetched(self, file: File) -> bool:
        """Tell whether a file came from elsewhere, so that an edit of it would be lost."""
        return any(file.path.is_relative_to(folder) for folder in self._fetched.values())

    def _called(self, folder: Path, name: str, key: str) -> Path | None:
        if key in self._fetched:
            return self._fetched[key]
        for block in reversed(self._module(folder).blocks("module", name)):
            source = block.arguments().get("source")
            told = literal(source.file, source.value) if source else None
            if isinstance(told, str) and told.startswith(("./", "../")):
                return folder / told
        return None

    def _module(self, folder: Path) -> Module:
        place = Path(os.path.normpath(folder))
        if place not in self._modules:
            self._modules[place] = self._read(place)
        return self._modules[place]

    def _read(self, folder: Path) -> Module:
        names = _listed(folder, links=False)
        # A link may lead anywhere, and what it leads to is not this code's.
        links = _listed(folder, links=True)
        read = (*(one for one in links if one.endswith(CODE)), *value_files(links))
        for name in sorted(read):
            place = folder / name
            self.unread[place] = f"{self._name(place)}: a link, which is not followed"
        for name in names:
            if name.endswith(_JSON):
                place = folder / name
                self.unread[place] = f"{self._name(place)}: JSON has no lines to be found"
        for name in (hidden := _hidden(names)):
            place = folder / name
            self.unread[place] = f"{self._name(place)}: OpenTofu reads a `.tofu` file instead"
        plain = [name for name in names if name.endswith(_ENDINGS) and name not in hidden]
        plain.sort(key=_overrides)
        given = [name for name in value_files(names) if not name.endswith(".json")]
        return Module(
            folder,
            tuple(self._files(folder, plain)),
            tuple(self._files(folder, given))
            if folder == Path(os.path.normpath(self.root))
            else (),
        )

    def _files(self, folder: Path, names: Sequence[str]) -> Iterator[File]:
        for name in names:
            place = folder / name
            try:
                content = self._content(place)
            except InputError as error:
                self.unread[place] = f"{self._name(place)}: {error.message}"
                continue
            file = File.parse(self._name(place), content, place)
            if file.broken is not None:
                self.unread[place] = f"{file.broken}: no HCL from here on"
            yield file

    def _content(self, place: Path) -> bytes:
        self._count += 1
        if place in self.contents:
            return self.contents[place]
        if self._count > MOST:
            raise InputError(f"more than {MOST:,} files", at=Location(str(place)))
        return whole_of(place, most=LARGEST)

    def _name(self, place: Path) -> str:
        """Return what people call a file: its path from where they stand, if it lies below."""
        near = Path(os.path.relpath(place))
        return (place if near.parts[:1] == ("..",) else near).as_posix()


def _hidden(names: Sequence[str]) -> frozenset[str]:
    """Return the files that OpenTofu passes over, as one for it alone is of the same name.

    Source: https://opentofu.org/docs/language/files/#extension-precedence
    """
    own = (f"{name.removesuffix('.tofu')}.tf" for name in names if name.endswith(".tofu"))
    return frozenset(own) & frozenset(names)


def _overrides(name: str) -> bool:
    stem = name.rsplit(".", 1)[0]
    return stem == "override" or stem.endswith("_override")


def _listed(folder: Path, *, links: bool) -> list[str]:
    """Return the names of the files in a folder, or of the links to such, sorted."""
    try:
        files = (one for one in folder.iterdir() if not one.is_dir() and one.is_symlink() is links)
        return sorted(one.name for one in files)
    except OSError:
        return []


def _manifest(root: Path) -> Mapping[str, Path]:
    """Return where modules lie that were fetched, by the names of the calls that lead to them;
    nothing where none were.

    Raises:
        InputError: the list of them is there, and cannot be read.
    """
    place = root / _MANIFEST
    if not place.exists():
        return {}
    try:
        return {
            one["Key"]: root / one["Dir"]
            for one in json.loads(whole_of(place, most=LARGEST))["Modules"] or ()
            if one["Key"] and not Path(one["Dir"]).is_absolute()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputError(
            "no list of modules",
            at=Location(str(place)),
            hint="`terraform init` writes it anew",
        ) from error
