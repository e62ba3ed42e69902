# SPDX-License-Identifier: Apache-2.0
"""Where the other engine answers otherwise, each deviation as a correction of what it is asked.

A correction says the vendor's rule in the other engine's own terms. A disagreement belongs to a
deviation only if the other engine, asked with the correction, agrees with us: so no class can
hide a mistake of ours that it does not cause. `docs/labs/other-engines.md` has a section for
each name.
"""

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.differential.edit import (
    ALL,
    Statement,
    as_list,
    document,
    each_document,
    each_statement,
    edit_document,
    edit_resource_policy,
    map_principals,
    map_resources,
    map_values,
    without_allows,
)
from tests.differential.oracle import Simulation

Line = Mapping[str, Any]
NEVER = "arn:aws:nothing:::matches-this"
_NOBODY = "arn:aws:iam::999999999999:role/nobody"
_TYPED = re.compile(r":(?:key|role|function|secret|table|instance|accesspoint)[:/]")
"""ARNs that say the type of the resource."""
_PLAIN = re.compile(r"\$\{([*?])\}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)")


@dataclass(frozen=True)
class Deviation:
    """One way in which the other engine departs from the vendor's rules."""

    name: str
    """Of its section."""
    correct: Callable[[Line, Simulation], list[Simulation]]
    """Return what to ask instead; what any of them allows is allowed, and what any denies
    explicitly is denied. The question itself where the deviation does not concern the line.
    """


def _type(line: Line) -> str:
    return str(line["principal"]["type"])


def _at_home(line: Line) -> bool:
    return bool(line["principal"].get("account") == line["resource"]["account"])


def _root(line: Line, asked: Simulation) -> list[Simulation]:
    if _type(line) != "root":
        return [asked]
    mine = {"name": "root", "policy": document([ALL])}
    return [{**asked, "identityPolicies": [*asked["identityPolicies"], mine]}]


def _root_assumes_no_role(line: Line, asked: Simulation) -> list[Simulation]:
    concerned = _type(line) == "root" and line["action"] == "sts:AssumeRole"
    return [without_allows(asked)] if concerned else [asked]


def _unsigned(line: Line, asked: Simulation) -> list[Simulation]:
    signed_only = line["action"].startswith(("sts:", "kms:"))
    return [without_allows(asked)] if _type(line) == "anonymous" and signed_only else [asked]


def _federated_tokens(line: Line, asked: Simulation) -> list[Simulation]:
    concerned = _type(line) == "federated-user" and line["action"].startswith("sts:")
    return [without_allows(asked)] if concerned else [asked]


def _federated_alone(line: Line, asked: Simulation) -> list[Simulation]:
    if _type(line) != "federated-user" or "sessionPolicy" in asked:
        return [asked]

    def denies(statement: Statement) -> Statement | None:
        return statement if statement["Effect"] == "Deny" else None

    found = {**asked, "identityPolicies": [dict(item) for item in asked["identityPolicies"]]}
    for item in found["identityPolicies"]:
        item["policy"] = dict(item["policy"])
        edit_document(item["policy"], denies)
    return [found]


def _federated_parent(line: Line, asked: Simulation) -> list[Simulation]:
    if _type(line) != "federated-user":
        return [asked]
    user, session = line["principal"]["arn"], line["principal"]["session"]

    def renamed(statement: Statement) -> Statement:
        return map_principals(statement, lambda name: session if name == user else name)

    return [each_statement(asked, renamed)]


def _named_directly(line: Line, asked: Simulation) -> list[Simulation]:
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


def _paths_of_roles(line: Line, asked: Simulation) -> list[Simulation]:
    who = line["principal"]
    if who["type"] != "role":
        return [asked]
    bare = re.sub(r":role/.*/", ":role/", who["arn"])

    def renamed(name: str) -> str:
        if name == who["arn"]:
            return bare
        return _NOBODY if re.sub(r":role/.*/", ":role/", name) == bare else name

    return [each_statement(asked, lambda one: map_principals(one, renamed))]


