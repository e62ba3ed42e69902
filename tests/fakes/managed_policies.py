# SPDX-License-Identifier: Apache-2.0
"""The policies that AWS itself manages, as the emulator ships them, each held by somebody."""

import functools
import json
from collections.abc import Mapping
from typing import Any, cast

from moto.iam.aws_managed_policies import aws_managed_policies_data

from bartizan.model.facts import Facts
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.estate import pattern
from bartizan.reason.authz.aws.policy.document import Statement
from bartizan.reason.authz.aws.policy.read import read
from tests.fakes.dice import Dice
from tests.fakes.estate import EstateBuilder
from tests.fakes.generated_request import Question
from tests.fakes.generated_words import TAGS
from tests.fakes.statements import trusts

HOME, AWAY = "111111111111", "222222222222"


@functools.cache
def documents() -> Mapping[str, Mapping[str, Any]]:
    """Return every document by the name of its policy."""
    held = json.loads(aws_managed_policies_data)
    return {name: held[name]["Document"] for name in sorted(held)}


def estate() -> Facts:
    """One role for each policy, and users who hold several, one of them as a boundary."""
    built = EstateBuilder()
    built.account(HOME)
    ids = {}
    for name, document in documents().items():
        ids[name] = f"arn:aws:iam::aws:policy/{name}"
        built.policy(ids[name], cast("Any", _statements(document)), managed="aws")
    names = list(ids)
    trust = trusts({"Service": "ec2.amazonaws.com"})
    tagged = trusts({"AWS": HOME}, "sts:TagSession")
    for number, name in enumerate(names):
        tags = {"team": TAGS[number % 3]} if number % 4 == 0 else {}
        statements = [trust, tagged] if number % 8 == 0 else [trust]
        role = built.role(f"r-{number}", HOME, trust=statements, tags=tags)
        built.attach(ids[name], role)
    for number in range(0, len(names) - 40, 40):
        user = built.user(f"u-{number}", HOME)
        for step in (0, 13, 29):
            built.attach(ids[names[number + step]], user)
        built.attach(ids[names[number + 7]], user, use="boundary")
    return built.facts()


def _statements(document: Mapping[str, Any]) -> list[Any]:
    stated = document["Statement"]
    return stated if isinstance(stated, list) else [stated]


@functools.cache
def statements() -> tuple[Statement, ...]:
    """Return all statements of all of them."""
    return tuple(
        statement
        for name, document in documents().items()
        for statement in read(json.dumps(document), name=name, type="identity").statements
    )


def question(dice: Dice) -> Question:
    """Ask for something that one of the statements speaks of, or nearly."""
    spoken = statements()[dice.below(len(statements()))]
    named = dice.one(spoken.action or spoken.not_action or ())
    known = catalogue.expand(named)
    action = str(known[dice.below(len(known))]) if known else pattern.instance(named)
    resource = dice.one(spoken.resource or spoken.not_resource or ())
    kinds = known[0].resource_types if known else ()
    if resource == "*" and kinds and not dice.chance(20):
        resource = dice.one(kinds).arn
    chosen: dict[str, str | tuple[str, ...]] = {}
    for test in spoken.conditions:
        if test.values and dice.chance(75) and test.key not in chosen:
            value = pattern.instance(dice.one(test.values))
            many = ":" in test.operator and dice.chance(80)
            chosen[test.key] = (value,) if many else value
    return Question(
        action=action,
        resource=_filled(dice, resource),
        chosen=chosen,
        complete=dice.chance(50),
    )


def _filled(dice: Dice, resource: str) -> str:
    """Put a text in the place of the wildcards: the account's id where an account stands."""
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return pattern.instance(resource) if resource != "*" else resource
    account = dice.one((HOME, HOME, AWAY)) if parts[4] not in {"", "aws"} else parts[4]
    heads = ("arn", "aws", parts[2], parts[3].replace("*", "us-east-1"), account)
    return ":".join((*heads, pattern.instance(parts[5])))
