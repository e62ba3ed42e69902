# SPDX-License-Identifier: Apache-2.0
"""One folder of code with all modules that it calls, and what was planned of it so far."""

import os
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from bartizan.errors import InputError, Location
from bartizan.sources.terraform.evaluator.configuration import Configuration, read
from bartizan.sources.terraform.evaluator.datum import Datum
from bartizan.sources.terraform.evaluator.large import HINT, TooLargeError
from bartizan.sources.terraform.evaluator.scope import Budget
from bartizan.sources.terraform.provider.made import Making
from bartizan.sources.terraform.provider.schema import Schema
from bartizan.sources.terraform.provider.tree import Tree

DEEPEST = 1_000
"""How many values may rest on one another."""


class Provider(Struct, frozen=True, kw_only=True):
    """One provider: what it has, and what it makes."""

    source: str
    """`hashicorp/aws`."""
    schema: Schema
    making: Making


class Planned(Struct, frozen=True, kw_only=True):
    """One object or data, as the plan has it."""

    module: str
    """Address of its module: `module.m[0]`; empty for the root."""
    type: str
    name: str
    managed: bool
    key: int | str | None
    """Its index; None for none."""
    provider: str
    """Source of its provider."""
    values: Datum
    read: bool = False
    """It is data that is known."""
    computed: frozenset[str] = frozenset()
    """Attributes that `dynamic` blocks write and that are not known."""

    @property
    def address(self) -> str:
        """Return its address: `module.m.aws_iam_role.r["a"]`."""
        own = f"{self.type}.{self.name}{index(self.key)}"
        parts = (self.module, own if self.managed else f"data.{own}")
        return ".".join(part for part in parts if part)


def index(key: int | str | None) -> str:
    """Return an index as addresses have it."""
    if key is None:
        return ""
    if isinstance(key, int):
        return f"[{key}]"
    escaped = (
        key.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
    )
    return f'["{escaped}"]'


class World(Struct, kw_only=True):
    """All that modules share."""

    tree: Tree
    providers: Mapping[str, Provider]
    """Source of a provider to it."""
    known: frozenset[str]
    """Types of data that can be told."""
    budget: Budget
    most: int
    """Objects that are planned."""
    below: Path
    """Where files may be read."""
    planned: list[Planned] = field(default_factory=list)
    _folders: dict[str, Path] = field(default_factory=dict)
    _read: dict[Path, Configuration] = field(default_factory=dict)
    _resting: dict[tuple[str, ...], None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._folders = {one.key: one.folder for one in self.tree.modules}

    def folder(self, key: str) -> Path:
        """Return where the module of a call lies; `key` holds the names of calls, with dots."""
        return self._folders[key]

    def configuration(self, folder: Path) -> Configuration:
        """Return what a module declares."""
        if folder not in self._read:
            near = os.path.relpath(folder, self.tree.root)
            name = self.tree.name if near == "." else os.path.normpath(f"{self.tree.name}/{near}")
            self._read[folder] = read(folder, name)
        return self._read[folder]

    def begin(self, name: tuple[str, ...], at: Location) -> None:
        """Take note that a value is being worked out.

        Raises:
            InputError: it rests on itself, or on too many others.
        """
        if name in self._resting:
            held = list(self._resting)
            chain = [*held[held.index(name) :], name]
            told = ", ".join(".".join(part for part in one if part) for one in chain[:8])
            raise InputError(f"a cycle of values: {told}", at=at, hint="break it")
        if len(self._resting) >= DEEPEST:
            raise InputError(f"values rest on one another more than {DEEPEST} deep", at=at)
        self._resting[name] = None

    def end(self, name: tuple[str, ...]) -> None:
        """Take note that it is worked out."""
        del self._resting[name]

    def add(self, planned: Planned, at: Location) -> None:
        """Take up one more object.

        Raises:
            TooLargeError: it is one too many.
        """
        if len(self.planned) >= self.most:
            raise TooLargeError(f"more than {self.most:,} objects", at=at, hint=HINT)
        self.planned.append(planned)
