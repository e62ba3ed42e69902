# SPDX-License-Identifier: Apache-2.0
"""Elements of answers made up from botocore's own shapes, every member filled in."""

import re

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


_TEXTS: tuple[tuple[str, str], ...] = (
    (r".*Ipv6Cidr.*|CidrIpv6|Ipv6Prefix", "2600:1f18::/56"),
    (r".*Cidr.*|Ipv4Prefix|publicAccessCidrs", "10.0.0.0/16"),
    (r".*Ipv6Address", "2600:1f18::1"),
    (r".*(IpAddress|PublicIp)", "10.0.0.1"),
    (r"(Ip)?Protocol", "6"),
)
"""What strings are whose name says it: first that fits."""


def sample(given: Given, *, name: str = "", depth: int = 0) -> Json:  # noqa: PLR0911 - a case for each kind of shape
    """Make up a value of a shape; strings are the first allowed one, what the member's name says,
    or an ARN.
    """
    if depth > _DEEPEST:
        return None
    if isinstance(given, Many):
        return [sample(given.of, name=name, depth=depth + 1)]
    if isinstance(given, Members):
        return {one: sample(of, name=one, depth=depth + 1) for one, of in given.of.items()}
    if isinstance(given, StructureShape):
        return {one: sample(of, name=one, depth=depth + 1) for one, of in given.members.items()}
    if isinstance(given, ListShape):
        return [sample(given.member, name=name, depth=depth + 1)]
    if isinstance(given, MapShape):
        return {"Name": sample(given.value, depth=depth + 1)}
    if isinstance(given, Shape) and given.type_name in _SCALARS:
        return _SCALARS[given.type_name]
    allowed = given.enum if isinstance(given, Shape) and hasattr(given, "enum") else []
    if allowed:
        return str(allowed[0])
    said = (text for pattern, text in _TEXTS if re.fullmatch(pattern, name))
    return next(said, "arn:aws:iam::111111111111:role/r")
