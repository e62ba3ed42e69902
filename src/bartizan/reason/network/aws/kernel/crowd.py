# SPDX-License-Identifier: Apache-2.0
"""Who is outside, and what of it comes to places and classes, by stretches of addresses."""

import numpy as np
from msgspec import Struct

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.addresses import Line
from bartizan.reason.network.aws.kernel.columns import Flags, Ints, Longs, Words
from bartizan.reason.network.aws.kernel.paths import Sort


class Crowd(Struct, frozen=True, eq=False):
    """Addresses outside, by the stretches that they are in."""

    sort: Sort
    fine: Flags
    """Of each fine stretch, whether any of them is in it."""
    before: Longs
    """How many stretches before each one have any."""
    coarse: Ints
    """The coarse stretches that have any."""
    ends: tuple[int, ...] = (-1,)
    """Ends of the connection of a remote site."""
    bare: bool = False
    """Nothing is known of where they are."""


class Coming(Struct, frozen=True):
    """What comes to a place from outside: by stretches of senders, without groups."""

    starts: Ints
    """Fine stretches at which something begins, in order."""
    masks: Masks
    lost: Words
    """What gets lost on the way."""

    def part(self, low: int, high: int) -> "Coming":
        """Return some stretches."""
        yes, maybe = (masks[:, low:high] for masks in self.masks)
        return Coming(self.starts[low:high], Masks(yes, maybe), self.lost[:, low:high])

    def content(self) -> tuple[bytes, ...]:
        """Return what tells it from others."""
        arrays = (self.starts, *self.masks, self.lost)
        return tuple(array.tobytes() for array in arrays)


class Exposure(Struct, frozen=True):
    """What comes to a class from outside, by stretches of senders."""

    starts: Ints
    ends: Ints
    masks: Masks


def ranges(fine: Line, crowd: Crowd, starts: Ints, ends: Ints) -> tuple[str, ...]:
    """Return the CIDR blocks of some stretches; one whole family where all of the crowd in it is
    there.
    """
    before = crowd.before
    first, last = before[starts], before[ends]
    split = int(np.searchsorted(starts, fine.six))
    found: list[str] = []
    for part, low, high in (
        (slice(split), 0, fine.six),
        (slice(split, None), fine.six, len(fine)),
    ):
        if not len(starts[part]):
            continue
        held = int((last[part] - first[part]).sum())
        if held and held == before[high] - before[low]:
            found.append("::/0" if low else "0.0.0.0/0")
            continue
        runs: list[list[int]] = []
        end = -1
        for at, stop, begins, ceases in zip(
            starts[part].tolist(), ends[part].tolist(), first[part].tolist(), last[part].tolist(),
            strict=True,
        ):  # fmt: skip
            if runs and end == begins:
                runs[-1][1] = stop
            else:
                runs.append([at, stop])
            end = ceases
        found += [block for at, stop in runs for block in fine.blocks(at, stop)]
    return tuple(found)
