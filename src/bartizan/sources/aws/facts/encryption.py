# SPDX-License-Identifier: Apache-2.0
"""Finds the key that a reader must be able to use, however a resource names it.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id
"""

from collections.abc import Mapping
from typing import Self

from msgspec import Struct

from bartizan.model.record import Record, Records


class Keys(Struct, frozen=True):
    """The keys of an estate, by all their names."""

    targets: Mapping[str, str]
    """ARN of an alias to the id of its key."""
    managed: frozenset[str]
    """ARNs of the keys that AWS manages: whoever may read through their service may decrypt."""

    @classmethod
    def of(cls, records: Records) -> Self:
        """Read the keys and aliases among `records`."""
        targets, managed = {}, set()
        for alias in records.of("AWS::KMS::Alias"):
            target = alias.body.get("TargetKeyId")
            if isinstance(target, str):
                targets[alias.id] = target
                if ":alias/aws/" in alias.id:
                    managed.add(f"{alias.id.partition(':alias/')[0]}:key/{target}")
        for key in records.of("AWS::KMS::Key"):
            if key.body.get("KeyManager") == "AWS":
                managed.add(key.id)
        return cls(targets, frozenset(managed))

    def arn(self, record: Record, name: str) -> str:
        """Return the ARN of the key that `record` names by ARN, id or alias; empty for none and
        for keys that AWS manages. An alias that was not read stays as its own ARN, so that nobody
        takes it for no key.
        """
        if not name:
            return ""
        partition = record.id.split(":", 2)[1] if record.id.startswith("arn:") else "aws"
        place = f"arn:{partition}:kms:{record.region}:{record.account}:"
        if not name.startswith("arn:"):
            name = place + (name if name.startswith("alias/") else f"key/{name}")
        prefix, _, alias = name.partition(":alias/")
        if alias.startswith("aws/"):
            return ""
        if name in self.targets:
            name = f"{prefix}:key/{self.targets[name]}"
        return "" if name in self.managed else name
