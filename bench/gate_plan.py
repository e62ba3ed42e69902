# SPDX-License-Identifier: Apache-2.0
"""The plan of a change of one account of a drawn organisation, as `terraform show -json` has."""

import json
import random
from collections.abc import Callable
from typing import Any

from bench.documents import allow, document, lets, service, trusts
from bench.gate_estate import ACCOUNT_SIZE, REGION
from bench.member import account_id

Described = dict[str, Any]
_PROVIDER = "registry.terraform.io/hashicorp/aws"
_ALL = "0.0.0.0/0"


def plan(resources: int, *, seed: int, number: int = 1) -> bytes:
    """Draw a plan of so many changes of the account `number`: roles, policies, attachments,
    buckets and security groups that come, change and go.

    One change in a hundred opens something: a role that is let into from outside, or a bucket.
    """
    drawn = _Drawn(number, seed)
    while len(drawn.changes) < resources:
        drawn.draw()
    changes = drawn.changes[:resources]
    arguments: Described = {
        "region": {"constant_value": REGION},
        "allowed_account_ids": {"constant_value": [drawn.account]},
    }
    blocks = [
        {
            **{key: one[key] for key in ("address", "mode", "type", "name")},
            "provider_config_key": "aws",
            "expressions": {name: {} for name in one["change"]["after"] or ()},
        }
        for one in changes
    ]
    whole = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": [_planned(one) for one in changes]}},
        "resource_changes": changes,
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "expressions": arguments}},
            "root_module": {"resources": blocks},
        },
    }
    return json.dumps(whole).encode()


def _planned(change: Described) -> Described:
    held = {key: change[key] for key in ("address", "mode", "type", "name", "provider_name")}
    return {**held, "schema_version": 0, "values": change["change"]["after"] or {}}


class _Drawn:
    """The changes that were drawn until now."""

    def __init__(self, number: int, seed: int) -> None:
        self.account = account_id(number)
        self._number = number
        self._chance = random.Random(seed)  # noqa: S311 - a plan, no secret
        self._made = 0
        self.changes: list[Described] = []
        self._left = {kind: list(range(ACCOUNT_SIZE)) for kind in ("inline", "role", "detach")}
        for places in self._left.values():
            self._chance.shuffle(places)

    def draw(self) -> None:
        """Add one change, or a few that belong together."""
        kinds: tuple[tuple[Callable[[], None], int], ...] = (
            (self._new_role, 4),
            (self._new_bucket, 2),
            (self._new_group, 2),
            (self._rewritten, 3),
            (self._detached, 2),
        )
        draw, _ = self._chance.choices(kinds, [weight for _, weight in kinds])[0]
        self._made += 1
        draw()

    def _add(self, kind: str, *, before: Described | None, after: Described | None) -> None:
        told = {(False, True): "create", (True, False): "delete", (True, True): "update"}
        name = f"r{len(self.changes)}"
        self.changes.append(
            {
                "address": f"{kind}.{name}",
                "mode": "managed",
                "type": kind,
                "name": name,
                "provider_name": _PROVIDER,
                "change": {
                    "actions": [told[before is not None, after is not None]],
                    "before": before,
                    "after": after,
                    "after_unknown": {"id": True, "arn": True} if before is None else {},
                    "before_sensitive": {},
                    "after_sensitive": {},
                },
            }
        )

    def _opens(self) -> bool:
        return self._chance.random() < 0.02  # noqa: PLR2004 - of those of which some may

    def _new_role(self) -> None:
        name = f"new-{self._made}"
        who = {"AWS": "arn:aws:iam::999999999999:root"}
        trust = document(trusts(who)) if self._opens() else service("lambda")
        self._add("aws_iam_role", before=None, after={"name": name, "assume_role_policy": trust})
        bucket = f"arn:aws:s3:::data-{self.account}-{self._chance.randrange(0, ACCOUNT_SIZE, 10)}"
        inline = {
            "name": "own",
            "role": name,
            "policy": document(allow("s3:GetObject", f"{bucket}/*")),
        }
        self._add("aws_iam_role_policy", before=None, after=inline)
        held = {"role": name, "policy_arn": f"arn:aws:iam::{self.account}:policy/base"}
        self._add("aws_iam_role_policy_attachment", before=None, after=held)

    def _new_bucket(self) -> None:
        name = f"new-{self.account}-{self._made}"
        self._add("aws_s3_bucket", before=None, after={"bucket": name, "tags": {"team": "data"}})
        who: Any = "*" if self._opens() else {"AWS": f"arn:aws:iam::{self.account}:role/app-1"}
        text = document(lets(who, "s3:GetObject", f"arn:aws:s3:::{name}/*"))
        self._add("aws_s3_bucket_policy", before=None, after={"bucket": name, "policy": text})

    def _new_group(self) -> None:
        after = {"name": f"new-{self._made}", "vpc_id": f"vpc-{self._number}"}
        opens = {
            "from_port": 443,
            "to_port": 443,
            "protocol": "tcp",
            "cidr_blocks": ["10.0.0.0/16"],
        }
        self._add("aws_security_group", before=None, after={**after, "ingress": [opens]})

    def _rewritten(self) -> None:
        """Rewrite the own policy of a role that is there."""
        place = self._taken("inline")
        held = {"name": "own", "role": f"app-{place}"}
        reads = f"arn:aws:s3:::data-{self.account}-{place // 10 * 10}"
        was = document(allow(["s3:GetObject", "s3:ListBucket"], [reads, f"{reads}/*"]))
        becomes = document(allow(["s3:GetObject", "s3:PutObject"], f"{reads}/*"))
        before, after = {**held, "policy": was}, {**held, "policy": becomes}
        self._add("aws_iam_role_policy", before=before, after=after)

    def _detached(self) -> None:
        place = self._taken("detach")
        held = {"role": f"app-{place}", "policy_arn": f"arn:aws:iam::{self.account}:policy/base"}
        self._add("aws_iam_role_policy_attachment", before=held, after=None)

    def _taken(self, kind: str) -> int:
        """Return the place of a role that was not taken for this kind of change."""
        while self._left[kind]:
            place = self._left[kind].pop()
            if place % 20 != 19 and place % 50 != 7 and place % 100 != 50:  # noqa: PLR2004 - an app's role
                return place
        return self._chance.randrange(ACCOUNT_SIZE // 20) * 20
