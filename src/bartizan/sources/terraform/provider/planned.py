# SPDX-License-Identifier: Apache-2.0
"""The plan of a folder of code, made by Terraform itself without credentials or network."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from bartizan.errors import InputError
from bartizan.model.code_plan import CodePlan
from bartizan.sources.terraform.provider import program
from bartizan.sources.terraform.provider.absent import Absent
from bartizan.sources.terraform.provider.asked import Asked, content
from bartizan.sources.terraform.provider.data_source import DATA
from bartizan.sources.terraform.provider.inert import Inert
from bartizan.sources.terraform.provider.made import of_provider
from bartizan.sources.terraform.provider.server import reattached, served
from bartizan.sources.terraform.provider.stable import stable
from bartizan.sources.terraform.provider.tree import Tree, follow
from bartizan.sources.terraform.provider.workspace import lay_out
from bartizan.sources.terraform.state import only, resources


def plan(asked: Asked, tree: Tree | None = None) -> CodePlan:
    """Plan a folder of code; `tree` is what it leads to, where that was followed before.

    Raises:
        InputError: the code is wrong, needs what is not on this disk, or would run programs.
        SourceError: Terraform takes too long or breaks down.
        UsageError: an account is none.
        MissingExtraError: there is no Terraform here.
    """
    path = program.found()
    tree = tree or follow(asked.folder, programs=asked.programs)
    unread: frozenset[str] = frozenset()
    absent: frozenset[Absent] = frozenset()
    while True:
        with tempfile.TemporaryDirectory(prefix="bartizan-") as top:
            run = _Run(asked, tree, unread, absent)
            found = run.planned(path, Path(top).resolve())
        if found is not None:
            return run.made(found)
        # What could not be worked out is unknown, which Terraform has to be told beforehand.
        unread |= run.untold
        absent |= run.missing


class _Run:
    """Terraform once over a tree, with the providers that serve it."""

    def __init__(
        self, asked: Asked, tree: Tree, unread: frozenset[str], absent: frozenset[Absent]
    ) -> None:
        self.asked, self.tree, self.unread, self.absent = asked, tree, unread, absent
        self.missing: frozenset[Absent] = frozenset()
        """What was asked of files that are not there."""
        self.state = content(asked.state) if asked.state else None
        used = {source: set(types) for source, types in tree.providers().items()}
        for source, names in self._there().items():
            used.setdefault(source, set()).update((name, False) for name in names)
        self.providers = {
            source: Inert(schema=schema, making=making)
            for source, types in used.items()
            for schema, making in (of_provider(source, types, asked),)
        }
        self.aws = self.providers["hashicorp/aws"]

    def planned(self, path: str, top: Path) -> bytes | None:
        """Return the plan; None where something asked for has to be unknown beforehand."""
        known = {source: set(one.schema.resources) for source, one in self.providers.items()}
        state = None if self.state is None else only(self.state, str(self.asked.state), known)
        there = frozenset(one.type for one in self.asked.data) | DATA.keys()
        place = lay_out(self.tree, top, state=state, known=there - self.unread, absent=self.absent)
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
                secrets=self.tree.secrets,
            )
            try:
                self.missing = terraform.plan(list(self._variables(top)), self.absent)
            except InputError:
                if self.untold - self.unread:
                    return None
                raise
            return None if self.missing else terraform.show()

    def _there(self) -> Mapping[str, set[str]]:
        """Return the types of what is there before, by the source of their provider."""
        return {} if self.state is None else resources(self.state, str(self.asked.state))

    @property
    def untold(self) -> frozenset[str]:
        """Types of data that could not be told."""
        return frozenset(one for inert in self.providers.values() for one in inert.making.untold)

    def made(self, content: bytes) -> CodePlan:
        """Return the plan as everybody reads it."""
        issued = [one for inert in self.providers.values() for one in inert.making.issued]
        named = frozenset(one for code in self.tree.code.values() for one in code.named)
        return CodePlan(
            content=stable(content, issued, named),
            places={
                key: (place.account, place.region)
                for key, place in sorted(self.aws.making.places.items())
            },
            programs=tuple(
                f"{what} ({at})" for code in self.tree.code.values() for what, at in code.programs
            ),
            unevaluated=self.tree.others,
            absent=tuple(one.at if self.tree.secrets else str(one) for one in sorted(self.absent)),
        )

    def _variables(self, top: Path) -> Iterator[str]:
        """Yield the arguments that set variables; files are copied to where they can be read."""
        if self.asked.values:
            told = top / "values.tfvars.json"
            told.write_text(json.dumps(self.asked.values), encoding="utf-8")
            yield f"-var-file={told}"
        for number, file in enumerate(self.asked.files):
            copy = top / f"{number}-{file.name}"
            copy.write_bytes(content(file))
            yield f"-var-file={copy}"
        for name, value in self.asked.variables:
            yield f"-var={name}={value}"
