# SPDX-License-Identifier: Apache-2.0
"""What files of servers and control repositories say before and after a change."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field

from bartizan.model.facts.gap import Unread
from bartizan.model.record import UNREAD_KIND, Overlay, Record, Records
from bartizan.sources.puppet.files import PuppetFiles
from bartizan.sources.puppet.record import CONTROL, PROVIDER


class Settings(Struct, frozen=True, kw_only=True):
    """Records of both sides; without a side from before, the snapshot holds it."""

    before: tuple[Record, ...] = ()
    after: tuple[Record, ...] = ()
    edits: frozenset[str] = field(default_factory=frozenset)
    """Files that differ, as people call them."""

    @classmethod
    def read(cls, before: Path | None, after: Path) -> "Settings":
        """Read the files in two places.

        Raises:
            InputError: one cannot be read, is too large or no text.
        """
        old = () if before is None else tuple(_read(before))
        new = tuple(_read(after))
        texts = [{name: text for name, text, _ in side} for side in (old, new)]
        return cls(
            before=tuple(one for _, _, told in old for one in told),
            after=tuple(one for _, _, told in new for one in told),
            edits=frozenset(
                name
                for name in texts[0].keys() | texts[1].keys()
                if texts[0].get(name) != texts[1].get(name)
            ),
        )

    def before_over(self, records: Records) -> Records:
        """Lay what was said before over records, in the place of what they say of these files."""
        return self._laid(Overlay(records, {}), self.before) if self.before else records

    def after_over(self, laid: Overlay) -> Overlay:
        """Lay what is said after over an overlay of records."""
        return self._laid(laid, self.after)

    def gaps(self) -> Iterator[Unread]:
        """Yield the lines of files that differ which nobody understands."""
        for one in self.after:
            file = one.source.rpartition(":")[0] if ":" in one.source else one.source
            if one.kind == UNREAD_KIND and file in self.edits:
                yield Unread(
                    provider=PROVIDER,
                    account="",
                    region="",
                    service="control",
                    operation=one.source,
                    action="",
                    kind=CONTROL,
                    resource=one.source,
                    code="not-understood",
                    reason=str(one.body["reason"]),
                )

    def touched(self) -> Mapping[str, tuple[str, ...]]:
        """Return file and line of each thing that is said on one side alone, under that name."""
        changed = (*_new(self.before, self.after), *_new(self.after, self.before))
        places = {f"{one.body['file']}:{one.body['line']}" for one in changed}
        return {place: (place,) for place in sorted(places)}

    def _files(self) -> frozenset[str]:
        return frozenset(
            str(one.body["file"]) for one in (*self.before, *self.after) if one.kind == CONTROL
        )

    def _laid(self, records: Overlay, own: tuple[Record, ...]) -> Overlay:
        put = {one.key: one for one in own}
        files = self._files()
        dropped = {
            one.key
            for one in records.of(CONTROL)
            if str(one.body.get("file")) in files and one.key not in put
        }
        return Overlay(records.base, {**records.put, **put}, records.dropped | dropped)


def _read(place: Path) -> Iterator[tuple[str, str, tuple[Record, ...]]]:
    return PuppetFiles([place], key=b"").settings()


def _new(before: tuple[Record, ...], after: tuple[Record, ...]) -> Iterator[Record]:
    """Yield what is said after and was not before, on whatever line."""
    known = Counter(map(_said, before))
    for one in after:
        if one.kind == CONTROL:
            if known[_said(one)] > 0:
                known[_said(one)] -= 1
            else:
                yield one


def _said(one: Record) -> str:
    return repr({name: value for name, value in one.body.items() if name != "line"})
