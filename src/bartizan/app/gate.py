# SPDX-License-Identifier: Apache-2.0
"""What a change of infrastructure code would open, before it is merged."""

from bartizan.app.paths import Engine, Question
from bartizan.app.supposed import Supposed
from bartizan.model.gate import Gate
from bartizan.paths import compare
from bartizan.ports import Change, Snapshot


def gate(engine: Engine, snapshot: Snapshot, change: Change, question: Question) -> Gate:
    """Judge `change` over `snapshot` by the paths that appear and go.

    Raises:
        UsageError: a name in the question fits nothing.
    """
    laid = change.over(snapshot.records)
    after = Supposed(snapshot.manifest, laid.overlay, engine.normalise)
    found = compare(engine.find(snapshot, question), engine.find(after, question))
    return Gate(
        plans=change.names,
        comparison=found,
        changed=laid.changed,
        gaps=laid.gaps,
        partial=change.partial,
        drift=change.drift,
        others=laid.others,
    )
