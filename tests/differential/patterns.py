# SPDX-License-Identifier: Apache-2.0
"""Corrections about patterns of resources and about variables in old documents."""

import re
from collections.abc import Mapping
from typing import Any

from tests.differential.edit import (
    each_document,
    each_statement,
    edit_document,
    map_resources,
    map_values,
)
from tests.differential.oracle import Simulation

Line = Mapping[str, Any]
NEVER = "arn:aws:nothing:::matches-this"
_TYPED = re.compile(r":(?:key|role|function|secret|table|instance|accesspoint)[:/]")
"""ARNs that say the type of the resource."""


def version(_: Line, asked: Simulation) -> list[Simulation]:
    def escape(policy: dict[str, Any]) -> None:
        if policy.get("Version") == "2012-10-17":
            return

        def literal(text: str) -> str:
            return text.replace("${", "${$}{")

        edit_document(
            policy,
            lambda one: map_values(
                map_resources(one, literal), lambda _operator, _key, value: [literal(value)]
            ),
        )

    return [each_document(asked, escape)]


def types_of_resources(line: Line, asked: Simulation) -> list[Simulation]:
    arn = line["resource"]["arn"]

    def decided(pattern: str) -> str:
        parts = pattern.split(":", 5)
        kind = re.split("[:/]", parts[5])[0] if len(parts) > 5 else ""
        if not _TYPED.search(arn) or parts[5:] == ["*"] or not re.search("[*?]", kind):
            return pattern
        there = zip(parts, arn.split(":", 5), strict=True)
        return arn if all(_fits(part, given) for part, given in there) else NEVER

    return [each_statement(asked, lambda one: map_resources(one, decided))]


def _fits(pattern: str, text: str) -> bool:
    """Match `*` and `?` within one segment."""
    plain = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(plain, text, re.DOTALL) is not None


def empty_segments(line: Line, asked: Simulation) -> list[Simulation]:
    given = line["resource"]["arn"].split(":", 5)

    def emptied(pattern: str) -> str:
        parts = pattern.split(":", 5)
        if len(parts) < 6 or len(given) < 6:
            return pattern
        for place in (3, 4):
            if parts[place] == "*" and not given[place]:
                parts[place] = ""
        return ":".join(parts)

    return [each_statement(asked, lambda one: map_resources(one, emptied))]


def short_resources(_: Line, asked: Simulation) -> list[Simulation]:
    """What ends in a star begins ARNs; of what does not, the vendor says nothing."""

    def whole(pattern: str) -> str:
        if not pattern.startswith("arn") or pattern.count(":") > 4:
            return pattern
        return pattern + ":*" * (5 - pattern.count(":")) if pattern.endswith("*") else NEVER

    return [each_statement(asked, lambda one: map_resources(one, whole))]


def dots(_: Line, asked: Simulation) -> list[Simulation]:
    def plain(pattern: str) -> str:
        head = pattern.split(":", 5)[:5]
        return NEVER if any("." in part for part in head) else pattern

    return [each_statement(asked, lambda one: map_resources(one, plain))]


def line_ends(line: Line, asked: Simulation) -> list[Simulation]:
    if "\n" not in line["resource"]["arn"]:
        return [asked]
    found = each_statement(
        asked, lambda one: map_resources(one, lambda pattern: pattern.replace("\n", "_"))
    )
    arn = line["resource"]["arn"].replace("\n", "_")
    found["request"]["resource"] = {**found["request"]["resource"], "resource": arn}
    return [found]
