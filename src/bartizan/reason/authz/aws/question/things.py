# SPDX-License-Identifier: Apache-2.0
"""What one caller could have rights on: things of its own account, things elsewhere whose policy
may name it, and examples of what the snapshot does not hold.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.estate import Key, Store, Workload
from bartizan.model.facts.gap import Unread
from bartizan.model.facts.organization import Account
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.estate.estate import Estate, is_trust
from bartizan.reason.authz.aws.estate.pattern import FRESH, instance
from bartizan.reason.authz.aws.policy.document import Effect, Statement
from bartizan.reason.authz.aws.question.expand import THINGS
from bartizan.reason.authz.aws.request import Caller, RequestPrincipal

MOST = 1_000
"""Things elsewhere that one question is about."""

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

_SEGMENTS = 6
_REGION = "us-east-1"
_OPEN_TO_ALL = (
    r'"(Principal|AWS|Service|Federated)"\s*:\s*"\*"',
    r'"(AWS|Service|Federated)"\s*:\s*\[[^\]]*"\*"',
    r'"(NotPrincipal|CanonicalUser)"\s*:',
    r"\\",
)
"""How a policy names everybody, or somebody whose account it does not tell. A text with escapes
may spell anything.
"""
_NEEDS_ITS_OWN_POLICY = "arn:*:kms:*:*:key/*"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Things of other accounts that a caller may have rights on."""

    things: frozenset[str]
    left_out: int
    """Those beyond the bound, which are not asked about."""


def elsewhere(facts: Facts, who: RequestPrincipal, *, most: int = MOST) -> Elsewhere:
    """Find the things whose policies, or grants, may name a caller; first those that name it or
    its account. Things whose policies were not read may.
    """
    held = facts.table(Policy)
    kind = pc.is_in(held["type"], value_set=pa.array(["resource", "trust"])).to_numpy()
    written = pc.coalesce(held["document"], pa.scalar(""))
    needles = {who.account, who.arn, who.session, who.unique_id}
    needles.add(who.arn.partition(":oidc-provider/")[2])
    needles.discard("")
    named = kind & _matches(written, map(re.escape, sorted(needles)))
    open_ = kind & (_matches(written, _OPEN_TO_ALL) | np.asarray(pc.is_null(held["document"])))
    first = _carriers(facts, held, named)
    first |= {row.key for row in facts.rows(KeyGrant) if row.grantee in needles}
    then = _carriers(facts, held, open_)
    then |= {row.resource for row in facts.rows(Unread) if "Policy" in row.operation}
    then |= _always_unread(facts) - _carriers(facts, held, kind)
    mine = {who.account} - {""}
    found = [
        one
        for one in (*sorted(first), *sorted(then - first))
        if one.startswith("arn:") and account_of(one) not in mine
    ]
    return Elsewhere(frozenset(found[:most]), max(len(found) - most, 0))


def _matches(texts: Any, patterns: Iterable[str]) -> Mask:  # noqa: ANN401 - a column of texts
    found: Mask = np.zeros(len(texts), dtype=np.bool_)
    for pattern in patterns:
        found |= np.asarray(pc.match_substring_regex(texts, pattern), dtype=np.bool_)
    return found


def _always_unread(facts: Facts) -> set[str]:
    """Name the things of which it is unknown what their policies say where none is attached: keys,
    which have one always, and things whose policies no source reads.
    """
    of_service: dict[str, set[str]] = defaultdict(set)
    for table in (Store, Key, Workload):
        for arn in map(str, facts.table(table)["arn"].to_pylist()):
            of_service[arn.split(":", 3)[2] if arn.count(":") > 2 else ""].add(arn)  # noqa: PLR2004 - the service of an ARN
    bare = Estate(Facts.of_tables({Account.table: facts.table(Account)}))
    found: set[str] = set()
    for service, arns in of_service.items():
        if service not in {"", "s3"} and bare.resource_policy(min(arns), is_trust("")) is not None:
            found |= arns
    return found


