# SPDX-License-Identifier: Apache-2.0
"""The engines that decide on an estate, behind one face, so that a theorem is tried on each."""

from collections.abc import Sequence
from typing import Protocol

from bartizan.model.facts import Facts
from bartizan.model.verdict import Allowed, Denied, Unknown, Verdict
from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from tests.fakes.generated_request import Question

DENIED, ALLOWED, UNKNOWN = 0, 1, 2
"""As the kernel writes verdicts."""


def code(verdict: Verdict) -> int:
    match verdict:
        case Denied():
            return DENIED
        case Allowed():
            return ALLOWED
        case Unknown():
            return UNKNOWN


class Engine(Protocol):
    """Decides one question for several callers."""

    def __call__(self, facts: Facts, names: Sequence[str], asked: Question) -> list[int]: ...


def by_definition(facts: Facts, names: Sequence[str], asked: Question) -> list[int]:
    estate = Estate(facts)
    return [defined(estate, name, asked) for name in names]


def defined(estate: Estate, name: str, asked: Question) -> int:
    decision = decide(
        estate,
        name,
        asked.action,
        asked.resource,
        chosen=asked.chosen,
        complete=asked.complete,
    )
    return code(decision.verdict)


def by_kernel(facts: Facts, names: Sequence[str], asked: Question) -> list[int]:
    kernel = Kernel.compile(facts)
    answers = kernel.who_can(
        asked.action, asked.resource, chosen=asked.chosen, complete=asked.complete
    )
    found = dict(zip(kernel.names, answers.tolist(), strict=True))
    return [found[name] for name in names]
