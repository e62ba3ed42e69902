# SPDX-License-Identifier: Apache-2.0
"""Plans in files as one proposed change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bartizan.errors import InputError, Location
from bartizan.model.json_text import SIZE
from bartizan.model.record import Records
from bartizan.sources.terraform.overlay import Laid, lay
from bartizan.sources.terraform.place import Place, given
from bartizan.sources.terraform.plan import Plan, read


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedChange:
    """What some plans do together."""

    plans: tuple[Plan, ...]
    said: Mapping[str, Place]
    """Where the objects of providers lie, by the user's word."""
    key: bytes
    """Key of the fingerprints that stand in for secrets."""

    @classmethod
    def read(
        cls, places: Sequence[Path], *, accounts: Mapping[str, str], key: bytes
    ) -> "PlannedChange":
        """Read plan files; `accounts` is the user's word on where providers lie.

        Raises:
            InputError: a file is no plan.
            UsageError: an account is none.
        """
        plans = tuple(read(_content(place), str(place)) for place in places)
        return cls(plans=plans, said=given(accounts), key=key)

    @property
    def names(self) -> tuple[str, ...]:
        """What people call the files."""
        return tuple(plan.name for plan in self.plans)

    @property
    def partial(self) -> tuple[str, ...]:
        """Why the plans are not whole."""
        return tuple(f"{plan.name}: {reason}" for plan in self.plans for reason in plan.partial)

    @property
    def drift(self) -> tuple[str, ...]:
        """Addresses of what changed by itself before, sorted."""
        return tuple(sorted({one.address for plan in self.plans for one in plan.drift}))

    def over(self, records: Records) -> Laid:
        """Lay all plans over the records of a snapshot, as one change."""
        return lay(self.plans, records, said=self.said, key=self.key)


def _content(place: Path) -> bytes:
    try:
        with place.open("rb") as file:
            return file.read(SIZE + 1)
    except OSError as error:
        message = f"cannot read the file: {(error.strerror or 'error').lower()}"
        raise InputError(message, at=Location(str(place))) from error
