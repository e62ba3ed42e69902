# SPDX-License-Identifier: Apache-2.0
"""Loads wrong models as copies under another name, and holds them against recorded packets."""

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

import bartizan.reason.network.aws
from tests.kernel.network.engine import Engine
from tests.kernel.network.mutants.of_filters import FILTERS
from tests.kernel.network.mutants.of_ways import WAYS
from tests.kernel.network.mutants.table import Mutant
from tests.kernel.network.trial import Recorded, mismatches

MUTANTS: tuple[Mutant, ...] = (*FILTERS, *WAYS)

REAL = bartizan.reason.network.aws.__name__
COPY = "bartizan_mutated"
"""Under this name a copy is loaded, and forgotten before the next."""

_compiled: dict[tuple[str, str], CodeType] = {}


def sources() -> dict[str, str]:
    """Return the text of every module of the definition, by its name below the package's."""
    root = Path(*bartizan.reason.network.aws.__path__)
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix("__init__"): (
            path.read_text(encoding="utf-8").replace(REAL, COPY)
        )
        for part in ("definition", "topology")
        for path in sorted((root / part).rglob("*.py"))
    } | {"": ""}


def mutated(texts: Mapping[str, str], mutant: Mutant) -> dict[str, str]:
    """Return the modules with one text replaced.

    Raises:
        ValueError: it is not there exactly once.
    """
    text = texts[mutant.module]
    old = mutant.old.replace(REAL, COPY)
    if text.count(old) != 1:
        message = f"`{mutant.believes}`: its text is {text.count(old)} times in {mutant.module}"
        raise ValueError(message)
    return {**texts, mutant.module: text.replace(old, mutant.new.replace(REAL, COPY))}


class _Finder(MetaPathFinder, Loader):
    """Finds the modules of a copy in memory."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = {f"{COPY}.{name}".rstrip("."): text for name, text in texts.items()}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return where a module is, if it is one of ours."""
        del path, target
        if fullname not in self._texts:
            return None
        inside = any(name.startswith(f"{fullname}.") for name in self._texts)
        return importlib.util.spec_from_loader(fullname, self, is_package=inside)

    def exec_module(self, module: ModuleType) -> None:
        """Run the text of a module."""
        name = module.__name__
        key = name, self._texts[name]
        if key not in _compiled:
            _compiled[key] = compile(key[1], f"<{name}>", "exec", dont_inherit=True)
        exec(_compiled[key], module.__dict__)  # noqa: S102 - the project's own text


@contextmanager
def loaded(texts: Mapping[str, str]) -> Iterator[Engine]:
    """Load a copy, which is forgotten afterwards."""
    finder = _Finder(texts)
    sys.meta_path.insert(0, finder)
    try:
        topology = importlib.import_module(f"{COPY}.topology.topology")
        walk = importlib.import_module(f"{COPY}.definition.walk")
        reaches = importlib.import_module(f"{COPY}.definition.reaches")
        yield Engine(topology=topology.Topology, walk=walk.walk, reaches=reaches.reaches)
    finally:
        sys.meta_path.remove(finder)
        for name in [name for name in sys.modules if name.partition(".")[0] == COPY]:
            del sys.modules[name]


def exposed(mutant: Mutant, recorded: Sequence[Recorded]) -> int | None:
    """Return in which recorded world packets first contradict a wrong model, from 1; or None."""
    with loaded(mutated(sources(), mutant)) as engine:
        for number, world in enumerate(recorded, 1):
            if any(True for _ in mismatches(world, engine)):
                return number
    return None
