# SPDX-License-Identifier: Apache-2.0
"""Rewrites a policy document to a shorter one that means the same, and proves that it does."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

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

MOST_PROOFS = 200
"""Proofs that are tried for one document; what is left then is left as it was."""


@dataclass(slots=True)
class _Work:
    """Where the rewriting stands."""

    document: Document
    type: str
    proofs: int = 0
    done: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unwanted: set[Hashable] = field(default_factory=set)

    def run(self, sweep: Sweep) -> bool:
        """Take all that one way proposes, proved at once, or else one by one; return whether
        anything changed.
        """
        proposed = list(sweep(self.document, frozenset(self.unwanted)))
        if not proposed or self.proofs >= MOST_PROOFS:
            return False
        if not self._refusal(proposed[-1]):
            self._take(proposed)
            return True
        changed = False
        while self.proofs < MOST_PROOFS:
            change = next(sweep(self.document, frozenset(self.unwanted)), None)
            if change is None:
                break
            refusal = self._refusal(change)
            if refusal:
                self.unwanted.add(change.key)
                self.left.append(f"{change.says}: {refusal}")
            else:
                self._take([change])
                changed = True
        return changed

    def _refusal(self, change: Change) -> str:
        """Return why a change is not kept; empty where its proof holds."""
        self.proofs += 1
        proof = equivalent(self.document, change.document, type=self.type)
        return "" if proof.holds is True else proof.why or "no proof was found"

    def _take(self, changes: list[Change]) -> None:
        self.document = changes[-1].document
        self.done.extend(change.says for change in changes)


def minimize(text: str, *, name: str, type: str) -> Minimized:  # noqa: A002 - the word of the `policy` table
    """Rewrite the policy document `text`, which errors call `name`, to a shorter one.

    Raises:
        PolicyError: it is not a policy document of that type.
    """
    document, sheet = read(text, name=name, type=type), Sheet.of(text)
    work = _Work(document, type)
    changed = True
    while changed and work.proofs < MOST_PROOFS:
        # All ways are gone through each time, since one can make room for another.
        changed = sum(work.run(sweep) for sweep in SWEEPS) > 0
    if work.proofs >= MOST_PROOFS:
        work.left.append(f"what was not tried within {MOST_PROOFS} proofs")
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
