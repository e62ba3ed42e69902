# SPDX-License-Identifier: Apache-2.0
"""Whose requests could hold some condition keys: what one caller can bring, another may not.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from bartizan.reason.authz.aws.estate.estate import Chosen
from bartizan.reason.authz.aws.kernel.callers import Callers
from bartizan.reason.authz.aws.kernel.keys import TAG

Mask = NDArray[np.bool_]


def could_hold(callers: Callers, chosen: Chosen) -> Mask:
    """Say of each caller, in their order, whether a request of it could hold the keys in `chosen`:
    no key that such callers never have, nor a tag other than its own where its sessions bring
    none.
    """
    found = np.ones(callers.size, dtype=bool)
    for name, value in chosen.items():
        key = name.lower()
        lacking = np.array([kind.lacks(key) for kind in callers.kinds], dtype=bool)
        found &= ~lacking[callers.kind_of]
        if key.startswith(TAG):
            found &= _tagged(callers, key.removeprefix(TAG), value)
    return found


def _tagged(callers: Callers, name: str, value: str | tuple[str, ...]) -> Mask:
    """Say who has a tag of its own with this value, or may bring one."""
    text = value if isinstance(value, str) else "".join(value)
    own: Any = callers.table.column("own").combine_chunks()
    named, held = (np.asarray(part, dtype=object) for part in (own.keys, own.items))
    items = np.flatnonzero((named == name) & (held == text))
    found: Mask = callers.table.column("others").to_numpy().astype(bool)
    found[np.searchsorted(own.offsets.to_numpy(), items, side="right") - 1] = True
    return found
