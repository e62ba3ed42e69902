# SPDX-License-Identifier: Apache-2.0
"""What a proposed change would open and close, and what of that cannot be told."""

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct, field

from bartizan.model.code_place import CodePlace
from bartizan.model.facts.gap import Unread
from bartizan.model.finding import Comparison
from bartizan.model.path import Path
from bartizan.model.step import Step


class Judgement(Enum):
    """What is said of a change."""

    CLEAN = "no-new-path"
    """No path appears, and nothing hides one."""
    NEW = "new-paths"
    """At least one path appears that is proved."""
    UNKNOWN = "cannot-tell"
    """No path is proved to appear, and something could hide one."""


class Gate(Struct, frozen=True, kw_only=True):
    """The judgement of one change."""

    plans: tuple[str, ...]
    """Names of the files that state the change."""
    comparison: Comparison
    """Paths with the change against paths without it."""
    changed: int
    """Objects that become, change or go, of types that are understood."""
    gaps: tuple[Unread, ...]
    """What of the change cannot be told, by address and attribute."""
    partial: tuple[str, ...]
    """Why the plans do not tell of the whole change."""
    drift: tuple[str, ...]
    """Addresses of objects that changed by themselves, which is not this change's doing."""
    others: Mapping[str, int]
    """Types that are not understood, with the number of their objects that change."""
    causes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Id of a path that appears to the addresses of what the change does for it, sorted."""
    places: Mapping[str, CodePlace] = field(default_factory=dict)
    """Address, alone or with an attribute behind it, to where it is written."""
    unread_code: tuple[str, ...] = ()
    """What of the source text could not be read, so that no places are known in it."""
    excused: Mapping[str, str] = field(default_factory=dict)
    """Id of a path that appears and does not count to the reason, one phrase."""
    remarks: tuple[str, ...] = ()
    """What else is to be said of the rules by which the change is judged."""
    access: tuple[Step, ...] | None = None
    """Steps that become possible and are on no path that appears; None where nobody asked."""

    @property
    def counted(self) -> tuple[Path, ...]:
        """Paths that are proved to appear, and count."""
        found = self.comparison.appeared
        return tuple(path for path in found if path.proved and path.id not in self.excused)

    @property
    def doubtful(self) -> bool:
        """Something could hide a path that appears."""
        possible = any(
            not path.proved and path.id not in self.excused for path in self.comparison.appeared
        )
        return bool(possible or self.gaps or self.partial or self.others)

    @property
    def judgement(self) -> Judgement:
        """Say what the change does, as far as that can be told."""
        if self.counted:
            return Judgement.NEW
        return Judgement.UNKNOWN if self.doubtful else Judgement.CLEAN
