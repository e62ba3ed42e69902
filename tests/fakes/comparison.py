# SPDX-License-Identifier: Apache-2.0
"""The kernel beside the definition on one estate, question by question."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bartizan.model.facts import Facts
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from tests.fakes.disagreement import smallest, told
from tests.fakes.engines import ALLOWED, defined
from tests.fakes.generated_request import Question

WORDS = ("denied", "allowed", "unknown")


@dataclass(frozen=True)
class Difference:
    """The engines do not agree on one caller."""

    name: str
    by_definition: int
    by_kernel: int


class Pair:
    """Both engines, made ready for one estate."""

    def __init__(self, facts: Facts, names: Iterable[str] = ()) -> None:
        self.estate = Estate(facts)
        known = dict.fromkeys((*Kernel.compile(facts).names, *names))
        self.kernel = Kernel.of(Estate(facts), tuple(known))
        self._turn = 0

    def differences(self, asked: Question) -> Iterator[Difference]:
        """Ask for every caller at once, and in turn for one in four alone."""
        self._turn += 1
        at_once = self.kernel.who_can(
            asked.action, asked.resource, chosen=asked.chosen, complete=asked.complete
        )
        for number, (name, found) in enumerate(
            zip(self.kernel.names, at_once.tolist(), strict=True)
        ):
            wanted = defined(self.estate, name, asked)
            if found != wanted:
                yield Difference(name, wanted, found)
            elif (number + self._turn) % 4 == 0:
                alone = self.alone(name, asked)
                if alone != wanted:
                    yield Difference(name, wanted, alone)

    def allowed(self, asked: Question) -> int:
        """Return how many callers may, as the kernel says."""
        found = self.kernel.who_can(
            asked.action, asked.resource, chosen=asked.chosen, complete=asked.complete
        )
        return int((found == ALLOWED).sum())

    def alone(self, name: str, asked: Question) -> int:
        """Let the kernel decide one caller's request."""
        return self.kernel.decide(
            name, asked.action, asked.resource, chosen=asked.chosen, complete=asked.complete
        )


def complaint(facts: Facts, asked: Question, found: Sequence[Difference]) -> str:
    """Tell a disagreement on as few rows as show it."""
    first = found[0]

    def fails(lesser: Facts) -> bool:
        pair = Pair(lesser, (first.name,))
        return any(one.name == first.name for one in pair.differences(asked))

    words = (
        f"{first.name}: {asked}",
        f"definition {WORDS[first.by_definition]}, kernel {WORDS[first.by_kernel]}",
    )
    return told(smallest(facts, fails), words)
