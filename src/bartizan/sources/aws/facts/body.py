# SPDX-License-Identifier: Apache-2.0
"""Reads fields of a record's body: what is missing is empty, a wrong type is an error."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from bartizan.model.facts.gap import Unread
from bartizan.model.record import Json, Record, Records
from bartizan.model.table import Row

_ENCODER = msgspec.json.Encoder(order="sorted")
_ANY = json.JSONEncoder(separators=(",", ":"), sort_keys=True, ensure_ascii=False)


class MalformedBodyError(ValueError):
    """A field of a body is not of the type that the vendor's model says."""


def _at(body: Mapping[str, Json], path: tuple[str, ...]) -> Json:
    if len(path) == 1:
        # Most fields are at the top, and of all records together that are very many.
        return body.get(path[0])
    value: Json = body if isinstance(body, dict) else dict(body)
    for name in path:
        if isinstance(value, dict):
            value = value.get(name)
        elif value is None:
            return None
        else:
            raise MalformedBodyError(f"`{'.'.join(_above(body, path))}` is no object")
    return value


def _above(body: Mapping[str, Json], path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first part of a path at which something other than an object is."""
    places = (path[:end] for end in range(1, len(path)))
    return next(place for place in places if not isinstance(_at(body, place), dict))


def text(body: Mapping[str, Json], *path: str) -> str:
    """Return the string at `path`; empty where there is none.

    Raises:
        MalformedBodyError: something else is there.
    """
    value = _at(body, path)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise MalformedBodyError(f"`{'.'.join(path)}` is no string")
    return value


def told(body: Mapping[str, Json], *path: str) -> str | None:
    """Return the string at `path`; empty where there is none, and None where the body has `null`
    there: there is one, and nobody told which.

    Raises:
        MalformedBodyError: something else is there.
    """
    held = _at(body, path[:-1])
    if isinstance(held, dict) and path[-1] in held and held[path[-1]] is None:
        return None
    return text(body, *path)


def flag(body: Mapping[str, Json], *path: str) -> bool:
    """Return the boolean at `path`; false where there is none.

    Raises:
        MalformedBodyError: something else is there.
    """
    value = _at(body, path)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise MalformedBodyError(f"`{'.'.join(path)}` is no boolean")
    return value


def number(body: Mapping[str, Json], *path: str) -> int:
    """Return the whole number at `path`; zero where there is none.

    Raises:
        MalformedBodyError: something else is there.
    """
    value = _at(body, path)
    if value is None:
        return 0
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedBodyError(f"`{'.'.join(path)}` is no whole number")
    return value


def _list(body: Mapping[str, Json], path: tuple[str, ...]) -> list[Json]:
    value = _at(body, path)
    if value is None:
        return []
    if not isinstance(value, list):
        raise MalformedBodyError(f"`{'.'.join(path)}` is no list")
    return value


def texts(body: Mapping[str, Json], *path: str) -> tuple[str, ...]:
    """Return the list of strings at `path`; empty where there is none.

    Raises:
        MalformedBodyError: something else is there.
    """
    found = []
    for item in _list(body, path):
        if not isinstance(item, str):
            raise MalformedBodyError(f"`{'.'.join(path)}` does not hold strings only")
        found.append(item)
    return tuple(found)


def objects(body: Mapping[str, Json], *path: str) -> tuple[Mapping[str, Json], ...]:
    """Return the list of objects at `path`; empty where there is none.

    Raises:
        MalformedBodyError: something else is there.
    """
    found = []
    for item in _list(body, path):
        if not isinstance(item, dict):
            raise MalformedBodyError(f"`{'.'.join(path)}` does not hold objects only")
        found.append(item)
    return tuple(found)


def mapping(body: Mapping[str, Json], *path: str) -> Mapping[str, Json]:
    """Return the object at `path`; empty where there is none.

    Raises:
        MalformedBodyError: something else is there.
    """
    value = _at(body, path)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise MalformedBodyError(f"`{'.'.join(path)}` is no object")
    return value


def tags(body: Mapping[str, Json], *path: str) -> Mapping[str, str]:
    """Return tags, whichever of AWS's ways they are written in: a map, or a list of
    `{Key, Value}` or `{key, value}`.

    Raises:
        MalformedBodyError: they are written in none of these ways.
    """
    value = _at(body, path)
    if isinstance(value, dict):
        return {name: text(value, name) for name in sorted(value)}
    pairs = {
        text(tag, "Key") or text(tag, "key"): text(tag, "Value") or text(tag, "value")
        for tag in objects(body, *path)
    }
    return dict(sorted(pairs.items()))


def document(body: Mapping[str, Json], *path: str) -> str:
    """Return the policy document at `path` as JSON text: a string verbatim, an object compact with
    sorted keys; empty where there is none.

    Raises:
        MalformedBodyError: something else is there.
    """
    value = _at(body, path)
    if isinstance(value, dict):
        try:
            return _ENCODER.encode(value).decode()
        except UnicodeEncodeError:
            # Halves of surrogate pairs, which JSON can escape and UTF-8 cannot carry.
            return _ANY.encode(value)
    return text(body, *path)


def malformed(record: Record, error: MalformedBodyError) -> Unread:
    """Return the row that says a record could not be understood."""
    return Unread(
        provider=record.provider,
        account=record.account,
        region=record.region,
        service=record.service,
        operation="",
        action="",
        kind=record.kind,
        resource=record.id,
        code="malformed",
        reason=str(error),
    )


def rows(records: Records, kind: str, make: Callable[[Record], Iterable[Row]]) -> Iterator[Row]:
    """Yield what `make` makes of each record of `kind`, all of it or, where the record is
    malformed, the row that says so.
    """
    for record in records.of(kind):
        try:
            made: list[Row] = list(make(record))
        except MalformedBodyError as error:
            made = [malformed(record, error)]
        yield from made
