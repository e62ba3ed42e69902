# SPDX-License-Identifier: Apache-2.0
"""What a folder of Terraform code asks for: modules, types, providers, and programs.

Sources: https://developer.hashicorp.com/terraform/language/files and
https://opentofu.org/docs/language/files/
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, structs

from bartizan.errors import InputError, Location
from bartizan.model.json_text import decoded, parse
from bartizan.model.record import Json
from bartizan.sources.terraform.content import whole_of
from bartizan.sources.terraform.provider import hcl
from bartizan.sources.terraform.provider.hcl import Block

SIZE = 8 * 1024 * 1024
"""Bytes of one file of code."""

FILES = 2_000
"""Files of code in one folder."""

_LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "module": 1, "provider": 1, "variable": 1}
"""How many labels the blocks of a kind have, which are levels of objects in JSON."""

_INNER = frozenset({"provisioner", "required_providers"})
STATE = frozenset({"backend", "cloud", "encryption"})
"""Blocks that say where the state lies and how it is kept; what OpenTofu encrypts it with may be a
program. Source: https://opentofu.org/docs/language/state/encryption/
"""
_TOFU = (".tofu", ".tofu.json")


class Call(Struct, frozen=True, kw_only=True):
    """A call of a module."""

    name: str
    source: str | None
    """None where it is no plain text."""
    at: Location


class Use(Struct, frozen=True, kw_only=True):
    """A type that the code uses."""

    type: str
    name: str
    data: bool
    """It is read, not made."""
    provider: str
    """Local name of its provider."""
    at: Location


class Edit(Struct, frozen=True):
    """A range of a file's bytes, and what stands there in a copy."""

    start: int
    end: int
    text: str
    """Without any end of line; those of the range stay."""


class Code(Struct, frozen=True, kw_only=True):
    """One folder of code, which is a module."""

    calls: tuple[Call, ...]
    uses: tuple[Use, ...]
    sources: Mapping[str, str]
    """Local name of a provider to its source, where the code says it."""
    aliases: tuple[tuple[str, str], ...]
    """Local name and alias of each configuration of a provider; the alias may be empty."""
    programs: tuple[tuple[str, Location], ...]
    """What would run programs when the code is applied or read, with its place."""
    edits: Mapping[str, tuple[Edit, ...]]
    """Name of a file of the native syntax to what a copy of it says otherwise, in order."""
    named: frozenset[tuple[str, str]]
    """Type and name of each resource that data names directly."""
    secrets: bool = False
    """It says of something that it is sensitive."""
    others: tuple[str, ...] = ()
    """What people call the files that OpenTofu alone takes as code."""


def read(folder: Path, *, shown: str) -> Code:
    """Read a folder; `shown` is what errors call it.

    Raises:
        InputError: it holds no code, too much of it, or code that cannot be read.
    """
    try:
        held = sorted(folder.iterdir())
    except OSError as error:
        reason = (error.strerror or "error").lower()
        raise InputError(f"cannot read the folder: {reason}", at=Location(shown)) from error
    names = [one.name for one in held if is_code(one)]
    others = tuple(f"{shown}/{one.name}" for one in held if is_tofu(one))
    if not names and others:
        raise InputError(
            "code for OpenTofu alone, which is not planned here",
            at=Location(others[0]),
            hint="give the plan that OpenTofu made: `tofu show -json PLAN`",
        )
    if not names:
        raise InputError("no Terraform code in this folder", at=Location(shown))
    if len(names) > FILES:
        raise InputError(f"more than {FILES:,} files of code", at=Location(shown))
    found = _Found()
    files: dict[str, tuple[Block, ...]] = {}
    secrets = False
    for name in names:
        place = f"{shown}/{name}"
        text = content(folder / name, place)
        secrets = secrets or b"sensitive" in text
        if name.endswith(".json"):
            blocks = tuple(_of_json(parse(text, place)))
        else:
            files[name] = blocks = hcl.parse(text, place)
        found.add(blocks, place)
    own = frozenset((use.type, use.name) for use in found.uses if not use.data)
    for name, blocks in files.items():
        found.edit(name, blocks, own)
    return structs.replace(found.code(), secrets=secrets, others=others)


def local(type_: str, name: str) -> str:
    """Return the name of the local value that stands for a resource in the data of a copy."""
    return f"bartizan_{type_}_{name}"


def is_code(path: Path) -> bool:
    """Tell whether Terraform takes a file as code; it passes over those of editors."""
    return _is_taken(path.name, (".tf", ".tf.json"))


def is_tofu(path: Path) -> bool:
    """Tell whether OpenTofu takes a file as code, and Terraform does not."""
    return _is_taken(path.name, _TOFU)


def _is_taken(name: str, endings: tuple[str, ...]) -> bool:
    passed = name.startswith((".", "#")) or name.endswith(("~", "#"))
    return name.endswith(endings) and not passed


def content(path: Path, shown: str) -> bytes:
    """Return the text of a file of code, in UTF-8.

    Raises:
        InputError: it is no regular file, too large or no text.
    """
    return decoded(whole_of(path, most=SIZE, shown=shown), shown).encode()


