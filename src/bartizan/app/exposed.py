# SPDX-License-Identifier: Apache-2.0
"""What does the Internet, or another source, reach, on a snapshot?"""

from msgspec import structs

from bartizan.app import network_wiring
from bartizan.app.collector import undisturbed
from bartizan.model.packet import INTERNET
from bartizan.model.reach import ExposedAnswer
from bartizan.ports import Snapshot
from bartizan.reason.network.aws.question.exposed import exposed as answer
from bartizan.reason.network.aws.question.exposed import source_of


@undisturbed()
def exposed(snapshot: Snapshot, source: str = INTERNET) -> ExposedAnswer:
    """Answer what `source` reaches, on which ports and why.

    Raises:
        UsageError: nothing is called so.
        DisagreementError: the two engines answer otherwise.
    """
    facts = snapshot.facts()
    asked = source_of(facts, source)
    found = answer(facts, network_wiring.kernel(facts), asked)
    return structs.replace(found, snapshot=snapshot.manifest.id)
