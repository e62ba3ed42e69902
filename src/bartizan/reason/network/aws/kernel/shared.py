# SPDX-License-Identifier: Apache-2.0
"""Ways from all places of one family to one of them, of which those that are alike share one."""

from dataclasses import dataclass, replace

import numpy as np

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints
from bartizan.reason.network.aws.kernel.paths import Ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Plain ways, each of one place or of several, and those that were walked."""

    which: Ints
    """Of each place, its plain way; -1 for none."""
    masks: Masks
    """Of each plain way, like the next three: see `Ways`."""
    inward: Flags
    outward: Flags
    shown: Flags
    nat: Ints
    """Of each place, the NAT gateway that it is seen as by its plain way; -1 for none."""
    walked: Ways
    """Of places that have no plain way; several may be of one."""

    def each(self) -> Ways:
        """Return the ways of each place."""
        found = np.flatnonzero(self.which >= 0).astype(np.int32)
        one, none = self.which[found], np.zeros(0, dtype=np.int32)
        plain = Ways(
            found, self.masks.at(one), self.inward[one], self.outward[one], self.shown[one],
            self.nat[found], none, np.zeros((len(self.masks.yes), 0), dtype=np.uint64),
        )  # fmt: skip
        return _joined(plain, self.walked) if len(self.walked.origin) else replace(
            plain, lost=self.walked.lost, lost_masks=self.walked.lost_masks
        )  # fmt: skip


def _joined(one: Ways, other: Ways) -> Ways:
    """Put ways of different flows together."""
    exact = one.masks.yes is one.masks.maybe and other.masks.yes is other.masks.maybe
    yes = np.concatenate([one.masks.yes, other.masks.yes], axis=1)
    maybe = yes if exact else np.concatenate([one.masks.maybe, other.masks.maybe], axis=1)
    names = ("inward", "outward", "shown", "nat")
    columns = {name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in names}
    return replace(
        other,
        origin=np.concatenate([one.origin, other.origin]),
        masks=Masks(yes, maybe),
        **columns,
    )
