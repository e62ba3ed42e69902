# SPDX-License-Identifier: Apache-2.0
"""Decide packets over a snapshot, one JSON object a line, as they come."""

from collections.abc import Iterator
from io import BufferedReader, BytesIO

from bartizan.app.lines import Answers, answered, blocks
from bartizan.ports import Snapshot
from bartizan.reason.network.aws.simulate import Simulator, refused


def simulate(
    snapshot: Snapshot, stream: BufferedReader | BytesIO, *, name: str
) -> Iterator[Answers]:
    """Yield the answers to every line that is not blank, in order, as soon as they are known; a
    line that cannot be read gets an error. `name` is what errors call the stream.
    """
    simulator = Simulator(snapshot.facts())
    for block in blocks(stream, name):
        if block is not None:
            yield answered(block, simulator.answer, refused)
