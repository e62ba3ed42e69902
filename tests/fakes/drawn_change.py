# SPDX-License-Identifier: Apache-2.0
"""Changes of Terraform code over an estate, drawn one after the other: each is one edit of what
there is, and half of the edits are look-alikes that give nobody anything.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

TYPES = (
    "aws_iam_group", "aws_iam_group_membership", "aws_iam_group_policy", "aws_iam_policy",
    "aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment", "aws_iam_user",
    "aws_kms_key", "aws_lambda_function", "aws_lambda_permission", "aws_s3_bucket",
    "aws_s3_bucket_policy", "aws_s3_bucket_public_access_block", "aws_secretsmanager_secret",
    "aws_secretsmanager_secret_policy", "aws_sqs_queue", "aws_sqs_queue_policy",
)  # fmt: skip
OUTSIDE = "arn:aws:iam::999999999999:root"
HARMLESS = "polly:SynthesizeSpeech"

Thing: TypeAlias = dict[str, Any]
"""Arguments of a resource; a policy document is a dictionary."""


@dataclass
class DrawnCode:
    """Code that is edited by dice: what it names of the estate are roles and stores of it."""

    account: str
    roles: Sequence[str]
    """Names of roles of the account that are there and are not in the code."""
    stores: Sequence[str]
    """ARNs of buckets and secrets anywhere."""
    dice: Random
    things: dict[str, Thing] = field(default_factory=dict)
    _count: int = 0

    def __post_init__(self) -> None:
        """Begin with roles that an outsider and everybody may act as, and that may do nothing."""
        for label, who in (("n-outside", OUTSIDE), ("n-all", "*")):
            told = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": who}}
            trust = _document([told])
            self.things[f"aws_iam_role.{label}"] = {
                "name": f"drawn-{label}", "assume_role_policy": trust
            }  # fmt: skip

    def edit(self, *, harmless: bool) -> None:
        """Change one thing: put one, take one away, or draw a part of one anew."""
        way = self.dice.random()
        if way < 1 / 2 or not self.things:
            self._put(harmless=harmless)
        elif way < 2 / 3:
            self._take(self.dice.choice(sorted(self.things)))
        else:
            self._redraw(self.dice.choice(sorted(self.things)), harmless=harmless)

    def text(self) -> str:
        """Return the code as one file of JSON."""
        resources: dict[str, dict[str, Thing]] = {}
        for address, held in sorted(self.things.items()):
            type_, _, label = address.partition(".")
            resources.setdefault(type_, {})[label] = {
                name: json.dumps(value) if name in _DOCUMENTS else value
                for name, value in held.items()
            }
        provider = {"aws": {"region": "eu-west-1"}}
        told = {"provider": provider} | ({"resource": resources} if resources else {})
        return json.dumps(told, indent=1)

    def _take(self, address: str) -> None:
        """Take a thing away with all that names it."""
        gone = {address}
        while more := {
            other
            for other, held in self.things.items()
            if other not in gone and any(f"${{{one}." in json.dumps(held) for one in gone)
        }:
            gone |= more
        self.things = {name: held for name, held in self.things.items() if name not in gone}

    def _redraw(self, address: str, *, harmless: bool) -> None:
        held, type_ = dict(self.things[address]), address.partition(".")[0]
        if type_ == "aws_iam_role" and self.dice.random() < 1 / 2:
            held["permissions_boundary"] = self._boundary()
        elif "assume_role_policy" in held:
            held["assume_role_policy"] = self._trust(harmless=harmless)
        elif type_ in {"aws_iam_policy", "aws_iam_role_policy", "aws_iam_group_policy"}:
            held["policy"] = self._policy(harmless=harmless)
        elif "policy" in held:
            held["policy"] = self._of_resource(_ACTIONS[type_], harmless=harmless)
        elif type_ == "aws_s3_bucket_public_access_block":
            for name in _SWITCHES:
                held[name] = harmless or self.dice.random() < 1 / 2
        else:
            held["tags"] = {"team": self.dice.choice("abc")}
            if type_ not in _TAGGED:
                held.pop("tags")
        self.things[address] = {name: value for name, value in held.items() if value is not None}

    def _put(self, *, harmless: bool) -> None:
        self._count += 1
        label = f"n{self._count}"
        kind = self.dice.choice(
            ["role", "role", "policy", "policy", "attached", "attached", "group", "bucket",
             "queue", "secret", "key", "function"]
        )  # fmt: skip
        held = getattr(self, f"_{kind}")(label, harmless)
        self.things |= held

    def _role(self, label: str, harmless: bool) -> dict[str, Thing]:  # noqa: FBT001 - chosen by name
        trust = self._trust(harmless=harmless)
        role = {"name": f"drawn-{label}", "assume_role_policy": trust}
        if boundary := self.dice.choice([None, None, self._boundary()]):
            role["permissions_boundary"] = boundary
        return {f"aws_iam_role.{label}": role}

    def _policy(self, label: str = "", harmless: bool = False) -> Any:  # noqa: ANN401, FBT001, FBT002
        if not label:
            return _document(
                self._statement(harmless=harmless) for _ in range(self.dice.choice((1, 1, 2)))
            )
        held = {
            "name": f"drawn-{label}",
            "role": self._a_role(),
            "policy": self._policy(harmless=harmless),
        }
        return {f"aws_iam_role_policy.{label}": held}

    def _attached(self, label: str, harmless: bool) -> dict[str, Thing]:  # noqa: FBT001
        policies = [one for one in self.things if one.startswith("aws_iam_policy.")]
        found: dict[str, Thing] = {}
        if not policies or self.dice.random() < 1 / 2:
            held = {"name": f"drawn-{label}", "policy": self._policy(harmless=harmless)}
            found[f"aws_iam_policy.{label}"] = held
            policies = [f"aws_iam_policy.{label}"]
        arn = "${" + self.dice.choice(sorted(policies)) + ".arn}"
        held = {"role": self._a_role(), "policy_arn": arn}
        return {**found, f"aws_iam_role_policy_attachment.{label}": held}

    def _group(self, label: str, harmless: bool) -> dict[str, Thing]:  # noqa: FBT001
        group = f"${{aws_iam_group.{label}.name}}"
        policy = {"name": "own", "group": group, "policy": self._policy(harmless=harmless)}
        user = f"${{aws_iam_user.{label}.name}}"
        return {
            f"aws_iam_group.{label}": {"name": f"drawn-{label}"},
            f"aws_iam_user.{label}": {"name": f"drawn-{label}"},
            f"aws_iam_group_membership.{label}": {"name": label, "group": group, "users": [user]},
            f"aws_iam_group_policy.{label}": policy,
        }

    def _bucket(self, label: str, harmless: bool) -> dict[str, Thing]:  # noqa: FBT001
        bucket = f"${{aws_s3_bucket.{label}.bucket}}"
        policy = self._of_resource(
            "s3:GetObject", on=f"arn:aws:s3:::drawn-{label}/*", harmless=harmless
        )
        closed = {name: self.dice.random() < 1 / 3 for name in _SWITCHES}
        return {
            f"aws_s3_bucket.{label}": {"bucket": f"drawn-{label}"},
            f"aws_s3_bucket_public_access_block.{label}": {"bucket": bucket, **closed},
            f"aws_s3_bucket_policy.{label}": {"bucket": bucket, "policy": policy},
        }

    def _queue(self, label: str, harmless: bool) -> dict[str, Thing]:  # noqa: FBT001
        policy = self._of_resource("sqs:ReceiveMessage", harmless=harmless)
        url = f"${{aws_sqs_queue.{label}.id}}"
        return {
            f"aws_sqs_queue.{label}": {"name": f"drawn-{label}"},
            f"aws_sqs_queue_policy.{label}": {"queue_url": url, "policy": policy},
        }

    def _secret(self, label: str, harmless: bool) -> dict[str, Thing]:  # noqa: FBT001
        policy = self._of_resource("secretsmanager:GetSecretValue", harmless=harmless)
        arn = f"${{aws_secretsmanager_secret.{label}.arn}}"
        return {
            f"aws_secretsmanager_secret.{label}": {"name": f"drawn-{label}"},
            f"aws_secretsmanager_secret_policy.{label}": {"secret_arn": arn, "policy": policy},
        }

    def _key(self, label: str, harmless: bool) -> dict[str, Thing]:  # noqa: FBT001
        # One alone: only AWS knows the ids of keys, by which two would be told apart.
        del label
        policy = self._of_resource("kms:Decrypt", harmless=harmless)
        return {"aws_kms_key.only": {"policy": policy}}

    def _function(self, label: str, harmless: bool) -> dict[str, Thing]:  # noqa: FBT001
        who = self.account if harmless else self.dice.choice(["999999999999", "*", self.account])
        name = f"${{aws_lambda_function.{label}.function_name}}"
        return {
            f"aws_lambda_function.{label}": {
                "function_name": f"drawn-{label}",
                "role": f"arn:aws:iam::{self.account}:role/{self.dice.choice(self.roles)}",
                "handler": "main.handler", "runtime": "python3.12", "filename": "code.zip",
            },
            f"aws_lambda_permission.{label}": {
                "function_name": name, "statement_id": "drawn", "principal": who,
                "action": self.dice.choice(["lambda:UpdateFunctionCode", "lambda:InvokeFunction"]),
            },
        }  # fmt: skip

    def _boundary(self) -> str | None:
        policies = sorted(one for one in self.things if one.startswith("aws_iam_policy."))
        return f"${{{self.dice.choice(policies)}.arn}}" if policies else None

    def _a_role(self) -> str:
        own = [f"${{{one}.name}}" for one in self.things if one.startswith("aws_iam_role.")]
        return self.dice.choice([*self.roles, *own, *own])

    def _trust(self, *, harmless: bool) -> Thing:
        who: list[Thing] = [
            {"Service": "ec2.amazonaws.com"}, {"Service": "lambda.amazonaws.com"}
        ]  # fmt: skip
        if not harmless:
            who += [{"AWS": OUTSIDE}, {"AWS": "*"}, {"AWS": ["*", OUTSIDE]}, {"AWS": self._own()}]
        told: Thing = {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": self.dice.choice(who),
        }
        if not harmless and self.dice.random() < 1 / 5:
            told["Condition"] = {"StringEquals": {"aws:PrincipalAccount": ["999999999999"]}}
        return _document([told])

    def _own(self) -> str:
        role = f"arn:aws:iam::{self.account}:role/{self.dice.choice(self.roles)}"
        return self.dice.choice([role, f"arn:aws:iam::{self.account}:root"])

    def _statement(self, *, harmless: bool) -> Thing:
        if harmless:
            return {"Effect": "Allow", "Action": HARMLESS, "Resource": "*"}
        action = self.dice.choice(
            ["*", "iam:*", ["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"],
             "iam:PassRole", ["lambda:CreateFunction", "lambda:InvokeFunction"],
             "sts:AssumeRole", ["s3:GetObject", "s3:ListBucket"], "secretsmanager:GetSecretValue",
             "iam:AttachRolePolicy", "lambda:UpdateFunctionCode", HARMLESS]
        )  # fmt: skip
        on = self.dice.choice(["*", "*", self.dice.choice(self.stores)])
        effect = "Deny" if self.dice.random() < 1 / 5 else "Allow"
        return {"Effect": effect, "Action": action, "Resource": on}

    def _of_resource(self, action: str, *, harmless: bool, on: str = "*") -> Thing:
        own = {"AWS": f"arn:aws:iam::{self.account}:root"}
        who = [own] if harmless else ["*", {"AWS": OUTSIDE}, {"AWS": self._own()}, own]
        keeps: Thing = {"Effect": "Allow", "Principal": own, "Action": action, "Resource": on}
        more: Thing = {**keeps, "Principal": self.dice.choice(who)}
        if not harmless and self.dice.random() < 1 / 5:
            more["Effect"] = "Deny"
        return _document([keeps, more])


_DOCUMENTS = frozenset({"assume_role_policy", "policy"})
_SWITCHES = (
    "block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets",
)  # fmt: skip
_TAGGED = frozenset(
    {
        "aws_iam_user",
        "aws_lambda_function",
        "aws_s3_bucket",
        "aws_secretsmanager_secret",
        "aws_sqs_queue",
    }
)
_ACTIONS: Mapping[str, str] = {
    "aws_kms_key": "kms:Decrypt",
    "aws_s3_bucket_policy": "s3:GetObject",
    "aws_secretsmanager_secret_policy": "secretsmanager:GetSecretValue",
    "aws_sqs_queue_policy": "sqs:ReceiveMessage",
}


def _document(statements: Any) -> Thing:  # noqa: ANN401 - statements
    return {"Version": "2012-10-17", "Statement": list(statements)}
