# SPDX-License-Identifier: Apache-2.0
"""Who may change or read a file of a host, by the owners and modes that are told.

Of a file that is not told nothing is said: what else is on the host is the question of `rest`.
Source: https://man7.org/linux/man-pages/man7/path_resolution.7.html
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from bartizan.model.evidence import Evidence
from bartizan.model.facts.host_part import HostFile
from bartizan.reason.host import place
from bartizan.reason.host.people import Who

READ, WRITE, SEARCH = 4, 2, 1
STICKY, SETUID = 0o1000, 0o4000
_OPEN = place.words(
    "/ /bin /boot /etc /etc/cron.d /etc/cron.daily /etc/cron.hourly /etc/cron.weekly "
    "/etc/cron.monthly /etc/init.d /etc/systemd /etc/systemd/system /home /lib /lib/systemd "
    "/lib/systemd/system /opt /sbin /srv /tmp /usr /usr/bin /usr/lib /usr/lib/systemd "
    "/usr/lib/systemd/system /usr/local /usr/local/bin /usr/local/lib /usr/local/sbin "
    "/usr/sbin /usr/share /var /var/lib /var/log /var/spool /var/tmp /var/www"
)
"""Directories that everybody may search on every system, unless they are told otherwise."""


class May(Struct, frozen=True, kw_only=True):
    """Somebody may do something to a file."""

    evidence: Evidence
    missing: tuple[str, ...] = ()
    files: tuple[HostFile, ...] = ()
    """The files and directories by whose owners and modes they may: all of them must change."""


class Tree:
    """The files of one host."""

    def __init__(self, host: str, files: Iterable[HostFile]) -> None:
        self.host = host
        self.told: Mapping[str, HostFile] = {row.path: row for row in files}
        self._inside = [row for row in self.told.values() if row.inside and row.state != "absent"]

    def row(self, path: str) -> HostFile | None:
        """Return the row that says whose a file is: its own, or that of a directory of which the
        same holds for all that lies in it.
        """
        own = self.told.get(path)
        if own is not None:
            return own if own.state != "absent" else None
        above = [row for row in self._inside if path.startswith(f"{row.path}/")]
        return max(above, key=lambda row: len(row.path), default=None)

    def changes(self, who: Who, path: str) -> May | None:
        """Return how somebody may change what a file holds, or put another in its place; None
        where nothing says that they may.
        """
        ways = [self._writes(who, path), *(self._replaces(who, up) for up in above(path))]
        found = [way for way in ways if way is not None]
        if not found:
            return None
        best = min(found, key=lambda way: bool(way.missing))
        return replace(best, files=tuple(dict.fromkeys(f for way in found for f in way.files)))

    def reads(self, who: Who, path: str) -> May | None:
        """Return how somebody may read a file; None where nothing says that they may."""
        return self.uses(who, path, READ, "read")

    def _writes(self, who: Who, path: str) -> May | None:
        return self.uses(who, path, WRITE, "write")

    def uses(self, who: Who, path: str, bit: int, verb: str) -> May | None:
        """Return how somebody may do what a bit of the mode stands for; None where nothing says
        that they may.
        """
        row = self.row(path)
        if row is None or row.kind == "link":
            return None
        ground = self._by_mode(row, who, bit)
        searched = self._searches(who, path)
        if ground is None or searched is None:
            return None
        why, missing = ground
        return May(
            evidence=place.because(row, f"{why} may {verb} {path}"),
            missing=tuple(sorted({*missing, *searched})),
            files=(row,),
        )

    def _replaces(self, who: Who, folder: str) -> May | None:
        """Whoever may write a directory puts another file in the place of one in it; with the
        sticky bit, its owner alone.
        """
        row = self.row(folder)
        if row is None or row.kind == "link":
            return None
        ground = self._by_mode(row, who, WRITE | SEARCH)
        owns = ground is not None and _owns(row, who)
        if ground is None or (row.mode is not None and row.mode & STICKY and not owns):
            return None
        searched = self._searches(who, folder)
        if searched is None:
            return None
        why, missing = ground
        return May(
            evidence=place.because(row, f"{why} may replace what is in {folder}"),
            missing=tuple(sorted({*missing, *searched})),
            files=(row,),
        )

    @staticmethod
    def _by_mode(row: HostFile, who: Who, bits: int) -> tuple[str, tuple[str, ...]] | None:
        """Return on what ground a mode gives somebody all of `bits`, and what is missing for it.

        An owner may give itself what the mode does not.
        """
        if _owns(row, who):
            return f"its owner {row.owner}", place.doubt(row, "owner")
        if row.mode is None:
            return None
        shift = 0
        missing = place.doubt(row, "mode")
        why = "everybody"
        if row.group and row.group in who.groups:
            shift, why = 3, f"its group {row.group}"
            missing += (*who.groups[row.group], *place.doubt(row, "group"))
        if (row.mode >> shift) & bits != bits:
            return None
        return why, missing

    def _searches(self, who: Who, path: str) -> tuple[str, ...] | None:
        """Return what is missing to know that somebody gets to a file; None where they do not."""
        missing: list[str] = []
        for folder in above(path):
            row = self.row(folder)
            if row is None or (row.mode is None and not _owns(row, who)):
                if folder not in _OPEN:
                    missing.append(f"who may search {folder} on {self.host}")
                continue
            ground = self._by_mode(row, who, SEARCH)
            if ground is None:
                return None
            missing += ground[1]
        return tuple(missing)


def above(path: str) -> Iterator[str]:
    """Yield the directories that a path leads through, the nearest first."""
    while path not in {"", "/"}:
        path = path.rpartition("/")[0] or "/"
        yield path


def _owns(row: HostFile, who: Who) -> bool:
    if not row.owner:
        return False
    return row.owner == who.name or (who.uid is not None and row.owner == str(who.uid))
