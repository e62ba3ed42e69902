# SPDX-License-Identifier: Apache-2.0
"""Writes a policy document as JSON, in the order in which the vendor's grammar names the elements.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
import re
from collections.abc import Sequence

from msgspec import Struct

from bartizan.model.record import Json
from bartizan.reason.authz.aws.policy.document import (
    ConditionTest,
    Document,
    Principals,
    Statement,
)

_SPACE = re.compile(r'("(?:[^"\\]|\\.)*+")|\s+', re.DOTALL)


class Sheet(Struct, frozen=True, kw_only=True):
    """What a document's text says beside what a `Document` holds."""

    id: str | None
    """The Id element; None where there is none."""
    version: bool
    """The Version element is there; without it the version is 2008-10-17."""
    bare: bool
    """The one statement stands without brackets."""

    @classmethod
    def of(cls, text: str) -> "Sheet":
        """Take it from a text that was read as a policy."""
        found = json.loads(text)
        bare = isinstance(found.get("Statement"), dict)
        return cls(id=found.get("Id"), version="Version" in found, bare=bare)


def size(text: str) -> int:
    """Return the characters of a document as the vendor counts them: white space between the
    elements is free (section "IAM and STS character limits" of
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
    """
    return len(_SPACE.sub(lambda found: found.group(1) or "", text))


def written(document: Document, sheet: Sheet) -> dict[str, Json]:
    """Return the document as the JSON value that reads back to it."""
    found: dict[str, Json] = {}
    if sheet.version:
        found["Version"] = document.version
    if sheet.id is not None:
        found["Id"] = sheet.id
    statements: list[Json] = [_statement(one) for one in document.statements]
    found["Statement"] = statements[0] if sheet.bare and len(statements) == 1 else statements
    return found


def compact(value: Json) -> str:
    """Return the text of a document without white space."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def pretty(value: Json) -> str:
    """Return the text of a document for people."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _statement(statement: Statement) -> Json:
    found: dict[str, Json] = {"Sid": statement.sid} if statement.sid else {}
    found["Effect"] = statement.effect.value
    for name, principals in (
        ("Principal", statement.principal),
        ("NotPrincipal", statement.not_principal),
    ):
        if principals is not None:
            found[name] = _principals(principals)
    for name, patterns in (
        ("Action", statement.action),
        ("NotAction", statement.not_action),
        ("Resource", statement.resource),
        ("NotResource", statement.not_resource),
    ):
        if patterns is not None:
            found[name] = _one_or_many(patterns)
    if statement.conditions:
        found["Condition"] = _conditions(statement.conditions)
    return found


def _one_or_many(texts: Sequence[str]) -> Json:
    return texts[0] if len(texts) == 1 else list(texts)


def _principals(principals: Principals) -> Json:
    aws = (*(("*",) if principals.any else ()), *principals.aws)
    kinds = {
        "AWS": aws,
        "Service": principals.service,
        "Federated": principals.federated,
        "CanonicalUser": principals.canonical,
    }
    named = {kind: names for kind, names in kinds.items() if names}
    if named == {"AWS": ("*",)}:
        # The page on the Principal element calls the two equal; this one is shorter.
        return "*"
    return {kind: _one_or_many(names) for kind, names in named.items()}


def _conditions(tests: Sequence[ConditionTest]) -> Json:
    found: dict[str, dict[str, Json]] = {}
    for test in tests:
        found.setdefault(test.operator, {})[test.key] = _one_or_many(test.values)
    return dict(found)
