# SPDX-License-Identifier: Apache-2.0
"""The generator of organisations draws what engines must be able to tell apart."""

from collections import Counter

from hypothesis import given, settings

from bartizan.reason.authz.aws.estate.estate import Estate
from bartizan.reason.authz.aws.estate.settle import decide
from tests.fakes.dice import Dice, dice, seeded
from tests.fakes.generated_organization import organization
from tests.fakes.generated_request import question

REASONS = {
    *("identity", "resource", "root", "exempt", "grant", "scp", "rcp", "boundary", "session"),
    *("endpoint", "block-public-access"),
}


def test_every_verdict_and_every_reason_occurs() -> None:
    verdicts: Counter[str] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    contested = questions = 0
    for seed in range(60):
        thrown = seeded(seed)
        made = organization(thrown)
        estate = Estate(made.facts)
        for _ in range(15):
            asked = question(thrown, made)
            told = set()
            for name in made.names:
                found = decide(
                    estate,
                    name,
                    asked.action,
                    asked.resource,
                    chosen=asked.chosen,
                    complete=asked.complete,
                )
                verdict = type(found.verdict).__name__
                verdicts[verdict] += 1
                reasons[verdict, found.by] += 1
                told.add(verdict)
            contested += len(told) > 1
            questions += 1

    assert {by for _, by in reasons} == {*REASONS, ""}
    assert min(verdicts.values()) > verdicts.total() / 15
    assert contested > questions / 2


@settings(max_examples=20, deadline=None)
@given(dice())
def test_equal_dice_give_an_equal_organization(thrown: Dice) -> None:
    record: list[int] = []

    def kept(limit: int) -> int:
        record.append(thrown.below(limit))
        return record[-1]

    first = organization(Dice(kept), small=True)
    again = iter(record)
    second = organization(Dice(lambda _: next(again)), small=True)

    assert first.facts._rows == second.facts._rows  # noqa: SLF001 - the rows as they were made
    assert first.names == second.names