def _carriers(facts: Facts, policies: pa.Table, mask: Mask) -> set[str]:
    """Name what some of the policies are attached to as policies of resources."""
    ids = policies.filter(pa.array(mask))["id"]
    places = facts.table(Attachment)
    uses = pc.is_in(places["use"], value_set=pa.array(["resource", "trust"])).to_numpy()
    about = pc.is_in(places["policy"], value_set=ids.combine_chunks()).to_numpy()
    return set(map(str, places.filter(pa.array(uses & about))["target"].to_pylist()))


class Things:
    """What one caller is asked about, on an estate that holds it and what is elsewhere."""

    def __init__(self, estate: Estate, who: RequestPrincipal, others: Iterable[str]) -> None:
        self._estate, self._who, self._others = estate, who, frozenset(others)

    @cached_property
    def held(self) -> tuple[str, ...]:
        """Things of the estate, sorted, each bucket with an object."""
        own = set(self._others)
        for table in THINGS:
            columns = self._estate.facts.table(table)
            pairs = zip(columns["arn"].to_pylist(), columns["account"].to_pylist(), strict=True)
            own.update(str(arn) for arn, owner in pairs if owner in {self._who.account, ""})
        inside = {f"{arn}/{FRESH}" for arn in own if _is_bucket(arn)}
        return tuple(sorted(own | inside))

    def examples(self, statements: Iterable[Statement]) -> tuple[str, ...]:
        """Return a thing for each resource that the caller's statements allow it by name or
        pattern, where that is none of those held.
        """
        known = frozenset(self.held)
        found = set()
        for statement in statements:
            if statement.effect is Effect.ALLOW:
                found |= {self._example(text) for text in statement.resource or ()}
        return tuple(sorted(found - known - {""}))

    def _example(self, pattern: str) -> str:
        parts = self._filled(pattern).split(":", _SEGMENTS - 1)
        if len(parts) < _SEGMENTS:
            return ""
        own = ("", self._partition, "", self._region, self._who.account or FRESH)
        for place in (1, 3, 4):
            if parts[place] == "*":
                parts[place] = own[place]
        text = ":".join(parts)
        return "" if "${" in text else instance(text)

    def _filled(self, pattern: str) -> str:
        """Put the caller's own name and account in the place of their variables."""
        who = self._who
        name = who.arn.rsplit("/", 1)[-1] if who.type is Caller.USER else ""
        values = (("aws:username", name), ("aws:PrincipalAccount", who.account))
        for key, value in values:
            if value:
                pattern = pattern.replace(f"${{{key}}}", value)
        return pattern

    def of_type(self, kind: catalogue.ResourceType, region: str = "") -> str:
        """Return an example of a type of thing in the caller's account, in a region or the usual
        one; empty where its ARN does
        not say whose it is, or where a thing has no rights without a policy of its own.
        """
        parts = kind.arn.split(":", _SEGMENTS - 1)
        if kind.arn == _NEEDS_ITS_OWN_POLICY or len(parts) < _SEGMENTS or not parts[4]:
            return ""
        own = (parts[0], self._partition, parts[2], region or self._region, self._who.account)
        parts[:5] = [
            mine if part == "*" else part for part, mine in zip(parts[:5], own, strict=True)
        ]
        return instance(":".join(parts)) if parts[4] == self._who.account else ""

    @cached_property
    def _region(self) -> str:
        """Where most of what is held lies."""
        regions = Counter(text.split(":", 4)[3] for text in self.held if text.count(":") > 3)  # noqa: PLR2004 - the region of an ARN
        regions.pop("", None)
        return min(regions, key=lambda name: (-regions[name], name)) if regions else _REGION

    @property
    def _partition(self) -> str:
        return self._who.arn.split(":", 2)[1] if self._who.arn.startswith("arn:") else "aws"

    def unread(self) -> Iterator[str]:
        """Name accounts whose things nobody has read, the caller's own too."""
        for account in sorted(self._estate.accounts):
            if not self._estate.accounts[account].collected:
                yield f"things of account {account}"


def _is_bucket(arn: str) -> bool:
    return arn.split(":", 3)[2:3] == ["s3"] and "/" not in arn and arn.startswith("arn:")
