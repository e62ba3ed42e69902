# SPDX-License-Identifier: Apache-2.0
"""Things of other accounts whose policies, or grants, may name a caller, by an index.

A policy is not read for that: a text that spells an account or the id of a principal may name it,
and one with a wildcard in the place of a principal may name anybody. The index is made of tables,
so that it can be kept with a snapshot.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
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
from bartizan.reason.authz.aws.estate.estate import Estate, is_trust
from bartizan.reason.authz.aws.estate.parts import Lists, Sorted
from bartizan.reason.authz.aws.request import RequestPrincipal

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]

_OPEN_TO_ALL = (
    r'"(Principal|AWS|Service|Federated)"\s*:\s*"\*"',
    r'"(AWS|Service|Federated)"\s*:\s*\[[^\]]*"\*"',
    r'"(NotPrincipal|CanonicalUser)"\s*:',
    r"\\",
)
"""How a policy names everybody, or somebody whose account it does not tell. A text with escapes
may spell anything.
"""
_WORD = re.compile(r"(?<![0-9A-Za-z])(?:[0-9]{12}(?![0-9A-Za-z])|(?:AIDA|AROA)[0-9A-Za-z_-]+)")
"""An account, or the unique id of a user or role.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
"""


class Elsewhere:
    """Finds what may name a caller."""

    def __init__(self, facts: Facts, tables: Mapping[str, pa.Table]) -> None:
        """Take an index that was made of these facts."""
        self._facts = facts
        named = tables["elsewhere.named"]
        self._word, self._things = Sorted(named["word"]), Lists(named["things"])
        self._arns = tables["elsewhere.arns"]["arn"]
        self._open = tables["elsewhere.open"]["arn"]

    @classmethod
    def of(cls, facts: Facts) -> "Elsewhere":
        """Index facts."""
        return cls(facts, index(facts))

    @cached_property
    def open(self) -> tuple[str, ...]:
        """Things whose policies may name anybody, or were not read, sorted."""
        return tuple(map(str, self._open.to_pylist()))

    def skipped(self, account: str, named: Collection[str]) -> int:
        """Return how many of `open` are of an account, or among some others."""
        others = {arn for arn in named if self._is_open(arn) and account_of(arn) != account}
        return self._count.get(account, 0) * bool(account) + len(others)

    def _is_open(self, arn: str) -> bool:
        place = bisect_left(self.open, arn)
        return place < len(self.open) and self.open[place] == arn

    @cached_property
    def _count(self) -> Counter[str]:
        return Counter(map(account_of, self.open))

    def named(self, who: RequestPrincipal) -> tuple[str, ...]:
        """Return the things whose policies or grants may name a caller or its account, sorted."""
        words = {who.account, who.unique_id} if who.account else {who.arn, _issuer(who.arn)}
        words.discard("")
        if not all(map(_WORD.fullmatch, words)):
            return tuple(sorted(_spelling(self._facts, words)))
        found: set[int] = set()
        for word in words:
            if (place := self._word.place(word)) is not None:
                found.update(self._things[place].tolist())
        return tuple(str(self._arns[number].as_py()) for number in sorted(found))


def _issuer(arn: str) -> str:
    return arn.partition(":oidc-provider/")[2]


def index(facts: Facts) -> dict[str, pa.Table]:
    """Return the index over `facts`, as tables."""
    held = facts.table(Policy)
    kind = _of_resources(held)
    texts = pc.coalesce(held["document"], pa.scalar(""))
    open_ = kind & (_matches(texts, _OPEN_TO_ALL) | np.asarray(pc.is_null(held["document"])))
    anybody = _carriers(facts, held, open_)
    anybody |= {row.resource for row in facts.rows(Unread) if "Policy" in row.operation}
    anybody |= _always_unread(facts) - _carriers(facts, held, kind)
    words = _words(facts, held, texts, kind)
    arns = sorted({arn for named in words.values() for arn in named})
    place = {arn: number for number, arn in enumerate(arns)}
    lists = [sorted(place[arn] for arn in words[word]) for word in sorted(words)]
    return {
        "elsewhere.open": pa.table(
            {"arn": pa.array(sorted(filter(_is_arn, anybody)), pa.large_string())}
        ),
        "elsewhere.arns": pa.table({"arn": pa.array(arns, pa.large_string())}),
        "elsewhere.named": pa.table(
            {
                "word": pa.array(sorted(words), pa.string()),
                "things": pa.array(lists, pa.list_(pa.int32())),
            }
        ),
    }


def _words(facts: Facts, policies: pa.Table, texts: Any, kind: Mask) -> dict[str, set[str]]:  # noqa: ANN401 - a column of texts
    """Return by word the things whose policies or grants have it, but those of that account."""
    places = facts.table(Attachment)
    targets: dict[str, list[str]] = defaultdict(list)
    uses = places.filter(pa.array(_of_resources(places, "use")))
    for policy, target in zip(uses["policy"].to_pylist(), uses["target"].to_pylist(), strict=True):
        if _is_arn(str(target)):
            targets[str(policy)].append(str(target))
    chosen = pa.array(kind)
    ids = policies["id"].filter(chosen).to_pylist()
    found: dict[str, set[str]] = defaultdict(set)
    for policy, text in zip(ids, texts.filter(chosen).to_pylist(), strict=True):
        for target in targets.get(str(policy), ()):
            for word in set(_WORD.findall(str(text))) - {account_of(target)}:
                found[word].add(target)
    for grant in facts.rows(KeyGrant):
        for word in set(_WORD.findall(grant.grantee)) - {account_of(grant.key)}:
            found[word].add(grant.key)
    return found


def _spelling(facts: Facts, needles: Iterable[str]) -> Iterator[str]:
    """Yield the things whose policies or grants spell one of `needles`, perhaps twice."""
    held = facts.table(Policy)
    texts = pc.coalesce(held["document"], pa.scalar(""))
    named = _of_resources(held) & _matches(texts, map(re.escape, sorted(needles)))
    yield from filter(_is_arn, _carriers(facts, held, named))
    for row in facts.rows(KeyGrant):
        if any(needle in row.grantee for needle in needles):
            yield row.key


def _is_arn(text: str) -> bool:
    return text.startswith("arn:")


def _of_resources(table: pa.Table, column: str = "type") -> Mask:
    found: Mask = pc.is_in(table[column], value_set=pa.array(["resource", "trust"])).to_numpy()
    return found


def _matches(texts: Any, patterns: Iterable[str]) -> Mask:  # noqa: ANN401 - a column of texts
    found: Mask = np.zeros(len(texts), dtype=np.bool_)
    for pattern in patterns:
        found |= np.asarray(pc.match_substring_regex(texts, pattern), dtype=np.bool_)
    return found


def _carriers(facts: Facts, policies: pa.Table, mask: Mask) -> set[str]:
    """Name what some of the policies are attached to as policies of resources."""
    ids = policies.filter(pa.array(mask))["id"]
    places = facts.table(Attachment)
    about = pc.is_in(places["policy"], value_set=ids.combine_chunks()).to_numpy()
    chosen = _of_resources(places, "use") & about
    return set(map(str, places.filter(pa.array(chosen))["target"].to_pylist()))


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
