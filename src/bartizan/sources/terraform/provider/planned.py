# SPDX-License-Identifier: Apache-2.0
"""The plan of a folder of code, made by Terraform itself without credentials, network or providers."""

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bartizan.errors import InputError, Location
from bartizan.model.record import Json
from bartizan.sources.terraform.place import Place
from bartizan.sources.terraform.provider import program
from bartizan.sources.terraform.provider.inert import MARK, Inert, Issued
from bartizan.sources.terraform.provider.schema import of_types
from bartizan.sources.terraform.provider.server import reattached, served
from bartizan.sources.terraform.provider.tree import Tree, follow
from bartizan.sources.terraform.provider.workspace import OURS, OWN_RESOURCE, lay_out

SECONDS = 120
"""How long Terraform may take, where nobody says otherwise."""

MOST = 100_000
"""Objects that one folder may plan."""

_TOKEN = re.compile(rf"{MARK}[0-9a-f]{{22}}")
_LETTERS = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be planned, and how."""

    folder: Path
    accounts: Mapping[str, Place] = field(default_factory=dict)
    """Where the objects of providers lie, by the user's word."""
    variables: Sequence[tuple[str, str]] = ()
    files: Sequence[Path] = ()
    """Files of variables."""
    state: bytes | None = None
    """What is there before; None for nothing."""
    programs: bool = False
    """Code that would run programs is planned too."""
    predicting: bool = True
    """Ids that only AWS makes up get a stand-in; else they are unknown."""
    seconds: int = SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A plan that was made of code."""

    content: bytes
    """As `terraform show -json` writes it, with a stable name in the place of each stand-in."""
    places: Mapping[str, Place]
    """Key of each configuration of a provider of AWS to where its objects lie."""
    programs: tuple[tuple[str, Location], ...]
    """What would run programs, and was not run."""


def plan(asked: Asked) -> Made:
    """Plan a folder of code.

    Raises:
        InputError: the code is wrong, needs what is not on this disk, or would run programs.
        SourceError: Terraform takes too long or breaks down.
        MissingExtraError: there is no Terraform here, or what serves it is not installed.
    """
    path = program.found()
    tree = follow(asked.folder, programs=asked.programs)
    unread: frozenset[str] = frozenset()
    while True:
        with tempfile.TemporaryDirectory(prefix="bartizan-") as top:
            run = _Run(asked, tree, unread)
            content = run.content(path, Path(top).resolve())
        if content is not None:
            return Made(
                content=_stable(content, run.issued(), asked),
                places=run.aws.places,
                programs=tuple(one for code in tree.code.values() for one in code.programs),
            )
        # Data that could not be worked out is unknown, which Terraform has to be told beforehand.
        unread |= run.aws.untold


class _Run:
    """Terraform once over a tree, with the providers that serve it."""

    def __init__(self, asked: Asked, tree: Tree, unread: frozenset[str]) -> None:
        self.asked, self.tree, self.unread = asked, tree, unread
        self.providers = {
            source: Inert(
                name=source.rpartition("/")[2],
                schema=of_types(
                    source,
                    resources=[type_ for type_, data in types if not data],
                    data=[type_ for type_, data in types if data],
                ),
                said=asked.accounts,
                predicting=asked.predicting,
                most=MOST,
            )
            for source, types in tree.providers().items()
        }
        self.aws = self.providers["hashicorp/aws"]

    def content(self, path: str, top: Path) -> bytes | None:
        """Return the plan; None where data was asked for that has to be told unknown beforehand."""
        place = lay_out(self.tree, top, state=self.asked.state, unread=self.unread)
        with ExitStack() as stack:
            addresses = {
                source: stack.enter_context(served(inert.answer))
                for source, inert in self.providers.items()
            }
            terraform = program.Program(
                path=path,
                workspace=place,
                name=str(self.asked.folder),
                providers=reattached(addresses),
                ports=tuple(int(one.rpartition(":")[2]) for one in addresses.values()),
                seconds=self.asked.seconds,
            )
            try:
                terraform.plan(list(self._variables(top)))
            except InputError:
                if self.aws.untold - self.unread:
                    return None
                raise
            return terraform.show()

    def issued(self) -> Iterator[Issued]:
        """Yield all stand-ins that were given out."""
        for inert in self.providers.values():
            yield from inert.issued

    def _variables(self, top: Path) -> Iterator[str]:
        """Yield the arguments that set variables; files are copied to where they can be read."""
        for number, file in enumerate(self.asked.files):
            copy = top / f"{number}-{file.name}"
            try:
                copy.write_bytes(file.read_bytes())
            except OSError as error:
                reason = (error.strerror or "error").lower()
                message = f"cannot read the file: {reason}"
                raise InputError(message, at=Location(str(file))) from error
            yield f"-var-file={copy}"
        for name, value in self.asked.variables:
            yield f"-var={name}={value}"


def _stable(content: bytes, issued: Iterator[Issued], asked: Asked) -> bytes:
    """Return a plan without what is ours in it, and without what differs from run to run."""
    try:
        plan = json.loads(content)
    except ValueError as error:
        raise InputError("terraform wrote no plan", at=Location(str(asked.folder))) from error
    plan.pop("timestamp", None)
    plan = _without_ours(plan)
    # Terraform lists these in no order.
    plan.get("relevant_attributes", []).sort(key=json.dumps)
    names = _names(plan, issued)
    text = json.dumps(plan, indent=1, ensure_ascii=False)
    return _TOKEN.sub(lambda found: names.get(found.group(), found.group()), text).encode()


def _without_ours(value: Json) -> Json:
    if isinstance(value, dict):
        return {name: _without_ours(one) for name, one in value.items() if name not in OURS}
    if isinstance(value, list):
        return [_without_ours(one) for one in value if not _ours(one)]
    return value


def _ours(value: Json) -> bool:
    named = [value]
    if isinstance(value, dict):
        named = [value.get("address"), value.get("resource")]
    return any(isinstance(one, str) and one.endswith(OWN_RESOURCE) for one in named)


def _names(plan: Json, issued: Iterator[Issued]) -> Mapping[str, str]:
    """Return what stands in for each token in the end: a name that is made of the address."""
    given = {(one.type, one.token): one for one in issued}
    found = {}
    changes = plan.get("resource_changes") if isinstance(plan, dict) else None
    for entry in changes if isinstance(changes, list) else ():
        address, type_ = str(entry.get("address")), str(entry.get("type"))
        after = entry.get("change", {}).get("after")
        for value in after.values() if isinstance(after, dict) else ():
            for token in _TOKEN.findall(value) if isinstance(value, str) else ():
                own = given.get((type_, token))
                if own and all(after.get(name) == held for name, held in own.values.items()):
                    found[token] = _named(address)
    return found


def _named(address: str) -> str:
    digest = hashlib.sha256(address.encode()).hexdigest()[:8]
    return f"{MARK}{_LETTERS.sub('-', address)[-48:].strip('-')}-{digest}"
