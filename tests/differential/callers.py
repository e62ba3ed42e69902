# SPDX-License-Identifier: Apache-2.0
"""Corrections about who asks: how a caller is named, and what limits and frees it."""

import re
from collections.abc import Mapping
from typing import Any

from tests.differential.edit import (
    ALL,
    Statement,
    as_list,
    document,
    each_statement,
    edit_document,
    edit_resource_policy,
    map_principals,
    without_allows,
)
from tests.differential.oracle import Simulation

Line = Mapping[str, Any]
_NOBODY = "arn:aws:iam::999999999999:role/nobody"


def _type(line: Line) -> str:
    return str(line["principal"]["type"])


def _at_home(line: Line) -> bool:
    return bool(line["principal"].get("account") == line["resource"]["account"])


def root(line: Line, asked: Simulation) -> list[Simulation]:
    if _type(line) != "root":
        return [asked]
    mine = {"name": "root", "policy": document([ALL])}
    return [{**asked, "identityPolicies": [*asked["identityPolicies"], mine]}]


def root_assumes_no_role(line: Line, asked: Simulation) -> list[Simulation]:
    concerned = _type(line) == "root" and line["action"] == "sts:AssumeRole"
    return [without_allows(asked)] if concerned else [asked]


def unsigned(line: Line, asked: Simulation) -> list[Simulation]:
    signed_only = line["action"].startswith(("sts:", "kms:"))
    return [without_allows(asked)] if _type(line) == "anonymous" and signed_only else [asked]


def federated_tokens(line: Line, asked: Simulation) -> list[Simulation]:
    concerned = _type(line) == "federated-user" and line["action"].startswith("sts:")
    return [without_allows(asked)] if concerned else [asked]


def federated_alone(line: Line, asked: Simulation) -> list[Simulation]:
    if _type(line) != "federated-user" or "sessionPolicy" in asked:
        return [asked]

    def denies(statement: Statement) -> Statement | None:
        return statement if statement["Effect"] == "Deny" else None

    found = {**asked, "identityPolicies": [dict(item) for item in asked["identityPolicies"]]}
    for item in found["identityPolicies"]:
        item["policy"] = dict(item["policy"])
        edit_document(item["policy"], denies)
    return [found]


def federated_parent(line: Line, asked: Simulation) -> list[Simulation]:
    if _type(line) != "federated-user":
        return [asked]
    user, session = line["principal"]["arn"], line["principal"]["session"]

    def renamed(statement: Statement) -> Statement:
        return map_principals(statement, lambda name: session if name == user else name)

    return [each_statement(asked, renamed)]


def named_directly(line: Line, asked: Simulation) -> list[Simulation]:
    """Ask once more with nothing but what names the session or everyone, without the implicit
    denies of the caller's own policies.
    """
    if "sessionPolicy" not in asked or not _at_home(line):
        return [asked]
    direct = {"*", line["principal"]["session"]}

    def denies(statement: Statement) -> Statement | None:
        return statement if statement["Effect"] == "Deny" else None

    def names(statement: Statement) -> Statement | None:
        if statement["Effect"] == "Deny":
            return statement
        named = statement.get("Principal")
        listed = as_list(named.get("AWS", [])) if isinstance(named, dict) else [named]
        return statement if direct & set(listed) else None

    again = edit_resource_policy(asked, names)
    edited = dict(again["sessionPolicy"])
    edit_document(edited, denies)
    again["sessionPolicy"] = {**edited, "Statement": [*edited["Statement"], ALL]}
    for item in again["identityPolicies"]:
        edit_document(item["policy"], denies)
    return [asked, again]


def paths_of_roles(line: Line, asked: Simulation) -> list[Simulation]:
    who = line["principal"]
    if who["type"] != "role":
        return [asked]
    bare = re.sub(r":role/.*/", ":role/", who["arn"])

    def renamed(name: str) -> str:
        if name == who["arn"]:
            return bare
        return _NOBODY if re.sub(r":role/.*/", ":role/", name) == bare else name

    return [each_statement(asked, lambda one: map_principals(one, renamed))]


def unique_ids(line: Line, asked: Simulation) -> list[Simulation]:
    """The id stands for the very caller, or for nobody where it is another's."""
    who = line["principal"]
    arn = who["session"] if who["type"] == "federated-user" else who.get("arn", "")
    name = re.sub(r":role/.*/", ":role/", arn)

    def known(one: str) -> str:
        if one not in {"AROAX", "AIDAX"}:
            return one
        return name if one == who.get("unique_id") else _NOBODY

    return [each_statement(asked, lambda one: map_principals(one, known))]


def tokens_have_no_account(line: Line, asked: Simulation) -> list[Simulation]:
    if _type(line) != "oidc":
        return [asked]

    def others(name: str) -> str:
        return _NOBODY if re.fullmatch(r"\d{12}|arn:aws:iam::\d{12}:root", name) else name

    return [each_statement(asked, lambda one: map_principals(one, others))]


def block(line: Line, asked: Simulation) -> list[Simulation]:
    if "block_public_access" not in line["policies"] or _at_home(line):
        return [asked]
    settings = {"s3": {"blockPublicAccess": False}}
    return [{**without_allows(asked), "additionalSettings": settings}]
