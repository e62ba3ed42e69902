# SPDX-License-Identifier: Apache-2.0
"""What questions ask of the fast engine, and what becomes of a disagreement."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from bartizan.errors import DisagreementError
from bartizan.model.packet import Blocked, Reach, Reachable
from bartizan.reason.network.aws.question.service import protocol_name

BLOCKED, REACHABLE, UNKNOWN = 0, 1, 2
"""How the engine writes verdicts."""

WORDS = ("blocked", "reachable", "unknown")


class Engine(Protocol):
    """Decides for all interfaces of an estate at once, as the definition would."""

    @property
    def names(self) -> Sequence[str]:
        """Name every source: interfaces, `internet`, remote sites."""
        ...

    def exposed(self, source: str = "internet") -> pa.Table:
        """Return what the Internet or a remote site reaches, a row for each stretch of ports:
        `interface`, `protocol`, `first`, `last`, `via`, `ranges`, `certainty`, `missing`.
        """
        ...

    def who_reaches(self, interface: str, protocol: int, port: int) -> NDArray[np.uint8]:
        """Decide for each source, in the order of `names`, whether it reaches a port."""
        ...


def number(verdict: Reach) -> int:
    """Return a verdict as the engine writes it."""
    if isinstance(verdict, Reachable):
        return REACHABLE
    return BLOCKED if isinstance(verdict, Blocked) else UNKNOWN


def agree(
    source: str, target: str, protocol: int, port: int, *, kernel: int, definition: Reach
) -> None:
    """Hold two answers to one question against each other; the kernel may leave open what the
    definition settles.

    Raises:
        DisagreementError: they differ.
    """
    if kernel in {UNKNOWN, number(definition)}:
        return
    raise DisagreementError(
        f"`{source}` to `{target}` on {protocol_name(protocol)} {port}: the kernel answers "
        f"{WORDS[kernel]}, but the definition {WORDS[number(definition)]}",
        hint="please report this: two parts of the program disagree",
    )
