# SPDX-License-Identifier: Apache-2.0
"""How the accounts of an organisation are dealt to parts shows in nothing that is compiled."""

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa
from hypothesis import Phase, given, settings
from msgspec.structs import replace

from bartizan.model.access import AccessAnswer, Asked
from bartizan.model.facts.identity import Principal
from bartizan.ports import Batches, BatchKernel
from bartizan.reason.authz.aws.kernel.kernel import Kernel
from bartizan.reason.authz.aws.kernel.merge import merged
from bartizan.reason.authz.aws.kernel.split import compiled
from bartizan.reason.authz.aws.question.what_can import what_can
from tests.fakes.dice import Dice, dice
from tests.fakes.generated_organization import organization
from tests.fakes.generated_request import question

QUESTIONS = 10
"""To each organisation, each for every caller."""
AT_ONCE = (1, 3, 1_000)
"""Callers in one part: of one account each, of two or so, and of all."""


def _here(kernel: BatchKernel, parts: Iterable[Batches]) -> Iterator[Batches]:
    yield from map(kernel, parts)


def _different(one: Mapping[str, pa.Table], other: Mapping[str, pa.Table]) -> list[str]:
    """Name the tables that are not equal."""
    names = sorted(one.keys() | other.keys())
    return [
        name
        for name in names
        if not (name in one and name in other)
        or not one[name].equals(other[name], check_metadata=True)
    ]


def _told(answer: AccessAnswer) -> AccessAnswer:
    """Return an answer without how many requests of each group were decided again."""
    return replace(answer, groups=tuple(replace(one, checked=0) for one in answer.groups))


@settings(max_examples=60, deadline=None, phases=(Phase.generate, Phase.shrink))
@given(dice())
def test_split_by_account_changes_no_answer(thrown: Dice) -> None:
    made = organization(thrown, small=True)
    whole = Kernel.compile(made.facts)
    split = [compiled(made.facts, _here, at_once=size) for size in AT_ONCE]
    asked = [question(thrown, made) for _ in range(QUESTIONS)]

    # What is compiled as one has the numbers of its statements in another order.
    compiled_form = merged([whole.tables()])
    rest = {name: table for name, table in whole.tables().items() if name not in compiled_form}
    for tables in split:
        assert _different({**rest, **compiled_form}, tables) == []
    for tables in split[:1]:
        kernel = Kernel.of_tables(tables, made.facts)
        assert list(kernel.names) == list(whole.names)
        for one in asked:
            said = (
                engine.who_can(
                    one.action, one.resource, chosen=one.chosen, complete=one.complete
                ).tolist()
                for engine in (whole, kernel)
            )
            assert next(said) == next(said), one
        people = [row.arn for row in made.facts.rows(Principal) if row.type in {"user", "role"}]
        asking = Asked(principal=thrown.one(people))
        assert _told(what_can(kernel, asking)) == _told(what_can(whole, asking))
