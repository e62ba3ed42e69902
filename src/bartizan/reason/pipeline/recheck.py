# SPDX-License-Identifier: Apache-2.0
"""Every step on a pipeline of a printed path, derived once more before it is shown."""

from collections.abc import Sequence

from bartizan.model.derived import check_derived
from bartizan.model.facts import Facts
from bartizan.model.step import Step
from bartizan.reason.pipeline.derivation import following, steps
from bartizan.reason.pipeline.notes import notes


def recheck(printed: Sequence[Step], facts: Facts) -> tuple[Step, ...]:
    """Derive the steps on pipelines again; return all as they are.

    Raises:
        DisagreementError: one of them is not among those.
    """
    own = notes()
    mine = [step for step in printed if step.technique in own]
    if mine:
        check_derived(mine, (*steps(facts), *following(facts, printed)))
    return tuple(printed)
