# SPDX-License-Identifier: Apache-2.0
"""A copy of code in which Terraform can be let loose: nothing in it fetches, runs or keeps.

What makes it safe is what the copy lacks, not what was looked for in it. No module is installed:
the list of modules is written here. No provider can be: the only place to take one from is empty.
The state lies in the copy. A plan runs no provisioners, and external data comes from a provider of
ours.

Sources:
https://developer.hashicorp.com/terraform/language/files/override
https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
"""

import json
import os
import re
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from bartizan.errors import InputError, Location
from bartizan.files import opened, unreadable
from bartizan.model.json_text import parse
from bartizan.model.record import Json
from bartizan.sources.terraform.provider.absent import Absent, without
from bartizan.sources.terraform.provider.code import (
    STATE,
    Code,
    Edit,
    content,
    is_code,
    is_tofu,
    local,
)
from bartizan.sources.terraform.provider.schema import KEY, UNTOLD
from bartizan.sources.terraform.provider.tree import Tree, manifest, repository
from bartizan.sources.terraform.value_files import OWN, value_files

FILES, SIZE = 20_000, 256 * 1024 * 1024
"""Files that are copied, and their bytes."""

OWN_RESOURCE = "terraform_data.bartizan_unknown"
"""What the copy has that the code has not, in each folder where something has to be unknown."""

UNKNOWN = f"{OWN_RESOURCE}.output"
"""What is unknown of it, whatever is predicted."""

OURS = frozenset({KEY, UNTOLD})
"""Arguments that the copy has and the code has not."""

_OVERRIDE = "zz_bartizan_override.tf"
_EXTRA = "zz_bartizan.tf"
_SETTINGS = """provider_installation {{
  filesystem_mirror {{
    path = "{folder}"
  }}
}}
disable_checkpoint = true
"""
_PASSED = frozenset({".git", ".terraform", ".terragrunt-cache", ".venv", "node_modules"})
_UPWARDS = re.compile(rb'"(?:\$\{path\.(?:module|root|cwd)\}/)?((?:\.\./)+[^"$\n]*)')


class Workspace(Struct, frozen=True, kw_only=True):
    """Where Terraform runs."""

    top: Path
    """All of it lies below."""
    root: Path
    """The copy of the root module."""
    data: Path
    """Where Terraform keeps what it needs for itself."""
    settings: Path
    """The settings of its command line."""


def lay_out(
    tree: Tree,
    top: Path,
    *,
    state: bytes | None,
    known: frozenset[str],
    absent: frozenset[Absent] = frozenset(),
) -> Workspace:
    """Copy a tree below `top`; `known` are types of data that can be told, `state` is what is
    there before, `absent` are calls that ask for what is not.

    Raises:
        InputError: it is too large, or cannot be read.
    """
    base = Path(os.path.commonpath([module.folder for module in tree.modules]))
    needed = {module.folder for module in tree.modules}
    for outside in _outside(tree):
        needed.add(outside)
        base = Path(os.path.commonpath([base, outside if outside.is_dir() else outside.parent]))
    copy = _Copy(base, top / "code", tree)
    for folder in sorted(needed):
        copy.add(folder)
    root = copy.place(tree.root)
    for folder, code in tree.code.items():
        calls: dict[str, list[Absent]] = defaultdict(list)
        for one in absent:
            file = Path(os.path.normpath(root / one.file))
            if file.parent == copy.place(folder):
                calls[file.name].append(one)
        _write(copy.place(folder), code, known=known, calls=calls)
    found = Workspace(top=top, root=root, data=top / "data", settings=top / "settings.tfrc")
    (found.data / "modules").mkdir(parents=True)
    named = tuple(
        (module, os.path.relpath(copy.place(module.folder), root)) for module in tree.modules
    )
    (found.data / "modules" / "modules.json").write_text(manifest(named), encoding="utf-8")
    (top / "none").mkdir()
    # Nothing but an empty folder may providers come from, and nobody is told of this run.
    found.settings.write_text(_SETTINGS.format(folder=top / "none"), encoding="utf-8")
    if state is not None:
        (root / "terraform.tfstate").write_bytes(state)
    return found


