# SPDX-License-Identifier: Apache-2.0
"""A folder of Terraform code with the modules that it calls, all of them on this disk.

Source: https://developer.hashicorp.com/terraform/language/modules/sources
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.model.json_text import parse
from bartizan.sources.terraform.provider import schema
from bartizan.sources.terraform.provider.code import Call, Code, content, read

MODULES = 2_000
"""Calls of modules in one tree."""

DEPTH = 20
"""How deep modules may call one another."""

BUILT_IN = "terraform.io/builtin/terraform"
_HOST = "registry.terraform.io/"
_MANIFEST = Path(".terraform/modules/modules.json")


class Module(Struct, frozen=True, kw_only=True):
    """A call of a module."""

    key: str
    """The names of the calls that lead to it, with dots between; empty for the root."""
    source: str
    version: str
    """As a manifest has it; empty for a module of a relative path."""
    folder: Path
    """Where it lies, with nothing relative and no link in it."""


class Tree(Struct, frozen=True, kw_only=True):
    """All code that one folder stands for."""

    root: Path
    name: str
    """What people call the folder."""
    modules: tuple[Module, ...]
    """The root is the first."""
    code: Mapping[Path, Code]
    """Folder to what it holds."""

    @property
    def secrets(self) -> bool:
        """It says of something that it is sensitive."""
        return any(code.secrets for code in self.code.values())

    @property
    def others(self) -> tuple[str, ...]:
        """What it holds for OpenTofu alone, a phrase each: nobody knows what takes its place."""
        files = (name for code in self.code.values() for name in code.others)
        return tuple(f"{name}: OpenTofu alone reads it" for name in files)

    def providers(self) -> Mapping[str, set[tuple[str, bool]]]:
        """Return the source of each provider that is used with its types, each told to be data or
        not.

        Raises:
            InputError: a provider or a type is not known here.
        """
        found: dict[str, set[tuple[str, bool]]] = {
            "hashicorp/aws": set(),
            BUILT_IN: {("terraform_data", False)},
        }
        known = set(schema.providers())
        for code in self.code.values():
            for use in code.uses:
                source = source_of(use.provider, code)
                if source not in known:
                    raise InputError(
                        f"the provider `{source[:100]}` is not known here",
                        at=use.at,
                        hint="give the plan that Terraform made: `terraform show -json PLAN`",
                    )
                found.setdefault(source, set()).add((use.type, use.data))
            for local in code.sources:
                found.setdefault(source_of(local, code), set())
            for local, _ in code.aliases:
                found.setdefault(source_of(local, code), set())
        return found


def follow(root: Path, *, programs: bool) -> Tree:
    """Read a folder and the modules that it calls; with `programs`, code that would run programs
    is no reason to refuse it.

    Raises:
        InputError: code cannot be read, a module is not on this disk, or programs would be run.
    """
    whole = root.resolve()
    found = _Following(whole, str(root), programs=programs)
    found.add(Module(key="", source="", version="", folder=whole), str(root), 0)
    return Tree(root=whole, name=str(root), modules=tuple(found.modules), code=found.code)


def source_of(local: str, code: Code) -> str:
    """Return the source of a provider as the table names it, by its name in some code."""
    if local == "terraform":
        return BUILT_IN
    source = code.sources.get(local, f"hashicorp/{local}")
    return source.removeprefix(_HOST).lower()


class _Following:
    """What was found on the way through the modules."""

    def __init__(self, root: Path, name: str, *, programs: bool) -> None:
        self.root = root
        self.programs = programs
        self.modules: list[Module] = []
        self.code: dict[Path, Code] = {}
        self.installed = _manifest(root, name)
        self.limit = repository(root)

    def add(self, module: Module, shown: str, depth: int) -> None:
        self.modules.append(module)
        if len(self.modules) > MODULES:
            raise InputError(f"more than {MODULES:,} calls of modules", at=Location(shown))
        if module.folder not in self.code:
            self.code[module.folder] = self._read(module.folder, shown)
        for call in self.code[module.folder].calls:
            if depth >= DEPTH:
                raise InputError(f"modules call one another {DEPTH} levels deep", at=call.at)
            inner = self._called(call, module)
            self.add(inner, self._shown(inner.folder), depth + 1)

    def _read(self, folder: Path, shown: str) -> Code:
        code = read(folder, shown=shown)
        if code.programs and not self.programs:
            what, at = code.programs[0]
            raise InputError(
                f"{what} would run a program",
                at=at,
                hint="`--without-programs` goes on: none is run, and what it gives is unknown",
            )
        return code

    def _called(self, call: Call, parent: Module) -> Module:
        key = f"{parent.key}.{call.name}" if parent.key else call.name
        source = call.source
        if source is not None and source.startswith(("./", "../")):
            folder = (parent.folder / source).resolve()
            version = ""
        elif key in self.installed:
            source, version, folder = self.installed[key]
        else:
            raise InputError(
                f"module `{call.name}` does not come from this disk: `{(source or '?')[:200]}`",
                at=call.at,
                hint="nothing is fetched; `terraform init` in the folder keeps modules there",
            )
        if self.limit is not None and not folder.is_relative_to(self.limit):
            raise InputError(f"module `{call.name}` lies outside of the repository", at=call.at)
        if not folder.is_dir():
            raise InputError(f"module `{call.name}` is no folder: `{source[:200]}`", at=call.at)
        return Module(key=key, source=source, version=version, folder=folder)

    def _shown(self, folder: Path) -> str:
        """Return what people call a folder: as seen from where they are, if it is below."""
        here = Path.cwd()
        return str(folder.relative_to(here)) if folder.is_relative_to(here) else str(folder)


def repository(root: Path) -> Path | None:
    """Return the top of the repository that a folder is in; None where it is in none."""
    return next((one for one in (root, *root.parents) if (one / ".git").exists()), None)


def _manifest(root: Path, name: str) -> Mapping[str, tuple[str, str, Path]]:
    """Return the modules that `terraform init` left in a folder: source, version, where."""
    place = root / _MANIFEST
    if not place.exists():
        return {}
    shown = f"{name}/{_MANIFEST}"
    found = parse(content(place, shown), shown)
    entries = found.get("Modules") if isinstance(found, dict) else None
    return dict(_installed(root, entries if isinstance(entries, list) else ()))


def _installed(root: Path, entries: object) -> Iterator[tuple[str, tuple[str, str, Path]]]:
    for one in entries if isinstance(entries, list) else ():
        if not isinstance(one, dict):
            continue
        key, source, folder = (one.get(name) for name in ("Key", "Source", "Dir"))
        version = one.get("Version")
        if isinstance(key, str) and isinstance(source, str) and isinstance(folder, str) and key:
            held = version if isinstance(version, str) else ""
            yield key, (source, held, (root / folder).resolve())


def manifest(modules: tuple[tuple[Module, str], ...]) -> str:
    """Return the manifest of modules, each with its folder as seen from the root."""
    entries = []
    for module, folder in modules:
        entry = {"Key": module.key, "Source": module.source, "Dir": folder}
        if module.version:
            entry["Version"] = module.version
        entries.append(entry)
    return json.dumps({"Modules": entries})
