# SPDX-License-Identifier: Apache-2.0
"""The plan of a folder of code, made without Terraform: what it would plan, or unknown.

Nothing is fetched or run. What is not evaluated here is refused by name, with what to do.
"""

import gc
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from bartizan.errors import InputError, Location, SourceError
from bartizan.model.code_plan import CodePlan
from bartizan.model.json_text import parse
from bartizan.sources.terraform.evaluator import names, show
from bartizan.sources.terraform.evaluator.instance import Instance
from bartizan.sources.terraform.evaluator.objects import AgainError, Objects, check
from bartizan.sources.terraform.evaluator.scope import Budget
from bartizan.sources.terraform.evaluator.variable import Given, of_file, of_json
from bartizan.sources.terraform.evaluator.world import Provider, World
from bartizan.sources.terraform.provider.asked import MOST, Asked, content
from bartizan.sources.terraform.provider.data_source import DATA
from bartizan.sources.terraform.provider.made import of_provider
from bartizan.sources.terraform.provider.stable import stable
from bartizan.sources.terraform.provider.tree import Tree, follow
from bartizan.sources.terraform.source.syntax import File

NAME = "bartizan"
"""What plans call this evaluator."""

_STACK = 256 * 1024 * 1024
"""Bytes of addresses for values that rest on one another."""
_FRAMES = 60_000
_VARIABLE = "TF_VAR_"


def plan(asked: Asked) -> CodePlan:
    """Plan a folder of code.

    Raises:
        InputError: the code is wrong, needs what is not on this disk, would run programs, or says
            something that is evaluated by Terraform alone.
        SourceError: it takes too long.
        UsageError: an account is none.
    """
    if asked.state is not None:
        raise InputError(
            "code over a state is planned by Terraform alone",
            at=Location(str(asked.state)),
            hint="install `terraform` or `tofu`, or give the plan: `terraform show -json PLAN`",
        )
    return _deep(lambda: _planned(asked, follow(asked.folder, programs=asked.programs)))


def _planned(asked: Asked, tree: Tree) -> CodePlan:
    unread: frozenset[str] = frozenset()
    while True:
        run = _Run(asked, tree, unread)
        try:
            return run.made()
        except AgainError:
            unread |= run.untold
        except (InputError, SourceError) as error:
            if error.at is None:
                error.at = Location(str(asked.folder))
            raise
        except RecursionError as error:
            raise InputError(
                "values rest on one another too deep", at=Location(str(asked.folder))
            ) from error


def _deep(work: Callable[[], CodePlan]) -> CodePlan:
    """Do some work where there is room for values that rest on one another."""
    found: list[CodePlan] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001 - it goes on where it was asked for
            failed.append(error)

    frames = sys.getrecursionlimit()
    collecting = gc.isenabled()
    size = threading.stack_size(_STACK)
    sys.setrecursionlimit(max(frames, _FRAMES))
    # Values do not hold one another in circles, and looking for circles takes a third of the time.
    gc.disable()
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        if collecting:
            gc.enable()
        sys.setrecursionlimit(frames)
        threading.stack_size(size)
    if failed:
        raise failed[0]
    return found[0]


class _Run:
    """A tree, evaluated once."""

    def __init__(self, asked: Asked, tree: Tree, unread: frozenset[str]) -> None:
        self.asked, self.tree = asked, tree
        self.providers = {
            source: Provider(source=source, schema=schema, making=making)
            for source, types in tree.providers().items()
            for schema, making in (of_provider(source, types, asked),)
        }
        there = frozenset(one.type for one in asked.data) | DATA.keys()
        self.world = World(
            tree=tree,
            providers=self.providers,
            known=there - unread,
            budget=Budget.of(asked.seconds),
            most=MOST,
            below=_below(tree.root),
        )
        self.root = Instance(world=self.world, plan=Objects().plan)
        self.root.given = dict(self._given())

    @property
    def untold(self) -> frozenset[str]:
        """Types of data that could not be told."""
        return frozenset(one for held in self.providers.values() for one in held.making.untold)

    def made(self) -> CodePlan:
        """Return the plan as everybody reads it."""
        self._walk(self.root)
        for (name,), body in self.root.configuration.of("output"):
            if self.root.output(name).sensitive and "sensitive" not in body.arguments:
                raise InputError(
                    f"terraform refuses the code: the output `{name}` is sensitive",
                    at=body.at,
                    hint="write `sensitive = true`",
                )
        plan_ = show.plan(self.root, names.configuration(self.world))
        issued = [one for held in self.providers.values() for one in held.making.issued]
        aws = self.providers["hashicorp/aws"].making
        return CodePlan(
            content=stable(json.dumps(plan_).encode(), issued, ()),
            places={
                key: (place.account, place.region) for key, place in sorted(aws.places.items())
            },
            programs=tuple(
                f"{what} ({at})" for code in self.tree.code.values() for what, at in code.programs
            ),
            evaluator=NAME,
            unevaluated=tuple(show.unevaluated(self.world.planned)),
        )

    def _walk(self, module: Instance) -> None:
        """Work out all that a module declares."""
        module.check_call()
        held = module.configuration
        for (name,), body in held.of("variable"):
            module.variable(name)
            check(body.named("validation"), module.scope())
        for kind in ("data", "resource"):
            for labels, _ in held.of(kind):
                module.resource((kind, *labels))
        for name in sorted(held.locals):
            module.local(name)
        for (name,), _ in held.of("module"):
            for inner in module.children(name).values():
                self._walk(inner)
        for (name,), body in held.of("output"):
            module.output(name)
            check(body.named("precondition"), module.scope())

    def _given(self) -> Iterator[tuple[str, Given]]:
        """Yield what is given for the variables of the root, what counts more later."""
        declared = {name for (name,), _ in self.root.configuration.of("variable")}
        for name, told in sorted(os.environ.items()):
            if name.startswith(_VARIABLE) and name.removeprefix(_VARIABLE) in declared:
                yield name.removeprefix(_VARIABLE), told
        for path in _files(self.tree.root):
            yield from self._file(path)
        for name, held in self.asked.values.items():
            yield name, of_json(held)
        for path in self.asked.files:
            yield from self._file(path)
        for name, told in self.asked.variables:
            if name not in declared:
                raise InputError(
                    f"there is no variable `{name[:100]}`", at=Location(self.tree.name)
                )
            yield name, told

    def _file(self, path: Path) -> Iterator[tuple[str, Given]]:
        held = content(path)
        if path.name.endswith(".json"):
            told = parse(held, str(path))
            found: Mapping[str, Given] = (
                {name: of_json(one) for name, one in told.items()}
                if isinstance(told, dict)
                else {}
            )
        else:
            found = of_file(File.parse(str(path), held, path), self.root.scope())
        yield from found.items()


def _files(root: Path) -> Iterator[Path]:
    """Yield the files of values that Terraform reads by itself, those later that count more."""
    for name in ("terraform.tfvars", "terraform.tfvars.json"):
        if (root / name).is_file():
            yield root / name
    endings = (".auto.tfvars", ".auto.tfvars.json")
    yield from sorted(one for one in root.iterdir() if one.name.endswith(endings))


def _below(root: Path) -> Path:
    """Return the folder below which files may be read: the repository, else that around the
    code.
    """
    held = (root, *root.parents)
    return next((one for one in held if (one / ".git").exists()), root.parent)
