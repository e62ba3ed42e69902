# SPDX-License-Identifier: Apache-2.0
"""The module that a folder of code is, with the values that it is given, and room to evaluate it.

Source: https://developer.hashicorp.com/terraform/language/values/variables
"""

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

from bartizan.errors import InputError, Location
from bartizan.model.json_text import parse
from bartizan.sources.terraform.content import whole_of
from bartizan.sources.terraform.evaluator.instance import Instance, Plan
from bartizan.sources.terraform.evaluator.scope import Budget
from bartizan.sources.terraform.evaluator.variable import Given, of_file, of_json
from bartizan.sources.terraform.evaluator.world import Provider, World
from bartizan.sources.terraform.provider.asked import LARGEST, MOST, Asked, content
from bartizan.sources.terraform.provider.tree import Tree, repository
from bartizan.sources.terraform.source.syntax import File
from bartizan.sources.terraform.value_files import OWN, value_files

T = TypeVar("T")

_STACK = 256 * 1024 * 1024
"""Bytes of addresses for values that rest on one another."""
_FRAMES = 60_000
_VARIABLE = "TF_VAR_"


def root_of(
    asked: Asked,
    tree: Tree,
    *,
    plan: Plan,
    providers: Mapping[str, Provider],
    known: frozenset[str],
    seconds: float,
) -> Instance:
    """Return the outermost module of a tree; `plan` plans its objects, `known` are the types of
    data that can be told, and `seconds` is how long all of it may take.

    Raises:
        InputError: a value that is given cannot be read, or nothing takes it.
    """
    world = World(
        tree=tree,
        providers=providers,
        known=known,
        budget=Budget.of(seconds),
        most=MOST,
        # Below it files may be read: the repository, else the folder around the code.
        below=repository(tree.root) or tree.root.parent,
    )
    root = Instance(world=world, plan=plan)
    root.given = dict(_given(asked, root))
    return root


def deep(work: Callable[[], T]) -> T:
    """Do some work where there is room for values that rest on one another."""
    found: list[T] = []
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


def _given(asked: Asked, root: Instance) -> Iterator[tuple[str, Given]]:
    """Yield what is given for the variables of the root, what counts more later."""
    tree = root.world.tree
    declared = {name for (name,), _ in root.configuration.of("variable")}
    for name, told in sorted(os.environ.items()):
        if name.startswith(_VARIABLE) and name.removeprefix(_VARIABLE) in declared:
            yield name.removeprefix(_VARIABLE), told
    for path in _files(tree.root):
        yield from _file(path, whole_of(path, most=LARGEST), root)
    for name, held in asked.values.items():
        yield name, of_json(held)
    for path in asked.files:
        yield from _file(path, content(path), root)
    for name, told in asked.variables:
        if name not in declared:
            raise InputError(f"there is no variable `{name[:100]}`", at=Location(tree.name))
        yield name, told


def _file(path: Path, held: bytes, root: Instance) -> Iterator[tuple[str, Given]]:
    if path.name.endswith(".json"):
        told = parse(held, str(path))
        found: Mapping[str, Given] = (
            {name: of_json(one) for name, one in told.items()} if isinstance(told, dict) else {}
        )
    else:
        found = of_file(File.parse(str(path), held, path), root.scope())
    yield from found.items()


def _files(root: Path) -> Iterator[Path]:
    """Yield the files of values that Terraform reads by itself, those later that count more."""
    there = (one for one in root.iterdir() if one.name not in OWN or one.exists())
    yield from (root / name for name in value_files(one.name for one in there))
