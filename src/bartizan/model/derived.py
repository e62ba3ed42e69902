# SPDX-License-Identifier: Apache-2.0
"""Steps that are printed are those that follow from the facts."""

from collections.abc import Iterable

from bartizan.errors import DisagreementError
from bartizan.model.step import Step


def check_derived(printed: Iterable[Step], again: Iterable[Step]) -> None:
    """Check steps against those that were derived once more.

    Raises:
        DisagreementError: one of them is not among those.
    """
    known = {(step.technique, step.needs, step.grants, step.proved) for step in again}
    for step in printed:
        if (step.technique, step.needs, step.grants, step.proved) not in known:
            raise DisagreementError(
                f"step `{step.technique}` to `{step.grants}` does not follow from the facts",
                hint="please report this: two parts of the program disagree",
            )
