# SPDX-License-Identifier: Apache-2.0
"""What the steps ask of the fast engine."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

BLOCKED, REACHABLE, UNKNOWN = 0, 1, 2
"""How the engine writes verdicts."""


class Engine(Protocol):
    """Decides for all interfaces of an estate at once, as the definition would."""

    @property
    def names(self) -> Sequence[str]:
        """Name every source: interfaces, `internet`, remote sites."""
        ...

    def exposed(self, source: str = "internet") -> pa.Table:
        """Return what one source reaches: `interface`, `protocol`, `first`, `last`, `via`,
        `ranges`, `certainty`, `missing`.
        """
        ...

    def who_reaches(self, interface: str, protocol: int, port: int) -> NDArray[np.uint8]:
        """Decide for each source, in the order of `names`, whether it reaches a port."""
        ...
