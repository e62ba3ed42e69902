# SPDX-License-Identifier: Apache-2.0
"""How hard a judgement is enforced: levels, overrides with an owner and a date, and a baseline."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from enum import Enum
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from bartizan.errors import InputError, Location
from bartizan.files import document
from bartizan.model.gate import Gate
from bartizan.model.json_text import SIZE, parse

_BASELINE = "bartizan/gate-baseline/1"
_SHORTEST = 12
"""Digits of a path's id that reports for people show."""


class Level(Enum):
    """What a path that appears does to the exit status."""

    ADVISORY = "advisory"
    """Nothing: it is told."""
    SOFT = "soft"
    """It fails, unless somebody has let it through by name and for a time."""
    HARD = "hard"
    """It fails; nobody can let it through."""


class Override(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Somebody's word that a path may appear."""

    path: str
    """Id of the path, or how it begins."""
    owner: str
    """Who answers for it."""
    until: date
    """The last day on which it holds."""
    reason: str


class _Overrides(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A file of overrides."""

    format: int
    override: tuple[Override, ...] = ()


class Enforcement(Struct, frozen=True, kw_only=True):
    """The rules by which one judgement is enforced."""

    level: Level = Level.HARD
    overrides: tuple[Override, ...] = ()
    known: frozenset[str] = frozenset()
    """Ids of paths that a baseline takes as known."""

    @classmethod
    def read(
        cls, level: str, *, overrides: Path | None = None, baseline: Path | None = None
    ) -> "Enforcement":
        """Read the files that a level and a baseline rest on.

        Raises:
            InputError: a file cannot be read, is of another format, or an override lacks its
                owner, its reason or its date.
        """
        return cls(
            level=Level(level),
            overrides=() if overrides is None else _read_overrides(overrides),
            known=frozenset() if baseline is None else _read_baseline(baseline),
        )

    def applied(self, gate: Gate, today: date) -> Gate:
        """Return the judgement with the paths that do not count, and what is to be said of the
        rules.
        """
        excused: dict[str, str] = {}
        remarks: list[str] = []
        used: set[int] = set()
        for path in gate.comparison.appeared:
            if path.id in self.known:
                excused[path.id] = "known by the baseline"
            for number, one in enumerate(self.overrides):
                if not path.id.startswith(one.path):
                    continue
                used.add(number)
                told = f"by {one.owner} until {one.until}: {one.reason}"
                if self.level is Level.HARD:
                    remarks.append(f"{one.path} cannot be let through at level hard, {told}")
                elif one.until < today:
                    remarks.append(f"{one.path} is let through no longer, as it was {told}")
                else:
                    excused[path.id] = f"let through {told}"
        remarks += (
            f"{one.path} appears no longer, so {one.owner} need not let it through"
            for number, one in enumerate(self.overrides)
            if number not in used
        )
        if self.level is Level.ADVISORY:
            remarks.append("advice alone: nothing here fails")
        return structs.replace(gate, excused=excused, remarks=(*gate.remarks, *remarks))


def _read_overrides(place: Path) -> tuple[Override, ...]:
    try:
        found = msgspec.convert(tomllib.loads(document(place, most=SIZE).decode()), _Overrides)
    except UnicodeDecodeError as error:
        raise InputError("cannot be read as text", at=Location(str(place))) from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"not TOML: {error}", at=Location(str(place))) from error
    except msgspec.ValidationError as error:
        raise InputError(
            _refused(str(error)),
            at=Location(str(place)),
            hint="each has `path`, `owner`, `reason` and a last day: `until = 2026-12-31`",
        ) from error
    if found.format != 1:
        raise InputError(
            f"overrides of format {found.format} are not understood",
            at=Location(str(place)),
            hint="format 1 is",
        )
    for number, one in enumerate(found.override, start=1):
        if not one.owner.strip() or not one.reason.strip() or len(one.path) < _SHORTEST:
            raise InputError(
                f"override {number} lacks owner, reason, or {_SHORTEST} digits of a path's id",
                at=Location(str(place)),
                hint="reports show the id beside each path",
            )
    return found.override


def _refused(reason: str) -> str:
    """Say in words of the file what msgspec says of it."""
    what, _, where = reason.partition(" - at `$")
    number = re.match(r"\.override\[(\d+)\]\.?(\w*)", where)
    place = f"override {int(number[1]) + 1}" if number is not None else "the file"
    if missing := re.search(r"missing required field (`.*`)", what):
        return f"{place} lacks {missing[1]}"
    if unknown := re.search(r"unknown field (`.*`)", what):
        return f"{place} says {unknown[1]}, which is not understood"
    field = f"`{number[2]}` of {place}" if number is not None and number[2] else place
    return f"{field} is not as it should be"


def _read_baseline(place: Path) -> frozenset[str]:
    found = parse(document(place, most=SIZE), str(place))
    paths = found.get("paths") if isinstance(found, Mapping) else None
    if not isinstance(found, Mapping) or found.get("schema") != _BASELINE:
        raise InputError(
            "no baseline of a gate",
            at=Location(str(place)),
            hint="write it with `bartizan gate PLAN --format baseline`",
        )
    if not isinstance(paths, list) or not all(isinstance(one, str) for one in paths):
        raise InputError("`paths` is no list of ids", at=Location(str(place)))
    return frozenset(str(one) for one in paths)
