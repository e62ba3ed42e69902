# SPDX-License-Identifier: Apache-2.0
"""Values are made as their class says."""

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator

from msgspec import Struct

import bartizan


def _kinds(kind: type[Struct]) -> Iterator[type[Struct]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)


def test_no_default_of_a_structure_is_one_that_dataclasses_would_make() -> None:
    for module in pkgutil.walk_packages(bartizan.__path__, "bartizan."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)

    ours = [kind for kind in _kinds(Struct) if kind.__module__.startswith("bartizan.")]
    wrong = [
        kind.__name__
        for kind in ours
        if any(isinstance(one, dataclasses.Field) for one in kind.__struct_defaults__)
    ]
    assert len(ours) > 100
    assert wrong == []
