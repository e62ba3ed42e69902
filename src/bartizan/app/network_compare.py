# SPDX-License-Identifier: Apache-2.0
"""Does the vendor's analyzer of networks say what we say, on a snapshot?"""

from collections.abc import Sequence
from pathlib import Path

from msgspec import structs

from bartizan.app import network_wiring
from bartizan.model.network_comparison import NetworkComparison
from bartizan.ports import Snapshot
from bartizan.reason.network.aws.question.compare import compare as answer


def compare(snapshot: Snapshot, places: Sequence[Path]) -> NetworkComparison:
    """Hold the analyses in files against our own answers.

    Raises:
        InputError: a file cannot be read.
    """
    facts = snapshot.facts()
    analyses = network_wiring.insights(places)
    found = answer(facts, network_wiring.kernel(facts), analyses)
    asked = {name for one in found.compared for name in (one.analysis.source, one.analysis.target)}
    names = {name: said for name, said in found.names.items() if name in asked}
    return structs.replace(found, snapshot=snapshot.manifest.id, names=names)
