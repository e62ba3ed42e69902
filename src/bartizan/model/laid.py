# SPDX-License-Identifier: Apache-2.0
"""A proposed change, laid over the records of an estate."""

from collections.abc import Mapping

from msgspec import Struct

from bartizan.model.facts.gap import Unread
from bartizan.model.record import Overlay


class Laid(Struct, frozen=True, kw_only=True):
    """A change over records."""

    overlay: Overlay
    """The records with the change."""
    gaps: tuple[Unread, ...]
    """What of the change cannot be told, by address and attribute."""
    changed: int
    """Objects that become, change or go, of types that are understood."""
    others: Mapping[str, int]
    """Type that is not understood to how many of its objects change, sorted."""
    touched: Mapping[str, tuple[str, ...]]
    """Id of a record that changes, and its short form, or where a host's code says it, to the
    addresses that change it, sorted."""
