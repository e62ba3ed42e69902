# SPDX-License-Identifier: Apache-2.0
"""What became possible and what ceased to be, between two snapshots."""

from bartizan.app.paths import Engine, Question
from bartizan.model.finding import Comparison
from bartizan.paths import compare
from bartizan.ports import Snapshot


def diff(engine: Engine, old: Snapshot, new: Snapshot, question: Question) -> Comparison:
    """Compare the answers to one question on two snapshots.

    Raises:
        UsageError: a name in the question fits nothing in either snapshot.
    """
    return compare(engine.find(old, question), engine.find(new, question))
