# SPDX-License-Identifier: Apache-2.0
"""The example organisation as its files describe it, and policy documents made from them."""

import json
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from msgspec import Struct

REGION = "eu-west-1"
"""Where all regional things of the example are."""

Part = Mapping[str, Any]
"""A table of a description file; its keys are explained by the files themselves."""


class Description(Struct, frozen=True, kw_only=True):
    """The whole example, before any account has an id."""

    organization: Part
    """`organization.toml`."""
    accounts: Mapping[str, Part]
    """Name of the account to its file, in the order in which accounts are made."""
    expected: Part
    """`expected.toml`: the answer, written by hand."""


def read() -> Description:
    """Read the description that ships with the program."""
    folder = resources.files("bartizan.example") / "estate"
    files = {
        place.name.removesuffix(".toml"): tomllib.loads(place.read_text(encoding="utf-8"))
        for place in folder.iterdir()
        if place.name.endswith(".toml")
    }
    organization, expected = files.pop("organization"), files.pop("expected")
    return Description(
        organization=organization,
        accounts={name: files[name] for name in sorted(files)},
        expected=expected,
    )


def fill(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - any TOML value
    """Replace `<name>` by what it stands for, in all strings inside `value`."""
    if isinstance(value, str):
        for name, meaning in names.items():
            value = value.replace(f"<{name}>", meaning)
        return value
    if isinstance(value, Mapping):
        return {fill(key, names): fill(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, names) for inner in value]
    return value


def document(part: Part, *, resource: str = "*") -> str:
    """Return the policy that the `allow` and `deny` lines of `part` stand for, as JSON.

    A line has `do` or `not-do` (actions), `on` (resources, else `resource`), `to` or `to-service`
    (principal, in resource policies), and `if` (conditions as policies write them).
    """
    return _json(
        [_statement("Allow", line, resource) for line in part.get("allow", ())]
        + [_statement("Deny", line, resource) for line in part.get("deny", ())]
    )


def _statement(effect: str, line: Part, resource: str) -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": effect}
    if "to" in line:
        statement["Principal"] = "*" if line["to"] == "*" else {"AWS": line["to"]}
    if "to-service" in line:
        statement["Principal"] = {"Service": line["to-service"]}
    statement["Action" if "do" in line else "NotAction"] = line.get("do") or line["not-do"]
    statement["Resource"] = line.get("on", resource)
    if "if" in line:
        statement["Condition"] = line["if"]
    return statement


def trust(lines: Sequence[Part], *, account: str) -> str:
    """Return the trust policy that the `trust` lines of a role in `account` stand for, as JSON."""
    statements = []
    for line in lines:
        action, principal = "sts:AssumeRole", {}
        if "saml" in line:
            action = "sts:AssumeRoleWithSAML"
            principal = {"Federated": f"arn:aws:iam::{account}:saml-provider/{line['saml']}"}
        elif "oidc" in line:
            action = "sts:AssumeRoleWithWebIdentity"
            principal = {"Federated": f"arn:aws:iam::{account}:oidc-provider/{line['oidc']}"}
        elif "service" in line:
            principal = {"Service": line["service"]}
        else:
            principal = {"AWS": line["aws"]}
        statement = {"Effect": "Allow", "Principal": principal, "Action": action}
        statements.append(statement | ({"Condition": line["if"]} if "if" in line else {}))
    return _json(statements)


def _json(statements: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
