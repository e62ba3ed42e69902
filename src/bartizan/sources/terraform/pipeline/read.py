# SPDX-License-Identifier: Apache-2.0
"""What a repository says of who runs its code, from its files alone. Nothing is run."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bartizan.model.record import Record
from bartizan.sources.terraform.pipeline.root import roots
from bartizan.sources.terraform.pipeline.told import Said, Unclear, record
from bartizan.sources.terraform.pipeline.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """What a repository tells."""

    place: Path
    records: tuple[Record, ...]
    unclear: tuple[Unclear, ...]
    """Parts of it that are not understood."""

    @classmethod
    def read(cls, place: Path) -> "Repository":
        """Read a folder.

        Raises:
            InputError: it is no folder, or holds too much.
        """
        records: dict[tuple[str, str], Record] = {}
        unclear: list[Unclear] = []
        for said in _said(Tree.read(place)):
            if isinstance(said, Unclear):
                unclear.append(said)
            else:
                made = record(said, str(place))
                records[made.key] = made
        return cls(place=place, records=tuple(records.values()), unclear=tuple(unclear))


def _said(tree: Tree) -> Iterator[Said]:
    yield from roots(tree, frozenset())
