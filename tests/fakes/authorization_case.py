# SPDX-License-Identifier: Apache-2.0
"""Reads the cases of `tests/cases/authz`, whose README says how they are written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent.parent / "cases" / "authz"
_LISTS = ("identity", "boundary", "session", "endpoint")
_STATEMENT = re.compile(
    r"(?P<effect>allow|deny) (?P<action>(?:not )?\S+)"
    r"(?: on (?P<resource>(?:not )?.+?))?"
    r"(?: to (?P<principal>(?:not )?\S+))?"
    r"(?: if (?P<condition>\{.*\}))?"
)


@dataclass(frozen=True)
class Case:
    name: str
    page: str
    line: Mapping[str, Any]
    want: Mapping[str, Any]


def statement(words: str) -> dict[str, Any]:
    """Turn a statement in words into JSON's terms."""
    hit = _STATEMENT.fullmatch(words)
    if hit is None:
        message = f"not a statement in words: {words}"
        raise ValueError(message)
    found: dict[str, Any] = {"Effect": hit["effect"].capitalize()}
    for element in ("Action", "Resource"):
        text = hit[element.lower()]
        if text:
            found[f"Not{element}" if text.startswith("not ") else element] = _names(text)
    if hit["principal"]:
        negated = hit["principal"].startswith("not ")
        found["NotPrincipal" if negated else "Principal"] = _principal(_names(hit["principal"]))
    if hit["condition"]:
        found["Condition"] = yaml.safe_load(hit["condition"])
    return found


def _names(text: str) -> list[str]:
    # A comma inside a variable is part of it.
    return re.split(r",(?![^{]*\})", text.removeprefix("not "))


def _principal(names: list[str]) -> object:
    if names == ["*"]:
        return "*"
    found: dict[str, list[str]] = {}
    for name in names:
        kind, _, rest = name.partition(":")
        if kind in {"service", "federated"}:
            found.setdefault(kind.capitalize(), []).append(rest)
        else:
            found.setdefault("AWS", []).append(name)
    return found


def document(given: object) -> object:
    """Write a document out, where it is in words."""
    if isinstance(given, list):
        return {"Version": "2012-10-17", "Statement": [statement(words) for words in given]}
    return given


def _documents(given: list[Any]) -> list[Any]:
    in_words = [item for item in given if isinstance(item, str)]
    return ([document(in_words)] if in_words else []) + [g for g in given if g not in in_words]


def line(case: Mapping[str, Any], callers: Mapping[str, Any]) -> dict[str, Any]:
    """Write a case out as a line of `authz simulate`."""
    policies: dict[str, Any] = {}
    for kind in _LISTS:
        if kind in case:
            policies[kind] = _documents(case[kind])
    for kind in ("scp", "rcp"):
        if kind in case:
            policies[kind] = [
                {"target": target, "documents": [document(words)] if words else []}
                for target, words in case[kind].items()
            ]
    if "resource_policy" in case:
        policies["resource"] = document(case["resource_policy"])
    for kind in ("kms_grants", "block_public_access", "missing"):
        if kind in case:
            policies[kind] = case[kind]
    asked = {
        k: case[k] for k in ("action", "resource", "context", "context_complete") if k in case
    }
    return {**asked, "principal": callers[case["principal"]], "policies": policies}


def cases() -> Iterator[Case]:
    callers = yaml.safe_load((FOLDER / "callers.yml").read_text("utf-8"))
    for path in sorted(FOLDER.glob("*.yaml")):
        sheet = yaml.safe_load(path.read_text("utf-8"))
        for page, condition, verdict in sheet.get("table", ()):
            row = {
                **sheet["defaults"],
                "identity": [{"Version": "2012-10-17", "Statement": [_allow_if(condition)]}],
            }
            name = f"{path.stem}: {condition}"
            yield Case(name, sheet["pages"][page], line(row, callers), {"verdict": verdict})
        for case in sheet["cases"]:
            whole = {**sheet["defaults"], **case}
            name = f"{path.stem}: {case['note']}"
            yield Case(name, sheet["pages"][case["page"]], line(whole, callers), case["want"])


def _allow_if(condition: str) -> dict[str, Any]:
    text = condition if condition.startswith("{") else "{" + condition + "}"
    return {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": yaml.safe_load(text)}
