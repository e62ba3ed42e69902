# SPDX-License-Identifier: Apache-2.0
"""Edits a policy document: statements and principals go, by their place in the original.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from msgspec import Struct, field

from bartizan.errors import SourceError
from bartizan.model.record import Json


class Edits(Struct):
    """What is to be taken out of one document; positions are those before any edit."""

    dropped: set[int] = field(default_factory=set)
    """Positions of statements."""
    untrusted: dict[int, set[str]] = field(default_factory=dict)
    """Position of a statement to the principals that it shall no longer name."""


def parse(document: Json, *, name: str) -> dict[str, Json]:
    """Return a document, however a record carries it, as an object.

    Raises:
        SourceError: it is none.
    """
    if isinstance(document, str):
        text = unquote(document) if document.startswith("%7B") else document
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise SourceError(f"the policy `{name}` is no JSON, so it cannot be edited") from error
    if not isinstance(document, dict):
        raise SourceError(f"the policy `{name}` is no object, so it cannot be edited")
    return document


def write(document: Mapping[str, Json]) -> str:
    """Return a document as compact JSON text, in its own order."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def statements(document: Mapping[str, Json]) -> list[Json]:
    """Return the statements of a document, of which one may stand alone."""
    held = document.get("Statement")
    return list(held) if isinstance(held, list) else [held]


def edited(document: Mapping[str, Json], edits: Edits, *, name: str) -> dict[str, Json] | None:
    """Return what is left of a document; None where no statement is.

    Raises:
        SourceError: it lacks what is to be taken out.
    """
    held = statements(document)
    kept: list[Json] = []
    for position in sorted(edits.dropped | set(edits.untrusted)):
        if not 0 <= position < len(held):
            raise SourceError(f"the policy `{name}` has no statement {position}")
    for position, statement in enumerate(held):
        if position in edits.dropped:
            continue
        if position in edits.untrusted:
            left = _without(statement, edits.untrusted[position], name=name)
            if left is None:
                continue
            kept.append(left)
        else:
            kept.append(statement)
    return {**document, "Statement": kept} if kept else None


def _without(statement: Json, principals: set[str], *, name: str) -> Json:
    """Return the statement without `principals`; None where it names nobody any more."""
    principal = statement.get("Principal") if isinstance(statement, dict) else None
    if not isinstance(statement, dict) or principal is None:
        raise SourceError(
            f"a statement of `{name}` has no element Principal to edit",
            hint="drop the statement instead",
        )
    if isinstance(principal, str):
        if principal not in principals:
            raise _unnamed(principals, name=name)
        return None
    if not isinstance(principal, dict):
        raise SourceError(f"the element Principal of `{name}` has no known form")
    named = {one for value in principal.values() for one in _listed(value)}
    if not principals <= named:
        raise _unnamed(principals - named, name=name)
    left: dict[str, Json] = {}
    for family, value in principal.items():
        remaining = [one for one in _listed(value) if one not in principals]
        if len(remaining) == len(_listed(value)):
            left[family] = value
        elif remaining:
            left[family] = remaining[0] if len(remaining) == 1 else list[Json](remaining)
    return {**statement, "Principal": left} if left else None


def _listed(value: Json) -> Sequence[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _unnamed(principals: set[str], *, name: str) -> SourceError:
    listed = ", ".join(f"`{one}`" for one in sorted(principals))
    return SourceError(f"a statement of `{name}` does not name {listed}")
