# SPDX-License-Identifier: Apache-2.0
"""Ways from all places of one family to one of them, of which those that are alike share one."""

from msgspec import Struct

from bartizan.reason.network.aws.kernel.access_lists import Masks
from bartizan.reason.network.aws.kernel.columns import Flags, Ints
from bartizan.reason.network.aws.kernel.paths import Ways


class Shared(Struct, frozen=True, kw_only=True):
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
