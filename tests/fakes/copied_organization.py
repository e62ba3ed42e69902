# SPDX-License-Identifier: Apache-2.0
"""A generated organisation with copies of its accounts, which differ from them by their ids."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, structs

from bartizan.model.facts import Facts
from bartizan.model.facts.policy import Policy
from bartizan.model.table import Row
from tests.fakes.generated_organization import Generated
from tests.fakes.known_rows import rows

_IDS = {"1": "121212121212", "2": "121212120000"}, {"1": "511111111111", "2": "601122222222"}
"""Ids of copies by the first digit of those that are copied: some begin or end alike."""

Copy = Callable[[str], str]


def copied(made: Generated) -> tuple[Facts, Sequence[Copy]]:
    """Return the facts of an organisation of at most two accounts with their copies, and what
    turns the names of each copy, the first included, out of the names that were generated.
    """
    named = _named({})
    copies: list[Copy] = [named, *(_named(ids) for ids in _IDS)]
    found: dict[tuple[type[Row], str], Row] = {}
    for copy in copies:
        for row in rows(made.facts):
            one: Row = _each(row, copy)
            # What hangs above accounts is there once, as it was generated.
            key = one.id if isinstance(one, Policy) else repr(one)
            found.setdefault((type(one), key), one)
    return Facts.of(found.values()), copies


def _named(ids: Mapping[str, str]) -> Copy:
    """Return what puts ids in the place of others, and into the names of buckets."""

    def name(text: str) -> str:
        spelled = re.sub(r":::b([12])(?![0-9])", lambda m: f":::b-{m[1] * 12}", text)
        return re.sub(r"([12])\1{11}", lambda m: ids.get(m[1], m[0]), spelled)

    return name


def _each(thing: Any, copy: Copy) -> Any:  # noqa: ANN401 - rows hold anything
    """Change every text in a row."""
    if isinstance(thing, str):
        return copy(thing)
    if isinstance(thing, tuple | list):
        return type(thing)(_each(one, copy) for one in thing)
    if isinstance(thing, dict):
        return {_each(key, copy): _each(value, copy) for key, value in thing.items()}
    if isinstance(thing, Struct):
        held = {key: _each(value, copy) for key, value in structs.asdict(thing).items()}
        return structs.replace(thing, **held)
    return thing
