# SPDX-License-Identifier: Apache-2.0
"""Folders of Terraform that are applied as one: where their state lies, whose roles they take on,
what code of others they run, and what credentials they make.

Sources: https://developer.hashicorp.com/terraform/language/backend/s3,
https://developer.hashicorp.com/terraform/language/files/dependency-lock and
https://registry.terraform.io/providers/hashicorp/aws/latest/docs#assume_role-configuration-block
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from msgspec import Struct, field

from bartizan.model.facts.pipeline import CodeInput, CodeRoot, CodeSecret
from bartizan.sources.terraform.pipeline import origin
from bartizan.sources.terraform.pipeline.content import digest
from bartizan.sources.terraform.pipeline.lock import LOCK, locked, refused
from bartizan.sources.terraform.pipeline.told import Said, Told, Unclear
from bartizan.sources.terraform.pipeline.tree import Tree
from bartizan.sources.terraform.pipeline.workspace import Workspaces
from bartizan.sources.terraform.pipeline.written import text
from bartizan.sources.terraform.source.module import CODE, Code, Module
from bartizan.sources.terraform.source.syntax import (
    Argument,
    Block,
    File,
    literal,
    members,
    reference,
)

_MOST_MODULES = 1_000
_BUILT_IN = "terraform"
_USER_NAME = 3
"""Names in a reference to a user's name: `aws_iam_user.ci.name`."""


def roots(tree: Tree, also: frozenset[str]) -> Iterator[Said]:
    """Yield what each root of a repository says: a folder with a backend, a provider or a lock,
    and those in `also`, which somebody runs.
    """
    for folder in tree.folders(CODE):
        code = Code(tree.root / folder)
        module = code.module(())
        named = folder.as_posix() in also
        if module and module.files and (named or _is_root(tree, folder, module)):
            yield from _Root(tree, folder.as_posix(), code, module).told()
        yield from _unread(tree, folder.as_posix(), code)


def _unread(tree: Tree, folder: str, code: Code) -> Iterator[Unclear]:
    """Yield the files that are no HCL, are JSON, or links: they may hold anything."""
    for place, reason in code.unread.items():
        held = None if tree.inside(place) is None else digest(place)
        yield Unclear(f"{folder}: {place.name}", reason.rpartition(": ")[2], held)


def _is_root(tree: Tree, folder: PurePosixPath, module: Module) -> bool:
    held = (one.type for block in module.blocks("terraform") for one in block.blocks())
    return (
        bool(module.blocks("provider"))
        or not {"backend", "cloud"}.isdisjoint(held)
        or folder / LOCK in tree.files
    )


class _Root(Struct):
    """One root, while it is read."""

    tree: Tree
    name: str
    code: Code
    module: Module
    seen: set[str] = field(default_factory=set)

    def told(self) -> Iterator[Said]:
        """Yield what it says."""
        yield from self._row()
        held = list(self._modules((), self.module))
        if len(self.seen) > _MOST_MODULES:
            yield Unclear(f"{self.name}: modules", "there are more than can be followed")
        for calls, module in held:
            yield from self._calls(calls, module)
            yield from self._secrets(module)
            yield from Workspaces(self.name, module, self._at).told()
        yield from self._providers([module for _, module in held])

    def _row(self) -> Iterator[Said]:
        unknown: set[str] = set()
        first = self.module.files[0]
        file, line = self._at(first), 1
        bucket = state = ""
        for block in self.module.blocks("terraform"):
            for inner in block.blocks():
                if inner.type in {"backend", "cloud"}:
                    file, line = self._at(inner.file), inner.place.line
                    bucket, state = _state(inner)
                    if not state and not _beside(inner):
                        unknown.add("state")
                        text_ = inner.file.text(inner.node)
                        yield Unclear(f"{self.name}: state", "where it lies cannot be told", text_)
        roles = set[str]()
        for block in self.module.blocks("provider", "aws"):
            roles |= set(_roles(block, unknown))
        yield Told(
            self.name,
            CodeRoot(
                id=self.name,
                store=bucket,
                state=state,
                roles=tuple(sorted(roles)),
                file=file,
                line=line,
                unknown=tuple(sorted(unknown)),
            ),
        )

    def _modules(
        self, calls: tuple[str, ...], module: Module
    ) -> Iterator[tuple[tuple[str, ...], Module]]:
        """Yield a module and all that it calls in the same repository, each folder once."""
        place = self.tree.inside(module.folder)
        if place is None or place in self.seen or len(self.seen) > _MOST_MODULES:
            return
        self.seen.add(place)
        yield calls, module
        for block in module.blocks("module"):
            source = text(block.arguments().get("source"))
            if source and origin.is_local(source) and block.labels:
                inside = self.tree.inside(module.folder / source)
                inner = (*calls, block.labels[0])
                found = self.code.module(inner) if inside is not None else None
                if found is not None:
                    yield from self._modules(inner, found)

    def _calls(self, calls: tuple[str, ...], module: Module) -> Iterator[Said]:
        """Yield the modules that come from elsewhere."""
        for block in module.blocks("module"):
            held = block.arguments()
            path = ".".join(f"module.{name}" for name in (*calls, *block.labels[:1]))
            source, version = text(held.get("source")), text(held.get("version"))
            if source is None:
                yield Unclear(f"{self.name}: {path}", "where it comes from is computed")
            elif not origin.is_local(source):
                found = origin.module(source, version or "")
                unsure = found.unsure or ("version" in held and version is None)
                yield self._input(f"{self.name}: {path}", "module", found, block, unsure=unsure)

    def _providers(self, modules: list[Module]) -> Iterator[Said]:
        """Yield the providers that some modules need, by their requirements and their resources.

        Source: https://developer.hashicorp.com/terraform/language/providers/requirements
        """
        lock = locked(self.tree.root / self.name / LOCK)
        needed: dict[str, tuple[str, Block]] = {}
        for module in modules:
            own = dict(_required(module))
            for address, constraint, block in own.values():
                known = needed.get(address)
                if known is None or origin.exact(constraint):
                    needed[address] = (constraint, block)
            for kind in ("resource", "data", "provider"):
                for block in module.blocks(kind):
                    name = _local_name(block)
                    if name and name not in own and name != _BUILT_IN:
                        address = origin.provider(f"hashicorp/{name}")
                        needed.setdefault(address, ("", block))
        required = (one for module in modules for _, one in _required(module))
        yield from _disagreeing(self.name, required, lock)
        for address, (constraint, block) in sorted(needed.items()):
            found = origin.locked(address, constraint, lock)
            yield self._input(f"{self.name}: provider {address}", "provider", found, block)

    def _secrets(self, module: Module) -> Iterator[Told]:
        """Yield the keys of users that the code makes and does not encrypt.

        Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_access_key
        """
        for block in module.blocks("resource", "aws_iam_access_key"):
            held = block.arguments()
            if "pgp_key" in held or text(held.get("status")) == "Inactive":
                continue
            where = self._at(block.file)
            user = _user(module, held.get("user")) or ""
            yield Told(
                f"{self.name}: {where} {'.'.join(block.labels)}",
                CodeSecret(root=self.name, user=user, file=where, line=block.place.line),
            )

    def _input(
        self, id_: str, kind: str, found: origin.Origin, block: Block, *, unsure: bool = False
    ) -> Told:
        return Told(
            id_,
            CodeInput(
                root=self.name,
                kind=kind,
                name=found.name,
                version=found.version,
                file=self._at(block.file),
                line=block.place.line,
                unknown=("version",) if unsure else (),
            ),
        )

    def _at(self, file: File) -> str:
        return self.tree.inside(file.path) or file.name


