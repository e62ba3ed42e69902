# SPDX-License-Identifier: Apache-2.0
"""What questions ask of the fast engine, and what becomes of a disagreement."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bartizan.errors import DisagreementError

Chosen = Mapping[str, str | tuple[str, ...]]

DENIED, ALLOWED, UNKNOWN = 0, 1, 2
"""How the engine writes verdicts."""

_WORDS = ("denied", "allowed", "unknown")


class Engine(Protocol):
    """Decides requests of every caller of an estate at once, as the definition would."""

    @property
    def names(self) -> Sequence[str]:
        """Name every caller."""
        ...

    def who_can(
        self, action: str, resource: str, *, chosen: Chosen | None = None, complete: bool = False
    ) -> NDArray[np.uint8]:
        """Decide one request for each caller, in the order of `names`."""
        ...

    def decide(
        self,
        principal: str,
        action: str,
        resource: str,
        *,
        chosen: Chosen | None = None,
        complete: bool = False,
    ) -> int:
        """Decide one request of one caller, who need not be among `names`."""
        ...

    def could_hold(self, chosen: Chosen) -> NDArray[np.bool_]:
        """Say of each caller whether requests of it could hold the keys in `chosen`."""
        ...


def disagreement(
    principal: str, action: str, resource: str, *, kernel: int, definition: str, rule: str
) -> DisagreementError:
    """Return the error that names both answers to one request."""
    return DisagreementError(
        f"`{action}` on `{resource}` by `{principal}`: the kernel answers {_WORDS[kernel]}, "
        f"but the definition {definition}: {rule}",
        hint="please report this: two parts of the program disagree",
    )
