# SPDX-License-Identifier: Apache-2.0
"""Things of other accounts whose policies, or grants, may name a caller, by an index.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bartizan.model.arn import account_of
from bartizan.model.facts import Facts
from bartizan.model.facts.policy import Attachment, KeyGrant, Policy
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.part import THINGS
from bartizan.reason.authz.aws.estate.parts import Lists, Sorted
from bartizan.reason.authz.aws.estate.spoken import OF_THINGS, WORD, index
from bartizan.reason.authz.aws.request import UNIQUE_IDS, RequestPrincipal


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
    def of(cls, estate: Estate) -> "Elsewhere":
        """Index an estate."""
        return cls(estate.facts, index(estate))

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
    def owners(self) -> tuple[str, ...]:
        """The accounts in the ARNs of `open`, as many; empty where one has none."""
        return tuple(map(account_of, self.open))

    @cached_property
    def unowned(self) -> frozenset[str]:
        """Those of `open` of which nothing says whose they are."""
        bare = {arn for arn, owner in zip(self.open, self.owners, strict=True) if not owner}
        for kind in THINGS:
            table = self._facts.table(kind).select(["arn", "account"])
            owned = table.filter(pc.not_equal(table["account"], pa.scalar("")))
            bare -= set(map(str, owned["arn"].to_pylist()))
        return frozenset(bare)

    @cached_property
    def _count(self) -> Counter[str]:
        return Counter(self.owners)

    def named(self, who: RequestPrincipal) -> tuple[str, ...]:
        """Return the things whose policies or grants may name a caller or its account, sorted."""
        words = {who.account, who.unique_id} if who.account else {who.arn, _issuer(who.arn)}
        words.discard("")
        # Of whom the unique id is not known, it may be any of its kind.
        begins = [UNIQUE_IDS[who.type]] if who.type in UNIQUE_IDS and not who.unique_id else []
        if not all(map(WORD.fullmatch, words)):
            return tuple(sorted(_spelling(self._facts, {*words, *begins})))
        found: set[int] = set()
        for place in (*self._word.places(words), *chain(*map(self._word.beginning, begins))):
            found.update(self._things[place].tolist())
        return tuple(str(self._arns[number].as_py()) for number in sorted(found))


def _issuer(arn: str) -> str:
    return arn.partition(":oidc-provider/")[2]


def _spelling(facts: Facts, needles: Iterable[str]) -> Iterator[str]:
    """Yield the things whose policies or grants spell one of `needles`, perhaps twice."""
    held, needles = facts.table(Policy), sorted(needles)
    texts = pc.coalesce(held["document"], pa.scalar(""))
    spelled = pc.match_substring_regex(texts, "|".join(map(re.escape, needles)))
    places = facts.table(Attachment)
    ids = held.filter(pa.array(np.asarray(spelled)))["id"].combine_chunks()
    about = np.asarray(pc.is_in(places["policy"], value_set=ids))
    about &= np.asarray(pc.is_in(places["use"], value_set=pa.array(sorted(OF_THINGS))))
    for arn in map(str, places.filter(pa.array(about))["target"].to_pylist()):
        if arn.startswith("arn:"):
            yield arn
    for row in facts.rows(KeyGrant):
        if any(needle in row.grantee for needle in needles):
            yield row.key
