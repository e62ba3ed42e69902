# SPDX-License-Identifier: Apache-2.0
"""Rewrites a policy document to a shorter one that means the same, and proves that it does."""

from collections.abc import Hashable, Sequence

from msgspec import Struct, field

from bartizan.model.rewrite import Minimized
from bartizan.reason.authz.aws.policy.document import Document
from bartizan.reason.authz.aws.policy.read import read
from bartizan.reason.authz.aws.rewrite.change import Change, Sweep
from bartizan.reason.authz.aws.rewrite.equivalence import equivalent
from bartizan.reason.authz.aws.rewrite.merge import merge
from bartizan.reason.authz.aws.rewrite.needless import drop_patterns, drop_statements
from bartizan.reason.authz.aws.rewrite.tidy import tidy
from bartizan.reason.authz.aws.rewrite.written import Sheet, compact, size, written

SWEEPS: Sequence[Sweep] = (tidy, drop_statements, drop_patterns, merge)
"""All ways to write a document shorter, in the order in which they are tried. None of them is
trusted: each is proved. A list of actions is never drawn together into a wildcard, which would
also name actions that come to be later."""

MOST_PROOFS = 2_000
"""Proofs that are tried for one document; what is left then is left as it was."""
MOST_PATTERNS = 600
"""Actions and resources in what is compared for one change."""
MOST_WORK = 1_000_000
"""Pairs of patterns in all that is compared for one document."""
MOST_REFUSALS = 10
"""Proofs that may fail; those that end open are the dear ones."""


class _Work(Struct):
    """Where the rewriting stands."""

    document: Document
    type: str
    proofs: int = 0
    work: int = 0
    """Pairs of patterns in all that was compared."""
    done: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unwanted: set[Hashable] = field(default_factory=set)

    def run(self, sweep: Sweep) -> bool:
        """Take what one way proposes, each change on its own proof; return whether any was."""
        before, refused = len(self.done), True
        while refused and not self.spent():
            refused = False
            for change in sweep(self.document, frozenset(self.unwanted)):
                why = self._refusal(change)
                if why:
                    # What comes after rests on it, so the way is gone anew without it.
                    self.unwanted.add(change.key)
                    self.left.append(f"{change.says}: {why}")
                    refused = True
                    break
                self.document = change.document
                self.done.append(change.says)
                if self.spent():
                    break
        return len(self.done) > before

    def spent(self) -> bool:
        """Return whether no further proof is tried."""
        return (
            self.proofs >= MOST_PROOFS or self.work >= MOST_WORK or len(self.left) >= MOST_REFUSALS
        )

    def _refusal(self, change: Change) -> str:
        """Return why a change is not kept; empty where its proof holds."""
        old, new = change.pair
        if old == new:
            return ""
        sizes = [_patterns(one) for one in change.pair]
        if max(sizes) > MOST_PATTERNS:
            return f"more than {MOST_PATTERNS} patterns to compare"
        self.proofs += 1
        self.work += sizes[0] * sizes[1]
        proof = equivalent(old, new, type=self.type)
        return "" if proof.holds is True else proof.why or "no proof was found"


def _patterns(document: Document) -> int:
    """Count the actions, resources, values and callers that a document names."""
    lists = (
        held
        for one in document.statements
        for held in (
            one.action,
            one.not_action,
            one.resource,
            one.not_resource,
            *(test.values for test in one.conditions),
        )
    )
    people = (
        len(named.aws) + len(named.service) + len(named.federated) + len(named.canonical)
        for one in document.statements
        for named in (one.principal, one.not_principal)
        if named is not None
    )
    return sum(len(held) for held in lists if held is not None) + sum(people)


def minimize(text: str, *, name: str, type: str) -> Minimized:  # noqa: A002 - the word of the `policy` table
    """Rewrite the policy document `text`, which errors call `name`, to a shorter one.

    Raises:
        PolicyError: it is not a policy document of that type.
    """
    document, sheet = read(text, name=name, type=type), Sheet.of(text)
    work = _Work(document, type)
    changed = True
    while changed and not work.spent():
        # All ways are gone through each time, since one can make room for another.
        changed = sum(work.run(sweep) for sweep in SWEEPS) > 0
    if work.spent():
        work.left.append("what else there may be: too many proofs were tried")
    shorter = compact(written(work.document, sheet))
    if not work.done or size(shorter) > size(text):
        shorter, work.done, work.document = text, [], document
    return Minimized(
        name=name,
        type=type,
        text=shorter,
        before=size(text),
        after=size(shorter),
        statements_before=len(document.statements),
        statements_after=len(work.document.statements),
        done=tuple(work.done),
        left=tuple(work.left),
    )
