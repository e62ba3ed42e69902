# SPDX-License-Identifier: Apache-2.0
"""How the pages of a listing hang together, as botocore's paginators describe them.

Source: https://docs.aws.amazon.com/boto3/latest/guide/paginators.html
"""

from collections.abc import Mapping, Sequence
from typing import Any

from botocore.model import OperationModel, ServiceModel, StructureShape
from botocore.paginate import PaginatorModel
from msgspec import Struct

from bartizan.sources.aws.expression import search

_TOKENS = (
    ("NextToken", "NextToken"),
    ("nextToken", "nextToken"),
    ("NextMarker", "Marker"),
    ("Marker", "Marker"),
    ("marker", "marker"),
    ("ContinuationToken", "ContinuationToken"),
    ("NextContinuationToken", "ContinuationToken"),
    ("position", "position"),
    ("NextPageToken", "PageToken"),
    ("Token", "Token"),
)
"""Pairs of names, in answer and request, that mean a token, for operations without paginator."""

_MORE = ("IsTruncated", "Truncated", "HasMore", "HasMoreResults")
"""Members that say there is more, whether or not a token comes along."""


class Paging(Struct, frozen=True):
    """Where an answer says what to send for the next one."""

    tokens: tuple[tuple[str, str], ...]
    """JMESPath over the answer, and the parameter that takes what it finds; the parameter is
    empty where the request has none."""
    more: str = ""
    """JMESPath over the answer that is false on the last page; empty for none."""

    def following(self, response: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the parameters of the next page; None after the last one.

        Raises:
            ValueError: there is more, and no way to ask for it.
        """
        said = bool(search(self.more, response)) if self.more else None
        if said is False:
            return None
        found = [(name, search(path, response)) for path, name in self.tokens]
        held = {name: value for name, value in found if value}
        if "" in held or (not held and (said or any(response.get(m) is True for m in _MORE))):
            message = "the answer says that there is more, and not how to ask for it"
            raise ValueError(message)
        return held or None

    def leave_out(self) -> frozenset[str]:
        """Name the members of an answer that are about paging alone."""
        paths = (*(path for path, _ in self.tokens), self.more)
        return frozenset({path for path in paths if path.isidentifier()} | set(_MORE))


def paging(service: ServiceModel, paginators: PaginatorModel, operation: str) -> Paging:
    """Return how `operation` is paged.

    A token that botocore has no paginator for is known by its name: it must not go unnoticed.
    """
    try:
        configured = paginators.get_paginator(operation)
    except ValueError:
        return _by_name(service.operation_model(operation))
    outputs, inputs = _several(configured["output_token"]), _several(configured["input_token"])
    return Paging(
        tokens=tuple(zip(outputs, inputs, strict=True)), more=configured.get("more_results", "")
    )


def merged(pages: Sequence[Mapping[str, Any]], leave_out: frozenset[str]) -> dict[str, Any]:
    """Return many pages as one answer: lists joined, objects united, the first of all else."""
    whole: dict[str, Any] = {}
    for page in pages:
        for name, value in page.items():
            if name == "ResponseMetadata" or name in leave_out:
                continue
            held = whole.setdefault(name, value)
            if held is value:
                continue
            if isinstance(held, list) and isinstance(value, list):
                whole[name] = held + value
            elif isinstance(held, dict) and isinstance(value, dict):
                whole[name] = {**held, **value}
    return whole


def _by_name(operation: OperationModel) -> Paging:
    takes = operation.input_shape.members if operation.input_shape else {}
    gives = operation.output_shape.members if operation.output_shape else {}
    for name, shape in gives.items():
        # A listing may stand in one member together with its paging, as those of CloudFront do.
        inner = shape.members if isinstance(shape, StructureShape) else {}
        if {"IsTruncated", "NextMarker"} <= set(inner) and "Marker" in takes:
            return Paging(tokens=((f"{name}.NextMarker", "Marker"),), more=f"{name}.IsTruncated")
    pairs = [pair for pair in _TOKENS if pair[0] in gives]
    known = [pair for pair in pairs if pair[1] in takes]
    return Paging(tokens=tuple(known[:1] or [(name, "") for name, _ in pairs[:1]]))


def _several(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
