# SPDX-License-Identifier: Apache-2.0
"""Values of a plan or state: what is known, what only `apply` will tell, and what is kept secret.

Source: https://developer.hashicorp.com/terraform/internals/json-format#change-representation
"""

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import TypeAlias

from bartizan.model.record import Json


class Hidden(Enum):
    """Stands where a value is not to be had."""

    UNKNOWN = "unknown"
    """It is known only after the change was applied."""
    SECRET = "secret"  # noqa: S105 - a word, not a secret
    """The code calls it sensitive, so it was not kept."""


Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | Hidden | None"


def joined(value: Json, *, unknown: Json, sensitive: Json) -> Value:
    """Return `value` with what is unknown and what is sensitive in their places.

    `unknown` and `sensitive` are trees of the same shape: `true` where all from there on is so,
    and nothing where it is not. A sensitive value that is unknown is unknown.
    """
    if unknown is True:
        return Hidden.UNKNOWN
    if sensitive is True:
        return None if value is None else Hidden.SECRET
    if isinstance(value, dict) or isinstance(unknown, dict):
        return _object(value if isinstance(value, dict) else {}, unknown, sensitive)
    if isinstance(value, list) or isinstance(unknown, list):
        return _list(value if isinstance(value, list) else [], unknown, sensitive)
    return value


def _object(value: Mapping[str, Json], unknown: Json, sensitive: Json) -> dict[str, Value]:
    absent = unknown if isinstance(unknown, dict) else {}
    marked = sensitive if isinstance(sensitive, dict) else {}
    names = dict.fromkeys((*value, *absent))
    found: dict[str, Value] = {}
    for name in names:
        if name not in value and not _any(absent.get(name)):
            continue
        found[name] = joined(value.get(name), unknown=absent.get(name), sensitive=marked.get(name))
    return found


def _list(value: list[Json], unknown: Json, sensitive: Json) -> list[Value]:
    absent = unknown if isinstance(unknown, list) else []
    marked = sensitive if isinstance(sensitive, list) else []

    def at(held: list[Json], place: int) -> Json:
        return held[place] if place < len(held) else None

    return [
        joined(at(value, place), unknown=at(absent, place), sensitive=at(marked, place))
        for place in range(max(len(value), len(absent)))
    ]


def _any(tree: Json) -> bool:
    """Tell whether anything in a tree of marks is marked."""
    if isinstance(tree, dict):
        return any(map(_any, tree.values()))
    if isinstance(tree, list):
        return any(map(_any, tree))
    return tree is True


def hidden(value: Value, place: str = "") -> Iterator[tuple[str, Hidden]]:
    """Yield each place inside `value` that is hidden, as attributes are written in code:
    `statement[0].actions`.
    """
    if isinstance(value, Hidden):
        yield place, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from hidden(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from hidden(inner, f"{place}[{number}]")
