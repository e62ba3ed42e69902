# SPDX-License-Identifier: Apache-2.0
"""Values of a plan or state: what is known, what only `apply` will tell, and what is kept secret.

Source: https://developer.hashicorp.com/terraform/internals/json-format#change-representation
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
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

_LONG = 8
"""Characters of a text that is looked for inside of others too."""


def joined(value: Json, *, unknown: Json, sensitive: Json) -> Value:
    """Return `value` with what is unknown and what is sensitive in their places.

    `unknown` and `sensitive` are trees of the same shape: `true` where all from there on is so,
    and nothing where it is not. A sensitive value that is unknown is unknown. What
    else holds a sensitive text is sensitive, too.
    """
    return spread(value, _joined(value, unknown, sensitive))


def spread(value: Json, found: Value) -> Value:
    """Return `found` with each text that is secret somewhere in it marked wherever it stands, or
    stands in another one; `value` is what it was before any mark.

    A provider puts what is sensitive elsewhere too, as it puts `tags` into `tags_all`, and there
    it carries no mark.
    """
    texts = set(_secret(value, found))
    long = tuple(one for one in texts if len(one) >= _LONG)
    return _without(found, texts, long) if texts else found


def _joined(value: Json, unknown: Json, sensitive: Json) -> Value:
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
        found[name] = _joined(value.get(name), absent.get(name), marked.get(name))
    return found


def _list(value: list[Json], unknown: Json, sensitive: Json) -> list[Value]:
    absent = unknown if isinstance(unknown, list) else []
    marked = sensitive if isinstance(sensitive, list) else []

    def at(held: list[Json], place: int) -> Json:
        return held[place] if place < len(held) else None

    return [
        _joined(at(value, place), at(absent, place), at(marked, place))
        for place in range(max(len(value), len(absent)))
    ]


def _secret(value: Json, found: Value) -> Iterator[str]:
    """Yield the texts of `value` of which `found` has a mark in their place."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _secret(inner, found.get(name) if isinstance(found, dict) else found)
    elif isinstance(value, list):
        held = found if isinstance(found, list) else [found] * len(value)
        for inner, one in zip(value, held, strict=False):
            yield from _secret(inner, one)
    elif isinstance(value, str) and value and found is Hidden.SECRET:
        yield value


def _without(value: Value, texts: Collection[str], long: Sequence[str]) -> Value:
    """Return a value with a mark in the place of each text that is one of `texts` or holds one of
    `long`.
    """
    if isinstance(value, str):
        return Hidden.SECRET if value in texts or any(one in value for one in long) else value
    if isinstance(value, dict):
        return {name: _without(inner, texts, long) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without(inner, texts, long) for inner in value]
    return value


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
