# SPDX-License-Identifier: Apache-2.0
"""How many objects code asks for, as far as that can be told before Terraform is started, which
would take minutes and all memory for a million of them.
"""

import contextlib
from collections.abc import Iterator

from bartizan.errors import InputError, SourceError
from bartizan.sources.terraform.evaluator.configuration import Body
from bartizan.sources.terraform.evaluator.datum import Datum, unknown
from bartizan.sources.terraform.evaluator.instance import Instance
from bartizan.sources.terraform.evaluator.kind import DYNAMIC
from bartizan.sources.terraform.evaluator.large import HINT, TooLargeError
from bartizan.sources.terraform.evaluator.repeat import gathered, repetitions
from bartizan.sources.terraform.evaluator.root import deep, root_of
from bartizan.sources.terraform.provider.asked import MOST, Asked
from bartizan.sources.terraform.provider.tree import Tree

_SECONDS = 40
"""How long is spent on it; Terraform has bounds of its own."""


def check(asked: Asked, tree: Tree) -> None:
    """Refuse code that surely asks for more than `MOST` objects or modules, or repeats something
    over a value that is too large. What cannot be told, and what is wrong otherwise, is left to
    Terraform.

    Raises:
        TooLargeError: it does.
    """
    deep(lambda: _Counted().tree(asked, tree))


class _Counted:
    """What was counted so far."""

    def __init__(self) -> None:
        self.found = 0

    def tree(self, asked: Asked, tree: Tree) -> None:
        seconds = min(_SECONDS, asked.seconds)
        with _left_to_terraform():
            root = root_of(
                asked, tree, plan=_planned, providers={}, known=frozenset(), seconds=seconds
            )
            self._module(root)

    def _module(self, module: Instance) -> None:
        held = module.configuration
        for kind in ("resource", "data"):
            for labels, body in held.of(kind):
                with _left_to_terraform():
                    self._add(_number(module.resource((kind, *labels)), body), body)
        for (name,), body in held.of("module"):
            with _left_to_terraform():
                inner = module.children(name)
                self._add(len(inner), body)
                for one in inner.values():
                    self._module(one)

    def _add(self, number: int, body: Body) -> None:
        self.found += number
        if self.found > MOST:
            raise TooLargeError(f"more than {MOST:,} objects", at=body.at, hint=HINT)


@contextlib.contextmanager
def _left_to_terraform() -> Iterator[None]:
    """Pass over what is not known here, and what is wrong in other ways than by its size."""
    try:
        yield
    except TooLargeError:
        raise
    except (InputError, SourceError, RecursionError):
        return


def _planned(module: Instance, _: tuple[str, ...], body: Body) -> Datum:
    """Return what the name of a block stands for: how many things, and nothing of them."""
    held = {one.key: unknown(DYNAMIC) for one in repetitions(body, module.scope())}
    return gathered(body, held)


def _number(found: Datum, body: Body) -> int:
    return len(list(found.parts())) if {"count", "for_each"} & body.arguments.keys() else 1
