# SPDX-License-Identifier: Apache-2.0
"""Requests that matter in a generated organisation, from a seed: hits, misses, near misses."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, Store, Workload
from bartizan.model.facts.identity import Principal
from bartizan.model.table import Row
from bartizan.reason.authz.aws import catalogue

_ACTIONS = {
    "s3": (
        *("GetObject", "PutObject", "DeleteObject", "ListBucket", "GetBucketPolicy"),
        *("PutBucketPolicy", "DeleteBucket", "PutBucketPublicAccessBlock", "GetObjectVersion"),
    ),
    "kms": ("Decrypt", "GenerateDataKey", "ScheduleKeyDeletion", "PutKeyPolicy", "DescribeKey"),
    "sqs": ("SendMessage", "ReceiveMessage", "SetQueueAttributes", "PurgeQueue"),
    "sns": ("Publish", "Subscribe", "SetTopicAttributes"),
    "secretsmanager": ("GetSecretValue", "PutSecretValue", "PutResourcePolicy", "DeleteSecret"),
    "dynamodb": ("GetItem", "PutItem", "Query", "DeleteTable"),
    "lambda": ("InvokeFunction", "UpdateFunctionCode", "AddPermission", "GetFunction"),
    "ec2": ("TerminateInstances", "StartInstances", "ModifyInstanceAttribute"),
    "iam": (
        *("PassRole", "PutRolePolicy", "AttachRolePolicy", "UpdateAssumeRolePolicy", "GetRole"),
        *("CreateAccessKey", "DeleteRole", "TagRole"),
    ),
    "sts": ("AssumeRole", "TagSession"),
}
"""Actions by service of what they ask for; a role is asked for by `iam` and by `sts`."""

_ODD = ("*", "arn:aws:s3:::nobody-knows/x", "arn:aws:sqs:eu-west-1:000000000012:gone")
"""Resources that are none, or not of the organisation."""
_ALIKE = 0.67
"""Part of the actions and resources that go with one another."""


@dataclass(frozen=True, slots=True)
class Requests:
    """What can be asked for, and by whom."""

    callers: Sequence[str]
    """All roles, users and root users."""
    resources: Sequence[tuple[str, str]]
    """All things and roles with the account that owns each; of buckets an object too."""
    at_home: Mapping[str, Sequence[str]]
    """Account to its callers."""
    chance: random.Random

    def some_callers(self, number: int) -> Sequence[str]:
        """Draw callers without repeats."""
        return self.chance.sample(self.callers, min(number, len(self.callers)))

    def some_actions(self, number: int) -> Sequence[str]:
        """Draw actions: two of three speak of what is there, the third of anything at all."""
        known = [f"{service}:{name}" for service, names in _ACTIONS.items() for name in names]
        near = self.chance.sample(known, min(round(number * _ALIKE), len(known)))
        every = sorted(map(str, catalogue.expand("*")))
        return [*near, *self.chance.sample(every, number - len(near))]

    def some_resources(self, number: int) -> Sequence[str]:
        """Draw resources; one of twenty is unknown, or none at all."""
        odd = max(1, number // 20)
        drawn = self.chance.choices(self.resources, k=number - odd)
        return [*(arn for arn, _ in drawn), *self.chance.choices(_ODD, k=odd)]

    def pairs(self, number: int) -> Sequence[tuple[str, str]]:
        """Draw actions with resources that they can be asked for."""
        return [self._pair(arn) for arn, _ in self.chance.choices(self.resources, k=number)]

    def triples(self, number: int) -> Sequence[tuple[str, str, str]]:
        """Draw single requests, half of them by a caller of the account that owns the resource."""
        found = []
        for arn, owner in self.chance.choices(self.resources, k=number):
            near = self.at_home[owner] if self.chance.random() < 0.5 else self.callers  # noqa: PLR2004 - half
            found.append((self.chance.choice(near), *self._pair(arn)))
        return found

    def _pair(self, resource: str) -> tuple[str, str]:
        service = resource.split(":", 3)[2]
        if service == "iam":
            service = self.chance.choice(("iam", "sts"))
        return f"{service}:{self.chance.choice(_ACTIONS[service])}", resource


def requests(facts: Facts, *, seed: int) -> Requests:
    """Say what can be asked for in an estate."""
    people = _columns(facts, Principal, "type", "arn", "account")
    at_home: dict[str, list[str]] = {}
    for type_, arn, account in people:
        if type_ != "group":
            at_home.setdefault(account, []).append(arn)
    things = [
        (arn, account)
        for table in (Store, Key, Workload)
        for arn, account in _columns(facts, table, "arn", "account")
    ]
    objects = [(f"{arn}/a/b", account) for arn, account in things if arn.startswith("arn:aws:s3:")]
    roles = [(arn, account) for type_, arn, account in people if type_ == "role"]
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    # As many roles as things: a role is the commonest thing there is.
    some = chance.sample(roles, min(len(roles), len(things)))
    return Requests(
        callers=[arn for held in at_home.values() for arn in held],
        resources=[*things, *objects, *some],
        at_home=at_home,
        chance=chance,
    )


def _columns(facts: Facts, table: type[Row], *names: str) -> list[tuple[str, ...]]:
    held = facts.table(table)
    return list(zip(*(held.column(name).to_pylist() for name in names), strict=True))