def _unique_ids(line: Line, asked: Simulation) -> list[Simulation]:
    """The id stands for the very caller, or for nobody where it is another's."""
    who = line["principal"]
    arn = who["session"] if who["type"] == "federated-user" else who.get("arn", "")
    name = re.sub(r":role/.*/", ":role/", arn)

    def known(one: str) -> str:
        if one not in {"AROAX", "AIDAX"}:
            return one
        return name if one == who.get("unique_id") else _NOBODY

    return [each_statement(asked, lambda one: map_principals(one, known))]


def _tokens_have_no_account(line: Line, asked: Simulation) -> list[Simulation]:
    if _type(line) != "oidc":
        return [asked]

    def others(name: str) -> str:
        return _NOBODY if re.fullmatch(r"\d{12}|arn:aws:iam::\d{12}:root", name) else name

    return [each_statement(asked, lambda one: map_principals(one, others))]


def _block(line: Line, asked: Simulation) -> list[Simulation]:
    if "block_public_access" not in line["policies"] or _at_home(line):
        return [asked]
    settings = {"s3": {"blockPublicAccess": False}}
    return [{**without_allows(asked), "additionalSettings": settings}]


def _version(_: Line, asked: Simulation) -> list[Simulation]:
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


def _types_of_resources(line: Line, asked: Simulation) -> list[Simulation]:
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


def _empty_segments(line: Line, asked: Simulation) -> list[Simulation]:
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


def _short_resources(_: Line, asked: Simulation) -> list[Simulation]:
    """What ends in a star begins ARNs; of what does not, the vendor says nothing."""

    def whole(pattern: str) -> str:
        if not pattern.startswith("arn") or pattern.count(":") > 4:
            return pattern
        return pattern + ":*" * (5 - pattern.count(":")) if pattern.endswith("*") else NEVER

    return [each_statement(asked, lambda one: map_resources(one, whole))]


def _encryption_context(_: Line, asked: Simulation) -> list[Simulation]:
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


def _empty_sets(_: Line, asked: Simulation) -> list[Simulation]:
    context = asked["request"]["contextVariables"]
    kept = {key: value for key, value in context.items() if value != []}
    return [{**asked, "request": {**asked["request"], "contextVariables": kept}}]


def _dots(_: Line, asked: Simulation) -> list[Simulation]:
    def plain(pattern: str) -> str:
        head = pattern.split(":", 5)[:5]
        return NEVER if any("." in part for part in head) else pattern

    return [each_statement(asked, lambda one: map_resources(one, plain))]


def _line_ends(line: Line, asked: Simulation) -> list[Simulation]:
    if "\n" not in line["resource"]["arn"]:
        return [asked]
    found = each_statement(
        asked, lambda one: map_resources(one, lambda pattern: pattern.replace("\n", "_"))
    )
    arn = line["resource"]["arn"].replace("\n", "_")
    found["request"]["resource"] = {**found["request"]["resource"], "resource": arn}
    return [found]


def _short_arns(_: Line, asked: Simulation) -> list[Simulation]:
    def whole(operator: str, _key: str, value: str) -> list[str]:
        if "arn" not in operator or not value.endswith("*") or value.count(":") > 4:
            return [value]
        first = value if value.startswith("arn") else "*"
        return [first + ":*" * (5 - first.count(":"))]

    return [each_statement(asked, lambda one: map_values(one, whole))]


def _addresses(_: Line, asked: Simulation) -> list[Simulation]:
    def canonical(operator: str, _key: str, value: str) -> list[str]:
        if "ipaddress" not in operator or ("/" in value and ":" not in value):
            return [value]
        return [str(ipaddress.ip_network(value))]

    return [each_statement(asked, lambda one: map_values(one, canonical))]


