# SPDX-License-Identifier: Apache-2.0
"""The kernel beside the definition on one estate, question by question."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bartizan.model.facts import Facts
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from tests.fakes.disagreement import smallest, written
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
        self.reopened = Kernel.of_tables(self.kernel.tables(), facts)
        self._turn = 0

    def differences(self, asked: Question) -> Iterator[Difference]:
        """Ask for every caller at once, and in turn for one in four alone; one question in four
        of the kernel as it is reopened, the others as it was compiled.
        """
        self._turn += 1
        kernel = self.kernel if self._turn % 4 else self.reopened
        at_once = _everybody(kernel, asked)
        for number, (name, found) in enumerate(zip(kernel.names, at_once, strict=True)):
            told = {found}
            if (number + self._turn // 4) % 4 == 0:
                told.add(_alone(kernel, name, asked))
            wanted = defined(self.estate, name, asked)
            for answer in sorted(told - {wanted}):
                yield Difference(name, wanted, answer)

    def allowed(self, asked: Question) -> int:
        """Return how many callers may, as the kernel says."""
        return _everybody(self.kernel, asked).count(ALLOWED)


def _everybody(kernel: Kernel, asked: Question) -> list[int]:
    found: list[int] = kernel.who_can(
        asked.action, asked.resource, chosen=asked.chosen, complete=asked.complete
    ).tolist()
    return found


def _alone(kernel: Kernel, name: str, asked: Question) -> int:
    return kernel.decide(
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
    return written(smallest(facts, fails), words)
