# SPDX-License-Identifier: Apache-2.0
"""Reads the cases of `tests/cases/authz`, whose README says how they are written."""

import re
from collections.abc import Iterator, Mapping, Sequence
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
    rule: str
    kind: str
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
        rows = (_written_out(row) for row in sheet.get("table", ()))
        for case in (*rows, *sheet["cases"]):
            yield Case(
                name=f"{path.stem}: {case['note']}",
                page=sheet["pages"][case["page"]],
                rule=case["rule"],
                kind=case["kind"],
                line=line({**sheet["defaults"], **case}, callers),
                want=case["want"],
            )


def _written_out(row: Sequence[str]) -> dict[str, Any]:
    """Write a row of a table as a case."""
    page, rule, kind, condition, verdict = row
    return {
        "note": condition,
        "rule": rule,
        "kind": kind,
        "page": page,
        "identity": [{"Version": "2012-10-17", "Statement": [_allow_if(condition)]}],
        "want": {"verdict": verdict},
    }


def rules() -> dict[str, str]:
    """Return the rules that the README lists, each with the address of its page."""
    text = (FOLDER / "README.md").read_text("utf-8")
    return dict(
        re.findall(r"^\| `([a-z-]+)` \|.*\[page\]\((https://[^)]+)\) \|$", text, re.MULTILINE)
    )


def _allow_if(condition: str) -> dict[str, Any]:
    text = condition if condition.startswith("{") else "{" + condition + "}"
    return {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": yaml.safe_load(text)}
