# SPDX-License-Identifier: Apache-2.0
"""Can these send packets to those, on a snapshot? And what would open or close it?"""

from msgspec import structs

from bartizan.app import network_wiring
from bartizan.model.reach import Edit, Edits, ReachAnswer
from bartizan.ports import Editor, Snapshot
from bartizan.reason.network.aws.question.closing import closing
from bartizan.reason.network.aws.question.opening import opening
from bartizan.reason.network.aws.question.reach import ask
from bartizan.reason.network.aws.question.reach import reach as answer


def reach(snapshot: Snapshot, source: str, target: str, *, aim: str = "") -> ReachAnswer:
    """Answer whether `source` reaches `target`; with the `aim` `open` or `close`, also which
    changes would do that.

    Raises:
        UsageError: the question makes no sense.
        DisagreementError: the two engines answer otherwise.
    """
    facts = snapshot.facts()
    asked = ask(facts, source, target)
    found = answer(facts, network_wiring.kernel(facts), asked)
    edits = None
    if aim:
        if aim == "open":
            wanted = opening(facts, asked)
        else:
            wanted = closing(facts, found, network_wiring.kernel)
        edits = _in_words(wanted, snapshot, network_wiring.editor())
    return structs.replace(found, snapshot=snapshot.manifest.id, edits=edits)


def _in_words(found: Edits, snapshot: Snapshot, editor: Editor) -> Edits:
    """Add the commands and the code that do each change once those before it are done."""
    said: list[Edit] = []
    for edit in found.edits:
        done = [one.remedy for one in said]
        said.append(
            structs.replace(
                edit,
                command=editor.command(edit.remedy, snapshot.records, after=done),
                terraform=editor.terraform(edit.remedy, snapshot.records),
            )
        )
    return structs.replace(found, edits=tuple(said))