class _Found:
    """What was found so far in the files of a folder."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.uses: list[Use] = []
        self.sources: dict[str, str] = {}
        self.aliases: dict[tuple[str, str], None] = {}
        self.programs: list[tuple[str, Location]] = []
        self.edits: dict[str, tuple[Edit, ...]] = {}
        self.named: set[tuple[str, str]] = set()

    def code(self) -> Code:
        return Code(
            calls=tuple(self.calls),
            uses=tuple(self.uses),
            sources=self.sources,
            aliases=tuple(self.aliases),
            programs=tuple(self.programs),
            edits=self.edits,
            named=frozenset(self.named),
        )

    def add(self, blocks: Iterable[Block], place: str) -> None:
        for block in blocks:
            at = Location(place, block.line) if block.line else Location(place)
            match block.kind, block.labels:
                case "ephemeral", (type_, name):
                    raise InputError(
                        f"ephemeral resources are not evaluated: `{type_[:100]}.{name[:100]}`",
                        at=at,
                        hint="give the plan: `terraform show -json PLAN`",
                    )
                case "resource" | "data", (type_, name):
                    self._use(block, type_, name, at)
                case "module", (name,):
                    self.calls.append(Call(name=name, source=_literal(block, "source"), at=at))
                case "provider", (name,):
                    self.aliases[name, _literal(block, "alias") or ""] = None
                case "terraform", ():
                    self._settings(block)
                case _:
                    continue

    def _use(self, block: Block, type_: str, name: str, at: Location) -> None:
        written = block.arguments.get("provider")
        named = written.text.strip().strip('"').partition(".")[0] if written else ""
        local = named or type_.partition("_")[0]
        data = block.kind == "data"
        self.uses.append(Use(type=type_, name=name, data=data, provider=local, at=at))
        for inner in block.named("provisioner"):
            kind = inner.labels[0] if inner.labels else ""
            where = Location(at.name, inner.line) if inner.line else at
            self.programs.append((f"provisioner `{kind}` of `{type_}`", where))
        if type_ == "external":
            self.programs.append(("data source `external`", at))

    def edit(self, name: str, blocks: tuple[Block, ...], own: frozenset[tuple[str, str]]) -> None:
        """Say what a copy of a file says otherwise; `own` are the resources of the folder.

        Data that names a resource directly is not read before that is made, though all its
        arguments are known; what it names through a local value does not count.
        """
        aside = tuple(_aside(blocks))
        found = list(aside)
        for one in (named for block in blocks for named in block.references):
            left = any(edit.start <= one.start < edit.end for edit in aside)
            if not left and (one.type, one.name) in own:
                self.named.add((one.type, one.name))
                found.append(Edit(one.start, one.end, f"local.{local(one.type, one.name)}"))
        self.edits[name] = tuple(sorted(found, key=lambda edit: edit.start))

    def _settings(self, block: Block) -> None:
        for required in block.named("required_providers"):
            for local, argument in required.arguments.items():
                if source := argument.members.get("source"):
                    self.sources[local] = source


def _literal(block: Block, name: str) -> str | None:
    argument = block.arguments.get(name)
    return argument.literal if argument else None


def _aside(blocks: Iterable[Block]) -> Iterator[Edit]:
    """Yield what is left out: `depends_on`, for which Terraform would put off what can be told
    now, and what says where the state lies, which would have to be set up.
    """
    for block in blocks:
        if block.kind in {"data", "module"} and "depends_on" in block.arguments:
            argument = block.arguments["depends_on"]
            yield Edit(argument.start, argument.end, "")
        if block.kind == "terraform":
            yield from (Edit(one.start, one.end, "") for one in block.blocks if one.kind in STATE)


def _of_json(found: Json) -> Iterator[Block]:
    """Yield the blocks of code in JSON, as far as they are asked for; they have no lines.

    Source: https://developer.hashicorp.com/terraform/language/syntax/json
    """
    for kind, value in found.items() if isinstance(found, dict) else ():
        for labels, body in _labelled(value, _LABELS.get(kind, 0)):
            yield _json_block(kind, labels, body)


def _labelled(value: Json, levels: int) -> Iterator[tuple[tuple[str, ...], Mapping[str, Json]]]:
    """Yield the labels and the body of each block; a list holds several."""
    for one in value if isinstance(value, list) else (value,):
        if not isinstance(one, dict):
            continue
        if not levels:
            yield (), one
            continue
        for label, inner in one.items():
            for labels, body in _labelled(inner, levels - 1):
                yield (label, *labels), body


def _json_block(kind: str, labels: tuple[str, ...], body: Mapping[str, Json]) -> Block:
    return Block(
        kind=kind,
        labels=labels,
        line=0,
        arguments={name: _json_argument(value) for name, value in body.items()},
        blocks=tuple(
            Block(
                kind=name,
                labels=inner,
                line=0,
                arguments={one: _json_argument(value) for one, value in held.items()},
            )
            for name in sorted(_INNER & body.keys())
            for inner, held in _labelled(body[name], int(name == "provisioner"))
        ),
    )


class _JsonArgument(Struct, frozen=True, kw_only=True):
    """An argument of code in JSON, which is never edited."""

    text: str
    literal: str | None
    members: Mapping[str, str]
    start: int = 0
    end: int = 0


def _json_argument(value: Json) -> _JsonArgument:
    held = value if isinstance(value, dict) else {}
    return _JsonArgument(
        text=value if isinstance(value, str) else "",
        literal=value if isinstance(value, str) and "${" not in value else None,
        members={name: one for name, one in held.items() if isinstance(one, str)},
    )