def _beside(backend: Block) -> bool:
    """Tell whether a state lies where it does without any backend: beside the code, as it runs."""
    return backend.labels == ("local",) and not backend.arguments()


def _state(backend: Block) -> tuple[str, str]:
    """Return the bucket and the object that hold a state, as ARNs; empty for elsewhere, and for
    what is not told.
    """
    held = backend.arguments()
    bucket, key = text(held.get("bucket")), text(held.get("key"))
    if backend.labels != ("s3",) or not bucket or not key:
        return "", ""
    region = text(held.get("region")) or ""
    partition = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    named = next((name for start, name in partition.items() if region.startswith(start)), "aws")
    return f"arn:{named}:s3:::{bucket}", f"arn:{named}:s3:::{bucket}/{key.lstrip('/')}"


def _roles(provider: Block, unknown: set[str]) -> Iterator[str]:
    for inner in provider.blocks():
        if inner.type in {"assume_role", "assume_role_with_web_identity"}:
            role = text(inner.arguments().get("role_arn"))
            if role is None:
                unknown.add("roles")
            elif role:
                yield role


def _required(module: Module) -> Iterator[tuple[str, tuple[str, str, Block]]]:
    """Yield each provider that a module requires: local name to address and constraint."""
    for block in module.blocks("terraform"):
        for inner in block.blocks():
            for name, held in inner.arguments().items() if _requires(inner) else ():
                wanted = members(held.file, held.value) or {}
                source = _literal(held.file, wanted, "source") or f"hashicorp/{name}"
                constraint = _literal(held.file, wanted, "version") or text(held) or ""
                if name != _BUILT_IN:
                    yield name, (origin.provider(source), constraint, inner)


def _disagreeing(
    name: str, required: Iterable[tuple[str, str, Block]], lock: Mapping[str, str]
) -> Iterator[Unclear]:
    """Yield each locked version that the code does not allow: nothing is planned with it, and
    nobody knows with which one it will be.
    """
    found = {
        address: constraint
        for address, constraint, _ in required
        if address in lock and refused(constraint, lock[address])
    }
    for address, constraint in sorted(found.items()):
        told = f"the lock takes {lock[address]}, which `{constraint}` does not allow"
        yield Unclear(f"{name}: lock of {address}", told, told)


def _requires(block: Block) -> bool:
    return block.type == "required_providers"


def _literal(file: File, held: Mapping[str, object], name: str) -> str:
    node = held.get(name)
    found = literal(file, node) if node is not None else None  # type: ignore[arg-type]  # a node of the tree
    return found if isinstance(found, str) else ""


def _local_name(block: Block) -> str:
    """Return the local name of the provider that a block is of."""
    if not block.labels:
        return ""
    named = block.arguments().get("provider")
    if block.type != "provider" and named is not None:
        return next(iter(reference(named.file, named.value)), "")
    return block.labels[0] if block.type == "provider" else block.labels[0].partition("_")[0]


def _user(module: Module, held: Argument | None) -> str | None:
    """Return the name of a user that is written out, here or where the user is made."""
    if held is None or (told := text(held)) is not None:
        return told if held is not None else None
    names = reference(held.file, held.value)
    if len(names) != _USER_NAME or names[0] != "aws_iam_user" or names[2] not in {"name", "id"}:
        return None
    made = module.blocks("resource", "aws_iam_user", names[1])
    return text(made[-1].arguments().get("name")) if made else None
