# SPDX-License-Identifier: Apache-2.0
"""Does remedies in all systems of an estate."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from bartizan.model.record import Overlay, Records
from bartizan.model.remedy import Remedy
from bartizan.ports import Editor


class EstateEditor(Struct, frozen=True):
    """Gives each remedy to all editors; each does its own, and none those of another."""

    first: Editor
    others: Sequence[Editor]

    def apply(self, remedies: Iterable[Remedy], records: Records) -> Overlay:
        """Return the estate as it would be with all `remedies` done."""
        held = tuple(remedies)
        overlay = self.first.apply(held, records)
        for editor in self.others:
            overlay = editor.apply(held, overlay)
        return overlay

    def command(self, remedy: Remedy, records: Records, *, after: Iterable[Remedy] = ()) -> str:
        """Return the shell commands that do it; empty where there is no such command."""
        held = tuple(after)
        told = (one.command(remedy, records, after=held) for one in (self.first, *self.others))
        return next(filter(None, told), "")

    def terraform(self, remedy: Remedy, records: Records) -> str:
        """Return Terraform text that does it; empty where it is an edit of code we do not see."""
        told = (one.terraform(remedy, records) for one in (self.first, *self.others))
        return next(filter(None, told), "")