def _all_addresses(_: Line, asked: Simulation) -> list[Simulation]:
    def halves(_operator: str, _key: str, value: str) -> list[str]:
        return ["0.0.0.0/1", "128.0.0.0/1"] if value == "0.0.0.0/0" else [value]

    return [each_statement(asked, lambda one: map_values(one, halves))]


def _bytes(_: Line, asked: Simulation) -> list[Simulation]:
    def readable(operator: str, _key: str, value: str) -> list[str]:
        if "binary" not in operator:
            return [value]
        try:
            base64.b64decode(value, validate=True)
        except binascii.Error:
            return ["AA=="]
        return [value]

    return [each_statement(asked, lambda one: map_values(one, readable))]


def _literals(_: Line, asked: Simulation) -> list[Simulation]:
    """Write `${*}` and `${?}` as the characters they are, where no pattern is read."""

    def plain(operator: str, _key: str, value: str) -> list[str]:
        text = operator.startswith("string") or ":string" in operator
        return [_PLAIN.sub(r"\1", value) if text and "like" not in operator else value]

    return [each_statement(asked, lambda one: map_values(one, plain))]


def _variables_in_arns(_: Line, asked: Simulation) -> list[Simulation]:
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


def _epoch(_: Line, asked: Simulation) -> list[Simulation]:
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


def _numbers(_: Line, asked: Simulation) -> list[Simulation]:
    def plain(operator: str, _key: str, value: str) -> list[str]:
        if "numeric" not in operator:
            return [value]
        other = "987654321" if "equals" in operator and "than" not in operator else "none"
        return [value if _NUMBER.fullmatch(value) else other]

    return [each_statement(asked, lambda one: map_values(one, plain))]


def _undecided(_: Line, asked: Simulation) -> list[Simulation]:
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


DEVIATIONS: tuple[Deviation, ...] = (
    Deviation("root-user", _root),
    Deviation("root-user-assumes-no-role", _root_assumes_no_role),
    Deviation("unsigned-requests", _unsigned),
    Deviation("federated-users-and-the-token-service", _federated_tokens),
    Deviation("federated-user-without-a-session-policy", _federated_alone),
    Deviation("unique-ids", _unique_ids),
    Deviation("federated-user-named-by-its-user", _federated_parent),
    Deviation("named-directly-despite-a-session-policy", _named_directly),
    Deviation("paths-of-roles", _paths_of_roles),
    Deviation("tokens-have-no-account", _tokens_have_no_account),
    Deviation("block-of-public-access", _block),
    Deviation("variables-in-version-2008-10-17", _version),
    Deviation("wildcards-in-the-type-of-a-resource", _types_of_resources),
    Deviation("wildcards-for-empty-segments", _empty_segments),
    Deviation("short-patterns-of-resources", _short_resources),
    Deviation("encryption-context", _encryption_context),
    Deviation("empty-sets", _empty_sets),
    Deviation("dots-in-arns", _dots),
    Deviation("line-ends", _line_ends),
    Deviation("short-patterns-of-arns", _short_arns),
    Deviation("addresses-written-otherwise", _addresses),
    Deviation("all-addresses", _all_addresses),
    Deviation("what-is-no-base64", _bytes),
    Deviation("special-characters", _literals),
    Deviation("variables-in-arns", _variables_in_arns),
    Deviation("dates-as-seconds", _epoch),
    Deviation("what-is-no-number", _numbers),
)
"""Every known deviation, one entry each."""

DENIED_ANYWAY = Deviation("denied-anyway", _undecided)
"""Whether a deny holds is not said, and nothing allows: it is denied in any case, and only whether
it is so explicitly differs. For such disagreements alone."""

UNDECIDED = {
    "behaviour:NotPrincipal": "not-principal.md",
    "behaviour:unresolved variable under negation": "unresolved-variables.md",
    "behaviour:resource": "arn-wildcards.md",
}
"""What neither the vendor nor a trial settles, by the beginning of what is missing, with its page:
there the other engine decides, and we do not."""
