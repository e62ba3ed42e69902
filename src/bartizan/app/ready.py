# SPDX-License-Identifier: Apache-2.0
"""What a scan leaves with its snapshot, so that no question has to wait for it."""

import logging
from collections.abc import Callable, Sequence

from bartizan.app.collector import undisturbed
from bartizan.app.kept import own_steps
from bartizan.app.reasoner import Reasoner
from bartizan.errors import BartizanError
from bartizan.model.facts.identity import Principal
from bartizan.ports import Snapshot

_logger = logging.getLogger(__name__)
_TOLD_FROM = 1_000
"""Principals from which on it takes seconds, so that people are told what they wait for."""
_MOST = 20_000
"""Principals beyond which it may take minutes and gigabytes, that a scan should not need: it is
left to the first question."""


@undisturbed()
def leave_steps(
    snapshot: Snapshot, reasoners: Sequence[Reasoner], version: str, *, told: Callable[[str], None]
) -> None:
    """Keep with a snapshot the steps that each reasoner derives by itself, which all questions
    about paths begin with; `told` takes a line for people before that takes long. Of hosts alone,
    whose steps take as long as the scan did, nothing is left.

    What cannot be derived is no fault of the scan: the question that needs it will say so.
    """
    try:
        people = snapshot.facts().count(Principal)
        if not 0 < people <= _MOST:
            return
        if people >= _TOLD_FROM:
            told(f"working out what {people:,} principals can do, for all questions about paths")
        own_steps(snapshot, reasoners, version)
    except BartizanError as reason:
        _logger.info("no steps are left with %s: %s", snapshot.manifest.id, reason)
