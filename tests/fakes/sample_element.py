# SPDX-License-Identifier: Apache-2.0
"""Elements of answers made up from botocore's own shapes, every member filled in."""

from botocore.model import ListShape, MapShape, Shape, StructureShape

from bartizan.model.record import Json
from tests.fakes.shape_of_expression import Given, Many, Members

_DEEPEST = 6
_SCALARS: dict[str, Json] = {
    "boolean": True,
    "integer": 1,
    "long": 1,
    "float": 1.5,
    "double": 1.5,
    "timestamp": "2026-01-02T03:04:05Z",
    "blob": "YmxvYg==",
}


def sample(given: Given, *, depth: int = 0) -> Json:  # noqa: PLR0911 - a case for each kind of shape
    """Make up a value of a shape; strings are the first allowed one, or an ARN."""
    if depth > _DEEPEST:
        return None
    if isinstance(given, Many):
        return [sample(given.of, depth=depth + 1)]
    if isinstance(given, Members):
        return {name: sample(inner, depth=depth + 1) for name, inner in given.of.items()}
    if isinstance(given, StructureShape):
        return {name: sample(inner, depth=depth + 1) for name, inner in given.members.items()}
    if isinstance(given, ListShape):
        return [sample(given.member, depth=depth + 1)]
    if isinstance(given, MapShape):
        return {"Name": sample(given.value, depth=depth + 1)}
    if isinstance(given, Shape) and given.type_name in _SCALARS:
        return _SCALARS[given.type_name]
    allowed = given.enum if isinstance(given, Shape) and hasattr(given, "enum") else []
    return str(allowed[0]) if allowed else "arn:aws:iam::111111111111:role/r"
