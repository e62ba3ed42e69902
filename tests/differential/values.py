# SPDX-License-Identifier: Apache-2.0
"""Corrections about conditions: how their values are read and compared."""

import base64
import binascii
import ipaddress
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tests.differential.edit import (
    Statement,
    as_list,
    each_document,
    each_statement,
    edit_document,
    map_values,
)
from tests.differential.oracle import Simulation

Line = Mapping[str, Any]
NEVER = "arn:aws:nothing:::matches-this"
_PLAIN = re.compile(r"\$\{([*?])\}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")


def short_arns(_: Line, asked: Simulation) -> list[Simulation]:
    def whole(operator: str, _key: str, value: str) -> list[str]:
        if "arn" not in operator or not value.endswith("*") or value.count(":") > 4:
            return [value]
        first = value if value.startswith("arn") else "*"
        return [first + ":*" * (5 - first.count(":"))]

    return [each_statement(asked, lambda one: map_values(one, whole))]


def encryption_context(_: Line, asked: Simulation) -> list[Simulation]:
    """Have another key stand for what the other engine leaves out of the request."""
    prefix, other = "kms:encryptioncontext:", "aws:RequestTag/of-encryption-context-"

    def renamed(key: str) -> str:
        return other + key.lower().removeprefix(prefix) if key.lower().startswith(prefix) else key

    def statement(one: Statement) -> Statement:
        block = {
            operator: {renamed(key): values for key, values in tests.items()}
            for operator, tests in one.get("Condition", {}).items()
        }
        return {**one, "Condition": block} if block else one

    found = each_statement(asked, statement)
    context = found["request"]["contextVariables"]
    found["request"]["contextVariables"] = {renamed(key): v for key, v in context.items()}
    return [found]


def empty_sets(_: Line, asked: Simulation) -> list[Simulation]:
    context = asked["request"]["contextVariables"]
    kept = {key: value for key, value in context.items() if value != []}
    return [{**asked, "request": {**asked["request"], "contextVariables": kept}}]


def addresses(_: Line, asked: Simulation) -> list[Simulation]:
    def canonical(operator: str, _key: str, value: str) -> list[str]:
        if "ipaddress" not in operator or ("/" in value and ":" not in value):
            return [value]
        return [str(ipaddress.ip_network(value))]

    return [each_statement(asked, lambda one: map_values(one, canonical))]


def all_addresses(_: Line, asked: Simulation) -> list[Simulation]:
    def halves(_operator: str, _key: str, value: str) -> list[str]:
        return ["0.0.0.0/1", "128.0.0.0/1"] if value == "0.0.0.0/0" else [value]

    return [each_statement(asked, lambda one: map_values(one, halves))]


def base64_bytes(_: Line, asked: Simulation) -> list[Simulation]:
    def readable(operator: str, _key: str, value: str) -> list[str]:
        if "binary" not in operator:
            return [value]
        try:
            base64.b64decode(value, validate=True)
        except binascii.Error:
            return ["AA=="]
        return [value]

    return [each_statement(asked, lambda one: map_values(one, readable))]


def literals(_: Line, asked: Simulation) -> list[Simulation]:
    """Write `${*}` and `${?}` as the characters they are, where no pattern is read."""

    def plain(operator: str, _key: str, value: str) -> list[str]:
        text = operator.startswith("string") or ":string" in operator
        return [_PLAIN.sub(r"\1", value) if text and "like" not in operator else value]

    return [each_statement(asked, lambda one: map_values(one, plain))]


def variables_in_arns(_: Line, asked: Simulation) -> list[Simulation]:
    """Fill in what stands before the fifth colon: the other engine splits at the variable's."""
    account = str(asked["request"]["contextVariables"].get("aws:PrincipalAccount", NEVER))

    def filled(operator: str, _key: str, value: str) -> list[str]:
        if "arn" not in operator:
            return [value]
        return [value.replace("${aws:PrincipalAccount}", account)]

    def fill(policy: dict[str, Any]) -> None:
        if policy.get("Version") == "2012-10-17":
            edit_document(policy, lambda one: map_values(one, filled))

    return [each_document(asked, fill)]


def epoch(_: Line, asked: Simulation) -> list[Simulation]:
    def written(value: str) -> str:
        if not re.fullmatch(r"\d{9,}", value):
            return value
        return datetime.fromtimestamp(int(value), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def dates(operator: str, _key: str, value: str) -> list[str]:
        return [written(value) if "date" in operator else value]

    found = each_statement(asked, lambda one: map_values(one, dates))
    context = found["request"]["contextVariables"]
    if "aws:EpochTime" in context:
        context["aws:EpochTime"] = written(context["aws:EpochTime"])
    return [found]


def numbers(_: Line, asked: Simulation) -> list[Simulation]:
    def plain(operator: str, _key: str, value: str) -> list[str]:
        if "numeric" not in operator:
            return [value]
        other = "987654321" if "equals" in operator and "than" not in operator else "none"
        return [value if _NUMBER.fullmatch(value) else other]

    return [each_statement(asked, lambda one: map_values(one, plain))]


def undecided(_: Line, asked: Simulation) -> list[Simulation]:
    """Leave out denies of which the vendor does not say whether they hold."""

    def settled(statement: Statement) -> Statement | None:
        if statement["Effect"] == "Allow":
            return statement
        excepted = [str(one) for one in as_list(statement.get("NotResource", []))]
        open_ends = any("${" in one or one.count(":") < 5 for one in excepted if one != "*")
        negated = any(
            "not" in operator.lower() and "${" in str(tests)
            for operator, tests in statement.get("Condition", {}).items()
        )
        return None if "NotPrincipal" in statement or open_ends or negated else statement

    return [each_statement(asked, settled)]