class _Copy:
    """Copies files, each once, up to a bound."""

    def __init__(self, base: Path, top: Path, tree: Tree) -> None:
        self.base, self.top, self.tree = base, top, tree
        self.files = self.bytes = 0

    def place(self, path: Path) -> Path:
        return self.top / path.relative_to(self.base)

    def add(self, path: Path) -> None:
        if path.is_file():
            self._file(path)
            return
        for folder, folders, files in os.walk(path):
            # A link may lead anywhere, and what is passed over is large and no code.
            folders[:] = sorted(set(folders) - _PASSED)
            self.place(Path(folder)).mkdir(parents=True, exist_ok=True)
            for name in folders:
                self._linked(Path(folder) / name)
            for name in sorted(files):
                # Where OpenTofu is the one that plans, it reads what Terraform would.
                if not name.startswith("terraform.tfstate") and not is_tofu(Path(name)):
                    self._file(Path(folder) / name)

    def _linked(self, path: Path) -> None:
        """Link to the copy of a folder where a link leads to that."""
        place, real = self.place(path), path.resolve()
        if path.is_symlink() and real.is_relative_to(self.base) and not place.is_symlink():
            place.symlink_to(self.place(real))

    def _file(self, path: Path) -> None:
        place = self.place(path)
        real = path.resolve()
        values = path.parent == self.tree.root and value_files([path.name])
        read = values or (path.parent in self.tree.code and is_code(path))
        # As Terraform does it: a link to nothing is no matter for files of values of its own.
        if read and (real.exists() or path.name not in OWN):
            self._check(path)
        if place.exists() or not real.is_file():
            return
        if not real.is_relative_to(self.base):
            if read:
                raise InputError(
                    "a link leads out of the repository",
                    at=Location(self._shown(path)),
                    hint="give the folder with the files themselves",
                )
            return
        self.files += 1
        self.bytes += real.stat().st_size
        if self.files > FILES or self.bytes > SIZE:
            raise InputError(
                f"more than {FILES:,} files or {SIZE // 1024**2} MiB in the folders of the code",
                at=Location(self.tree.name),
                hint="keep what is no code elsewhere",
            )
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            shutil.copyfile(real, place)
        except OSError as error:
            raise unreadable(error, str(path)) from error

    def _check(self, path: Path) -> None:
        """Refuse code and values that are no regular files."""
        try:
            opened(path).close()
        except OSError as error:
            raise unreadable(error, self._shown(path)) from error

    def _shown(self, path: Path) -> str:
        near = os.path.relpath(path, self.tree.root)
        return os.path.normpath(f"{self.tree.name}/{near}")


def _outside(tree: Tree) -> Iterator[Path]:
    """Yield files and folders that the code names by a path that leads upwards, and those that
    links in it lead to.
    """
    limit = repository(tree.root) or tree.root.parent
    for folder, code in tree.code.items():
        for name in code.edits:
            for found in _UPWARDS.finditer(content(folder / name, str(folder / name))):
                path = (folder / os.fsdecode(found.group(1))).resolve()
                if path.exists() and path != limit and path.is_relative_to(limit):
                    yield path
        for path in _links(folder):
            if path.exists() and path != limit and path.is_relative_to(limit):
                yield path


def _links(folder: Path) -> Iterator[Path]:
    """Yield where the links below a folder lead."""
    for above, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - _PASSED)
        for name in (*folders, *files):
            path = Path(above) / name
            if path.is_symlink():
                yield path.resolve()


def _write(
    folder: Path, code: Code, *, known: frozenset[str], calls: Mapping[str, Iterable[Absent]]
) -> None:
    """Write what the copy of a folder says otherwise than the original does."""
    for name, own in code.edits.items():
        place = folder / name
        text = content(place, name)
        instead = tuple(without(text, name, calls.get(name, ()), UNKNOWN))
        kept = (
            edit for edit in own if not any(one.start <= edit.start < one.end for one in instead)
        )
        if edits := sorted((*kept, *instead), key=lambda edit: edit.start):
            place.write_bytes(_edited(text, edits))
    for place in sorted(folder.glob("*.tf.json")):
        place.write_text(json.dumps(_stateless(parse(place.read_bytes(), place.name))), "utf-8")
    lines: list[str] = []
    for provider, alias in code.aliases:
        key = f"{provider}.{alias}" if alias else provider
        lines += [f'provider "{provider}" {{', *([f'  alias = "{alias}"'] if alias else [])]
        lines += [f'  {KEY} = "{key}"', "}"]
    data = [use for use in code.uses if use.data and use.type not in known]
    for use in data:
        lines += [f'data "{use.type}" "{use.name}" {{', f"  {UNTOLD} = {OWN_RESOURCE}.id", "}"]
    extra = [f"  {local(*one)} = {'.'.join(one)}" for one in sorted(code.named)]
    extra = ["locals {", *extra, "}"] if extra else []
    if data or calls:
        # What is unknown keeps Terraform from asking for data until the change is applied.
        type_, _, name = OWN_RESOURCE.partition(".")
        extra += [f'resource "{type_}" "{name}" {{', "}"]
    if extra:
        (folder / _EXTRA).write_text("\n".join(extra) + "\n", encoding="utf-8")
    if lines:
        (folder / _OVERRIDE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _edited(text: bytes, edits: Iterable[Edit]) -> bytes:
    """Return a text with its edits made; no line moves."""
    found, at = [], 0
    for edit in edits:
        lines = b"\n" * text.count(b"\n", edit.start, edit.end)
        found += [text[at : edit.start], edit.text.encode(), lines]
        at = edit.end
    return b"".join((*found, text[at:]))


def _stateless(code: Json) -> Json:
    """Return code in JSON without what says where its state lies."""
    settings = code.get("terraform") if isinstance(code, dict) else None
    for one in settings if isinstance(settings, list) else (settings,):
        if isinstance(one, dict):
            for name in STATE & one.keys():
                del one[name]
    return code
