# SPDX-License-Identifier: Apache-2.0
"""Changes to what the other engine is asked."""

import copy
from collections.abc import Callable, Iterable
from typing import Any

from tests.differential.oracle import Simulation

Statement = dict[str, Any]
Edit = Callable[[Statement], Statement | None]
"""Returns the statement to ask with; None to leave it out."""

NOTHING: Statement = {"Effect": "Deny", "Action": "sts:NoSuchAction", "Resource": "*"}
"""A statement in the place of those that are gone: a document needs one."""
ALL: Statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
_LISTS = ("identityPolicies", "permissionBoundaryPolicies", "vpcEndpointPolicies")
_ALONE = ("resourcePolicy", "sessionPolicy")
_LEVELS = ("serviceControlPolicies", "resourceControlPolicies")


def as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def document(statements: Iterable[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def documents(asked: Simulation) -> list[dict[str, Any]]:
    """Return all policies, to be changed in place."""
    named = [item for name in _LISTS for item in asked.get(name, ())]
    named += [item for name in _LEVELS for level in asked[name] for item in level["policies"]]
    return [item["policy"] for item in named] + [asked[name] for name in _ALONE if name in asked]


def each_document(asked: Simulation, change: Callable[[dict[str, Any]], None]) -> Simulation:
    """Return the question with every policy changed."""
    found = copy.deepcopy(asked)
    for policy in documents(found):
        change(policy)
    return found


def each_statement(asked: Simulation, edit: Edit) -> Simulation:
    """Return the question with every statement of every policy edited."""
    return each_document(asked, lambda policy: edit_document(policy, edit))


def edit_document(policy: dict[str, Any], edit: Edit) -> None:
    """Edit the statements of one policy in place."""
    before = as_list(policy["Statement"])
    kept = [new for old in before if (new := edit(old)) is not None]
    named = {"Principal": "*"} if any("rincipal" in name for name in before[0]) else {}
    policy["Statement"] = kept or [{**NOTHING, **named}]


def edit_resource_policy(asked: Simulation, edit: Edit) -> Simulation:
    """Return the question with the statements of the resource's own policy edited."""
    found = copy.deepcopy(asked)
    if "resourcePolicy" in found:
        edit_document(found["resourcePolicy"], edit)
    return found


def without_allows(asked: Simulation) -> Simulation:
    """Return the question with nothing left that grants."""
    return each_statement(asked, lambda one: one if one["Effect"] == "Deny" else None)


def map_resources(statement: Statement, change: Callable[[str], str]) -> Statement:
    """Change every pattern of Resource and NotResource."""
    found = dict(statement)
    for element in ("Resource", "NotResource"):
        if element in found:
            found[element] = [change(pattern) for pattern in as_list(found[element])]
    return found if found != statement else statement


def map_principals(statement: Statement, change: Callable[[str], str]) -> Statement:
    """Change every AWS name of Principal and NotPrincipal."""
    found = dict(statement)
    for element in ("Principal", "NotPrincipal"):
        if isinstance(found.get(element), dict) and "AWS" in found[element]:
            names = [change(name) for name in as_list(found[element]["AWS"])]
            found[element] = {**found[element], "AWS": names}
    return found


def map_values(statement: Statement, change: Callable[[str, str, str], list[str]]) -> Statement:
    """Change every value of every condition; `change` takes operator, key and value, the first
    two in lower case, and returns the values to ask with.
    """
    if "Condition" not in statement:
        return statement
    block = {
        operator: {
            key: [
                new
                for value in as_list(values)
                for new in change(operator.lower(), key.lower(), str(value))
            ]
            for key, values in tests.items()
        }
        for operator, tests in statement["Condition"].items()
        if operator != "Null"
    }
    if "Null" in statement["Condition"]:
        block["Null"] = statement["Condition"]["Null"]
    return {**statement, "Condition": block}
