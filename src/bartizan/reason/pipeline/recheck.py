# SPDX-License-Identifier: Apache-2.0
"""Every step on a pipeline of a printed path, derived once more before it is shown."""

from collections.abc import Sequence

from bartizan.errors import DisagreementError
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
        again = (*steps(facts), *following(facts, printed))
        known = {(step.technique, step.needs, step.grants, step.proved) for step in again}
        for step in mine:
            if (step.technique, step.needs, step.grants, step.proved) not in known:
                raise DisagreementError(
                    f"step `{step.technique}` to `{step.grants}` does not follow from the facts",
                    hint="please report this: two parts of the program disagree",
                )
    return tuple(printed)
